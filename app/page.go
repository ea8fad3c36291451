package app

import (
	"context"
	"net/url"
	"time"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
)

// App is the page's hand on the window.
type App struct{ h *host }

// Ready says that the page is painted; it is repeated as a sign of life.
func (a *App) Ready() error {
	a.h.ready.Store(time.Now().UnixMilli())
	if route := a.h.first.Swap(nil); route != nil {
		if w := a.h.window(); w != nil {
			w.Emit("route", *route)
		}
	}
	return nil
}

// SetVisibility says whether the page can be seen, and whether it is in front, with
// the keyboard. Frames are only pushed while it can be seen, also beside other
// windows; notifications are held back only while it is in front.
func (a *App) SetVisibility(visible, inFront bool) error {
	a.h.looking.Store(visible)
	_, err := call(a.h, func(_ context.Context, p *run.Program) (struct{}, error) {
		p.SetVisible(visible)
		p.SetWindowFocused(visible && inFront)
		return struct{}{}, nil
	})
	return err
}

// DrawAt has the window drawn at a size, in per cent, where the toolkit can do that
// while it is open.
func (a *App) DrawAt(percent int) error {
	if w := a.h.window(); w != nil {
		w.DrawAt(min(max(percent, config.LeastTextSize), config.MostTextSize))
	}
	return nil
}

// OpenExternal opens an http or https address in the user's browser.
func (a *App) OpenExternal(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return fault.New(fault.Usage, "Only http and https addresses are opened.", nil)
	}
	w := a.h.window()
	if w == nil {
		return fault.New(fault.Unreachable, "There is no desktop to open it with.", nil)
	}
	w.OpenURL(u.String())
	return nil
}

// Quit ends the program, and with it all alerts.
func (a *App) Quit() error {
	a.h.quit()
	return nil
}

// LogError writes an error of the page to the log file.
func (a *App) LogError(message, stack string) error {
	a.h.log.Error("the page failed", "message", clip(message), "stack", clip(stack))
	return nil
}

// CrashReport is the report of the last crash, to be passed on; "" if there is
// none. It holds no key.
func (a *App) CrashReport() (string, error) {
	return call(a.h, func(_ context.Context, p *run.Program) (string, error) { return p.CrashReport() })
}

// DeleteCrashReport deletes it.
func (a *App) DeleteCrashReport() error {
	return do(a.h, func(ctx context.Context, p *run.Program) error { return p.DeleteCrashReport(ctx) })
}

// clip bounds what a page may write into the log.
func clip(s string) string {
	const most = 4096
	if len(s) > most {
		return s[:most] + " …"
	}
	return s
}
