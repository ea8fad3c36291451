package hub

import (
	"bufio"
	"net"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// While nobody reads, a message wakes nobody, and the end of the connection does;
// afterwards the first byte does.
func TestNobodyIsWokenInAPause(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	far := make(chan net.Conn, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			t.Error(err)
		}
		far <- c
	}()
	near, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	server := <-far
	conn := &bufferedConn{Conn: near, buf: bufio.NewReaderSize(near, readAhead)}

	conn.wakeAt(asleep)
	if _, err := server.Write([]byte("a message")); err != nil {
		t.Fatal(err)
	}
	if readable(t, near, 100*time.Millisecond) {
		t.Error("a message woke somebody in a pause")
	}
	conn.wakeAt(1)
	if !readable(t, near, time.Minute) {
		t.Error("what came in the pause is not seen after it")
	}
	got := make([]byte, 100)
	if n, err := conn.Read(got); err != nil || string(got[:n]) != "a message" {
		t.Errorf("read %q, %v", got[:n], err)
	}

	conn.wakeAt(asleep)
	server.Close()
	if !readable(t, near, time.Minute) {
		t.Error("the end of the connection is not seen in a pause")
	}
}

// readable is whether a socket is found readable within a time.
func readable(t *testing.T, c net.Conn, within time.Duration) bool {
	t.Helper()
	raw, err := c.(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := raw.Control(func(fd uintptr) {
		n, err = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(within.Milliseconds()))
	}); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n > 0
}
