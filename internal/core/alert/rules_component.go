package alert

import (
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// eitherPart is what is down where the signs leave two parts.
const eitherPart = text.EitherComponent

func componentRules() []Rule {
	return []Rule{
		{
			ID: "gateway.impaired", Title: "Part of the gateway is down", Category: CategoryConnection,
			Severity: critical, For: 30 * time.Second, KeepFiringFor: 30 * time.Second, RepeatInterval: fourHours,
			OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNow, DetectFlapping: true, FlapOnlyWhenFired: true,
			Rank: 40, check: checkImpaired, recheck: recheckImpaired,
		},
	}
}

// componentNames are the parts' names in sentences.
var componentNames = map[event.Component]string{
	event.ComponentCore: "Core", event.ComponentAdmin: "Admin", event.ComponentDatabase: "its database",
	event.ComponentRedis: "Redis", event.ComponentEventBus: "event bus",
}

// checkImpaired holds for a component behind a gateway that is down while the
// gateway answers: by what was seen of it, and by what the gateway's own
// monitoring pushes.
func checkImpaired(v *evalContext, yield func(Result)) {
	for _, p := range v.live.Components {
		if s, impaired := v.componentResult(&p); impaired {
			yield(s)
		}
	}
	for id, p := range v.observed.components {
		if p.health == event.HealthUnhealthy {
			s := gatewayResult(id.gateway)
			s.Dimension, s.Annotations.Component, s.Annotations.From = id.name, id.name, p.since
			s.At = p.at.UnixMilli()
			yield(s)
		}
	}
}

// componentResult is what a health check means for alerts. A component that is down because of
// another one is that one's alert. Core and live events are warnings: one sign
// alone does not show what is down.
func (v *evalContext) componentResult(p *state.ComponentHealth) (s Result, impaired bool) {
	s = gatewayResult(p.Gateway)
	s.Dimension, s.Annotations.Component = p.Component, componentNames[event.Component(p.Component)]
	s.Annotations.From, s.Annotations.Error, s.At = msTime(p.Since), p.Reason, p.ObservedAt
	if p.CausedBy != "" {
		return s, false
	}
	if p.Health != string(event.HealthHealthy) && p.Health != string(event.HealthUnknown) {
		s.Annotations.Signs = v.componentSigns(p.Gateway)
	}
	bad, limps := p.Health == string(event.HealthUnhealthy), p.Health == string(event.HealthDegraded)
	switch event.Component(p.Component) {
	case event.ComponentRedis, event.ComponentDatabase:
		return s, bad
	case event.ComponentEventBus:
		if bad && v.live.PollTargets[p.Gateway+"/rest:"+event.SourceNegotiate].Outcome != string(event.PollOK) && p.Reason == text.CauseBusOrRedis {
			s.Annotations.Component = eitherPart
		}
		if limps {
			s.Dimension, s.Annotations.Component, s.Severity = text.LiveEvents, text.LiveEvents, event.SeverityWarning
		}
		return s, bad || limps
	case event.ComponentCore: // with no connection up hub.down and gateway.unreachable speak
		s.Severity = event.SeverityWarning
		return s, bad && v.coreUp(p.Gateway)
	case event.ComponentAdmin:
	}
	return s, false
}

// coreUp reports whether a connection to the gateway's Core API is up.
func (v *evalContext) coreUp(gateway string) bool {
	for _, l := range v.live.Links {
		if l.Gateway == gateway && l.Plane == string(event.PlaneCore) && linkState(l) == linkUp {
			return true
		}
	}
	return false
}

// recheckImpaired ends an alert on a component when that was seen to be well; not
// knowing how it is ends nothing.
func recheckImpaired(v *evalContext, a *Alert) Result {
	part := a.Dimension
	if part == text.LiveEvents {
		part = string(event.ComponentEventBus)
	}
	s := gatewayResult(a.Gateway)
	s.Dimension, s.Annotations = a.Dimension, a.Annotations
	p, lit := v.live.Components[a.Gateway+"/"+part]
	switch {
	case !lit: // by the gateway's own monitoring
		s.condition = conditionNotMet
	case p.Health == string(event.HealthHealthy):
		s.condition = conditionNotMet
	case part == string(event.ComponentEventBus) && a.Dimension != text.LiveEvents && p.Health == string(event.HealthDegraded):
		s.condition = conditionNotMet // live events are late, which is another thing: the bus is well
	case p.CausedBy != "", p.Health == string(event.HealthUnhealthy) && a.Dimension == text.LiveEvents:
		s.condition, s.EndReason = conditionEnded, EndInhibited
	default:
		s.condition = conditionUnknown
	}
	return s
}
