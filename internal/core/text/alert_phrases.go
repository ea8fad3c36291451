package text

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Parts of sentences that several texts share.

// since is when it began, by the gateway's word if there is one.
func (t *message) since() time.Time {
	if !t.f.From.IsZero() {
		return t.f.From
	}
	return t.Since
}

// lasted is how long the alert's condition held.
func (t *message) lasted() time.Duration {
	end := t.ClearedAt
	if end.IsZero() {
		end = t.now
	}
	return max(0, end.Sub(t.Since))
}

// lastedAbout is how long it held, from where the gateway says that it began: both ends
// were seen by one who looks now and then, so it is rounded and not cut.
func (t *message) lastedAbout() string {
	d := t.lasted()
	if began := t.since(); began.Before(t.Since) {
		d += t.Since.Sub(began)
	}
	if t.f.EndUnseen {
		return atMost(d)
	}
	return About(d)
}

// wasOff is how long a provider was switched off: its list is read now and then, and
// shows that it is on again up to half a minute late.
func (t *message) wasOff() string {
	if began := t.since(); began.Before(t.Since) {
		return atMost(t.lasted() + t.Since.Sub(began))
	}
	return atMost(t.lasted())
}

// atMost is a bound: what About rounds to the nearest is rounded up.
func atMost(d time.Duration) string {
	unit := 10 * time.Second
	if d >= 95*time.Second {
		unit = time.Minute
	}
	return "at most " + strings.TrimPrefix(About((d+unit-1).Truncate(unit)), "about ")
}

func (t *message) ofLimit() string {
	if t.f.Limit <= 0 {
		return ""
	}
	return ShortMoneyOf(t.f.Spend, t.f.Limit) + "."
}

// lasts is until when a budget lasts by its forecast, which all places show, and
// when it begins anew. Before a day of spending is known there is no forecast.
func (t *message) lasts() string {
	reset := t.resetsIn()
	switch {
	case !t.f.Likely.IsZero() && reset != "":
		return "Likely used up " + t.clock(t.f.Likely) + "; resets in " + reset + "."
	case !t.f.Likely.IsZero():
		return "Likely used up " + t.clock(t.f.Likely) + "."
	case reset != "":
		return "Resets in " + reset + "."
	}
	return ""
}

func (t *message) resetsIn() string {
	if d := t.f.Resets.Sub(t.now); !t.f.Resets.IsZero() && d > 0 {
		return Duration(d)
	}
	return ""
}

func (t *message) affected() string {
	if t.f.Keys <= 0 {
		return ""
	}
	return Plural(t.f.Keys, "key") + " affected."
}

func (t *message) models() string {
	if t.f.Models <= 0 {
		return ""
	}
	return Plural(t.f.Models, "model") + " affected."
}

func (t *message) failedShare() string {
	if t.f.Failed > 0 && t.f.Failed*100 < t.f.Requests {
		return "Less than 1 %"
	}
	return Share(float64(t.f.Failed) / float64(max(t.f.Requests, 1)))
}

func (t *message) failures() string {
	switch {
	case t.f.Equal > 0:
		return fmt.Sprintf("%d calls in a row failed, since %s.", t.f.Equal, t.clock(t.since()))
	case t.f.Requests <= 0 || t.f.Failed <= 0:
		return ""
	}
	return fmt.Sprintf("%s of %d requests failed in 5 min.", t.failedShare(), t.f.Requests)
}

func (t *message) fallback() string {
	if t.f.Uncovered <= 0 {
		return ""
	}
	verb := "have"
	if t.f.Uncovered == 1 {
		verb = "has"
	}
	return fmt.Sprintf("%d of %s %s no fallback.", t.f.Uncovered, Plural(t.f.Models, "model"), verb)
}

func (t *message) slow() string {
	switch {
	case t.f.P95MS <= 0:
		return ""
	case t.f.BaselineP95MS > 0:
		return fmt.Sprintf("It takes %s, usually %s.", Latency(t.f.P95MS), Latency(t.f.BaselineP95MS))
	}
	return "It takes " + Latency(t.f.P95MS) + "."
}

// counted says what the requests that were counted cost, and since when these came: not
// more are looked at, and there may have been others at that time.
func (t *message) counted() string {
	to := ""
	if t.f.Model != "" {
		to = " to " + Shorten(Clean(t.f.Model), 40)
	}
	return "The last " + Plural(t.f.Equal, "request") + to + t.sinceOldest() + " cost " + ShortMoney(t.f.Spend) + "."
}

// sinceOldest is when the oldest of the requests that were counted came; "" in what an
// earlier version told.
func (t *message) sinceOldest() string {
	if t.f.RateSince.IsZero() {
		return ""
	}
	return ", since " + t.clock(t.f.RateSince) + ","
}

func (t *message) looksLikeLoop() string {
	if t.f.Equal <= 0 {
		return ""
	}
	return fmt.Sprintf("Looks like a loop: the last %d requests to %s came at equal intervals.", t.f.Equal, Shorten(Clean(t.f.Model), 40))
}

func (t *message) more(word string) string {
	if t.f.Models <= 1 {
		return "."
	}
	return fmt.Sprintf(" and %d %s.", t.f.Models-1, word)
}

func (t *message) oldNew() string {
	if t.f.Old == "" && t.f.New == "" {
		return ""
	}
	return Shorten(Clean(t.f.Old), 20) + " → " + Shorten(Clean(t.f.New), 20) + "."
}

func (t *message) brief(say MessageKind) string {
	switch p := alertTexts[t.Rule].title; {
	case say == MessageResolved && p.briefResolved != nil:
		return p.briefResolved(t)
	case p.brief != nil:
		return p.brief(t)
	}
	return t.f.Name
}

func at(gw string) string { return " — " + gw }

// gatewayName is what a gateway is called that a text is about.
func gatewayName(gw string) string { return cmp.Or(gw, "The gateway") }

func wasDown(t *message) []string { return []string{"Was down " + t.lastedAbout() + "."} }

func sentencePart(s string) string {
	if s == "" {
		return "Answer"
	}
	return capital(s)
}

// TitleAndBody puts a title and what stands below it into one line, as sentences.
func TitleAndBody(title, body string) string {
	title, body = strings.TrimSpace(title), strings.TrimSpace(body)
	switch {
	case title == "" || body == "":
		return title + body
	case strings.ContainsAny(title[len(title)-1:], ".:!?"):
		return title + " " + body
	}
	return title + ". " + body
}
