//go:build unix

package run_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/outlook"
	"gatewatch/internal/core/state"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/demo"
)

// One warning and one critical notification, however often the gateway and our own
// sums say the same.
func TestSpendLimit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := d.start(run.Target{Demo: true, Scenario: "spend-limit"})
	live := p.await("92 % used", func(live *state.Live) bool { return live.Keys["demo/1"].UsedRatio.Or(-1) >= 0.92 })
	d.quiet(4 * time.Second) // longer than notifications are gathered
	want := []string{
		"normal new: team-billing has used 78 %", // of 75.6 %, and 78.9 % when it is told
		"critical new: team-billing has used 90 %",
	}
	if diff := cmp.Diff(want, d.said()); diff != "" {
		t.Fatalf("notices (-want +got):\n%s", diff)
	}
	calls := d.bell.Calls()
	if !strings.Contains(calls[0].Body, "of $500") || !strings.Contains(calls[1].Body, "Requests are blocked at 100 %.") {
		t.Errorf("bodies %q, %q", calls[0].Body, calls[1].Body)
	}
	for i, c := range calls { // only what is critical is heard
		if c.App != "Gatewatch" || c.Text("desktop-entry") != "gatewatch" || c.Silent() != (i == 0) {
			t.Errorf("notice %+v", c)
		}
	}
	got := slices.DeleteFunc(open(&live), func(a string) bool { return !strings.HasPrefix(a, "budget.used 1 ") })
	if !cmp.Equal(got, []string{"budget.used 1 critical", "budget.used 1 info", "budget.used 1 warning"}) {
		t.Errorf("open alerts %q", got)
	}
	if k := live.Keys["demo/1"]; k.Name != "team-billing" || k.Limit != event.Known(500*event.PerUSD) || k.Total.Or(-1) != 460*event.PerUSD {
		t.Errorf("the key is shown as %+v", k)
	}
	if g := live.Gateways["demo"]; g.Overall != string(event.LinkConnected) || !g.Demo {
		t.Errorf("the gateway is shown as %+v", g)
	}
}

// One notification that a provider is down, and one that it is well again, at the
// times that the rules say: 10 s and 60 s.
func TestProviderOutage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.profile(serve(t, demo.Options{Scenario: "provider-outage", Speed: 6}))
	p := d.watch()
	p.await("unhealthy", func(live *state.Live) bool { return live.Providers["prod/1"].Health == "unhealthy" })
	began := time.Now()
	first := d.bell.WaitCalls(1)
	if took := time.Since(began); took < 9*time.Second {
		t.Errorf("told after %v", took)
	}
	p.await("healthy", func(live *state.Live) bool { return live.Providers["prod/1"].Health == "healthy" })
	well := time.Now()
	p.awaitFor(2*patience, "the recovery", func(live *state.Live) bool {
		return len(d.bell.Calls()) > 1 && !slices.Contains(open(live), "provider.unhealthy 1 critical")
	})
	if took := time.Since(well); took < 59*time.Second {
		t.Errorf("believed after %v", took)
	}
	want := []string{"critical new: openai is unhealthy", "normal in place: openai is healthy again"}
	if diff := cmp.Diff(want, d.said()); diff != "" {
		t.Fatalf("notices (-want +got):\n%s", diff)
	}
	if !strings.Contains(first[0].Body, "503 Service Unavailable") {
		t.Errorf("body %q", first[0].Body)
	}
	if last := d.bell.Calls()[1]; last.Replaces != first[0].Number || !strings.Contains(last.Body, "Was down") {
		t.Errorf("the recovery is %+v", last)
	}
	if n := len(d.bell.Screen()); n != 1 {
		t.Errorf("%d bubbles are left", n)
	}
}

func TestCalm(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.profile(serve(t, demo.Options{Scenario: "calm", Speed: 3}))
	p := d.watch()
	p.await("connected", connected)
	time.Sleep(20 * time.Second)
	s := p.snapshot()
	if got := d.said(); len(got) > 0 {
		t.Errorf("told %q", got)
	}
	if len(s.Live.Keys) == 0 || len(s.Live.Providers) == 0 || len(s.Live.Tasks) == 0 || len(s.Live.Transactions) == 0 {
		t.Errorf("nothing is shown: %d keys, %d providers, %d tasks, %d spends",
			len(s.Live.Keys), len(s.Live.Providers), len(s.Live.Tasks), len(s.Live.Transactions))
	}
	for _, l := range s.Live.Links {
		if l.BadFrames > 0 || l.Unrecognised > 0 || l.Dropped > 0 {
			t.Errorf("link %+v", l)
		}
	}
}

// A provider that goes up and down eleven times is told of once or twice, and
// then that it is unstable. (That it has settled is told after a quarter of an
// hour; package notify tests that with a clock of its own.)
func TestFlapping(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.profile(serve(t, demo.Options{Scenario: "flapping", Speed: 1.25}))
	p := d.watch()
	p.await("up and down", func(live *state.Live) bool { return live.Providers["prod/4"].Changes >= 4 })
	live := p.awaitFor(2*patience, "the end of it", func(live *state.Live) bool {
		g := live.Providers["prod/4"]
		return g.Changes >= 9 && g.Health == "healthy"
	})
	said := d.said()
	if n := len(said); n == 0 || n > 5 {
		t.Fatalf("%d notices: %q", n, said)
	}
	if last := said[len(said)-1]; !strings.HasSuffix(last, "groq is unstable") {
		t.Errorf("the last notice is %q", last)
	}
	flapping := false
	for _, a := range live.Alerts {
		flapping = flapping || a.Entity == "4" && a.Flapping
	}
	if !flapping {
		t.Errorf("alerts %+v", live.Alerts)
	}
	t.Logf("told %q", said)
}

// Connections that are lost in every way come back; what was missed meanwhile
// is known afterwards, and told once.
func TestHubDrops(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := serve(t, demo.Options{Scenario: "hub-drops", Speed: 3})
	d.profile(g, quickly)
	p := d.watch()
	p.await("connected", connected)
	p.awaitFor(2*patience, "openai is down", func(live *state.Live) bool { return live.Providers["prod/1"].Health == "unhealthy" })
	select {
	case <-g.Played():
	case <-time.After(2 * patience):
		t.Fatal("the scenario does not end")
	}
	live := p.awaitFor(2*patience, "all is up again", func(live *state.Live) bool {
		return connected(live) && live.Providers["prod/1"].Health == "healthy"
	})
	if got := live.Tasks["prod/vid_long"].Status; got != "completed" {
		t.Errorf("the task is %q", got)
	}
	for id, l := range live.Links {
		if l.Class != "unsupported" && l.Resyncs == 0 {
			t.Errorf("%s was never lost: %+v", id, l)
		}
	}
	again := map[string]int{}
	for _, r := range of[event.Resynchronised](p.events) {
		if !r.First && r.GapMS > 0 {
			again[r.Hub]++
		}
	}
	if len(again) != 7 || again["spend"] < 3 {
		t.Errorf("resynchronised %v", again)
	}
	// The gateway itself was away when openai went down, and less than a minute
	// before it was well again: what was not certain is not told.
	if said := d.said(); len(said) > 0 {
		t.Errorf("told %q", said)
	}
}

// TestTheDemoIsBesideNoOther: a stored gateway, which the demo does not watch, is no fault
// of the demo's: it is neither shown nor listed.
func TestTheDemoIsBesideNoOther(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := config.Default()
	s.Profiles = append(s.Profiles, config.Profile{ID: "prod", Label: "prod", Connect: true, CoreURL: "http://127.0.0.1:1"})
	if _, _, err := config.Save(config.PathsIn(d.home).Settings, config.Default(), s); err != nil {
		t.Fatal(err)
	}
	p := d.start(run.Target{Demo: true, Scenario: "calm"})
	live := p.await("the demo is connected", func(live *state.Live) bool { return live.Gateways["demo"].Overall == "connected" })
	if len(live.Gateways) != 1 || len(p.Profiles()) != 1 {
		t.Errorf("%d gateways, %d listed", len(live.Gateways), len(p.Profiles()))
	}
	if o := live.Outlooks[outlook.All]; strings.Contains(o.Head, "not connected") {
		t.Errorf("%+v", o)
	}
}
