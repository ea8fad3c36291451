package cli_test

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/lock"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
)

// answered is what `status --json` prints.
type answered struct {
	State, Note, Says string
	Alerts            []state.AlertLine
}

func askStatus(t *testing.T, args ...string) (a answered, code int) {
	t.Helper()
	got := execute(append([]string{"status", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(got.out), &a); err != nil {
		t.Fatalf("%v: %s %s", err, got.out, got.err)
	}
	return a, got.code
}

// `status` beside a running program says what that has, with a target or without;
// where that does not answer it says so, and what was kept.
func TestStatusAsksTheProgramThatRuns(t *testing.T) {
	home(t)
	g := serve(t, "dialect conduit\nhave group 1 Platform credit=100 spent=95\nhave key 1 team group=Platform\nhave provider 1 openai type=OpenAI")
	p, err := run.Start(t.Context(), run.Options{Target: run.Target{Core: g.CoreURL(), Admin: g.AdminURL()}})
	if err != nil {
		t.Fatal(err)
	}
	closed := false
	defer func() {
		if !closed {
			_ = p.Close(t.Context())
		}
	}()
	for end := time.Now().Add(time.Minute); ; {
		snap, err := p.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(run.ReportOf(&snap.Live).Alerts) > 0 && run.LinksReady(&snap.Live) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("no alert came")
		}
		<-p.Frames()
	}
	for _, args := range [][]string{nil, both(g)} {
		a, code := askStatus(t, args...)
		snap, err := p.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		has := run.ReportOf(&snap.Live)
		if a.State != "live" || a.Note != "" || code != 20 || a.Says != has.Says || len(a.Alerts) != len(has.Alerts) {
			t.Errorf("%q: %d, %+v; the program has %+v", args, code, a, has)
		}
		if d := cmp.Diff(has.Alerts[0].Evidence, a.Alerts[0].Evidence); d != "" || a.Alerts[0].Ends == "" {
			t.Errorf("%q: evidence %s, ends %q", args, d, a.Alerts[0].Ends)
		}
	}
	if plain := execute("status", "--verbose").out; !strings.HasPrefix(plain, "1 thing needs you. Platform has used 95 % (") || !strings.Contains(plain, "seen: $95 of $100.") || !strings.Contains(plain, "end:  It ends") {
		t.Errorf("for people: %s", plain)
	}
	snap, err := p.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	todayIsLive(t, run.ReportOf(&snap.Live).Money[0].Today.Status())
	if out := execute("mark", strings.Repeat("x", 300)).out; !strings.Contains(out, "Its text was cut") {
		t.Errorf("a long mark: %s", out)
	}
	if out := execute("mark", strings.Repeat("x", 200)).out; strings.Contains(out, "cut") {
		t.Errorf("a mark: %s", out)
	}
	if err := p.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	closed = true
	if a, code := askStatus(t); a.State != "stored" || a.Note != "" || code != 20 {
		t.Errorf("with nobody running: %d, %+v", code, a)
	}
	beSilent(t)
	if a, code := askStatus(t); a.State != "stored" || !strings.Contains(a.Note, "does not answer") || code != 20 {
		t.Errorf("beside one that does not answer: %d, %+v", code, a)
	}
}

// beSilent is a program that runs and does not answer.
func beSilent(t *testing.T) {
	t.Helper()
	paths := config.DefaultPaths()
	l, err := lock.Acquire(t.Context(), paths.Lock, "window")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Release() })
	path := filepath.Join(paths.Data, "status.sock")
	if len(path) > 100 {
		return // nobody listens, which is silence, too
	}
	_ = os.Remove(path)
	silent, err := net.Listen("unix", path) //nolint:noctx // it ends with the test
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
}

// todayIsLive holds an export of today against the program that runs: what that has
// is not as of when it was kept last.
func todayIsLive(t *testing.T, want event.ReadingStatus) {
	t.Helper()
	line, _, _ := strings.Cut(execute("export", "--today").out, "\n")
	var is struct {
		Body struct {
			Of, Unit string
			Today    event.Reading[event.NanoUSD]
		}
	}
	if err := json.Unmarshal([]byte(line), &is); err != nil {
		t.Fatal(err, line)
	}
	if got := is.Body.Today.Status(); is.Body.Of != "gateway" || got != want || got == event.ReadingStale || is.Body.Unit == "" {
		t.Errorf("%s, want %v", line, want)
	}
}
