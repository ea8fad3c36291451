package state

import (
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// foldTraffic folds what was measured of requests in.
func (s *State) foldTraffic(env *event.Envelope) (known, news bool) {
	switch b := env.Body.(type) {
	case event.TrafficMeasured:
		s.trafficMeasured(env, b)
		return true, false // measured, not news; so below
	case event.AuditMeasured:
		s.auditMeasured(env, b)
		return true, false
	case event.ModelsRead:
		s.modelsRead(env, b)
		return true, false
	case event.ModelsRetired:
		s.modelsRetired(env, b)
	case event.GroupCredited:
		s.groupCredited(env, b)
	case event.CredentialRejected, event.CredentialAccepted:
		// only listed
	default:
		return false, false
	}
	return true, true
}

func trafficSeverity(body event.Event) event.Severity {
	if _, is := body.(event.CredentialRejected); is {
		return event.SeverityWarning
	}
	return ""
}

// trafficMeasured shows what a provider was asked for.
func (s *State) trafficMeasured(env *event.Envelope, b event.TrafficMeasured) {
	p, mem, ok := s.provider(env.Source.Gateway, b.Provider, b.Name)
	if !ok {
		return
	}
	at := eventTime(env, b.At)
	if at < p.TrafficAt {
		return // a late event
	}
	p.Type = b.ProviderType
	p.HourRequests, p.HourFailed, p.Shared = int64(b.Hour.Requests), int64(b.Hour.Failed), b.Shared
	p.P95MS, p.BaselineP95MS, p.TrafficAt = b.P95MS, b.BaselineP95MS, at
	p.RecentRequests, p.RecentFailed = int64(b.Recent.Requests), int64(b.Recent.Failed)
	if b.Shared {
		p.RecentRequests, p.RecentFailed = 0, 0
	}
	p.LastFailedAt, p.ServedSince, p.FailedInRow, p.RowSince = ms(b.LastFailed), int64(b.Served), int64(b.Row), ms(b.RowSince)
	s.putProvider(p, mem, at)
}

// modelsRead takes the whole list of a provider's models; what is new of it
// was reported as discovered.
func (s *State) modelsRead(env *event.Envelope, b event.ModelsRead) {
	p, mem, ok := s.provider(env.Source.Gateway, b.Provider, b.Name)
	if !ok {
		return
	}
	p.Models, _ = sortedUnion([]string{}, b.Models, maxModels)
	p.Served, p.WithoutFallback = int64(b.Served), int64(b.WithoutFallback)
	p.Aliases = append([]string{}, b.Aliases[:min(len(b.Aliases), maxModels)]...)
	s.putProvider(p, mem, eventTime(env, b.At))
}

// modelsRetired drops models that a provider no longer has.
func (s *State) modelsRetired(env *event.Envelope, b event.ModelsRetired) {
	p, mem, ok := s.provider(env.Source.Gateway, b.Provider, b.Name)
	if !ok {
		return
	}
	gone := func(m string) bool { return slices.Contains(b.Models, m) }
	p.Models = slices.DeleteFunc(slices.Clone(p.Models), gone)
	p.NewModels = slices.DeleteFunc(slices.Clone(p.NewModels), gone)
	s.putProvider(p, mem, eventTime(env, b.At))
}

// putProvider shows a provider of which something else than its health was reported.
func (s *State) putProvider(p Provider, mem *healthTimeline, at int64) {
	if mem.minute == 0 {
		mem.note(at/minute, p.Health, p.Health)
		p.HealthTimeline = mem.hour()
	}
	s.live.Providers[p.ID] = p
	s.dirty.providers[p.ID] = true
}

// auditMeasured shows the last hour of the gateway's billing audit. A key that
// it does not name asked for nothing.
func (s *State) auditMeasured(env *event.Envelope, b event.AuditMeasured) {
	gid := string(env.Source.Gateway)
	g, watched := s.live.Gateways[gid]
	if !watched {
		return
	}
	g.Calls, g.Uncharged = int64(b.Calls), int64(b.Uncharged)
	g.HourRequests, g.HourFailed = int64(b.All.Requests), int64(b.All.Failed)
	g.AuditSince, g.AuditAt = ms(b.Since), eventTime(env, b.At)
	s.live.Gateways[gid] = g
	s.dirty.gateways[gid] = true
	asked := make(map[event.KeyID]event.KeyTraffic, len(b.Keys))
	for _, k := range b.Keys {
		asked[k.Key] = k
	}
	for _, m := range s.spend {
		if k := m.view; k.Gateway == gid {
			now := asked[event.KeyID(k.Key)]
			if k.HourRequests != int64(now.Requests) || k.HourFailed != int64(now.Failed) || k.PaidErrors != int64(now.PaidErrors) || k.PaidFor != int64(now.PaidFor) {
				k.HourRequests, k.HourFailed = int64(now.Requests), int64(now.Failed)
				k.PaidErrors, k.PaidFor = int64(now.PaidErrors), int64(now.PaidFor)
				s.touch(m)
			}
		}
	}
}

// trafficKept is how long what was read of the last hour stands for it while the
// audit is not read: some reads of it, which are up to two minutes apart.
const trafficKept = 10 * time.Minute

// ageTraffic forgets what was read of an hour that is not the last one any more,
// by this run and by earlier ones.
func (s *State) ageTraffic(now time.Time) {
	for gid, g := range s.live.Gateways {
		if g.AuditAt == 0 || ms(now)-g.AuditAt <= trafficKept.Milliseconds() {
			continue
		}
		s.live.Gateways[gid] = g.unaudited()
		s.dirty.gateways[gid] = true
		for _, m := range s.spend {
			if m.view.Gateway == gid && m.view.HourRequests >= 0 {
				m.view.HourRequests, m.view.HourFailed = -1, -1
				s.touch(m)
			}
		}
		for pid, p := range s.live.Providers {
			if p.Gateway == gid && p.HourRequests >= 0 {
				s.live.Providers[pid] = p.unaudited()
				s.dirty.providers[pid] = true
			}
		}
	}
	for _, p := range s.memory.pictures {
		p.ageTraffic(now, s.dirty.keys, s.dirty.providers)
	}
}

// ageTraffic does so with what an earlier run knew, and notes in dirty what changed.
func (p *Picture) ageTraffic(now time.Time, dirtyKeys, dirtyProviders map[string]bool) {
	if ms(now)-p.At <= trafficKept.Milliseconds() {
		return
	}
	for id, k := range p.Keys {
		if k.HourRequests >= 0 {
			k.HourRequests, k.HourFailed = -1, -1
			p.Keys[id], dirtyKeys[id] = k, true
		}
	}
	for id, v := range p.Providers {
		if v.HourRequests >= 0 {
			p.Providers[id], dirtyProviders[id] = v.unaudited(), true
		}
	}
}

// unaudited is a provider of whose traffic nothing recent is known.
func (v Provider) unaudited() Provider {
	v.HourRequests, v.HourFailed, v.P95MS = -1, -1, -1
	return v
}

// unaudited is a gateway whose billing audit was not read.
func (g Gateway) unaudited() Gateway {
	g.Calls, g.Uncharged, g.HourRequests, g.HourFailed, g.AuditSince, g.AuditAt = -1, -1, -1, -1, 0, 0
	return g
}

// groupCredited lists a top-up among what was altered.
func (s *State) groupCredited(env *event.Envelope, b event.GroupCredited) {
	details := []string{"+" + text.Money(b.Amount), "balance " + text.Money(b.Balance)}
	if b.Note != "" {
		details = append(details, b.Note)
	}
	c := s.newChange(env, string(event.EntityKeyGroup), "credited", eventTime(env, b.At))
	c.Subject, c.Name, c.Details = string(b.Group), b.Name, details
	c.Own = !b.At.IsZero()
	s.addChange(c)
}
