package app

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"gatewatch/internal/core/state"
	"gatewatch/internal/desktop/tray"
	"gatewatch/internal/program/cli"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
)

// Window returns the command line's way to open the window. It opens nothing
// itself.
func Window(assets embed.FS, version string) cli.Window {
	if !built {
		return nil
	}
	return func(ctx context.Context, o cli.WindowOptions) error {
		log, closeLog := slog.New(slog.DiscardHandler), func() error { return nil }
		if !generating {
			release, err := holdDisplay()
			if err != nil {
				return err
			}
			defer release()
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

	ending  atomic.Bool // the toolkit is ending
	guarded sync.Once
	links   atomic.Int64           // how many were followed
	token   atomic.Pointer[string] // what lets the window come in front the next time
	closed  chan struct{}          // closed when the window is gone
	done    sync.WaitGroup

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
		&Live{h}, &Gateways{h}, &Alerts{h}, &History{h}, &Tasks{h}, &Settings{h}, &Replay{h}, &App{h},
	}
}

// startup builds the program; called by the toolkit when the window exists.
func (w *window) startup(ctx context.Context, s shell) {
	w.mu.Lock()
	w.shell = s
	w.mu.Unlock()
	p, err := run.Start(ctx, run.Options{
		Target: w.opts.Target, Notify: w.opts.Notify, Role: "window", OnOpen: w.openRoute, Log: w.log, Version: w.version,
		OnSettings: func() { s.Emit("settings", nil) },
	})
	w.set(ctx, p, err)
	defer w.followWaiting()
	if err != nil {
		w.log.Error("the program could not start", "cause", err)
		return
	}
	p.RenewLogin(ctx)
	w.done.Go(func() { w.forward(p, w.tray.Show) })
	w.mu.Lock()
	known, present := w.trayKnown, w.trayHost
	w.mu.Unlock()
	if known {
		if !present {
			s.Show() // a window that starts hidden must be reachable
		}
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
		OnOpen:    w.openRoute,
		OnQuit:    w.quit,
		OnSilence: w.silence,
		OnHost:    w.trayChanged,
		Log:       w.log,

		OnAcknowledge: w.acknowledgeAll,
		HasUpdates:    w.hasUpdates,
		OnUpdates:     w.checkForUpdates,
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

// hidden notes that the window was closed and is not looked at any more. The
// first time it is said that the program goes on.
func (w *window) hidden() {
	w.looking.Store(false)
	ctx, p, err := w.get()
	if err != nil {
		return
	}
	path := p.Paths().UIState
	state := loadWindowState(path)
	if state.Explained {
		return
	}
	state.Explained = true
	if err := state.save(path); err != nil {
		w.log.Warn("the window is not remembered", "cause", err)
	}
	w.done.Go(func() {
		if err := p.ExplainHiding(ctx); err != nil {
			w.log.Info("that the window was hidden is not explained", "cause", err)
		}
	})
}

// closing is what becomes of a request to close the window.
type closing uint8

const (
	closeHides   closing = iota // it hides, and keeps watching
	closeEnds                   // the program ends
	closeIgnored                // it is ending already
)

// closeAs decides. A request to quit always passes, but only once: the toolkit
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

// trayChanged is called with whether a tray shows the icon; the first time perhaps
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
	f := state.AppCondition{ID: "tray"}
	if !present {
		f.Severity, f.Title = "info", "This desktop shows no tray icon."
		f.Text = "Closing the window ends Gatewatch, because nothing could bring it back. Minimise it to keep watching; on GNOME the AppIndicator extension adds a tray."
	}
	p.ReportCondition(ctx, f)
}

// silence holds notifications back, from the tray's menu.
func (w *window) silence(choice tray.SilenceChoice) {
	ctx, p, err := w.get()
	if err != nil {
		return
	}
	if until, ok := silenceUntil(choice, time.Now()); ok {
		err = p.SilenceAll(ctx, until, choice == tray.SilenceAlsoCritical)
	} else {
		err = p.ExpireSilenceAll(ctx)
	}
	if err != nil {
		w.log.Error("silence", "cause", err)
	}
}

// acknowledgeAll acknowledges every alert that the tray counts, from the tray's menu.
func (w *window) acknowledgeAll() {
	ctx, p, err := w.get()
	if err == nil {
		err = p.AcknowledgeOpen(ctx)
	}
	if err != nil {
		w.log.Error("acknowledge all", "cause", err)
	}
}

// hasUpdates reports whether a newer version can be looked for.
func (w *window) hasUpdates() bool {
	_, p, err := w.get()
	return err == nil && p.Settings().Updates.Address != ""
}

// checkForUpdates looks for a newer version, from the tray's menu, and tells the
// answer: where no notification can, the window opens where it can be asked again.
func (w *window) checkForUpdates() {
	ctx, p, err := w.get()
	if err != nil {
		return
	}
	w.done.Go(func() { // it may take long, and the next click must not wait
		if err := p.TellUpdates(ctx); err != nil {
			w.log.Info("the answer is not notified of", "cause", err)
			w.openRoute("/settings")
		}
	})
}

// silenceUntil is when a choice of the menu ends; ok is false for "off".
func silenceUntil(c tray.SilenceChoice, now time.Time) (until time.Time, ok bool) {
	switch c {
	case tray.SilenceQuarter:
		return now.Add(15 * time.Minute), true
	case tray.SilenceHour, tray.SilenceAlsoCritical:
		return now.Add(time.Hour), true
	case tray.SilenceUntilTomorrow:
		y, m, d := now.Date()
		return time.Date(y, m, d+1, 9, 0, 0, 0, now.Location()), true
	case tray.SilenceOff:
	}
	return time.Time{}, false
}
