package app

import (
	"context"
	"net/url"
	"time"

	"gatewatch/internal/fault"
	"gatewatch/internal/run"
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

// Looking says whether the page can be seen, and whether it is in front, with
// the keyboard. Frames are only pushed while it can be seen, also beside other
// windows; notices are held back only while it is in front.
func (a *App) Looking(visible, inFront bool) error {
	a.h.looking.Store(visible)
	return do(a.h, func(_ context.Context, p *run.Program) error {
		p.Shown(visible)
		p.Looking(visible && inFront)
		return nil
	})
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
	if w := a.h.window(); w != nil {
		w.Quit()
	}
	return nil
}

// LogError writes an error of the page to the log file.
func (a *App) LogError(message, stack string) error {
	a.h.log.Error("the page failed", "message", clip(message), "stack", clip(stack))
	return nil
}

// clip bounds what a page may write into the log.
func clip(s string) string {
	const most = 4096
	if len(s) > most {
		return s[:most] + " …"
	}
	return s
}
