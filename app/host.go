// Package app is the program as the window sees it: bound services that the
// page calls, a forwarder that pushes frames to it, and the life of window and
// tray. It is the only package that knows Wails, and it decides nothing: every
// service is a few lines around package run.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"gatewatch/internal/desktop/tray"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
)

// shell is what the window toolkit does for us.
type shell interface {
	Emit(name string, data any) // to the page, in order
	Show()                      // the window, in front
	Hide()
	Quit()
	DrawAt(percent int) // how large everything is drawn
	OpenURL(url string) // in the user's browser
	// SaveFile asks the user where to write a file, with a name to begin with;
	// "" if they changed their mind.
	SaveFile(title, name string) (path string, err error)
}

// host holds what all services share. Its methods may be called from any
// goroutine.
type host struct {
	version string
	log     *slog.Logger

	mu      sync.Mutex
	program *run.Program    // nil until started; guarded by mu
	ctx     context.Context // of the program; guarded by mu
	shell   shell           // nil until there is a window; guarded by mu
	failed  error           // why the program could not start; guarded by mu

	replaying replaying // what the page is shown of the past

	quitting atomic.Bool // the user, or the system, wants the end

	looking atomic.Bool // the window is shown and the user may see it
	ready   atomic.Int64
	first   atomic.Pointer[string] // the page to open once the page is ready
}

// set installs the running program.
func (h *host) set(ctx context.Context, p *run.Program, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ctx, h.program, h.failed = ctx, p, err
}

// get returns the running program, or why there is none.
func (h *host) get() (context.Context, *run.Program, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.failed != nil {
		return nil, nil, h.failed
	}
	if h.program == nil {
		return nil, nil, fault.New(fault.Unreachable, "Gatewatch is still starting.", nil)
	}
	return h.ctx, h.program, nil
}

// window returns the shell, or nil.
func (h *host) window() shell {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.shell
}

// quit ends the program for good, past "close keeps watching".
func (h *host) quit() {
	h.quitting.Store(true)
	if s := h.window(); s != nil {
		s.Quit()
	}
}

// guard turns a panic of a bound method into an error: Wails recovers such a
// panic, but the page's promise would then never settle.
func (h *host) guard(err *error) {
	if p := recover(); p != nil {
		h.log.Error("a bound method panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		*err = fault.New(fault.Internal, "Something went wrong inside Gatewatch. The log file has the details.", nil)
	}
}

// call runs f with the program. Every bound method goes through it.
func call[T any](h *host, f func(context.Context, *run.Program) (T, error)) (v T, err error) {
	defer h.guard(&err)
	ctx, p, err := h.get()
	if err != nil {
		return v, err
	}
	return f(ctx, p)
}

// change is call for methods that change something, or that ask for what is so
// now: refused while the page is shown the past.
func change[T any](h *host, f func(context.Context, *run.Program) (T, error)) (v T, err error) {
	if err := h.replaying.refuse(); err != nil {
		return v, err
	}
	return call(h, f)
}

// do is change for methods without a result.
func do(h *host, f func(context.Context, *run.Program) error) error {
	_, err := change(h, func(ctx context.Context, p *run.Program) (struct{}, error) {
		return struct{}{}, f(ctx, p)
	})
	return err
}

// forward pushes frames to the page until the program ends. A window that
// nobody looks at gets none: the hole in the numbers makes it ask for a
// snapshot when it is shown again.
func (h *host) forward(p *run.Program, show func(tray.Summary)) {
	m := newMirror()
	show(m.summary())
	for frame := range p.Frames() {
		if m.merge(frame.Delta) {
			show(m.summary())
		}
		if w := h.window(); w != nil && h.looking.Load() {
			w.Emit("frame", frame)
		}
	}
}
