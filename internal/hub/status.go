package hub

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// State is where a hub connection is in its life:
//
//	disconnected ──▶ connecting ──▶ connected
//	      ▲              │  ▲           │ lost
//	   by hand           ▼  │           ▼
//	      └────────── error │◀── reconnecting
//
// Connecting lasts until the first connection; reconnecting is the same after
// one was lost. Both include the waits between attempts. Error means that
// trying again soon cannot mend it; a next attempt is planned all the same.
type State string

// The states.
const (
	Disconnected State = "disconnected"
	Connecting   State = "connecting"
	Connected    State = "connected"
	Reconnecting State = "reconnecting"
	Failed       State = "error"
)

// Class sorts causes. Empty means that there is none.
type Class string

// The classes.
const (
	ClassNetwork       Class = "network"       // no route, no name, timeout, broken off
	ClassGatewayDown   Class = "gateway_down"  // the host is there, the gateway does not serve
	ClassRateLimited   Class = "rate_limited"  // too many requests from us
	ClassAuth          Class = "auth"          // the credential is refused
	ClassForbidden     Class = "forbidden"     // the credential may not use this hub
	ClassMisconfigured Class = "misconfigured" // the address or a setting is wrong
	ClassTLS           Class = "tls"           // the certificate is not trusted
	ClassServerClosed  Class = "server_closed" // the server ended it and says why
	ClassRejected      Class = "rejected"      // the server ended it for good, without a reason
	ClassTooBig        Class = "too_big"       // a message was longer than MaxMessage
	ClassUnsupported   Class = "unsupported"   // this gateway has no such hub
)

// Status is how a hub connection is now.
type Status struct {
	State State
	Class Class
	// Cause is a sentence for a person, without secrets; empty if all is well.
	Cause string
	// Attempt is the number of the attempt that runs or is waited for,
	// counted from 1 since the connection was last stable; 0 when connected.
	Attempt int
	// NextAt is when the next attempt begins; zero if none is waited for.
	NextAt time.Time
	// Since is when State was entered.
	Since time.Time
	// Transport and ConnectionID are those of the connection that is up, else empty.
	Transport    Transport
	ConnectionID string
}

// board shows the status to any number of readers and tells watchers of it.
// The zero value is not usable; see newBoard.
type board struct {
	now  atomic.Pointer[Status]
	bell chan struct{} // capacity 1: something is new

	mu       sync.Mutex
	watchers []*watcher // guarded by mu
}

type watcher struct {
	fn   func(Status)
	last *Status // what fn was told; only the notifier touches it
	gone atomic.Bool
}

func newBoard() *board {
	b := &board{bell: make(chan struct{}, 1)}
	b.now.Store(&Status{State: Disconnected, Since: time.Now()})
	return b
}

func (b *board) set(s Status) {
	b.now.Store(&s)
	b.ring()
}

func (b *board) ring() {
	select {
	case b.bell <- struct{}{}:
	default:
	}
}

// watch adds fn. The returned function removes it; a call that already runs
// is not waited for.
func (b *board) watch(fn func(Status)) func() {
	w := &watcher{fn: fn}
	b.mu.Lock()
	b.watchers = append(b.watchers, w)
	b.mu.Unlock()
	b.ring()
	return func() {
		w.gone.Store(true)
		b.mu.Lock()
		defer b.mu.Unlock()
		b.watchers = slices.DeleteFunc(b.watchers, func(x *watcher) bool { return x == w })
	}
}

// run tells watchers until done is closed, and the last status after that.
func (b *board) run(done <-chan struct{}) {
	for {
		select {
		case <-b.bell:
			b.tell()
		case <-done:
			b.tell()
			return
		}
	}
}

func (b *board) tell() {
	b.mu.Lock()
	all := slices.Clone(b.watchers)
	b.mu.Unlock()
	for _, w := range all {
		s := b.now.Load()
		if w.last == s || w.gone.Load() {
			continue
		}
		w.last = s
		w.fn(*s)
	}
}
