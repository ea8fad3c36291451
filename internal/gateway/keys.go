package gateway

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/hub"
	"gatewatch/internal/rest"
	"gatewatch/internal/secret"
)

// maxLive is how many virtual keys have connections of their own, two for
// each. All of them come back together after a restart of the gateway, which
// allows a thousand requests a minute and address: 32 keys are about 130 of
// those (negotiation and socket), and leave room for others behind our
// address. Keys beyond are read over REST only, and say so.
const maxLive = 32

// account is one virtual key and what is known of it. Its fields are guarded
// by accounts.mu.
type account struct {
	Key
	live  bool     // has connections of its own
	twin  *account // an earlier one with the same secret, which is watched in its place
	links map[*link]hub.Status
	bad   hub.Class // of its last connection that the gateway ended or refused; "" if none since
	// answer is the gateway's word on why, and asked when it was asked for.
	answer rest.KeyVerdict
	asked  time.Time
	// Of reads: group, whether it is enabled, when it expires, whether a budget
	// of its own is used up; gone if it was deleted.
	read     bool
	group    event.GroupID
	disabled bool
	expires  time.Time
	over     bool
	gone     bool

	cause string // why it holds the shared hubs
	told  event.KeyWatched
}

// accounts are the virtual keys of a gateway. Methods may be called from any
// goroutine; none of them waits.
type accounts struct {
	tell   func(event.KeyWatched)
	move   func() // called, with nothing held, when another key holds the shared hubs
	wakeUp func() // called, with nothing held, when a key should be asked about

	out    sync.Mutex // held while something is told, so that it is told in order
	mu     sync.Mutex
	list   []*account
	holder *account                        // of the shared hubs; nil if no key is usable
	groups map[event.GroupID]event.NanoUSD // balances that were read
	reads  map[event.KeyID]event.KeyRead   // of keys that may turn out to be ours
}

// maxReads bounds what is remembered of keys and groups that may not be ours.
const maxReads = 10_000

func newAccounts(keys []Key) *accounts {
	a := &accounts{groups: map[event.GroupID]event.NanoUSD{}, reads: map[event.KeyID]event.KeyRead{}}
	n := 0
	for i, k := range keys {
		if k.Slot == "" {
			k.Slot = fmt.Sprint(i + 1)
		}
		x := &account{Key: k, links: map[*link]hub.Status{}}
		for _, other := range a.list {
			if k.Usable() && other.Usable() && other.twin == nil && other.Secret.Equal(k.Secret) {
				x.twin = other // two connections of one key would tell everything twice
			}
		}
		if k.Usable() && x.twin == nil {
			n++
			x.live = n <= maxLive
			if a.holder == nil {
				a.holder = x
			}
		}
		a.list = append(a.list, x)
	}
	return a
}

// livelings lists the keys that have connections of their own.
func (a *accounts) livelings() []*account {
	var out []*account
	for _, x := range a.list {
		if x.live {
			out = append(out, x)
		}
	}
	return out
}

// holding is the key that holds the shared hubs; nil if none is usable.
func (a *accounts) holding() *account {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.holder
}

// held is the key that the shared hubs are connected with.
func (a *accounts) held() secret.String {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.holder == nil {
		return secret.String{}
	}
	return a.holder.Secret
}

// tellAll tells how every key does.
func (a *accounts) tellAll() {
	for _, x := range a.list {
		a.settle(x)
	}
}

// settle tells how a key does, if it does otherwise than was told.
func (a *accounts) settle(x *account) {
	a.out.Lock()
	defer a.out.Unlock()
	a.mu.Lock()
	now := a.judge(x)
	news := now != x.told
	x.told = now
	a.mu.Unlock()
	if news {
		now.At = time.Now()
		a.tell(now)
	}
}

// judge says how a key does; a.mu is held.
func (a *accounts) judge(x *account) event.KeyWatched {
	w := event.KeyWatched{Slot: x.Slot, Label: x.Label, Key: x.ID, Name: x.Name, Holds: x == a.holder}
	w.State, w.Cause = a.reason(x)
	if w.Holds && w.Cause == "" {
		w.Cause = x.cause
	}
	return w
}

// advice is what each state that needs somebody to act says.
var advice = map[event.KeyWatch]string{
	event.KeyPaused:   "You paused it.",
	event.KeyMissing:  "The key itself is not known here. Enter it again.",
	event.KeyDisabled: "It is disabled on the gateway. Enable it there, or pause it here.",
	event.KeyExpired:  "It has expired. Extend it on the gateway, or replace it here.",
	event.KeyGone:     "The gateway does not know it any more. Replace it here, or remove it.",
	event.KeyBroke:    "No balance is left for it. Add credit to its group on the gateway; it connects again by itself.",
	event.KeyRefused:  "The gateway does not accept it (401): it was deleted, disabled or rotated, or has expired. Replace it here.",
}

// answers maps the gateway's word onto states.
var answers = map[rest.KeyVerdict]event.KeyWatch{
	rest.KeyUnknown: event.KeyGone, rest.KeyDisabled: event.KeyDisabled,
	rest.KeyExpired: event.KeyExpired, rest.KeyDepleted: event.KeyBroke,
}

// reason is the state of a key and why it is not live; a.mu is held.
func (a *accounts) reason(x *account) (event.KeyWatch, string) {
	is := event.KeyLive
	switch {
	case x.Paused:
		is = event.KeyPaused
	case !x.Secret.Set():
		is = event.KeyMissing
	case a.barred(x) != "":
		is = a.barred(x)
	case x.bad == hub.ClassRejected:
		is = event.KeyBroke // the usual reason; the hub says no more
	case x.bad != "":
		is = event.KeyRefused
	case x.twin != nil:
		return event.KeyPolled, fmt.Sprintf("It is the same key as %s, which is watched already. Remove one of the two.", x.twin.title())
	case !x.live:
		return event.KeyPolled, fmt.Sprintf("More than %d keys: this one is read over REST only. Pause others to see it live.", maxLive)
	default:
		return x.connection()
	}
	if s, ok := answers[x.answer]; ok && x.bad != "" {
		is = s
	}
	return is, advice[is]
}

// barred is why the gateway will not let a key in, as was read; "" if nothing
// speaks against it. a.mu is held.
func (a *accounts) barred(x *account) event.KeyWatch {
	balance, known := a.groups[x.group]
	switch {
	case x.gone:
		return event.KeyGone
	case !x.read:
		return ""
	case x.disabled:
		return event.KeyDisabled
	case !x.expires.IsZero() && !time.Now().Before(x.expires):
		return event.KeyExpired
	case x.over, x.group != "" && known && balance <= 0:
		return event.KeyBroke
	}
	return ""
}

// connection is how a key's own hub for spend does.
func (x *account) connection() (event.KeyWatch, string) {
	for l, s := range x.links {
		switch {
		case l.desc.Name != spendHub:
		case s.State == hub.Connected:
			return event.KeyLive, ""
		case s.Class == hub.ClassUnsupported:
			return event.KeyPolled, "This gateway has no hub for spend."
		default:
			return event.KeyWaiting, s.Cause
		}
	}
	return event.KeyWaiting, ""
}

// heard takes a change of a connection that uses a key; own is false of a hub
// that all keys share.
func (a *accounts) heard(x *account, l *link, s hub.Status, own bool) {
	a.mu.Lock()
	x.links[l] = s
	switch {
	case s.State == hub.Connected && own:
		x.bad, x.answer = "", ""
	case (s.Class == hub.ClassAuth || s.Class == hub.ClassRejected) && s.State == hub.Failed && (own || !x.up() || a.barred(x) != ""):
		x.bad = s.Class
	}
	moved := x == a.holder && x.bad != "" && a.takeOver(x)
	ask := x.bad != "" && x.answer == ""
	a.mu.Unlock()
	if moved {
		a.tellAll()
		a.move()
	}
	a.settle(x)
	if ask {
		a.wakeUp()
	}
}

// up reports whether a connection of a key's own stands; a.mu is held.
func (x *account) up() bool {
	for l, s := range x.links {
		if l.desc.PerKey && s.State == hub.Connected {
			return true
		}
	}
	return false
}

// takeOver gives the shared hubs to the first key of which nothing is known
// that speaks against it; it reports whether there is one. a.mu is held.
func (a *accounts) takeOver(from *account) bool {
	i := slices.IndexFunc(a.list, func(x *account) bool {
		return x != from && x.Usable() && x.twin == nil && x.bad == "" && a.barred(x) == ""
	})
	if i < 0 {
		return false
	}
	next := a.list[i]
	is, _ := a.reason(from)
	a.holder, from.cause = next, ""
	next.cause = fmt.Sprintf("It holds the hubs that all keys share, because key %s cannot (%s).", from.title(), is)
	return true
}

// title names a key for people.
func (x *account) title() string {
	for _, s := range []string{x.Label, x.Name, string(x.ID)} {
		if s != "" {
			return s
		}
	}
	return x.Slot
}

// learn notes whose a key is.
func (a *accounts) learn(key secret.String, id event.KeyID, name string) {
	a.mu.Lock()
	i := slices.IndexFunc(a.list, func(x *account) bool { return x.Secret.Set() && x.Secret.Equal(key) })
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
	a.settle(x)
}

// readKey takes what a read of a key showed; it returns the links to connect at
// once, because what kept the gateway from letting them in is over.
func (a *accounts) readKey(f event.KeyRead) (wake []*link) {
	a.mu.Lock()
	if len(a.reads) < maxReads {
		a.reads[f.Key] = f
	}
	a.mu.Unlock()
	return a.reread(func(x *account) bool {
		if x.ID != f.Key {
			return false
		}
		x.take(f)
		return true
	})
}

// take notes what a read of the key showed; accounts.mu is held.
func (x *account) take(f event.KeyRead) {
	x.read, x.gone = true, false
	x.disabled, x.expires, x.group = !f.Enabled, f.Expires, f.Group
	x.over = f.HasLimit && f.HasSpend && f.Limit > 0 && f.Spend >= f.Limit
	if f.Name != "" {
		x.Name = f.Name
	}
}

// readGroup takes what a read of a group showed; see readKey.
func (a *accounts) readGroup(f event.GroupRead) (wake []*link) {
	return a.reread(func(x *account) bool {
		if _, known := a.groups[f.Group]; known || len(a.groups) < maxReads {
			a.groups[f.Group] = f.Balance
		}
		return x.group == f.Group
	})
}

// changed takes that a key was deleted, disabled or enabled; see readKey.
func (a *accounts) changed(f event.KeyChanged) (wake []*link) {
	return a.reread(func(x *account) bool {
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
		case event.ActionCreated, event.ActionUpdated:
		}
		return true
	})
}

// reread applies what was read to every key that it concerns.
func (a *accounts) reread(apply func(*account) bool) (wake []*link) {
	var touched []*account
	a.mu.Lock()
	for _, x := range a.list {
		was := a.barred(x)
		if !apply(x) {
			continue
		}
		touched = append(touched, x)
		if was != "" && a.barred(x) == "" && x.bad != "" {
			x.answer = ""
			for l := range x.links {
				wake = append(wake, l)
			}
		}
	}
	a.mu.Unlock()
	for _, x := range touched {
		a.settle(x)
	}
	return wake
}

// unsure lists the keys that the gateway should be asked about: whose they are
// is not known, or not why they are not let in.
func (a *accounts) unsure(now time.Time, gap time.Duration) (out []*account) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, x := range a.list {
		if x.Usable() && x.twin == nil && (x.ID == "" || x.bad != "") && x.answer == "" && now.Sub(x.asked) >= gap {
			x.asked = now
			out = append(out, x)
		}
	}
	return out
}

// answered takes the gateway's word on a key.
func (a *accounts) answered(x *account, w rest.KeyAnswer) {
	a.mu.Lock()
	if w.Verdict != rest.KeyValid {
		x.answer = w.Verdict
		if !x.live && x.bad == "" { // it has no connection that would say so
			x.bad = hub.ClassAuth
		}
	}
	a.mu.Unlock()
	a.settle(x)
}

// relabel changes what a key is called.
func (a *accounts) relabel(slot, label string) {
	for _, x := range a.list {
		if x.Slot == slot {
			a.mu.Lock()
			x.Label = label
			a.mu.Unlock()
			a.settle(x)
		}
	}
}
