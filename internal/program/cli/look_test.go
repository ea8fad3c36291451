package cli_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/state"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/demo"
)

// watched has a gateway be watched until what is shown of it is as wanted, by a run that
// keeps it.
func watched(t *testing.T, g *demo.Gateway, until func(*state.Live) bool) {
	t.Helper()
	p, err := run.Start(t.Context(), run.Options{Target: run.Target{Core: g.CoreURL(), Admin: g.AdminURL(), Seed: 1}, Role: "watch"})
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(40 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		snap, err := p.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if until(&snap.Live) {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("it is not so: %+v", snap.Live.Alerts)
		}
	}
	if err := p.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestALookChangesNothing: "status" and "forecast" of a gateway that nobody watches look
// at it, end no alert of those that are kept, keep nothing, and hold up no window.
func TestALookChangesNothing(t *testing.T) {
	home(t)
	g := serve(t, "dialect conduit\nhave group 1 Trials credit=10 spent=9.7\nhave key 1 trial-a group=Trials\nhave key 2 trial-b group=Trials\nhave provider 1 openai type=OpenAI\n"+
		"have mapping 1 chat-default openai gpt-5.2 price=1.25/10")
	open := func() (titles []string) {
		var s struct{ Alerts []struct{ Title string } }
		got := execute("status", "--json")
		if err := json.Unmarshal([]byte(got.out), &s); err != nil {
			t.Fatalf("%v: %s", err, got.out)
		}
		for _, a := range s.Alerts {
			titles = append(titles, a.Title)
		}
		slices.Sort(titles)
		return titles
	}
	watched(t, g, func(l *state.Live) bool { // a link that is being tried is pending, and not kept
		return len(l.Groups) == 1 && slices.ContainsFunc(slices.Collect(maps.Values(l.Alerts)), func(a state.AlertLine) bool { return a.Status == "firing" })
	})
	paths := config.DefaultPaths()
	before, was := mustRead(t, paths.History), open()
	if len(was) == 0 {
		t.Fatal("no alert was kept")
	}
	for _, line := range []string{"credit Trials 50", "key delete trial-b"} { // what was told is over, and something new is so
		if err := g.Do(line); err != nil {
			t.Fatal(err)
		}
	}
	for _, command := range []string{"forecast", "status"} {
		if got := execute(append([]string{command}, both(g)...)...); got.code != 0 && got.code != 10 && got.code != 20 {
			t.Errorf("%s: %d %s %s", command, got.code, got.out, got.err)
		}
		if now := open(); !slices.Equal(now, was) {
			t.Errorf("after %s these are open: %q, before %q", command, now, was)
		}
		if !bytes.Equal(mustRead(t, paths.History), before) {
			t.Errorf("%s wrote to the history", command)
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(paths.History), "settings.toml")); err == nil {
			t.Errorf("%s wrote settings", command)
		}
	}
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
