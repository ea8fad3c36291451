package rest

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"

	"gatewatch/internal/event"
	"gatewatch/internal/secret"
	"gatewatch/internal/wire"
)

// LinkName is the name of the connection that LinkChanged facts of a Watcher
// are about.
const LinkName = "rest"

// Options says what a Watcher reads and whom it tells.
type Options struct {
	Client *Client
	// Tell takes facts in order; topic is what was read ("keys"). It is called
	// from Run's goroutine, also once after its context ended.
	Tell func(topic string, facts []event.Event)
	// Found is told which gateway it is, from Run's goroutine, whenever that was
	// found out; nil is allowed.
	Found func(wire.Dialect)
	// Asked takes what came of each read, behind the facts of it, from Run's
	// goroutine; source is a topic, or a name of package event. nil is allowed.
	Asked func(source string, a event.Asked)
	// Doubt is told, from Run's goroutine, when something began or ceased to
	// hint at trouble behind the gateway; nil is allowed.
	Doubt func()
	// Draw gives the chance in waits, a number in [0, 1), on Run's goroutine;
	// nil: math/rand.
	Draw func() float64
	Log  *slog.Logger
}

// Of the loop.
const (
	probeFirst   = 5 * time.Second // until a failed probe is made again; it doubles
	slowest      = 5 * time.Minute // no wait is longer, but that for a key
	banWait      = 5 * time.Minute // between two tries while our address is banned
	tooManyWait  = 30 * time.Second
	refreshGap   = 5 * time.Second  // between two refreshes: hubs come back together
	adviceGap    = 2 * time.Second  // between two reads of a topic that were asked for
	startWithin  = time.Second      // several gateways are not asked at one instant
	silentAfter  = 2                // reads in a row that nobody answered …
	silentFor    = 10 * time.Second // … and none that succeeded: the gateway cannot be reached
	troubleAfter = 3                // failed reads in a row
	troubleFor   = 65 * time.Second // without any that succeeded; every gateway has a list read each 60 s at least
)

// Watcher reads a gateway's lists for as long as Run runs. The other methods
// may be called from any goroutine, before and during Run; they do not wait.
type Watcher struct {
	opts   Options
	orders orders
	world  world // what was read

	active    atomic.Bool // the gateway has lists
	dialect   wire.Dialect
	polls     []*poll
	probeAt   time.Time // zero: no probe is planned
	probeWait *backoff.ExponentialBackOff
	suspect   bool      // a list was missing; the gateway was asked what it is
	gone      bool      // it has no lists at the moment
	refreshed time.Time // the last refresh
	blocked   time.Time // nothing is asked before
	refused   bool      // nothing is asked before there is another key
	paused    bool
	failures  int       // in a row
	worked    time.Time // the last read that succeeded
	link      event.LinkChanged
}

// poll is one topic and when it is read next.
type poll struct {
	topic
	due, ran time.Time
	off      bool // the gateway has no such list
	wait     *backoff.ExponentialBackOff
}

// NewWatcher prepares a Watcher. Nothing is asked before Run.
func NewWatcher(o Options) *Watcher {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Found == nil {
		o.Found = func(wire.Dialect) {}
	}
	if o.Asked == nil {
		o.Asked = func(string, event.Asked) {}
	}
	if o.Doubt == nil {
		o.Doubt = func() {}
	}
	w := &Watcher{opts: o}
	w.probeWait = w.waits(probeFirst)
	w.orders.wake = make(chan struct{}, 1)
	w.orders.shown = true
	return w
}

// waits is an exponential wait that begins with first.
func (w *Watcher) waits(first time.Duration) *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	if w.opts.Draw != nil {
		b.RandomizationFactor = 0
	}
	b.InitialInterval, b.MaxInterval, b.Multiplier = first, slowest, 2
	b.Reset()
	return b
}

// Run reads until ctx ends. It returns nothing: what goes wrong is told as the
// state of the link named LinkName, once it is known that the gateway has
// these lists at all, or that the key is refused.
func (w *Watcher) Run(ctx context.Context) {
	w.probeAt = time.Now().Add(w.spread(startWithin, 0))
	for w.rest(ctx) {
		w.step(ctx)
	}
	if w.link.State != "" {
		w.tellLink(event.LinkDisconnected, "", "", time.Time{})
	}
}

// rest waits for the next thing to do; false means that ctx ended.
func (w *Watcher) rest(ctx context.Context) bool {
	for {
		w.obey()
		at, planned := w.next()
		if planned && !at.After(time.Now()) {
			return ctx.Err() == nil
		}
		t := time.NewTimer(max(time.Until(at), 0))
		if !planned {
			t.Stop()
		}
		select {
		case <-ctx.Done():
			t.Stop()
			return false
		case <-w.orders.wake:
			t.Stop()
		case <-t.C:
		}
	}
}

// next is when there is something to do; planned is false if never.
func (w *Watcher) next() (at time.Time, planned bool) {
	if w.refused || w.paused {
		return at, false
	}
	at = w.probeAt
	for _, p := range w.polls {
		if !p.off && (at.IsZero() || p.due.Before(at)) {
			at = p.due
		}
	}
	if at.IsZero() {
		return at, false
	}
	if at.Before(w.blocked) {
		at = w.blocked
	}
	return at, true
}

// step does the one thing that is due first.
func (w *Watcher) step(ctx context.Context) {
	now := time.Now()
	if !w.probeAt.IsZero() && !w.probeAt.After(now) {
		w.probe(ctx)
		return
	}
	var first *poll
	for _, p := range w.polls {
		if !p.off && (first == nil || p.due.Before(first.due)) {
			first = p
		}
	}
	if first != nil && !first.due.After(now) {
		w.read(ctx, first)
	}
}

// read reads one topic and plans the next read of it.
func (w *Watcher) read(ctx context.Context, p *poll) {
	if w.link.State == event.LinkReconnecting && !w.stillThere(ctx, p) {
		return
	}
	began := p.ran.IsZero()
	w.world.now = time.Now()
	facts, soon, err := p.topic.read(ctx, w)
	if ctx.Err() != nil {
		return
	}
	if err == nil {
		w.works()
	}
	if len(facts) > 0 {
		w.opts.Tell(p.name, facts)
	}
	w.asked(p.name, err, w.world.now, w.every(p))
	now := time.Now()
	p.ran = now
	switch {
	case err != nil:
		w.failed(p, err)
		return
	case soon:
		p.due = now.Add(confirmAfter)
	case began: // spread: what was read together at first is not read together ever after
		p.due = now.Add(w.spread(w.every(p), 0.5))
	default:
		p.due = now.Add(w.spread(w.every(p), 0.9))
	}
	p.wait.Reset()
}

// stillThere asks, after trouble, whether it is the same gateway that comes
// back: another version would look like many changes. If it is not, or does not
// answer, nothing is read now.
func (w *Watcher) stillThere(ctx context.Context, p *poll) bool {
	d, err := probe(ctx, w.opts.Client)
	if err != nil {
		if ctx.Err() == nil {
			w.asked(p.name, err, time.Now(), w.every(p))
			w.failed(p, err)
		}
		return false
	}
	was := w.dialect
	w.found(d)
	return d == was
}

// every is the interval in force of a topic.
func (w *Watcher) every(p *poll) time.Duration {
	if w.orders.isShown() {
		return p.shown
	}
	return p.hidden
}

// spread is a random time between least × d and d.
func (w *Watcher) spread(d time.Duration, least float64) time.Duration {
	return spread(w.opts.Draw, d, least)
}

// spread is a time between least × d and d as draw has it; nil: by chance.
func spread(draw func() float64, d time.Duration, least float64) time.Duration {
	low := time.Duration(float64(d) * least)
	if draw != nil {
		return low + time.Duration(draw()*float64(d-low))
	}
	return low + rand.N(d-low+1)
}

// failed plans the next try after a failed read.
func (w *Watcher) failed(p *poll, err error) {
	if w.stopped(err) {
		return
	}
	now := time.Now()
	if NotFound(err) {
		p.off = true
		if !w.suspect { // is it still the same gateway?
			w.suspect, w.probeAt = true, now
		}
		return
	}
	wait := max(p.wait.NextBackOff(), retryOf(err))
	if p.name == topicParts { // the lights hang on it
		wait = max(min(wait, p.shown), retryOf(err))
	}
	p.due = now.Add(min(wait, slowest))
	w.opts.Log.Debug("a read failed", "topic", p.name, "again", wait, "cause", err)
	w.trouble(err, p.due)
}

func retryOf(err error) time.Duration {
	if s, ok := errors.AsType[*StatusError](err); ok {
		return s.RetryAfter
	}
	return 0
}

// stopped handles what concerns every read: a refused key, a banned address,
// too many requests. It reports whether err was one of them.
func (w *Watcher) stopped(err error) bool {
	if errors.Is(err, ErrRefused) || errors.Is(err, ErrNoKey) {
		w.refused = true
		w.opts.Log.Warn("the key is refused; nothing more is read with it")
		w.tellLink(event.LinkError, "auth", "The gateway does not accept the master key. Nothing more is asked with it.", time.Time{})
		return true
	}
	s, ok := errors.AsType[*StatusError](err)
	switch {
	case !ok:
		return false
	case s.Status == http.StatusForbidden:
		w.blocked = time.Now().Add(banWait)
		cause := "The gateway does not let us read its Admin API."
		if s.Banned {
			cause = "The gateway banned our address for up to 30 minutes, after too many wrong keys."
		}
		w.tellLink(event.LinkError, "forbidden", cause, w.blocked)
		return true
	case s.Status == http.StatusTooManyRequests:
		w.blocked = time.Now().Add(max(s.RetryAfter, tooManyWait))
		if w.link.State != "" {
			w.tellLink(event.LinkReconnecting, "rate_limited", "The gateway says that we ask too often.", w.blocked)
		}
		return true
	}
	return false
}

// trouble counts a failed read. It is told if nothing at all could be read for
// a while: with its database down a gateway still answers some of it. One that
// does not answer at all is told sooner.
func (w *Watcher) trouble(err error, again time.Time) {
	s, isStatus := errors.AsType[*StatusError](err)
	after, patience := troubleAfter, troubleFor
	if !isStatus && !errors.Is(err, ErrShape) && !errors.Is(err, ErrTooBig) {
		after, patience = silentAfter, silentFor
	}
	if w.failures++; w.failures < after || time.Since(w.worked) < patience || w.link.State == "" {
		return
	}
	class, cause := "network", "The gateway's Admin API cannot be reached."
	switch {
	case isStatus && s.Status >= 500:
		class, cause = "gateway_down", "The gateway's Admin API answers with errors; its database may be down."
	case isStatus, errors.Is(err, ErrShape), errors.Is(err, ErrTooBig):
		class, cause = "misconfigured", "The gateway's Admin API answers what cannot be read."
	}
	w.tellLink(event.LinkReconnecting, class, cause, again)
}

// works notes that a read succeeded.
func (w *Watcher) works() {
	w.failures, w.worked = 0, time.Now()
	w.tellLink(event.LinkConnected, "", "", time.Time{})
}

// tellLink tells the state of the connection, if it is another one.
func (w *Watcher) tellLink(s event.LinkState, class, cause string, again time.Time) {
	if w.link.State == s && w.link.Class == class {
		return
	}
	w.link = event.LinkChanged{
		Hub: LinkName, Plane: event.PlaneAdmin, State: s, Class: class, Cause: cause,
		Attempt: w.failures, NextAt: again, At: time.Now(),
	}
	if s == event.LinkConnected {
		w.link.Transport = "HTTP"
	}
	w.opts.Tell(LinkName, []event.Event{w.link})
}

// SetKey gives another key and, if the last one was refused, begins anew.
func (w *Watcher) SetKey(k secret.String) {
	w.opts.Client.SetKey(k)
	w.orders.give(func(o *orders) { o.key = true })
}
