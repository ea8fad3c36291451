// Package run builds the parts of the program (settings, keys, gateways,
// engine, rules, history, notifications) in order for every subcommand, and unwinds
// them in reverse. It decides nothing itself. What it starts it waits for.
package run

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/engine"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/feed"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/desktop/notify"
	"gatewatch/internal/foundation/life"
	"gatewatch/internal/foundation/lock"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/store/config"
	"gatewatch/internal/store/history"
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
	// Tasks are followed from the beginning, on every gateway that is watched.
	Tasks []event.TaskID
	// Record gets every event, on the engine's goroutine; it must not block.
	Record []Recorder
	// OnDecision hears of every decision to notify or not to notify; it must not
	// block.
	OnDecision func(Decision)
	// Paths are where files are kept; zero: the user's own.
	Paths config.Paths
	// Role is what another process is told that holds off because of this one.
	Role string
	// OnOpen is called when the user clicks a notification; it may block.
	OnOpen func(route string)
	// OnSettings is called when settings that somebody wrote into the file are
	// in force; it must not block.
	OnSettings func()
	// Passphrase asks the user for the passphrase of the file of keys: again
	// after a wrong one; ok is false if nobody answers. nil: nobody can be asked.
	Passphrase func(ctx context.Context, again bool) (p secret.String, ok bool)
	// Version is that of this program.
	Version string
	// Log gets what a developer wants to know; nil opens the log file.
	Log *slog.Logger
}

// Decision is one decision about notifying the user.
type Decision struct {
	At       time.Time      `json:"at,omitzero"`
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
	// Notice is the id of the notification, for Sender; "" if there is none.
	Notice string `json:"-"`
}

// Program is everything running. Make it with Start; Close ends it. Its
// methods may be called from any goroutine.
type Program struct {
	opts       Options
	log        *slog.Logger
	stack      *life.Stack
	engine     *engine.Engine
	rules      *ruleEvaluator
	gateways   *gatewaySet
	secrets    *secret.Store
	sender     notify.Sender // nil: nobody is notified
	dispatcher *notify.Dispatcher
	// What was told, for the next run.
	notificationLog *notificationLog
	system          alert.SystemState // engine's goroutine only, once it runs
	inputs          alert.Inputs      // engine's goroutine only
	times           *taskDurations    // engine's goroutine only

	writer       bool // this process writes history and notifies
	locked       bool // it had the lock from the start
	lateLock     atomic.Pointer[lock.Lock]
	db           *history.DB           // nil if there is none
	alertStore   *alertStore           // what alerts leave for the next run
	openEvents   []history.HealthEvent // of opening the history
	healthEvents chan history.HealthEvent
	identities   keyIdentities

	rehearsals    sync.Mutex     // guards stopRehearsal
	stopRehearsal func()         // ends the one that runs; nil: none
	loginLater    atomic.Bool    // whether to start at login is asked again at the next start
	askUpdates    chan struct{}  // what is wanted of updates changed
	updating      sync.Mutex     // one reading of what is remembered of updates at a time
	askKeychain   chan struct{}  // the user wants to be asked for the keychain again
	began         time.Time      // when it was started; not written later
	silenced      chan time.Time // until when; its reader shows it
	forecasts     forecasts
	camera        *camera    // nil if nothing is kept for replay
	silencing     sync.Mutex // one change of what is silenced at a time

	mu       sync.Mutex
	problems []config.Problem // of the settings file; guarded by mu
	settings config.Settings  // guarded by mu
	// unapplied are the settings from before a change in the file that was saved
	// along and that nobody has noticed yet; nil if there is none; guarded by mu.
	unapplied *config.Settings
	profiles  map[event.GatewayID]config.Profile // watched or listed; guarded by mu
	envKeys   map[event.GatewayID]int            // virtual keys that the environment gave; guarded by mu
	backends  map[secret.Ref]secret.Backend      // where keys were found last; guarded by mu
	withheld  map[event.GatewayID]error          // whose keys the keychain does not give, and why; guarded by mu
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
		alertStore: &alertStore{log: o.Log}, identities: keyIdentities{bell: make(chan struct{}, 1)}, times: newTaskDurations(), healthEvents: make(chan history.HealthEvent, 16),
		askKeychain: make(chan struct{}, 1), askUpdates: make(chan struct{}, 1),
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
	held, unwritable := p.becomeWriter(ctx)
	if p.opts.Target.Demo && p.writer {
		if err := clearDemo(p.opts.Paths); err != nil {
			p.log.Warn("an old demo is left", "cause", err)
		}
	}
	if err := p.openHistory(ctx); err != nil {
		return err
	}
	p.recallAddresses(ctx)
	p.began = time.Now()
	p.system = alert.SystemState{Since: p.began, Grace: alert.DefaultGrace}
	if p.opts.Target.Demo {
		p.system.Grace = 0 // the demo has nothing that happened before
	}
	p.secrets = secret.NewStore(secret.Options{Environment: p.opts.Target.environment(), File: secret.NewFile(p.opts.Paths.Keys)})
	p.stack.Push("keychain", func(ctx context.Context) error { return p.secrets.Close(ctx) })
	p.startEngine(ctx)
	p.startConditions(ctx, held, unwritable)
	p.startSilenceCondition(ctx)
	p.startSystemEvents(ctx)
	p.startBaseline(ctx)
	p.startForecasts(ctx)
	fleetCtx, cancel := context.WithCancel(ctx)
	p.gateways = newGatewaySet(fleetCtx, p.engine, p.log)
	p.stack.Push("gateways", func(ctx context.Context) error {
		// That its connections end is no news of a gateway: the program does.
		if err := p.engine.Do(ctx, func(*state.State) { p.rules.ending = true }); err != nil {
			p.log.Warn("rules go on while gateways end", "cause", err)
		}
		cancel()
		return p.gateways.stopAll(ctx)
	})
	p.openKeyFile(ctx)
	if err := p.startGateways(fleetCtx); err != nil {
		return err
	}
	p.startAnswers(ctx)
	p.startKeychain(fleetCtx)
	p.startMemory(ctx)
	p.startMarks(ctx)
	p.startKeyIdentities(fleetCtx)
	p.startReload(fleetCtx)
	p.startUpdates(ctx)
	return nil
}

// startEngine runs the engine on a goroutine of its own.
func (p *Program) startEngine(ctx context.Context) {
	p.rules = &ruleEvaluator{evaluator: alert.New(alertConfig(p.Settings()))}
	saved := p.alertStore.load(ctx, time.Now())
	p.system.AwaySince = saved.At // nothing was watched since
	p.rules.evaluator.Load(saved)
	p.loadMaintenance(ctx)
	p.rules.evaluator.SetSystemState(p.system)
	p.forecasts.jumped = make(chan struct{}, 1)
	p.rules.listeners = append(p.rules.listeners, p.alertStore.record, p.forecasts.heardJump)
	recorders := append([]Recorder{p.rules, p, &p.identities}, p.opts.Record...)
	o := engine.Options{Evaluator: p.rules}
	if p.db != nil {
		o.LastSeq = uint64(p.db.LastSeq())
		if p.writer {
			recorders = append(recorders, p.db)
			o.Keeper = keeper{p.db}
			p.camera = &camera{keep: p.db.PutFilm, log: p.log, cut: true}
			o.Camera = p.camera
		}
	}
	o.Recorders = recorders
	p.engine = engine.New(o)
	p.engine.Prepare(func(s *state.State) {
		known := map[string]bool{}
		for _, profile := range p.expected() {
			s.SetGateway(gatewayOf(profile)) // alerts of earlier runs belong to them
			known[string(profile.ID)] = true
		}
		p.restoreChanges(ctx, s, known)
	})
	var learned map[string]taskSamples
	if p.kept(ctx, "", keptTaskTimes, &learned) {
		p.times.restore(learned, time.Now())
		p.inputs.TaskTimes = p.times.all()
		p.rules.evaluator.SetInputs(p.inputs)
	}
	p.startDispatcher(ctx, saved)
	p.rules.onReady, p.rules.short = p.markReady, p.markShort
	p.rules.shortages.away(p.system.AwaySince, p.system.Since)
	p.startCamera(ctx)
	p.background(ctx, "engine", p.engine.Run)
}

// markReady notes that everything was read; on the engine's goroutine.
func (p *Program) markReady() {
	p.system.Ready = true
	p.rules.evaluator.SetSystemState(p.system)
	p.dispatcher.SetSystemState(p.system)
}

// markShort notes which groups ran out while nobody watched; on the engine's
// goroutine.
func (p *Program) markShort(found []alert.Shortage) {
	p.system.Shortages = append(slices.Clip(p.system.Shortages), found...)
	p.dispatcher.SetSystemState(p.system)
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

// startConditions shows the conditions of the parts.
func (p *Program) startConditions(ctx context.Context, held, unwritable error) {
	if unwritable != nil {
		f := state.AppCondition{ID: "folder", Severity: string(event.SeverityWarning)}
		f.Title, f.Text = text.FolderUnwritable(unwritable.Error())
		p.reportCondition(ctx, f)
	}

	if held != nil {
		p.reportCondition(ctx, state.AppCondition{
			ID: "writer", Severity: "info", Title: "Another Gatewatch is running.",
			Text: "This one only looks: " + held.Error() + ". It writes no history and raises no notifications.",
		})
	}
	for _, n := range p.openEvents {
		p.reportHistory(ctx, n)
	}
	p.sayCrash(ctx)
	p.background(ctx, "sayings", func(ctx context.Context) error {
		for {
			select {
			case <-ctx.Done():
				return nil
			case n := <-p.healthEvents:
				p.reportHistory(ctx, n)
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

// reportCondition shows a condition of Gatewatch itself, or takes it back if its title is "".
func (p *Program) reportCondition(ctx context.Context, f state.AppCondition) {
	if f.At == 0 {
		f.At = time.Now().UnixMilli()
	}
	if err := p.engine.Do(ctx, func(s *state.State) { s.SetAppCondition(f) }); err != nil {
		p.log.Warn("cannot show", "fact", f.ID, "cause", err)
	}
}

// ReportCondition shows a condition of Gatewatch itself, or takes it back if its title is "".
func (p *Program) ReportCondition(ctx context.Context, f state.AppCondition) {
	p.reportCondition(ctx, f)
}

// applySettings puts changed settings in force.
func (p *Program) applySettings(ctx context.Context) {
	s := p.Settings()
	err := p.engine.Do(ctx, func(*state.State) {
		p.rules.evaluator.Configure(alertConfig(s))
		p.rules.linesChanged = true
	})
	p.dispatcher.Configure(notifySettings(s))
	if err != nil {
		p.log.Error("putting settings in force", "cause", err)
	}
}

// History is what is kept; nil if there is nothing yet.
func (p *Program) History() *history.DB { return p.db }
