// Package engine owns the state and does everything in order, on one
// goroutine: number an event, record it, fold it in, evaluate the rules, feed
// the window. It knows no adapter; what it needs of the outside are the small
// interfaces below.
package engine

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/feed"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/core/outlook"
	"gatewatch/internal/core/state"
)

// Recorder keeps events for later. Record is called in order and must not
// block. It keeps Envelope.Keep, as the batch is used again.
type Recorder interface{ Record(event.Envelope) }

// Measurer is a Recorder that is also given what is measured over and over; see
// event.Measurement. Measure is called in order with Record and must not block.
type Measurer interface{ Measure(event.Envelope) }

// Evaluator decides what deserves attention. It is called on the engine's
// goroutine whenever something changed, and at the time it asked for.
type Evaluator interface {
	// Evaluate runs the rules on what is shown and returns the alerts to show, or nil if
	// none of them changed, and when it wants to run again (zero: only after
	// the next event). It must not block and must not keep live.
	Evaluate(live *state.Live, now time.Time) (lines []state.AlertLine, again time.Time)
}

// Bounds of the engine's own waiting.
const (
	queueLen   = 32   // batches; a full queue makes links wait, then drop. What waits here has left the cache
	maxSpare   = 1024 // events that a batch may have room for to be used again
	frameQueue = 64   // frames a window may be behind
	// maxRound is how many events are taken in before the rules and the feed
	// get their turn: a few milliseconds of work.
	maxRound = 8192
	// evaluationInterval spares the rules in a storm; it is far below the half second
	// within which a critical alert must be reported.
	evaluationInterval = 100 * time.Millisecond
	// keepEvery is how long what changed in books waits to be kept together.
	keepEvery = time.Second
)

// ErrStopped is returned by calls after Run has ended.
var ErrStopped = errors.New("engine: stopped")

// Keeper keeps what changes in the gateways' books, and what the next run must
// know. It is called in order, about once a second, and must not block.
type Keeper interface {
	PutLedger(event.GatewayID, ledger.Taken)
	PutKept(state.Kept)
}

// Camera is shown what a window shows, to keep it for later. Shown is called on
// the engine's goroutine and must not block.
type Camera interface {
	// Shown is called with what changed. whole gives all that is shown, those
	// changes included; it is good during the call only, and nil where more is
	// about to change.
	Shown(now time.Time, changed state.Delta, whole func() state.Live)
}

// Options of an Engine. All may be left out.
type Options struct {
	Recorders []Recorder
	Keeper    Keeper
	Camera    Camera
	Evaluator Evaluator
	Feed      feed.Feed // zero: the defaults
	// LastSeq is the number of the last event of earlier runs; numbering goes
	// on from it, so that the history and the window use the same numbers.
	LastSeq uint64
}

// Engine is the one owner of the state. Make it with New and Run it.
type Engine struct {
	opts      Options
	state     *state.State
	feed      feed.Feed
	in        chan *event.Batch
	calls     chan func()
	frames    chan feed.Frame
	done      chan struct{} // closed when Run has ended
	batchPool sync.Pool

	seq            uint64
	evaluatedAt    time.Time
	changed        bool      // since the rules last looked
	nextEvaluation time.Time // when the rules want to be evaluated again
	tick           time.Time // when the state wants to be given the time
	keptAt         time.Time // when books were last given to the Keeper

	events, duplicates atomic.Uint64
}

// New returns an engine with an empty state.
func New(o Options) *Engine {
	e := &Engine{
		opts:      o,
		seq:       o.LastSeq,
		state:     state.New(),
		feed:      o.Feed,
		in:        make(chan *event.Batch, queueLen),
		calls:     make(chan func()),
		frames:    make(chan feed.Frame, frameQueue),
		done:      make(chan struct{}),
		batchPool: sync.Pool{New: func() any { return new(event.Batch) }},
	}
	if o.Keeper != nil {
		e.state.KeepLedgers()
	}
	return e
}

// Buffer hands out an empty batch to fill and Publish.
func (e *Engine) Buffer() *event.Batch { return e.batchPool.Get().(*event.Batch) }

// Publish gives events to the engine, in order; Seq is set there. The batch
// belongs to the engine afterwards. It blocks while the queue is full, until
// ctx ends.
func (e *Engine) Publish(ctx context.Context, batch *event.Batch) error {
	if len(batch.Events) == 0 {
		return nil
	}
	select {
	case e.in <- batch:
		return nil
	case <-e.done:
		return ErrStopped
	case <-ctx.Done():
		return ctx.Err()
	}
}

// PublishOne is Publish for a single event.
func (e *Engine) PublishOne(ctx context.Context, env event.Envelope) error {
	return e.Publish(ctx, e.Buffer().Add(env))
}

// Frames carries what a window must show, numbered. It is closed when Run
// ends. If nobody reads it, changes keep merging and nothing is lost.
func (e *Engine) Frames() <-chan feed.Frame { return e.frames }

// Snapshot is all that is shown, as of frame Seq.
type Snapshot struct {
	Seq  uint64     `json:"seq"`
	Live state.Live `json:"live"`
}

// Snapshot returns a copy of what is shown and the number of the last frame
// that is already in it. What is pending for the next frame is in the copy
// too: that frame then reports it again, which changes nothing, and nobody else
// who follows the frames misses it.
func (e *Engine) Snapshot(ctx context.Context) (snap Snapshot, err error) {
	err = e.Do(ctx, func(s *state.State) {
		e.judge(time.Now())
		snap = Snapshot{Seq: e.feed.Seq(), Live: s.Clone()}
	})
	return snap, err
}

// Do runs f on the engine's goroutine, between events: what was published
// before is in the state. f must not block. Rules are evaluated afterwards.
func (e *Engine) Do(ctx context.Context, f func(*state.State)) error {
	ran := make(chan struct{})
	ask := func() {
		defer close(ran)
		f(e.state)
		e.changed = true
	}
	select {
	case e.calls <- ask:
	case <-e.done:
		return ErrStopped
	case <-ctx.Done():
		return ctx.Err()
	}
	select { // the engine has it and will run it
	case <-ran:
		return nil
	case <-e.done:
		return ErrStopped
	}
}

// Prepare changes the state before Run is called, on the caller's goroutine:
// what rules must know from their very first evaluation.
func (e *Engine) Prepare(f func(*state.State)) { f(e.state) }

// Counts says how much was taken in: events that were news, and repeats and
// late events that changed nothing.
func (e *Engine) Counts() (events, repeats uint64) { return e.events.Load(), e.duplicates.Load() }

// Run works until ctx ends; it returns nil then. Events that were published
// before are still taken in.
func (e *Engine) Run(ctx context.Context) error {
	defer close(e.frames)
	defer close(e.done)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			e.drain()
			return nil
		case ask := <-e.calls:
			for range len(e.in) { // nobody else takes from it
				e.take(<-e.in)
			}
			ask()
		case batch := <-e.in:
			e.round(batch)
		case <-timer.C:
		}
		now := time.Now()
		e.turn(now)
		timer.Reset(e.wait(now))
	}
}

// drain takes in what is queued when the end comes.
func (e *Engine) drain() {
	for {
		select {
		case batch := <-e.in:
			e.take(batch)
		default:
			e.evaluate(time.Now())
			e.keep(time.Now())
			return
		}
	}
}

// keep gives what changed in books to the Keeper.
func (e *Engine) keep(now time.Time) {
	e.keptAt = now
	if e.opts.Keeper != nil {
		e.state.Derive(now)
		e.state.Ledgers(e.opts.Keeper.PutLedger)
		if k := e.state.TakeKept(); len(k.Changes)+len(k.Lists) > 0 {
			e.opts.Keeper.PutKept(k)
		}
	}
}

// round takes a batch and what waits behind it, within reason.
func (e *Engine) round(batch *event.Batch) {
	for n := 0; ; {
		n += len(batch.Events)
		e.take(batch)
		if n >= maxRound {
			return
		}
		select {
		case batch = <-e.in:
		default:
			return
		}
	}
}

// take numbers, folds in and records a batch.
func (e *Engine) take(batch *event.Batch) {
	var news uint64
	for i := range batch.Events {
		env := &batch.Events[i]
		e.seq++
		env.Seq = e.seq
		if !e.state.Apply(env) {
			e.measure(env)
			continue
		}
		news++
		for _, r := range e.opts.Recorders {
			r.Record(*env)
		}
	}
	e.events.Add(news)
	e.duplicates.Add(uint64(len(batch.Events)) - news)
	e.changed = true
	spare := cap(batch.Events) <= maxSpare
	batch.Reset()
	if spare {
		e.batchPool.Put(batch)
	}
}

// measure passes on what is no news, but is measured.
func (e *Engine) measure(env *event.Envelope) {
	if _, ok := env.Body.(event.Measurement); !ok {
		return
	}
	for _, r := range e.opts.Recorders {
		if m, ok := r.(Measurer); ok {
			m.Measure(*env)
		}
	}
}

// turn does what is due: time passing, rules, frames.
func (e *Engine) turn(now time.Time) {
	if !now.Before(e.tick) {
		e.tick = e.state.Tick(now)
		e.changed = true
	}
	if e.evaluationDue(now) {
		e.evaluate(now)
	}
	if e.state.Pending() && (e.feed.Due().IsZero() || !now.Before(e.feed.Due())) {
		e.judge(now)
		e.show(e.state.Changes(), now, e.state.Clone)
	}
	if due := e.feed.Due(); !due.IsZero() && !now.Before(due) {
		e.push(now)
	}
	if now.Sub(e.keptAt) >= keepEvery {
		e.keep(now)
	}
}

func (e *Engine) evaluationDue(now time.Time) bool {
	if !e.nextEvaluation.IsZero() && !now.Before(e.nextEvaluation) {
		return true
	}
	return e.changed && now.Sub(e.evaluatedAt) >= evaluationInterval
}

// evaluate runs the rules.
func (e *Engine) evaluate(now time.Time) {
	e.changed, e.evaluatedAt, e.nextEvaluation = false, now, time.Time{}
	if e.opts.Evaluator == nil {
		return
	}
	e.state.Derive(now)
	lines, again := e.opts.Evaluator.Evaluate(e.state.Live(), now)
	e.nextEvaluation = again
	if !again.IsZero() && !again.After(now) { // a deadline refused would spin
		e.nextEvaluation = now.Add(evaluationInterval)
	}
	if lines != nil {
		e.show(e.state.SetAlerts(lines), now, nil)
		e.judge(now)
	}
}

// judge says how things are, by all that is in the state.
func (e *Engine) judge(now time.Time) {
	e.state.Derive(now)
	e.show(e.state.SetOutlooks(outlook.Of(e.state.Live(), now)), now, nil)
}

// show gives what changed to the window, and to who keeps what it shows.
func (e *Engine) show(d state.Delta, now time.Time, whole func() state.Live) {
	e.feed.Add(d, now)
	if e.opts.Camera != nil && !d.Empty() {
		e.opts.Camera.Shown(now, d, whole)
	}
}

// push sends a frame, or waits if the window is behind.
func (e *Engine) push(now time.Time) {
	if len(e.frames) == cap(e.frames) {
		e.feed.Postpone(now)
		return
	}
	if frame, ok := e.feed.Flush(now); ok {
		e.frames <- frame
	}
}

// wait is how long nothing is due.
func (e *Engine) wait(now time.Time) time.Duration {
	next := e.tick
	sooner := func(t time.Time) {
		if !t.IsZero() && t.Before(next) {
			next = t
		}
	}
	sooner(e.nextEvaluation)
	if e.changed {
		sooner(e.evaluatedAt.Add(evaluationInterval))
	}
	sooner(e.feed.Due())
	return max(0, next.Sub(now))
}
