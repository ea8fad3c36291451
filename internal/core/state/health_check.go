package state

import (
	"strings"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// observations is all signs of a gateway's components at one time. A provider's
// health is not concluded here but in package rest (provider_health.go).
type observations struct {
	at                               int64
	negotiate, core, admin, failures PollTarget // zero where unknown or old
	selfReports                      map[event.Component]selfReport
	listsReadAt                      int64 // a list was last read well
	broken                           int   // lists that began to answer with errors since one was last read well
	hanging                          int   // lists that nobody answered last
	heartbeatLate                    bool  // the gateway's report is late on a connected hub
	heartbeatAt                      int64
}

func (s *State) observe(gateway string, at int64) observations {
	e := observations{at: at, selfReports: map[event.Component]selfReport{}}
	get := func(name string) PollTarget {
		if src := s.live.PollTargets[gateway+"/rest:"+name]; src.fresh(at) {
			return src
		}
		return PollTarget{}
	}
	e.negotiate, e.core, e.admin, e.failures = get(event.SourceNegotiate), get(event.SourceCoreHealth), get(event.SourceAdminHealth), get(event.SourceFailures)
	m := s.componentTracker(gateway)
	for p, w := range m.selfReports {
		if src := s.live.PollTargets[w.from]; src.fresh(at) && src.Outcome == string(event.PollOK) {
			w.at = src.SucceededAt // said again, or not taken back
			e.selfReports[p] = w
		}
	}
	s.observeLists(gateway, &e)
	l := s.live.Links[gateway+"/"+webhooks]
	up := l.State == string(event.LinkConnected)
	e.heartbeatLate, e.heartbeatAt = m.hadHeartbeat && up && at-m.heartbeatAt > heartbeatTimeout.Milliseconds(), m.heartbeatAt
	return e
}

// observeLists counts the lists that need the database. One that answers shows
// that those that failed before have troubles of their own, or were not read since.
func (s *State) observeLists(gateway string, e *observations) {
	var errorsSince []int64
	for _, src := range s.live.PollTargets {
		name, rest := strings.CutPrefix(src.Source, "rest:")
		if src.Gateway != gateway || !rest || withoutDatabase[name] || !src.fresh(e.at) {
			continue
		}
		switch event.PollOutcome(src.Outcome) {
		case event.PollOK:
			e.listsReadAt = max(e.listsReadAt, src.SucceededAt)
		case event.PollFailed:
			errorsSince = append(errorsSince, src.Since)
		case event.PollTimedOut:
			e.hanging++
		default:
		}
	}
	for _, since := range errorsSince {
		if since >= e.listsReadAt {
			e.broken++
		}
	}
}

// checkResult is what a health check found of one component.
type checkResult struct {
	health   event.Health
	reason   string
	causedBy event.Component
	at       int64 // the newest sign it rests on
}

// check runs all health checks. What an answer's status says of readiness is no sign:
// a gateway without its Redis or database calls itself ready.
func (e observations) check() map[event.Component]checkResult {
	redis := e.checkRedis()
	return map[event.Component]checkResult{
		event.ComponentRedis: redis, event.ComponentCore: e.checkCore(redis), event.ComponentAdmin: e.checkAdmin(),
		event.ComponentDatabase: e.checkDatabase(), event.ComponentEventBus: e.checkEventBus(redis),
	}
}

// nothingAsked is how the components of a gateway are that is disconnected.
func nothingAsked() map[event.Component]checkResult {
	lights := map[event.Component]checkResult{}
	for _, p := range componentOrder {
		lights[p] = checkResult{health: event.HealthUnknown, reason: text.CauseLetGo}
	}
	return lights
}

// checkRedis believes two signs, or the gateway's self-report. A negotiation that
// is answered has been through Redis, so it outweighs what is older.
func (e observations) checkRedis() checkResult {
	if w, reported := e.selfReports[event.ComponentRedis]; reported && w.Health != event.HealthHealthy {
		return checkResult{event.HealthUnhealthy, text.CauseSaidByCore(w.Text), "", w.at}
	}
	if e.negotiate.Outcome == string(event.PollOK) {
		return checkResult{health: event.HealthHealthy, at: e.negotiate.SucceededAt}
	}
	var signs []string
	at := int64(0)
	silent := e.negotiate.Outcome == string(event.PollTimedOut)
	if silent && e.core.Outcome == string(event.PollOK) {
		signs, at = append(signs, text.SignHang), max(at, e.negotiate.PolledAt)
		if w := e.selfReports[event.ComponentEventBus]; w.Health == event.HealthUnhealthy { // its bus alone keeps nobody out
			signs = append(signs, text.SignUnwell)
		}
	}
	failing := e.failures.Outcome == string(event.PollTimedOut) || e.failures.Outcome == string(event.PollFailed)
	switch {
	case e.selfReports[event.ComponentDatabase].Health == event.HealthUnhealthy || e.broken >= 2:
	case failing && e.listsReadAt > 0 && e.hanging == 0:
		signs, at = append(signs, text.SignFailuresUnread), max(at, e.failures.PolledAt)
	case silent && e.admin.Outcome == string(event.PollTimedOut) && e.hanging > 0:
		signs, at = append(signs, text.SignAdminHangs), max(at, e.admin.PolledAt)
	}
	if e.heartbeatLate {
		signs, at = append(signs, text.SignNoLiveEvents), max(at, e.heartbeatAt)
	}
	reason := text.CauseSigns(signs)
	switch {
	case len(signs) >= 2:
		return checkResult{event.HealthUnhealthy, reason, "", at}
	case len(signs) == 1:
		return checkResult{event.HealthUnknown, reason, "", at}
	}
	if w, reported := e.selfReports[event.ComponentRedis]; reported {
		return checkResult{health: event.HealthHealthy, at: w.at}
	}
	return checkResult{event.HealthUnknown, e.negotiate.unknownReason(), "", 0}
}

func (e observations) checkCore(redis checkResult) checkResult {
	n := e.negotiate
	switch event.PollOutcome(n.Outcome) {
	case event.PollOK:
		return checkResult{health: event.HealthHealthy, at: n.SucceededAt}
	case event.PollTimedOut:
		if redis.health == event.HealthUnhealthy {
			return checkResult{event.HealthDegraded, text.CauseHangWithoutRedis, event.ComponentRedis, n.PolledAt}
		}
		if w := e.selfReports[event.ComponentEventBus]; w.Health == event.HealthUnhealthy {
			return checkResult{event.HealthDegraded, text.CauseHangUnwell, event.ComponentEventBus, n.PolledAt}
		}
		if e.core.Outcome == string(event.PollOK) {
			return checkResult{event.HealthUnhealthy, text.CauseHang, "", n.PolledAt}
		}
		return checkResult{event.HealthUnhealthy, text.CauseNoAnswer, "", n.PolledAt}
	case event.PollFailed, event.PollUnreadable:
		return checkResult{event.HealthUnhealthy, n.Cause, "", n.PolledAt}
	case event.PollUnsupported, event.PollUnauthorized, event.PollForbidden, event.PollSkipped:
	}
	return checkResult{event.HealthUnknown, n.unknownReason(), "", 0}
}

func (e observations) checkAdmin() checkResult {
	a := e.admin
	switch event.PollOutcome(a.Outcome) {
	case event.PollOK:
		return checkResult{health: event.HealthHealthy, at: a.SucceededAt}
	case event.PollTimedOut, event.PollFailed, event.PollUnreadable:
		if e.listsReadAt > a.Since {
			return checkResult{health: event.HealthHealthy, at: e.listsReadAt}
		}
		return checkResult{event.HealthUnhealthy, a.Cause, "", a.PolledAt}
	case event.PollUnsupported, event.PollUnauthorized, event.PollForbidden, event.PollSkipped:
	}
	return checkResult{event.HealthUnknown, a.unknownReason(), "", 0}
}

func (e observations) checkDatabase() checkResult {
	w, reported := e.selfReports[event.ComponentDatabase]
	switch {
	case reported && w.Health == event.HealthUnhealthy:
		return checkResult{event.HealthUnhealthy, text.CauseSaidByGateway(w.Text), "", w.at}
	case e.broken >= 2:
		return checkResult{event.HealthUnhealthy, text.CauseListsFail, "", e.at}
	case reported && w.Health == event.HealthHealthy:
		return checkResult{health: event.HealthHealthy, at: w.at}
	}
	return checkResult{event.HealthUnknown, e.admin.unknownReason(), "", 0}
}

func (e observations) checkEventBus(redis checkResult) checkResult {
	w, reported := e.selfReports[event.ComponentEventBus]
	switch {
	case reported && w.Health == event.HealthUnhealthy && redis.health == event.HealthUnhealthy:
		return checkResult{event.HealthUnknown, text.CauseUnwellWithoutRedis, event.ComponentRedis, w.at}
	case reported && w.Health == event.HealthUnhealthy && e.negotiate.Outcome != string(event.PollOK):
		return checkResult{event.HealthUnhealthy, text.CauseBusOrRedis, "", w.at}
	case reported && w.Health != event.HealthHealthy:
		return checkResult{event.HealthUnhealthy, text.CauseSaidByCore(w.Text), "", w.at}
	case e.heartbeatLate && redis.health == event.HealthUnhealthy:
		return checkResult{event.HealthDegraded, text.CauseLiveEventsWithoutRedis, event.ComponentRedis, e.heartbeatAt}
	case e.heartbeatLate:
		return checkResult{event.HealthDegraded, text.CauseLiveEvents, "", e.heartbeatAt}
	case reported:
		return checkResult{health: event.HealthHealthy, at: w.at}
	}
	return checkResult{event.HealthUnknown, e.core.unknownReason(), "", 0}
}

// unknownReason says why a source reports nothing.
func (s PollTarget) unknownReason() string {
	switch {
	case s.Outcome == "":
		return text.CauseNotAsked
	case s.Cause == "":
		return text.CauseNotSaid
	}
	return s.Cause
}
