package outlook

import (
	"cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// gap is something that calm would need and that is not known: a clause for a
// person. hindrance is set where all of it is not known, see Pending.
type gap struct{ text, hindrance string }

// gaps lists what is not known of the gateways, in their order.
func (v *view) gaps() (all []gap) {
	for _, id := range v.ids {
		g := v.live.Gateways[id]
		for _, look := range []func(*state.Gateway) gap{v.connections, v.providers, v.budgets} {
			is := look(&g)
			if is.text == "" {
				continue
			}
			if v.several {
				is.text = text.OutlookOf(g.Label, is.text)
			}
			all = append(all, is)
		}
	}
	return all
}

// connections names what is offered and not connected.
func (v *view) connections(g *state.Gateway) gap {
	if g.Overall == string(event.LinkConnected) {
		return gap{}
	}
	of := v.hubs(g.ID)
	if l, is := v.shut(g); is && len(of.down)+len(of.partly) == 0 {
		return gap{text: text.OutlookListsShut(l.Cause), hindrance: whenDown(g)}
	}
	return gap{text: text.OutlookHubsDown(of.down, of.partly, len(of.up)+len(of.partly) == 0), hindrance: whenDown(g)}
}

// whenDown says what hinders a gateway with no connection at all.
func whenDown(g *state.Gateway) string {
	switch event.LinkState(g.Overall) {
	case event.LinkConnecting:
		if gone(g) {
			return Unreachable
		}
		return Pending
	case event.LinkReconnecting, event.LinkDisconnected, event.LinkError:
		return Unreachable
	case event.LinkConnected:
	}
	return ""
}

// shut finds the link that reads a gateway's lists, and whether its key is not let in: then nothing is asked any
// more, and what was read is as it was.
func (v *view) shut(g *state.Gateway) (l state.Link, is bool) {
	l = v.live.Links[g.ID+"/"+restLink]
	return l, l.State == string(event.LinkError) && (l.Class == "auth" || l.Class == "forbidden")
}

// read judges how a list goes that a topic is read from; ok if it was read the
// last time that it was asked.
func (v *view) read(g *state.Gateway, list, topic string) (is gap, ok bool) {
	from, asked := v.live.PollTargets[g.ID+"/rest:"+list]
	if l, is := v.shut(g); is && from.Outcome == string(event.PollOK) {
		if l.Class == "forbidden" {
			return gap{text.OutlookUnread(topic, true), Forbidden}, false
		}
		return gap{text.OutlookUnread(topic, true), Unauthorized}, false
	}
	switch event.PollOutcome(from.Outcome) {
	case event.PollOK:
		return gap{}, true
	case event.PollForbidden:
		return gap{text.OutlookForbidden(topic), Forbidden}, false
	case event.PollUnauthorized:
		return gap{text.OutlookUnauthorized(topic), Unauthorized}, false
	case event.PollFailed, event.PollTimedOut, event.PollUnreadable:
		return gap{text.OutlookUnread(topic, from.SucceededAt > 0), Unreachable}, false
	case event.PollUnsupported, event.PollSkipped:
	}
	if asked {
		return gap{text.OutlookUnread(topic, false), Unreachable}, false
	}
	return gap{text.OutlookPending(topic), Pending}, false
}

// providers says what is not known of how providers are.
func (v *view) providers(g *state.Gateway) gap {
	const topic = "providers"
	way, known := v.live.Deliveries[g.ID+"/health"]
	_, listed := v.live.PollTargets[g.ID+"/rest:providers"]
	switch {
	case known && way.Delivery == string(event.DeliveryForbidden):
		return gap{text.OutlookNeedsMaster(topic), Forbidden}
	case !known, way.Delivery == string(event.DeliveryUnavailable) && !listed:
		return gap{text.OutlookPending(topic), Pending}
	case listed:
		if is, ok := v.read(g, "providers", topic); !ok {
			return is
		}
	}
	all, unknown := 0, 0
	for _, p := range v.live.Providers {
		if p.Gateway != g.ID {
			continue
		}
		all++
		if p.Health == string(event.HealthUnknown) {
			unknown++
		}
	}
	switch {
	case all == 0 && !listed: // it pushes them, and nothing happened to one yet
		return gap{text: text.OutlookNoneTold("provider")}
	case unknown > 0:
		return gap{text: text.OutlookSomeUnknown(unknown, all, "provider")}
	}
	return gap{}
}

// budgets says what is not known of limits: balances of groups where the
// gateway has such, else limits of keys.
func (v *view) budgets(g *state.Gateway) gap {
	const topic = "budgets"
	way, known := v.live.Deliveries[g.ID+"/groups"]
	_, listed := v.live.PollTargets[g.ID+"/rest:groups"]
	switch {
	case listed:
		if is, ok := v.read(g, "groups", topic); !ok {
			return is
		}
		return v.balances(g)
	case !known:
		return gap{text.OutlookPending(topic), Pending}
	case way.Delivery == string(event.DeliveryForbidden):
		return gap{text.OutlookNeedsMaster(topic), Forbidden}
	}
	return v.limits(g, topic)
}

// balances counts the groups whose balance is not known.
func (v *view) balances(g *state.Gateway) gap {
	all, unknown, name := 0, 0, ""
	for _, x := range v.live.Groups {
		if x.Gateway != g.ID {
			continue
		}
		all++
		if !x.Balance.Known() {
			unknown++
			name = cmp.Or(x.Name, x.Group)
		}
	}
	switch {
	case unknown == 1:
		return gap{text: text.OutlookBalance(name)}
	case unknown > 1:
		return gap{text: text.OutlookSomeUnknown(unknown, all, "balance")}
	}
	return gap{}
}

// limits judges a gateway where keys have limits of their own: a list tells all
// of them, a hub those of keys that spend.
func (v *view) limits(g *state.Gateway, topic string) gap {
	_, listed := v.live.PollTargets[g.ID+"/rest:keys"]
	spend, known := v.live.Deliveries[g.ID+"/spend"]
	seen := spend.Delivery == string(event.DeliveryPushed) || spend.Delivery == string(event.DeliveryPolled)
	switch {
	case listed:
		if is, ok := v.read(g, "keys", topic); !ok {
			return is
		}
	case known && spend.Delivery == string(event.DeliveryForbidden):
		return gap{text.OutlookForbidden(topic), Forbidden}
	case !seen:
		return gap{text.OutlookPending(topic), Pending}
	}
	all, unknown := 0, 0
	for _, k := range v.live.Keys {
		if k.Gateway != g.ID || k.Status == "deleted" {
			continue
		}
		all++
		if s := k.Limit.Status(); s == event.ReadingUnknown || s == event.ReadingTooLarge {
			unknown++
		}
	}
	switch {
	case listed && unknown > 0:
		return gap{text: text.OutlookSomeUnknown(unknown, all, "limit")}
	case !listed && unknown == all: // none was told of any key, or there is none yet
		return gap{text: text.OutlookNoneTold("limit")}
	}
	return gap{}
}
