package state

import (
	"fmt"
	"slices"

	"gatewatch/internal/event"
)

// Watch is one virtual key that the user chose, and how it can be watched.
type Watch struct {
	ID      string `json:"id"` // "<gateway>/<slot>"
	Gateway string `json:"gateway"`
	Slot    string `json:"slot"` // the profile's id of the key
	Label   string `json:"label"`
	Key     string `json:"key"` // the gateway's id of it; "" until it told it
	Name    string `json:"name"`
	State   string `json:"state"` // event.KeyWatch
	Holds   bool   `json:"holds"` // the hubs that all keys share
	Cause   string `json:"cause"`
	Since   int64  `json:"since"` // of State
}

// maxWatches bounds the watched keys of all gateways; a profile lists 500 at
// most.
const maxWatches = 5000

// keyWatched folds how a key is watched. It is news only if a key that was
// live no longer is, is live again, or is refused from the start.
func (s *State) keyWatched(env *event.Envelope, b event.KeyWatched) bool {
	wid := id(env.Source.Gateway, b.Slot)
	old, known := s.live.Watched[wid]
	if !known && len(s.live.Watched) >= maxWatches {
		s.Overflow++
		return false
	}
	w := Watch{
		ID: wid, Gateway: string(env.Source.Gateway), Slot: b.Slot, Label: b.Label, Key: string(b.Key), Name: b.Name,
		State: string(b.State), Holds: b.Holds, Cause: b.Cause, Since: when(env, b.At),
	}
	if known && old.State == w.State {
		w.Since = old.Since
	}
	s.live.Watched[wid] = w
	s.dirty.watched[wid] = true
	return old.State != w.State && (barred(b.State) || known && barred(event.KeyWatch(old.State)))
}

// barred reports whether the gateway does not let a key in.
func barred(w event.KeyWatch) bool {
	switch w {
	case event.KeyBroke, event.KeyDisabled, event.KeyExpired, event.KeyGone, event.KeyRefused:
		return true
	case event.KeyLive, event.KeyWaiting, event.KeyPolled, event.KeyPaused, event.KeyMissing:
	}
	return false
}

// KeepWatched drops the watched keys of a gateway that are in none of slots:
// the user removed them.
func (s *State) KeepWatched(gateway string, slots []string) {
	drop(s.live.Watched, s.dirty.watched, func(w Watch) bool {
		return w.Gateway == gateway && !slices.Contains(slots, w.Slot)
	})
}

// RelabelWatched shows another label of a watched key.
func (s *State) RelabelWatched(gateway, slot, label string) {
	wid := id(event.GatewayID(gateway), slot)
	if w, ok := s.live.Watched[wid]; ok && w.Label != label {
		w.Label = label
		s.live.Watched[wid] = w
		s.dirty.watched[wid] = true
	}
}

func describeWatched(b event.KeyWatched) (event.Severity, string) {
	label := b.Label
	for _, other := range []string{b.Name, string(b.Key), b.Slot} {
		if label == "" {
			label = other
		}
	}
	text := fmt.Sprintf("Key %s is watched: %s", label, b.State)
	if barred(b.State) {
		return event.SeverityWarning, fmt.Sprintf("Key %s is not let in. %s", label, b.Cause)
	}
	return event.SeverityInfo, text
}
