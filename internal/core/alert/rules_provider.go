package alert

import (
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// Bounds of the rules that count requests. Below minRequests a share says
// nothing; above failingShare people notice, above degradedShare some do.
const (
	minRequests   = 20
	failingShare  = 0.20
	degradedShare = 0.05
	slowFactor    = 3 // times the provider's own baseline p95
	trafficAge    = 10 * time.Minute
)

func providerRules() []Rule {
	return []Rule{
		{
			ID: "provider.switched_off", Title: "Provider switched off by the gateway", Category: CategoryProvider,
			Severity: critical, RepeatInterval: fourHours, OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNow,
			Rank: 40, check: checkSwitchedOff, recheck: recheckSwitchedOff,
		},
		{
			ID: "provider.unhealthy", Title: "Provider is unhealthy", Category: CategoryProvider,
			Severity: critical, For: 10 * time.Second, KeepFiringFor: time.Minute, RepeatInterval: fourHours,
			OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNow, DetectFlapping: true,
			Rank: 30, check: checkUnhealthy, recheck: recheckProvider,
		},
		{
			ID: "provider.unhealthy.derived", Title: "Provider fails many requests", Category: CategoryProvider,
			Severity: critical, For: time.Minute, KeepFiringFor: 2 * time.Minute, RepeatInterval: fourHours,
			OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNow, DetectFlapping: true,
			Rank: 29, Needs: "Traffic", check: checkFailing, recheck: recheckTraffic,
		},
		{
			ID: "provider.credentials", Title: "Provider rejects the credential", Category: CategoryProvider,
			Severity: warning, RepeatInterval: fourHours, OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNow,
			DetectFlapping: true, // a key that may use some models only
			Rank:           20, Needs: "Rejected", check: checkCredentials, recheck: recheckCredentials,
		},
		{
			ID: "provider.degraded", Title: "Provider is degraded", Category: CategoryProvider,
			Severity: warning, For: 2 * time.Minute, KeepFiringFor: 2 * time.Minute, OnFiring: NotifyNow, OnFiringFrom: warning,
			OnResolved: NotifyWithoutSound, DetectFlapping: true, Rank: 10, check: checkDegraded, recheck: recheckProvider,
		},
		{
			ID: "model.new", Title: "New models", Category: CategoryProvider, Severity: info,
			OnFiring: NotifyInDigest, OnFiringFrom: info, OnResolved: NotifyNever, PointInTime: true, check: checkNewModels,
		},
		{
			ID: "model.retired", Title: "Models retired", Category: CategoryProvider, Severity: info,
			OnFiring: NotifyInDigest, OnFiringFrom: info, OnResolved: NotifyNever, PointInTime: true, Needs: "Retired", check: checkRetired,
		},
	}
}

func providerResult(v *evalContext, id string, p *state.Provider) Result {
	f := Annotations{Name: named(p.Name, "provider ", p.Provider), Error: p.Error, Models: len(p.Models)}
	return Result{
		Gateway: p.Gateway, Kind: "provider", Entity: p.Provider, StateID: id, Annotations: f, Value: -1,
		At: p.UpdatedAt, stale: v.stale(p.Gateway, p.Source, p.UpdatedAt),
	}
}

func checkUnhealthy(v *evalContext, yield func(Result)) {
	for id, p := range v.live.Providers {
		switch {
		case event.Health(p.Health) == event.HealthUnhealthy && !p.SwitchedOff:
			p := p
			yield(providerResult(v, id, &p))
		case event.Health(p.Health) == event.HealthUnknown:
			p := p
			s := providerResult(v, id, &p)
			s.condition = conditionUnknown
			yield(s)
		}
	}
}

// recheckProvider ends a provider's alert without good news if the provider was
// switched off meanwhile: it is not healthy again, it is not asked. If the gateway did
// that, another alert says so.
func recheckProvider(v *evalContext, a *Alert) Result {
	p, ok := v.live.Providers[a.StateID]
	if !ok {
		return v.absent(a)
	}
	s := providerResult(v, a.StateID, &p)
	s.condition = conditionNotMet
	switch {
	case p.SwitchedOff:
		s.condition, s.EndReason = conditionEnded, EndInhibited
	case event.Health(p.Health) == event.HealthDisabled:
		s.condition, s.EndReason = conditionEnded, EndDisabled
	}
	return s
}

// traffic yields providers by their last 5 minutes of requests.
func traffic(v *evalContext, yield func(id string, p *state.Provider, t *Traffic)) {
	for id, t := range v.in.Traffic {
		p, ok := v.live.Providers[id]
		if !ok || event.Health(p.Health) == event.HealthDisabled || p.SwitchedOff {
			continue
		}
		if v.now.Sub(t.At) > trafficAge {
			continue // too old to say anything: recheckTraffic calls it unknown
		}
		yield(id, &p, &t)
	}
}

func trafficResult(v *evalContext, id string, p *state.Provider, t *Traffic) Result {
	s := providerResult(v, id, p)
	s.At = t.At.UnixMilli()
	s.Annotations.Requests, s.Annotations.Failed = t.Requests, t.Failed
	s.Annotations.Models, s.Annotations.Uncovered = t.Models, t.Uncovered
	s.Annotations.LastFailed, s.Annotations.Served = t.LastFailed, t.Served
	return s
}

// Of failures that go on.
const (
	// rowLeast failures in a row, over rowFor at least, say what shares cannot
	// say of a quiet gateway.
	rowLeast = 5
	rowFor   = 30 * time.Second
	// rowForgotten is how long after the last failure, with nobody calling since, a
	// row says nothing of now any more.
	rowForgotten = 15 * time.Minute
	// servedLeast successes since the last failure end it, or twice as many as
	// there are requests to a failure.
	servedLeast = 10
	// logSettles is how long a call may take to be in the request log.
	logSettles = 3 * time.Second
	// auditLate is how much later than its interval the newest failure is known.
	auditLate = 15 * time.Second
)

// goesOn judges whether a provider that failed so many of its requests still
// does: a failure within the last poll, and no run of successes since. Where
// nobody calls nobody can say: enough to go on, not to begin.
func (v *evalContext) goesOn(gateway string, t *Traffic) condition {
	every := time.Duration(v.live.PollTargets[gateway+"/rest:audit"].IntervalMS) * time.Millisecond
	switch {
	case t.LastFailed.IsZero():
		return conditionNotMet
	case t.Served >= max(servedLeast, 2*t.Requests/max(t.Failed, 1)):
		return conditionNotMet
	case v.now.Sub(t.LastFailed) > max(every, time.Minute)+auditLate:
		return conditionHysteresis
	case t.Served > t.Requests/max(t.Failed, 1): // more than usually lie between two failures
		return conditionHysteresis
	}
	return conditionMet
}

// rowOf judges failures in a row: ripe if they have gone on for long enough, and the
// log, which shows what was served since, was read after the last of them. Failures
// are read more often than the log is while nobody looks.
func (v *evalContext) rowOf(gateway string, t *Traffic) (ripe bool) {
	if t.Row < rowLeast {
		return false
	}
	log := v.live.PollTargets[gateway+"/rest:logs"]
	if log.Outcome == string(event.PollOK) && log.SucceededAt < t.LastFailed.Add(logSettles).UnixMilli() {
		v.scheduleEval(v.now.Add(logSettles))
		return false
	}
	if end := t.RowSince.Add(rowFor); v.now.Before(end) {
		v.scheduleEval(end)
		return false
	}
	return true
}

// forgotten reports whether failures in a row were followed by nothing at all
// for long: nobody calls, so nobody can say that it fails.
func (v *evalContext) forgotten(t *Traffic) bool {
	if t.LastFailed.IsZero() {
		return false
	}
	end := t.LastFailed.Add(rowForgotten)
	if v.now.Before(end) {
		v.scheduleEval(end)
		return false
	}
	return true
}

func checkFailing(v *evalContext, yield func(Result)) {
	traffic(v, func(id string, p *state.Provider, t *Traffic) {
		s := trafficResult(v, id, p, t)
		many := t.Requests >= minRequests
		switch share := float64(t.Failed) / float64(max(t.Requests, 1)); {
		case t.Row >= rowLeast && v.forgotten(t):
			s.condition, s.EndReason = conditionEnded, EndExpired
		case v.rowOf(p.Gateway, t):
			s.ripe, s.Annotations.Equal, s.Annotations.From = true, t.Row, t.RowSince
		case many && share >= failingShare:
			s.condition = v.goesOn(p.Gateway, t)
		case t.Row >= rowLeast: // not for long yet, or it is not known what was served since
			s.condition = conditionUnknown
		case many || t.Row == 0 && (t.LastFailed.IsZero() || t.Served > 0):
			return // it serves, or nothing failed since it was changed
		default:
			s.condition = conditionUnknown // too few to say either way
		}
		yield(s)
	})
}

// recheckTraffic decides by requests alone: without any, nobody can say.
func recheckTraffic(v *evalContext, a *Alert) Result {
	s := recheckProvider(v, a)
	if s.condition != conditionNotMet {
		return s
	}
	if t, ok := v.in.Traffic[a.StateID]; !ok || v.now.Sub(t.At) > trafficAge {
		s.condition = conditionUnknown
	}
	return s
}

func checkDegraded(v *evalContext, yield func(Result)) {
	for id, p := range v.live.Providers {
		if event.Health(p.Health) == event.HealthDegraded && !p.SwitchedOff && !derived(&p) {
			p := p
			s := providerResult(v, id, &p)
			if p.LatencyMS >= 0 {
				s.Annotations.P95MS = p.LatencyMS
			}
			yield(s)
		}
	}
	traffic(v, func(id string, p *state.Provider, t *Traffic) {
		slow := t.P95MS > 0 && t.BaselineP95MS > 0 && t.P95MS > slowFactor*t.BaselineP95MS
		limping := float64(t.Failed) >= degradedShare*float64(t.Requests)
		if t.Requests < minRequests || !slow && !limping || event.Health(p.Health) == event.HealthDegraded && !derived(p) {
			return
		}
		s := trafficResult(v, id, p, t)
		if slow {
			s.Annotations.P95MS, s.Annotations.BaselineP95MS = t.P95MS, t.BaselineP95MS
		} else {
			s.condition = v.goesOn(p.Gateway, t)
		}
		yield(s)
	})
}

// derived reports whether a provider is called degraded by us, from single
// failures that a gateway listed: that is shown, and counts of requests decide
// whether it is an alert.
func derived(p *state.Provider) bool {
	_, read := cutPrefix(p.Source, "rest:")
	return read && event.Health(p.Health) == event.HealthDegraded
}

func checkSwitchedOff(v *evalContext, yield func(Result)) {
	for id, p := range v.live.Providers {
		if !p.SwitchedOff {
			continue
		}
		p := p
		s := providerResult(v, id, &p)
		s.Annotations.From = msTime(p.Since)
		r, known := v.in.Rejected[id]
		if known {
			s.Annotations.HTTPStatus, s.Annotations.From = r.Status, r.Since
		}
		v.offSince(&s, known)
		yield(s)
	}
}

// offSince keeps since when and why a provider is off by what an earlier run read: the
// gateway lists its errors for minutes only. What is listed of a later time counts.
func (v *evalContext) offSince(s *Result, listed bool) {
	was := v.ev.all[alertKey{"provider.switched_off", s.Gateway, s.Kind, s.Entity, s.Dimension}]
	if was == nil || !was.earlier || !was.Status.Open() || was.Annotations.From.IsZero() {
		return
	}
	if listed && (s.Annotations.From.After(was.FiredAt) || was.Annotations.HTTPStatus == 0) {
		return // it was on in between, or is known better now
	}
	s.Annotations.From, s.Annotations.HTTPStatus = was.Annotations.From, was.Annotations.HTTPStatus
}

// recheckSwitchedOff ends only when the provider is known to be on again.
func recheckSwitchedOff(v *evalContext, a *Alert) Result {
	p, ok := v.live.Providers[a.StateID]
	if !ok {
		return v.absent(a)
	}
	s := providerResult(v, a.StateID, &p)
	s.condition = conditionNotMet
	switch event.Health(p.Health) {
	case event.HealthUnknown:
		s.condition = conditionUnknown
	case event.HealthDisabled: // an administrator took over
		s.condition, s.EndReason = conditionEnded, EndDisabled
	case event.HealthHealthy, event.HealthDegraded, event.HealthUnhealthy:
	}
	return s
}

func checkCredentials(v *evalContext, yield func(Result)) {
	for id, r := range v.in.Rejected {
		p, ok := v.live.Providers[id]
		if !ok || r.Cleared || r.Old || p.SwitchedOff || event.Health(p.Health) == event.HealthDisabled {
			continue
		}
		if event.Health(p.Health) == event.HealthHealthy && p.Changes > 0 && r.At.UnixMilli() < p.Since {
			continue // it has become well since: the cause is gone
		}
		s := providerResult(v, id, &p)
		s.At, s.Annotations.HTTPStatus, s.Annotations.From, s.Annotations.Equal = r.At.UnixMilli(), r.Status, r.Since, r.Count
		if r.Count >= 2 {
			s.Severity = event.SeverityCritical
		}
		yield(s)
	}
}

// recheckCredentials ends with a success, not with silence.
func recheckCredentials(v *evalContext, a *Alert) Result {
	s := recheckProvider(v, a)
	if s.condition == conditionNotMet {
		if r, ok := v.in.Rejected[a.StateID]; !ok || !r.Cleared {
			s.condition = conditionUnknown
		}
	}
	return s
}

// newModels is how long a finding is news.
const newModels = 10 * time.Minute

func checkNewModels(v *evalContext, yield func(Result)) {
	for id, p := range v.live.Providers {
		age := v.now.Sub(msTime(p.DiscoveredAt))
		// The first list of a provider is not news.
		if p.DiscoveredAt == 0 || age > newModels || len(p.NewModels) == 0 || len(p.NewModels) == len(p.Models) {
			continue
		}
		p := p
		s := providerResult(v, id, &p)
		s.At = p.DiscoveredAt
		s.Annotations.Models, s.Annotations.Model = len(p.NewModels), p.NewModels[0]
		yield(s)
	}
}

func checkRetired(v *evalContext, yield func(Result)) {
	for id, r := range v.in.Retired {
		p, ok := v.live.Providers[id]
		if !ok || len(r.Models) == 0 || v.now.Sub(r.At) > newModels {
			continue
		}
		s := providerResult(v, id, &p)
		s.At = r.At.UnixMilli()
		s.Annotations.Models, s.Annotations.Model = len(r.Models), r.Models[0]
		yield(s)
	}
}

func msTime(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
