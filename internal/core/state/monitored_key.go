package state

import (
	"slices"

	"gatewatch/internal/core/event"
)

// MonitoredKey is one virtual key that the user chose, and how it can be watched.
type MonitoredKey struct {
	ID      string `json:"id"` // "<gateway>/<slot>"
	Gateway string `json:"gateway"`
	Slot    string `json:"slot"` // the profile's id of the key
	Label   string `json:"label"`
	Key     string `json:"key"` // the gateway's id of it; "" until it reported it
	Name    string `json:"name"`
	State   string `json:"state"`   // event.MonitoredKeyState
	Primary bool   `json:"primary"` // the hubs that all keys share
	Cause   string `json:"cause"`
	Since   int64  `json:"since"` // of State
}

// maxMonitoredKeys bounds the watched keys of all gateways; a profile lists 500 at
// most.
const maxMonitoredKeys = 5000

// foldMonitoredKey folds how monitored keys can be watched in.
func (s *State) foldMonitoredKey(env *event.Envelope) (known, news bool) {
	if b, is := env.Body.(event.MonitoredKeyChanged); is {
		return true, s.monitoredKeyChanged(env, b)
	}
	return false, false
}

func monitoredKeySeverity(body event.Event) event.Severity {
	if b, is := body.(event.MonitoredKeyChanged); is {
		return warnIf(b.State.Barred())
	}
	return ""
}

// monitoredKeyChanged folds how a key is watched. It is news only if a key that was
// live no longer is, is live again, or is refused from the start.
func (s *State) monitoredKeyChanged(env *event.Envelope, b event.MonitoredKeyChanged) bool {
	wid := id(env.Source.Gateway, b.Slot)
	old, known := s.live.MonitoredKeys[wid]
	if !known && len(s.live.MonitoredKeys) >= maxMonitoredKeys {
		s.Overflow++
		return false
	}
	w := MonitoredKey{
		ID: wid, Gateway: string(env.Source.Gateway), Slot: b.Slot, Label: b.Label, Key: string(b.Key), Name: b.Name,
		State: string(b.State), Primary: b.Primary, Cause: b.Cause, Since: eventTime(env, b.At),
	}
	if known && old.State == w.State {
		w.Since = old.Since
	}
	s.live.MonitoredKeys[wid] = w
	s.dirty.monitoredKeys[wid] = true
	return old.State != w.State && (b.State.Barred() || known && event.MonitoredKeyState(old.State).Barred())
}

// RetainMonitoredKeys drops the monitored keys of a gateway that are in none of slots:
// the user removed them.
func (s *State) RetainMonitoredKeys(gateway string, slots []string) {
	drop(s.live.MonitoredKeys, s.dirty.monitoredKeys, func(w MonitoredKey) bool {
		return w.Gateway == gateway && !slices.Contains(slots, w.Slot)
	})
}

// RelabelMonitoredKey shows another label of a watched key.
func (s *State) RelabelMonitoredKey(gateway, slot, label string) {
	wid := id(event.GatewayID(gateway), slot)
	if w, ok := s.live.MonitoredKeys[wid]; ok && w.Label != label {
		w.Label = label
		s.live.MonitoredKeys[wid] = w
		s.dirty.monitoredKeys[wid] = true
	}
}
