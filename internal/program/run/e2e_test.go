//go:build unix

package run_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gatewatch/internal/core/engine"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/desktop/notification"
	"gatewatch/internal/desktop/notification/dbustest"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/demo"
)

// These tests run the whole without a window: a demo gateway, the hubs, the
// engine, the rules, the history in a real file, the announcer, and the sender
// on a D-Bus of the test's own, where a notification service takes the calls.
// Nothing is replaced by something simpler, and the clock is the real one.

// The keys of the gateway; nothing that is logged may show them.
const (
	virtualKey = "vk-0c54f1a9e7d84b62"
	masterKey  = "mk-5be81d2f63a04c97"
)

// patience is how long a test waits for what must come.
const patience = 60 * time.Second

func TestMain(m *testing.M) {
	if home := os.Getenv(hardshipHome); home != "" {
		os.Exit(hardshipChild(home))
	}
	if home := os.Getenv(crashHome); home != "" {
		crashChild(home)
	}
	flag.Parse()
	_ = flag.Set("test.parallel", "12") // they wait much more than they work
	_ = os.Setenv(run.EnvVirtualKey, virtualKey)
	_ = os.Setenv(run.EnvMasterKey, masterKey)
	// No keychain and no notifications of whoever runs the tests.
	_ = os.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/gatewatch-test-bus")
	goleak.VerifyTestMain(m)
}

// events keeps what is recorded.
type events struct {
	mu  sync.Mutex
	got []event.Envelope
}

func (r *events) Record(e event.Envelope) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, e.Clone())
}

// of lists the events of one type so far.
func of[T event.Event](r *events) (list []T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.got {
		if b, ok := e.Body.(T); ok {
			list = append(list, b)
		}
	}
	return list
}

// journal is a log that may be read while it is written.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// desk is a user's desktop: a bus, perhaps with a notification service, and a
// folder for files.
type desk struct {
	t    *testing.T
	bus  *dbustest.Bus
	bell *dbustest.Notifications
	home string
	log  *journal
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, bus: dbustest.NewBus(t), home: t.TempDir(), log: &journal{}}
	d.bell = d.bus.Notifications("actions", "body", "body-markup", "persistence")
	t.Cleanup(func() {
		text := d.log.String()
		for _, key := range []string{virtualKey, masterKey} {
			if strings.Contains(text, key) {
				t.Error("the log shows a key")
			}
		}
		if t.Failed() {
			t.Logf("the log:\n%s", last(text))
		}
	})
	return d
}

// last are the last lines of a log that matter.
func last(text string) string {
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(l string) bool { return strings.Contains(l, "level=DEBUG") })
	return strings.Join(lines[max(0, len(lines)-25):], "\n")
}

// profile writes settings that watch a gateway, as "prod".
func (d *desk) profile(g *demo.Gateway, change ...func(*config.Settings)) {
	d.t.Helper()
	s := config.Default()
	for _, f := range change {
		f(&s)
	}
	s.Profiles = []config.Profile{{
		ID: "prod", Label: "prod", Connect: true, CoreURL: g.CoreURL(), AdminURL: g.AdminURL(),
	}}
	if _, _, err := config.Save(config.PathsIn(d.home).Settings, config.Default(), s); err != nil {
		d.t.Fatal(err)
	}
}

// quickly makes attempts to connect follow each other sooner.
func quickly(s *config.Settings) {
	s.Reconnect = config.Reconnect{Schedule: []time.Duration{0, time.Second}, Max: 2 * time.Second}
}

// program is a running Gatewatch.
type program struct {
	*run.Program
	t      *testing.T
	events *events
	stop   func()
}

// start runs Gatewatch on the desk until stop, or the end of the test.
func (d *desk) start(target run.Target, more ...func(*run.Options)) *program {
	d.t.Helper()
	p := &program{t: d.t, events: &events{}}
	log := slog.New(slog.NewTextHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	sender := notification.Open(notification.Options{Address: d.bus.Address, Log: log})
	d.t.Cleanup(func() { _ = sender.Close() }) // of a process that may not use it
	o := run.Options{
		Target: target, Notify: true, Paths: config.PathsIn(d.home), Log: log,
		Sender: sender, Record: []run.Recorder{p.events},
	}
	for _, f := range more {
		f(&o)
	}
	started, err := run.Start(d.t.Context(), o)
	if err != nil {
		d.t.Fatal(err)
	}
	p.Program = started
	p.stop = sync.OnceFunc(func() {
		if err := started.Close(context.Background()); err != nil { //nolint:usetesting // runs in Cleanup
			d.t.Errorf("close: %v", err)
		}
	})
	d.t.Cleanup(p.stop)
	return p
}

// watch starts Gatewatch on the profile "prod".
func (d *desk) watch() *program { return d.start(run.Target{Profile: "prod"}) }

func (p *program) snapshot() engine.Snapshot {
	p.t.Helper()
	s, err := p.Snapshot(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

// await waits until what is shown satisfies cond.
func (p *program) await(what string, cond func(*state.Live) bool) state.Live {
	p.t.Helper()
	return p.awaitFor(patience, what, cond)
}

func (p *program) awaitFor(long time.Duration, what string, cond func(*state.Live) bool) state.Live {
	p.t.Helper()
	for deadline := time.Now().Add(long); ; time.Sleep(50 * time.Millisecond) {
		s := p.snapshot()
		if cond(&s.Live) {
			return s.Live
		}
		if time.Now().After(deadline) {
			links, _ := json.Marshal(s.Live.Links)
			alerts, _ := json.Marshal(s.Live.Alerts)
			p.t.Fatalf("%s: not within %v\nlinks %s\nalerts %s", what, long, links, alerts)
		}
	}
}

// connected reports whether a gateway is wholly up.
func connected(live *state.Live) bool {
	for _, g := range live.Gateways {
		return g.Overall == string(event.LinkConnected)
	}
	return false
}

// serve plays a scenario until the end of the test.
func serve(t *testing.T, o demo.Options) *demo.Gateway {
	t.Helper()
	o.VirtualKey, o.MasterKey = virtualKey, masterKey
	g, err := demo.Serve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g
}

// script parses a scenario of the test's own.
func script(t *testing.T, text string) *demo.Scenario {
	t.Helper()
	s, err := demo.Parse(t.Name(), text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// do plays a line now.
func do(t *testing.T, g *demo.Gateway, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if err := g.Do(line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
}

// said are the calls of Notify in brief: urgency, "new" or "in place", title.
func (d *desk) said() []string {
	var list []string
	for _, c := range d.bell.Calls() {
		how := " new: "
		if c.Replaces != 0 {
			how = " in place: "
		}
		list = append(list, [...]string{"low", "normal", "critical"}[c.Urgency()]+how+c.Title)
	}
	return list
}

// quiet waits for a while and fails the test if anything is told meanwhile.
func (d *desk) quiet(long time.Duration) {
	d.t.Helper()
	before := d.said()
	time.Sleep(long)
	if after := d.said(); !slices.Equal(before, after) {
		d.t.Errorf("told meanwhile: %q", after[len(before):])
	}
}

// open lists what fires, as "rule entity severity".
func open(live *state.Live) []string {
	var list []string
	for _, a := range live.Alerts {
		if a.Status == "firing" || a.Status == "recovering" {
			list = append(list, a.Rule+" "+a.Entity+" "+a.Severity)
		}
	}
	slices.Sort(list)
	return list
}
