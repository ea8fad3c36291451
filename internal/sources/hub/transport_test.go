package hub_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

// overEvents answers like a server whose sockets do not work but whose event
// streams do: upgrade answers the request for a socket.
func overEvents(upgrade func(x *hubtest.Exchange), stream func(x *hubtest.Exchange)) hubtest.Script {
	return func(x *hubtest.Exchange) {
		switch {
		case x.IsNegotiate():
			x.Negotiated("WebSockets", "ServerSentEvents", "LongPolling")
		case x.IsSocket():
			upgrade(x)
		case x.Request.Method == "GET" && strings.Contains(x.Request.Header.Get("Accept"), "event-stream"):
			stream(x)
		case x.Request.Method == "POST":
			x.Answer(200, "")
		default:
			x.Answer(404, "No Connection with that ID")
		}
	}
}

// openStream begins an event stream and answers the handshake on it, cut in
// the ways in which TCP cuts it.
func openStream(x *hubtest.Exchange) (<-chan struct{}, func(parts ...string)) {
	gone := x.Gone()
	send := func(parts ...string) {
		for _, p := range parts {
			x.Raw(p)
			time.Sleep(2 * time.Millisecond)
		}
	}
	send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", ":\r\n", "da", "ta: {}\x1e", "\r\n\r", "\n")
	return gone, send
}

// TestFallback has every way in which a socket can be denied to us while
// something else works.
func TestFallback(t *testing.T) {
	for name, upgrade := range map[string]func(x *hubtest.Exchange){
		"502":           func(x *hubtest.Exchange) { x.Answer(502, "") },
		"426":           func(x *hubtest.Exchange) { x.Answer(426, "") },
		"400":           func(x *hubtest.Exchange) { x.Answer(400, "") },
		"200":           func(x *hubtest.Exchange) { x.Answer(200, "") },
		"not supported": func(x *hubtest.Exchange) { x.Answer(404, "WebSockets transport not supported by this server") },
		"reset":         func(x *hubtest.Exchange) { x.Reset() },
		"silent":        func(x *hubtest.Exchange) { x.Hang() },
		"no handshake":  func(x *hubtest.Exchange) { x.Accept().Drain() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := hubtest.Start(t, overEvents(upgrade, func(x *hubtest.Exchange) {
				gone, send := openStream(x)
				send("data: "+hubtest.Event("A", "[1]")+hubtest.Event("B", "[2]")+"\r\n\r\n",
					"event: x\r\ndata:", ` {"type":1,"target":"C",`, "\r\ndata: ", `"arguments":[3]}`, "\x1e", "\r\n\r\n")
				<-gone
			}))
			o := fast(srv.URL + "/hubs/x")
			o.DialTimeout, o.HandshakeTimeout = 300*time.Millisecond, 300*time.Millisecond
			r := start(t, o, nil)
			r.connected()
			if got := r.Status().Transport; got != hub.ServerSentEvents {
				t.Errorf("transport %s", got)
			}
			eventually(t, "events", func() bool { return len(r.got()) == 3 })
			if diff := cmp.Diff([]string{"A [1]", "B [2]", "C [3]"}, r.got()); diff != "" {
				t.Error(diff)
			}
			for _, req := range srv.Requests() {
				if req.Header.Get("Authorization") != "Bearer "+key || strings.Contains(req.Query, key) {
					t.Errorf("credential of %s: %v %s", req.Method, req.Header, req.Query)
				}
			}
		})
	}
}

// TestUpward has sockets that begin to work while an event stream serves.
func TestUpward(t *testing.T) {
	for _, how := range []string{"at the next reconnect", "while connected"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			var good atomic.Bool
			srv := hubtest.Start(t, overEvents(func(x *hubtest.Exchange) {
				if !good.Load() {
					x.Answer(502, "")
					return
				}
				s := x.Accept()
				s.Shake(hubtest.Event("Over", `["socket"]`))
				s.Drain()
			}, func(x *hubtest.Exchange) {
				gone, _ := openStream(x)
				<-gone
			}))
			o := fast(srv.URL + "/hubs/x")
			o.UpgradeInterval = time.Hour
			if how == "while connected" {
				o.UpgradeInterval = 100 * time.Millisecond
			}
			r := start(t, o, nil)
			eventually(t, "an event stream", func() bool { return r.Status().Transport == hub.ServerSentEvents })
			good.Store(true)
			if o.UpgradeInterval == time.Hour {
				r.Reconnect()
			}
			eventually(t, "a socket", func() bool { return r.Status().Transport == hub.WebSockets })
			eventually(t, "the event", func() bool { return len(r.got()) == 1 })
			if o.UpgradeInterval != time.Hour {
				r.never(hub.Reconnecting)
			}
			why := r.why()
			if len(why) != 2 || why[0].Reason != hub.FirstConnect || why[1].Reason != hub.Reconnect {
				t.Errorf("reasons %+v", why)
			}
		})
	}
}

// TestStaleToken has a server, or a load balancer, that does not know the
// connection it just allowed.
func TestStaleToken(t *testing.T) {
	for _, tt := range []struct {
		status int
		times  int
		hint   bool
	}{{404, 1, false}, {409, 1, false}, {404, 12, true}} {
		srv := hubtest.Start(t, func(x *hubtest.Exchange) {
			if x.IsSocket() && x.Nth <= tt.times {
				x.Answer(tt.status, "No Connection with that ID")
				return
			}
			hubtest.Sockets(alive)(x)
		})
		r := start(t, fast(srv.URL+"/hubs/x"), nil)
		r.connected()
		hinted := false
		for _, s := range r.told() {
			hinted = hinted || strings.Contains(s.Cause, "sticky")
		}
		if hinted != tt.hint {
			t.Errorf("%d, %d times: hint %v", tt.status, tt.times, hinted)
		}
		if n := srv.Count("socket"); n != tt.times+1 {
			t.Errorf("%d sockets", n)
		}
	}
}

// TestLongPolling has its sequence as the real server has it.
func TestLongPolling(t *testing.T) {
	polls := make(chan string, 10)
	deleted := make(chan struct{})
	srv := hubtest.Start(t, func(x *hubtest.Exchange) {
		switch {
		case x.IsNegotiate():
			x.Negotiated("LongPolling")
		case x.Request.Method == "GET" && x.Nth == 1:
			x.Answer(200, "")
		case x.Request.Method == "GET":
			select {
			case p := <-polls:
				x.Answer(200, p, "Content-Type: application/octet-stream")
			case <-deleted:
				x.Answer(204, "")
			}
		case x.Request.Method == "POST":
			if strings.Contains(x.Body, "protocol") {
				polls <- "{}\x1e" + hubtest.Event("A", "[1]")[:10]
				polls <- hubtest.Event("A", "[1]")[10:]
				polls <- "" // idle
				polls <- hubtest.Event("B", "[2]") + hubtest.Event("C", "[3]")
			}
			x.Answer(200, "")
		case x.Request.Method == "DELETE":
			close(deleted)
			x.Answer(202, "")
		}
	})
	o := fast(srv.URL + "/hubs/x")
	r := start(t, o, nil)
	r.connected()
	eventually(t, "events", func() bool { return len(r.got()) == 3 })
	r.stop()
	if n := srv.Count("DELETE"); n != 1 {
		t.Errorf("%d DELETE", n)
	}
}

// TestEventStreamEnds and a poll that is refused are losses like any other.
func TestHTTPTransportsAreLost(t *testing.T) {
	t.Run("event stream", func(t *testing.T) {
		srv := hubtest.Start(t, overEvents(func(x *hubtest.Exchange) { x.Answer(502, "") }, func(x *hubtest.Exchange) {
			gone, _ := openStream(x)
			if x.Nth == 1 {
				time.Sleep(100 * time.Millisecond)
				x.Drop()
				return
			}
			<-gone
		}))
		r := start(t, fast(srv.URL+"/hubs/x"), nil)
		eventually(t, "a second connect", func() bool { return len(r.why()) == 2 && r.Status().State == hub.Connected })
	})
	t.Run("sending", func(t *testing.T) {
		var posts atomic.Int32
		srv := hubtest.Start(t, func(x *hubtest.Exchange) {
			if x.Request.Method == "POST" && !x.IsNegotiate() && posts.Add(1) == 2 {
				x.Answer(404, "No Connection with that ID")
				return
			}
			overEvents(func(x *hubtest.Exchange) { x.Answer(502, "") }, func(x *hubtest.Exchange) {
				gone, _ := openStream(x)
				<-gone
			})(x)
		})
		o := fast(srv.URL + "/hubs/x")
		o.KeepAlive = 50 * time.Millisecond
		r := start(t, o, nil)
		eventually(t, "a second connect", func() bool { return len(r.why()) == 2 && r.Status().State == hub.Connected })
	})
}
