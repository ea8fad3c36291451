package hub

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/philippseith/signalr"
)

const (
	// libraryMessage bounds frames that are handed to the library, which
	// keeps a buffer of this size for each connection.
	libraryMessage = 256 << 10
	// partingWait is for the library to write its Close, and once more for
	// the transport to take leave.
	partingWait = time.Second
	// endWait is for the goroutines of a closed connection to end.
	endWait = 2 * time.Second
)

// session is one physical connection after its handshake. The supervisor
// starts and finishes it; see doc.go for its goroutines.
type session struct {
	h     *Hub
	wire  transportConn
	grant *grant
	rest  []byte // input behind the handshake's answer

	ctx    context.Context // ends with the connection; its cause says why
	fail   context.CancelCauseFunc
	began  time.Time
	tap    *libraryConn
	calls  calls
	heard  atomic.Int64  // ns after began when anything was received
	sent   atomic.Int64  // ns after began when a write last succeeded
	inline atomic.Bool   // the reader is inside the Handler
	probes chan struct{} // capacity 1: probe now

	router router
	work   sync.WaitGroup // reader, watchdog
}

func (h *Hub) newSession(w transportConn, g *grant, rest []byte) *session {
	s := &session{h: h, wire: w, grant: g, rest: rest, began: time.Now(), probes: make(chan struct{}, 1)}
	s.ctx, s.fail = context.WithCancelCause(context.Background())
	s.tap = newLibraryConn(s)
	s.calls.waiting = map[string]chan<- completion{}
	s.router = router{s: s}
	return s
}

// start begins to read. why goes to the Handler.
func (s *session) start(d *dispatcher, why ConnectInfo) {
	s.h.queue.push(s.ctx, &batch{mark: &mark{ctx: s.ctx, why: why}})
	s.h.session.Store(s)
	s.work.Go(func() { s.fail(s.receive(d)) })
	s.work.Go(s.runWatchdog)
	s.work.Go(s.library)
}

// library runs the client of the library over the tap until the connection
// ends. It pings, and answers what the router leaves to it.
func (s *session) library() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client, err := signalr.NewClient(ctx,
		signalr.WithConnection(s.tap),
		signalr.Logger(log.NewNopLogger(), false),
		signalr.KeepAliveInterval(s.h.opts.KeepAlive),
		signalr.TimeoutInterval(s.h.opts.ServerTimeout+5*time.Second), // our own watchdog is to be first
		signalr.MaximumReceiveMessageSize(libraryMessage),
	)
	if err != nil {
		s.fail(err)
		close(s.tap.left)
		return
	}
	client.Start()
	select {
	case <-s.ctx.Done():
	case <-s.tap.ctx.Done():
	}
	client.Stop() // the loop writes its Close before it ends
	close(s.tap.left)
	<-s.tap.ctx.Done()
}

// write sends frames, whole ones, and ends the connection if that fails.
func (s *session) write(frames []byte) error {
	ctx, cancel := context.WithTimeout(s.tap.ctx, s.h.opts.WriteTimeout)
	defer cancel()
	if err := s.wire.write(ctx, frames); err != nil {
		err = errors.Join(ErrConnectionLost, err)
		s.fail(err)
		return err
	}
	s.sent.Store(int64(time.Since(s.began)))
	return nil
}

// finish ends the connection, for the reason that s.ctx has, and waits for its
// goroutines. polite says that the server is worth a farewell.
func (s *session) finish(polite bool) {
	s.h.session.CompareAndSwap(s, nil)
	s.fail(errStopped) // does nothing if there is a reason already
	s.calls.end()
	if polite {
		closedWithin(s.tap.left, partingWait)
		ctx, cancel := context.WithTimeout(context.Background(), partingWait)
		s.wire.leave(ctx)
		cancel()
	}
	s.tap.end()
	s.wire.close()
	done := make(chan struct{})
	go func() {
		s.work.Wait()
		s.calls.spawned.Wait()
		close(done)
	}()
	if !closedWithin(done, endWait) {
		s.h.log.Error("goroutines of a closed connection do not end")
	}
}

// closedWithin reports whether c was closed before d had passed.
func closedWithin(c <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-c:
		return true
	case <-t.C:
		return false
	}
}
