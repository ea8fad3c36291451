//go:build unix

package gateway

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"gatewatch/internal/core/engine"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub/hubtest"
)

// balancer is HAProxy in front of two nodes, with an address for each way in
// which people set it up:
//
//   - sticky: a cookie keeps a client at its node.
//   - loose: every request goes to a node drawn by lot.
//   - torn: negotiations go to one node and connections to the other one,
//     which is the worst that can be drawn.
//   - split: the same, and no WebSockets are let through.
//   - refusing: sticky, and no WebSockets are let through.
const balancer = `
global
    maxconn 500
defaults
    mode http
    timeout connect 2s
    timeout client 1m
    timeout server 1m
    timeout tunnel 1m
    retries 2
    option redispatch
    default-server check inter 200ms fall 1 rise 1 on-marked-down shutdown-sessions
frontend sticky
    bind %[3]s
    default_backend sticky
frontend loose
    bind %[4]s
    default_backend loose
frontend torn
    bind %[5]s
    use_backend first if { path_end /negotiate }
    default_backend second
frontend split
    bind %[7]s
    http-request deny deny_status 400 if { req.hdr(Upgrade) -i websocket }
    use_backend first if { path_end /negotiate }
    default_backend second
frontend refusing
    bind %[6]s
    http-request deny deny_status 400 if { req.hdr(Upgrade) -i websocket }
    default_backend sticky
backend sticky
    balance roundrobin
    cookie NODE insert indirect nocache
    server one %[1]s cookie one
    server two %[2]s cookie two
backend loose
    balance random
    server one %[1]s
    server two %[2]s
backend first
    server one %[1]s
backend second
    server two %[2]s
`

// cluster is a gateway of two real nodes behind a real load balancer, with a
// real backplane between them.
type cluster struct {
	t                                    *testing.T
	nodes                                []*hubtest.Peer
	sticky, loose, torn, split, refusing string
}

// startCluster starts everything, or skips the test with one line.
func startCluster(t *testing.T) *cluster {
	t.Helper()
	hubtest.FindPeer(t)
	redis, balance := find(t, "redis-server"), find(t, "haproxy")
	at := freePorts(t, 6)
	port := at[4][strings.LastIndexByte(at[4], ':')+1:]
	process(t, redis, at[4:5], "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	c := &cluster{t: t, sticky: at[0], loose: at[1], torn: at[2], refusing: at[3], split: at[5]}
	for _, name := range []string{"one", "two"} {
		c.nodes = append(c.nodes, hubtest.StartPeer(t, "--redis", at[4], "--node", name, "--log", "Debug"))
	}
	file := filepath.Join(t.TempDir(), "haproxy.cfg")
	text := fmt.Sprintf(balancer, strings.TrimPrefix(c.nodes[0].URL, "http://"), strings.TrimPrefix(c.nodes[1].URL, "http://"), at[0], at[1], at[2], at[3], at[5])
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	process(t, balance, append(slices.Clone(at[:4]), at[5]), "-db", "-f", file)
	return c
}

// find finds a program, also where only root looks, or skips the test.
func find(t *testing.T, program string) string {
	t.Helper()
	for _, name := range []string{program, "/usr/sbin/" + program} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skipf("no %s: a gateway of several nodes cannot be tested", program)
	return ""
}

// freePorts finds addresses at which nobody listens.
func freePorts(t *testing.T, n int) (list []string) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		list = append(list, l.Addr().String())
	}
	return list
}

// process runs a program until the test ends; it listens at these addresses.
func process(t *testing.T, program string, listens []string, args ...string) {
	t.Helper()
	var said strings.Builder
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(program), said.String())
		}
	})
	for _, at := range listens {
		await(t, filepath.Base(program)+" listens", func() bool {
			c, err := net.Dial("tcp", at)
			if err == nil {
				_ = c.Close()
			}
			return err == nil
		})
	}
}

// holder is the index of the node at which a key's spend hub is connected.
func (c *cluster) holder(key string) int {
	c.t.Helper()
	for i, n := range c.nodes {
		res, err := http.Get(n.URL + "/ctl/log")
		if err != nil {
			c.t.Fatal(err)
		}
		log, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			c.t.Fatal(err)
		}
		if strings.Contains(string(log), "SpendHub connected") && strings.Contains(string(log), key) {
			return i
		}
	}
	c.t.Fatalf("no node has a connection of %s", key)
	return 0
}

// watcher is the whole without a window: a gateway, the engine, the state.
type watcher struct {
	t      *testing.T
	name   string
	engine *engine.Engine

	mu  sync.Mutex
	got []event.Envelope // guarded by mu
}

// Record implements engine.Recorder.
func (w *watcher) Record(e event.Envelope) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.got = append(w.got, e.Clone())
}

// recorded lists what was recorded of one type.
func recorded[T event.Event](w *watcher) (list []T) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.got {
		if b, ok := e.Body.(T); ok {
			list = append(list, b)
		}
	}
	return list
}

// watchWhole watches an address with a key until the test ends.
func watchWhole(t *testing.T, name, at string, change func(*Config)) *watcher {
	t.Helper()
	w := &watcher{t: t, name: name}
	w.engine = engine.New(engine.Options{Recorders: []engine.Recorder{w}})
	w.engine.Prepare(func(s *state.State) { s.SetGateway(state.Gateway{ID: "g", Label: name}) })
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var work sync.WaitGroup
	work.Go(func() {
		if err := w.engine.Run(ctx); err != nil {
			t.Errorf("engine: %v", err)
		}
	})
	work.Go(func() {
		for range w.engine.Frames() { // as a window would
			continue
		}
	})
	t.Cleanup(func() { cancel(); work.Wait() })
	c := Config{ID: "g", CoreURL: "http://" + at, VirtualKeys: []Key{{Secret: secret.New("ok-" + name)}}, Hub: quick()}
	if change != nil {
		change(&c)
	}
	watch(t, c, w.engine)
	return w
}

func (w *watcher) live() *state.Live {
	w.t.Helper()
	s, err := w.engine.Snapshot(context.WithoutCancel(w.t.Context()))
	if err != nil {
		w.t.Fatal(err)
	}
	return &s.Live
}

// up reports whether every hub that this gateway has is connected.
func (w *watcher) up() bool {
	links := w.live().Links
	n := 0
	for _, l := range links {
		switch {
		case l.State == string(event.LinkConnected):
			n++
		case l.Class != "unsupported":
			return false
		}
	}
	return n >= 7
}

// The size of what is played: the spends of one round, and each one's amount.
const (
	spends = 20
	amount = 0.25
)

// play makes a node book and report a provider, as part nth of the play.
func play(n *hubtest.Peer, nth int, status string) {
	for i := range spends {
		total := amount * float64((nth-1)*spends+i+1)
		n.Control("/ctl/send?hub=spend&target=SpendUpdate", fmt.Sprintf(
			`[{"virtualKeyId":"1","amount":%g,"totalSpend":%g,"model":"m","timestamp":"2026-01-02T03:%02d:%02dZ"}]`, amount, total, nth, i))
	}
	n.Control("/ctl/send?hub=notifications&target=ProviderHealthChanged",
		fmt.Sprintf(`[{"providerId":"p","providerName":"Provider","status":%q,"latency":%d}]`, status, 100*nth))
}

// played checks that all rounds so far arrived, each event once.
func (w *watcher) played(rounds int, status string) {
	w.t.Helper()
	want := event.NanoUSD(amount * spends * float64(rounds) * float64(event.PerUSD))
	await(w.t, fmt.Sprintf("%s: all of round %d", w.name, rounds), func() bool {
		live := w.live()
		return live.Keys["g/1"].Total.Or(-1) == event.NanoUSD(want) && live.Providers["g/p"].Health == status &&
			len(recorded[*event.SpendRecorded](w)) >= rounds*spends
	})
	w.exactly(rounds)
}

// exactly checks that nothing was reported twice.
func (w *watcher) exactly(rounds int) {
	w.t.Helper()
	var sum event.NanoUSD
	list := recorded[*event.SpendRecorded](w)
	for _, b := range list {
		sum += b.Amount
	}
	if len(list) != rounds*spends || sum != event.NanoUSD(amount*spends*float64(rounds)*float64(event.PerUSD)) {
		w.t.Errorf("%s: %d spends of together %v after %d rounds", w.name, len(list), sum, rounds)
	}
	if n := len(recorded[event.ProviderHealthChanged](w)); n != rounds {
		w.t.Errorf("%s: %d reports of a provider after %d rounds", w.name, n, rounds)
	}
}

// causes are what links said of themselves, without what says nothing.
func (w *watcher) causes() (list []string) {
	for _, l := range recorded[event.LinkChanged](w) {
		if l.Class != "" && l.Class != "unsupported" {
			list = append(list, l.Hub+" "+l.Class+": "+l.Cause)
		}
	}
	return list
}

// TestTwoReplicas has a gateway of two nodes behind a load balancer, watched in
// every way; the node is killed that the sticky one is connected to.
func TestTwoReplicas(t *testing.T) {
	c := startCluster(t)
	sticky := watchWhole(t, "sticky", c.sticky, nil)
	await(t, "the sticky one is connected", sticky.up)
	first := c.holder("ok-sticky")
	loose := watchWhole(t, "loose", c.loose, nil)
	direct := watchWhole(t, "direct", c.loose, func(c *Config) { c.Hub.SkipNegotiation = true })
	refused := watchWhole(t, "refused", c.refusing, nil)
	all := []*watcher{sticky, loose, direct, refused}
	torn, split := watchWhole(t, "torn", c.torn, nil), watchWhole(t, "split", c.split, nil)
	for _, w := range all {
		await(t, w.name+" is connected", w.up)
	}
	checkTransports(t, refused, "ServerSentEvents")
	checkTransports(t, sticky, "WebSockets")
	await(t, "torn is connected all the same", torn.up)
	checkTransports(t, torn, "WebSockets without negotiation")
	await(t, "what is split names its cause", func() bool {
		return slices.ContainsFunc(split.causes(), func(s string) bool { return strings.Contains(s, "Several nodes without sticky sessions") })
	})

	play(c.nodes[first], 1, "degraded")
	for _, w := range append(slices.Clone(all), torn) {
		w.played(1, "degraded")
	}
	before := len(sticky.causes())
	c.nodes[first].Kill()
	await(t, "the sticky one notices", func() bool { return len(sticky.causes()) > before })
	for _, w := range all { // nothing that was known is forgotten
		if live := w.live(); live.Keys["g/1"].Total.Or(-1) != event.NanoUSD(amount*spends*float64(event.PerUSD)) || live.Providers["g/p"].Health != "degraded" {
			t.Errorf("%s: after the loss %+v, %+v", w.name, live.Keys["g/1"], live.Providers["g/p"])
		}
	}
	for _, w := range all {
		await(t, w.name+" is connected to the node that is left", w.up)
	}
	survivor := c.nodes[1-first]
	play(survivor, 2, "healthy")
	for _, w := range all {
		w.played(2, "healthy")
	}
	await(t, "all that lost the node say why", func() bool {
		return slices.ContainsFunc(sticky.causes(), func(s string) bool { return strings.HasPrefix(s, "spend network: The connection broke off.") })
	})
	checkTransports(t, refused, "ServerSentEvents")
	for _, w := range all {
		w.exactly(2) // also after all that was waited for meanwhile
		t.Logf("%s: %d causes, such as %q", w.name, len(w.causes()), w.causes()[:min(3, len(w.causes()))])
	}
	if strings.Contains(survivor.Log(), "Error when processing requests") || strings.Contains(survivor.Log(), "InvalidDataException") {
		t.Errorf("the server closed us:\n%s", survivor.Log())
	}
	if n := len(recorded[*event.SpendRecorded](split)); n != 0 {
		t.Errorf("what cannot be connected told %d spends", n)
	}
}

// checkTransports checks by what every connected link travels.
func checkTransports(t *testing.T, w *watcher, want string) {
	t.Helper()
	for id, l := range w.live().Links {
		if l.State == string(event.LinkConnected) && l.Transport != want {
			t.Errorf("%s: %s travels by %s", w.name, id, l.Transport)
		}
	}
}
