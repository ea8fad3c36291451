package alert

import (
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/state"
)

// linkIs is what a link's state means for alerts.
type linkIs uint8

const (
	linkUp      linkIs = iota
	linkDown           // lost, or failing again and again
	linkRefused        // the key is not accepted
	linkIdle           // not wanted: by hand, unsupported, or its first attempt
)

func linkState(l state.Link) linkIs {
	switch {
	case l.Class == "unsupported":
		return linkIdle
	case l.State == string(event.LinkConnected):
		return linkUp
	case l.State == string(event.LinkDisconnected):
		return linkIdle
	case l.Class == "auth" || l.Class == "forbidden":
		return linkRefused
	case l.State == string(event.LinkConnecting) && l.Attempt <= 1 && l.LostAt == 0:
		return linkIdle
	}
	return linkDown
}

// halves sums a gateway's links up.
type halves struct {
	up, down, refused, idle int
	cause                   string // class of the first link that is down
}

// links sums up every gateway's links once per look.
func (v *view) links() map[string]halves {
	if v.halves != nil {
		return v.halves
	}
	clear(v.ev.halves)
	v.halves = v.ev.halves
	for _, l := range v.live.Links {
		h := v.halves[l.Gateway]
		switch linkState(l) {
		case linkUp:
			h.up++
		case linkDown:
			h.down++
			if c := causeWord(l.Class); h.cause == "" || c < h.cause && c != "" {
				h.cause = c
			}
		case linkRefused:
			h.refused++
		case linkIdle:
			h.idle++
		}
		v.halves[l.Gateway] = h
	}
	return v.halves
}

// causeWord is a class of failure in a word or two.
func causeWord(class string) string {
	switch class {
	case "network":
		return "no answer"
	case "gateway_down":
		return "connection refused"
	case "tls":
		return "certificate"
	case "server_closed":
		return "closed by the gateway"
	case "misconfigured":
		return "wrong address"
	}
	return ""
}

func gatewaySample(g string) Sample {
	return Sample{Gateway: g, Kind: "gateway", Entity: g, Thing: g, Value: -1}
}

// checkUnreachable holds where every link is down and REST does not answer
// either. Links that nobody wants up say nothing.
func checkUnreachable(v *view, yield func(Sample)) {
	if v.sit.Offline {
		return // nobody can say: lookGateway
	}
	for g, h := range v.links() {
		if _, watched := v.live.Gateways[g]; !watched || h.down == 0 || h.up+h.refused > 0 || v.in.REST[g] {
			continue
		}
		s := gatewaySample(g)
		s.Facts.Cause = h.cause
		yield(s)
	}
}

// lookGateway ends an alert on a gateway when the gateway is heard again.
func lookGateway(v *view, a *Alert) Sample {
	if _, ok := v.live.Gateways[a.Gateway]; !ok {
		return Sample{v: ended, End: EndDeleted}
	}
	s := gatewaySample(a.Gateway)
	s.v, s.Facts = fails, a.Facts
	h := v.links()[a.Gateway]
	switch {
	case h.up+h.refused > 0 || v.in.REST[a.Gateway]:
	case v.sit.Offline:
		s.v = unknown
	case h.down == 0 && h.idle > 0 && !v.trying(a.Gateway): // taken down by hand
		s.v, s.End = ended, EndDisabled
	case h.down == 0:
		s.v = unknown
	}
	return s
}

// trying reports whether any link of the gateway is on its way up.
func (v *view) trying(gateway string) bool {
	for _, l := range v.live.Links {
		if l.Gateway == gateway && l.State == string(event.LinkConnecting) {
			return true
		}
	}
	return false
}

func linkSample(id string, l *state.Link) Sample {
	return Sample{
		Gateway: l.Gateway, Kind: "link", Entity: l.Hub, Thing: id, Value: -1,
		At: l.LastEventAt, Facts: Facts{Name: l.Hub, Part: l.Hub, Cause: causeWord(l.Class)},
	}
}

// checkHubDown holds for a hub that is down while the gateway is reached by
// another way.
func checkHubDown(v *view, yield func(Sample)) {
	for id, l := range v.live.Links {
		if linkState(l) == linkDown {
			l := l
			s := linkSample(id, &l)
			if h := v.links()[l.Gateway]; h.up == 0 && !v.in.REST[l.Gateway] {
				s.v = keeps // the gateway's alert speaks
			}
			yield(s)
		}
	}
}

func lookHubDown(v *view, a *Alert) Sample {
	l, ok := v.live.Links[a.Thing]
	if !ok {
		return v.absent(a)
	}
	s := linkSample(a.Thing, &l)
	s.v = fails
	if is := linkState(l); is == linkIdle && l.State == string(event.LinkDisconnected) || l.Class == "unsupported" {
		s.v, s.End = ended, EndDisabled
	} else if is != linkUp {
		s.v = unknown
	}
	return s
}

// lookSilent ends with the stream's first event.
func lookSilent(v *view, a *Alert) Sample {
	l, ok := v.live.Links[a.Thing]
	if !ok {
		return v.absent(a)
	}
	s := linkSample(a.Thing, &l)
	s.v = unknown
	if l.LastEventAt > a.Since.UnixMilli() {
		s.v = fails
	}
	return s
}

// checkGatewayAlert passes on what the gateway's own monitoring says.
func checkGatewayAlert(v *view, yield func(Sample)) {
	for id, g := range v.facts.alerts {
		s := gatewaySample(id.gateway)
		s.Kind, s.Entity, s.Thing = "alert", id.name, id.gateway+"/"+id.name
		s.Severity, s.At = g.Severity, g.at.UnixMilli()
		s.Facts = Facts{Name: nameOr(g.Title, nameOr(g.Component, "Gateway alert")), Error: g.Message}
		if g.State == event.AlertResolved {
			s.v = fails
		}
		yield(s)
	}
}

func checkUncharged(v *view, yield func(Sample)) {
	for g, a := range v.in.Uncharged {
		if a.Calls < minRequests || float64(a.Uncharged) < limpingShare*float64(a.Calls) {
			continue
		}
		s := gatewaySample(g)
		if v.now.Sub(a.At) > trafficAge {
			s.v = unknown // nobody has looked since
		}
		s.At, s.Facts.Requests, s.Facts.Failed = a.At.UnixMilli(), a.Calls, a.Uncharged
		s.Epoch = a.At.Format(time.DateOnly) // told once a day
		yield(s)
	}
}
