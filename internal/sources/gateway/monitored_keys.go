package gateway

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/rest"
)

// maxDedicated is how many virtual keys have connections of their own, two for
// each. All of them come back together after a restart of the gateway, which
// allows a thousand requests a minute and address: 32 keys are about 130 of
// those (negotiation and socket), and leave room for others behind our
// address. Keys beyond are read over REST only, and say so.
const maxDedicated = 32

// monitoredKey is one virtual key and what is known of it. Its fields are guarded
// by accounts.mu.
type monitoredKey struct {
	Key
	dedicated   bool          // has connections of its own
	duplicateOf *monitoredKey // an earlier one with the same secret, which is watched in its place
	links       map[*link]hub.Status
	bad         hub.Class // of its last connection that the gateway ended or refused; "" if none since
	// answer is what the gateway says of why, and asked when it was asked for.
	answer rest.KeyValidity
	asked  time.Time
	// What reads say: group, whether it is enabled, when it expires, whether a budget
	// of its own is used up; gone if it was deleted.
	read     bool
	group    event.GroupID
	disabled bool
	expires  time.Time
	over     bool
	gone     bool

	cause       string // why it holds the shared hubs
	lastEmitted event.MonitoredKeyChanged
}

// monitoredKeys are the virtual keys of a gateway. Methods may be called from any
// goroutine; none of them waits.
type monitoredKeys struct {
	emit   func(event.MonitoredKeyChanged)
	move   func() // called, with nothing held, when another key becomes the primary one
	wakeUp func() // called, with nothing held, when a key should be asked about

	out     sync.Mutex // held while something is reported, so that it is reported in order
	mu      sync.Mutex
	list    []*monitoredKey
	primary *monitoredKey                                  // of the shared hubs; nil if no key is usable
	groups  map[event.GroupID]event.Reading[event.NanoUSD] // balances that were read
	reads   map[event.KeyID]event.KeyRead                  // of keys that may turn out to be ours
}

// maxReads bounds what is remembered of keys and groups that may not be ours.
const maxReads = 10_000

func newMonitoredKeys(keys []Key) *monitoredKeys {
	a := &monitoredKeys{groups: map[event.GroupID]event.Reading[event.NanoUSD]{}, reads: map[event.KeyID]event.KeyRead{}}
	n := 0
	for i, k := range keys {
		if k.Slot == "" {
			k.Slot = fmt.Sprint(i + 1)
		}
		x := &monitoredKey{Key: k, links: map[*link]hub.Status{}}
		for _, other := range a.list {
			if k.Usable() && other.Usable() && other.duplicateOf == nil && other.Secret.Equal(k.Secret) {
				x.duplicateOf = other // two connections of one key would report everything twice
			}
		}
		if k.Usable() && x.duplicateOf == nil {
			n++
			x.dedicated = n <= maxDedicated
			if a.primary == nil {
				a.primary = x
			}
		}
		a.list = append(a.list, x)
	}
	return a
}

// dedicatedKeys lists the keys that have connections of their own.
func (a *monitoredKeys) dedicatedKeys() []*monitoredKey {
	var out []*monitoredKey
	for _, x := range a.list {
		if x.dedicated {
			out = append(out, x)
		}
	}
	return out
}

// primaryKey is the key that holds the shared hubs; nil if none is usable.
func (a *monitoredKeys) primaryKey() *monitoredKey {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.primary
}

// primarySecret is the key that the shared hubs are connected with.
func (a *monitoredKeys) primarySecret() secret.String {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.primary == nil {
		return secret.String{}
	}
	return a.primary.Secret
}

// emitAll reports how every key does.
func (a *monitoredKeys) emitAll() {
	for _, x := range a.list {
		a.emitChange(x)
	}
}

// emitChange reports how a key does, if it does otherwise than was reported.
func (a *monitoredKeys) emitChange(x *monitoredKey) {
	a.out.Lock()
	defer a.out.Unlock()
	a.mu.Lock()
	now := a.evaluate(x)
	news := now != x.lastEmitted
	x.lastEmitted = now
	a.mu.Unlock()
	if news {
		now.At = time.Now()
		a.emit(now)
	}
}

// evaluate says how a key does; a.mu is held.
func (a *monitoredKeys) evaluate(x *monitoredKey) event.MonitoredKeyChanged {
	w := event.MonitoredKeyChanged{Slot: x.Slot, Label: x.Label, Key: x.ID, Name: x.Name, Primary: x == a.primary}
	w.State, w.Cause = a.reason(x)
	if w.Primary && w.Cause == "" {
		w.Cause = x.cause
	}
	return w
}

// answers maps the gateway's answer onto states.
var answers = map[rest.KeyValidity]event.MonitoredKeyState{
	rest.KeyUnknown: event.KeyDeleted, rest.KeyDisabled: event.KeyDisabled,
	rest.KeyExpired: event.KeyExpired, rest.KeyDepleted: event.KeyDepleted,
}

// reason is the state of a key and why it is not live; a.mu is held.
func (a *monitoredKeys) reason(x *monitoredKey) (event.MonitoredKeyState, string) {
	is := event.KeyLive
	switch {
	case x.Paused:
		is = event.KeyPaused
	case !x.Secret.Set():
		is = event.KeySecretMissing
	case a.refusalReason(x) != "":
		is = a.refusalReason(x)
	case x.bad == hub.ClassRejected:
		is = event.KeyDepleted // the usual reason; the hub says no more
	case x.bad != "":
		is = event.KeyRefused
	case x.duplicateOf != nil:
		return event.KeyPolled, text.KeyDuplicate(x.duplicateOf.title())
	case !x.dedicated:
		return event.KeyPolled, text.KeyOneTooMany(maxDedicated)
	default:
		return x.connection()
	}
	if s, ok := answers[x.answer]; ok && x.bad != "" {
		if s == event.KeyDeleted && x.ID == "" {
			return event.KeyRefused, text.KeyNeverKnown // it may never have been one
		}
		is = s
	}
	return is, text.KeyAdvice(is)
}

// refusalReason is why the gateway will not let a key in, as was read; "" if nothing
// speaks against it. a.mu is held.
func (a *monitoredKeys) refusalReason(x *monitoredKey) event.MonitoredKeyState {
	balance, known := a.groups[x.group].Get()
	switch {
	case x.gone:
		return event.KeyDeleted
	case !x.read:
		return ""
	case x.disabled:
		return event.KeyDisabled
	case !x.expires.IsZero() && !time.Now().Before(x.expires):
		return event.KeyExpired
	case x.over, x.group != "" && known && balance <= 0:
		return event.KeyDepleted
	}
	return ""
}

// connection is how a key's own hub for spend does.
func (x *monitoredKey) connection() (event.MonitoredKeyState, string) {
	for l, s := range x.links {
		switch {
		case l.desc.Name != spendHub:
		case s.State == hub.Connected:
			return event.KeyLive, ""
		case s.Class == hub.ClassUnsupported:
			return event.KeyPolled, text.KeyNoSpendHub
		default:
			return event.KeyWaiting, s.Cause
		}
	}
	return event.KeyWaiting, ""
}

// heard takes a change of a connection that uses a key; own is false of a hub
// that all keys share.
func (a *monitoredKeys) heard(x *monitoredKey, l *link, s hub.Status, own bool) {
	a.mu.Lock()
	x.links[l] = s
	switch {
	case s.State == hub.Connected && own:
		x.bad, x.answer = "", ""
	case (s.Class == hub.ClassAuth || s.Class == hub.ClassRejected) && s.State == hub.Failed && (own || !x.up() || a.refusalReason(x) != ""):
		x.bad = s.Class
	}
	moved := x == a.primary && x.bad != "" && a.failOver(x)
	ask := x.bad != "" && x.answer == ""
	a.mu.Unlock()
	if moved {
		a.emitAll()
		a.move()
	}
	a.emitChange(x)
	if ask {
		a.wakeUp()
	}
}

// up reports whether a connection of a key's own stands; a.mu is held.
func (x *monitoredKey) up() bool {
	for l, s := range x.links {
		if l.desc.PerKey && s.State == hub.Connected {
			return true
		}
	}
	return false
}

// failOver gives the shared hubs to the first key of which nothing is known
// that speaks against it; it reports whether there is one. a.mu is held.
func (a *monitoredKeys) failOver(from *monitoredKey) bool {
	i := slices.IndexFunc(a.list, func(x *monitoredKey) bool {
		return x != from && x.Usable() && x.duplicateOf == nil && x.bad == "" && a.refusalReason(x) == ""
	})
	if i < 0 {
		return false
	}
	next := a.list[i]
	is, _ := a.reason(from)
	a.primary, from.cause = next, ""
	next.cause = text.KeyTookOver(from.title(), is)
	return true
}

// title names a key for people.
func (x *monitoredKey) title() string {
	for _, s := range []string{x.Label, x.Name, string(x.ID)} {
		if s != "" {
			return s
		}
	}
	return x.Slot
}

// learn notes whose a key is.
func (a *monitoredKeys) learn(key secret.String, id event.KeyID, name string) {
	a.mu.Lock()
	i := slices.IndexFunc(a.list, func(x *monitoredKey) bool { return x.Secret.Set() && x.Secret.Equal(key) })
	if i < 0 {
		a.mu.Unlock()
		return
	}
	x := a.list[i]
	if x.ID == "" {
		x.ID = id
	}
	if name != "" && id == x.ID {
		x.Name = name
	}
	if f, ok := a.reads[x.ID]; ok && !x.read {
		x.take(f)
	}
	a.mu.Unlock()
	a.emitChange(x)
}

// readKey takes what a read of a key showed; it returns the links to connect at
// once, because what kept the gateway from letting them in is over.
func (a *monitoredKeys) readKey(f event.KeyRead) (wake []*link) {
	a.mu.Lock()
	if len(a.reads) < maxReads {
		a.reads[f.Key] = f
	}
	a.mu.Unlock()
	return a.reread(func(x *monitoredKey) bool {
		if x.ID != f.Key {
			return false
		}
		x.take(f)
		return true
	})
}

// take notes what a read of the key showed; accounts.mu is held.
func (x *monitoredKey) take(f event.KeyRead) {
	x.read, x.gone = true, false
	x.disabled, x.expires, x.group = !f.Enabled.Or(true), f.Expires, f.Group
	limit, limited := f.Limit.Get()
	x.over = limited && f.HasSpend && f.Spend >= limit
	if f.Name != "" {
		x.Name = f.Name
	}
}

// readGroup takes what a read of a group showed; see readKey.
func (a *monitoredKeys) readGroup(f event.GroupRead) (wake []*link) {
	return a.reread(func(x *monitoredKey) bool {
		if _, known := a.groups[f.Group]; known || len(a.groups) < maxReads {
			a.groups[f.Group] = f.Balance
		}
		return x.group == f.Group
	})
}

// changed takes that a key was deleted, disabled or enabled; see readKey.
func (a *monitoredKeys) changed(f event.KeyChanged) (wake []*link) {
	return a.reread(func(x *monitoredKey) bool {
		if x.ID != f.Key {
			return false
		}
		switch f.Action {
		case event.ActionDeleted:
			x.gone = true
		case event.ActionDisabled:
			x.read, x.disabled = true, true
		case event.ActionEnabled:
			x.read, x.disabled = true, false
		case event.ActionCreated, event.ActionUpdated, event.ActionRestarted:
		}
		return true
	})
}

// reread applies what was read to every key that it concerns.
func (a *monitoredKeys) reread(apply func(*monitoredKey) bool) (wake []*link) {
	var touched []*monitoredKey
	a.mu.Lock()
	for _, x := range a.list {
		was := a.refusalReason(x)
		if !apply(x) {
			continue
		}
		touched = append(touched, x)
		if was != "" && a.refusalReason(x) == "" && x.bad != "" {
			x.answer = ""
			for l := range x.links {
				wake = append(wake, l)
			}
		}
	}
	a.mu.Unlock()
	for _, x := range touched {
		a.emitChange(x)
	}
	return wake
}

// unsure lists the keys that the gateway should be asked about: whose they are
// is not known, or not why they are not let in.
func (a *monitoredKeys) unsure(now time.Time, gap time.Duration) (out []*monitoredKey) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, x := range a.list {
		if x.Usable() && x.duplicateOf == nil && (x.ID == "" || x.bad != "") && x.answer == "" && now.Sub(x.asked) >= gap {
			x.asked = now
			out = append(out, x)
		}
	}
	return out
}

// answered takes what the gateway says of a key.
func (a *monitoredKeys) answered(x *monitoredKey, w rest.KeyValidation) {
	a.mu.Lock()
	if w.Validity != rest.KeyValid {
		x.answer = w.Validity
		if !x.dedicated && x.bad == "" { // it has no connection that would say so
			x.bad = hub.ClassAuth
		}
	}
	a.mu.Unlock()
	a.emitChange(x)
}

// relabel changes what a key is called.
func (a *monitoredKeys) relabel(slot, label string) {
	for _, x := range a.list {
		if x.Slot == slot {
			a.mu.Lock()
			x.Label = label
			a.mu.Unlock()
			a.emitChange(x)
		}
	}
}
