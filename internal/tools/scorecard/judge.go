package scorecard

import (
	"slices"
	"time"
)

// Scenario is what happened and what was told, of one run of the program.
type Scenario struct {
	Name   string
	Source string // "live recording", "script" or "day"
	Causes []Cause
	Words  []Word
	Looks  []Look
	// Requests a minute that the gateway was asked; 0: not measured.
	PerMinute float64
}

// Judged is a scenario with its verdicts.
type Judged struct {
	Scenario
	Verdicts []Verdict // by word
	Of       []int     // by word: the cause that it is about; -1: none
	Outcomes []Outcome // by cause
	// Delays are how late each cause was told, EndDelays its end; negative: never.
	Delays, EndDelays []time.Duration
	// Stale counts what looks showed that was not so: lines, and bubbles.
	StaleLines, StaleBubbles map[time.Duration]int
	// What they were, for people.
	Stale []string
}

// Judge gives the verdicts.
func Judge(s *Scenario) *Judged {
	j := &Judged{
		Scenario: *s, Verdicts: make([]Verdict, len(s.Words)), Of: make([]int, len(s.Words)),
		StaleLines: map[time.Duration]int{}, StaleBubbles: map[time.Duration]int{},
	}
	told, over := make([]bool, len(s.Causes)), make([]bool, len(s.Causes))
	for range s.Causes {
		j.Delays, j.EndDelays = append(j.Delays, -1), append(j.EndDelays, -1)
	}
	for i := range s.Words {
		w := &s.Words[i]
		c := j.causeOf(w)
		if w.Over {
			c = j.endedOf(w, c, told, over)
		}
		j.Of[i] = c
		switch {
		case w.Anonymous:
			j.Verdicts[i] = Anonymous
		case c < 0:
			j.Verdicts[i] = j.without(w)
		case w.Over:
			j.Verdicts[i] = j.end(w, c, told[c], over[c])
			over[c] = true
		default:
			j.Verdicts[i] = j.begin(w, c, told[c] && !w.Again)
			if v := j.Verdicts[i]; v != After && v != False {
				told[c], over[c] = true, false
			}
		}
	}
	for i := range s.Causes {
		j.Outcomes = append(j.Outcomes, j.outcome(i, told[i], over[i]))
	}
	for i := range s.Looks {
		j.look(&s.Looks[i])
	}
	return j
}

// causeOf finds the cause that a word is about: one that may be told then, else
// the first before.
func (j *Judged) causeOf(w *Word) int {
	best := -1
	for i := range j.Causes {
		c := &j.Causes[i]
		if !c.about(w.Rule, w.Entities) || w.At.Before(c.Begin) {
			continue
		}
		if best < 0 || c.near(w.At) < j.Causes[best].near(w.At) {
			best = i
		}
	}
	return best
}

// endedOf finds the cause of which a word tells the end: the newest that was
// told, whose end was not; otherwise if there is none.
func (j *Judged) endedOf(w *Word, otherwise int, told, over []bool) int {
	for i := len(j.Causes) - 1; i >= 0; i-- {
		if c := &j.Causes[i]; c.about(w.Rule, w.Entities) && told[i] && !over[i] && !w.At.Before(c.Begin) {
			return i
		}
	}
	return otherwise
}

// memory is how long after a cause what is told without one is its consequence.
const memory = 30 * time.Minute

// without judges a word that is about no cause.
func (j *Judged) without(w *Word) Verdict {
	after := false
	for i := range j.Causes {
		c := &j.Causes[i]
		if c.on(w.At) {
			return Wrong
		}
		after = after || !c.End.IsZero() && !w.At.Before(c.End) && w.At.Sub(c.End) < memory
	}
	if after {
		return After
	}
	return False
}

func (j *Judged) begin(w *Word, i int, told bool) Verdict {
	c := &j.Causes[i]
	switch {
	case !c.lasts(w.At, c.Settle):
		return After
	case c.Tell == Listed:
		return False
	case told:
		return Repeated
	case len(c.Severities) > 0 && !slices.Contains(c.Severities, w.Severity):
		return Wrong
	}
	if j.Delays[i] < 0 {
		j.Delays[i] = w.At.Sub(c.Begin)
	}
	if w.At.Sub(c.Begin) > c.Within && !w.Again {
		return Late
	}
	return Right
}

func (j *Judged) end(w *Word, i int, told, over bool) Verdict {
	c := &j.Causes[i]
	switch {
	case c.on(w.At):
		return False // it still is so
	case !told:
		return False
	case over:
		return Repeated
	}
	j.EndDelays[i] = w.At.Sub(c.End)
	if c.EndWithin > 0 && j.EndDelays[i] > c.EndWithin {
		return Late
	}
	return Right
}

func (j *Judged) outcome(i int, told, over bool) Outcome {
	c := &j.Causes[i]
	switch {
	case !told && c.Tell == Must:
		return Missing
	case !told && c.Tell == Listed:
		return OnlyListed
	case !told:
		return Unneeded
	case c.TellEnd && !c.End.IsZero() && !over:
		return EndMissing
	}
	return Told
}

// look counts what is shown and not so.
func (j *Judged) look(l *Look) {
	so := func(x *Line) bool {
		return slices.ContainsFunc(j.Causes, func(c Cause) bool {
			return (c.about(x.Rule, x.Entities) || slices.Contains(c.With, x.Rule)) && c.lasts(l.At, c.EndWithin)
		})
	}
	for i := range l.Open {
		if x := &l.Open[i]; !x.Pending && !so(x) {
			j.StaleLines[l.After]++
			j.Stale = append(j.Stale, l.After.String()+" after "+l.Cause+" listed: "+x.Title+" ("+x.Severity+" "+x.Rule+")")
		}
	}
	for i := range l.Bubbles {
		b := &l.Bubbles[i]
		if b.Over || slices.ContainsFunc(b.About, func(x Line) bool { return so(&x) }) {
			continue
		}
		j.StaleBubbles[l.After]++
		j.Stale = append(j.Stale, l.After.String()+" after "+l.Cause+" on the screen: "+b.Title)
	}
}
