package hub

import (
	"context"
	"slices"
	"time"
)

// climber tries, now and then, to get from a lesser transport to a better one
// while the lesser one serves. It belongs to the supervisor.
type climber struct {
	h      *Hub
	better []Transport        // than the one in use; empty: nothing to try
	timer  *time.Timer        // for the next try; stopped if there is nothing to try
	found  chan *session      // capacity 1: the outcome of the try that runs; nil if it failed
	cancel context.CancelFunc // of the try that runs, or nil
}

// firstClimb is when the first try is made: a server that was just starting may
// have been met in a bad moment.
const firstClimb = time.Minute

// climb prepares for the time that live is up.
func (h *Hub) climb(live *session) *climber {
	c := &climber{h: h, found: make(chan *session, 1), timer: time.NewTimer(h.opts.Upward)}
	if i := slices.Index(h.opts.Transports, live.wire.kind()); i > 0 && h.opts.Upward > 0 && !h.opts.SkipNegotiation {
		c.better = h.opts.Transports[:i]
		c.timer.Reset(min(h.opts.Upward, firstClimb))
		return c
	}
	c.timer.Stop()
	return c
}

// try begins a try unless one runs. Its outcome comes from found.
func (c *climber) try(ctx context.Context) {
	c.timer.Reset(c.h.opts.Upward)
	if c.cancel != nil {
		return
	}
	ctx, c.cancel = context.WithCancel(ctx)
	go func() {
		d := &dialer{h: c.h}
		s, err := d.attemptBy(ctx, c.better)
		if err != nil {
			c.h.log.Info("still no better transport", "cause", c.h.redact.error(err))
		}
		c.found <- s
	}()
}

// done takes note that the outcome of a try was received.
func (c *climber) done() {
	c.cancel()
	c.cancel = nil
}

// end waits for the try that runs and gives up what it found.
func (c *climber) end() {
	c.timer.Stop()
	if c.cancel == nil {
		return
	}
	c.cancel()
	if s := <-c.found; s != nil {
		s.finish(true)
	}
}
