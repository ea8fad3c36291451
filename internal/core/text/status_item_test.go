package text

import (
	"strings"
	"testing"
	"time"
)

// The status item's ages are coarse: each new word is a redraw.
func TestStatusItemAgesAreCoarse(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "now", 9 * time.Second: "now", 10 * time.Second: "10 s ago",
		59 * time.Second: "50 s ago", time.Minute: "1 min ago", 119 * time.Minute: "1 h 59 min ago",
		2*time.Hour + 59*time.Minute: "2 h ago", 47 * time.Hour: "47 h ago", 72 * time.Hour: "3 days ago",
	} {
		if got, want := StatusTooltip("All quiet", "", d, false), "Gatewatch — All quiet · updated "+want; got != want {
			t.Errorf("after %v: %q, want %q", d, got, want)
		}
	}
	if got := StatusTooltip("All quiet", RateOver(4_200_000, 15, false), -1, false); got != "Gatewatch — All quiet · $0.0042/h over 15 min" {
		t.Errorf("a rate below a cent: %q", got)
	}
	if got := StatusUnmute(30 * time.Second); got != "Unmute (1 min left)" {
		t.Errorf("less than a minute: %q", got)
	}
}

func TestTheTooltipKeepsItsEnd(t *testing.T) {
	got := StatusTooltip(strings.Repeat("x", 300), RateOver(1_840_000_000, 15, true), 0, true)
	if units(got) != MaxTooltip || !strings.HasSuffix(got, "x… · muted · at least $1.84/h over 15 min · updated now") {
		t.Errorf("%d units: %q", units(got), got)
	}
}

func TestStatusProvider(t *testing.T) {
	for _, c := range []struct {
		health string
		past   bool
		want   string
	}{
		{"healthy", false, "○ groq"},
		{"healthy", true, "◌ groq — was healthy"},
		{"degraded", true, "△ groq — was degraded"},
		{"disabled", false, "⊘ groq — disabled"},
		{"disabled", true, "⊘ groq — was disabled"},
		{"unknown", true, "◌ groq — not known"},
	} {
		if got := StatusProvider("groq", "", c.health, c.past); got != c.want {
			t.Errorf("%s, past %t: %q, want %q", c.health, c.past, got, c.want)
		}
	}
}

func TestStatusTasks(t *testing.T) {
	for _, c := range []struct {
		running, lost, stuck int
		want                 string
	}{
		{3, 0, 0, "Tasks: 3 running"},
		{0, 2, 0, "Tasks: 2 not known"},
		{1, 2, 1, "Tasks: 1 running · 2 not known · 1 stuck"},
	} {
		if got := StatusTasks(c.running, c.lost, c.stuck); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
