package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/fault"
	"gatewatch/internal/gateway"
)

// fleet is the gateways that are watched now. Its methods may be called from
// any goroutine; it owns a goroutine for each gateway.
type fleet struct {
	to  gateway.Publisher
	log *slog.Logger

	mu   sync.Mutex
	ctx  context.Context             // ends all of them; guarded by mu
	runs map[event.GatewayID]*member // guarded by mu
	// hidden is true while nobody looks; guarded by mu.
	hidden bool
}

type member struct {
	gw     *gateway.Gateway
	cancel context.CancelFunc
	done   chan struct{}
}

func newFleet(ctx context.Context, to gateway.Publisher, log *slog.Logger) *fleet {
	return &fleet{to: to, log: log, ctx: ctx, runs: map[event.GatewayID]*member{}}
}

// errFleetClosed: the program is ending.
var errFleetClosed = errors.New("run: the program is ending")

// start watches a gateway; one with the same id is stopped first.
func (f *fleet) start(c gateway.Config) error {
	gw, err := gateway.Open(c, f.to)
	if err != nil {
		return err
	}
	f.stop(c.ID)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ctx.Err() != nil {
		return errFleetClosed
	}
	ctx, cancel := context.WithCancel(f.ctx)
	m := &member{gw: gw, cancel: cancel, done: make(chan struct{})}
	f.runs[c.ID] = m
	gw.SetShown(!f.hidden)
	go func() {
		defer close(m.done)
		if err := gw.Run(ctx); err != nil {
			f.log.Error("gateway ended", "gateway", string(c.ID), "cause", err)
		}
	}()
	return nil
}

// stop ends a gateway's links, waits for them, and has them forgotten.
func (f *fleet) stop(id event.GatewayID) {
	f.halt(id)
	// Behind the last words of the links, on the same way.
	_ = f.to.Publish(f.context(), f.to.Buffer().Add(event.Envelope{ // fails only when everything stops
		At: time.Now(), Source: &event.Source{Gateway: id, Via: event.ViaComputed}, Body: event.LinksReset{At: time.Now()},
	}))
}

func (f *fleet) context() context.Context {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ctx
}

// halt ends a gateway's links and waits for them.
func (f *fleet) halt(id event.GatewayID) {
	f.mu.Lock()
	m := f.runs[id]
	delete(f.runs, id)
	f.mu.Unlock()
	if m != nil {
		m.cancel()
		<-m.done
	}
}

// show says whether somebody looks: gateways are then read more often.
func (f *fleet) show(shown bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hidden = !shown
	for _, m := range f.runs {
		m.gw.SetShown(shown)
	}
}

// stopAll ends every gateway.
func (f *fleet) stopAll(context.Context) error {
	f.mu.Lock()
	ids := slices.Collect(maps.Keys(f.runs))
	f.mu.Unlock()
	for _, id := range ids {
		f.halt(id)
	}
	return nil
}

// get finds a running gateway.
func (f *fleet) get(id event.GatewayID) (*gateway.Gateway, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := f.runs[id]; m != nil {
		return m.gw, nil
	}
	return nil, fault.New(fault.Misconfigured, fmt.Sprintf("Gateway %q is not being watched. Give it a key first.", id), nil)
}

// all lists the running gateways.
func (f *fleet) all() []*gateway.Gateway {
	f.mu.Lock()
	defer f.mu.Unlock()
	var gs []*gateway.Gateway
	for _, m := range f.runs {
		gs = append(gs, m.gw)
	}
	return gs
}
