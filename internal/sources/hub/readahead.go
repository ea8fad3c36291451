package hub

import (
	"bufio"
	"context"
	"net"
)

// readAhead is how much is read from a socket at once. The WebSocket library
// reads 4 KB at a time: a burst then costs a system call for every dozen
// events.
const readAhead = 64 << 10

// bufferedConn is a connection that reads far ahead.
type bufferedConn struct {
	net.Conn
	buf *bufio.Reader
}

// Read implements net.Conn.
func (c *bufferedConn) Read(p []byte) (int, error) { return c.buf.Read(p) }

// dialBig dials with big reads.
func dialBig(dial func(ctx context.Context, network, address string) (net.Conn, error)) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &bufferedConn{Conn: c, buf: bufio.NewReaderSize(c, readAhead)}, nil
	}
}
