package alert

import (
	"strings"

	"gatewatch/internal/event"
	"gatewatch/internal/state"
)

// liveEvents is the dimension of an alert on a gateway whose events stopped for
// no known reason.
const liveEvents = "live events"

// partNames are the parts' names in sentences.
var partNames = map[event.Part]string{
	event.PartCore: "Core", event.PartAdmin: "Admin", event.PartDatabase: "its database",
	event.PartRedis: "Redis", event.PartEventBus: "event bus",
}

// checkImpaired holds for a part behind a gateway that is down while the
// gateway answers: by what was seen of it, and by what the gateway's own
// monitoring pushes.
func checkImpaired(v *view, yield func(Sample)) {
	for _, p := range v.live.Parts {
		if s, impaired := v.partSample(&p); impaired {
			yield(s)
		}
	}
	for id, p := range v.facts.parts {
		if p.health == event.HealthUnhealthy {
			s := gatewaySample(id.gateway)
			s.Dimension, s.Facts.Part, s.Facts.From = id.name, id.name, p.since
			s.At = p.at.UnixMilli()
			yield(s)
		}
	}
}

// partSample is what a light means for alerts. A part that is dark because of
// another one is that one's alert. Core and live events are warnings: one sign
// alone does not tell what is down.
func (v *view) partSample(p *state.Part) (s Sample, impaired bool) {
	s = gatewaySample(p.Gateway)
	s.Dimension, s.Facts.Part = p.Part, partNames[event.Part(p.Part)]
	s.Facts.From, s.Facts.Error, s.At = msTime(p.Since), p.Reason, p.SeenAt
	if p.Because != "" {
		return s, false
	}
	bad, limps := p.Health == string(event.HealthUnhealthy), p.Health == string(event.HealthDegraded)
	switch event.Part(p.Part) {
	case event.PartRedis, event.PartDatabase:
		return s, bad
	case event.PartEventBus:
		if limps {
			s.Dimension, s.Facts.Part, s.Severity = liveEvents, liveEvents, event.SeverityWarning
		}
		return s, bad || limps
	case event.PartCore: // with no connection up hub.down and gateway.unreachable speak
		s.Severity = event.SeverityWarning
		return s, bad && v.coreUp(p.Gateway)
	case event.PartAdmin:
	}
	return s, false
}

// coreUp reports whether a connection to the gateway's Core API is up.
func (v *view) coreUp(gateway string) bool {
	for _, l := range v.live.Links {
		if l.Gateway == gateway && l.Plane == string(event.PlaneCore) && linkState(l) == linkUp {
			return true
		}
	}
	return false
}

// lookImpaired ends an alert on a part when the part was seen to be well; not
// knowing how it is ends nothing.
func lookImpaired(v *view, a *Alert) Sample {
	part := a.Dimension
	if part == liveEvents {
		part = string(event.PartEventBus)
	}
	s := gatewaySample(a.Gateway)
	s.Dimension, s.Facts = a.Dimension, a.Facts
	p, lit := v.live.Parts[a.Gateway+"/"+part]
	switch {
	case !lit: // by the gateway's own monitoring
		s.v = fails
	case p.Health == string(event.HealthHealthy):
		s.v = fails
	case p.Because != "", p.Health == string(event.HealthUnhealthy) && a.Dimension == liveEvents:
		s.v, s.End = ended, EndExplained
	default:
		s.v = unknown
	}
	return s
}

// impairedTitle names the part.
func impairedTitle(t *telling, _, gw string) string {
	switch {
	case t.f.Part == liveEvents:
		return gw + ": live events stopped"
	case eventBus(t.f.Part):
		return gw + " is impaired: its event bus is down"
	case strings.HasSuffix(t.f.Part, "database"):
		return gw + " is impaired: its database is down"
	}
	return gw + " is impaired: " + t.f.Part + " does not answer"
}

func impairedBody(t *telling) []string {
	switch {
	case t.f.Part == liveEvents:
		return []string{"The report that comes each minute is missing since " + clock(t.since(), t.loc) + ".", "Values are read instead."}
	case eventBus(t.f.Part):
		return []string{
			"Changes reach the gateway late or not at all.",
			"A key disabled since " + clock(t.since(), t.loc) + " may still work.",
		}
	case strings.EqualFold(t.f.Part, "redis"):
		return []string{"Live events may stop; new connections hang.", "REST still answers."}
	case strings.EqualFold(t.f.Part, "core"):
		return []string{"New connections hang since " + clock(t.since(), t.loc) + ".", "Open ones still stand."}
	}
	return []string{"Since " + clock(t.since(), t.loc) + ".", "What is shown may be incomplete."}
}

func impairedOver(t *telling, _, gw string) string {
	if t.f.Part == liveEvents {
		return gw + ": live events come again"
	}
	return gw + ": " + t.f.Part + " answers again"
}
