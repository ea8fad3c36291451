package alert

import (
	"slices"
	"strings"

	"gatewatch/internal/event"
	"gatewatch/internal/state"
)

// checkAuth holds where a half of the gateway refuses our key. Core and admin
// take different keys, so each is an alert of its own.
func checkAuth(v *view, yield func(Sample)) {
	type half struct{ gateway, plane string }
	var seen map[half]bool
	for _, l := range v.live.Links {
		if linkState(l) != linkRefused {
			continue
		}
		if _, watched := v.live.Gateways[l.Gateway]; !watched || seen[half{l.Gateway, l.Plane}] {
			continue
		}
		if seen == nil {
			seen = map[half]bool{}
		}
		seen[half{l.Gateway, l.Plane}] = true
		s := gatewaySample(l.Gateway)
		s.Dimension, s.Facts.Part = l.Plane, l.Plane
		s.Facts.Code = 401
		if l.Class == "forbidden" {
			s.Facts.Code, s.Facts.Cause = 403, l.Cause // the key may be the right one
		}
		v.nameRefused(&s)
		yield(s)
	}
}

// lookAuth ends when every link of that half that is wanted is up; until then
// trying again proves nothing, and neither does another hub's being up.
func lookAuth(v *view, a *Alert) Sample {
	s := lookGateway(v, a)
	if s.v == ended {
		return s
	}
	up, wanted := 0, 0
	for _, l := range v.live.Links {
		if l.Gateway != a.Gateway || l.Plane != a.Dimension || l.Class == "unsupported" ||
			l.State == string(event.LinkDisconnected) {
			continue
		}
		wanted++
		if linkState(l) == linkUp {
			up++
		}
	}
	switch {
	case wanted == 0:
		s.v, s.End = ended, EndDisabled
	case up == wanted:
		s.v = fails
	default:
		s.v = unknown
	}
	return s
}

// nameRefused says which of several virtual keys a half refuses, and how many
// go on. A hub that all keys share is held by one of them; while another takes
// it over nobody can tell whose refusal it shows, so only a holder that is
// known not to be let in is named for it.
func (v *view) nameRefused(s *Sample) {
	refused := map[string]bool{} // by slot
	shared := false
	for _, l := range v.live.Links {
		if l.Gateway == s.Gateway && l.Plane == s.Dimension && linkState(l) == linkRefused {
			refused[l.Slot] = true
			shared = shared || l.Slot == ""
		}
	}
	var names []string
	keys, others := 0, 0
	for _, w := range v.live.Watched {
		if w.Gateway != s.Gateway {
			continue
		}
		keys++
		switch {
		case refused[w.Slot], shared && w.Holds && w.State != string(event.KeyLive) && w.State != string(event.KeyWaiting):
			names = append(names, keyTitle(&w))
		case w.State == string(event.KeyLive):
			others++
		}
	}
	if keys < 2 || len(names) == 0 {
		return // the only one, or the master key
	}
	slices.Sort(names)
	s.Facts.Name, s.Facts.Keys, s.Facts.Others = strings.Join(names, ", "), len(names), others
}

// keyTitle is what a watched key is called: by the user, else by the gateway.
func keyTitle(w *state.Watch) string {
	return nameOr(w.Label, nameOr(w.Name, "key "+nameOr(w.Key, w.Slot)))
}
