//go:build desktop || dev || bindings || wired

package app

import (
	"context"
	"encoding/json"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
)

// alone reports whether this window is the only one there may be. The demo is
// apart: it may run beside the real one.
func (w *window) alone() bool { return !generating && !w.opts.Target.Demo }

// claim makes this the window that links are handed to. If there is one
// already, it is given ours: handed is true, and there is nothing left to do.
func (w *window) claim(ctx context.Context) (release func(), handed bool, err error) {
	if !w.alone() {
		return func() {}, false, nil
	}
	return claim(ctx, w.wish(), w.secondStart)
}

// wish is what this start asks of a window that may be there already.
func (w *window) wish() wish {
	t := w.opts.Target
	return wish{
		home: config.DefaultPaths().Settings, link: w.opts.Route, hidden: w.opts.Hidden, silent: !w.opts.Notify,
		profile: t.Profile, core: t.Core, admin: t.Admin,
	}
}

// secondStart does what a second start wants, or says in a sentence why it
// cannot be done here; errEnding: this window is about to be gone.
func (w *window) secondStart(other wish) error {
	if w.ending.Load() {
		return errEnding
	}
	if err := w.wish().refuses(other); err != nil {
		return err
	}
	if !other.hidden || other.link != "" {
		w.token.Store(&other.token)
		w.openTarget(targetOf([]string{other.link}))
	}
	return nil
}

// formatError gives the page what a person can read, and a code to react to.
func formatError(err error) any {
	f := fault.Of(err)
	b, mErr := json.Marshal(struct {
		Code    fault.Code    `json:"code"`
		Message string        `json:"message"`
		Fields  []fault.Field `json:"fields,omitempty"`
	}{f.Code, f.Message, f.Fields})
	if mErr != nil {
		return f.Message
	}
	return string(b)
}
