package state

import (
	"gatewatch/internal/core/event"
)

// EntityMark is the entity of a Change that is something somebody says they did,
// such as a deployment.
const EntityMark = "mark"

// ActionSwitchedOff is the action of a Change that the gateway made itself: it took a
// provider out of service.
const ActionSwitchedOff = "switched off by the gateway"

// Change is something an administrator altered, or the gateway itself.
type Change struct {
	ID      string   `json:"id"` // the event's number
	Gateway string   `json:"gateway"`
	Entity  string   `json:"entity"`  // an event.Entity, "configuration", or EntityMark
	Action  string   `json:"action"`  // an event.Action, "credited", or ActionSwitchedOff
	Subject string   `json:"subject"` // id of what was altered
	Name    string   `json:"name"`
	Details []string `json:"details"`
	Old     string   `json:"old"`
	New     string   `json:"new"`
	Source  string   `json:"source"` // what reported it, such as "rest:keys"
	At      int64    `json:"at"`
	// Values are fields before and after, as far as they were seen and may be shown.
	Values []ChangedValue `json:"values"`
	// Since is when the values before were seen last, if that was before this run:
	// it happened between then and FoundAt, while Gatewatch was not running. 0 otherwise.
	Since int64 `json:"since"`
	// After is when the values before were seen last in this run, where the gateway gives no
	// time of its own: it happened between then and FoundAt. 0 otherwise.
	After int64 `json:"after"`
	// FoundAt is when the change was read; 0 where it was pushed. Own is true if At
	// is when it happened by the gateway's own account.
	FoundAt int64 `json:"foundAt"`
	Own     bool  `json:"own"`
	// Provider and Models are what else it touches, as far as that is known.
	Provider string   `json:"provider"`
	Models   []string `json:"models"`
}

// ChangedValue is one field before and after; "" where it may not be shown or
// was not sent.
type ChangedValue struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// foldChange folds changes of what a gateway has in.
func (s *State) foldChange(env *event.Envelope) (known, news bool) {
	switch b := env.Body.(type) {
	case event.NavigationChanged:
		return true, s.navigationChanged(env, b)
	case event.NavigationCounted:
		s.navigationCounted(env, b)
	case event.KeyChanged:
		return true, s.keyChanged(env, b)
	case event.ConfigurationChanged:
		s.configurationChanged(env, b)
	case event.ChangeCompared:
		s.compared(env, b)
		return true, false // it completes what was told
	case event.ListRead:
		s.listRead(env, b)
		return true, false // for the next run
	default:
		return false, false
	}
	return true, true
}

func changeSeverity(body event.Event) event.Severity {
	if b, is := body.(event.KeyChanged); is {
		return warnIf(b.Action == event.ActionDeleted || b.Action == event.ActionDisabled)
	}
	return ""
}

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

// lastChange is the last change of an entity, and who reported it when.
type lastChange struct {
	action event.Action
	via    event.Via
	at     int64
}

// The bounds of changes that are reported twice: how long one source may be behind
// the other, and of how many entities the last change is remembered.
const (
	duplicateWindow = 10_000 // ms
	maxAltered      = 4096
)

// isRepeatedChange reports whether a change was reported just before: a hub and a list report
// the same one, in either order, and nothing is made or deleted twice in a row.
func (s *State) isRepeatedChange(env *event.Envelope, b event.NavigationChanged) bool {
	if b.ID == "" {
		return false
	}
	of := id(env.Source.Gateway, string(b.Entity)+"/"+b.ID)
	now := lastChange{b.Action, env.Source.Via, ms(env.At)}
	last, known := s.lastChanges[of]
	once := b.Action == event.ActionCreated || b.Action == event.ActionDeleted
	if known && last.action == b.Action && now.at-last.at < duplicateWindow && (once || last.via != now.via) {
		return true
	}
	if len(s.lastChanges) >= maxAltered {
		clear(s.lastChanges)
	}
	s.lastChanges[of] = now
	return false
}

func (s *State) navigationChanged(env *event.Envelope, b event.NavigationChanged) bool {
	if s.isRepeatedChange(env, b) {
		if env.Source.Via == event.ViaHub {
			s.markContact(env) // what it repeats it said all the same
		}
		return false
	}
	at := eventTime(env, b.At)
	if isCounted(b.Entity) {
		n := s.nav(env, b.Entity)
		count(&n, b.Action)
		n.LastSync, n.Source = max(n.LastSync, at), s.sourceText(env.Source)
		s.putNav(n)
	}
	if b.Entity == event.EntityVirtualKey && b.ID != "" {
		told := s.lastChangeOf(env.Source.Gateway, event.KeyID(b.ID))
		if s.isPushedTwice(env, told, event.KeyChanged{Name: b.Name, Action: b.Action}, at) {
			s.keyStatus(env, event.KeyID(b.ID), b.Name, b.Action)
			return false
		}
	}
	c := s.newChange(env, string(b.Entity), b.Action, at)
	c.Subject, c.Name = b.ID, b.Name
	for _, v := range b.Values[:min(len(b.Values), maxValues)] {
		c.Details = append(c.Details, v.Field)
	}
	c.found(env, b.Comparison, at)
	s.addChange(c)
	if b.Entity == event.EntityVirtualKey && b.ID != "" {
		s.keyStatus(env, event.KeyID(b.ID), b.Name, b.Action)
	}
	if b.Entity == event.EntityProvider && b.Action == event.ActionDeleted {
		s.providerDeleted(env.Source.Gateway, b)
	}
	return true
}

// isCounted reports whether an entity has a count of its own.
func isCounted(e event.Entity) bool {
	return e == event.EntityVirtualKey || e == event.EntityModelMapping || e == event.EntityProvider
}

// newChange is a change without what was changed.
func (s *State) newChange(env *event.Envelope, entity string, a event.Action, at int64) Change {
	return Change{
		ID: seqID(env.Seq), Gateway: string(env.Source.Gateway), Entity: entity, Action: string(a), Source: s.sourceText(env.Source), At: at,
		Details: []string{}, Values: []ChangedValue{}, Models: []string{},
	}
}

// found takes over what a change rests on, if that is two reads of a list.
func (c *Change) found(env *event.Envelope, by event.Comparison, at int64) {
	if env.Source.Via == event.ViaREST {
		c.compare(by, at)
	}
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
	case event.ActionRestarted:
	}
}

func (s *State) navigationCounted(env *event.Envelope, b event.NavigationCounted) {
	n := s.nav(env, b.Entity)
	n.Count, n.LastSync, n.Source = b.Count, max(n.LastSync, eventTime(env, b.At)), s.sourceText(env.Source)
	s.putNav(n)
}

func (s *State) keyChanged(env *event.Envelope, b event.KeyChanged) (news bool) {
	at := eventTime(env, b.At)
	s.limitChanged(env, b)
	if s.isKeyChangeTold(env, b, at) {
		s.keyStatus(env, b.Key, b.Name, b.Action)
		return false
	}
	c := s.newChange(env, string(event.EntityVirtualKey), b.Action, at)
	c.Subject, c.Name = string(b.Key), b.Name
	c.Details = append(c.Details, b.Changes[:min(len(b.Changes), maxValues)]...)
	c.found(env, b.Comparison, at)
	s.addChange(c)
	n := s.nav(env, event.EntityVirtualKey)
	n.LastSync, n.Source = max(n.LastSync, at), s.sourceText(env.Source)
	s.putNav(n)
	s.keyStatus(env, b.Key, b.Name, b.Action)
	return true
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
	case event.ActionUpdated, event.ActionRestarted:
	}
	s.touch(m)
}

func (s *State) configurationChanged(env *event.Envelope, b event.ConfigurationChanged) {
	at := eventTime(env, b.At)
	c := s.newChange(env, "configuration", event.ActionUpdated, at)
	c.Subject, c.Name, c.Old, c.New = b.Setting, b.Name(), b.Old, b.New
	c.found(env, b.Comparison, at)
	s.addChange(c)
}
