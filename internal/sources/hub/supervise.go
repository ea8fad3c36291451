package hub

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"gatewatch/internal/foundation/secret"
)

// supervisor is the loop of one Run: attempt, serve, classify, wait.
type supervisor struct {
	h        *Hub
	dial     *dialer
	dispatch *dispatcher

	logged    Status        // the last that the log shows prominently
	next      *session      // shaken hands by a better transport; see serve
	attempt   int           // the one that runs or is waited for, from 1
	once      bool          // an immediate retry was made; the next waits
	refused   secret.String // the credential that the server does not accept
	connected bool          // ever
	downSince time.Time     // when the last connection was lost
}

func (h *Hub) supervise(ctx context.Context, handler Handler) error {
	h.queue.clear()             // of a former Run whose Handler was stuck
	stop := make(chan struct{}) // for dispatcher and notifier
	d := &dispatcher{h: h, handler: handler, stop: stop, began: time.Now()}
	if h.opts.Inline {
		d.turn = make(chan struct{}, 1)
	}
	var notifier, dispatching sync.WaitGroup
	notifier.Go(func() { h.status.run(stop) })
	done := make(chan struct{})
	dispatching.Go(d.run)
	s := &supervisor{h: h, dial: &dialer{h: h}, dispatch: d, attempt: 1}
	for ctx.Err() == nil {
		s.round(ctx)
	}
	s.enter(Status{State: Disconnected}, nil)
	close(stop)
	notifier.Wait()
	go func() {
		dispatching.Wait()
		close(done)
	}()
	if !closedWithin(done, h.opts.StopTimeout) {
		return ErrHandlerStuck
	}
	h.queue.clear()
	return nil
}

// round makes one attempt, holds the connection until it ends, and waits for
// the time of the next attempt.
func (s *supervisor) round(ctx context.Context) {
	if !s.h.commands.peek().connect {
		s.idle(ctx)
		return
	}
	s.h.commands.take() // what is wanted, a connection, is about to be tried
	s.enter(Status{State: s.trying(), Attempt: s.attempt}, nil)
	live, err := s.try(ctx)
	if err == nil {
		why := ConnectInfo{Reason: FirstConnect}
		if s.connected {
			why = ConnectInfo{Reason: Reconnect, Gap: time.Since(s.downSince)}
		}
		err = s.serve(ctx, live, why)
		for errors.Is(err, errUpgraded) {
			err = s.serve(ctx, s.next, ConnectInfo{Reason: Reconnect, Gap: time.Since(s.downSince)})
		}
	}
	if ctx.Err() != nil || errors.Is(err, errStopped) {
		return
	}
	if errors.Is(err, errByHand) || errors.Is(err, errReconnect) {
		s.attempt, s.once = 1, false
		return
	}
	s.backOff(ctx, s.h.classify(err, s.dial), err)
}

// idle waits in the state disconnected for the command to connect.
func (s *supervisor) idle(ctx context.Context) {
	s.enter(Status{State: Disconnected}, nil)
	s.attempt, s.once = 1, false
	for !s.h.commands.peek().connect {
		select {
		case <-s.h.commands.bell:
		case <-ctx.Done():
			return
		}
	}
}

// trying is the state of attempts: the first connection is not a reconnection.
func (s *supervisor) trying() State {
	if s.connected {
		return Reconnecting
	}
	return Connecting
}

// try makes an attempt. A command against it breaks it off.
func (s *supervisor) try(ctx context.Context) (*session, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type result struct {
		s   *session
		err error
	}
	done := make(chan result, 1)
	go func() {
		live, err := s.dial.attempt(ctx)
		done <- result{live, err}
	}()
	for {
		select {
		case r := <-done:
			return r.s, r.err
		case <-s.h.commands.bell:
			if s.h.commands.take().connect {
				continue
			}
			cancel()
			if r := <-done; r.s != nil {
				r.s.finish(true)
			}
			return nil, errByHand
		}
	}
}

// backOff waits for the next attempt, as the failure says.
func (s *supervisor) backOff(ctx context.Context, v failure, err error) {
	s.attempt++
	wait := s.nextDelay(ctx, &v)
	st := Status{State: v.state, Class: v.class, Cause: v.cause, Attempt: s.attempt, NextAt: time.Now().Add(wait)}
	if st.State == "" {
		st.State = s.trying()
	}
	news := s.h.news(v)
	s.enter(st, err)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			return
		case <-news: // a little later, and not all of us at the same moment
			news = nil
			timer.Reset(s.h.opts.reconnectDelay(1, s.h.opts.Jitter))
		case <-s.h.commands.bell:
			o := s.h.commands.peek()
			if !o.connect || o.immediately {
				s.attempt, s.once = 1, false
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// news is closed when v may have become untrue; nil if that cannot be known.
func (h *Hub) news(v failure) <-chan struct{} {
	if !v.host {
		return nil
	}
	return h.opts.HTTP.hosts.news(h.host)
}

// nextDelay is how long to wait until the next attempt.
func (s *supervisor) nextDelay(ctx context.Context, v *failure) time.Duration {
	retry := v.now
	if v.class == ClassAuth {
		retry = s.otherCredential(ctx)
	}
	if retry && !s.once {
		s.once = true
		return 0
	}
	s.once = false
	if v.after > 0 { // not all hubs of a gateway at the same moment
		return v.after + time.Duration(s.h.opts.Jitter()*float64(v.after)/10)
	}
	d := s.h.opts.reconnectDelay(s.attempt, s.h.opts.Jitter)
	if s.attempt > len(s.h.opts.RetryDelays)+manyTries && s.h.opts.HTTP.hidden.Load() {
		d *= rarely
	}
	if v.least > 0 { // every client was told the same
		d = max(d, v.least+time.Duration(s.h.opts.Jitter()*float64(v.least)/10))
	}
	return d
}

// otherCredential reports whether there is a credential that was not refused yet.
func (s *supervisor) otherCredential(ctx context.Context) bool {
	s.refused = s.dial.used
	if s.h.opts.Token == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, s.h.opts.AttemptTimeout)
	defer cancel()
	c, err := s.h.opts.Token(ctx)
	return err == nil && c.Set() && !c.Equal(s.refused)
}

// serve starts the connection, keeps it until it ends, and says why it did.
// With errUpgraded the one to go on with is s.next.
func (s *supervisor) serve(ctx context.Context, live *session, why ConnectInfo) error {
	live.start(s.dispatch, why)
	settle := time.NewTimer(s.h.opts.ConnectedAfter)
	defer settle.Stop()
	stable := time.NewTimer(s.h.opts.Stable)
	defer stable.Stop()
	up := s.h.startUpgrader(live)
	defer up.end()
	for {
		select {
		case <-live.ctx.Done():
			return s.release(live, context.Cause(live.ctx))
		case <-ctx.Done():
			return s.release(live, errStopped)
		case <-settle.C:
			s.markConnected(live)
		case <-stable.C:
			s.attempt, s.once = 0, false // the next one is number 1
		case <-up.timer.C:
			up.try(ctx)
		case next := <-up.found:
			up.done()
			if s.next = next; next != nil {
				return s.release(live, errUpgraded)
			}
		case <-s.h.commands.bell:
			if err := s.applyCommand(live); err != nil {
				return s.release(live, err)
			}
		}
	}
}

// applyCommand follows a command that came while live is up. An error says that live
// is to end for it.
func (s *supervisor) applyCommand(live *session) error {
	o := s.h.commands.take()
	switch {
	case !o.connect:
		return errByHand
	case o.restart:
		return errReconnect
	case o.immediately:
		signal(live.probes)
	}
	return nil
}

// markConnected says that the connection is there to stay.
func (s *supervisor) markConnected(live *session) {
	s.connected = true
	s.enter(Status{State: Connected, Transport: live.wire.kind(), Direct: live.grant.direct && !s.h.opts.SkipNegotiation, ConnectionID: live.grant.connectionID}, nil)
}

// release finishes live, which ended or is to end because of err.
func (s *supervisor) release(live *session, err error) error {
	var closed *CloseError
	polite := errors.As(err, &closed)
	for _, ours := range []error{errStopped, errByHand, errReconnect, errUpgraded} {
		polite = polite || errors.Is(err, ours)
	}
	live.fail(err)
	live.finish(polite)
	if s.h.Status().State == Connected {
		s.downSince = time.Now()
	}
	return err
}

// enter is the only place where the status changes. err is the whole story
// behind its cause, for the log; nil if there is none.
func (s *supervisor) enter(st Status, err error) {
	st.Since = time.Now()
	if was := s.h.Status(); was.State == st.State {
		st.Since = was.Since
		if st.State == Disconnected {
			return
		}
	}
	s.h.status.set(st)
	detail := ""
	if err != nil {
		detail = s.h.redact.error(err)
	}
	level := slog.LevelInfo
	again := st.State == s.logged.State && st.Cause == s.logged.Cause
	if again || st.Attempt > 1 && st.Cause == "" { // the same failure once more, or the attempt that leads to it
		level = slog.LevelDebug
	} else {
		s.logged = st
	}
	said := []any{
		"state", string(st.State), "class", string(st.Class), "cause", st.Cause, "detail", detail,
		"attempt", st.Attempt, "transport", string(st.Transport),
	}
	if !st.NextAt.IsZero() {
		said = append(said, "nextAt", st.NextAt)
	}
	s.h.log.Log(context.Background(), level, "state", said...)
}
