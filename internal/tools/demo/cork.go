package demo

import (
	"context"
	"net"
	"sync"
)

// corkConn is a socket whose writes can be held back and made together. A
// burst of small WebSocket messages would otherwise cost one system call each,
// and a benchmark of clients would measure that.
type corkConn struct {
	net.Conn
	mu     sync.Mutex
	corked bool
	held   []byte
}

// maxHeld is how much is held back at most.
const maxHeld = 64 << 10

// Write implements net.Conn. What is held back counts as written; if it cannot
// be, a later call fails.
func (c *corkConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.corked && len(c.held) == 0 {
		return c.Conn.Write(p)
	}
	c.held = append(c.held, p...)
	if c.corked && len(c.held) < maxHeld {
		return len(p), nil
	}
	if err := c.flush(); err != nil {
		return 0, err
	}
	return len(p), nil
}

// flush writes what is held. The caller holds mu.
func (c *corkConn) flush() error {
	_, err := c.Conn.Write(c.held)
	c.held = c.held[:0]
	return err
}

// cork holds writes back, or stops that and writes what was held.
func (c *corkConn) cork(on bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.corked = on
	if on || len(c.held) == 0 {
		return nil
	}
	return c.flush()
}

// corkListener accepts corkConns.
type corkListener struct{ net.Listener }

// Accept implements net.Listener.
func (l corkListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &corkConn{Conn: c}, nil
}

// corkKey finds a request's corkConn in its context.
type corkKey struct{}

func withCork(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, corkKey{}, c)
}

func corkOf(ctx context.Context) *corkConn {
	c, _ := ctx.Value(corkKey{}).(*corkConn)
	return c
}
