package alert

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// Saved is what must outlive the process. It is plain and may be kept as
// JSON; what a newer version added is ignored by an older one.
type Saved struct {
	At       time.Time `json:"at,omitzero"` // of the last Eval
	Open     []Alert   `json:"open"`        // pending, firing and recovering
	Resolved []Alert   `json:"closed"`
	Silences []Silence `json:"snoozes"`
}

// Export copies what must outlive the process.
func (e *Evaluator) Export() Saved {
	s := Saved{At: e.last, Open: []Alert{}, Resolved: []Alert{}, Silences: slices.Clone(e.silences)}
	for _, in := range e.all {
		if in.Status == StatusPending || in.Status.Open() {
			s.Open = append(s.Open, in.Alert)
		}
	}
	for _, a := range e.resolved {
		s.Resolved = append(s.Resolved, *a)
	}
	byPrint := func(a, b Alert) int { return cmp.Compare(a.Fingerprint, b.Fingerprint) }
	slices.SortFunc(s.Open, byPrint)
	slices.SortFunc(s.Resolved, byPrint)
	return s
}

// Load takes up what an earlier process exported. Call it before the first
// Eval. Alerts of rules that no longer exist end there without a notification.
func (e *Evaluator) Load(s Saved) {
	for _, a := range s.Open {
		id := alertKey{a.Rule, a.Gateway, a.EntityKind, a.Entity, a.Dimension}
		in := &trackedAlert{id: id, rule: e.byID[a.Rule], Alert: a}
		in.conditionHeld = a.Status == StatusPending || a.Status == StatusFiring
		in.inhibited = a.InhibitedBy != ""
		if in.Spell == 0 { // of an earlier version
			in.Spell, in.SpellSince = a.Life, a.Since
		}
		if in.IncidentID == "" && a.Status.Open() {
			in.IncidentID = in.ownIncident()
		}
		in.shownOver = a.overForLong(s.At)
		in.inhibitedByAway = a.InhibitedBy == awayInhibition.ID
		in.FirstSight, in.restored, in.earlier = true, true, true
		in.firedBefore = a.Status.Open()
		in.Flapping = false // its flips are not kept
		in.applyRule(in.rule)
		in.rank = rankOf(in.rule, a.Dimension)
		e.all[id] = in
		e.byPrint[a.Fingerprint] = in
		e.lastLife = max(e.lastLife, a.Life)
	}
	for _, a := range s.Resolved {
		e.resolved[a.Fingerprint] = &a
		e.lastLife = max(e.lastLife, a.Life)
	}
	e.silences = append(e.silences, s.Silences...)
	e.last, e.inhibitorsStale = wall(s.At), true
}

// unread reports whether an alert comes from an earlier run and its gateway was
// not read since: until then nobody can say that it is over, however long that
// takes. One that is not watched any more is not waited for longer than one that
// lost a list.
func (e *Evaluator) unread(v *evalContext, in *trackedAlert) bool {
	if !in.restored {
		return false
	}
	end := e.began.Add(absentAfter)
	_, watched := v.live.Gateways[in.Gateway]
	in.restored = !v.gatewayRead(in.Gateway, e.began) && (watched || v.now.Before(end))
	if !in.restored {
		in.readAgain = v.now
	} else if !watched {
		v.scheduleEval(end)
	}
	return in.restored
}

// gatewayRead reports whether anything was read of a gateway or heard from it since
// this run began.
func (v *evalContext) gatewayRead(gateway string, began time.Time) bool {
	if v.live.Gateways[gateway].LastEventAt > began.UnixMilli() {
		return true
	}
	for _, t := range v.live.PollTargets {
		if t.Gateway == gateway && t.SucceededAt > 0 {
			return true
		}
	}
	for _, l := range v.live.Links {
		if l.Gateway == gateway && l.State == string(event.LinkConnected) && l.LastEventAt > 0 {
			return true
		}
	}
	return false
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
		move(&in.Since, &in.SpellSince, &in.FiredAt, &in.ClearedAt, &in.ResolvedAt, &in.EvaluatedAt, &in.AckedAt, &in.FlapSince, &in.NotifyDecidedAt,
			&in.lastFlip, &in.inhibitorClearedAt, &in.freshAt)
		for i := range in.flips {
			move(&in.flips[i])
		}
		if in.Status.Open() { // whoever keeps it has it begin when it is shown to
			e.recordChange(in, Updated)
		}
	}
	for _, a := range e.resolved {
		move(&a.Since, &a.SpellSince, &a.FiredAt, &a.ClearedAt, &a.ResolvedAt, &a.EvaluatedAt, &a.NotifyDecidedAt)
	}
	move(&e.system.Since, &e.system.AwaySince)
	e.observed.shift(d)
	e.derived.shift(d)
}

// Lines lists the alerts as shown: open ones and those resolved within a day.
func (e *Evaluator) Lines(now time.Time) []state.AlertLine {
	lines := make([]state.AlertLine, 0, len(e.all)+len(e.resolved))
	for _, in := range e.all {
		if in.Status == StatusPending || in.Status.Open() {
			line := in.line(now)
			if in.restored && strings.HasPrefix(in.InhibitedBy, "gateway.") { // what keeps its gateway from being read does not make it untrue
				line.InhibitedBy = ""
			}
			line.Habit = in.rule != nil && in.rule.Habit
			if in.stillOpen() {
				line.InhibitedBy = ""
			}
			lines = append(lines, line)
		}
	}
	for fp, a := range e.resolved {
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

// shownRecovering is how long an alert whose condition is gone is shown as open.
// Some rules wait longer until they call it over, so that what comes back is not
// told anew; nobody is to take it for what is so meanwhile.
const shownRecovering = 4 * time.Minute

// overForLong reports whether an alert is shown as over already. A gateway that answers
// answers: that it may fail again within half a minute makes it no outage of now.
func (a *Alert) overForLong(now time.Time) bool {
	return a.Status == StatusRecovering && (a.Rule == "gateway.unreachable" || now.Sub(a.ClearedAt) >= shownRecovering)
}

// EndedAt is when an alert that is shown as over at a time ended, which is when what it is about did; zero
// while it is open.
func (a *Alert) EndedAt(now time.Time) time.Time {
	if a.overForLong(now) || a.Status == StatusResolved && !a.ClearedAt.IsZero() {
		return a.ClearedAt // not when it was sure
	}
	return a.ResolvedAt
}

// line is an alert as shown.
func (a *Alert) line(now time.Time) state.AlertLine {
	l := state.AlertLine{
		ID: a.Fingerprint, Rule: a.Rule, Gateway: a.Gateway, Category: string(a.Category),
		Severity: string(a.Severity), Status: string(a.Status), Title: a.Title, BeganAs: a.BeganAs, Body: a.Body,
		Evidence: a.Evidence, Ends: a.Ends, EntityKind: a.EntityKind, Entity: a.Entity, Since: unixMillis(a.Since), EndedAt: unixMillis(a.EndedAt(now)),
		UpdatedAt: unixMillis(a.EvaluatedAt), Value: a.Value, Acked: a.Acked, AckNote: a.AckNote,
		Flapping: a.Flapping, Stale: a.Stale, Trust: string(a.Trust), InhibitedBy: a.InhibitorTitle,
		NotifyReason: a.NotifyReason, NotifyDecidedAt: unixMillis(a.NotifyDecidedAt), Count: a.Count,
		Notified: a.NotifiedLife != 0 && a.NotifiedLife == a.Life,
	}
	if a.Rule == "budget.used" {
		l.Threshold = thresholdOf(a.Dimension)
	}
	if a.overForLong(now) {
		l.Status, l.Title = string(StatusResolved), text.Past(a.Title)
	}
	if l.Status == string(StatusResolved) { // nothing holds back what is over, and it needs no reading
		l.Was, l.InhibitedBy, l.Stale = text.Past(a.BeganAs), "", false
	}
	switch {
	case !a.SilencedUntil.After(now):
	case a.Muted:
		l.MutedUntil = unixMillis(a.SilencedUntil)
	default:
		l.SilencedUntil = unixMillis(a.SilencedUntil)
	}
	return l
}

func unixMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
