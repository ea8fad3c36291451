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
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"gatewatch/internal/fault"
)

// built says that this binary has a window.
const built = true

// open shows the window and returns when the program ends.
func (w *window) open(ctx context.Context, assets embed.FS) error {
	guardSystem()
	if !generating {
		w.attachTray()
	}
	defer context.AfterFunc(ctx, w.quit)()
	err := wails.Run(&options.App{
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
	})
	if err != nil {
		return fault.New(fault.Internal, "The window could not be opened.", err)
	}
	return nil
}

// singleInstance brings the first window up when a second one is started. The
// demo is apart: it may run beside the real one.
func (w *window) singleInstance() *options.SingleInstanceLock {
	if generating || w.opts.Target.Demo {
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
