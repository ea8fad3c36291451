//go:build unix

package run_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/demo"
)

// spent is a world in which one key has used 95 % of its limit.
const spent = `# One key is nearly used up.
have provider 1 openai latency=412 models=gpt-5.2
have key 1 team-billing limit=500 spent=475
have key 2 customer-support limit=1200 spent=100
`

// told is the notification of it.
const told = "critical new: team-billing has used 95 %"

// Everything that a gateway must not send brings nobody down: connections
// stay, it is counted, and what is shown is plain text.
func TestBadInput(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := serve(t, demo.Options{Scenario: "bad-input", Speed: 2})
	d.profile(g)
	p := d.watch()
	select {
	case <-g.Played():
	case <-time.After(2 * patience):
		t.Fatal("the scenario does not end")
	}
	live := p.await("all spends", func(live *state.Live) bool {
		return live.Keys["prod/1"].Total.Or(-1) == 212_462_500_000 && live.Keys["prod/66"].UsedRatio.Or(-1) > 0.75
	})
	p.await("the counters", func(live *state.Live) bool {
		l := live.Links["prod/spend"]
		return l.BadFrames >= 14 && l.Unrecognised >= 8 && live.Links["prod/notifications"].Unrecognised >= 8
	})
	for id, l := range live.Links {
		if l.Class != "unsupported" && (l.State != "connected" || l.Connects != 1 || l.Dropped > 0) {
			t.Errorf("%s: %+v", id, l)
		}
	}
	snap := p.snapshot()
	for id, a := range snap.Live.Alerts {
		for line := range strings.SplitSeq(a.Evidence, "\n") { // a sentence a line
			if strings.ContainsFunc(line, unfit) {
				t.Errorf("shown as evidence: %q", line)
			}
		}
		a.Evidence = ""
		snap.Live.Alerts[id] = a
	}
	shown, err := json.Marshal(snap)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(shown, &tree); err != nil {
		t.Fatal(err)
	}
	each(tree, func(s string) {
		if i := strings.IndexFunc(s, unfit); i >= 0 {
			t.Errorf("shown: %q", s)
		}
	})
	d.bell.WaitCalls(2) // a title is no markup, and is shown as it is
	want := []string{"normal new: <img src=x onerror=alert(1)><script>alert(2)</script> has used 76 %", "normal new: Image failed"}
	if diff := cmp.Diff(want, d.said()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	if u := of[event.Unrecognised](p.events); len(u) < 16 {
		t.Errorf("%d events are unrecognised", len(u))
	}
}

// unfit reports characters that do something to a line of text: control
// characters, and those that turn its direction.
func unfit(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029
}

// each calls f for every string in a tree.
func each(tree any, f func(string)) {
	switch v := tree.(type) {
	case string:
		f(v)
	case []any:
		for _, e := range v {
			each(e, f)
		}
	case map[string]any:
		for k, e := range v {
			f(k)
			each(e, f)
		}
	}
}

// A gateway that is killed and started again is reconnected and read anew; the
// state is kept, and nothing is told twice.
func TestGatewayRestarts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	world := script(t, spent)
	g := serve(t, demo.Options{Script: world})
	d.profile(g, quickly)
	p := d.watch()
	p.await("connected", connected)
	d.bell.WaitCalls(1)
	do(t, g, "spend team-billing 1.25")
	p.await("a spend", func(live *state.Live) bool { return live.Keys["prod/1"].ObservedTotal > 0 })
	address := strings.TrimPrefix(g.CoreURL(), "http://")
	total := event.USD(476.25)
	for round := range 3 {
		if err := g.Close(); err != nil {
			t.Fatal(err)
		}
		live := p.await("lost", func(live *state.Live) bool {
			return live.Gateways["prod"].Overall == "reconnecting" && live.Gateways["prod"].Cause != ""
		})
		if k := live.Keys["prod/1"]; k.Total.Or(-1) != total || k.Name != "team-billing" {
			t.Errorf("while it is gone, the key is %+v", k)
		}
		g = serve(t, demo.Options{Script: world, Listen: address})
		total = event.USD(475) // it has forgotten what was spent, and its own word is taken
		live = p.await("connected again", func(live *state.Live) bool {
			return connected(live) && live.Keys["prod/1"].Total.Or(-1) == total
		})
		for id, l := range live.Links {
			if l.Class != "unsupported" && l.Resyncs != int64(round+1) {
				t.Errorf("%s was resynchronised %d times in %d restarts", id, l.Resyncs, round+1)
			}
		}
	}
	again := 0
	for _, r := range of[event.Resynchronised](p.events) {
		if !r.First && r.GapMS > 0 && r.Reason == "reconnected" {
			again++
		}
	}
	if again != 3*7 {
		t.Errorf("told of %d resynchronisations", again)
	}
	do(t, g, "spend team-billing 0.5")
	p.await("events go on", func(live *state.Live) bool { return live.Keys["prod/1"].LastAmount == int64(0.5*1e9) })
	d.quiet(4 * time.Second)
	if diff := cmp.Diff([]string{told}, d.said()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

// A refused key is told once and not tried again and again; the right one
// brings everything back.
func TestRefusedKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := serve(t, demo.Options{Script: script(t, spent)})
	d.profile(g, quickly)
	p := d.watch()
	p.await("connected", connected)
	d.bell.WaitCalls(1)
	ctx := t.Context()
	if err := p.SetKeys(ctx, "prod", secret.New("vk-wrong"), secret.String{}); err != nil {
		t.Fatal(err)
	}
	live := p.await("refused", func(live *state.Live) bool {
		n := 0
		for _, l := range live.Links {
			if l.Plane == "core" && l.State == "error" && l.Class == "auth" {
				n++
			}
		}
		return n >= 5 && live.Gateways["prod"].Admin == "connected"
	})
	if g := live.Gateways["prod"]; g.Core != "error" || g.Overall != "partial" || g.Cause == "" {
		t.Errorf("shown as %+v", g)
	}
	d.bell.WaitCalls(2)
	d.quiet(6 * time.Second)
	if diff := cmp.Diff([]string{told, "critical new: The virtual key is refused"}, d.said()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	for name, s := range g.Stats() {
		if s.Refused > 3 {
			t.Errorf("%s was asked %d times", name, s.Refused)
		}
	}
	if err := p.SetKeys(ctx, "prod", secret.New(virtualKey), secret.String{}); err != nil {
		t.Fatal(err)
	}
	p.await("connected again", func(live *state.Live) bool {
		return connected(live) && !slices.Contains(open(live), "gateway.auth prod critical")
	})
	do(t, g, "spend team-billing 1")
	p.await("events go on", func(live *state.Live) bool { return live.Keys["prod/1"].LastAmount == int64(1e9) })
	settings, err := os.ReadFile(config.PathsIn(d.home).Settings)
	if err != nil || strings.Contains(string(settings), virtualKey) {
		t.Errorf("the settings file: %v\n%s", err, settings)
	}
}

// Without a notification service that is shown, and nothing else is lost; one
// that appears is used.
func TestNoNotificationService(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bell.Vanish()
	g := serve(t, demo.Options{Script: script(t, spent)})
	d.profile(g)
	p := d.watch()
	live := p.await("the warning", func(live *state.Live) bool {
		return live.App["notifications"].Title != "" && len(open(live)) == 3
	})
	if f := live.App["notifications"]; f.Severity != "warning" || !strings.Contains(f.Text, "dunst") {
		t.Errorf("shown as %+v", f)
	}
	p.await("the decision", func(live *state.Live) bool {
		return slices.ContainsFunc(values(live.Alerts), func(a state.AlertLine) bool {
			return a.Severity == "critical" && strings.HasPrefix(a.NotifyReason, "failed")
		})
	})
	d.bell.Return()
	do(t, g, "limit customer-support 105")
	p.await("the warning is taken back", func(live *state.Live) bool { return live.App["notifications"].Title == "" })
	if said := d.said(); !slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, "customer-support") }) {
		t.Errorf("told %q", said)
	}
}

func values[T any](m map[string]T) (list []T) {
	for _, v := range m {
		list = append(list, v)
	}
	return list
}

// A second process with the same files looks, and leaves writing and telling
// to the first.
func TestSecondProcess(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.profile(serve(t, demo.Options{Script: script(t, spent)}))
	first := d.watch()
	first.await("connected", connected)
	d.bell.WaitCalls(1)
	second := d.watch()
	live := second.await("connected", func(live *state.Live) bool { return connected(live) && len(open(live)) == 3 })
	if f := live.App["writer"]; f.Title == "" || !strings.Contains(f.Text, "writes no history and raises no notifications") {
		t.Errorf("says %+v", f)
	}
	if f := first.snapshot().Live.App["writer"]; f.Title != "" {
		t.Errorf("the first says %+v", f)
	}
	if _, err := second.TestNotification(t.Context(), event.SeverityWarning); err == nil {
		t.Error("the second raises notifications")
	}
	d.quiet(4 * time.Second)
	if diff := cmp.Diff([]string{told}, d.said()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	second.stop()
	first.stop()
	if third := d.watch(); third.snapshot().Live.App["writer"].Title != "" {
		t.Error("the files are still taken")
	}
}

// What was told before a restart is not told again; what was open is shown at
// once, before any gateway answers.
func TestProgramRestarts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	world := script(t, spent)
	g := serve(t, demo.Options{Script: world})
	d.profile(g, quickly)
	p := d.watch()
	p.await("connected", connected)
	d.bell.WaitCalls(1)
	p.await("told", func(live *state.Live) bool {
		return slices.ContainsFunc(values(live.Alerts), func(a state.AlertLine) bool {
			return a.Severity == "critical" && a.NotifyDecidedAt > 0 && !strings.HasPrefix(a.NotifyReason, "held")
		})
	})
	p.stop()

	p = d.watch()
	p.await("connected", func(live *state.Live) bool { return connected(live) && len(open(live)) == 3 })
	d.quiet(5 * time.Second)
	live := p.snapshot().Live
	before := open(&live)
	p.stop()

	address := strings.TrimPrefix(g.CoreURL(), "http://")
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	p = d.watch()
	live = p.await("restored", func(live *state.Live) bool { return len(live.Alerts) > 0 })
	if diff := cmp.Diff(before, open(&live)); diff != "" {
		t.Errorf("open alerts (-before +after):\n%s", diff)
	}
	if k := live.Keys["prod/1"]; k.Total.Or(-1) != 475*1e9 || k.Remembered == 0 {
		t.Errorf("before any gateway answers, the key is %+v; want it as it was, with the time", k)
	}
	serve(t, demo.Options{Script: world, Listen: address})
	p.await("connected", connected)
	d.quiet(5 * time.Second)
	if diff := cmp.Diff([]string{told}, d.said()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

// A command line that names a single gateway watches that, with the keys of the
// environment, and one that contradicts itself is refused.
func TestTargets(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := serve(t, demo.Options{Script: script(t, spent)})
	p := d.start(run.Target{Core: g.CoreURL(), Admin: g.AdminURL()})
	for _, x := range p.Profiles() {
		if n, at := p.EnvironmentKeys(x.ID), p.MasterKeyBackend(x.ID); n != 1 || at != secret.Environment {
			t.Errorf("%d keys of the environment are in use, the master key is in %q; want both of the environment", n, at)
		}
	}
	p.await("connected", connected)
	for _, target := range []run.Target{
		{Demo: true, Core: g.CoreURL()},
		{Demo: true, Profile: "prod"},
		{Profile: "nobody"},
		{Core: "not an address"},
		{Demo: true, Scenario: "no-such-scenario"},
	} {
		started, err := run.Start(t.Context(), run.Options{Target: target, Paths: config.PathsIn(t.TempDir())})
		if err == nil {
			t.Errorf("%+v was started", target)
			_ = started.Close(t.Context())
		}
	}
}

// A gateway that ceases to accept the keys is told once for each half, and is
// not asked again and again; connecting by hand tries at once.
func TestAuthRejected(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := serve(t, demo.Options{Scenario: "auth-rejected", Speed: 2})
	d.profile(g, quickly)
	p := d.watch()
	p.await("connected", func(live *state.Live) bool { return live.Links["prod/spend"].ConnectedAt > 0 })
	refused := func(plane, class string) func(*state.Live) bool {
		return func(live *state.Live) bool {
			n := 0
			for _, l := range live.Links {
				if l.Plane == plane && l.State == "error" && l.Class == class {
					n++
				}
			}
			return n == map[string]int{"core": 5, "admin": 2}[plane]
		}
	}
	live := p.await("the virtual key is refused", refused("core", "auth"))
	if g := live.Gateways["prod"]; g.Core != "error" || g.Overall != "partial" || !strings.Contains(g.Cause, "does not accept this key") {
		t.Errorf("shown as %+v", g)
	}
	p.await("the master key is refused", refused("admin", "forbidden"))
	<-g.Played() // both are accepted again, and nobody knows
	d.quiet(4 * time.Second)
	want := []string{"critical new: The virtual key is refused", "critical new: The master key is not let in"} // 401, then 403
	if diff := cmp.Diff(want, d.said()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	refusals := int64(0)
	for name, s := range g.Stats() {
		if s.Refused > 2 {
			t.Errorf("%s was asked %d times", name, s.Refused)
		}
		refusals += int64(s.Refused)
	}
	if refusals == 0 || refusals > 4 { // one tries for all of its half
		t.Errorf("%d times a refused key was sent", refusals)
	}
	if err := p.Connect("prod"); err != nil {
		t.Fatal(err)
	}
	p.await("connected by hand", func(live *state.Live) bool { return connected(live) && len(open(live)) == len(openSpend(live)) })
}

// openSpend lists what fires of budgets.
func openSpend(live *state.Live) []string {
	return slices.DeleteFunc(open(live), func(a string) bool { return !strings.HasPrefix(a, "budget.") })
}
