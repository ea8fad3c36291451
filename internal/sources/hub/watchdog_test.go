package hub_test

import (
	"strings"
	"testing"
	"time"

	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

// slack is for a machine that does other things as well.
const slack = 10 * time.Second

// TestSilence has servers that are not there any more although the connection is.
func TestSilence(t *testing.T) {
	tests := []struct {
		name   string
		change func(o *hub.Options)
		live   func(s *hubtest.Socket)
	}{
		{"nothing comes", func(o *hub.Options) { o.ServerTimeout = 300 * time.Millisecond }, func(s *hubtest.Socket) { s.Drain() }},
		{"probes are not answered", func(o *hub.Options) {
			o.ProbeAfter, o.ProbeTimeout = 100*time.Millisecond, 200*time.Millisecond
		}, func(s *hubtest.Socket) { s.Quiet = true; s.Drain() }},
		{"nothing is read", func(o *hub.Options) { o.ServerTimeout = 500 * time.Millisecond }, func(s *hubtest.Socket) { time.Sleep(5 * time.Second) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, nth int) {
				if nth == 1 {
					tt.live(s)
					return
				}
				s.Drain()
			}))
			o := fast(srv.URL + "/hubs/x")
			tt.change(&o)
			r := start(t, o, nil)
			r.connected()
			if tt.name == "nothing is read" {
				for range 2000 { // until the socket's buffers are full
					go func() { _ = r.Send(t.Context(), "Fill", strings.Repeat("x", 30_000)) }()
				}
			}
			within(t, slack, "silence is noticed", func() bool {
				for _, s := range r.told() {
					if s.Class == hub.ClassNetwork {
						return true
					}
				}
				return false
			})
		})
	}
}

// TestLivesOnProbes has a server that says nothing for long, but is there.
func TestLivesOnProbes(t *testing.T) {
	srv := hubtest.Start(t, hubtest.Sockets(alive))
	o := fast(srv.URL + "/hubs/x")
	o.ProbeAfter = 50 * time.Millisecond
	r := start(t, o, nil)
	r.connected()
	time.Sleep(time.Second)
	if st := r.Stats(); st.Connects != 1 || st.RoundTrip < 0 {
		t.Errorf("%d connects, round trip %v", st.Connects, st.RoundTrip)
	}
}

// TestEventsWithoutPings has a server that sends events only, for longer than
// any timeout of ours or the library's.
func TestEventsWithoutPings(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 20 s")
	}
	t.Parallel()
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, _ int) {
		s.Quiet = true
		go s.Drain()
		for i := 0; s.Send(numbered(i)); i++ {
			time.Sleep(100 * time.Millisecond)
		}
	}))
	o := fast(srv.URL + "/hubs/x")
	o.ServerTimeout = 2 * time.Second // the library's is 5 s more
	o.KeepAlive = 500 * time.Millisecond
	r := start(t, o, nil)
	r.connected()
	time.Sleep(3 * (o.ServerTimeout + 5*time.Second))
	if st := r.Stats(); st.Connects != 1 {
		t.Errorf("%d connects", st.Connects)
	}
}

// TestServersOwnPings has pings and pongs of WebSockets from the server.
func TestServersOwnPings(t *testing.T) {
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, _ int) {
		for i := range 20 {
			s.SendPing()
			s.SendRaw(hubtest.Frame(10, true, nil)) // a pong that nobody asked for
			s.Send(numbered(i))
		}
		s.Drain()
	}))
	r := start(t, fast(srv.URL+"/hubs/x"), nil)
	eventually(t, "events", func() bool { return len(r.got()) == 20 })
	if n := srv.Count("socket"); n != 1 {
		t.Errorf("%d connections", n)
	}
}
