//go:build desktop || dev || bindings

package app

import (
	"context"
	"embed"
	"path/filepath"
	"slices"
	"sync/atomic"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/mac"
	"github.com/wailsapp/wails/v2/pkg/options/windows"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
)

// icon is frontend/public/icon.svg, drawn 128 pixels wide: the window's picture
// in its title bar and in lists of windows.
//
//go:embed icon.png
var icon []byte

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
	width, height := w.remembered().size()
	err = wails.Run(&options.App{
		Title:     "Gatewatch",
		Width:     width,
		Height:    height,
		MinWidth:  leastWidth,
		MinHeight: leastHeight,
		// The page's own background, so that nothing flashes white.
		BackgroundColour:   &options.RGBA{R: 20, G: 22, B: 27, A: 255},
		StartHidden:        w.startHidden(),
		AssetServer:        &assetserver.Options{Assets: assets},
		OnStartup:          func(ctx context.Context) { w.place(ctx); w.startup(ctx, &wailsShell{ctx, &w.token}) },
		OnDomReady:         func(context.Context) { w.domReady() },
		OnShutdown:         w.shutdown,
		OnBeforeClose:      w.beforeClose,
		Bind:               w.services(),
		ErrorFormatter:     formatError,
		SingleInstanceLock: w.singleInstance(),
		Linux: &linux.Options{
			Icon:        icon,
			ProgramName: "gatewatch",
			// Software rendering: the web process takes 90 MB more otherwise,
			// for a page of text and lines.
			WebviewGpuPolicy: linux.WebviewGpuPolicyNever,
		},
		// WebView2 is told once, and then by its own keys.
		Windows: &windows.Options{ZoomFactor: firstZoom(), IsZoomControlEnabled: true},
		// macOS hands links over by an event, to the program that runs.
		Mac: &mac.Options{OnUrlOpen: func(link string) { w.openTarget(targetOf([]string{link})) }},
	})
	if err != nil {
		return fault.New(fault.Internal, "The window could not be opened.", err)
	}
	return nil
}

// singleInstance is the toolkit's way to bring the first window up when a
// second one is started, where we have none of our own.
func (w *window) singleInstance() *options.SingleInstanceLock {
	if claims || !w.alone() {
		return nil
	}
	return &options.SingleInstanceLock{
		UniqueId: "gatewatch-3f0c1d5e" + w.wish().window(config.HomePaths().Settings),
		OnSecondInstanceLaunch: func(d options.SecondInstanceData) {
			if t := targetOf(d.Args); t != (target{}) || !slices.Contains(d.Args, "--hidden") {
				w.openTarget(t)
			}
		},
	}
}

// beforeClose hides the window instead of ending, where that is wanted.
func (w *window) beforeClose(ctx context.Context) (prevent bool) {
	w.remember(ctx)
	switch w.closeAs() {
	case closeHides:
		w.hidden()
		runtime.WindowHide(ctx)
		return true
	case closeIgnored:
		return true
	case closeEnds:
	}
	return false
}

// remembered is what this computer remembers of the window. The demo's is the
// user's: it is one window to them.
func (w *window) remembered() windowState {
	if generating {
		return windowState{}
	}
	return loadWindowState(config.DefaultPaths().UIState)
}

// place puts the window where it was, as far as that is on a screen still.
func (w *window) place(ctx context.Context) {
	state := w.remembered()
	screenWidth, screenHeight, ok := currentScreen(ctx)
	x, y, width, height, placed := state.on(screenWidth, screenHeight)
	if !ok || !placed {
		return
	}
	runtime.WindowSetSize(ctx, width, height)
	runtime.WindowSetPosition(ctx, x, y)
	if state.Maximised {
		runtime.WindowMaximise(ctx)
	}
}

// remember keeps the window's size and place; of a maximised one those from
// before.
func (w *window) remember(ctx context.Context) {
	state := w.remembered()
	state.Maximised = runtime.WindowIsMaximised(ctx)
	if !state.Maximised && !runtime.WindowIsMinimised(ctx) && !runtime.WindowIsFullscreen(ctx) {
		state.Width, state.Height = runtime.WindowGetSize(ctx)
		state.X, state.Y = runtime.WindowGetPosition(ctx)
	}
	if err := state.save(config.DefaultPaths().UIState); err != nil {
		w.log.Warn("the window is not remembered", "cause", err)
	}
}

// currentScreen is the size of the screen that the window is on.
func currentScreen(ctx context.Context) (width, height int, ok bool) {
	screens, err := runtime.ScreenGetAll(ctx)
	if err != nil {
		return 0, 0, false
	}
	for _, s := range screens {
		if s.IsCurrent {
			return s.Size.Width, s.Size.Height, s.Size.Width > 0
		}
	}
	return 0, 0, false
}

// wailsShell is the shell over Wails' runtime.
type wailsShell struct {
	ctx   context.Context
	token *atomic.Pointer[string] // what a second start brought for the next Show
}

func (s *wailsShell) Emit(name string, data any) { runtime.EventsEmit(s.ctx, name, data) }

func (s *wailsShell) Show() {
	runtime.WindowUnminimise(s.ctx)
	runtime.Show(s.ctx)
	runtime.WindowShow(s.ctx)
	var token string
	if given := s.token.Swap(nil); given != nil {
		token = *given
	}
	presentWindow(token)
}

func (s *wailsShell) Hide() { runtime.WindowHide(s.ctx) }

func (s *wailsShell) DrawAt(percent int) { zoomPage(percent) }

func (s *wailsShell) Quit() { runtime.Quit(s.ctx) }

func (s *wailsShell) OpenURL(url string) { runtime.BrowserOpenURL(s.ctx, url) }

func (s *wailsShell) SaveFile(title, name string) (string, error) {
	return runtime.SaveFileDialog(s.ctx, runtime.SaveDialogOptions{
		Title: title, DefaultFilename: name, CanCreateDirectories: true,
		Filters: []runtime.FileFilter{{DisplayName: "*" + filepath.Ext(name), Pattern: "*" + filepath.Ext(name)}},
	})
}

var _ shell = (*wailsShell)(nil)
