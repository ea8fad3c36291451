package rest

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"

	"gatewatch/internal/core/event"
	texts "gatewatch/internal/core/text"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/wire"
)

// LinkName is the name of the connection that LinkChanged events of a Poller
// are about.
const LinkName = "rest"

// Options says what a Poller polls and whom it calls.
type Options struct {
	Client *Client
	// Emit takes events in order; topic is what was read ("keys"). It is called
	// from Run's goroutine, also once after its context ended.
	Emit func(topic string, events []event.Event)
	// OnDialect is called with which gateway it is, from Run's goroutine, whenever that was
	// found out; nil is allowed.
	OnDialect func(wire.Dialect)
	// OnPoll takes what came of each read, behind the events of it, from Run's
	// goroutine; source is a topic, or a name of package event. nil is allowed.
	OnPoll func(source string, a event.Polled)
	// Recheck is called, from Run's goroutine, when something began or ceased to
	// hint at a failure behind the gateway; nil is allowed.
	Recheck func()
	// Wants says what of the gateway's money is not known: it is then read in the
	// background. It is called from Run's goroutine and may wait; nil: nothing.
	Wants func(context.Context) Wants
	// Recall gives a group's newest top-up as it was known before, where it was;
	// it is called from Run's goroutine. nil is allowed.
	Recall func(event.GroupID) (Topup, bool)
	// RecallList gives a list as the newest ListRead of an earlier run had it; nil
	// where there is none. It is called from Run's goroutine. Where it is nil, no
	// list is kept.
	RecallList func(name string) []byte
	// Jitter gives the chance in waits, a number in [0, 1), on Run's goroutine;
	// nil: math/rand.
	Jitter func() float64
	Log    *slog.Logger
}

// The waits and bounds of the loop.
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
	goneLong     = 5 * time.Minute  // then what nobody looks at is asked more rarely
	failingAfter = 3                // failed reads in a row
	failingFor   = 65 * time.Second // without any that succeeded; every gateway has a list read each 60 s at least
)

// Poller reads a gateway's lists for as long as Run runs. The other methods
// may be called from any goroutine, before and during Run; they do not wait.
type Poller struct {
	opts     Options
	requests refreshRequests
	observed observedState // what was read

	active    atomic.Bool // the gateway has lists
	dialect   wire.Dialect
	polls     []*poll
	probeAt   time.Time // zero: no probe is planned
	probeWait *backoff.ExponentialBackOff
	suspect   bool      // a list was missing; the gateway was asked what it is
	gone      bool      // it has no lists at the moment
	refreshed time.Time // the last refresh
	blocked   time.Time // nothing is asked before
	refused   bool      // nothing is asked before there is another key, or until retryAt
	retryAt   time.Time // a refused key is tried once more then; zero: never
	refusals  int       // in a row
	refusedAt time.Time // the last time
	tried     time.Time // once more, the last time
	forbade   string    // the list that was forbidden last, if none was read since
	paused    bool
	fill      fill
	failures  int       // in a row
	worked    time.Time // the last read that succeeded
	link      event.LinkChanged
}

// poll is one topic and when it is read next.
type poll struct {
	topic
	due, ran time.Time
	off      bool // the gateway has no such list
	failed   bool // the last read did
	wait     *backoff.ExponentialBackOff
}

// NewPoller prepares a Poller. Nothing is asked before Run.
func NewPoller(o Options) *Poller {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.OnDialect == nil {
		o.OnDialect = func(wire.Dialect) {}
	}
	if o.OnPoll == nil {
		o.OnPoll = func(string, event.Polled) {}
	}
	if o.Recheck == nil {
		o.Recheck = func() {}
	}
	w := &Poller{opts: o}
	w.probeWait = w.waits(probeFirst)
	w.requests.wake = make(chan struct{}, 1)
	w.requests.visible = true
	return w
}

// waits is an exponential wait that begins with first.
func (w *Poller) waits(first time.Duration) *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	if w.opts.Jitter != nil {
		b.RandomizationFactor = 0
	}
	b.InitialInterval, b.MaxInterval, b.Multiplier = first, slowest, 2
	b.Reset()
	return b
}

// Run reads until ctx ends. It returns nothing: what goes wrong is reported as the
// state of the link named LinkName, once it is known that the gateway has
// these lists at all, or that the key is refused.
func (w *Poller) Run(ctx context.Context) {
	w.probeAt = time.Now().Add(w.jittered(startWithin, 0))
	for w.wait(ctx) {
		w.step(ctx)
	}
	if w.link.State != "" {
		w.emitLink(event.LinkDisconnected, "", "", time.Time{})
	}
}

// wait waits for the next thing to do; false means that ctx ended.
func (w *Poller) wait(ctx context.Context) bool {
	for {
		w.applyRequests()
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
		case <-w.requests.wake:
			t.Stop()
		case <-t.C:
		}
	}
}

// next is when there is something to do; planned is false if never.
func (w *Poller) next() (at time.Time, planned bool) {
	switch {
	case w.paused:
		return at, false
	case w.refused:
		return w.retryAt, !w.retryAt.IsZero()
	}
	at = w.probeAt
	for _, p := range w.polls {
		if !p.off && (at.IsZero() || p.due.Before(at)) {
			at = p.due
		}
	}
	if !at.IsZero() && w.filling() && w.fill.due.Before(at) {
		at = w.fill.due
	}
	if at.IsZero() && !w.filling() {
		return at, false
	}
	if at.Before(w.blocked) {
		at = w.blocked
	}
	return at, true
}

// step does the one thing that is due first.
func (w *Poller) step(ctx context.Context) {
	now := time.Now()
	if w.refused {
		w.tryAgain(now)
	}
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
	switch {
	case first != nil && !first.due.After(now):
		w.read(ctx, first)
	case w.filling() && !w.fill.due.After(now):
		w.fillStep(ctx)
	}
}

// read reads one topic and plans the next read of it.
func (w *Poller) read(ctx context.Context, p *poll) {
	if w.link.State == event.LinkReconnecting && !w.stillThere(ctx, p) {
		return
	}
	began := p.ran.IsZero()
	w.observed.now = time.Now()
	events, soon, err := p.topic.read(ctx, w)
	events = append(append(events, w.observed.credentials...), w.observed.kept...)
	w.observed.credentials, w.observed.kept = nil, nil
	if ctx.Err() != nil {
		return
	}
	if err == nil {
		w.works()
	}
	if len(events) > 0 {
		w.opts.Emit(p.name, events)
	}
	w.reportPoll(p.name, err, w.observed.now, w.every(p))
	now := time.Now()
	p.ran = now
	switch {
	case err != nil:
		w.failed(p, err)
		return
	case soon:
		p.due = now.Add(confirmAfter)
	case began: // spread: what was read together at first is not read together ever after
		p.due = now.Add(w.jittered(w.every(p), 0.5))
	default:
		p.due = now.Add(w.jittered(evenly(w.every(p), !w.requests.isShown()), 0.9))
	}
	p.wait.Reset()
	p.failed = false
}

// stillThere asks, after a failure, whether it is the same gateway that comes
// back: another version would look like many changes. If it is not, or does not
// answer, nothing is read now.
func (w *Poller) stillThere(ctx context.Context, p *poll) bool {
	d, err := probe(context.WithValue(ctx, withoutRepeats{}, true), w.opts.Client)
	if forbidsOne(err) {
		return true
	}
	if err != nil {
		if ctx.Err() == nil {
			w.reportPoll(p.name, err, time.Now(), w.every(p))
			w.failed(p, err)
		}
		return false
	}
	was := w.dialect
	w.found(d)
	return d == was
}

// every is the interval in force of a topic.
func (w *Poller) every(p *poll) time.Duration {
	if w.requests.isShown() {
		return p.visibleInterval
	}
	return p.hiddenInterval
}

// evenly makes an interval that is jittered come to itself on the average while
// nobody looks: what is asked then is counted.
func evenly(d time.Duration, hidden bool) time.Duration {
	if hidden {
		return d + d*3/40
	}
	return d
}

// jittered is a random time between least × d and d.
func (w *Poller) jittered(d time.Duration, least float64) time.Duration {
	return jittered(w.opts.Jitter, d, least)
}

// jittered is a time between least × d and d as the jitter has it; nil: by chance.
func jittered(draw func() float64, d time.Duration, least float64) time.Duration {
	low := time.Duration(float64(d) * least)
	if draw != nil {
		return low + time.Duration(draw()*float64(d-low))
	}
	return low + rand.N(d-low+1)
}

// failed plans the next try after a failed read.
func (w *Poller) failed(p *poll, err error) {
	now := time.Now()
	if w.forbidden(p, err) {
		p.due = now.Add(banWait)
		return
	}
	if w.stopped(err) {
		return
	}
	if NotFound(err) && p.extra {
		p.off = true
		return
	}
	if NotFound(err) {
		p.off = true
		if !w.suspect { // is it still the same gateway?
			w.suspect, w.probeAt = true, now
		}
		return
	}
	wait := max(p.wait.NextBackOff(), retryOf(err))
	if p.name == topicAdminHealth { // the health checks depend on it
		often := p.visibleInterval
		if time.Since(w.worked) > goneLong {
			often = w.every(p)
		}
		wait = max(min(wait, often), retryOf(err))
	}
	p.due, p.failed = now.Add(min(wait, slowest)), true
	w.opts.Log.Debug("a read failed", "topic", p.name, "again", wait, "cause", err)
	if p.extra {
		return
	}
	w.countFailure(err, p.due)
}

func retryOf(err error) time.Duration {
	if s, ok := errors.AsType[*StatusError](err); ok {
		return s.RetryAfter
	}
	return 0
}

// countFailure counts a failed read. It is reported if nothing at all could be read for
// a while: with its database down a gateway still answers some of it. One that
// does not answer at all is reported sooner.
func (w *Poller) countFailure(err error, again time.Time) {
	s, isStatus := errors.AsType[*StatusError](err)
	after, patience := failingAfter, failingFor
	if !isStatus && !errors.Is(err, ErrUnreadable) && !errors.Is(err, ErrTooBig) {
		after, patience = silentAfter, silentFor
	}
	if w.failures++; w.failures < after || time.Since(w.worked) < patience || w.link.State == "" {
		return
	}
	class, cause := "network", texts.CauseAdminUnreachable
	switch {
	case isStatus && s.Status >= 500:
		class, cause = "gateway_down", texts.CauseAdminFails
	case isStatus, errors.Is(err, ErrUnreadable), errors.Is(err, ErrTooBig):
		class, cause = "misconfigured", texts.CauseAdminUnreadable
	}
	if said, ok := errors.AsType[causer](err); ok {
		cause = said.Cause()
	}
	w.emitLink(event.LinkReconnecting, class, cause, again)
}

// causer is an error that says itself what it means for a person, such as a
// proxy that wants a login.
type causer interface {
	error
	Cause() string
}

// works notes that a read succeeded.
func (w *Poller) works() {
	if w.link.State == event.LinkReconnecting { // it is back: what failed with it need not wait longer
		now := time.Now()
		for _, p := range w.polls {
			if p.failed {
				p.due = earliest(p.due, now)
			}
		}
	}
	w.failures, w.refusals, w.worked, w.forbade = 0, 0, time.Now(), ""
	w.emitLink(event.LinkConnected, "", "", time.Time{})
}

// emitLink reports the state of the connection, if it is another one.
func (w *Poller) emitLink(s event.LinkState, class, cause string, again time.Time) {
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
	w.opts.Emit(LinkName, []event.Event{w.link})
}

// SetKey gives another key and, if the last one was refused, begins anew.
func (w *Poller) SetKey(k secret.String) {
	if w.opts.Client.SetKey(k) {
		w.requests.post(func(o *refreshRequests) { o.key = true })
	}
}
