package gateway

import (
	"context"
	"fmt"
	"sync"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/hub"
	"gatewatch/internal/wire"
)

// maxBatch is how many events are gathered before they are published.
const maxBatch = 256

// link is our end of one hub: it decodes in wire order and publishes. The
// hub's dispatcher calls Connected, Event and Idle one at a time; Watch's
// callbacks come from another goroutine.
type link struct {
	desc Hub
	hub  *hub.Hub
	src  event.Source
	g    *Gateway
	dec  *wire.Decoder
	emit func(event.Event)

	ctx   context.Context // of Run; set before the hub runs
	now   time.Time       // of the message in hand
	batch []event.Envelope

	mu     sync.Mutex
	counts wire.Counts // guarded by mu
	last   hub.Stats   // as last measured; only measure touches it
}

func newLink(d Hub, k Key, h *hub.Hub, src event.Source, g *Gateway) *link {
	l := &link{desc: d, hub: h, src: src, g: g, dec: wire.New(wire.Options{Key: k.ID})}
	l.emit = l.take
	return l
}

// run keeps the hub connected until ctx ends.
func (l *link) run(ctx context.Context) error {
	l.ctx = ctx
	stop := l.hub.Watch(l.status)
	defer stop()
	if err := l.hub.Run(ctx, l); err != nil {
		return fmt.Errorf("hub %s: %w", l.desc.Name, err)
	}
	return nil
}

// status publishes a changed connection state. It is called in order.
func (l *link) status(s hub.Status) {
	l.publishNow(event.LinkChanged{
		Hub: l.desc.Name, Plane: l.desc.Plane, State: event.LinkState(s.State), Class: string(s.Class),
		Cause: s.Cause, Attempt: s.Attempt, NextAt: s.NextAt, Transport: string(s.Transport), At: s.Since,
	})
}

// Connected implements hub.Handler: it subscribes and says so.
func (l *link) Connected(ctx context.Context, h *hub.Hub, why hub.Reason) error {
	if why.Dropped > 0 {
		l.publishNow(event.BacklogDropped{Hub: l.desc.Name, Plane: l.desc.Plane, Count: why.Dropped})
	}
	if l.desc.Join != nil && why.Why != hub.BacklogDropped {
		if err := l.desc.Join(ctx, invoker{h}, l.g.tasks); err != nil {
			return fmt.Errorf("subscribe: %w", err)
		}
	}
	l.publishNow(event.Resynchronised{
		Hub: l.desc.Name, Plane: l.desc.Plane, First: why.Why == hub.FirstConnect,
		GapMS: why.Gap.Milliseconds(), Reason: string(why.Why),
	})
	return nil
}

// Event implements hub.Handler.
func (l *link) Event(target string, args []byte) {
	if len(l.batch) == 0 {
		l.now = time.Now() // one reading of the clock for a batch is fine enough
	}
	l.dec.Decode(l.desc.Name, target, args, l.now, l.emit)
	if len(l.batch) >= maxBatch {
		l.flush()
	}
}

// Idle implements hub.Idler: nothing more is waiting, so what was gathered
// goes out.
func (l *link) Idle() { l.flush() }

// take is what the decoder emits to.
func (l *link) take(e event.Event) {
	if l.batch == nil {
		l.batch = l.g.to.Buffer()
	}
	l.batch = append(l.batch, event.Envelope{At: l.now, Source: l.src, Body: e})
	if t, ok := e.(event.TaskProgressed); ok && t.Status.Final() {
		l.g.tasks.remove(t.Task)
	}
}

// flush publishes the batch. If the engine is full this waits, which makes the
// hub's queue fill and, after its patience, drop.
func (l *link) flush() {
	l.mu.Lock()
	l.counts = l.dec.Counts()
	l.mu.Unlock()
	if len(l.batch) == 0 {
		return
	}
	batch := l.batch
	l.batch = nil
	_ = l.g.to.Publish(l.ctx, batch) // fails only when everything stops
}

// publishNow publishes one fact about the link itself.
func (l *link) publishNow(e event.Event) {
	_ = l.g.to.Publish(l.ctx, append(l.g.to.Buffer(), event.Envelope{At: time.Now(), Source: l.src, Body: e}))
}

// measured reads the counters; moved is false if nothing came since.
func (l *link) measured(now time.Time) (event.LinkMeasured, bool) {
	s := l.hub.Stats()
	moved := s.Messages != l.last.Messages || s.Connects != l.last.Connects || s.Dropped != l.last.Dropped || s.RoundTrip != l.last.RoundTrip
	l.last = s
	l.mu.Lock()
	c := l.counts
	l.mu.Unlock()
	rtt := -1.0
	if s.RoundTrip >= 0 {
		rtt = float64(s.RoundTrip.Microseconds()) / 1000
	}
	return event.LinkMeasured{
		Hub: l.desc.Name, Plane: l.desc.Plane, Events: s.Events, Bytes: s.Bytes,
		Unrecognised: c.Unrecognised, BadFrames: s.BadFrames(), Dropped: s.Dropped, Connects: s.Connects,
		RoundTripMS: rtt, LastReceived: s.LastReceived, At: now,
	}, moved
}
