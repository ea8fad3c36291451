package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"gatewatch/internal/core/engine"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/store/history"

	"golang.org/x/sync/errgroup"
)

const (
	gatewayID = "bench"
	// calm is left between being connected and the first event: other hubs of
	// the gateway are still being tried.
	calm = 300 * time.Millisecond
)

// runPipeline is client (a): all that Gatewatch does with an event, from the
// socket through hub, decoder and engine into the state, with a reader of the
// frames that a window would get.
func runPipeline(ctx context.Context, t turn) (result, error) { return pipeline(ctx, t) }

// runKept is client (h): the same with the history on, in a file of its own that is
// removed at the end.
func runKept(ctx context.Context, t turn) (r result, err error) {
	folder, err := os.MkdirTemp("", "gatewatch-bench")
	if err != nil {
		return r, fmt.Errorf("a place for the history: %w", err)
	}
	defer os.RemoveAll(folder) //nolint:errcheck // it is a temporary one
	db, _, err := history.Open(ctx, filepath.Join(folder, "history.db"), history.Options{Describe: state.Describe})
	if err != nil {
		return r, fmt.Errorf("open the history: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return pipeline(ctx, t, db)
}

func pipeline(ctx context.Context, t turn, recorders ...engine.Recorder) (result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	engine.LimitMemory() // as the program does
	check := &spendMeter{meter: newMeter(t.want), totals: map[event.KeyID]*event.NanoUSD{}}
	eng := engine.New(engine.Options{Recorders: append(recorders, check)})
	eng.Prepare(func(s *state.State) { s.SetGateway(state.Gateway{ID: gatewayID, Label: gatewayID}) })
	to := &counting{Engine: eng, want: int64(t.want), published: &check.meter.n}
	gw, err := gateway.Open(gateway.Config{
		ID: gatewayID, CoreURL: t.url, VirtualKeys: []gateway.Key{{Secret: secret.New(credential)}},
	}, to)
	if err != nil {
		return result{}, fmt.Errorf("open: %w", err)
	}
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error { return eng.Run(groupCtx) })
	group.Go(func() error { return gw.Run(groupCtx) })
	group.Go(func() error {
		for range eng.Frames() { // nobody looks at them
		}
		return nil
	})
	r, err := check.receive(groupCtx, t, eng)
	cancel()
	return r, errors.Join(err, group.Wait())
}

// endMark follows the last spend through the engine, so that its coming out
// says that all of them are in the state.
var endMark = event.Unrecognised{Target: "end of the benchmark"}

// counting is the engine, with a look at what the links publish.
type counting struct {
	*engine.Engine
	want      int64
	published *atomic.Int64
}

// Publish counts spends and passes everything on.
func (c *counting) Publish(ctx context.Context, batch *event.Batch) error {
	n := int64(0)
	for i := range batch.Events {
		if _, ok := batch.Events[i].Body.(*event.SpendRecorded); ok {
			n++
		}
	}
	if err := c.Engine.Publish(ctx, batch); err != nil || n == 0 {
		return err
	}
	if c.published.Add(n) != c.want {
		return nil
	}
	return c.PublishOne(ctx, event.Envelope{At: time.Now(), Source: &event.Source{Gateway: gatewayID, Via: event.ViaComputed}, Body: endMark})
}

// spendMeter checks what the engine has folded in, on the engine's goroutine.
type spendMeter struct {
	meter      *meter
	totals     map[event.KeyID]*event.NanoUSD // as of the newest spend
	disordered int
	dropped    int
}

// Record implements engine.Recorder: each spend must raise its key's total
// by exactly its amount. The ASP.NET Core server sends the same spend again
// and again, which is news once; its total is no sum, and stays.
func (b *spendMeter) Record(env event.Envelope) {
	switch e := env.Body.(type) {
	case *event.SpendRecorded:
		last := b.totals[e.Key]
		if last == nil {
			last = new(event.NanoUSD)
			b.totals[e.Key] = last
		}
		if e.Total != *last+e.Amount && e.Total != burstTotal {
			b.disordered++
		}
		*last = e.Total
	case event.BacklogDropped:
		b.dropped += e.Count
	case event.Unrecognised:
		if e == endMark {
			close(b.meter.done)
		}
	}
}

// receive waits until the hub is connected, says ready, waits for the end and
// reads the outcome from the state.
func (b *spendMeter) receive(ctx context.Context, t turn, eng *engine.Engine) (result, error) {
	if err := connected(ctx, eng); err != nil {
		return result{}, err
	}
	b.meter.ready(t)
	r, err := b.meter.await(ctx)
	if err != nil {
		return r, err
	}
	snap, err := eng.Snapshot(ctx)
	for _, k := range snap.Live.Keys {
		r.Sum += int64(k.Total.Or(0))
	}
	// The engine's goroutine wrote these before the snapshot was taken.
	r.Disordered, r.Dropped = b.disordered, b.dropped
	return r, err
}

// connected waits for the hub of spends, and a little more.
func connected(ctx context.Context, eng *engine.Engine) error {
	for {
		snap, err := eng.Snapshot(ctx)
		if err != nil {
			return err
		}
		up := snap.Live.Links[gatewayID+"/spend"].State == string(event.LinkConnected)
		wait := 20 * time.Millisecond
		if up {
			wait = calm
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return errors.New("the hub did not connect")
		}
		if up {
			return nil
		}
	}
}
