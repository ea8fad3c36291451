package notify

import (
	"slices"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/event"
)

// capGauge counts new bubbles of the last hour.
type capGauge struct {
	sent, exempt []time.Time
}

func (c *capGauge) shift(d time.Duration) {
	for _, ts := range [][]time.Time{c.sent, c.exempt} {
		for i := range ts {
			ts[i] = ts[i].Add(d)
		}
	}
}

// recall counts the bubbles of an earlier run: a crash loop must not ring more
// often than one long run.
func (c *capGauge) recall(said []Said) {
	seen := map[int64]bool{}
	for _, s := range said {
		if at := s.Intended.UnixNano(); s.Reason != SentUpdated && !seen[at] {
			seen[at] = true
			c.sent = append(c.sent, s.Intended)
		}
	}
}

func within(ts []time.Time, now time.Time, d time.Duration) int {
	n := 0
	for _, t := range ts {
		if now.Sub(t) < d {
			n++
		}
	}
	return n
}

func (c *capGauge) allows(now time.Time, set Settings) bool {
	return (set.PerMinute <= 0 || within(c.sent, now, time.Minute) < set.PerMinute) &&
		(set.PerHour <= 0 || within(c.sent, now, time.Hour) < set.PerHour)
}

func (c *capGauge) allowsExempt(now time.Time) bool {
	return within(c.exempt, now, time.Minute) < exemptPer
}

func (c *capGauge) count(now time.Time)       { c.sent = counted(c.sent, now) }
func (c *capGauge) countExempt(now time.Time) { c.exempt = counted(c.exempt, now) }

func counted(ts []time.Time, now time.Time) []time.Time {
	ts = slices.DeleteFunc(ts, func(t time.Time) bool { return now.Sub(t) >= time.Hour })
	return append(ts, now)
}

// overflow is the one notice for all that the cap held back.
type overflow struct {
	count    int
	told     int // count when last shown
	severity event.Severity
	due      time.Time // to show the count; zero: nothing new
	at       time.Time // last shown as a new bubble
	updated  time.Time // last shown at all
	last     time.Time // last alert held back
}

const overflowID = "overflow"

// capped holds entries back because there were too many notices.
func (p *Planner) capped(entries []entry) {
	o := &p.over
	if p.last.Sub(o.last) > overflowFresh {
		o.count, o.told, o.severity = 0, 0, ""
	}
	o.last = p.last
	for _, e := range entries {
		e.reason = HeldCapped
		if t := p.tracks[e.alert.Fingerprint]; t != nil {
			t.decided = HeldCapped
		}
		p.decisions = append(p.decisions, p.decision(e))
		if e.say == alert.SayResolved {
			p.closeWord(e.alert.Fingerprint)
			continue // the list shows it; it is not one more to look at
		}
		o.count++
		if e.alert.Severity.Rank() > o.severity.Rank() {
			o.severity = e.alert.Severity
		}
	}
	if o.due.IsZero() && o.count > o.told {
		o.due = p.last.Add(gatherOther)
	}
}

// tellOverflow says how many alerts are only in the list.
func (p *Planner) tellOverflow() {
	o := &p.over
	if o.due.IsZero() {
		return
	}
	showing := !o.at.IsZero() && p.last.Sub(o.at) < overflowFresh
	switch {
	case showing && !p.can.Replace:
		o.due = later(o.due, o.at.Add(overflowEvery))
	case showing:
		o.due = later(o.due, o.updated.Add(joinFor))
	}
	if p.last.Before(o.due) {
		p.wake(o.due)
		return
	}
	o.due = time.Time{}
	title, body := alert.Overflow(o.count)
	n := Notice{
		ID: overflowID, Title: title, Body: body, Severity: o.severity, Silent: showing || p.set.Silent,
		New: !showing, Route: "/alerts", Actions: []Action{ActionOpen},
	}
	o.told, o.updated = o.count, p.last
	if !showing || !p.can.Replace {
		o.at = p.last
	}
	p.serial++
	ord := Order{Serial: p.serial, Notice: n, InPlace: showing && p.can.Replace, Exempt: true}
	p.orders = append(p.orders, ord)
	p.out[ord.Serial] = &ord
}
