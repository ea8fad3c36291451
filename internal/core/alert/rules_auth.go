package alert

import (
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

func authRules() []Rule {
	return []Rule{
		{
			ID: "gateway.auth", Title: "Gateway refuses the key", Category: CategoryConnection,
			Severity: critical, OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyWithoutSound,
			Rank: 60, check: checkAuth, recheck: recheckAuth,
		},
	}
}

// half is a part of a gateway that takes keys of its own.
type half struct{ gateway, plane string }

// checkAuth holds where a plane of the gateway refuses our key. Core and admin
// take different keys, so each is an alert of its own. What the newest try was
// answered counts.
func checkAuth(v *evalContext, yield func(Result)) {
	for of, l := range v.refusedHalves() {
		s := gatewayResult(of.gateway)
		s.Dimension, s.Annotations.Component = of.plane, of.plane
		s.Annotations.HTTPStatus = 401
		switch {
		case l.Class == "forbidden":
			s.Annotations.HTTPStatus, s.Annotations.Cause = 403, l.Cause // the key may be the right one
		case keyless(l):
			s.Annotations.HTTPStatus, s.Annotations.Cause = 0, l.Cause
		}
		v.nameRefused(&s)
		v.answeredSince(&s, msTime(l.FailedAt))
		yield(s)
	}
}

// refusedHalves finds what refuses our keys, each with the link that was refused last; nil if nothing does.
func (v *evalContext) refusedHalves() map[half]state.Link {
	var all map[half]state.Link
	for _, l := range v.live.Links {
		if linkState(l) != linkRefused || v.explained(l) {
			continue
		}
		if _, watched := v.live.Gateways[l.Gateway]; !watched {
			continue
		}
		of := half{l.Gateway, l.Plane}
		last, known := all[of]
		if known && (last.FailedAt > l.FailedAt || last.FailedAt == l.FailedAt && last.ID < l.ID) {
			continue
		}
		if all == nil {
			all = map[half]state.Link{}
		}
		all[of] = l
	}
	return all
}

// answeredSince notes since when a refused key is answered as it is now, where it was answered otherwise before.
// Zero for failed is a time that is not known.
func (v *evalContext) answeredSince(s *Result, failed time.Time) {
	was := v.ev.all[alertKey{"gateway.auth", s.Gateway, s.Kind, s.Entity, s.Dimension}]
	switch {
	case was == nil || !was.Status.Open():
	case was.Annotations.HTTPStatus == s.Annotations.HTTPStatus:
		s.Annotations.From = was.Annotations.From
	case failed.After(was.Since):
		s.Annotations.From = failed
	default:
		s.Annotations.From = v.now
	}
}

// recheckAuth ends when every link of that plane that is wanted is up; until then
// trying again proves nothing, and neither does another hub's being up.
func recheckAuth(v *evalContext, a *Alert) Result {
	s := recheckGateway(v, a)
	if s.condition == conditionEnded {
		return s
	}
	up, wanted, explained := 0, 0, 0
	for _, l := range v.live.Links {
		if l.Gateway != a.Gateway || l.Plane != a.Dimension || l.Class == "unsupported" ||
			l.State == string(event.LinkDisconnected) {
			continue
		}
		wanted++
		if v.explained(l) {
			explained++
		}
		if linkState(l) == linkUp {
			up++
		}
	}
	switch {
	case wanted == 0 && v.now.Sub(v.ev.began) < explainedSoon: // a program that was just started makes them one by one
		s.condition = conditionUnknown
		v.scheduleEval(v.ev.began.Add(explainedSoon))
	case wanted == 0:
		s.condition, s.EndReason = conditionEnded, EndDisabled
	case up == wanted:
		s.condition, s.EndReason = v.acceptedAgain(a)
	case up+explained == wanted && v.now.Sub(a.Since) < explainedSoon:
		s.condition, s.EndReason = conditionEnded, EndContradicted
	default:
		s.condition = conditionUnknown
	}
	return s
}

// explainedSoon is how long after it was refused a key may turn out to be disabled, expired
// or without money, so that what was told of it is taken back: the lists are read a moment
// later than the hubs are connected. Later it is told until the key is let in again.
const explainedSoon = time.Minute

// acceptedAgain says what it means that nothing refuses a key any more: good news only
// if each key that was refused is there, is the same, and was let in. One that was removed
// or replaced, or that is kept out for a known reason, was not accepted again.
func (v *evalContext) acceptedAgain(a *Alert) (condition, EndReason) {
	for refused := range strings.SplitSeq(a.Annotations.Refused, refusedSeparator) {
		if refused == "" {
			continue // of a plane that takes one key, or told by an earlier version
		}
		slot, key, _ := strings.Cut(refused, "=")
		w, watched := v.live.MonitoredKeys[a.Gateway+"/"+slot]
		switch is := event.MonitoredKeyState(w.State); {
		case watched && is == event.KeyWaiting:
			return conditionUnknown, ""
		case !watched, key == "", w.Key != key, is == event.KeyPaused, is == event.KeySecretMissing,
			is.Barred() && !v.letIn(&w, a.Dimension): // what is concluded of one that is let in comes a moment later
			return conditionEnded, EndDeleted
		}
	}
	return conditionNotMet, ""
}

// letIn reports whether a connection with a key is up: its own, or one that is shared and
// made with it.
func (v *evalContext) letIn(w *state.MonitoredKey, plane string) bool {
	for _, l := range v.live.Links {
		if l.Gateway == w.Gateway && l.Plane == plane && (l.Slot == w.Slot || l.Slot == "" && w.Primary) && linkState(l) == linkUp {
			return true
		}
	}
	return false
}

// explained reports whether a connection of a key's own is refused because the key is
// disabled, expired or without money, as the gateway says itself: what is known of a key
// has rules of its own, and trying another key is no advice.
func (v *evalContext) explained(l state.Link) bool {
	if l.Slot == "" || linkState(l) != linkRefused {
		return false
	}
	for _, w := range v.live.MonitoredKeys {
		if w.Gateway == l.Gateway && w.Slot == l.Slot {
			switch event.MonitoredKeyState(w.State) {
			case event.KeyDisabled, event.KeyExpired, event.KeyDepleted:
				return true
			case event.KeyLive, event.KeyWaiting, event.KeyPolled, event.KeyPaused, event.KeySecretMissing, event.KeyDeleted, event.KeyRefused:
			}
		}
	}
	return false
}

// nameRefused says which of several virtual keys a plane refuses, and how many
// go on. A hub that all keys share is held by one of them; while another takes
// it over nobody can tell whose refusal it shows, so only a holder that is
// known not to be let in is named for it.
func (v *evalContext) nameRefused(s *Result) {
	if s.Dimension == string(event.PlaneAdmin) {
		return // it takes the master key
	}
	refused := map[string]bool{} // by slot
	shared := false
	for _, l := range v.live.Links {
		if l.Gateway == s.Gateway && l.Plane == s.Dimension && linkState(l) == linkRefused && !v.explained(l) {
			refused[l.Slot] = true
			shared = shared || l.Slot == ""
		}
	}
	var names, refs []string
	keys, others := 0, 0
	for _, w := range v.live.MonitoredKeys {
		if w.Gateway != s.Gateway {
			continue
		}
		keys++
		switch {
		case refused[w.Slot], shared && w.Primary && w.State != string(event.KeyLive) && w.State != string(event.KeyWaiting):
			names = append(names, keyTitle(&w))
			refs = append(refs, w.Slot+"="+w.Key)
		case w.State == string(event.KeyLive):
			others++
		}
	}
	slices.Sort(refs)
	s.Annotations.Refused = strings.Join(refs, refusedSeparator)
	if keys < 2 || len(names) == 0 {
		return // the only one, or the master key
	}
	slices.Sort(names)
	s.Annotations.Name, s.Annotations.Keys, s.Annotations.Others = strings.Join(names, ", "), len(names), others
}

// refusedSeparator stands between the keys of Annotations.Refused.
const refusedSeparator = "\n"

// keyTitle is what a watched key is called: by the user, else by the gateway.
func keyTitle(w *state.MonitoredKey) string {
	return nameOr(w.Label, nameOr(w.Name, "key "+nameOr(w.Key, w.Slot)))
}
