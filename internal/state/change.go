package state

import (
	"gatewatch/internal/event"
)

func (s *State) nav(env *event.Envelope, e event.Entity) Nav {
	nid := id(env.Source.Gateway, string(e))
	n, known := s.live.Nav[nid]
	if !known {
		n = Nav{ID: nid, Gateway: string(env.Source.Gateway), Entity: string(e), Count: -1}
	}
	return n
}

func (s *State) putNav(n Nav) {
	s.live.Nav[n.ID] = n
	s.dirty.nav[n.ID] = true
}

// alteration is the last change of a thing, and who told it when.
type alteration struct {
	action event.Action
	via    event.Via
	at     int64
}

// Of changes that are told twice: how long one way may be behind the other, and
// of how many things the last change is remembered.
const (
	sameChange = 10_000 // ms
	maxAltered = 4096
)

// alteredAgain reports whether a change was told just before: a hub and a list tell
// the same one, in either order, and nothing is made or deleted twice in a row.
func (s *State) alteredAgain(env *event.Envelope, b event.NavigationChanged) bool {
	if b.ID == "" {
		return false
	}
	of := id(env.Source.Gateway, string(b.Entity)+"/"+b.ID)
	now := alteration{b.Action, env.Source.Via, ms(env.At)}
	last, known := s.altered[of]
	once := b.Action == event.ActionCreated || b.Action == event.ActionDeleted
	if known && last.action == b.Action && now.at-last.at < sameChange && (once || last.via != now.via) {
		return true
	}
	if len(s.altered) >= maxAltered {
		clear(s.altered)
	}
	s.altered[of] = now
	return false
}

func (s *State) navigationChanged(env *event.Envelope, b event.NavigationChanged) bool {
	if s.alteredAgain(env, b) {
		return false
	}
	n := s.nav(env, b.Entity)
	at := when(env, b.At)
	count(&n, b.Action)
	n.LastSync, n.Source = max(n.LastSync, at), s.textOf(env.Source)
	s.putNav(n)
	s.changes.push(Change{
		ID: seqID(env.Seq), Gateway: string(env.Source.Gateway), Entity: string(b.Entity),
		Action: string(b.Action), Subject: b.ID, Name: b.Name, Details: []string{}, Source: s.textOf(env.Source), At: at,
	})
	if b.Entity == event.EntityVirtualKey && b.ID != "" {
		s.keyStatus(env, event.KeyID(b.ID), b.Name, b.Action)
	}
	if b.Entity == event.EntityProvider && b.Action == event.ActionDeleted {
		s.providerDeleted(env.Source.Gateway, b)
	}
	return true
}

// count tallies one change. A counted entity keeps its count in step.
func count(n *Nav, a event.Action) {
	switch a {
	case event.ActionCreated:
		n.Created++
		if n.Count >= 0 {
			n.Count++
		}
	case event.ActionDeleted:
		n.Deleted++
		if n.Count > 0 {
			n.Count--
		}
	case event.ActionUpdated, event.ActionDisabled, event.ActionEnabled:
		n.Updated++
	}
}

func (s *State) navigationCounted(env *event.Envelope, b event.NavigationCounted) {
	n := s.nav(env, b.Entity)
	n.Count, n.LastSync, n.Source = b.Count, max(n.LastSync, when(env, b.At)), s.textOf(env.Source)
	s.putNav(n)
}

func (s *State) keyChanged(env *event.Envelope, b event.KeyChanged) {
	at := when(env, b.At)
	s.changes.push(Change{
		ID: seqID(env.Seq), Gateway: string(env.Source.Gateway), Entity: string(event.EntityVirtualKey),
		Action: string(b.Action), Subject: string(b.Key), Name: b.Name,
		Details: append([]string{}, b.Changes[:min(len(b.Changes), 20)]...), Source: s.textOf(env.Source), At: at,
	})
	n := s.nav(env, event.EntityVirtualKey)
	n.LastSync, n.Source = max(n.LastSync, at), s.textOf(env.Source)
	s.putNav(n)
	s.keyStatus(env, b.Key, b.Name, b.Action)
}

// keyStatus notes what became of a key.
func (s *State) keyStatus(env *event.Envelope, key event.KeyID, name string, a event.Action) {
	k, m := s.key(env.Source.Gateway, key)
	if k == nil {
		return
	}
	if name != "" {
		k.Name = name
	}
	switch a {
	case event.ActionDeleted:
		k.Status = "deleted"
	case event.ActionDisabled:
		k.Status = "disabled"
	case event.ActionCreated, event.ActionEnabled:
		k.Status = "enabled"
	case event.ActionUpdated:
	}
	s.touch(m)
}

func (s *State) configurationChanged(env *event.Envelope, b event.ConfigurationChanged) {
	s.changes.push(Change{
		ID: seqID(env.Seq), Gateway: string(env.Source.Gateway), Entity: "configuration",
		Action: string(event.ActionUpdated), Subject: b.Setting, Name: b.Name(),
		Details: []string{}, Old: b.Old, New: b.New, Source: s.textOf(env.Source), At: when(env, b.At),
	})
}
