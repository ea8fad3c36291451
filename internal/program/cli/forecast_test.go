package cli_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// spendFile has six dollars an hour for twenty days, and what is added.
func spendFile(t *testing.T, more ...string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("time,amount\n")
	at := time.Date(2026, 3, 2, 0, 0, 5, 0, time.UTC)
	for i := range 20 * 24 * 6 {
		fmt.Fprintf(&b, "%s,1.00\n", at.Add(time.Duration(i)*10*time.Minute).Format(time.RFC3339))
	}
	b.WriteString(strings.Join(more, "\n"))
	file := filepath.Join(t.TempDir(), "spend.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestForecastOfAFile(t *testing.T) {
	file := spendFile(t, "nonsense,1", "2026-03-05T00:00:00Z,many")
	got := execute("forecast", "--csv", file, "--limit", "1740", "--at", "2026-03-12T00:00:00Z", "--timezone", "UTC", "--json")
	var o struct {
		V                        int
		Outcome, Says            string
		At                       time.Time
		LimitUSD, SpentUSD       float64
		Earliest, Likely, Latest *time.Time
		LikelyInHours            float64
		LastHourWatchedMinutes   float64
		ExpectedUSDPerHour       float64
		Tried                    int
		Reset, Change            *json.RawMessage
		Input                    struct{ Lines, BadLines, LinesAfterAt int }
	}
	if err := json.Unmarshal([]byte(got.out), &o); err != nil || got.code != 0 {
		t.Fatalf("exit %d, %v: %s %s", got.code, err, got.out, got.err)
	}
	if o.V != 1 || o.Outcome != "forecast" || o.LimitUSD != 1740 || o.SpentUSD != 1440 || o.LastHourWatchedMinutes != 60 || o.Reset != nil || o.Change != nil {
		t.Errorf("got %s", got.out)
	}
	if math.Abs(o.LikelyInHours-50) > 1 || o.Tried < 10 || math.Abs(o.ExpectedUSDPerHour-6) > 0.1 {
		t.Errorf("likely in %g h of 50, tried %d times, $%g/h", o.LikelyInHours, o.Tried, o.ExpectedUSDPerHour)
	}
	if o.Input.Lines != 2882 || o.Input.BadLines != 2 || o.Input.LinesAfterAt != 1440 {
		t.Errorf("input: %+v", o.Input)
	}
	said := execute("forecast", "--csv", file, "--limit", "1740", "--at", "2026-03-12T00:00:00Z", "--timezone", "UTC")
	if !strings.HasPrefix(said.out, "Likely used up Mar 14, 0") || !strings.Contains(said.err, `line 2882 is left out: "nonsense" is no time`) {
		t.Errorf("said %q, complained %q", said.out, said.err)
	}
}

func TestForecastBacktest(t *testing.T) {
	got := execute("forecast", "--csv", spendFile(t), "--backtest", "--json")
	var o struct {
		Tries, RangesShown                                       int
		MedianErrorPercent, CoveragePercent, TooIrregularPercent float64
		Naive                                                    struct{ MedianErrorPercent float64 }
	}
	if err := json.Unmarshal([]byte(got.out), &o); err != nil || got.code != 0 {
		t.Fatalf("exit %d, %v: %s", got.code, err, got.err)
	}
	if o.Tries < 200 || o.RangesShown != o.Tries || o.MedianErrorPercent > 1 || o.CoveragePercent < 95 || o.Naive.MedianErrorPercent > 1 {
		t.Errorf("of an even file: %s", got.out)
	}
	if said := execute("forecast", "--csv", spendFile(t), "--backtest"); !strings.Contains(said.out, "since the period began") {
		t.Errorf("said %q", said.out)
	}
}

// Before the first spending nothing is usual, and nothing can be divided by it.
func TestForecastOfAFileThatBeginsWithNothing(t *testing.T) {
	var b strings.Builder
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for i := range 24*6 + 12 {
		fmt.Fprintf(&b, "%s,%d\n", at.Add(time.Duration(i)*time.Hour).Format(time.RFC3339), i/(24*6)*5)
	}
	file := filepath.Join(t.TempDir(), "late.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	got := execute("forecast", "--csv", file, "--limit", "500", "--timezone", "UTC", "--json")
	var o struct {
		Outcome             string
		Latest              *time.Time
		TypicalErrorPercent *float64
		Change              *struct{ Times float64 }
	}
	if err := json.Unmarshal([]byte(got.out), &o); err != nil || got.code != 0 {
		t.Fatalf("exit %d, %v: %s %s", got.code, err, got.out, got.err)
	}
	if o.Outcome != "too_irregular" && (o.Latest == nil || o.TypicalErrorPercent == nil) || o.Change == nil || o.Change.Times < 100 {
		t.Errorf("got %s", got.out)
	}
}

func TestForecastIsRefused(t *testing.T) {
	file := spendFile(t)
	empty := filepath.Join(t.TempDir(), "empty.csv")
	if err := os.WriteFile(empty, []byte("a,b\nc,d\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"--csv", file},
		{"--csv", file, "--limit", "much"},
		{"--csv", file, "--limit", "-3"},
		{"--csv", file, "--limit", "3", "--at", "soon"},
		{"--csv", file, "--limit", "3", "--timezone", "Nowhere/Town"},
		{"--csv", filepath.Join(t.TempDir(), "none.csv"), "--limit", "3"},
		{"--csv", empty, "--limit", "3"},
		{"--csv", t.TempDir(), "--limit", "3"},
		{"--csv", file, "--limit", "3000", "--reset", "2026-03-10", "--at", "2026-03-12"},
		{"--csv", file, "--limit", "3000", "--since", "2026-03-13", "--at", "2026-03-12"},
		{"--csv", file, "--limit", "3000", "--profile", "prod"},
	} {
		if got := execute(append([]string{"forecast"}, args...)...); got.code != 2 || got.err == "" {
			t.Errorf("%q: exit %d, %q", args, got.code, got.err)
		}
	}
}
