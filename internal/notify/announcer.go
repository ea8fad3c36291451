package notify

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/event"
)

// Log keeps the last words on disk. Its methods may block for as long as a
// disk takes; only the announcer's goroutine calls them. An error never stops
// a notice: repeating is better than silence.
type Log interface {
	// Intend keeps words that are about to be said.
	Intend(ctx context.Context, words []Said) error
	// Deliver keeps words as said, or as changed without saying.
	Deliver(ctx context.Context, words []Said) error
}

// Recorder hears of every decision, in order. Decided must not block.
type Recorder interface{ Decided(d Decision) }

// Options says how to announce. Every field but Settings may be left zero.
type Options struct {
	// Sender shows notices; nil means that decisions are made and recorded, and
	// nothing is shown. Its owner closes it, after Run has returned.
	Sender   Sender
	Settings Settings
	// Said are the last words of earlier runs, Open the alerts that were open
	// when the last one ended.
	Said []Said
	Open []alert.Alert
	// Situation is what surrounds us at the start.
	Situation alert.Situation
	Log       Log
	Recorder  Recorder
	// Blocked hears when the system begins or ceases to refuse notices, and
	// Responded what users did with one: with the alerts that it was about.
	// Both are called from Run's goroutine and must not block.
	Blocked   func(Blocked)
	Responded func(r Response, fingerprints []string)
	// Logger may be nil.
	Logger *slog.Logger
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// sendTimeout is how long one notice may take the system; sixty notices on a
// slow server take eight seconds together.
const sendTimeout = 10 * time.Second

// keepTimeout is how long a disk may take to keep last words.
const keepTimeout = 2 * time.Second

// Announcer tells people of alerts: a queue in front of a Planner, and one
// goroutine (the caller's of Run) that does what it plans. Announce, Situate,
// Configure and Test never block and may be called from any goroutine.
type Announcer struct {
	o       Options
	planner *Planner // Run's goroutine only

	mu    sync.Mutex
	inbox []func(*Planner, time.Time) // guarded by mu
	rung  chan struct{}               // holds one: the inbox is not empty
}

// NewAnnouncer returns an announcer that waits for Run.
func NewAnnouncer(o Options) *Announcer {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	a := &Announcer{o: o, planner: NewPlanner(o.Settings, o.Said), rung: make(chan struct{}, 1)}
	a.post(func(p *Planner, now time.Time) {
		p.Situate(o.Situation, now)
		p.Restore(o.Open, now)
	})
	return a
}

// Announce queues what happened to alerts.
func (a *Announcer) Announce(changes []alert.Change) {
	if len(changes) == 0 {
		return
	}
	a.post(func(p *Planner, now time.Time) { p.Take(changes, now) })
}

// Situate tells what surrounds us.
func (a *Announcer) Situate(s alert.Situation) {
	a.post(func(p *Planner, now time.Time) { p.Situate(s, now) })
}

// Configure takes new settings.
func (a *Announcer) Configure(s Settings) {
	a.post(func(p *Planner, _ time.Time) { p.Configure(s) })
}

// Test shows what a notice of this severity looks like, whatever the settings
// say.
func (a *Announcer) Test(s event.Severity) {
	a.post(func(p *Planner, _ time.Time) { p.test(s) })
}

func (a *Announcer) post(f func(*Planner, time.Time)) {
	a.mu.Lock()
	a.inbox = append(a.inbox, f)
	a.mu.Unlock()
	select {
	case a.rung <- struct{}{}:
	default:
	}
}

func (a *Announcer) takeInbox() []func(*Planner, time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	in := a.inbox
	a.inbox = nil
	return in
}

// Run works until ctx ends, and returns its error. It is called once.
func (a *Announcer) Run(ctx context.Context) error {
	a.capabilities(ctx)
	var responses <-chan Response
	if a.o.Sender != nil {
		responses = a.o.Sender.Responses()
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		again := a.work(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		wait := time.Hour // a bound, should the clock be changed under us
		if !again.IsZero() {
			// Never at once: a deadline that is refused must not spin.
			wait = min(wait, max(10*time.Millisecond, again.Sub(a.o.Now())))
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-a.rung:
		case <-timer.C:
		case r, ok := <-responses:
			if !ok {
				responses = nil
				continue
			}
			if a.o.Responded != nil {
				a.o.Responded(r, a.planner.Members(r.ID))
			}
		}
	}
}

// work does all that is to be done now and returns when there is more.
func (a *Announcer) work(ctx context.Context) (again time.Time) {
	for ctx.Err() == nil {
		for _, f := range a.takeInbox() {
			f(a.planner, a.o.Now())
		}
		orders, next := a.planner.Plan(a.o.Now())
		a.keep(ctx)
		if len(orders) == 0 {
			return next
		}
		for _, o := range orders {
			a.execute(ctx, o)
		}
	}
	return time.Time{}
}

// keep hands on what was decided.
func (a *Announcer) keep(ctx context.Context) {
	for _, d := range a.planner.Decisions() {
		if a.o.Sender == nil && d.Outcome == OutcomeDelivered {
			d.Outcome = OutcomeOff
		}
		if a.o.Recorder != nil {
			a.o.Recorder.Decided(d)
		}
	}
	if words := a.planner.Words(); len(words) > 0 && a.o.Log != nil {
		kept, cancel := lastWords(ctx)
		defer cancel()
		if err := a.o.Log.Deliver(kept, words); err != nil {
			a.o.Logger.Warn("last words not kept", "cause", err)
		}
	}
}

// execute carries out one order: intend, send, mark as delivered.
func (a *Announcer) execute(ctx context.Context, o Order) {
	if len(o.About) > 0 && a.o.Log != nil && a.o.Sender != nil {
		if err := a.o.Log.Intend(ctx, o.About); err != nil {
			a.o.Logger.Warn("intended words not kept", "cause", err)
		}
	}
	err := a.send(ctx, o)
	if err != nil && ctx.Err() != nil {
		return // stopping: what is intended stays so, and is told by the next run
	}
	now := a.o.Now()
	state, changed := a.planner.Done(o.Serial, err, now)
	if err != nil {
		a.o.Logger.Warn("notice not shown", "cause", err)
	} else if len(o.About) > 0 && a.o.Log != nil && a.o.Sender != nil {
		for i := range o.About {
			o.About[i].Delivered = now
		}
		kept, cancel := lastWords(ctx)
		defer cancel()
		if err := a.o.Log.Deliver(kept, o.About); err != nil {
			a.o.Logger.Warn("delivered words not kept", "cause", err)
		}
	}
	if changed {
		a.capabilities(ctx)
		a.blocked(state)
	}
}

// lastWords is for keeping what was said: that must be done though everything
// stops, or the next run says it again.
func lastWords(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), keepTimeout)
}

func (a *Announcer) send(ctx context.Context, o Order) error {
	if a.o.Sender == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if o.Withdraw {
		return a.o.Sender.Withdraw(ctx, o.Notice.ID)
	}
	return a.o.Sender.Send(ctx, o.Notice)
}

// capabilities asks what the system can do; one that cannot be asked shows
// nothing.
func (a *Announcer) capabilities(ctx context.Context) {
	if a.o.Sender == nil {
		a.planner.Can(Capabilities{Replace: true})
		return
	}
	ask, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	c, err := a.o.Sender.Capabilities(ask)
	if err != nil {
		a.o.Logger.Warn("notification service cannot be asked", "cause", err)
		if state, changed := a.planner.block(failure(err), err, a.o.Now()); changed {
			a.blocked(state)
		}
		return
	}
	a.planner.Can(c)
}

func (a *Announcer) blocked(b Blocked) {
	if a.o.Blocked != nil {
		a.o.Blocked(b)
	}
}
