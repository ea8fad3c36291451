package alert

import (
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

func gatewayRules() []Rule {
	return []Rule{
		{
			ID: "gateway.unreachable", Title: "Gateway does not answer", Category: CategoryConnection,
			Severity: critical, For: time.Minute, KeepFiringFor: 30 * time.Second, RepeatInterval: fourHours,
			OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNow, DetectFlapping: true, FlapOnlyWhenFired: true,
			Rank: 50, check: checkUnreachable, recheck: recheckGateway,
		},
	}
}

// linkCondition is what a link's state means for alerts.
type linkCondition uint8

const (
	linkUp      linkCondition = iota
	linkDown                  // lost, or failing again and again
	linkRefused               // the key is not accepted, or there is none to show
	linkIdle                  // not wanted: by hand, unsupported, or its first attempt
)

func linkState(l state.Link) linkCondition {
	switch {
	case l.Class == "unsupported":
		return linkIdle
	case l.State == string(event.LinkConnected):
		return linkUp
	case l.State == string(event.LinkDisconnected):
		return linkIdle
	case l.Class == "auth" || l.Class == "forbidden" || keyless(l):
		return linkRefused
	case l.State == string(event.LinkConnecting) && l.Attempt <= 1 && l.LostAt == 0:
		return linkIdle
	}
	return linkDown
}

// linkCounts sums a gateway's links up.
type linkCounts struct {
	up, down, refused, idle int
	cause                   string // class of the first link that is down
}

// keyless reports whether a link waits for a key that we do not have: nobody
// refused one.
func keyless(l state.Link) bool { return l.Class == "keychain" || l.Class == "no_key" }

// links sums up every gateway's links once per Eval.
func (v *evalContext) links() map[string]linkCounts {
	if v.linkCounts != nil {
		return v.linkCounts
	}
	clear(v.ev.linkCounts)
	v.linkCounts = v.ev.linkCounts
	for _, l := range v.live.Links {
		h := v.linkCounts[l.Gateway]
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
		v.linkCounts[l.Gateway] = h
	}
	return v.linkCounts
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
	case "no_tls":
		return "no TLS at its address"
	case "server_closed":
		return "closed by the gateway"
	case notSticky:
		return text.NotSticky
	case "misconfigured":
		return "wrong address"
	}
	return ""
}

func gatewayResult(g string) Result {
	return Result{Gateway: g, Kind: "gateway", Entity: g, StateID: g, Value: -1}
}

// checkUnreachable holds where every link is down and REST does not answer
// either. Links that nobody wants up say nothing.
func checkUnreachable(v *evalContext, yield func(Result)) {
	if v.system.Offline {
		return // nobody can say: recheckGateway
	}
	for g, h := range v.links() {
		if _, watched := v.live.Gateways[g]; !watched || h.down == 0 || h.up+h.refused > 0 || v.in.REST[g] {
			continue
		}
		s := gatewayResult(g)
		s.Annotations.Cause = h.cause
		s.Annotations.Signs = v.planeSigns(g, text.Sign{Of: text.SignLinks, Times: h.down, Said: h.cause})
		yield(s)
	}
}

// recheckGateway ends an alert on a gateway when the gateway is heard again.
func recheckGateway(v *evalContext, a *Alert) Result {
	if _, ok := v.live.Gateways[a.Gateway]; !ok {
		return Result{condition: conditionEnded, EndReason: EndDeleted}
	}
	s := gatewayResult(a.Gateway)
	s.condition, s.Annotations = conditionNotMet, a.Annotations
	h := v.links()[a.Gateway]
	switch {
	case h.up+h.refused > 0 || v.in.REST[a.Gateway]:
	case v.system.Offline:
		s.condition = conditionUnknown
	case h.down == 0 && h.idle > 0 && !v.trying(a.Gateway): // taken down by hand
		s.condition, s.EndReason = conditionEnded, EndDisabled
	case h.down == 0:
		s.condition = conditionUnknown
	}
	return s
}

// trying reports whether any link of the gateway is on its way up.
func (v *evalContext) trying(gateway string) bool {
	for _, l := range v.live.Links {
		if l.Gateway == gateway && l.State == string(event.LinkConnecting) {
			return true
		}
	}
	return false
}

func linkResult(id string, l *state.Link) Result {
	return Result{
		Gateway: l.Gateway, Kind: "link", Entity: l.Hub, StateID: id, Value: -1,
		At: l.LastEventAt, LookedAt: l.FailedAt,
		Annotations: Annotations{Name: l.Hub, Component: l.Hub, Cause: causeWord(l.Class)},
	}
}
