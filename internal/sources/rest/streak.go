package rest

import (
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

// run is how the newest requests to providers of one sort went, by the billing
// audit.
type run struct {
	good, bad time.Time // the newest success and failure
	served    int       // successes behind the newest failure
}

// count takes in one row; rows come oldest first, but for a few that are late.
func (r *run) count(at time.Time, failed bool) {
	if failed {
		if at.After(r.bad) {
			r.bad, r.served = at, 0
		}
		return
	}
	r.good = latest(r.good, at)
	if at.After(r.bad) {
		r.served++
	}
}

// streak is how the newest requests to a provider went, since it was changed
// last: what failed before that says nothing about it as it is now. Times are
// the gateway's.
type streak struct {
	failed time.Time // the newest failure; zero: none
	served int       // successes since
	row    int       // failures since the newest success
	since  time.Time // the first of these
}

// blames are the failures that do not speak of a provider's health: what the
// caller got wrong.
var blames = []text{"ModelNotFound", "InvalidRequest"}

// streakOf sums up what the list of failures, the request log and the billing
// audit show of a provider.
func (s *observedState) streakOf(p Provider) (k streak) {
	changed, alone := p.Updated.Time, !s.typeShared(p)
	good, known := s.succeeded(p), alone || s.servesAlone(p)
	var fails []time.Time
	for _, x := range s.failures[p.id()] {
		if x.At.After(changed) && !x.refuses() && !slices.Contains(blames, x.Type) {
			fails = append(fails, x.At.Time)
			k.failed = latest(k.failed, x.At.Time)
		}
	}
	audited := run{}
	if r := s.audit.runs[p.typeName()]; r != nil && alone {
		audited = *r
		good = latest(good, r.good)
		if r.bad.After(changed) {
			k.failed = latest(k.failed, r.bad)
		}
	}
	if s.lastGood == nil {
		s.lastGood = map[string]time.Time{}
	}
	good = latest(good, s.lastGood[p.id()]) // logs and audit forget it before the failures are forgotten
	s.lastGood[p.id()] = good
	for _, at := range fails {
		if known && at.After(good) {
			k.row++
			if k.since.IsZero() || at.Before(k.since) {
				k.since = at
			}
		}
	}
	if k.failed.IsZero() {
		return k
	}
	only := s.soleProviders()
	for _, r := range s.served {
		if only[string(r.Model)] == p.id() && r.At.After(k.failed) {
			k.served++
		}
	}
	if !audited.bad.IsZero() && !audited.bad.Before(k.failed.Add(-2*time.Second)) {
		k.served = max(k.served, audited.served)
	}
	return k
}

// servesAlone reports whether no other provider serves a model of this one, so
// that a success in the log is known to be its.
func (s *observedState) servesAlone(p Provider) bool {
	only := s.soleProviders()
	for _, m := range s.mappings.rows {
		if m.Provider == p.ID && only[m.name()] != p.id() {
			return false
		}
	}
	return true
}

// streaks tells how the newest requests to providers went, where that is
// another thing than was told last: the counts of minutes come with the audit.
func (w *Poller) streaks() (events []event.Event) {
	s := &w.observed
	s.providers.each(func(p Provider) {
		t, told := s.traffic[p.id()]
		if !told {
			return // the audit comes first
		}
		was := t
		w.putStreak(&t, p)
		if t == was {
			return
		}
		s.traffic[p.id()] = t
		events = append(events, t)
	})
	return events
}

// putStreak fills in how the newest requests to a provider went, in our time.
func (w *Poller) putStreak(t *event.TrafficMeasured, p Provider) {
	k := w.observed.streakOf(p)
	t.Row, t.Served, t.RowSince, t.LastFailed = k.row, k.served, w.here(k.since), w.here(k.failed)
}

// here is what time it is here when it is at at the gateway.
func (w *Poller) here(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	now := w.observed.now
	return at.Add(now.Sub(w.opts.Client.GatewayTime(now))).Round(time.Millisecond)
}
