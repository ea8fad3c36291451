package alert

import (
	"cmp"
	"slices"
	"time"

	"gatewatch/internal/state"
)

// Saved is what must outlive the process. It is plain and may be kept as
// JSON; what a newer version added is ignored by an older one.
type Saved struct {
	At      time.Time `json:"at"`   // of the last Eval
	Open    []Alert   `json:"open"` // pending, firing and recovering
	Closed  []Alert   `json:"closed"`
	Snoozes []Snooze  `json:"snoozes"`
}

// Export copies what must outlive the process.
func (e *Evaluator) Export() Saved {
	s := Saved{At: e.last, Open: []Alert{}, Closed: []Alert{}, Snoozes: slices.Clone(e.snoozes)}
	for _, in := range e.all {
		if in.Status == StatusPending || in.Status.Open() {
			s.Open = append(s.Open, in.Alert)
		}
	}
	for _, a := range e.closed {
		s.Closed = append(s.Closed, *a)
	}
	byPrint := func(a, b Alert) int { return cmp.Compare(a.Fingerprint, b.Fingerprint) }
	slices.SortFunc(s.Open, byPrint)
	slices.SortFunc(s.Closed, byPrint)
	return s
}

// Load takes up what an earlier process exported. Call it before the first
// Eval. Alerts of rules that no longer exist end there without being told.
func (e *Evaluator) Load(s Saved) {
	for _, a := range s.Open {
		id := ident{a.Rule, a.Gateway, a.EntityKind, a.Entity, a.Dimension}
		in := &instance{id: id, rule: e.byID[a.Rule], Alert: a}
		in.raw = a.Status == StatusPending || a.Status == StatusFiring
		in.held = a.InhibitedBy != ""
		in.away = a.InhibitedBy == i1.ID
		in.FirstSight = true
		in.Flapping = false // its flips are not kept
		in.adopt(in.rule)
		in.rank = rankOf(in.rule, a.Dimension)
		e.all[id] = in
		e.byPrint[a.Fingerprint] = in
		e.lastLife = max(e.lastLife, a.Life)
	}
	for _, a := range s.Closed {
		e.closed[a.Fingerprint] = &a
		e.lastLife = max(e.lastLife, a.Life)
	}
	e.snoozes = append(e.snoozes, s.Snoozes...)
	e.last, e.moved = wall(s.At), true
}

// shift moves every time that was taken from the clock by d: the clock was
// set back, and what happened a minute ago still did.
func (e *Evaluator) shift(d time.Duration) {
	move := func(ts ...*time.Time) {
		for _, t := range ts {
			if !t.IsZero() {
				*t = t.Add(d)
			}
		}
	}
	for _, in := range e.all {
		move(&in.Since, &in.Fired, &in.Gone, &in.Ended, &in.Seen, &in.AckedAt, &in.FlapSince, &in.ToldAt,
			&in.lastFlip, &in.clearedAt, &in.freshAt)
		for i := range in.flips {
			move(&in.flips[i])
		}
	}
	for _, a := range e.closed {
		move(&a.Since, &a.Fired, &a.Gone, &a.Ended, &a.Seen, &a.ToldAt)
	}
	move(&e.sit.Since, &e.sit.AwayFrom)
	e.facts.shift(d)
	e.measured.shift(d)
}

// Lines lists the alerts as shown: open ones and those resolved within a day.
func (e *Evaluator) Lines(now time.Time) []state.AlertLine {
	lines := make([]state.AlertLine, 0, len(e.all)+len(e.closed))
	for _, in := range e.all {
		if in.Status == StatusPending || in.Status.Open() {
			lines = append(lines, in.line(now))
		}
	}
	for fp, a := range e.closed {
		if in, again := e.byPrint[fp]; again && in.Status != StatusResolved && in.Status != StatusOK {
			continue // it is back
		}
		lines = append(lines, a.line(now))
	}
	slices.SortFunc(lines, func(a, b state.AlertLine) int {
		return cmp.Or(cmp.Compare(b.Since, a.Since), cmp.Compare(a.ID, b.ID))
	})
	return lines
}

// line is an alert as shown.
func (a *Alert) line(now time.Time) state.AlertLine {
	l := state.AlertLine{
		ID: a.Fingerprint, Rule: a.Rule, Gateway: a.Gateway, Category: string(a.Category),
		Severity: string(a.Severity), Status: string(a.Status), Title: a.Title, Body: a.Body,
		EntityKind: a.EntityKind, Entity: a.Entity, Since: unix(a.Since), EndedAt: unix(a.Ended),
		UpdatedAt: unix(a.Seen), Value: a.Value, Acked: a.Acked, AckNote: a.AckNote,
		Flapping: a.Flapping, Stale: a.Stale, Trust: string(a.Trust), Inhibited: a.Held,
		Told: a.Told, ToldAt: unix(a.ToldAt), Count: a.Count,
	}
	if a.SnoozedUntil.After(now) {
		l.SnoozedTo = unix(a.SnoozedUntil)
	}
	return l
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
