package hub_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

// as makes the hub use another key than the usual one.
func as(o *hub.Options, k string) {
	o.Token = func(context.Context) (secret.String, error) { return secret.New(k), nil }
}

// TestASPNETRefusals has what the real server does with keys and addresses.
func TestASPNETRefusals(t *testing.T) {
	p := hubtest.StartPeer(t, "--log", "Debug", "--closeOnExpiry", "true")
	for _, tt := range []struct {
		name, path, key string
		class           hub.Class
		ever            bool // connected
	}{
		{"wrong key", "/hubs/spend", "wrong", hub.ClassAuth, false},
		{"forbidden key", "/hubs/spend", "forbid-1", hub.ClassForbidden, false},
		{"not for admins", "/hubs/admin-notifications", "ok-1", hub.ClassForbidden, false},
		{"without balance", "/hubs/spend", "flagged-1", hub.ClassRejected, false},
		{"aborted at once", "/hubs/spend?abort=1", "ok-1", hub.ClassRejected, false},
		{"aborted later", "/hubs/spend?abortAfter=600", "ok-1", hub.ClassRejected, true},
		{"fault while connecting", "/hubs/spend?throw=1", "ok-1", hub.ClassServerClosed, false},
		{"expired", "/hubs/spend", "exp-2", hub.ClassServerClosed, true},
		{"negotiation refused", "/negotiate-error", "ok-1", hub.ClassMisconfigured, false},
		{"endless redirect", "/redirect-loop", "ok-1", hub.ClassMisconfigured, false},
		{"no such hub", "/hubs/none", "ok-1", hub.ClassMisconfigured, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := fast(p.URL + tt.path)
			o.ConnectedAfter = 300 * time.Millisecond
			as(&o, tt.key)
			r := start(t, o, nil)
			eventually(t, "an end with a class", func() bool {
				for _, s := range r.told() {
					if s.Class != "" {
						return true
					}
				}
				return false
			})
			ever := false
			for _, s := range r.told() {
				ever = ever || s.State == hub.Connected
				if s.Class != "" && s.Class != tt.class {
					t.Errorf("status %+v", s)
				}
			}
			if ever != tt.ever {
				t.Errorf("was connected: %v", ever)
			}
		})
	}
}

func TestASPNETRedirects(t *testing.T) {
	p := hubtest.StartPeer(t)
	for _, path := range []string{"/redirect", "/redirect-no-token", "/http-307"} {
		o := fast(p.URL + path)
		as(&o, "ok-original")
		r := start(t, o, nil)
		r.connected()
		if res, err := r.Invoke(t.Context(), "Echo", "x"); err != nil || string(res) != `"x"` {
			t.Errorf("%s: %s, %v", path, res, err)
		}
	}
}

// TestASPNETLoads has long events, bursts, and the longest call.
func TestASPNETLoads(t *testing.T) {
	p := hubtest.StartPeer(t, "--log", "Debug")
	for _, tr := range every {
		t.Run(string(tr), func(t *testing.T) {
			o := fast(p.URL + "/hubs/spend")
			o.Transports = []hub.Transport{tr}
			var next, wrong, big atomic.Int64
			r := start(t, o, func(r *run) {
				r.hushed = true
				r.onEvent = func(target string, args []byte) {
					switch target {
					case "Big":
						big.Store(int64(len(args)))
					case "SpendUpdate":
						var a [1]struct{ Seq int64 }
						if json.Unmarshal(args, &a) != nil || a[0].Seq != next.Add(1)-1 {
							wrong.Add(1)
						}
					}
				}
			})
			r.connected()
			if _, err := r.Invoke(t.Context(), "Big", 5_000_000); err != nil {
				t.Errorf("Big: %v", err)
			}
			eventually(t, "the long event", func() bool { return big.Load() == 5_000_004 })
			n := int64(100_000)
			if tr != hub.WebSockets && !long() {
				n = 20_000
			}
			if err := r.Send(t.Context(), "BurstSpend", n); err != nil {
				t.Fatal(err)
			}
			within(t, 2*time.Minute, "the burst", func() bool { return next.Load() == n || r.Stats().Dropped > 0 })
			if st := r.Stats(); wrong.Load() != 0 || st.Connects != 1 || st.Dropped != 0 {
				t.Errorf("%d out of order, %+v", wrong.Load(), st)
			}
			overhead := len(`{"type":1,"invocationId":"w0","target":"Echo","arguments":[""]}` + hubtest.End)
			if res, err := r.Invoke(t.Context(), "Echo", strings.Repeat("x", 32768-overhead-1)); err != nil || len(res) < 32_000 {
				t.Errorf("the longest call: %d bytes, %v", len(res), err)
			}
		})
	}
	innocent(t, p)
}

// TestASPNETLogTells proves that the log which innocent reads would accuse us:
// here somebody sends what a server cannot read, and what it waits for in vain.
func TestASPNETLogTells(t *testing.T) {
	p := hubtest.StartPeer(t, "--log", "Debug", "--clientTimeoutMs", "500")
	for frame, says := range map[string]string{
		`{"type":3,"invocationId":"","error":"Unknown method"}`: "Error when processing requests",
		`{"type":6}`: "elapsed without receiving",
	} {
		c, _, err := websocket.Dial(t.Context(), p.URL+"/hubs/open", nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []string{`{"protocol":"json","version":1}`, frame} {
			if err := c.Write(t.Context(), websocket.MessageText, []byte(f+hubtest.End)); err != nil {
				t.Error(err)
			}
		}
		eventually(t, says, func() bool { return strings.Contains(p.Log(), says) })
		_ = c.CloseNow()
	}
}

// TestRestarts stops and kills the real server and drops connections of a
// scripted one, again and again, with hubs of every transport.
func TestRestarts(t *testing.T) {
	rounds := 3
	if long() {
		rounds = 50
	}
	p := hubtest.StartPeer(t, "--log", "Debug")
	port := p.URL[strings.LastIndex(p.URL, ":")+1:]
	drop := make(chan struct{})
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, nth int) {
		go s.Drain()
		<-drop
		if nth%2 == 0 {
			s.Reset()
		}
	}))
	t.Cleanup(func() { close(drop) }) // before srv waits for its scripts
	var hubs []*run
	for _, tr := range every {
		o := fast(p.URL + "/hubs/spend")
		o.Transports = []hub.Transport{tr}
		hubs = append(hubs, start(t, o, nil))
	}
	hubs = append(hubs, start(t, fast(srv.URL+"/hubs/x"), nil))
	up := func(times int) {
		within(t, 2*time.Minute, fmt.Sprintf("all connected for the time %d", times), func() bool {
			for _, r := range hubs {
				if r.Status().State != hub.Connected || int(r.Stats().Connects) < times {
					return false
				}
			}
			return true
		})
	}
	up(1)
	goroutines, fds := settled()
	for round := range rounds {
		innocent(t, p)
		if round%2 == 0 {
			p.Terminate()
		} else {
			p.Kill()
		}
		drop <- struct{}{}
		p = hubtest.StartPeer(t, "--port", port, "--log", "Debug")
		up(round + 2)
	}
	nowG, nowF := settled()
	if nowG > goroutines+4 || nowF > fds+4 {
		t.Errorf("after %d rounds: goroutines %d → %d, files %d → %d", rounds, goroutines, nowG, fds, nowF)
	}
	t.Logf("%d rounds: goroutines %d → %d, files %d → %d", rounds, goroutines, nowG, fds, nowF)
	for _, r := range hubs {
		for _, w := range r.why()[1:] {
			if w.Reason != hub.Reconnect || w.Gap <= 0 {
				t.Errorf("reason %+v", w)
			}
		}
	}
}

// TestManyLosses has 100 connections lost in a row, and wants nothing of them left.
func TestManyLosses(t *testing.T) {
	const rounds = 100
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, nth int) {
		switch {
		case nth > rounds:
			s.Drain()
		case nth%3 == 0:
			s.Reset()
		case nth%3 == 1:
			s.Send(`{"type":7,"allowReconnect":true}` + hubtest.End)
			s.Drain()
		}
	}))
	base, files := settled()
	o := fast(srv.URL + "/hubs/x")
	o.MaxDelay = 30 * time.Millisecond
	r := start(t, o, nil)
	eventually(t, "100 losses", func() bool { return srv.Count("socket") > rounds && r.Status().State == hub.Connected })
	r.stop()
	srv.Stop()
	eventually(t, "back to the baseline", func() bool {
		g, f := settled()
		return g <= base+2 && f <= files+2
	})
}

// settled counts goroutines and open files, once they no longer change.
func settled() (goroutines, files int) {
	for range 50 {
		time.Sleep(20 * time.Millisecond)
		g, f := runtime.NumGoroutine(), openFiles()
		if g == goroutines && f == files {
			break
		}
		goroutines, files = g, f
	}
	return goroutines, files
}

func openFiles() int {
	d, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0 // no such count on this system
	}
	return len(d)
}

// TestTwoNodes has two real servers with a Redis backplane behind one address.
// One of them is killed.
func TestTwoNodes(t *testing.T) {
	hubtest.FindPeer(t)
	redis, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("no redis-server: the backplane cannot be tested")
	}
	address := startRedis(t, redis)
	var nodes []*hubtest.Peer
	for _, name := range []string{"one", "two"} {
		nodes = append(nodes, hubtest.StartPeer(t, "--redis", address, "--node", name, "--log", "Debug"))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	accept(t, l, func(c net.Conn) { // the first node that lives gets everything
		for _, n := range nodes {
			at := strings.TrimPrefix(n.URL, "http://")
			if up, err := net.Dial("tcp", at); err == nil {
				_ = up.Close()
				pipe(c, c, at)
				return
			}
		}
	})
	moving := start(t, fast("http://"+l.Addr().String()+"/hubs/spend"), nil)
	staying := start(t, fast(nodes[1].URL+"/hubs/spend"), nil)
	moving.connected()
	staying.connected()
	say := func(text string) { nodes[1].Control("/ctl/send?hub=spend&target=Said", `["`+text+`"]`) }
	heard := func(r *run, text string) func() bool {
		return func() bool { return strings.Contains(strings.Join(r.got(), "\n"), text) }
	}
	say("to both nodes")
	eventually(t, "the event crosses to the other node", heard(moving, "to both nodes"))
	eventually(t, "the event", heard(staying, "to both nodes"))
	nodes[0].Kill()
	eventually(t, "the hub moves to the other node", func() bool {
		return moving.Stats().Connects == 2 && moving.Status().State == hub.Connected
	})
	say("after the loss")
	eventually(t, "the event", heard(moving, "after the loss"))
	eventually(t, "the event", heard(staying, "after the loss"))
	if n := staying.Stats().Connects; n != 1 {
		t.Errorf("the other hub connected %d times", n)
	}
	innocent(t, nodes[1])
}

// startRedis runs a Redis server on a free port until the test ends.
func startRedis(t *testing.T, program string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	_, port, _ := net.SplitHostPort(address)
	cmd := exec.Command(program, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	eventually(t, "redis listens", func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	return address
}
