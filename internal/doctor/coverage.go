package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/gateway"
	"gatewatch/internal/wire"
)

// dialect is which gateway it is: by its lists, else by the one hub that was
// given up in August 2025.
func (p *patient) dialect() wire.Dialect {
	switch a, asked := p.core.answers["model-discovery"]; {
	case p.admin.hasLists():
		return p.admin.kind
	case p.admin.known && !p.admin.absent:
		return wire.DialectContract
	case asked && a.Err == nil:
		return wire.DialectJuly
	case asked && a.Status == http.StatusNotFound && p.core.granted != nil:
		return wire.DialectHead
	}
	return wire.DialectUnknown
}

// notKnown is why it is not said what can be seen, as a clause.
func (p *patient) notKnown() string {
	if p.dialect() == wire.DialectUnknown {
		return "which kind of gateway it is did not come out"
	}
	return ""
}

// coverage says of each topic how it would be seen, by what answered just now.
func (p *patient) coverage(context.Context) Finding {
	seen := gateway.Seen{Dialect: p.dialect(), NoCore: p.core.unwatched(), NoAdmin: p.admin.unwatched(), Hubs: map[string]gateway.SeenHub{}, Lists: p.admin.lists}
	for _, h := range []*half{p.core, p.admin} {
		for _, g := range h.hubsOf() {
			seen.Hubs[g.Name] = h.seen(g)
		}
	}
	if a, asked := p.core.answers["notifications"]; asked && a.Err == nil {
		const every = 30 * time.Second // as a watching program does
		seen.Lists[event.SourceNegotiate] = event.Asked{Outcome: event.OutcomeGood, EveryMS: every.Milliseconds()}
	}
	n := map[event.Way]int{}
	var rows []Detail
	for _, c := range gateway.Cover(seen) {
		if strings.HasPrefix(c.Topic, "hub:") {
			continue // told in the row of hubs
		}
		n[c.Way]++
		rows = append(rows, Detail{c.Topic, strings.TrimSpace(wayOf(c) + ". " + c.Reason)})
	}
	f := fine(fmt.Sprintf("%d topics are pushed, %d polled, %d not available, %d not permitted.",
		n[event.WayPushed], n[event.WayPolled], n[event.WayNone], n[event.WayForbidden]))
	if n[event.WayForbidden] > 0 {
		f.Result, f.Code = Info, "coverage_partial"
	}
	f.Details = rows
	return f
}

// wayOf says how a topic is seen.
func wayOf(c event.CoverageFound) string {
	switch c.Way {
	case event.WayPushed:
		return "pushed"
	case event.WayPolled:
		return fmt.Sprintf("polled every %d s", c.EveryMS/1000)
	case event.WayForbidden:
		return "no permission"
	case event.WayNone:
	}
	return "not available"
}

// unwatched is why a half is not asked at all, a sentence; "" if it is.
func (h *half) unwatched() string {
	switch {
	case h.u == nil:
		return "There is no address of the " + h.apiName() + "."
	case !h.key().Set():
		return "There is no " + h.keyName() + ", so the " + h.apiName() + " is not asked."
	}
	return ""
}

// seen is how the connection of a hub would be.
func (h *half) seen(g gateway.Hub) gateway.SeenHub {
	a, asked := h.answers[g.Name]
	down := gateway.SeenHub{State: event.LinkError}
	switch {
	case h.refused && (!asked || a.Err == nil): // or dropped after it was granted
		down.Class, down.Cause = "auth", "The key was refused."
	case !asked:
		down.Cause = "It was not asked."
	case a.Status == http.StatusNotFound && a.Err != nil:
		down.Class, down.Cause = "unsupported", a.Cause
	case a.Err != nil:
		down.Class, down.Cause = string(a.Class), a.Cause
	case h.used() == nil:
		down.Cause = "No transport works."
	default:
		return gateway.SeenHub{State: event.LinkConnected}
	}
	return down
}
