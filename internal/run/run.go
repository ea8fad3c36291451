// Package run builds the parts of the program (settings, keys, gateways,
// engine, rules, history, notices) in order for every subcommand, and unwinds
// them in reverse. It decides nothing itself. What it starts it waits for.
package run

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"gatewatch/internal/config"
	"gatewatch/internal/engine"
	"gatewatch/internal/event"
	"gatewatch/internal/feed"
	"gatewatch/internal/life"
	"gatewatch/internal/notify"
	"gatewatch/internal/secret"
	"gatewatch/internal/state"
)

// Recorder keeps or prints events; see engine.Recorder.
type Recorder = engine.Recorder

// Options says what to build. The zero value watches the stored profiles and
// notifies nobody.
type Options struct {
	Target Target
	// Notify raises native notifications.
	Notify bool
	// Sender shows them; nil opens the desktop's own.
	Sender notify.Sender
	// Record gets every event, on the engine's goroutine; it must not block.
	Record []Recorder
	// OnNotice hears of every decision to tell or not to tell; it must not
	// block.
	OnNotice func(Told)
	// Paths are where files are kept; zero: the user's own.
	Paths config.Paths
	Log   *slog.Logger
}

// Told is one decision about telling the user.
type Told struct {
	At       time.Time      `json:"at"`
	Alert    string         `json:"alert"` // fingerprint
	Rule     string         `json:"rule"`
	Gateway  string         `json:"gateway"`
	Severity event.Severity `json:"severity"`
	Title    string         `json:"title"`
	Body     string         `json:"body"`
	// Shown is true if a native notification was raised; Reason says why it
	// was or was not.
	Shown  bool   `json:"shown"`
	Reason string `json:"reason"`
}

// Program is everything running. Make it with Start; Close ends it. Its
// methods may be called from any goroutine.
type Program struct {
	opts     Options
	log      *slog.Logger
	stack    *life.Stack
	engine   *engine.Engine
	fleet    *fleet
	secrets  *secret.Store
	problems []config.Problem // of the settings file, at the start

	mu       sync.Mutex
	settings config.Settings                    // guarded by mu
	profiles map[event.GatewayID]config.Profile // watched or listed; guarded by mu
}

// Start builds and starts everything. Whatever fails later is shown, not
// returned: only what makes watching impossible is an error.
func Start(ctx context.Context, o Options) (*Program, error) {
	if err := o.Target.check(); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Paths == (config.Paths{}) {
		o.Paths = config.DefaultPaths()
	}
	p := &Program{opts: o, log: o.Log, stack: &life.Stack{}, profiles: map[event.GatewayID]config.Profile{}}
	if err := p.start(ctx); err != nil {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), closePatience)
		defer cancel()
		if unwound := p.stack.Unwind(stop); unwound != nil {
			p.log.Error("unwinding after a failed start", "cause", unwound)
		}
		return nil, err
	}
	return p, nil
}

// closePatience is how long everything together may take to end.
const closePatience = 10 * time.Second

// Close ends everything in reverse order and waits for it.
func (p *Program) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, closePatience)
	defer cancel()
	if err := p.stack.Unwind(ctx); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// start builds the parts in order.
func (p *Program) start(ctx context.Context) error {
	// Parts end by Close, in order, not all at once by the caller's ctx.
	ctx = context.WithoutCancel(ctx)
	if err := p.loadSettings(); err != nil {
		return err
	}
	p.secrets = secret.NewStore(secret.Options{Environment: p.opts.Target.Profile})
	p.stack.Push("keychain", func(ctx context.Context) error { return p.secrets.Close(ctx) })
	p.startEngine(ctx)
	fleetCtx, cancel := context.WithCancel(ctx)
	p.fleet = newFleet(fleetCtx, p.engine, p.log)
	p.stack.Push("gateways", func(ctx context.Context) error {
		cancel()
		return p.fleet.stopAll(ctx)
	})
	return p.startTargets(fleetCtx)
}

// startEngine runs the engine on a goroutine of its own.
func (p *Program) startEngine(ctx context.Context) {
	p.engine = engine.New(engine.Options{Recorders: p.opts.Record})
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- p.engine.Run(ctx) }()
	p.stack.Push("engine", func(stop context.Context) error {
		cancel()
		select {
		case err := <-done:
			return err
		case <-stop.Done():
			return stop.Err()
		}
	})
}

// Frames carries what changed, numbered; see engine.Engine.
func (p *Program) Frames() <-chan feed.Frame { return p.engine.Frames() }

// Snapshot is everything shown now.
func (p *Program) Snapshot(ctx context.Context) (engine.Snapshot, error) {
	return p.engine.Snapshot(ctx)
}

// say shows a fact about Gatewatch itself, or takes it back if its title is "".
func (p *Program) say(ctx context.Context, f state.AppFact) {
	f.At = time.Now().UnixMilli()
	if err := p.engine.Do(ctx, func(s *state.State) { s.SetApp(f) }); err != nil {
		p.log.Warn("cannot show", "fact", f.ID, "cause", err)
	}
}

// Say shows a fact about Gatewatch itself, or takes it back if its title is "".
func (p *Program) Say(ctx context.Context, f state.AppFact) { p.say(ctx, f) }

// configured puts changed settings in force.
func (p *Program) configured() {}
