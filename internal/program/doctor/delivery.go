package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/sources/wire"
)

// dialect is which gateway it is: by its lists, else by the one hub that was
// given up in August 2025.
func (p *gatewayDiagnosis) dialect() wire.Dialect {
	switch a, asked := p.core.answers["model-discovery"]; {
	case p.admin.hasLists():
		return p.admin.dialect
	case p.admin.known && !p.admin.absent:
		return wire.DialectContract
	case asked && a.Err == nil:
		return wire.DialectJuly
	case asked && a.Status == http.StatusNotFound && p.core.granted != nil:
		return wire.DialectAugust
	}
	return wire.DialectUnknown
}

// notKnown is why it is not said what can be seen, as a clause.
func (p *gatewayDiagnosis) notKnown() string {
	if p.dialect() == wire.DialectUnknown {
		return "which kind of gateway it is did not come out"
	}
	return ""
}

// deliveries says of each topic how it would be seen, by what answered just now.
func (p *gatewayDiagnosis) deliveries(context.Context) Finding {
	seen := gateway.DeliveryInputs{Dialect: p.dialect(), NoCore: p.core.whyNotWatched(), NoAdmin: p.admin.whyNotWatched(), Hubs: map[string]gateway.HubCondition{}, Polls: p.admin.pollOutcomes}
	for _, h := range []*planeDiagnosis{p.core, p.admin} {
		for _, g := range h.hubsOf() {
			seen.Hubs[g.Name] = h.hubDelivery(g)
		}
	}
	if a, asked := p.core.answers["notifications"]; asked && a.Err == nil {
		const every = 30 * time.Second // as a watching program does
		seen.Polls[event.SourceNegotiate] = event.Polled{Outcome: event.PollOK, EveryMS: every.Milliseconds()}
	}
	n := map[event.Delivery]int{}
	var rows []Detail
	for _, c := range gateway.Deliveries(seen) {
		if strings.HasPrefix(c.Topic, "hub:") {
			continue // told in the row of hubs
		}
		n[c.Delivery]++
		rows = append(rows, Detail{c.Topic, strings.TrimSpace(deliveryText(c) + ". " + c.Reason)})
	}
	f := fine(fmt.Sprintf("%d topics are pushed, %d polled, %d not available, %d not permitted.",
		n[event.DeliveryPushed], n[event.DeliveryPolled], n[event.DeliveryUnavailable], n[event.DeliveryForbidden]))
	if n[event.DeliveryForbidden] > 0 {
		f.Result, f.Code = Info, "coverage_partial"
	}
	f.Details = rows
	return f
}

// deliveryText says how a topic is seen.
func deliveryText(c event.DeliveryChanged) string {
	switch c.Delivery {
	case event.DeliveryPushed:
		return "pushed"
	case event.DeliveryPolled:
		return "polled " + text.Interval(c.EveryMS)
	case event.DeliveryForbidden:
		return "no permission"
	case event.DeliveryUnavailable:
	}
	return "not available"
}

// whyNotWatched is why a plane is not asked at all, a sentence; "" if it is.
func (h *planeDiagnosis) whyNotWatched() string {
	switch {
	case h.u == nil:
		return "There is no address of the " + h.apiName() + "."
	case !h.key().Set():
		return "There is no " + h.keyName() + ", so the " + h.apiName() + " is not asked."
	}
	return ""
}

// hubDelivery is how the connection of a hub would be.
func (h *planeDiagnosis) hubDelivery(g gateway.Hub) gateway.HubCondition {
	a, asked := h.answers[g.Name]
	down := gateway.HubCondition{State: event.LinkError}
	switch {
	case h.refused && (!asked || a.Err == nil):
		down.Class, down.Cause = "auth", "The key was refused."
	case h.dropped && (!asked || a.Err == nil):
		down.Class, down.Cause = "rejected", "A connection was dropped at once."
	case !asked:
		down.Cause = "It was not asked."
	case a.Status == http.StatusNotFound && a.Err != nil:
		down.Class, down.Cause = "unsupported", a.Cause
	case a.Err != nil:
		down.Class, down.Cause = string(a.Class), a.Cause
	case h.used() == nil:
		down.Cause = "No transport works."
	default:
		return gateway.HubCondition{State: event.LinkConnected}
	}
	return down
}
