package state

import (
	"cmp"
	"slices"
	"strings"

	"gatewatch/internal/core/event"
)

// keyListBehind is how long the list of keys may be behind a hub, ms: it is read
// each minute, and where a gateway is slow, later.
const keyListBehind = 150_000

// lastChangeOf is the last change of a key that is known; nil if none is.
func (s *State) lastChangeOf(gateway event.GatewayID, key event.KeyID) (last *Change) {
	s.changes.each(maxChanges, func(c *Change) {
		if c.Gateway == string(gateway) && c.Entity == string(event.EntityVirtualKey) && c.Subject == string(key) {
			last = c
		}
	})
	return last
}

func (c *Change) isPushed() bool { return strings.HasPrefix(c.Source, "hub:") }

// isPushedTwice reports whether another hub pushed the last change of a key just before:
// that of the navigation state and that of the administrators both do. What the first left
// out is completed; two that say different things are two.
func (s *State) isPushedTwice(env *event.Envelope, told *Change, b event.KeyChanged, at int64) bool {
	if env.Source.Via != event.ViaHub || told == nil || told.Action != string(b.Action) || !told.isPushed() ||
		told.Source == s.sourceText(env.Source) || at-told.At > duplicateWindow || told.At-at > duplicateWindow {
		return false
	}
	fields := b.Changes[:min(len(b.Changes), maxValues)]
	if len(fields) > 0 && len(told.Details) > 0 && !slices.Equal(fields, told.Details) {
		return false
	}
	s.markContact(env)
	if len(fields) > len(told.Details) || told.Name == "" && b.Name != "" {
		if len(told.Details) == 0 {
			told.Details = append(told.Details, fields...)
		}
		told.Name = cmp.Or(told.Name, b.Name)
		s.amended = append(s.amended, *told)
		s.keepChange(*told)
	}
	return true
}

// isKeyChangeTold reports whether a change of a key was told before, by a hub or by
// the list, and completes that one with what the list says of it.
func (s *State) isKeyChangeTold(env *event.Envelope, b event.KeyChanged, at int64) bool {
	pushed := env.Source.Via == event.ViaHub
	told := s.lastChangeOf(env.Source.Gateway, b.Key)
	switch {
	case s.isPushedTwice(env, told, b, at):
		return true
	case told == nil, told.Action != string(b.Action), told.isPushed() == pushed:
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
