package hub

import (
	"bufio"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// reads counts how often a connection is asked, and gives what has come by then.
type reads struct {
	net.Conn
	began time.Time
	every time.Duration // between two messages of ten bytes
	given int
	n     int
	limit int
}

func (c *reads) Read(p []byte) (int, error) {
	c.n++
	if c.given >= c.limit {
		return 0, io.EOF
	}
	came := func() int { return min(c.limit, 10*int(time.Since(c.began)/c.every)) }
	if wait := c.every*time.Duration(c.given/10+1) - time.Since(c.began); came() <= c.given {
		time.Sleep(wait)
	}
	n := min(len(p), came()-c.given)
	c.given += n
	return n, nil
}

// Many small messages are read some at a time, none of them late by more than a
// pause; few of them at once, and a flood without any pause.
func TestBusyConnectionsAreReadSeldom(t *testing.T) {
	for _, c := range []struct {
		name   string
		every  time.Duration
		bytes  int
		most   int           // reads
		within time.Duration // of the last byte, all is read
	}{
		{"a thousand a second", time.Millisecond, 100_000, 200, pause},
		{"ten a second", 100 * time.Millisecond, 1_000, 101, time.Microsecond},
		{"a flood", time.Nanosecond, 64 << 20, 1200, 2 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in := &reads{began: time.Now(), every: c.every, limit: c.bytes}
				conn := &bufferedConn{Conn: in, buf: bufio.NewReaderSize(in, readAhead)}
				n, err := io.Copy(io.Discard, conn)
				if err != nil || n != int64(c.bytes) {
					t.Fatalf("%d bytes, %v", n, err)
				}
				if in.n > c.most {
					t.Errorf("%d reads, %d at most were to be", in.n, c.most)
				}
				last := c.every * time.Duration(c.bytes/10)
				if late := time.Since(in.began) - last; late > c.within {
					t.Errorf("the last byte was read %v after it came", late)
				}
			})
		})
	}
}
