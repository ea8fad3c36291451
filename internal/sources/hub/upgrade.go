package hub

import (
	"context"
	"slices"
	"time"
)

// upgrader tries, now and then, to get from a lesser transport to a better one
// while the lesser one serves. It belongs to the supervisor.
type upgrader struct {
	h      *Hub
	better []Transport        // than the one in use; empty: nothing to try
	timer  *time.Timer        // for the next try; stopped if there is nothing to try
	found  chan *session      // capacity 1: the outcome of the try that runs; nil if it failed
	cancel context.CancelFunc // of the try that runs, or nil
}

// firstUpgrade is when the first try is made: a server that was just starting may
// have been met in a bad moment.
const firstUpgrade = time.Minute

// startUpgrader prepares for the time that live is up.
func (h *Hub) startUpgrader(live *session) *upgrader {
	u := &upgrader{h: h, found: make(chan *session, 1), timer: time.NewTimer(h.opts.UpgradeInterval)}
	if i := slices.Index(h.opts.Transports, live.wire.kind()); i > 0 && h.opts.UpgradeInterval > 0 && !h.opts.SkipNegotiation {
		u.better = h.opts.Transports[:i]
		u.timer.Reset(min(h.opts.UpgradeInterval, firstUpgrade))
		return u
	}
	u.timer.Stop()
	return u
}

// try begins a try unless one runs. Its outcome comes from found.
func (u *upgrader) try(ctx context.Context) {
	u.timer.Reset(u.h.opts.UpgradeInterval)
	if u.cancel != nil {
		return
	}
	ctx, u.cancel = context.WithCancel(ctx)
	go func() {
		d := &dialer{h: u.h}
		s, err := d.attemptBy(ctx, u.better)
		if err != nil {
			u.h.log.Info("still no better transport", "cause", u.h.redact.error(err))
		}
		u.found <- s
	}()
}

// done takes note that the outcome of a try was received.
func (u *upgrader) done() {
	u.cancel()
	u.cancel = nil
}

// end waits for the try that runs and gives up what it found.
func (u *upgrader) end() {
	u.timer.Stop()
	if u.cancel == nil {
		return
	}
	u.cancel()
	if s := <-u.found; s != nil {
		s.finish(true)
	}
}
