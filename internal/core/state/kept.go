package state

import (
	"encoding/json"

	"gatewatch/internal/core/event"
)

// Kept is what changed since it was last given out and the next run must know:
// changes, and the lists that they were found by. Of both at once, so that one
// is never kept without the other: a change would be found twice, or not at all.
type Kept struct {
	Changes []Change
	Lists   []KeptList
}

// KeptList is the newest read of a list, in its reader's own form.
type KeptList struct {
	Gateway event.GatewayID
	Name    string
	Body    json.RawMessage
	At      int64
}

// maxToKeep bounds the changes that wait to be kept; that is a second's.
const maxToKeep = 10_000

// TakeKept gives out what is to be kept and forgets it. Nothing is gathered
// before KeepLedgers was called.
func (s *State) TakeKept() Kept {
	k := s.toKeep
	s.toKeep = Kept{}
	return k
}

// addChange lists a change and has it kept.
func (s *State) addChange(c Change) {
	s.changes.push(c)
	s.keepChange(c)
}

func (s *State) keepChange(c Change) {
	if s.keeps && len(s.toKeep.Changes) < maxToKeep {
		s.toKeep.Changes = append(s.toKeep.Changes, c)
	}
}

// listRead has a list kept; of several reads the newest.
func (s *State) listRead(env *event.Envelope, b event.ListRead) {
	if !s.keeps {
		return
	}
	now := KeptList{Gateway: env.Source.Gateway, Name: b.List, Body: b.Body, At: eventTime(env, b.At)}
	for i, l := range s.toKeep.Lists {
		if l.Gateway == now.Gateway && l.Name == now.Name {
			s.toKeep.Lists[i] = now
			return
		}
	}
	s.toKeep.Lists = append(s.toKeep.Lists, now)
}

// RestoreChanges lists changes of earlier runs, oldest first, without keeping
// them again. It is called before anything is applied.
func (s *State) RestoreChanges(list []Change) {
	for _, c := range list[max(0, len(list)-maxChanges):] {
		if c.Details == nil {
			c.Details = []string{}
		}
		if c.Values == nil {
			c.Values = []ChangedValue{}
		}
		if c.Models == nil {
			c.Models = []string{}
		}
		s.changes.push(c)
	}
}

// AddMark lists what somebody says that they did, such as a deployment: a change
// like any other. One that is listed already stays as it is.
func (s *State) AddMark(c Change) {
	known := false
	s.changes.each(maxChanges, func(o *Change) { known = known || o.ID == c.ID })
	if known {
		return
	}
	c.Entity, c.Action = EntityMark, "set"
	c.Details, c.Values, c.Models = []string{}, []ChangedValue{}, []string{}
	s.addChange(c)
}

// compared completes a change that a hub pushed with what a list says of it.
func (s *State) compared(env *event.Envelope, b event.ChangeCompared) {
	var found *Change
	s.changes.each(maxChanges, func(c *Change) {
		if c.Gateway == string(env.Source.Gateway) && c.Entity == string(b.Entity) && c.Subject == b.ID && c.Action == string(b.Action) {
			found = c
		}
	})
	if found == nil || len(found.Values) > 0 {
		return
	}
	found.compare(b.Comparison, b.At.UnixMilli())
	s.amended = append(s.amended, *found)
	s.keepChange(*found)
}

// compare takes over what the comparison of two reads says, found at a time.
func (c *Change) compare(by event.Comparison, found int64) {
	c.Values = make([]ChangedValue, 0, len(by.Values))
	for _, v := range by.Values[:min(len(by.Values), maxValues)] {
		c.Values = append(c.Values, ChangedValue(v))
	}
	c.Models = append([]string{}, by.Models[:min(len(by.Models), maxValues)]...)
	c.Provider, c.Since, c.FoundAt = string(by.Provider), ms(by.Since), found
	c.After = ms(by.After)
	if !by.Own.IsZero() {
		c.At, c.Own = ms(by.Own), true
	}
}

// maxValues bounds the values of one change.
const maxValues = 20
