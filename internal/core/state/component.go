package state

import (
	"time"

	"gatewatch/internal/core/event"
)

// ComponentHealth is how one component of a gateway is, from what was observed.
type ComponentHealth struct {
	ID        string `json:"id"` // "<gateway>/redis"
	Gateway   string `json:"gateway"`
	Component string `json:"component"` // event.Component
	// Health is "healthy", "degraded", "unhealthy" or "unknown".
	Health string `json:"health"`
	// Reason is a sentence: what was seen, or why nothing is known. "" if it is
	// well.
	Reason string `json:"reason"`
	// CausedBy is the component whose failure is the cause of this one's; "" if its own.
	CausedBy string `json:"causedBy"`
	Since    int64  `json:"since"` // of Health
	// Began is true if Since is when its health became this, and not only from when on that
	// is known.
	Began bool `json:"began"`
	// ObservedAt is when a sign of it was last seen, good or bad; 0: never.
	ObservedAt int64 `json:"observedAt"`
}

// withoutDatabase are lists that answer, empty, without the database.
var withoutDatabase = map[string]bool{"logs": true, event.SourceFailures: true, event.SourceAdminHealth: true, event.SourceNegotiate: true, event.SourceCoreHealth: true}

// componentOrder lists the components in the order they are shown.
var componentOrder = []event.Component{event.ComponentCore, event.ComponentAdmin, event.ComponentDatabase, event.ComponentRedis, event.ComponentEventBus}

// heartbeatTimeout is how long the report that a gateway sends each minute may
// be missing: it says that events arrive, which pings do not.
const heartbeatTimeout = 90 * time.Second

// webhooks is the hub that it comes by.
const webhooks = "webhooks"

// componentTracker is what health checks remember of a gateway beyond its poll targets.
type componentTracker struct {
	selfReports  map[event.Component]selfReport // the gateway's own, newest
	hadHeartbeat bool                           // its report came at least once
	heartbeatAt  int64                          // since when it is waited for: the last one, or the connection's begin
}

type selfReport struct {
	event.SelfReport
	from string // the source; once that does not answer, its self-report is worth nothing
	at   int64
}

func (s *State) componentTracker(gateway string) *componentTracker {
	m := s.components[gateway]
	if m == nil {
		m = &componentTracker{selfReports: map[event.Component]selfReport{}}
		s.components[gateway] = m
	}
	return m
}

// recordSelfReports notes what a gateway says of its components.
func (m *componentTracker) recordSelfReports(from string, words []event.SelfReport, at int64) {
	for _, w := range words {
		m.selfReports[w.Component] = selfReport{w, from, at}
	}
}

// componentReported folds a gateway's self-report on its database, which is read; what it
// says of other components is its own alert's matter.
func (s *State) componentReported(env *event.Envelope, b event.ComponentReported) {
	if env.Source.Via != event.ViaREST {
		return
	}
	gid := string(env.Source.Gateway)
	s.componentTracker(gid).recordSelfReports(id(env.Source.Gateway, env.Source.String()),
		[]event.SelfReport{{Component: event.Component(b.Component), Health: b.Health, Text: b.Error}}, eventTime(env, b.At))
	s.checkComponents(gid, ms(env.At))
}

// awaitHeartbeat begins to wait for the gateway's report: its connection is new, or
// the report came.
func (s *State) awaitHeartbeat(gateway string, at int64, came bool) {
	m := s.componentTracker(gateway)
	m.heartbeatAt, m.hadHeartbeat = max(m.heartbeatAt, at), m.hadHeartbeat || came
	s.checkComponents(gateway, at)
}

// tickComponents runs all health checks, as signs become old and reports late. after
// is how long ago that was done: much later than planned means that the
// machine slept, and then nothing was late.
func (s *State) tickComponents(at int64, after time.Duration) {
	for gid, m := range s.components {
		if _, watched := s.live.Gateways[gid]; !watched {
			delete(s.components, gid)
			continue
		}
		if after > 2*time.Minute {
			m.heartbeatAt = at
		}
		s.checkComponents(gid, at)
	}
}

// nextHealthCheck is when a health check may change by time alone.
func (s *State) nextHealthCheck(next time.Time) time.Time {
	for gid, m := range s.components {
		if !m.hadHeartbeat || s.live.Links[gid+"/"+webhooks].State != string(event.LinkConnected) {
			continue
		}
		if late := time.UnixMilli(m.heartbeatAt).Add(heartbeatTimeout + time.Second); late.Before(next) && late.After(time.UnixMilli(s.tickedAt)) {
			next = late
		}
	}
	return next
}

// checkComponents checks a gateway's components by all that was seen of them.
func (s *State) checkComponents(gateway string, at int64) {
	if _, watched := s.live.Gateways[gateway]; !watched {
		return
	}
	if s.letGo(gateway) {
		s.putComponents(gateway, at, nothingAsked())
		return
	}
	lights := s.observe(gateway, at).check()
	if s.live.Components[gateway+"/"+string(event.ComponentRedis)].Health == string(event.HealthUnhealthy) && lights[event.ComponentRedis].health == event.HealthHealthy {
		s.componentTracker(gateway).heartbeatAt = at // the report that it held back is on its way
		lights = s.observe(gateway, at).check()
	}
	s.putComponents(gateway, at, lights)
}

// letGo reports whether somebody disconnected a gateway: nobody asks it any more
// how it is.
func (s *State) letGo(gateway string) bool {
	if s.live.Gateways[gateway].Overall != string(event.LinkDisconnected) {
		return false
	}
	for _, l := range s.live.Links {
		if l.Gateway == gateway && l.Class != unsupported && l.Class != idle {
			return true
		}
	}
	return false // not begun yet
}

// putComponents shows how components are found to be.
func (s *State) putComponents(gateway string, at int64, lights map[event.Component]checkResult) {
	for _, p := range componentOrder {
		pid, now := gateway+"/"+string(p), lights[p]
		old, known := s.live.Components[pid]
		if !known || old.Health != string(now.health) {
			old.Since, old.Began = at, known && old.Health != string(event.HealthUnknown)
		}
		next := ComponentHealth{
			ID: pid, Gateway: gateway, Component: string(p), Health: string(now.health), Reason: now.reason,
			CausedBy: string(now.causedBy), Since: old.Since, Began: old.Began, ObservedAt: max(now.at, old.ObservedAt),
		}
		if next != s.live.Components[pid] {
			s.live.Components[pid] = next
			s.dirty.components[pid] = true
			if p == event.ComponentDatabase && old.Health != next.Health {
				s.showAnew(gateway) // what its log says of today
			}
		}
	}
}
