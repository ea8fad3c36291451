package hub

import (
	"bufio"
	"context"
	"net"
	"syscall"
	"time"
)

// readAhead is how much is read from a socket at once. The WebSocket library
// reads 4 KB at a time: a burst then costs a system call for every dozen
// events.
const readAhead = 64 << 10

// asleep is how many bytes may come in a pause without waking anybody; the system
// makes room for them, and takes it as less where it has less.
const asleep = 1 << 20

// In a storm of small messages most of the work is being woken for each of them.
// While a connection is busy its reads are pause apart, at the same times as those
// of the others, unless the last brought so much that more may be waiting. A pause
// is far below the 250 ms that frames of the window are apart, and as long as the
// time between two looks of the rules.
//
// It is busy when reads have a score of busyScore: one that took less than busyRead
// adds one, one that took longer takes slowRead away.
const (
	pause     = 100 * time.Millisecond
	busyRead  = 40 * time.Millisecond
	busyScore = 32
	mostScore = 2 * busyScore
	slowRead  = 4
)

// bufferedConn is a connection that reads far ahead, and seldom while much comes.
type bufferedConn struct {
	net.Conn
	buf *bufio.Reader

	// Of the reading goroutine.
	score int
	big   bool // the last read filled half the buffer
}

// Read implements net.Conn.
func (c *bufferedConn) Read(p []byte) (int, error) {
	if c.buf.Buffered() > 0 {
		return c.buf.Read(p)
	}
	if c.score >= busyScore && !c.big {
		c.wakeAt(asleep)
		time.Sleep(pause - time.Duration(time.Now().UnixNano())%pause)
		c.wakeAt(1)
	}
	asked := time.Now()
	n, err := c.buf.Read(p)
	if time.Since(asked) < busyRead {
		c.score = min(c.score+1, mostScore)
	} else {
		c.score = max(c.score-slowRead, 0)
	}
	c.big = n+c.buf.Buffered() > readAhead/2
	return n, err
}

// wakeAt asks the system to wake the program when so many bytes have come, or the
// connection ends. Without it each message wakes a thread that finds nobody
// reading. Connections that are no sockets are left as they are.
func (c *bufferedConn) wakeAt(bytes int) {
	socket, ok := c.Conn.(syscall.Conn)
	if !ok {
		return
	}
	if raw, err := socket.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { setWakeAt(fd, bytes) }) // ended: the next read says so
	}
}

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
