package scorecard

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Row counts what became of words and causes of one sort. It is plain and may
// be kept as JSON.
type Row struct {
	Words    map[Verdict]int `json:"words"`
	Outcomes map[Outcome]int `json:"outcomes"`
	// Median and Worst are of how late causes were told, in seconds; negative:
	// none was.
	Median float64 `json:"median"`
	Worst  float64 `json:"worst"`
	// Lines and Bubbles count what was shown and was not so, 1, 5 and 30 min
	// after the end of a cause.
	Lines   [3]int `json:"lines"`
	Bubbles [3]int `json:"bubbles"`

	delays []time.Duration
}

// Card is the scorecard: rows by rule, and by scenario. It is plain.
type Card struct {
	Rules     map[string]*Row `json:"rules"`
	Scenarios map[string]*Row `json:"scenarios"`
}

func (c *Card) row(m *map[string]*Row, name string) *Row {
	if *m == nil {
		*m = map[string]*Row{}
	}
	r := (*m)[name]
	if r == nil {
		r = &Row{Words: map[Verdict]int{}, Outcomes: map[Outcome]int{}, Median: -1, Worst: -1}
		(*m)[name] = r
	}
	return r
}

// after is when looks are taken, as in Row.
var after = [3]time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute}

// Add counts a scenario, under a name of its own or of many alike.
func (c *Card) Add(name string, j *Judged) {
	s := c.row(&c.Scenarios, name)
	for i, v := range j.Verdicts {
		s.Words[v]++
		c.row(&c.Rules, j.Words[i].Rule).Words[v]++
	}
	for i, o := range j.Outcomes {
		r := c.row(&c.Rules, j.Causes[i].Rules[0])
		s.Outcomes[o]++
		r.Outcomes[o]++
		if d := j.Delays[i]; d >= 0 {
			s.delay(d)
			r.delay(d)
		}
	}
	for i, d := range after {
		s.Lines[i] += j.StaleLines[d]
		s.Bubbles[i] += j.StaleBubbles[d]
	}
}

func (r *Row) delay(d time.Duration) {
	r.delays = append(r.delays, d)
	slices.Sort(r.delays)
	r.Median, r.Worst = r.delays[len(r.delays)/2].Seconds(), r.delays[len(r.delays)-1].Seconds()
}

// Table writes rows as Markdown; before may be nil.
func Table(head string, now, before map[string]*Row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | | %s | missing | end missing | delay median, worst | listed wrongly after 1, 5, 30 min | on the screen |\n", head, strings.Join(names(Verdicts), " | "))
	fmt.Fprintf(&b, "|---|---|%s---|---|---|---|---|\n", strings.Repeat("---|", len(Verdicts)))
	keys := map[string]bool{}
	for _, m := range []map[string]*Row{now, before} {
		for k := range m {
			keys[k] = true
		}
	}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		switch {
		case before == nil:
		case before[k] == nil: // nobody looked then
			now[k].write(&b, k, "now; not measured before")
			continue
		default:
			before[k].write(&b, k, "before")
			now[k].write(&b, "", "now")
			continue
		}
		now[k].write(&b, k, "")
	}
	return b.String()
}

func names[T ~string](all []T) (list []string) {
	for _, x := range all {
		list = append(list, string(x))
	}
	return list
}

func (r *Row) write(b *strings.Builder, name, when string) {
	r = cmp.Or(r, &Row{Median: -1, Worst: -1})
	fmt.Fprintf(b, "| %s | %s |", name, when)
	for _, v := range Verdicts {
		fmt.Fprintf(b, " %s |", count(r.Words[v]))
	}
	delay := "–"
	if r.Worst >= 0 {
		delay = fmt.Sprintf("%.0f s, %.0f s", r.Median, r.Worst)
	}
	fmt.Fprintf(b, " %s | %s | %s | %s | %s |\n", count(r.Outcomes[Missing]), count(r.Outcomes[EndMissing]), delay, three(r.Lines), three(r.Bubbles))
}

func count(n int) string {
	if n == 0 {
		return "·"
	}
	return fmt.Sprint(n)
}

func three(n [3]int) string {
	if n == [3]int{} {
		return "·"
	}
	return fmt.Sprintf("%d, %d, %d", n[0], n[1], n[2])
}
