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

	"gatewatch/internal/alert"
	"gatewatch/internal/config"
	"gatewatch/internal/engine"
	"gatewatch/internal/event"
	"gatewatch/internal/fault"
	"gatewatch/internal/feed"
	"gatewatch/internal/history"
	"gatewatch/internal/life"
	"gatewatch/internal/lock"
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
	// Role is what another process is told that holds off because of this one.
	Role string
	// OnOpen is called when the user clicks a notification; it may block.
	OnOpen func(route string)
	// Log gets what a developer wants to know; nil opens the log file.
	Log *slog.Logger
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
	opts      Options
	log       *slog.Logger
	stack     *life.Stack
	engine    *engine.Engine
	judge     *judge
	fleet     *fleet
	secrets   *secret.Store
	sender    notify.Sender // nil: nobody is notified
	announcer *notify.Announcer
	situation alert.Situation // engine's goroutine only, once it runs
	inputs    alert.Inputs    // engine's goroutine only
	times     *taskTimes      // engine's goroutine only

	writer  bool             // this process writes history and notifies
	db      *history.DB      // nil if there is none
	memory  *memory          // what alerts leave for the next run
	early   []history.Notice // of opening the history
	notices chan history.Notice
	learnt  learnt

	mu       sync.Mutex
	problems []config.Problem                   // of the settings file; guarded by mu
	settings config.Settings                    // guarded by mu
	profiles map[event.GatewayID]config.Profile // watched or listed; guarded by mu
	kept     map[secret.Ref]secret.Backend      // where keys were found last; guarded by mu
}

// Start builds and starts everything. Whatever fails later is shown, not
// returned: only what makes watching impossible is an error.
func Start(ctx context.Context, o Options) (*Program, error) {
	if err := o.Target.check(); err != nil {
		return nil, err
	}
	if o.Paths == (config.Paths{}) {
		o.Paths = config.DefaultPaths()
	}
	stack := &life.Stack{}
	if o.Log == nil {
		log, closeLog := OpenLog(o.Paths)
		o.Log = log
		stack.Push("log", func(context.Context) error { return closeLog() })
	}
	if o.Target.Demo {
		o.Paths = demoPaths(o.Paths)
	}
	p := &Program{
		opts: o, log: o.Log, stack: stack, profiles: map[event.GatewayID]config.Profile{},
		memory: &memory{log: o.Log}, learnt: learnt{bell: make(chan struct{}, 1)}, times: newTaskTimes(), notices: make(chan history.Notice, 16),
	}
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

// start builds the parts in order; what is pushed last ends first.
func (p *Program) start(ctx context.Context) error {
	// Parts end by Close, in order, not all at once by the caller's ctx.
	ctx = context.WithoutCancel(ctx)
	if err := p.loadSettings(); err != nil {
		return err
	}
	if err := p.opts.Paths.Make(); err != nil {
		return fault.New(fault.Misconfigured, "The folder for Gatewatch's files cannot be made.", err)
	}
	held := p.lock(ctx)
	if p.opts.Target.Demo && p.writer {
		if err := clearDemo(p.opts.Paths); err != nil {
			p.log.Warn("an old demo is left", "cause", err)
		}
	}
	if err := p.openHistory(ctx); err != nil {
		return err
	}
	p.situation = alert.Situation{Since: time.Now(), Grace: alert.DefaultGrace}
	if p.opts.Target.Demo {
		p.situation.Grace = 0 // the demo has nothing that happened before
	}
	p.secrets = secret.NewStore(secret.Options{Environment: p.opts.Target.environment()})
	p.stack.Push("keychain", func(ctx context.Context) error { return p.secrets.Close(ctx) })
	p.startEngine(ctx)
	p.startSayings(ctx, held)
	p.startSurroundings(ctx)
	p.startUsual(ctx)
	fleetCtx, cancel := context.WithCancel(ctx)
	p.fleet = newFleet(fleetCtx, p.engine, p.log)
	p.stack.Push("gateways", func(ctx context.Context) error {
		cancel()
		return p.fleet.stopAll(ctx)
	})
	if err := p.startTargets(fleetCtx); err != nil {
		return err
	}
	p.startLearning(fleetCtx)
	p.startReload(fleetCtx)
	return nil
}

// lock makes this process the one that writes and notifies, or says who is.
func (p *Program) lock(ctx context.Context) (held error) {
	role := p.opts.Role
	if role == "" {
		role = "watch"
	}
	l, err := lock.Acquire(ctx, p.opts.Paths.Lock, role)
	if err != nil {
		return err
	}
	p.writer = true
	p.stack.Push("lock", func(context.Context) error { return l.Release() })
	return nil
}

// startEngine runs the engine on a goroutine of its own.
func (p *Program) startEngine(ctx context.Context) {
	p.judge = &judge{rules: alert.New(alertConfig(p.Settings()))}
	saved := p.memory.load(ctx, time.Now())
	p.situation.AwayFrom = saved.At // nothing was watched since
	p.judge.rules.Load(saved)
	p.judge.rules.Situate(p.situation)
	p.judge.hear = append(p.judge.hear, p.memory.hear)
	recorders := append([]Recorder{p.judge, p, &p.learnt}, p.opts.Record...)
	o := engine.Options{Judge: p.judge}
	if p.db != nil {
		o.LastSeq = uint64(p.db.LastSeq())
		if p.writer {
			recorders = append(recorders, p.db)
		}
	}
	o.Recorders = recorders
	p.engine = engine.New(o)
	p.engine.Prepare(func(s *state.State) {
		for _, profile := range p.Settings().Profiles {
			s.SetGateway(gatewayOf(profile)) // alerts of earlier runs belong to them
		}
	})
	p.startAnnouncer(ctx, saved)
	p.judge.ready = p.becameReady
	p.background(ctx, "engine", p.engine.Run)
}

// becameReady notes that everything was read; on the engine's goroutine.
func (p *Program) becameReady() {
	p.situation.Ready = true
	p.judge.rules.Situate(p.situation)
	p.announcer.Situate(p.situation)
}

// background runs a part until it is unwound, and waits for it.
func (p *Program) background(ctx context.Context, name string, run func(context.Context) error) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	p.stack.Push(name, func(stop context.Context) error {
		cancel()
		select {
		case err := <-done:
			return err
		case <-stop.Done():
			return stop.Err()
		}
	})
}

// startSayings shows what the parts have to say about themselves.
func (p *Program) startSayings(ctx context.Context, held error) {
	if held != nil {
		p.say(ctx, state.AppFact{
			ID: "writer", Severity: "info", Title: "Another Gatewatch is running.",
			Text: "This one only looks: " + held.Error() + ". It writes no history and raises no notifications.",
		})
	}
	for _, n := range p.early {
		p.sayHistory(ctx, n)
	}
	p.background(ctx, "sayings", func(ctx context.Context) error {
		for {
			select {
			case <-ctx.Done():
				return nil
			case n := <-p.notices:
				p.sayHistory(ctx, n)
			}
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
	if f.At == 0 {
		f.At = time.Now().UnixMilli()
	}
	if err := p.engine.Do(ctx, func(s *state.State) { s.SetApp(f) }); err != nil {
		p.log.Warn("cannot show", "fact", f.ID, "cause", err)
	}
}

// Say shows a fact about Gatewatch itself, or takes it back if its title is "".
func (p *Program) Say(ctx context.Context, f state.AppFact) { p.say(ctx, f) }

// configured puts changed settings in force.
func (p *Program) configured(ctx context.Context) {
	s := p.Settings()
	err := p.engine.Do(ctx, func(*state.State) {
		p.judge.rules.Configure(alertConfig(s))
		p.judge.fresh = true
	})
	p.announcer.Configure(notifySettings(s))
	if err != nil {
		p.log.Error("putting settings in force", "cause", err)
	}
}

// History is what is kept; nil if there is nothing yet.
func (p *Program) History() *history.DB { return p.db }
