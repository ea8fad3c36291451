package hub_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

// TestClose has the ways in which a server ends a connection, and what each means.
func TestClose(t *testing.T) {
	tests := []struct {
		name  string
		end   func(s *hubtest.Socket)
		class hub.Class
		state hub.State
		cause string
	}{
		{"allowReconnect", func(s *hubtest.Socket) { s.Send(`{"type":7,"allowReconnect":true}` + hubtest.End); s.Drain() }, hub.ClassServerClosed, hub.Reconnecting, "closed"},
		{"error and allowReconnect", func(s *hubtest.Socket) {
			s.Send(`{"type":7,"error":"with ` + key + `","allowReconnect":true}` + hubtest.End)
			s.Drain()
		}, hub.ClassServerClosed, hub.Reconnecting, "with [secret]"},
		{"error", func(s *hubtest.Socket) { s.Send(`{"type":7,"error":"fault"}` + hubtest.End); s.Drain() }, hub.ClassServerClosed, hub.Reconnecting, "fault"},
		{"bare", func(s *hubtest.Socket) { s.Send(`{"type":7}` + hubtest.End); s.Drain() }, hub.ClassRejected, hub.Failed, "balance"},
		{"RST", func(s *hubtest.Socket) { s.Reset() }, hub.ClassNetwork, hub.Reconnecting, "broke off"},
		{"FIN", func(s *hubtest.Socket) {}, hub.ClassNetwork, hub.Reconnecting, "broke off"},
		{"1000", func(s *hubtest.Socket) { s.Close(1000); s.Drain() }, hub.ClassNetwork, hub.Reconnecting, "broke off"},
		{"1011", func(s *hubtest.Socket) { s.Close(1011); s.Drain() }, hub.ClassNetwork, hub.Reconnecting, "broke off"},
		{"too big", func(s *hubtest.Socket) { s.Send(strings.Repeat("x", 70_000)); s.Drain() }, hub.ClassTooBig, hub.Reconnecting, "65,536 bytes"},
		{"too big in parts", func(s *hubtest.Socket) {
			for range 80 {
				s.Send(strings.Repeat("x", 1000))
			}
			s.Drain()
		}, hub.ClassTooBig, hub.Reconnecting, "65,536 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			up := make(chan struct{})
			srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, nth int) {
				if nth > 1 {
					s.Drain()
					return
				}
				<-up
				s.Send(hubtest.Event("Before", "[]"))
				tt.end(s)
			}))
			o := fast(srv.URL + "/hubs/x")
			o.MaxMessage = 64 << 10
			r := start(t, o, nil)
			r.connected()
			close(up)
			eventually(t, "a second connection", func() bool { return len(r.why()) == 2 })
			r.connected()
			var got hub.Status
			for _, s := range r.told() {
				if s.Class != "" {
					got = s
				}
			}
			if got.Class != tt.class || got.State != tt.state || !strings.Contains(got.Cause, tt.cause) {
				t.Errorf("status %+v", got)
			}
			if g := r.got(); len(g) != 1 || g[0] != "Before []" {
				t.Errorf("events %v", g)
			}
			if w := r.why()[1]; w.Reason != hub.Reconnect || w.Gap <= 0 {
				t.Errorf("reason %+v", w)
			}
		})
	}
}

// TestRefusedAfterHandshake has servers that accept the handshake and then
// close: that was never a connection.
func TestRefusedAfterHandshake(t *testing.T) {
	for _, later := range []time.Duration{0, 20 * time.Millisecond} {
		t.Run(fmt.Sprint(later), func(t *testing.T) {
			t.Parallel()
			srv := hubtest.Start(t, func(x *hubtest.Exchange) {
				if x.IsNegotiate() {
					x.Negotiated()
					return
				}
				s := x.Accept()
				if later == 0 {
					s.Shake(`{"type":7}` + hubtest.End)
				} else {
					s.Shake()
					time.Sleep(later)
					s.Send(`{"type":7}` + hubtest.End)
				}
				s.Drain()
			})
			o := fast(srv.URL + "/hubs/x")
			o.ConnectedAfter = time.Second
			r := start(t, o, nil)
			eventually(t, "three attempts", func() bool { return srv.Count("socket") == 3 })
			r.never(hub.Connected)
			eventually(t, "rejected", func() bool { return r.Status().Class == hub.ClassRejected })
		})
	}
}

// TestServersCloseIsAnswered wants the closing frame of WebSockets at once, and
// none of SignalR.
func TestServersCloseIsAnswered(t *testing.T) {
	closed := make(chan []string, 1)
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, nth int) {
		if nth == 1 {
			s.Send(`{"type":7,"allowReconnect":true}` + hubtest.End)
			s.Close(1000)
			s.Drain() // until our closing frame
			closed <- s.Received()
			return
		}
		s.Drain()
	}))
	start(t, fast(srv.URL+"/hubs/x"), nil)
	select {
	case got := <-closed:
		if len(got) != 1 {
			t.Errorf("the server received %q", got)
		}
	case <-time.After(20 * time.Second):
		t.Error("no answer to the server's closing")
	}
}

// TestLeavesPolitely wants our Close message and the closing frame when it is
// we who end the connection.
func TestLeavesPolitely(t *testing.T) {
	closed := make(chan []string, 1)
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, _ int) {
		s.Drain()
		closed <- s.Received()
	}))
	r := start(t, fast(srv.URL+"/hubs/x"), nil)
	r.connected()
	began := time.Now()
	r.stop()
	if d := time.Since(began); d > 3*time.Second {
		t.Errorf("stopping took %v", d)
	}
	if got := <-closed; len(got) != 2 || got[1] != `{"type":7}`+hubtest.End {
		t.Errorf("the server received %q", got)
	}
}
