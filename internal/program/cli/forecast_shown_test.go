package cli_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/program/run"
)

// foretold is when budgets are used up, by kind and id.
type foretold map[string]struct {
	Outcome                         string
	Earliest, Likely, Latest, Reset int64
	Spent                           float64
}

func milli(t *time.Time) int64 {
	if t == nil {
		return 0
	}
	return t.UnixMilli()
}

// forecastSays is what `forecast --json` says, and as of when.
func forecastSays(t *testing.T, args ...string) (foretold, time.Time) {
	t.Helper()
	got := execute(append([]string{"forecast", "--json"}, args...)...)
	var o struct {
		BegunLater []string
		Forecasts  []struct {
			Kind, ID, Outcome               string
			At                              time.Time
			SpentUSD                        float64
			Earliest, Likely, Latest, Reset *time.Time
		}
	}
	if err := json.Unmarshal([]byte(got.out), &o); err != nil || got.code != 0 || got.err != "" || len(o.BegunLater) > 0 {
		t.Fatalf("%q: exit %d, %v: %s %s", args, got.code, err, got.out, got.err)
	}
	all, at := foretold{}, time.Time{}
	for _, f := range o.Forecasts {
		x := all[state.ForecastID(f.Kind, f.ID)]
		x.Outcome, x.Spent = f.Outcome, f.SpentUSD
		x.Earliest, x.Likely, x.Latest, x.Reset = milli(f.Earliest), milli(f.Likely), milli(f.Latest), milli(f.Reset)
		all[state.ForecastID(f.Kind, f.ID)], at = x, f.At
	}
	return all, at
}

func foretoldBy(lines []state.Forecast) foretold {
	all := foretold{}
	for _, f := range lines {
		x := all[f.ID]
		x.Outcome, x.Spent = f.Outcome, float64(f.Spent)/1e9
		x.Earliest, x.Likely, x.Latest, x.Reset = f.Earliest, f.Likely, f.Latest, f.Reset
		all[f.ID] = x
	}
	return all
}

// TestForecastSaysWhatIsShown: of one history the command, `status` and the pages say the
// same of the same moment, whoever is asked: the program that runs, or, when none does,
// the history.
func TestForecastSaysWhatIsShown(t *testing.T) {
	home(t)
	g := serve(t, "dialect conduit\nhave group 1 Platform credit=900 spent=60\nhave key 1 team group=Platform\nhave key 2 batch group=Platform\n"+
		"have provider 1 openai type=OpenAI\nhave mapping 1 chat openai gpt-5.2 price=1.25/10\nhave log 600 over=25h")
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
	var shown foretold
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(500 * time.Millisecond) {
		p.Foresee(t.Context())
		snap, err := p.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if report := run.ReportOf(&snap.Live); run.LinksReady(&snap.Live) {
			shown = foretoldBy(report.Forecasts)
			// Not before all of the log was read, a page each two seconds.
			if f := shown["group:gateway/1"]; f.Outcome == "forecast" && snap.Live.Gateways["gateway"].Today.Status() == event.ReadingKnown {
				break
			}
		}
		if time.Now().After(end) {
			t.Fatalf("nothing is foreseen: %+v", shown)
		}
	}
	for _, args := range [][]string{nil, both(g)} {
		if d := cmp.Diff(shown, first(forecastSays(t, args...))); d != "" {
			t.Errorf("%q: -shown +said\n%s", args, d)
		}
	}
	var s struct{ Forecasts []state.Forecast }
	if got := execute("status", "--json"); json.Unmarshal([]byte(got.out), &s) != nil || cmp.Diff(shown, foretoldBy(s.Forecasts)) != "" {
		t.Errorf("status: %s", got.out)
	}
	if plain := execute("status", "--verbose").out; !strings.Contains(plain, "  group Platform: Likely used up ") {
		t.Errorf("status for people: %s", plain)
	}
	_, made := forecastSays(t)
	time.Sleep(2500 * time.Millisecond) // until then it is taken for now
	at := []string{"--at", made.Format(time.RFC3339Nano)}
	if d := cmp.Diff(shown, first(forecastSays(t, at...))); d != "" {
		t.Errorf("as of then, by the program that runs: -shown +said\n%s", d)
	}
	if err := p.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	closed = true
	if d := cmp.Diff(shown, first(forecastSays(t, append(both(g), at...)...))); d != "" {
		t.Errorf("as of then, by the history: -shown +said\n%s", d)
	}
}

func first[A, B any](a A, _ B) A { return a }

// TestForecastBesideASilentProgram: it says so, and looks for itself.
func TestForecastBesideASilentProgram(t *testing.T) {
	home(t)
	g := serve(t, "dialect conduit\nhave group 1 Platform credit=100 spent=9\nhave key 1 team group=Platform")
	for _, want := range []string{"", "does not answer. What follows is made of the history"} {
		got := execute(append([]string{"forecast"}, both(g)...)...)
		if got.code != 0 || (want == "") != (got.err == "") || !strings.Contains(got.err, want) || !strings.Contains(got.out, "group Platform: Too early to forecast") {
			t.Errorf("exit %d: %q %q", got.code, got.out, got.err)
		}
		if want == "" {
			beSilent(t)
		}
	}
}

// TestForecastOfWhatIsNotWatched: what cannot be answered is said at once.
func TestForecastOfWhatIsNotWatched(t *testing.T) {
	home(t)
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"", 0, "Nothing is watched: there is no gateway."},
		{"--json", 0, `"forecasts":[]`},
		{"--profile nobody", 2, `There is no profile "nobody"`},
		{"--at " + fmt.Sprint(time.Now().Add(time.Hour).Unix()), 2, "--at is in the future"},
		{"--at soon", 2, "--at is a time"},
		{"--timezone Nowhere/Town", 2, "There is no such time zone"},
		{"--limit 5", 2, "need --csv FILE"},
	} {
		began := time.Now()
		got := execute(append([]string{"forecast"}, strings.Fields(c.args)...)...)
		if got.code != c.code || !strings.Contains(got.out+got.err, c.want) || time.Since(began) > 15*time.Second {
			t.Errorf("%s: exit %d after %s: %q %q", c.args, got.code, time.Since(began), got.out, got.err)
		}
	}
}
