package run

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/engine"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/desktop/notify"
	"gatewatch/internal/foundation/life"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/replay"
)

// These tests play the recordings of two real gateways to the program on their
// own time line: hubs, lists, decoders, engine, state, rules and announcer are
// the program's, put together as Start does. Only the network is in memory, the
// clock is a bubble's, chance is left out of waits, nothing is kept on disk,
// and a list takes the place of the desktop's notifications.

// fakeSender is a desktop that keeps what it was to show.
type fakeSender struct {
	mu   sync.Mutex
	said []ring
}

type ring struct {
	at time.Time
	notify.Notification
}

func (b *fakeSender) Send(_ context.Context, n notify.Notification) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.said = append(b.said, ring{time.Now(), n})
	return nil
}
func (b *fakeSender) Withdraw(context.Context, string) error { return nil }
func (b *fakeSender) Responses() <-chan notify.Response      { return nil }
func (b *fakeSender) Capabilities(context.Context) (notify.Capabilities, error) {
	return notify.Capabilities{Driver: "list", Replace: true, Actions: true, Sound: true}, nil
}
func (b *fakeSender) Close() error { return nil }

func (b *fakeSender) rings() []ring {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.said)
}

// tally counts what the engine took in.
type tally struct {
	kinds        map[event.Kind]int
	unrecognised []event.Unrecognised
}

// Record implements engine.Recorder.
func (c *tally) Record(env event.Envelope) {
	if _, ok := env.Body.(event.LinkMeasured); ok {
		return
	}
	c.kinds[env.Body.Kind()]++
	if u, ok := env.Body.(event.Unrecognised); ok {
		c.unrecognised = append(c.unrecognised, u)
	}
}

// played is how a recording ended.
type played struct {
	stage *replay.Stage
	snap  engine.Snapshot
	said  []ring
	told  []Decision
	tally tally
}

// the is the id of the gateway that is played.
const the = event.GatewayID("the")

// audience is the program in front of a gateway.
type audience struct {
	*Program
	bell  *fakeSender
	tally *tally
	mu    sync.Mutex
	told  []Decision // guarded by mu
}

func (a *audience) decided() []Decision {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.told)
}

// seat puts the parts of the program together as Start does, without files.
func seat(t *testing.T, change ...func(*Options)) *audience {
	a := &audience{bell: &fakeSender{}, tally: &tally{kinds: map[event.Kind]int{}}}
	log := slog.New(slog.DiscardHandler)
	settings := config.Default()
	settings.Alerts.MinBudget = 0 // the recorded budgets are of cents
	a.Program = &Program{
		opts: Options{
			Notify: true, Sender: a.bell, Record: []Recorder{a.tally}, Log: log,
			OnDecision: func(d Decision) {
				a.mu.Lock()
				defer a.mu.Unlock()
				a.told = append(a.told, d)
			},
		},
		log: log, stack: &life.Stack{}, profiles: map[event.GatewayID]config.Profile{}, settings: settings,
		alertStore: &alertStore{log: log}, times: newTaskDurations(), writer: true,
		system: alert.SystemState{Since: time.Now(), Grace: alert.DefaultGrace},
	}
	for _, f := range change {
		f(&a.opts)
	}
	ctx := t.Context()
	if a.opts.Paths.History != "" {
		if err := errors.Join(a.opts.Paths.Make(), a.openHistory(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	a.startEngine(ctx)
	a.startSystemEvents(ctx)
	a.startBaseline(ctx)
	a.gateways = newGatewaySet(ctx, a.engine, log)
	a.stack.Push("gateways", a.gateways.stopAll)
	return a
}

// watchStage watches a gateway on a stage.
func (a *audience) watchStage(ctx context.Context, st *replay.Stage, keys []gateway.Key) error {
	return a.watchOn(ctx, st.Net.Dial, keys)
}

// watchOn watches the gateway behind a network.
func (a *audience) watchOn(ctx context.Context, dial func(context.Context, string, string) (net.Conn, error), keys []gateway.Key) error {
	a.listGateway(ctx, config.Profile{ID: the, Label: "prod", Connect: true, CoreURL: replay.CoreURL, AdminURL: replay.AdminURL})
	return a.gateways.start(gateway.Config{
		ID: the, CoreURL: replay.CoreURL, AdminURL: replay.AdminURL, VirtualKeys: keys, MasterKey: secret.New(replay.MasterKey),
		Network:  hub.NetworkOptions{Proxy: "direct", Dial: dial},
		TaskHubs: true,
		Jitter:   func() float64 { return 0.5 }, Log: a.log,
	})
}

// lead is how long the program watches before a recording begins, after how
// long after its last line: all lists are read, what must hold for a minute has
// held, and grace is over.
const (
	lead  = 100 * time.Second
	after = 3 * time.Minute
)

// play plays a recording to the program in a bubble.
func play(t *testing.T, r *replay.Recording, c scene) (p played) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(r.Start.Add(-lead)))
		for read, so := range c.again {
			r.Again("/api/ProviderHealth/", read, so)
		}
		p.stage = replay.Open(t, r, replay.Script{Holds: c.holds, Outages: c.outages, Lead: lead})
		a := seat(t)
		if err := a.watchStage(t.Context(), p.stage, c.keysOf(r)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Until(p.stage.End()) + cmp.Or(c.after, after))
		synctest.Wait()
		snap, err := a.engine.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p.snap = snap
		err = a.engine.Do(t.Context(), func(*state.State) { // what follows is our own ending
			p.tally = tally{maps.Clone(a.tally.kinds), slices.Clone(a.tally.unrecognised)}
		})
		if err != nil {
			t.Fatal(err)
		}
		p.said, p.told = a.bell.rings(), a.decided()
		if err := a.stack.Unwind(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}
