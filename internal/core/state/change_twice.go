package state

import (
	"strings"

	"gatewatch/internal/core/event"
)

// keyListBehind is how long the list of keys may be behind a hub, ms: it is read
// each minute, and where a gateway is slow, later.
const keyListBehind = 150_000

// isKeyChangeTold reports whether a change of a key was told before, by a hub or by
// the list, and completes that one with what the list says of it.
func (s *State) isKeyChangeTold(env *event.Envelope, b event.KeyChanged, at int64) bool {
	pushed := env.Source.Via == event.ViaHub
	var told *Change
	s.changes.each(maxChanges, func(c *Change) {
		if c.Gateway != string(env.Source.Gateway) || c.Entity != string(event.EntityVirtualKey) || c.Subject != string(b.Key) {
			return
		}
		told = nil // only the last change of a key can be this one
		if c.Action == string(b.Action) && strings.HasPrefix(c.Source, "hub:") != pushed {
			told = c
		}
	})
	switch {
	case told == nil:
		return false
	case pushed:
		if !told.Own || at-told.At > duplicateWindow || told.At-at > duplicateWindow {
			return false
		}
		s.markContact(env)
		return true
	case len(told.Values) > 0, at-told.At > keyListBehind:
		return false
	}
	if own := ms(b.Own); own > 0 && (own-told.At > duplicateWindow || told.At-own > duplicateWindow) {
		return false
	}
	told.compare(b.Comparison, at)
	told.Details = append([]string{}, b.Changes[:min(len(b.Changes), maxValues)]...)
	if told.Name == "" {
		told.Name = b.Name
	}
	s.amended = append(s.amended, *told)
	s.keepChange(*told)
	return true
}
