package forecast

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// The seeds of the table were not used while the forecast was made.
const firstSeed = 7_000_001

// aims are what is promised of each pattern; zero promises nothing.
var aims = map[string]struct{ median, coverLeast, coverMost, irregular float64 }{
	"steady":                   {0.05, 0.70, 0.95, 0},
	"office hours":             {0.05, 0.70, 0.95, 0},
	"nightly batch":            {0.05, 0.70, 0.95, 0},
	"bursty":                   {0, 0, 0, 0.85},
	"runaway":                  {0.05, 0.70, 0.95, 0},
	"month-end ramp":           {0.10, 0.70, 0.95, 0},
	"the first month-end ramp": {0, 0.70, 0.95, 0},
}

// scoresOf tries each pattern on so many series.
func scoresOf(series, tries int) []Score {
	scores := make([]Score, len(patterns))
	var wait sync.WaitGroup
	room := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range patterns {
		all := make([][]Try, series)
		var own sync.WaitGroup
		for n := range series {
			own.Go(func() {
				room <- struct{}{}
				defer func() { <-room }()
				all[n] = triesOf(&patterns[i], firstSeed+uint64(n), tries)
			})
		}
		wait.Go(func() {
			own.Wait()
			var flat []Try
			for _, t := range all {
				flat = append(flat, t...)
			}
			scores[i] = ScoreOf(flat)
		})
	}
	wait.Wait()
	return scores
}

// TestForecastsAreHeldAgainstWhatCame plays few series of each pattern; with
// GATEWATCH_FORECAST all of them, whose table it writes into that file.
func TestForecastsAreHeldAgainstWhatCame(t *testing.T) {
	file, series, slack := os.Getenv("GATEWATCH_FORECAST"), 8, 1.5
	if file != "" {
		series, slack = 24, 1
	}
	scores := scoresOf(series, 8)
	for i, p := range patterns {
		s, aim := &scores[i], aims[p.name]
		t.Logf("%-15s tries %d shown %d median %.3f covered %.2f late %.3f largest %.2f irregular %.2f; naive %.3f late %.2f", p.name, s.Tries, s.Shown,
			s.MedianError, s.Coverage, s.LateShare, s.LargestLate, s.TooIrregular, s.NaiveMedianError, s.NaiveLateShare)
		if aim.median > 0 && !(s.MedianError <= aim.median*slack) {
			t.Errorf("%s: the median error is %.1f %%, want at most %.1f %%", p.name, 100*s.MedianError, 100*aim.median*slack)
		}
		if aim.coverLeast > 0 && !(s.Coverage >= aim.coverLeast-(slack-1)/10 && s.Coverage <= aim.coverMost+(slack-1)/10) {
			t.Errorf("%s: the range held the truth in %.0f %%, want %.0f to %.0f %%", p.name, 100*s.Coverage, 100*aim.coverLeast, 100*aim.coverMost)
		}
		if s.TooIrregular < aim.irregular {
			t.Errorf("%s: only %.0f %% were called too irregular", p.name, 100*s.TooIrregular)
		}
		if p.name == "runaway" && s.LargestLate > late {
			t.Errorf("a runaway was foreseen %.2f times too late", 1+s.LargestLate)
		}
	}
	if file != "" {
		writeTable(t, file, scores)
	}
}

const tableBegin, tableEnd = "<!-- the table: make forecast -->\n", "<!-- the end of the table -->\n"

// writeTable puts the scores between the marks of a document.
func writeTable(t *testing.T, file string, scores []Score) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), tableBegin)
	_, after, ok2 := strings.Cut(rest, tableEnd)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table", file)
	}
	var table strings.Builder
	table.WriteString("| pattern | tries | ranges shown | median error | held by the range | later than 1.5 × | too irregular | naive: median error | naive: later than 1.5 × |\n|---|---|---|---|---|---|---|---|---|\n")
	for i, p := range patterns {
		s := &scores[i]
		fmt.Fprintf(&table, "| %s | %d | %d | %s | %s | %s | %s | %s | %s |\n", p.name, s.Tries, s.Shown, said(s.MedianError), said(s.Coverage), said(s.LateShare),
			said(s.TooIrregular), said(s.NaiveMedianError), said(s.NaiveLateShare))
	}
	if err := os.WriteFile(file, []byte(before+tableBegin+table.String()+tableEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func said(share float64) string {
	if math.IsNaN(share) {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*share)
}
