package hub

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// sleepJump is a step of the wall clock between two looks of the watchdog
	// that means the machine slept.
	sleepJump = 20 * time.Second
	// libraryGrace is how late the library's ping may be.
	libraryGrace = 10 * time.Second
)

// runWatchdog ends the connection when the server is not there any more. A socket
// whose other end is gone stays open for as long as nobody asks.
func (s *session) runWatchdog() {
	o := &s.h.opts
	period := min(max(min(o.ProbeAfter, o.ServerTimeout)/4, 10*time.Millisecond), 2500*time.Millisecond)
	tick := time.NewTicker(period)
	defer tick.Stop()
	w := watchdog{s: s, wall: time.Now().Round(0)}
	for {
		asked := false
		select {
		case <-s.ctx.Done():
			return
		case <-s.probes:
			asked = true
		case <-tick.C:
		}
		if err := w.look(asked || w.slept(period)); err != nil {
			s.fail(err)
			return
		}
	}
}

// watchdog is what watch remembers between two looks.
type watchdog struct {
	s      *session
	wall   time.Time     // of the last look, without its monotonic part
	probed time.Duration // when the last probe was made, after the session began
	fed    time.Duration // when a long poll last stood for a ping
}

// slept reports whether far more time passed than the ticker's period.
func (w *watchdog) slept(period time.Duration) bool {
	wall := time.Now().Round(0)
	passed := wall.Sub(w.wall)
	w.wall = wall
	return passed > period+sleepJump
}

// look returns why the connection is to end, or nil.
func (w *watchdog) look(probe bool) error {
	s, o := w.s, &w.s.h.opts
	now := time.Since(s.began)
	if s.h.queue.blocked() || s.inline.Load() {
		s.heard.Store(int64(now)) // it is we who do not listen
		return nil
	}
	silent := now - time.Duration(s.heard.Load())
	polling := s.wire.kind() == LongPolling // each poll has its own deadline
	if !polling && silent >= o.ServerTimeout {
		return fmt.Errorf("%w for %v", ErrServerSilent, silent.Round(time.Millisecond))
	}
	if late := now - s.tap.wrote(); late > 2*o.KeepAlive+libraryGrace {
		return errLibrary
	}
	if polling && now-w.fed >= o.KeepAlive {
		w.fed = now
		s.tap.feed(framePing[:len(framePing)-1])
	}
	if probe || w.due(now, silent) {
		w.probed = now
		return w.probe(o.ServerTimeout - silent)
	}
	return nil
}

// due reports whether it is time to ask. Over HTTP every message that we send
// is answered, and the library sends one now and then.
func (w *watchdog) due(now, silent time.Duration) bool {
	after := w.s.h.opts.ProbeAfter
	if w.s.wire.kind() != WebSockets {
		silent = min(silent, now-time.Duration(w.s.sent.Load()))
		after = max(after, w.s.h.opts.KeepAlive+after/2)
	}
	return silent >= after && now-w.probed >= after
}

// probe asks the server for a sign of life.
func (w *watchdog) probe(left time.Duration) error {
	s := w.s
	deadline := s.h.opts.ProbeTimeout
	if left > 0 {
		deadline = min(deadline, left)
	}
	ctx, cancel := context.WithTimeout(s.ctx, deadline)
	defer cancel()
	began := time.Now()
	err := s.wire.probe(ctx)
	if err == nil {
		s.h.count.roundTrip.Store(int64(time.Since(began)) + 1)
		s.sent.Store(int64(time.Since(s.began)))
		return nil
	}
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	if status := (*StatusError)(nil); errors.As(err, &status) {
		return fmt.Errorf("%w: %w", ErrConnectionLost, err)
	}
	return fmt.Errorf("%w: not answered within %v", ErrServerSilent, deadline)
}
