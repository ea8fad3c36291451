package hub_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

// alive keeps a socket until its end.
func alive(s *hubtest.Socket, _ int) { s.Drain() }

func TestCredentialIsInHeadersOnly(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		query        bool
		want         map[string]string
	}{
		{"bearer", "", false, map[string]string{"Authorization": "Bearer " + key}},
		{"own header", "X-Master-Key", false, map[string]string{"X-Master-Key": key}},
		{"query allowed", "", true, map[string]string{"Authorization": "Bearer " + key}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := hubtest.Start(t, hubtest.Sockets(alive))
			o := fast(srv.URL + "/hubs/x?tenant=7")
			o.TokenHeader, o.AllowQueryToken = tt.header, tt.query
			o.Header = http.Header{"X-Extra": {"1"}}
			start(t, o, nil).connected()
			for _, req := range srv.Requests() {
				if in := strings.Contains(req.Query, key); in != tt.query {
					t.Errorf("%s %s?%s", req.Method, req.Path, req.Query)
				}
				if !strings.Contains(req.Query, "tenant=7") || req.Header.Get("X-Extra") != "1" {
					t.Errorf("lost the query or a header: %s %v", req.Query, req.Header)
				}
				for name, value := range tt.want {
					if diff := cmp.Diff([]string{value}, req.Header[name]); diff != "" {
						t.Errorf("%s: %s", name, diff)
					}
				}
			}
			if n := len(srv.Requests()); n != 2 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestRedirectToAnotherServer(t *testing.T) {
	for _, token := range []string{"token-of-the-other", ""} {
		t.Run("token "+token, func(t *testing.T) {
			other := hubtest.Start(t, hubtest.Sockets(alive))
			first := hubtest.Start(t, func(x *hubtest.Exchange) {
				x.Answer(200, fmt.Sprintf(`{"url":"%s/client?hub=x","accessToken":"%s"}`, other.URL, token))
			})
			o := fast(first.URL + "/hubs/x?tenant=7")
			o.TokenHeader = "X-Master-Key"
			o.Header = http.Header{"X-Own": {key}}
			r := start(t, o, nil)
			r.connected()
			want := ""
			if token != "" {
				want = "Bearer " + token
			}
			for _, req := range other.Requests() {
				if req.Header.Get("Authorization") != want || req.Header.Get("X-Master-Key") != "" {
					t.Errorf("credential of %s %s: %v", req.Method, req.Path, req.Header)
				}
				if !strings.HasPrefix(req.Path, "/client") || !strings.Contains(req.Query, "hub=x") || strings.Contains(req.Query, "tenant") {
					t.Errorf("address %s?%s", req.Path, req.Query)
				}
				if strings.Contains(fmt.Sprint(req), key) {
					t.Errorf("the key went to another server: %v", req)
				}
			}
			if token != "" && r.log.contains(token) {
				t.Errorf("the log has the token of the redirect")
			}
		})
	}
}

// TestRedirectByStatus has a gateway that moved: HTTP status 307.
func TestRedirectByStatus(t *testing.T) {
	moved := hubtest.Start(t, hubtest.Sockets(alive))
	old := hubtest.Start(t, func(x *hubtest.Exchange) {
		x.Answer(307, "", "Location: "+moved.URL+"/new/place/negotiate?negotiateVersion=1")
	})
	start(t, fast(old.URL+"/hubs/x"), nil).connected()
	for _, req := range moved.Requests() {
		if !strings.HasPrefix(req.Path, "/new/place") || strings.Contains(fmt.Sprint(req), key) {
			t.Errorf("%v", req)
		}
	}
}

func TestSkipNegotiation(t *testing.T) {
	srv := hubtest.Start(t, hubtest.Sockets(alive))
	o := fast(srv.URL + "/hubs/x")
	o.SkipNegotiation = true
	start(t, o, nil).connected()
	if srv.Count("negotiate") != 0 || srv.Count("socket") != 1 {
		t.Errorf("requests %v", srv.Requests())
	}
}

func TestStickyCookie(t *testing.T) {
	srv := hubtest.Start(t, func(x *hubtest.Exchange) {
		if x.IsNegotiate() {
			x.Answer(200, `{"negotiateVersion":1,"connectionId":"a","connectionToken":"b","availableTransports":[{"transport":"WebSockets","transferFormats":["Text"]}]}`,
				"Set-Cookie: node=two; Path=/; HttpOnly; SameSite=None")
			return
		}
		s := x.Accept()
		s.Shake()
		s.Drain()
	})
	r := start(t, fast(srv.URL+"/hubs/x"), nil)
	r.connected()
	r.Reconnect()
	eventually(t, "reconnected", func() bool { return srv.Count("socket") == 2 && r.Status().State == hub.Connected })
	var got []string
	for _, req := range srv.Requests() {
		got = append(got, req.Header.Get("Cookie"))
	}
	if diff := cmp.Diff([]string{"", "node=two", "node=two", "node=two"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestProxyWithPassword(t *testing.T) {
	// Plain requests would go to a proxy whole; a tunnel is made for TLS.
	inner := hubtest.Start(t, hubtest.Sockets(alive))
	conf, ca := authority(t)
	front := frontOf(t, conf, inner.URL)
	address, tunnels := proxyWith(t, "user", key)
	env, err := hub.NewEnvironment(hub.NetworkOptions{Proxy: "http://user:" + key + "@" + address, RootCA: ca})
	if err != nil {
		t.Fatal(err)
	}
	o := fast("https://" + front + "/hubs/x")
	o.HTTP = env
	start(t, o, nil).connected()
	if tunnels() == 0 {
		t.Error("the proxy was not used")
	}
	o.HTTP, err = hub.NewEnvironment(hub.NetworkOptions{Proxy: "http://user:wrong-" + key + "@" + address, RootCA: ca})
	if err != nil {
		t.Fatal(err)
	}
	r := start(t, o, nil)
	eventually(t, "network", func() bool { return r.Status().Class == hub.ClassNetwork && r.Status().Cause != "" })
}

// TestFreshConnection has each attempt on a TCP connection of its own: a
// stopping server still answers on those it has.
func TestFreshConnection(t *testing.T) {
	srv := hubtest.Start(t, func(x *hubtest.Exchange) { x.Answer(503, "") })
	r := start(t, fast(srv.URL+"/hubs/x"), nil)
	eventually(t, "five attempts", func() bool { return srv.Count("negotiate") >= 5 })
	r.stop()
	seen := map[string]bool{}
	for _, req := range srv.Requests() {
		if seen[req.Conn] {
			t.Errorf("TCP connection %s was used by two attempts", req.Conn)
		}
		seen[req.Conn] = true
	}
}

// TestFailedHandshake has the first connections fail at every step of it.
func TestFailedHandshake(t *testing.T) {
	faults := map[string]func(s *hubtest.Socket){
		"stalled": func(s *hubtest.Socket) { s.Drain() },
		"killed":  func(s *hubtest.Socket) { s.Reset() },
		"closed":  func(s *hubtest.Socket) { s.Close(1011) },
		"half":    func(s *hubtest.Socket) { s.Read(); s.Send("{}"); s.Reset() },
		"noise":   func(s *hubtest.Socket) { s.Read(); s.Send("hello" + hubtest.End); s.Drain() },
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := hubtest.Start(t, func(x *hubtest.Exchange) {
				if x.IsNegotiate() {
					x.Negotiated()
					return
				}
				s := x.Accept()
				if x.Nth == 1 {
					fault(s)
					x.Drop()
					return
				}
				s.Shake()
				s.Drain()
			})
			o := fast(srv.URL + "/hubs/x")
			o.HandshakeTimeout = 300 * time.Millisecond
			r := start(t, o, nil)
			r.connected()
			if n := srv.Count("socket"); n != 2 {
				t.Errorf("%d sockets", n)
			}
		})
	}
}

// TestBlackHole has a server that takes connections and says nothing.
func TestBlackHole(t *testing.T) {
	srv := hubtest.Start(t, func(x *hubtest.Exchange) { x.Hang() })
	o := fast(srv.URL + "/hubs/x")
	o.NegotiateTimeout = time.Minute
	o.AttemptTimeout = time.Minute
	r := start(t, o, nil)
	eventually(t, "an attempt", func() bool { return srv.Count("negotiate") == 1 })
	began := time.Now()
	for range 1000 {
		_ = r.Status()
	}
	if d := time.Since(began); d > time.Second {
		t.Errorf("1000 × Status took %v", d)
	}
	r.Disconnect()
	within(t, 3*time.Second, "disconnected", func() bool { return r.Status().State == hub.Disconnected })
	r.ConnectNow()
	eventually(t, "another attempt", func() bool { return srv.Count("negotiate") == 2 })
	began = time.Now()
	r.stop()
	if d := time.Since(began); d > 3*time.Second {
		t.Errorf("stopping took %v", d)
	}
}

// TestSlots has more hubs than may dial at the same time.
func TestSlots(t *testing.T) {
	release := make(chan struct{})
	srv := hubtest.Start(t, func(x *hubtest.Exchange) {
		if x.IsNegotiate() {
			<-release
		}
		hubtest.Sockets(alive)(x)
	})
	slots := hub.NewSemaphore(2)
	var all []*run
	for range 5 {
		o := fast(srv.URL + "/hubs/x")
		o.DialLimit, o.NegotiateTimeout, o.AttemptTimeout = slots, time.Minute, time.Minute
		all = append(all, start(t, o, nil))
	}
	eventually(t, "two dial", func() bool { return srv.Count("negotiate") == 2 })
	time.Sleep(100 * time.Millisecond)
	if n := srv.Count("negotiate"); n != 2 {
		t.Errorf("%d dial at the same time", n)
	}
	close(release)
	for _, r := range all {
		r.connected()
	}
}

func TestByHand(t *testing.T) {
	srv := hubtest.Start(t, hubtest.Sockets(alive))
	o := fast(srv.URL + "/hubs/x")
	r := start(t, o, nil)
	r.connected()
	r.Disconnect()
	eventually(t, "disconnected", func() bool { return r.Status().State == hub.Disconnected })
	if _, err := r.Invoke(t.Context(), "X"); err == nil {
		t.Error("Invoke works while disconnected")
	}
	time.Sleep(100 * time.Millisecond)
	if n := srv.Count("negotiate"); n != 1 {
		t.Errorf("%d negotiations after Disconnect", n)
	}
	r.ConnectNow()
	r.connected()
	r.ConnectNow() // up already: only asks whether the server is there
	eventually(t, "a probe", func() bool { return r.Stats().RoundTrip >= 0 })
	r.Reconnect()
	eventually(t, "a third connection", func() bool { return srv.Count("socket") == 3 && r.Status().State == hub.Connected })
	r.Close()
	if s := r.Status(); s.State != hub.Disconnected {
		t.Errorf("after Close: %+v", s)
	}
}
