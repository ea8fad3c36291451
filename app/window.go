package app

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"gatewatch/internal/cli"
	"gatewatch/internal/config"
	"gatewatch/internal/run"
	"gatewatch/internal/state"
	"gatewatch/internal/tray"
)

// Window returns the command line's way to open the window. It opens nothing
// itself.
func Window(assets embed.FS, version string) cli.Window {
	if !built {
		return nil
	}
	return func(ctx context.Context, o cli.WindowOptions) error {
		if err := displayReachable(); err != nil && !generating {
			return err
		}
		log, closeLog := slog.New(slog.DiscardHandler), func() error { return nil }
		if !generating {
			log, closeLog = run.OpenLog(config.DefaultPaths())
		}
		err := newWindow(version, o, log).open(ctx, assets)
		return errors.Join(err, closeLog())
	}
}

// window is one run of the program with a window.
type window struct {
	*host
	opts cli.WindowOptions
	tray *tray.Tray

	quitting atomic.Bool // the user, or the system, wants the end
	ending   atomic.Bool // the toolkit is ending
	guarded  sync.Once
	links    atomic.Int64  // how many were followed
	closed   chan struct{} // closed when the window is gone
	done     sync.WaitGroup

	mu        sync.Mutex
	trayKnown bool     // trayChanged was called; guarded by mu
	trayHost  bool     // a tray shows the icon, so the window may be hidden; guarded by mu
	started   bool     // startup is over; guarded by mu
	waiting   []target // what links pointed to before that; guarded by mu
	over      bool     // shutdown has begun; guarded by mu
}

func newWindow(version string, o cli.WindowOptions, log *slog.Logger) *window {
	w := &window{host: &host{version: version, log: log}, opts: o, closed: make(chan struct{})}
	t := targetOf([]string{o.Route})
	if t.route != "" {
		w.first.Store(&t.route)
	}
	w.followTarget(t)
	return w
}

// services are what the page may call, in the order of the generated code.
func (h *host) services() []any {
	return []any{
		&Live{h}, &Gateways{h}, &Alerts{h}, &History{h}, &Tasks{h}, &Settings{h}, &App{h},
	}
}

// startup builds the program; called by the toolkit when the window exists.
func (w *window) startup(ctx context.Context, s shell) {
	w.mu.Lock()
	w.shell = s
	w.mu.Unlock()
	p, err := run.Start(ctx, run.Options{
		Target: w.opts.Target, Notify: w.opts.Notify, Role: "window", OnOpen: w.openRoute, Log: w.log,
	})
	w.set(ctx, p, err)
	defer w.followWaiting()
	if err != nil {
		w.log.Error("the program could not start", "cause", err)
		return
	}
	w.done.Go(func() { w.forward(p, w.tray.Show) })
	w.mu.Lock()
	known, present := w.trayKnown, w.trayHost
	w.mu.Unlock()
	if known {
		w.sayTray(ctx, p, present)
	}
}

// domReady is called at every load of the page.
func (w *window) domReady() {
	w.guarded.Do(guardPage)
}

// shutdown ends the program; called by the toolkit when the window is gone.
func (w *window) shutdown(ctx context.Context) {
	w.mu.Lock()
	w.over = true
	w.mu.Unlock()
	close(w.closed)
	_, p, err := w.get()
	if err == nil {
		if err := p.Close(context.WithoutCancel(ctx)); err != nil {
			w.log.Error("stopping", "cause", err)
		}
	}
	w.done.Wait()
	if w.tray != nil {
		w.tray.Quit()
	}
}

// startHidden reports whether the window stays away at first: asked for on the
// command line or in the settings.
func (w *window) startHidden() bool {
	if w.opts.Hidden || generating {
		return w.opts.Hidden
	}
	s, _, err := config.Load(config.DefaultPaths().Settings)
	return err == nil && s.Window.StartHidden && !w.opts.Target.Demo
}

// attachTray puts the icon up. On macOS this must happen on the main
// goroutine, before the toolkit's loop.
func (w *window) attachTray() {
	w.tray = tray.Attach(tray.Options{
		OnOpen: w.openRoute,
		OnQuit: w.quit,
		OnMute: w.mute,
		OnHost: w.trayChanged,
		Log:    w.log,
	})
}

// openRoute brings the window up at a page, if route is not "". A page that is
// not painted yet is told as soon as it is.
func (w *window) openRoute(route string) {
	s := w.window()
	if s != nil {
		s.Show()
	}
	switch {
	case route == "":
	case s == nil || w.ready.Load() == 0:
		w.first.Store(&route)
	default:
		s.Emit("route", route)
	}
}

// quit ends the program for good, past "close keeps watching".
func (w *window) quit() {
	w.quitting.Store(true)
	if s := w.window(); s != nil {
		s.Quit()
	}
}

// closing is what becomes of a wish to close the window.
type closing uint8

const (
	closeHides   closing = iota // it hides, and keeps watching
	closeEnds                   // the program ends
	closeIgnored                // it is ending already
)

// closeAs decides. A wish to quit always passes, but only once: the toolkit
// handles SIGTERM too, and dies of being ended twice.
func (w *window) closeAs() closing {
	switch {
	case !w.quitting.Load() && w.mayHide():
		return closeHides
	case w.ending.Swap(true):
		return closeIgnored
	}
	return closeEnds
}

// mayHide reports whether closing the window should keep watching: only if
// something is there to bring it back.
func (w *window) mayHide() bool {
	_, p, err := w.get()
	if err != nil {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.trayHost && p.Settings().Window.CloseToTray
}

// trayChanged is told whether a tray shows the icon; the first time perhaps
// before the program has started.
func (w *window) trayChanged(present bool) {
	w.mu.Lock()
	w.trayKnown, w.trayHost = true, present
	w.mu.Unlock()
	ctx, p, err := w.get()
	if err != nil {
		return
	}
	if s := w.window(); s != nil && !present {
		s.Show() // a window hidden earlier must be reachable
	}
	w.sayTray(ctx, p, present)
}

// sayTray shows that there is no tray, or takes that back.
func (w *window) sayTray(ctx context.Context, p *run.Program, present bool) {
	f := state.AppFact{ID: "tray"}
	if !present {
		f.Severity, f.Title = "info", "This desktop shows no tray icon."
		f.Text = "Closing the window ends Gatewatch, because nothing could bring it back. Minimise it to keep watching; on GNOME the AppIndicator extension adds a tray."
	}
	p.Say(ctx, f)
}

// mute holds notices back, from the tray's menu.
func (w *window) mute(choice tray.MuteChoice) {
	ctx, p, err := w.get()
	if err != nil {
		return
	}
	if until, ok := muteUntil(choice, time.Now()); ok {
		err = p.Mute(ctx, until, false)
	} else {
		err = p.Unmute(ctx)
	}
	if err != nil {
		w.log.Error("mute", "cause", err)
	}
}

// muteUntil is when a choice of the menu ends; ok is false for "off".
func muteUntil(c tray.MuteChoice, now time.Time) (until time.Time, ok bool) {
	switch c {
	case tray.MuteQuarter:
		return now.Add(15 * time.Minute), true
	case tray.MuteHour:
		return now.Add(time.Hour), true
	case tray.MuteTomorrow:
		y, m, d := now.Date()
		return time.Date(y, m, d+1, 9, 0, 0, 0, now.Location()), true
	case tray.MuteOff:
	}
	return time.Time{}, false
}
