package notify

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
)

// NotificationLog keeps the log entries on disk. Its methods may block for as long as a
// disk takes; only the Dispatcher's goroutine calls them. An error never stops
// a notification: repeating is better than silence.
type NotificationLog interface {
	// LogIntended keeps entries of notifications that are about to be sent.
	LogIntended(ctx context.Context, entries []LogEntry) error
	// LogDelivered keeps entries as delivered, or as changed without a notification.
	LogDelivered(ctx context.Context, entries []LogEntry) error
}

// Recorder is called with every decision, in order. Decided must not block.
type Recorder interface{ Decided(d Decision) }

// Options says how to announce. Every field but Settings may be left zero.
type Options struct {
	// Sender shows notifications; nil means that decisions are made and recorded, and
	// nothing is shown. Its owner closes it, after Run has returned.
	Sender   Sender
	Settings Settings
	// LogEntries are those of earlier runs, Open the alerts that were open
	// when the last one ended.
	LogEntries []LogEntry
	Open       []alert.Alert
	// Situation is what surrounds us at the start.
	Situation       alert.SystemState
	NotificationLog NotificationLog
	Recorder        Recorder
	// Blocked is called when the system begins or ceases to refuse notifications, and
	// Responded what users did with one: with the alerts that it was about.
	// Both are called from Run's goroutine and must not block.
	Blocked   func(Blocked)
	Responded func(r Response, fingerprints []string)
	// Logger may be nil.
	Logger *slog.Logger
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// sendTimeout is how long one notification may take the system; sixty notifications on a
// slow server take eight seconds together.
const sendTimeout = 10 * time.Second

// logTimeout is how long a disk may take to keep log entries.
const logTimeout = 2 * time.Second

// Dispatcher notifies the user of alerts: a queue in front of a Planner, and one
// goroutine (the caller's of Run) that does what it plans. Announce, Situate,
// Configure and Test never block and may be called from any goroutine.
type Dispatcher struct {
	o       Options
	planner *Planner        // Run's goroutine only
	shown   map[string]bool // ids of notifications that may be on the screen; Run's goroutine only

	mu    sync.Mutex
	inbox []func(*Planner, time.Time) // guarded by mu
	wake  chan struct{}               // holds one: the inbox is not empty
}

// NewDispatcher returns a Dispatcher that waits for Run.
func NewDispatcher(o Options) *Dispatcher {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	a := &Dispatcher{o: o, planner: NewPlanner(o.Settings, o.LogEntries), wake: make(chan struct{}, 1), shown: map[string]bool{}}
	a.post(func(p *Planner, now time.Time) {
		p.SetSystemState(o.Situation, now)
		p.Restore(o.Open, now)
	})
	return a
}

// Enqueue queues what happened to alerts.
func (a *Dispatcher) Enqueue(changes []alert.Change) {
	if len(changes) == 0 {
		return
	}
	a.post(func(p *Planner, now time.Time) { p.Observe(changes, now) })
}

// SetSystemState says how network, sleep and window are.
func (a *Dispatcher) SetSystemState(s alert.SystemState) {
	a.post(func(p *Planner, now time.Time) { p.SetSystemState(s, now) })
}

// Configure takes new settings.
func (a *Dispatcher) Configure(s Settings) {
	a.post(func(p *Planner, _ time.Time) { p.Configure(s) })
}

// Test shows what a notification of this severity looks like, whatever the settings
// say.
func (a *Dispatcher) Test(s event.Severity) {
	a.post(func(p *Planner, _ time.Time) { p.test(s) })
}

func (a *Dispatcher) post(f func(*Planner, time.Time)) {
	a.mu.Lock()
	a.inbox = append(a.inbox, f)
	a.mu.Unlock()
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

func (a *Dispatcher) takeInbox() []func(*Planner, time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	in := a.inbox
	a.inbox = nil
	return in
}

// Run works until ctx ends, and returns its error. It is called once. What it
// showed is then taken off the screen: nobody would take it away later.
func (a *Dispatcher) Run(ctx context.Context) error {
	defer a.clear(ctx)
	a.capabilities(ctx)
	var responses <-chan Response
	if a.o.Sender != nil {
		responses = a.o.Sender.Responses()
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		again := a.dispatchDue(ctx)
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
		case <-a.wake:
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

// dispatchDue does all that is to be done now and returns when there is more.
func (a *Dispatcher) dispatchDue(ctx context.Context) (again time.Time) {
	for ctx.Err() == nil {
		for _, f := range a.takeInbox() {
			f(a.planner, a.o.Now())
		}
		a.watchScreen()
		orders, next := a.planner.Plan(a.o.Now())
		a.record(ctx)
		if len(orders) == 0 {
			return next
		}
		for _, o := range orders {
			a.deliver(ctx, o)
		}
	}
	return time.Time{}
}

// record hands on what was decided.
func (a *Dispatcher) record(ctx context.Context) {
	for _, d := range a.planner.Decisions() {
		if a.o.Sender == nil && d.Outcome == OutcomeDelivered {
			d.Outcome = OutcomeOff
		}
		if a.o.Recorder != nil {
			a.o.Recorder.Decided(d)
		}
	}
	if entries := a.planner.LogUpdates(); len(entries) > 0 && a.o.NotificationLog != nil {
		kept, cancel := logContext(ctx)
		defer cancel()
		if err := a.o.NotificationLog.LogDelivered(kept, entries); err != nil {
			a.o.Logger.Warn("notification log not written", "cause", err)
		}
	}
}

// deliver carries out one Dispatch: intend, send, mark as delivered.
func (a *Dispatcher) deliver(ctx context.Context, o Dispatch) {
	if len(o.LogEntries) > 0 && a.o.NotificationLog != nil && a.o.Sender != nil {
		if err := a.o.NotificationLog.LogIntended(ctx, o.LogEntries); err != nil {
			a.o.Logger.Warn("intended notification not logged", "cause", err)
		}
	}
	err := a.send(ctx, o)
	if err != nil && ctx.Err() != nil {
		return // stopping: what is intended stays so, and is sent by the next run
	}
	now := a.o.Now()
	state, changed := a.planner.Done(o.Serial, err, now)
	if err != nil {
		a.o.Logger.Warn("notification not shown", "cause", err)
	} else if len(o.LogEntries) > 0 && a.o.NotificationLog != nil && a.o.Sender != nil {
		for i := range o.LogEntries {
			o.LogEntries[i].DeliveredAt = now
		}
		kept, cancel := logContext(ctx)
		defer cancel()
		if err := a.o.NotificationLog.LogDelivered(kept, o.LogEntries); err != nil {
			a.o.Logger.Warn("delivered notification not logged", "cause", err)
		}
	}
	if changed {
		a.capabilities(ctx)
		a.blocked(state)
	}
}

// logContext is for the notification log: that must be done though everything
// stops, or the next run says it again.
func logContext(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), logTimeout)
}

func (a *Dispatcher) send(ctx context.Context, o Dispatch) error {
	if a.o.Sender == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if o.Withdraw {
		delete(a.shown, o.Notification.ID)
		return a.o.Sender.Withdraw(ctx, o.Notification.ID)
	}
	a.shown[o.Notification.ID] = true
	return a.o.Sender.Send(ctx, o.Notification)
}

// clear takes what was shown off the screen, as far as that takes no longer
// than stopping may.
func (a *Dispatcher) clear(ctx context.Context) {
	if a.o.Sender == nil {
		return
	}
	ctx, cancel := logContext(ctx)
	defer cancel()
	for id := range a.shown {
		if err := a.o.Sender.Withdraw(ctx, id); err != nil {
			a.o.Logger.Info("a notice stays on the screen", "cause", err)
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// capabilities asks what the system can do; one that cannot be asked shows
// nothing.
func (a *Dispatcher) capabilities(ctx context.Context) {
	if a.o.Sender == nil {
		a.planner.SetCapabilities(Capabilities{Replace: true})
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
	a.planner.SetCapabilities(c)
}

func (a *Dispatcher) blocked(b Blocked) {
	if a.o.Blocked != nil {
		a.o.Blocked(b)
	}
}
