package alert

import (
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// wholePlane is the dimension of an alert on all connections to a half of a
// gateway: what ends them together is one cause.
const wholePlane = "plane"

// planeLinks counts the connections to a half of a gateway.
type planeLinks struct {
	up, down, idle int
	failedAt       int64  // when an attempt of one that is down failed last, Unix milliseconds
	torn           int    // of down: nodes of the gateway forget what another one granted
	cause          string // class of the first that is down
}

// notSticky is the class of a link whose gateway has several nodes without
// sticky sessions.
const notSticky = "not_sticky"

// whole reports whether several connections are down for one cause: all of
// them, or those that are torn between nodes while others are lucky.
func (p planeLinks) whole() bool { return p.up == 0 && p.down >= 2 || p.torn >= 2 }

// plane counts the connections to a half of a gateway.
func (v *evalContext) plane(gateway, plane string) (p planeLinks) {
	for _, l := range v.live.Links {
		if l.Gateway != gateway || l.Plane != plane {
			continue
		}
		switch linkState(l) {
		case linkUp:
			p.up++
		case linkDown:
			p.down++
			p.failedAt = max(p.failedAt, l.FailedAt)
			if l.Class == notSticky {
				p.torn++
			}
			if c := causeWord(l.Class); p.cause == "" || c != "" && c < p.cause {
				p.cause = c
			}
		case linkRefused:
		case linkIdle:
			p.idle++
		}
	}
	return p
}

// planeNames are the halves' names in sentences.
var planeNames = map[string]string{string(event.PlaneCore): "Core", string(event.PlaneAdmin): "Admin"}

func planeResult(gateway, plane string, p planeLinks) Result {
	if p.torn >= 2 {
		p.cause = text.NotSticky
		if p.up > 0 {
			p.down = p.torn
		}
	}
	return Result{
		Gateway: gateway, Kind: "link", Entity: plane, StateID: gateway + "/" + plane + " connections", Dimension: wholePlane, Value: -1, LookedAt: p.failedAt,
		Annotations: Annotations{Name: planeNames[plane] + " connections", Component: plane, Cause: p.cause, Keys: p.down},
	}
}

// checkPlanes yields the halves of gateways to which every connection is down.
func checkPlanes(v *evalContext, yield func(Result)) {
	for g := range v.live.Gateways {
		for plane := range planeNames {
			p := v.plane(g, plane)
			if !p.whole() {
				continue
			}
			r := planeResult(g, plane, p)
			r.Annotations.Signs.Add(text.Sign{Of: text.SignLinks, Times: r.Annotations.Keys, Said: p.cause})
			if h := v.links()[g]; h.up == 0 && !v.in.REST[g] {
				r.condition = conditionHysteresis // the gateway's alert speaks
			}
			yield(r)
		}
	}
}

// recheckPlane ends the alert on a half's connections with the first that is up.
func recheckPlane(v *evalContext, a *Alert) Result {
	p := v.plane(a.Gateway, a.Entity)
	r := planeResult(a.Gateway, a.Entity, p)
	r.Annotations = a.Annotations
	switch {
	case p.up > 0 || p.down == 1: // what is left has an alert of its own
		r.condition = conditionNotMet
	case p.down == 0 && p.idle > 0:
		r.condition, r.EndReason = conditionEnded, EndDisabled
	default:
		r.condition = conditionUnknown
	}
	return r
}

// pausedTogether reports whether a link is down together with all others of its
// half.
func (v *evalContext) pausedTogether(l *state.Link) bool {
	p := v.plane(l.Gateway, l.Plane)
	return p.whole() && (p.up == 0 || l.Class == notSticky)
}
