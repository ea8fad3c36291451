package alert

import (
	"time"

	"gatewatch/internal/core/event"
)

func hubRules() []Rule {
	return []Rule{
		{
			ID: "hub.down", Title: "Live updates paused", Category: CategoryConnection, Severity: info,
			For: time.Minute, KeepFiringFor: 30 * time.Second, Escalate: 10 * time.Minute, EscalateTo: warning,
			OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNever, DetectFlapping: true, FlapOnlyWhenFired: true,
			Rank: 30, check: checkHubDown, recheck: recheckHubDown,
		},
		{
			ID: "hub.silent", Title: "Live feed is stuck", Category: CategoryConnection, Severity: warning,
			OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNever,
			Rank: 20, Needs: "Stalled", check: checkStalled, recheck: recheckStalled,
		},
	}
}

// checkHubDown holds for a hub that is down while the gateway is reached by
// another way.
func checkHubDown(v *evalContext, yield func(Result)) {
	checkPlanes(v, yield)
	for id, l := range v.live.Links {
		if linkState(l) == linkDown {
			l := l
			if v.pausedTogether(&l) {
				continue
			}
			s := linkResult(id, &l)
			if h := v.links()[l.Gateway]; h.up == 0 && !v.in.REST[l.Gateway] {
				s.condition = conditionHysteresis // the gateway's alert speaks
			}
			yield(s)
		}
	}
}

func recheckHubDown(v *evalContext, a *Alert) Result {
	if a.Dimension == wholePlane {
		return recheckPlane(v, a)
	}
	l, ok := v.live.Links[a.StateID]
	if !ok {
		return v.absent(a)
	}
	s := linkResult(a.StateID, &l)
	s.condition = conditionNotMet
	if is := linkState(l); is == linkIdle && l.State == string(event.LinkDisconnected) || l.Class == "unsupported" {
		s.condition, s.EndReason = conditionEnded, EndDisabled
	} else if v.pausedTogether(&l) {
		s.condition, s.EndReason = conditionEnded, EndInhibited
	} else if is != linkUp {
		s.condition = conditionUnknown
	}
	return s
}

// checkStalled holds for a stream that says nothing though REST shows that it
// should have.
func checkStalled(v *evalContext, yield func(Result)) {
	for id, q := range or(v.in.Stalled, v.observed.pushes.stalled(v)) {
		l, ok := v.live.Links[id]
		if !ok || linkState(l) != linkUp || l.LastEventAt > q.At.UnixMilli() {
			continue // not up, or it has spoken since
		}
		s := linkResult(id, &l)
		s.Annotations.Component, s.Annotations.Spend, s.Annotations.From = nameOr(q.Stream, l.Hub), q.Booked, q.Since
		s.At = q.At.UnixMilli()
		yield(s)
	}
}

// recheckStalled ends with the stream's first event, or with another connection: of
// that one nothing is known to be owed.
func recheckStalled(v *evalContext, a *Alert) Result {
	l, ok := v.live.Links[a.StateID]
	if !ok {
		return v.absent(a)
	}
	s := linkResult(a.StateID, &l)
	s.condition = conditionUnknown
	if v.pushesHeldUp(a.Gateway) {
		s.condition, s.EndReason = conditionEnded, EndInhibited
	} else if since := a.Since.UnixMilli(); l.LastEventAt > since || linkState(l) == linkUp && l.ConnectedAt > since {
		s.condition = conditionNotMet
	}
	return s
}

// pushesHeldUp reports whether a part is down without which nothing is pushed: what a
// stream owes then is lost with it, and says nothing of the stream.
func (v *evalContext) pushesHeldUp(gateway string) bool {
	for _, part := range [...]event.Component{event.ComponentEventBus, event.ComponentRedis} {
		if v.live.Components[gateway+"/"+string(part)].Health == string(event.HealthUnhealthy) {
			return true
		}
	}
	return false
}
