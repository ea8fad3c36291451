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
	ClassNoTLS         Class = "no_tls"        // the address begins with https, and no TLS is spoken there
	ClassServerClosed  Class = "server_closed" // the server ended it and says why
	ClassRejected      Class = "rejected"      // the server ended it for good, without a reason
	ClassTooBig        Class = "too_big"       // a message was longer than MaxMessage
	ClassNotSticky     Class = "not_sticky"    // several nodes, and each forgets what another one granted
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
	// Direct is true of a connection that was made without a negotiation because
	// the node that negotiates is not the one that is connected to.
	Direct bool
}

// statusBoard shows the status to any number of readers and notifies subscribers of it.
// The zero value is not usable; see newStatusBoard.
type statusBoard struct {
	now  atomic.Pointer[Status]
	bell chan struct{} // capacity 1: something is new

	mu          sync.Mutex
	subscribers []*subscriber // guarded by mu
}

type subscriber struct {
	fn   func(Status)
	last *Status // what fn was called with; only the notifier touches it
	gone atomic.Bool
}

func newStatusBoard() *statusBoard {
	b := &statusBoard{bell: make(chan struct{}, 1)}
	b.now.Store(&Status{State: Disconnected, Since: time.Now()})
	return b
}

func (b *statusBoard) set(s Status) {
	b.now.Store(&s)
	b.ring()
}

func (b *statusBoard) ring() {
	select {
	case b.bell <- struct{}{}:
	default:
	}
}

// subscribe adds fn. The returned function removes it; a call that already runs
// is not waited for.
func (b *statusBoard) subscribe(fn func(Status)) func() {
	w := &subscriber{fn: fn}
	b.mu.Lock()
	b.subscribers = append(b.subscribers, w)
	b.mu.Unlock()
	b.ring()
	return func() {
		w.gone.Store(true)
		b.mu.Lock()
		defer b.mu.Unlock()
		b.subscribers = slices.DeleteFunc(b.subscribers, func(x *subscriber) bool { return x == w })
	}
}

// run notifies subscribers until done is closed, and the last status after that.
func (b *statusBoard) run(done <-chan struct{}) {
	for {
		select {
		case <-b.bell:
			b.notify()
		case <-done:
			b.notify()
			return
		}
	}
}

func (b *statusBoard) notify() {
	b.mu.Lock()
	all := slices.Clone(b.subscribers)
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
