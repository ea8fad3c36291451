package outlook

import (
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// Lost is a gateway to which no connection is left: how that is, since when and why,
// and what to do about it.
type Lost struct {
	Gateway string `json:"gateway"`
	Label   string `json:"label"`
	State   string `json:"state"` // as of state.Gateway.Overall
	Since   int64  `json:"since"` // 0 if it is not known
	Cause   string `json:"cause"`
	NextAt  int64  `json:"nextAt"` // the soonest planned attempt; 0 if none
	Says    string `json:"says"`   // all of that in a sentence
	Do      string `json:"do"`
}

// LostOf lists the gateways to which no connection is left: of all, or the one that
// is asked for. One of which the first connection is being made for the first time is none of them, and
// neither is any while this computer has no network: that is not theirs.
func LostOf(live *state.Live, gateway string, now time.Time) []Lost {
	v := view{live: live, ids: []string{gateway}}
	if gateway == All {
		v.ids = v.ids[:0]
		for id := range live.Gateways {
			v.ids = append(v.ids, id)
		}
		slices.Sort(v.ids)
	}
	return v.lost(now)
}

func (v *view) lost(now time.Time) []Lost {
	all := []Lost{}
	if v.offline() {
		return all
	}
	for _, id := range v.ids {
		g, known := v.live.Gateways[id]
		at := event.LinkState(g.Overall)
		if !known || !gone(&g) {
			continue
		}
		is := Lost{Gateway: id, Label: g.Label, State: g.Overall, Since: v.lostSince(id), Cause: g.Cause, NextAt: g.NextAt}
		is.Says, is.Do = text.OutlookLostOne(g.Label, clockOf(is.Since, now), at, g.Cause), text.OutlookDo(at, g.NextAt > 0)
		all = append(all, is)
	}
	return all
}

// gone reports whether no connection to a gateway is left, or the first one failed.
func gone(g *state.Gateway) bool {
	switch event.LinkState(g.Overall) {
	case event.LinkReconnecting, event.LinkError, event.LinkDisconnected:
		return true
	case event.LinkConnecting:
		return g.Cause != ""
	case event.LinkConnected:
	}
	return false
}

// lostSince is since when none of a gateway's connections is up: since the last of
// them went, or was tried for the first time.
func (v *view) lostSince(gateway string) (since int64) {
	for _, l := range v.live.Links {
		if l.Gateway == gateway && counts(&l) {
			since = max(since, downSince(&l))
		}
	}
	return since
}

// counts reports whether a connection is wanted, and the gateway offers it.
func counts(l *state.Link) bool { return l.Class != "unsupported" && l.Class != "idle" }

func downSince(l *state.Link) int64 {
	if l.LostAt > 0 {
		return l.LostAt
	}
	return l.Since
}

// known reports whether anything was ever known of the gateways.
func (v *view) known() bool {
	for _, id := range v.ids {
		if g := v.live.Gateways[id]; g.LastEventAt > 0 || g.PictureAt > 0 {
			return true
		}
	}
	return false
}

// offline reports whether this computer has no network.
func (v *view) offline() bool { return v.live.App["network"].Title != "" }

// gone is the sentence where no connection is left.
func (v *view) gone(now time.Time) (head, rest string) {
	if v.offline() {
		return text.OutlookOffline(v.known())
	}
	lost, last := v.lost(now), text.OutlookLast(v.known())
	if len(lost) == 1 {
		return lost[0].Says, last
	}
	says := make([]string, len(lost))
	for i := range lost {
		says[i] = strings.TrimSuffix(lost[i].Says, ".")
	}
	return text.OutlookLostAll(says, last)
}
