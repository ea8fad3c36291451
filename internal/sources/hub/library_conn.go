package hub

import (
	"bytes"
	"context"
	"sync"
	"time"
)

// tapBuffer bounds what waits for the library to read it. It reads at once;
// more than this piles up only if it hangs.
const tapBuffer = 1 << 20

// libraryConn is the signalr.Connection that the library sees: its handshake is
// answered here, events never pass, and what it writes goes to the server.
//
// Read and Write never return an error that is io.EOF: the library would take
// it for "nothing yet" and spin.
type libraryConn struct {
	s     *session
	ctx   context.Context // ends when the connection is closed
	end   context.CancelFunc
	left  chan struct{} // closed when the library has ended
	ready chan struct{} // capacity 1: there is something to read

	mu       sync.Mutex
	buf      []byte        // to be read
	shaken   bool          // the answer to the handshake was read
	hello    bool          // the handshake was written
	noWrites bool          // the server has closed: it is not written to any more
	last     time.Duration // when the library last wrote, after the session began
}

func newLibraryConn(s *session) *libraryConn {
	t := &libraryConn{s: s, left: make(chan struct{}), ready: make(chan struct{}, 1)}
	t.ctx, t.end = context.WithCancel(context.Background())
	t.buf = append(t.buf, frameHandshakeReply...)
	signal(t.ready)
	return t
}

// Context implements signalr.Connection.
func (t *libraryConn) Context() context.Context { return t.ctx }

// ConnectionID implements signalr.Connection.
func (t *libraryConn) ConnectionID() string { return t.s.grant.connectionID }

// SetConnectionID implements signalr.Connection; the id is the server's.
func (t *libraryConn) SetConnectionID(string) {}

// Read implements io.Reader for the library. The first call returns the
// handshake's answer and nothing else: what the library reads together with it
// is lost.
func (t *libraryConn) Read(p []byte) (int, error) {
	for {
		t.mu.Lock()
		from := t.buf
		if !t.shaken && len(from) > 0 {
			from = from[:len(frameHandshakeReply)]
		}
		if n := copy(p, from); n > 0 {
			t.shaken = true
			t.buf = t.buf[:copy(t.buf, t.buf[n:])]
			t.mu.Unlock()
			return n, nil
		}
		t.mu.Unlock()
		select {
		case <-t.ready:
		case <-t.ctx.Done():
			return 0, errLibraryConnClosed
		}
	}
}

// feed gives a frame, without its separator, to the library. It reports
// whether there was room.
func (t *libraryConn) feed(frame []byte) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(frame) >= libraryMessage || len(t.buf)+len(frame) >= tapBuffer {
		return false
	}
	t.buf = append(append(t.buf, frame...), separator)
	signal(t.ready)
	return true
}

// stopWriting keeps the library from writing: the server has closed.
func (t *libraryConn) stopWriting() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.noWrites = true
}

// wrote is when the library last wrote anything, after the session began.
func (t *libraryConn) wrote() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last
}

// Write implements io.Writer for the library, which writes whole frames.
func (t *libraryConn) Write(p []byte) (int, error) {
	t.mu.Lock()
	swallow := t.noWrites || !t.hello
	t.last = time.Since(t.s.began)
	t.hello = true // the first frame is the handshake, which was made already
	t.mu.Unlock()
	if swallow {
		return len(p), nil
	}
	if bytes.HasPrefix(p, frameClose[:len(frameClose)-2]) {
		p = frameClose // the library's reasons are of no use to a server
	}
	if err := t.s.write(p); err != nil {
		return 0, errLibraryConnClosed
	}
	return len(p), nil
}
