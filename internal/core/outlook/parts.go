package outlook

import (
	"cmp"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// SilentAfter is how long after anything was heard last over connections that stand
// nothing new is known.
const SilentAfter = 2 * time.Minute

// half is one of the two APIs of a gateway, as it is connected.
type half struct {
	name  string
	up    bool
	at    event.LinkState // the worst of its connections
	cause string
	since int64 // when the last of them went
}

// worseStates of connections that are not up, the worst last.
var worseStates = []event.LinkState{event.LinkDisconnected, event.LinkConnecting, event.LinkReconnecting, event.LinkError}

// halves are those halves of a gateway to which a connection is wanted.
func (v *view) halves(gateway string) (all []half) {
	for _, plane := range []struct {
		is   event.Plane
		name string
	}{{event.PlaneCore, "Core"}, {event.PlaneAdmin, "Admin"}} {
		h, wanted := half{name: plane.name}, false
		for _, l := range v.linksOf(gateway) {
			if (event.Plane(l.Plane) == event.PlaneAdmin) != (plane.is == event.PlaneAdmin) {
				continue
			}
			wanted = true
			h.add(&l)
		}
		if wanted {
			all = append(all, h)
		}
	}
	return all
}

// linksOf are the connections of a gateway that count, in an order that stays.
func (v *view) linksOf(gateway string) (all []state.Link) {
	for _, l := range v.live.Links {
		if l.Gateway == gateway && counts(&l) {
			all = append(all, l)
		}
	}
	slices.SortFunc(all, func(a, b state.Link) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func (h *half) add(l *state.Link) {
	at := event.LinkState(l.State)
	if at == event.LinkConnected {
		h.up = true
		return
	}
	h.since = max(h.since, downSince(l))
	was, is := slices.Index(worseStates, h.at), slices.Index(worseStates, at)
	if is > was {
		h.at, h.cause = at, l.Cause
	} else if is == was {
		h.cause = cmp.Or(h.cause, l.Cause)
	}
}

// gone reports whether no connection to a half is left, or the first one failed.
func (h *half) gone() bool {
	return !h.up && (h.at == event.LinkReconnecting || h.at == event.LinkError || h.at == event.LinkConnecting && h.cause != "")
}

// partly is the sentence where a half of a gateway, or one of several gateways, is gone
// and the rest answers; head is "" where all of them answer.
func (v *view) partly(now time.Time) (head, rest string) {
	var says, answer []string
	for _, id := range v.ids {
		g := v.live.Gateways[id]
		if gone(&g) {
			continue // in lost
		}
		name := ""
		if v.several {
			name = g.Label
		}
		all := v.halves(id)
		whole := !slices.ContainsFunc(all, func(h half) bool { return h.gone() })
		if whole && v.several && g.Overall == string(event.LinkConnected) {
			answer = append(answer, g.Label)
		}
		for _, h := range all {
			switch {
			case h.gone():
				says = append(says, text.OutlookLostOne(text.OutlookHalf(h.name, name), clockOf(h.since, now), h.at, h.cause))
			case h.up && !whole:
				answer = append(answer, text.OutlookHalf(h.name, name))
			}
		}
	}
	lost := v.lost(now)
	for i := range lost {
		says = append(says, lost[i].Says)
	}
	if len(says) == 0 {
		return "", ""
	}
	return text.OutlookParts(says, text.OutlookAnswers(answer))
}

// clockOf writes since when something is so; "" where it is not known.
func clockOf(since int64, now time.Time) string {
	if since <= 0 {
		return ""
	}
	return text.Clock(time.UnixMilli(since), now, now.Location())
}

// heard is when anything came last of the gateways, be it a sign of life.
func (v *view) heard() (at int64) {
	for _, id := range v.ids {
		at = max(at, v.live.Gateways[id].LastEventAt)
	}
	for _, l := range v.live.Links {
		if v.has(l.Gateway) {
			at = max(at, l.LastReceived, l.LastEventAt)
		}
	}
	return at
}

// silent reports whether nothing at all came for long, though connections stand.
func (v *view) silent(now time.Time) bool {
	at := v.heard()
	return at > 0 && now.Sub(time.UnixMilli(at)) > SilentAfter
}
