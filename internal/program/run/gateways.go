package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/store/config"
)

// gatewaySet is the gateways that are watched now. Its methods may be called from
// any goroutine; it owns a goroutine for each gateway.
type gatewaySet struct {
	to       gateway.Publisher
	log      *slog.Logger
	refusals *hub.Refusals // of all gateways, for as long as the program runs

	mu      sync.Mutex
	ctx     context.Context                     // ends all of them; guarded by mu
	running map[event.GatewayID]*runningGateway // guarded by mu
	// hidden is true while the window is not visible; guarded by mu.
	hidden bool
}

type runningGateway struct {
	gw     *gateway.Gateway
	cancel context.CancelFunc
	done   chan struct{}
}

func newGatewaySet(ctx context.Context, to gateway.Publisher, log *slog.Logger) *gatewaySet {
	return &gatewaySet{to: to, log: log, refusals: hub.NewRefusals(), ctx: ctx, running: map[event.GatewayID]*runningGateway{}}
}

// errClosing: the program is ending.
var errClosing = errors.New("run: the program is ending")

// start watches a gateway; one with the same id is stopped first.
func (f *gatewaySet) start(c gateway.Config) error {
	c.Network.Refusals = f.refusals
	gw, err := gateway.Open(c, f.to)
	if err != nil {
		return err
	}
	f.stop(c.ID)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ctx.Err() != nil {
		return errClosing
	}
	ctx, cancel := context.WithCancel(f.ctx)
	m := &runningGateway{gw: gw, cancel: cancel, done: make(chan struct{})}
	f.running[c.ID] = m
	gw.SetVisible(!f.hidden)
	go func() {
		defer close(m.done)
		if err := gw.Run(ctx); err != nil {
			f.log.Error("gateway ended", "gateway", string(c.ID), "cause", err)
		}
	}()
	return nil
}

// stop ends a gateway's links, waits for them, and has them forgotten.
func (f *gatewaySet) stop(id event.GatewayID) {
	f.halt(id)
	// Behind the last events of the links, on the same way.
	_ = f.to.Publish(f.context(), f.to.Buffer().Add(event.Envelope{ // fails only when everything stops
		At: time.Now(), Source: &event.Source{Gateway: id, Via: event.ViaComputed}, Body: event.LinksReset{At: time.Now()},
	}))
}

func (f *gatewaySet) context() context.Context {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ctx
}

// halt ends a gateway's links and waits for them.
func (f *gatewaySet) halt(id event.GatewayID) {
	f.mu.Lock()
	m := f.running[id]
	delete(f.running, id)
	f.mu.Unlock()
	if m != nil {
		m.cancel()
		<-m.done
	}
}

// setVisible says whether the window is visible: gateways are then read more often.
func (f *gatewaySet) setVisible(shown bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hidden = !shown
	for _, m := range f.running {
		m.gw.SetVisible(shown)
	}
}

// stopAll ends every gateway.
func (f *gatewaySet) stopAll(context.Context) error {
	f.mu.Lock()
	ids := slices.Collect(maps.Keys(f.running))
	f.mu.Unlock()
	for _, id := range ids {
		f.halt(id)
	}
	return nil
}

// get finds a running gateway.
func (f *gatewaySet) get(id event.GatewayID) (*gateway.Gateway, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := f.running[id]; m != nil {
		return m.gw, nil
	}
	return nil, fault.New(fault.Misconfigured, fmt.Sprintf("Gateway %q is not being watched. Give it a key first.", id), nil)
}

// all lists the running gateways.
func (f *gatewaySet) all() []*gateway.Gateway {
	f.mu.Lock()
	defer f.mu.Unlock()
	var gs []*gateway.Gateway
	for _, m := range f.running {
		gs = append(gs, m.gw)
	}
	return gs
}

// nameTaken refuses the name that another gateway has: alerts, banners and the tray
// name gateways by nothing else.
func (p *Program) nameTaken(in config.Profile) error {
	name := strings.TrimSpace(gatewayOf(in).Label)
	for _, x := range p.Settings().Profiles {
		if x.ID != in.ID && strings.EqualFold(strings.TrimSpace(gatewayOf(x).Label), name) {
			return fault.New(fault.Misconfigured, "Another gateway has this name. Give this one a name by which they can be told apart.", nil)
		}
	}
	return nil
}
