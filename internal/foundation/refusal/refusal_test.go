package refusal_test

import (
	"errors"
	"io"
	"net"
	"runtime"
	"testing"
	"time"

	"gatewatch/internal/foundation/refusal"
)

// kinds says all of what an error is told to be.
func kinds(err error) (told []string) {
	for name, is := range map[string]func(error) bool{
		"refused": refusal.Refused, "reset": refusal.Reset, "timed out": refusal.TimedOut, "no way": refusal.NoWay, "taken": refusal.Taken,
	} {
		if is(err) {
			told = append(told, name)
		}
	}
	return told
}

func TestNobodyListens(t *testing.T) {
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	dialer := net.Dialer{Timeout: 10 * time.Second}
	conn, err := dialer.DialContext(t.Context(), "tcp", at)
	if err == nil {
		t.Fatal(errors.Join(errors.New("somebody listens"), conn.Close()))
	}
	if told := kinds(err); len(told) != 1 || told[0] != "refused" {
		t.Errorf("%v is told to be %v", err, told)
	}
}

func TestSomebodyListensAlready(t *testing.T) {
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	second, err := config.Listen(t.Context(), "tcp", l.Addr().String())
	if err == nil {
		t.Fatal(errors.Join(errors.New("both listen"), second.Close()))
	}
	if told := kinds(err); len(told) != 1 || told[0] != "taken" {
		t.Errorf("%v is told to be %v", err, told)
	}
}

func TestABrokenConnection(t *testing.T) {
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Read(make([]byte, 1))    // it is made for both sides by now
		_ = conn.(*net.TCPConn).SetLinger(0) // closing is breaking off then
		_ = conn.Close()
	}()
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	_, err = conn.Read(make([]byte, 1))
	if runtime.GOOS == "windows" && errors.Is(err, io.EOF) {
		t.Skip("this Windows only ends what should be broken off")
	}
	if told := kinds(err); len(told) != 1 || told[0] != "reset" {
		t.Errorf("%v is told to be %v", err, told)
	}
}

func TestAnythingElseIsNone(t *testing.T) {
	for _, err := range []error{nil, errors.New("something else"), &net.DNSError{Name: "host"}} {
		if told := kinds(err); len(told) > 0 {
			t.Errorf("%v is told to be %v", err, told)
		}
	}
}
