package alert

import (
	"cmp"
	"strings"
	"time"

	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// advance moves one alert on by what was seen of it.
func (e *Evaluator) advance(v *evalContext, in *trackedAlert, s *Result) {
	now := v.now
	if len(in.changes) == 0 {
		in.from = in.Status
	}
	if s.At >= 0 && s.condition != conditionUnknown {
		in.EvaluatedAt = now
	}
	switch s.condition {
	case conditionUnknown:
		e.flag(in, &in.Stale, in.Status.Open() || in.Status == StatusPending)
		e.deadlines(in, now, true)
		return
	case conditionEnded:
		if s.Annotations.Freed != "" {
			in.Annotations, in.Value = s.Annotations, s.Value
		}
		in.readAt(s)
		e.resolve(in, s.EndReason, now)
		return
	case conditionMet, conditionHysteresis, conditionNotMet:
		e.unread(v, in) // it may be seen for the first time since the start
	}
	if s.condition == conditionNotMet || s.Period != in.SourcePeriod {
		free(&in.Alert, s)
	}
	if e.newPeriod(in, s) {
		in.Annotations, in.Value = s.Annotations, s.Value
		in.readAt(s)
		if s.condition != conditionMet { // it has room again: good news
			e.resolve(in, EndCleared, now)
			e.drop(in)
			return
		}
		s.Annotations.Freed = ""
		in = e.followed(v, in, s, EndNewPeriod)
	}
	if in.happenedAnew(s) {
		in = e.followed(v, in, s, EndExpired)
	}
	e.flag(in, &in.Stale, s.stale)
	truth := s.condition == conditionMet || s.condition == conditionHysteresis && in.conditionHeld
	e.copyResult(v, in, s, truth)
	in.clearedAs = s.EndReason
	if truth != in.conditionHeld {
		in.conditionHeld = truth
		e.flip(in, now)
	}
	if in.rule.PointInTime && in.Status.Open() && s.At > in.lastPoint && in.lastPoint > 0 && !s.Annotations.From.IsZero() {
		in.Since = now // it happened once more
	}
	in.lastPoint = max(in.lastPoint, s.At)
	e.transition(v, in, truth, s.ripe, now)
	e.deadlines(in, now, false)
}

// followed ends an alert, and returns the one that follows it in its place.
func (e *Evaluator) followed(v *evalContext, in *trackedAlert, s *Result, why EndReason) *trackedAlert {
	e.resolve(in, why, v.now)
	e.drop(in)
	next := e.create(v, in.rule, in.id, s)
	next.pass = e.pass
	return next
}

// toldTwice is for how long a point event may be told once more by another source: a
// list is read each minute, and where a gateway is slow, later.
const toldTwice = 3 * time.Minute

// happenedAnew reports whether what an open alert tells happened once more: that is
// another alert, which nobody has seen yet, whatever was done about the one before.
func (in *trackedAlert) happenedAnew(s *Result) bool {
	return in.rule.PointInTime && in.Status.Open() && in.lastPoint > 0 && s.condition == conditionMet &&
		!s.Annotations.From.IsZero() && s.At-in.lastPoint > toldTwice.Milliseconds()
}

// readAt notes of when the reading is that an alert rests on, or was ended by.
func (in *trackedAlert) readAt(s *Result) {
	if s.At > 0 {
		in.DataAt = msTime(s.At)
	}
}

// flag sets a flag of an alert and notes the change of an open one.
func (e *Evaluator) flag(in *trackedAlert, f *bool, to bool) {
	if *f != to {
		*f = to
		e.recordChange(in, Updated)
	}
}

// newPeriod reports whether a budget's period ended. A limit that names the
// budget period for want of anything better, and a real name, are the same period.
func (e *Evaluator) newPeriod(in *trackedAlert, s *Result) bool {
	if s.Period == in.SourcePeriod || in.Status == StatusOK {
		return false
	}
	if strings.HasPrefix(s.Period, state.BegunPrefix) {
		return true // it was seen to begin
	}
	was, is := nameless(in.SourcePeriod), nameless(s.Period)
	return was == is && !sameTopup(in.SourcePeriod, s.Period)
}

// sameTopup reports whether two names are of one top-up, of which one was written
// down before its minute was a part of the name.
func sameTopup(a, b string) bool {
	x, at, _ := strings.Cut(a, "@")
	y, on, _ := strings.Cut(b, "@")
	return x == y && (at == "" || on == "")
}

// nameless reports whether a period is called by something other than its own
// name.
func nameless(period string) bool {
	return strings.HasPrefix(period, "limit:") || strings.HasPrefix(period, state.BegunPrefix)
}

// copyResult copies a sample's numbers.
func (e *Evaluator) copyResult(v *evalContext, in *trackedAlert, s *Result, truth bool) {
	in.SourcePeriod, in.source, in.StateID = s.Period, s.Source, nameOr(s.StateID, in.StateID)
	in.readAt(s)
	if g := v.live.Gateways[in.Gateway]; in.Label != nameOr(g.Label, in.Gateway) {
		in.Label, in.textStale = nameOr(g.Label, in.Gateway), true
	}
	if several := len(v.live.Gateways) > 1; in.Several != several {
		in.Several, in.textStale = several, true
	}
	if truth || in.Category == CategorySpend && s.Annotations.Name != "" {
		if in.Annotations != s.Annotations || in.Value != s.Value {
			in.Annotations, in.Value, in.textStale = s.Annotations, s.Value, true
		}
	}
	if in.Trust != s.Trust {
		in.Trust, in.textStale = s.Trust, true
		if s.Trust == TrustVerified && in.Status.Open() {
			e.recordChange(in, ClaimVerified)
		}
	}
	if truth {
		e.severity(in, s, v.now)
	}
	if in.textStale && (in.Status.Open() || in.Status == StatusPending) {
		e.recordChange(in, Updated)
	}
}

// lookWithin is how long an escalation waits for a look that shows that it is still so:
// connections are tried again within a minute or so, but where only a person can mend
// them, hardly ever.
const lookWithin = 90 * time.Second

// escalates reports whether an alert has held for as long as its rule's escalation
// takes, and was looked at since, where it is looked at now and then only.
func (in *trackedAlert) escalates(s *Result, now time.Time) bool {
	due := in.FiredAt.Add(in.rule.Escalate)
	return !now.Before(due) && (s.LookedAt == 0 || !msTime(s.LookedAt).Before(due) || !now.Before(due.Add(lookWithin)))
}

// severity follows the sample and the rule's escalation.
func (e *Evaluator) severity(in *trackedAlert, s *Result, now time.Time) {
	sev := s.Severity
	if sev == "" {
		sev = in.rule.Severity
	}
	if r := in.rule; r.Escalate > 0 && in.Status.Open() && r.EscalateTo.Rank() > sev.Rank() && in.escalates(s, now) {
		sev = r.EscalateTo
	}
	if sev == in.Severity {
		return
	}
	was := in.Severity
	in.Severity, in.textStale = sev, true
	in.applyRule(in.rule)
	switch {
	case was == "" || !in.Status.Open():
	case sev.Rank() > was.Rank():
		in.unack()
		e.recordChange(in, SeverityRaised)
	default:
		e.recordChange(in, SeverityLowered)
	}
}

// transition is the state machine drawn at Status.
func (e *Evaluator) transition(v *evalContext, in *trackedAlert, truth, ripe bool, now time.Time) {
	switch in.Status {
	case StatusOK, StatusResolved:
		if truth {
			e.begin(v, in, now)
			if ripe && in.Status == StatusPending {
				e.fire(in, now)
			}
		}
	case StatusPending:
		if !truth {
			in.Status, in.ClearedAt = StatusOK, now
			e.recordChange(in, Dropped)
		} else if ripe || now.Sub(in.Since) >= in.rule.For {
			e.fire(in, now)
		}
	case StatusFiring:
		if !truth {
			in.ClearedAt = now
			if in.rule.PointInTime {
				e.resolve(in, EndExpired, now)
				return
			}
			if in.rule.KeepFiringFor == 0 {
				e.resolve(in, cmp.Or(in.clearedAs, EndCleared), now)
				return
			}
			in.Status = StatusRecovering
			in.shownOver = in.overForLong(now)
			e.recordChange(in, StartedRecovering)
		}
	case StatusRecovering:
		if truth {
			gone := in.ClearedAt
			in.Status, in.ClearedAt = StatusFiring, time.Time{}
			in.Count++
			e.recordChange(in, FiredAgain)
			if cleared := now.Sub(gone); cleared >= shownRecovering { // that is closed, and stays so
				e.beginSpell(in, now)
			}
			in.shownOver = false
		} else if now.Sub(in.ClearedAt) >= in.rule.KeepFiringFor {
			e.resolve(in, cmp.Or(in.clearedAs, EndCleared), now)
		} else if !in.shownOver && in.overForLong(now) {
			in.shownOver = true
			e.recordChange(in, Updated)
		}
	}
}

// begin starts a new life.
func (e *Evaluator) begin(v *evalContext, in *trackedAlert, now time.Time) {
	away, _ := e.system.Away(now)
	keep := in.Alert
	in.Alert = Alert{
		Rule: keep.Rule, Category: keep.Category, Gateway: keep.Gateway, Label: keep.Label, Several: keep.Several,
		EntityKind: keep.EntityKind, Entity: keep.Entity, StateID: keep.StateID, Dimension: keep.Dimension,
		Severity: keep.Severity, Annotations: keep.Annotations, Value: keep.Value, Trust: keep.Trust,
		DataAt: keep.DataAt, EvaluatedAt: now, Stale: keep.Stale, SourcePeriod: keep.SourcePeriod,
		Flapping: keep.Flapping, Transitions: keep.Transitions, FlapSince: keep.FlapSince,
		Status: StatusPending, Since: now, FirstSight: e.pass == 1 || away,
	}
	in.applyRule(in.rule)
	in.Period = in.SourcePeriod
	if in.Period != "" && in.Annotations.Limit > 0 && !strings.HasPrefix(in.Period, "limit:") {
		// A limit raised within the budget period arms its thresholds anew.
		in.Period += "/" + in.Annotations.Limit.String()
	}
	in.earlier = false
	delete(e.byPrint, keep.Fingerprint)
	in.Fingerprint = fingerprint(in.Rule, in.Gateway, in.EntityKind, in.Entity, in.Dimension, in.Period)
	before := e.resolved[in.Fingerprint]
	in.LimitBack = before != nil && before.Annotations.Freed == text.FreedByLimit
	e.byPrint[in.Fingerprint] = in
	e.lastLife = max(now.UnixMilli(), e.lastLife+1)
	in.Life = e.lastLife
	e.beginSpell(in, now)
	in.textStale = true
	in.inhibited, in.inhibition, in.inhibitedByAway = false, nil, false
	if in.rule.For > 0 {
		e.recordChange(in, BecamePending)
		return
	}
	e.fire(in, now)
}

func (e *Evaluator) fire(in *trackedAlert, now time.Time) {
	in.Status, in.FiredAt, in.Count = StatusFiring, now, 1
	in.IncidentID = in.ownIncident()
	in.textStale = true
	delete(e.resolved, in.Fingerprint)
	e.recordChange(in, Fired)
}

// resolve resolves an alert, or drops one that never fired.
func (e *Evaluator) resolve(in *trackedAlert, why EndReason, now time.Time) {
	switch in.Status {
	case StatusOK, StatusResolved:
		return
	case StatusPending:
		in.Status = StatusOK
		e.recordChange(in, Dropped)
	case StatusFiring, StatusRecovering:
		in.Status, in.EndReason, in.ResolvedAt = StatusResolved, why, now
		in.Annotations.EndUnseen = !in.readAgain.IsZero() && now.Sub(in.readAgain) < firstReads
		if in.ClearedAt.IsZero() {
			in.ClearedAt = now
		}
		in.textStale = true
		e.recordChange(in, Resolved)
	}
	in.conditionHeld = false
	in.AwaitingRecheck, in.inhibited, in.inhibition = false, false, nil
	if why == EndNewPeriod || why == EndDeleted || why == EndRuleOff || why == EndNormal {
		in.Flapping = false
	}
	if in.Flapping || now.Sub(in.lastFlip) < flapWindow && in.flipped > 0 {
		return // remembered for the flap filter
	}
	e.drop(in)
}

// firstReads is for how long after its gateway was read again what ends may have ended
// before that: lists are read each minute, and ends are believed a moment later.
const firstReads = 90 * time.Second

// drop removes an alert that is over.
func (e *Evaluator) drop(in *trackedAlert) {
	if e.all[in.id] == in {
		delete(e.all, in.id)
	}
	if e.byPrint[in.Fingerprint] == in {
		delete(e.byPrint, in.Fingerprint)
	}
}

// close moves a resolved alert to those that are shown for a day.
func (e *Evaluator) close(in *trackedAlert) {
	a := in.Alert
	e.resolved[a.Fingerprint] = &a
	if e.byPrint[a.Fingerprint] == in {
		delete(e.byPrint, a.Fingerprint)
	}
}

// deadlines asks to be called when time alone will change something.
func (e *Evaluator) deadlines(in *trackedAlert, now time.Time, blind bool) {
	r := in.rule
	if r == nil {
		return
	}
	switch in.Status {
	case StatusPending, StatusRecovering:
		if blind {
			break // time alone moves nothing while nobody knows
		}
		if in.Status == StatusPending {
			e.scheduleEval(in.Since.Add(r.For))
		} else {
			e.scheduleEval(in.ClearedAt.Add(r.KeepFiringFor))
			if over := in.ClearedAt.Add(shownRecovering); now.Before(over) {
				e.scheduleEval(over)
			}
		}
	case StatusFiring:
		if r.Escalate > 0 && in.Severity.Rank() < r.EscalateTo.Rank() {
			due := in.FiredAt.Add(r.Escalate)
			if !now.Before(due) { // it waits for a look
				due = due.Add(lookWithin)
			}
			if now.Before(due) {
				e.scheduleEval(due)
			}
		}
	case StatusOK, StatusResolved:
	}
	if in.flipped > 0 {
		e.updateFlapping(in, now)
	}
}

// sweepResolved removes resolved alerts after a day, and the oldest beyond a
// bound.
func (e *Evaluator) sweepResolved(now time.Time) {
	for len(e.resolved) > 0 {
		var oldest *Alert
		for _, a := range e.resolved {
			if oldest == nil || a.ResolvedAt.Before(oldest.ResolvedAt) {
				oldest = a
			}
		}
		end := oldest.ResolvedAt.Add(resolvedRetention)
		if len(e.resolved) <= maxResolved && now.Before(end) {
			e.scheduleEval(end)
			return
		}
		delete(e.resolved, oldest.Fingerprint)
		if _, open := e.byPrint[oldest.Fingerprint]; !open {
			e.forgot = append(e.forgot, Change{Kind: Forgotten, From: StatusResolved, Alert: *oldest, At: now})
		}
	}
}

func (in *trackedAlert) unack() {
	in.Acked, in.AckNote, in.AckedAt = false, "", time.Time{}
}

// rankOf orders alerts on one entity: a higher one inhibits a lower one.
func rankOf(r *Rule, dimension string) float64 {
	if r == nil {
		return 0
	}
	rank := float64(r.Rank)
	switch {
	case r.ID == "budget.used":
		rank += min(thresholdOf(dimension), 10)
	case dimension == dimensionNow:
		rank++
	}
	return rank
}
