package alert

import (
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/state"
)

// Bounds of the rules that count requests. Below minRequests a share says
// nothing; above failingShare people notice, above limpingShare some do.
const (
	minRequests  = 20
	failingShare = 0.20
	limpingShare = 0.05
	slowFactor   = 3 // times the provider's own usual p95
	trafficAge   = 10 * time.Minute
)

func providerSample(v *view, id string, p *state.Provider) Sample {
	f := Facts{Name: named(p.Name, "provider ", p.Provider), Error: p.Error, Models: len(p.Models)}
	return Sample{
		Gateway: p.Gateway, Kind: "provider", Entity: p.Provider, Thing: id, Facts: f, Value: -1,
		At: p.UpdatedAt, stale: v.stale(p.Gateway, p.Source, p.UpdatedAt),
	}
}

func checkUnhealthy(v *view, yield func(Sample)) {
	for id, p := range v.live.Providers {
		switch {
		case event.Health(p.Health) == event.HealthUnhealthy && !p.SwitchedOff:
			p := p
			yield(providerSample(v, id, &p))
		case event.Health(p.Health) == event.HealthUnknown:
			p := p
			s := providerSample(v, id, &p)
			s.v = unknown
			yield(s)
		}
	}
}

// lookProvider ends a provider's alert without good news if the provider was
// switched off meanwhile: it is not healthy again, it is not asked.
func lookProvider(v *view, a *Alert) Sample {
	p, ok := v.live.Providers[a.Thing]
	if !ok {
		return v.absent(a)
	}
	s := providerSample(v, a.Thing, &p)
	s.v = fails
	if event.Health(p.Health) == event.HealthDisabled || p.SwitchedOff {
		s.v, s.End = ended, EndDisabled
	}
	return s
}

// traffic yields providers by their last 5 minutes of requests.
func traffic(v *view, yield func(id string, p *state.Provider, t *Traffic)) {
	for id, t := range v.in.Traffic {
		p, ok := v.live.Providers[id]
		if !ok || event.Health(p.Health) == event.HealthDisabled || p.SwitchedOff {
			continue
		}
		if v.now.Sub(t.At) > trafficAge {
			continue // too old to say anything: lookTraffic calls it unknown
		}
		yield(id, &p, &t)
	}
}

func trafficSample(v *view, id string, p *state.Provider, t *Traffic) Sample {
	s := providerSample(v, id, p)
	s.At = t.At.UnixMilli()
	s.Facts.Requests, s.Facts.Failed = t.Requests, t.Failed
	s.Facts.Models, s.Facts.Uncovered = t.Models, t.Uncovered
	return s
}

func checkFailing(v *view, yield func(Sample)) {
	traffic(v, func(id string, p *state.Provider, t *Traffic) {
		if t.Requests < minRequests {
			s := trafficSample(v, id, p, t)
			s.v = unknown // too few to say either way
			yield(s)
			return
		}
		if float64(t.Failed) >= failingShare*float64(t.Requests) {
			yield(trafficSample(v, id, p, t))
		}
	})
}

// lookTraffic judges by requests alone: without any, nobody can say.
func lookTraffic(v *view, a *Alert) Sample {
	s := lookProvider(v, a)
	if s.v != fails {
		return s
	}
	if t, ok := v.in.Traffic[a.Thing]; !ok || v.now.Sub(t.At) > trafficAge {
		s.v = unknown
	}
	return s
}

func checkDegraded(v *view, yield func(Sample)) {
	for id, p := range v.live.Providers {
		if event.Health(p.Health) == event.HealthDegraded && !p.SwitchedOff && !derived(&p) {
			p := p
			s := providerSample(v, id, &p)
			if p.LatencyMS >= 0 {
				s.Facts.P95MS = p.LatencyMS
			}
			yield(s)
		}
	}
	traffic(v, func(id string, p *state.Provider, t *Traffic) {
		slow := t.P95MS > 0 && t.UsualP95 > 0 && t.P95MS > slowFactor*t.UsualP95
		limping := float64(t.Failed) >= limpingShare*float64(t.Requests)
		if t.Requests < minRequests || !slow && !limping || event.Health(p.Health) == event.HealthDegraded && !derived(p) {
			return
		}
		s := trafficSample(v, id, p, t)
		if slow {
			s.Facts.P95MS, s.Facts.UsualP95 = t.P95MS, t.UsualP95
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

func checkSwitchedOff(v *view, yield func(Sample)) {
	for id, p := range v.live.Providers {
		if !p.SwitchedOff {
			continue
		}
		p := p
		s := providerSample(v, id, &p)
		s.Facts.From = msTime(p.Since)
		if r, ok := v.in.Rejected[id]; ok {
			s.Facts.Code, s.Facts.From = r.Status, r.Since
		}
		yield(s)
	}
}

// lookSwitchedOff ends only when the provider is known to be on again.
func lookSwitchedOff(v *view, a *Alert) Sample {
	p, ok := v.live.Providers[a.Thing]
	if !ok {
		return v.absent(a)
	}
	s := providerSample(v, a.Thing, &p)
	s.v = fails
	switch event.Health(p.Health) {
	case event.HealthUnknown:
		s.v = unknown
	case event.HealthDisabled: // an administrator took over
		s.v, s.End = ended, EndDisabled
	case event.HealthHealthy, event.HealthDegraded, event.HealthUnhealthy:
	}
	return s
}

func checkCredentials(v *view, yield func(Sample)) {
	for id, r := range v.in.Rejected {
		p, ok := v.live.Providers[id]
		if !ok || r.Cleared || r.Old || p.SwitchedOff || event.Health(p.Health) == event.HealthDisabled {
			continue
		}
		if event.Health(p.Health) == event.HealthHealthy && p.Changes > 0 && r.At.UnixMilli() < p.Since {
			continue // it has become well since: the cause is gone
		}
		s := providerSample(v, id, &p)
		s.At, s.Facts.Code, s.Facts.From = r.At.UnixMilli(), r.Status, r.Since
		if r.Count >= 2 {
			s.Severity = event.SeverityCritical
		}
		yield(s)
	}
}

// lookCredentials ends with a success, not with silence.
func lookCredentials(v *view, a *Alert) Sample {
	s := lookProvider(v, a)
	if s.v == fails {
		if r, ok := v.in.Rejected[a.Thing]; !ok || !r.Cleared {
			s.v = unknown
		}
	}
	return s
}

// newModels is how long a finding is news.
const newModels = 10 * time.Minute

func checkNewModels(v *view, yield func(Sample)) {
	for id, p := range v.live.Providers {
		age := v.now.Sub(msTime(p.DiscoveredAt))
		// The first list of a provider is not news.
		if p.DiscoveredAt == 0 || age > newModels || len(p.NewModels) == 0 || len(p.NewModels) == len(p.Models) {
			continue
		}
		p := p
		s := providerSample(v, id, &p)
		s.At = p.DiscoveredAt
		s.Facts.Models, s.Facts.Model = len(p.NewModels), p.NewModels[0]
		yield(s)
	}
}

func checkRetired(v *view, yield func(Sample)) {
	for id, r := range v.in.Retired {
		p, ok := v.live.Providers[id]
		if !ok || len(r.Models) == 0 || v.now.Sub(r.At) > newModels {
			continue
		}
		s := providerSample(v, id, &p)
		s.At = r.At.UnixMilli()
		s.Facts.Models, s.Facts.Model = len(r.Models), r.Models[0]
		yield(s)
	}
}

func msTime(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
