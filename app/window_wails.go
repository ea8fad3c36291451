//go:build desktop || dev || bindings

package app

import (
	"context"
	"embed"
	"encoding/json"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/mac"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"gatewatch/internal/fault"
)

// built says that this binary has a window.
const built = true

// open shows the window and returns when the program ends.
func (w *window) open(ctx context.Context, assets embed.FS) error {
	guardSystem()
	defer context.AfterFunc(ctx, w.quit)()
	release, handed, err := w.claim(ctx)
	if err != nil || handed {
		return err
	}
	defer release()
	if !generating {
		w.attachTray()
	}
	err = wails.Run(&options.App{
		Title:     "Gatewatch",
		Width:     1280,
		Height:    820,
		MinWidth:  720,
		MinHeight: 480,
		// The page's own background, so that nothing flashes white.
		BackgroundColour:   &options.RGBA{R: 20, G: 22, B: 27, A: 255},
		StartHidden:        w.opts.Hidden,
		AssetServer:        &assetserver.Options{Assets: assets},
		OnStartup:          func(ctx context.Context) { w.startup(ctx, &wailsShell{ctx}) },
		OnDomReady:         func(context.Context) { w.domReady() },
		OnShutdown:         w.shutdown,
		OnBeforeClose:      w.beforeClose,
		Bind:               w.services(),
		ErrorFormatter:     formatError,
		SingleInstanceLock: w.singleInstance(),
		Linux: &linux.Options{
			ProgramName: "gatewatch",
			// Software rendering: the web process takes 90 MB more otherwise,
			// for a page of text and lines.
			WebviewGpuPolicy: linux.WebviewGpuPolicyNever,
		},
		// macOS hands links over by an event, to the program that runs.
		Mac: &mac.Options{OnUrlOpen: func(link string) { w.openTarget(targetOf([]string{link})) }},
	})
	if err != nil {
		return fault.New(fault.Internal, "The window could not be opened.", err)
	}
	return nil
}

// alone reports whether this window is the only one there may be. The demo is
// apart: it may run beside the real one.
func (w *window) alone() bool { return !generating && !w.opts.Target.Demo }

// claim makes this the window that links are handed to. If there is one
// already, it is given ours: handed is true, and there is nothing left to do.
func (w *window) claim(ctx context.Context) (release func(), handed bool, err error) {
	if !w.alone() {
		return func() {}, false, nil
	}
	return claim(ctx, w.opts.Route, func(link string) bool {
		if w.ending.Load() {
			return false
		}
		w.openTarget(targetOf([]string{link}))
		return true
	})
}

// singleInstance is the toolkit's way to bring the first window up when a
// second one is started, where we have none of our own.
func (w *window) singleInstance() *options.SingleInstanceLock {
	if claims || !w.alone() {
		return nil
	}
	return &options.SingleInstanceLock{
		UniqueId: "gatewatch-3f0c1d5e",
		OnSecondInstanceLaunch: func(d options.SecondInstanceData) {
			w.openTarget(targetOf(d.Args))
		},
	}
}

// beforeClose hides the window instead of ending, where that is wanted.
func (w *window) beforeClose(ctx context.Context) (prevent bool) {
	switch w.closeAs() {
	case closeHides:
		w.looking.Store(false)
		runtime.WindowHide(ctx)
		return true
	case closeIgnored:
		return true
	case closeEnds:
	}
	return false
}

// formatError gives the page what a person can read, and a code to react to.
func formatError(err error) any {
	f := fault.Of(err)
	b, mErr := json.Marshal(map[string]string{"code": string(f.Code), "message": f.Message})
	if mErr != nil {
		return f.Message
	}
	return string(b)
}

// wailsShell is the shell over Wails' runtime.
type wailsShell struct{ ctx context.Context }

func (s *wailsShell) Emit(name string, data any) { runtime.EventsEmit(s.ctx, name, data) }

func (s *wailsShell) Show() {
	runtime.WindowUnminimise(s.ctx)
	runtime.Show(s.ctx)
	runtime.WindowShow(s.ctx)
}

func (s *wailsShell) Hide() { runtime.WindowHide(s.ctx) }

func (s *wailsShell) Quit() { runtime.Quit(s.ctx) }

func (s *wailsShell) OpenURL(url string) { runtime.BrowserOpenURL(s.ctx, url) }

var _ shell = (*wailsShell)(nil)
