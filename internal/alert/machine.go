package alert

import (
	"strings"
	"time"
)

// step moves one alert on by what was seen of it.
func (e *Evaluator) step(v *view, in *instance, s *Sample) {
	now := v.now
	if len(in.what) == 0 {
		in.from = in.Status
	}
	if s.At >= 0 && s.v != unknown {
		in.Seen = now
	}
	switch s.v {
	case unknown:
		e.flag(in, &in.Stale, in.Status.Open() || in.Status == StatusPending)
		e.deadlines(in, now, true)
		return
	case ended:
		e.finish(in, s.End, now)
		return
	case holds, keeps, fails:
	}
	if e.newEpoch(in, s) {
		in.Facts, in.Value = s.Facts, s.Value
		if s.v != holds { // it has room again: good news
			e.finish(in, EndGone, now)
			e.drop(in)
			return
		}
		e.finish(in, EndEpoch, now)
		e.drop(in)
		in = e.create(v, in.rule, in.id, s)
		in.pass = e.pass
	}
	e.flag(in, &in.Stale, s.stale)
	truth := s.v == holds || s.v == keeps && in.raw
	e.take(v, in, s, truth)
	if truth != in.raw {
		in.raw = truth
		e.flip(in, now)
	}
	e.move(v, in, truth, now)
	e.deadlines(in, now, false)
}

// flag sets a flag of an alert and notes the change of an open one.
func (e *Evaluator) flag(in *instance, f *bool, to bool) {
	if *f != to {
		*f = to
		e.happen(in, Updated)
	}
}

// newEpoch reports whether a budget's period ended. A limit that names the
// epoch for want of anything better, and a real name, are the same period.
func (e *Evaluator) newEpoch(in *instance, s *Sample) bool {
	if s.Epoch == in.SourceEpoch || in.Status == StatusOK {
		return false
	}
	was, is := strings.HasPrefix(in.SourceEpoch, "limit:"), strings.HasPrefix(s.Epoch, "limit:")
	return was == is
}

// take copies a sample's numbers.
func (e *Evaluator) take(v *view, in *instance, s *Sample, truth bool) {
	in.SourceEpoch, in.source, in.Thing = s.Epoch, s.Source, nameOr(s.Thing, in.Thing)
	if s.At > 0 {
		in.DataAt = msTime(s.At)
	}
	if g := v.live.Gateways[in.Gateway]; in.Label != nameOr(g.Label, in.Gateway) {
		in.Label, in.dirty = nameOr(g.Label, in.Gateway), true
	}
	if truth || in.Category == CategorySpend && s.Facts.Name != "" {
		if in.Facts != s.Facts || in.Value != s.Value {
			in.Facts, in.Value, in.dirty = s.Facts, s.Value, true
		}
	}
	if in.Trust != s.Trust {
		in.Trust, in.dirty = s.Trust, true
		if s.Trust == TrustVerified && in.Status.Open() {
			e.happen(in, Verified)
		}
	}
	if truth {
		e.severity(in, s, v.now)
	}
	if in.dirty && (in.Status.Open() || in.Status == StatusPending) {
		e.happen(in, Updated)
	}
}

// severity follows the sample and the rule's escalation.
func (e *Evaluator) severity(in *instance, s *Sample, now time.Time) {
	sev := s.Severity
	if sev == "" {
		sev = in.rule.Severity
	}
	if r := in.rule; r.Escalate > 0 && in.Status.Open() && now.Sub(in.Fired) >= r.Escalate &&
		r.EscalateTo.Rank() > sev.Rank() {
		sev = r.EscalateTo
	}
	if sev == in.Severity {
		return
	}
	was := in.Severity
	in.Severity, in.dirty = sev, true
	in.adopt(in.rule)
	switch {
	case was == "" || !in.Status.Open():
	case sev.Rank() > was.Rank():
		in.unack()
		e.happen(in, Rose)
	default:
		e.happen(in, Fell)
	}
}

// move is the state machine drawn at Status.
func (e *Evaluator) move(v *view, in *instance, truth bool, now time.Time) {
	switch in.Status {
	case StatusOK, StatusResolved:
		if truth {
			e.begin(v, in, now)
		}
	case StatusPending:
		if !truth {
			in.Status, in.Gone = StatusOK, now
			e.happen(in, Dropped)
		} else if now.Sub(in.Since) >= in.rule.For {
			e.fire(in, now)
		}
	case StatusFiring:
		if !truth {
			in.Gone = now
			if in.rule.Point {
				e.finish(in, EndExpired, now)
				return
			}
			if in.rule.Keep == 0 {
				e.finish(in, EndGone, now)
				return
			}
			in.Status = StatusRecovering
			e.happen(in, Ceased)
		}
	case StatusRecovering:
		if truth {
			in.Status, in.Gone = StatusFiring, time.Time{}
			in.Count++
			e.happen(in, Resumed)
		} else if now.Sub(in.Gone) >= in.rule.Keep {
			e.finish(in, EndGone, now)
		}
	}
}

// begin starts a new life.
func (e *Evaluator) begin(v *view, in *instance, now time.Time) {
	away, _ := e.sit.Away(now)
	keep := in.Alert
	in.Alert = Alert{
		Rule: keep.Rule, Category: keep.Category, Gateway: keep.Gateway, Label: keep.Label,
		EntityKind: keep.EntityKind, Entity: keep.Entity, Thing: keep.Thing, Dimension: keep.Dimension,
		Severity: keep.Severity, Facts: keep.Facts, Value: keep.Value, Trust: keep.Trust,
		DataAt: keep.DataAt, Seen: now, Stale: keep.Stale, SourceEpoch: keep.SourceEpoch,
		Flapping: keep.Flapping, Transitions: keep.Transitions, FlapSince: keep.FlapSince,
		Status: StatusPending, Since: now, FirstSight: e.pass == 1 || away,
	}
	in.adopt(in.rule)
	in.Epoch = in.SourceEpoch
	if in.Epoch != "" && in.Facts.Limit > 0 && !strings.HasPrefix(in.Epoch, "limit:") {
		// A limit raised within the epoch arms its thresholds anew.
		in.Epoch += "/" + in.Facts.Limit.String()
	}
	delete(e.byPrint, keep.Fingerprint)
	in.Fingerprint = fingerprint(in.Rule, in.Gateway, in.EntityKind, in.Entity, in.Dimension, in.Epoch)
	e.byPrint[in.Fingerprint] = in
	e.lastLife = max(now.UnixMilli(), e.lastLife+1)
	in.Life = e.lastLife
	in.dirty = true
	in.held, in.heldBy, in.away = false, nil, false
	if in.rule.For > 0 {
		e.happen(in, Began)
		return
	}
	e.fire(in, now)
}

func (e *Evaluator) fire(in *instance, now time.Time) {
	in.Status, in.Fired, in.Count = StatusFiring, now, 1
	in.dirty = true
	delete(e.closed, in.Fingerprint)
	e.happen(in, Fired)
}

// finish resolves an alert, or forgets one that never fired.
func (e *Evaluator) finish(in *instance, why End, now time.Time) {
	switch in.Status {
	case StatusOK, StatusResolved:
		return
	case StatusPending:
		in.Status = StatusOK
		e.happen(in, Dropped)
	case StatusFiring, StatusRecovering:
		in.Status, in.End, in.Ended = StatusResolved, why, now
		if in.Gone.IsZero() {
			in.Gone = now
		}
		in.dirty = true
		e.happen(in, Resolved)
	}
	in.raw = false
	in.Settling, in.held, in.heldBy = false, false, nil
	if why == EndEpoch || why == EndDeleted || why == EndRuleOff {
		in.Flapping = false
	}
	if in.Flapping || now.Sub(in.lastFlip) < flapWindow && in.flipped > 0 {
		return // remembered for the flap filter
	}
	e.drop(in)
}

// drop forgets an alert that is over.
func (e *Evaluator) drop(in *instance) {
	if e.all[in.id] == in {
		delete(e.all, in.id)
	}
	if e.byPrint[in.Fingerprint] == in {
		delete(e.byPrint, in.Fingerprint)
	}
}

// close moves a resolved alert to those that are shown for a day.
func (e *Evaluator) close(in *instance) {
	a := in.Alert
	e.closed[a.Fingerprint] = &a
	if e.byPrint[a.Fingerprint] == in {
		delete(e.byPrint, a.Fingerprint)
	}
}

// deadlines asks to be called when time alone will change something.
func (e *Evaluator) deadlines(in *instance, now time.Time, blind bool) {
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
			e.wake(in.Since.Add(r.For))
		} else {
			e.wake(in.Gone.Add(r.Keep))
		}
	case StatusFiring:
		if r.Escalate > 0 && in.Severity.Rank() < r.EscalateTo.Rank() {
			e.wake(in.Fired.Add(r.Escalate))
		}
	case StatusOK, StatusResolved:
	}
	if in.flipped > 0 {
		e.settle(in, now)
	}
}

// sweepClosed forgets resolved alerts after a day, and the oldest beyond a
// bound.
func (e *Evaluator) sweepClosed(now time.Time) {
	for len(e.closed) > 0 {
		var oldest *Alert
		for _, a := range e.closed {
			if oldest == nil || a.Ended.Before(oldest.Ended) {
				oldest = a
			}
		}
		end := oldest.Ended.Add(keepClosed)
		if len(e.closed) <= maxClosed && now.Before(end) {
			e.wake(end)
			return
		}
		delete(e.closed, oldest.Fingerprint)
		if _, open := e.byPrint[oldest.Fingerprint]; !open {
			e.forgot = append(e.forgot, Change{What: Forgotten, From: StatusResolved, Alert: *oldest, At: now})
		}
	}
}

func (in *instance) unack() {
	in.Acked, in.AckNote, in.AckedAt = false, "", time.Time{}
}

// rankOf orders alerts on one entity: a higher one explains a lower one.
func rankOf(r *Rule, dimension string) float64 {
	if r == nil {
		return 0
	}
	rank := float64(r.Rank)
	if r.ID == "budget.used" {
		rank += min(thresholdOf(dimension), 10)
	}
	return rank
}
