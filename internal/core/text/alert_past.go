package text

import "strings"

// pastOf are the words of titles that say what is so, and what they are once it is over.
var pastOf = []struct{ now, then string }{
	{" has used ", " had used "},
	{" has expired", " had expired"},
	{" expires in ", " was to expire in "},
	{" will be out of ", " was to be out of "},
	{" will run out of ", " was to run out of "},
	{" is out of budget", " was out of budget"},
	{" is refused", " was refused"},
	{" are refused", " were refused"},
	{" is not let in", " was not let in"},
	{" is not being watched", " was not being watched"},
	{" is banned by ", " was banned by "},
	{" is unhealthy", " was unhealthy"},
	{" is degraded", " was degraded"},
	{" is unstable", " was unstable"},
	{" are unstable", " were unstable"},
	{" does not answer", " did not answer"},
	{" is down", " was down"},
	{" is stuck", " was stuck"},
	{" seems stuck", " seemed stuck"},
	{" is undercounted", " was undercounted"},
	{" is unusually quiet", " was unusually quiet"},
	{" do not agree", " did not agree"},
	{" spends about ", " spent about "},
	{" asks the same ", " asked the same "},
	{" makes requests again", " made requests again"},
	{" pays for errors", " paid for errors"},
	{" (price) is ", " (price) was "},
	{" suddenly uses ", " suddenly used "},
}

// Past is the title of an alert that is over: what was so, and not that it is over. It
// takes the title that it had while it held.
func Past(title string) string {
	says, where := title, ""
	if i := strings.LastIndex(title, at("")); i >= 0 {
		says, where = title[:i], title[i:]
	}
	last, is := -1, 0
	for i, p := range pastOf {
		if found := strings.LastIndex(says, p.now); found > last {
			last, is = found, i
		}
	}
	if last < 0 {
		return title // such as "was deleted"
	}
	p := pastOf[is]
	return says[:last] + p.then + says[last+len(p.now):] + where
}
