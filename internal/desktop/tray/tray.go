// Package tray shows in one icon, its tooltip and its menu how all gateways
// are. It decides nothing about alerts: it draws the Summary that it is given,
// and reports what was clicked. The window and its life are not its business.
//
// A Tray has two goroutines. One owns the Driver and nothing else calls that;
// the other makes the callbacks, one after the other, so that a slow callback
// does not delay the icon. Quit ends both.
package tray

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// minRedraw is the shortest time between two drawings: panels reread icon and
// menu at each, and nobody reads faster.
const minRedraw = time.Second

// menuAgain is how soon what an open menu does not show yet is drawn again.
const menuAgain = 2 * time.Second

// recheck is how often a summary is drawn anew when no other comes: it ages.
const recheck = 10 * time.Second

// quitTimeout is how long Quit waits for a driver that is stuck in the system.
const quitTimeout = 2 * time.Second

// maxPending is how many callbacks wait for a slow one before clicks are lost.
const maxPending = 16

// Driver puts an icon into the system's tray. Only one goroutine calls it.
type Driver interface {
	// Start puts the icon up. Each click is given to click, from any
	// goroutine; click does not block. Start is called again, with nothing in
	// between, when the system's tray lost us, such as after a new D-Bus.
	Start(look StatusItem, click func(Click)) error
	// Draw changes what is seen. Called only between Start and Stop, while
	// there is a tray, with a StatusItem that differs from the one before. It
	// reports whether all of it is seen now; if not, it is called again.
	Draw(look StatusItem) (whole bool)
	// Stop takes the icon away. Nothing is called after it.
	Stop()
}

// Click is what the user chose: exactly one field is set.
type Click struct {
	Open        string // the route to show
	Show        bool   // the window, as it was
	Silence     SilenceChoice
	Acknowledge bool // every alert
	Updates     bool // look for a newer version
	Quit        bool
}

// SilenceChoice is a line of the silence menu.
type SilenceChoice string

// The choices.
const (
	SilenceQuarter       SilenceChoice = "15 min"
	SilenceHour          SilenceChoice = "1 hour"
	SilenceUntilTomorrow SilenceChoice = "until tomorrow 09:00"
	SilenceAlsoCritical  SilenceChoice = "1 hour, also critical alerts"
	SilenceOff           SilenceChoice = "off"
)

// Options connects a Tray with the rest of the program. The callbacks may
// block and may be nil, but must not call Quit.
type Options struct {
	// OnOpen shows the window at a route, such as "/alerts"; "" is where it was.
	OnOpen func(route string)
	// OnQuit ends the program: the user chose "Quit".
	OnQuit func()
	// OnSilence holds notifications back. Nil leaves that menu out.
	OnSilence func(SilenceChoice)
	// OnAcknowledge acknowledges every open alert.
	OnAcknowledge func()
	// HasUpdates reports whether it is known where a newer version would be named;
	// asked at each drawing, it must not block. OnUpdates looks for one.
	HasUpdates func() bool
	OnUpdates  func()
	// OnHost reports whether there is a tray that shows the icon: once soon
	// after Attach, and at each change. Without one the window must not be
	// hidden, because nothing would bring it back.
	OnHost func(present bool)
	// Driver draws; nil means the system's own. The Tray owns it.
	Driver Driver
	// Log receives what went wrong; nil means nowhere.
	Log *slog.Logger

	hosts func(ctx context.Context, report func(hostState)) // nil means the system's
}

// hostState says whether a tray is there. A changed session means that the
// former registration is lost.
type hostState struct {
	present bool
	session int
}

// Tray is the icon. Its methods may be called from any goroutine.
type Tray struct {
	o       Options
	mu      sync.Mutex
	latest  Summary
	changed chan struct{} // holds one token while latest is unseen
	clicks  chan Click
	hosts   chan hostState
	calls   chan func()
	cancel  context.CancelFunc
	owner   chan struct{} // closed when the driver's goroutine ended
	others  sync.WaitGroup
}

// Attach puts the icon up as soon as there is a tray for it, and returns at
// once. On macOS it must be called on the main goroutine before the window
// toolkit's loop starts, because the icon is made on the main thread.
func Attach(o Options) *Tray {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Driver == nil {
		o.Driver = systemDriver(o.OnSilence != nil)
	}
	if o.hosts == nil {
		o.hosts = systemHosts
	}
	ctx, cancel := context.WithCancel(context.Background())
	t := &Tray{
		o:       o,
		changed: make(chan struct{}, 1),
		clicks:  make(chan Click, maxPending),
		hosts:   make(chan hostState),
		calls:   make(chan func()),
		cancel:  cancel,
		owner:   make(chan struct{}),
	}
	k := &driverLoop{t: t, look: StatusItemOf(Summary{Now: time.Now()})}
	if startsOnCaller {
		k.start(hostState{present: true})
	}
	t.others.Go(func() { o.hosts(ctx, t.reportHost(ctx)) })
	t.others.Go(func() { t.callBack(ctx) })
	go func() {
		defer close(t.owner)
		k.run(ctx)
	}()
	return t
}

// Show makes the tray look like s, whose Now is ignored. It never blocks: of
// summaries that come faster than the tray draws, the newest wins.
func (t *Tray) Show(s Summary) {
	t.mu.Lock()
	t.latest = s
	t.latest.Reasons = slices.Clone(s.Reasons)
	t.latest.Gateways = slices.Clone(s.Gateways)
	t.latest.Budgets = slices.Clone(s.Budgets)
	t.latest.Providers = slices.Clone(s.Providers)
	t.latest.Tasks = slices.Clone(s.Tasks)
	t.mu.Unlock()
	select {
	case t.changed <- struct{}{}:
	default:
	}
}

// Quit takes the icon away and waits for the callback that is running. It may
// be called more than once. A system that does not let go of the icon is not
// waited for longer than two seconds.
func (t *Tray) Quit() {
	t.cancel()
	t.others.Wait()
	select {
	case <-t.owner:
	case <-time.After(quitTimeout):
		t.o.Log.Warn("the tray does not let go of the icon")
	}
}

func (t *Tray) summary() Summary {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.latest
}

func (t *Tray) reportHost(ctx context.Context) func(hostState) {
	return func(h hostState) {
		select {
		case t.hosts <- h:
		case <-ctx.Done():
		}
	}
}

func (t *Tray) callBack(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case call := <-t.calls:
			call()
		}
	}
}
