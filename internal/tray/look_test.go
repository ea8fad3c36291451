package tray

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatewatch/internal/event"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// good is a summary with nothing wrong; edit changes it.
func good(edit ...func(*Summary)) Summary {
	s := Summary{
		Core: event.LinkConnected, Admin: event.LinkConnected, Overall: event.LinkConnected,
		Updated: noon.Add(-3 * time.Second), Now: noon,
	}
	for _, e := range edit {
		e(&s)
	}
	return s
}

func TestLookOf(t *testing.T) {
	openai := Reason{event.SeverityCritical, "OpenAI unhealthy (prod)", "/alerts?id=1"}
	budget := Reason{event.SeverityWarning, "team-billing 82 % of $500", "/alerts?id=2"}
	tests := []struct {
		name    string
		summary Summary
		want    Look
	}{
		{"ok", good(), Look{
			Shape: ShapeOK, Headline: Line{"All is well", "/"},
			Tooltip: "Gatewatch — All is well · updated just now",
		}},
		{"warning", good(func(s *Summary) { s.Warning, s.Reasons = 1, []Reason{budget} }), Look{
			Shape: ShapeWarning, Headline: Line{"1 warning: team-billing 82 % of $500", "/alerts"},
			Tooltip: "Gatewatch — 1 warning: team-billing 82 % of $500 · updated just now",
		}},
		{"critical", good(func(s *Summary) {
			s.Critical, s.Reasons = 1, []Reason{openai}
			s.SpendPerHour, s.HasSpend = event.USD(1.84), true
		}), Look{
			Shape: ShapeCritical, Headline: Line{"1 critical: OpenAI unhealthy (prod)", "/alerts"}, Spend: "Spend now $1.84/h",
			Tooltip: "Gatewatch — 1 critical: OpenAI unhealthy (prod) · $1.84/h · updated just now",
		}},
		{"critical and warning", good(func(s *Summary) {
			s.Critical, s.Warning, s.Reasons = 1, 1, []Reason{openai, budget}
		}), Look{
			Shape: ShapeCritical, Headline: Line{"1 critical: OpenAI unhealthy (prod)", "/alerts"},
			Tooltip: "Gatewatch — 1 critical: OpenAI unhealthy (prod) · updated just now",
			Reasons: []Line{{"⬣ OpenAI unhealthy (prod)", "/alerts?id=1"}, {"△ team-billing 82 % of $500", "/alerts?id=2"}},
		}},
		{"critical without a connection", good(func(s *Summary) {
			s.Critical, s.Core, s.Admin, s.Overall = 1, event.LinkReconnecting, "", event.LinkReconnecting
		}), Look{
			Shape: ShapeCritical, Headline: Line{"1 critical", "/alerts"},
			Tooltip: "Gatewatch — 1 critical · updated just now",
		}},
		{"no gateway", Summary{Now: noon}, Look{
			Shape: ShapeOffline, Headline: Line{"No gateway is set up", "/"},
			Tooltip: "Gatewatch — No gateway is set up",
		}},
		{"lost", good(func(s *Summary) {
			s.Core, s.Admin, s.Overall = event.LinkReconnecting, event.LinkReconnecting, event.LinkReconnecting
			s.Cause, s.Warning = "connection refused", 3
		}), Look{
			Shape: ShapeOffline, Headline: Line{"No connection: connection refused", "/"},
			Tooltip: "Gatewatch — No connection: connection refused · updated just now",
		}},
		{"refused", good(func(s *Summary) {
			s.Core, s.Admin, s.Overall, s.Cause = event.LinkError, "", event.LinkError, "the key was refused"
			s.Updated = time.Time{}
		}), Look{
			Shape: ShapeOffline, Headline: Line{"No connection: the key was refused", "/"},
			Tooltip: "Gatewatch — No connection: the key was refused",
		}},
		{"by hand", good(func(s *Summary) {
			s.Core, s.Admin, s.Overall = event.LinkDisconnected, event.LinkDisconnected, event.LinkDisconnected
		}), Look{
			Shape: ShapeOffline, Headline: Line{"Disconnected", "/"},
			Tooltip: "Gatewatch — Disconnected · updated just now",
		}},
		{"connecting for the first time", Summary{Core: event.LinkConnecting, Overall: event.LinkConnecting, Now: noon}, Look{
			Shape: ShapeStale, Headline: Line{"Connecting …", "/"}, Tooltip: "Gatewatch — Connecting …",
		}},
		{"connected, nothing read yet", good(func(s *Summary) { s.Updated = time.Time{} }), Look{
			Shape: ShapeStale, Headline: Line{"No data yet", "/"}, Tooltip: "Gatewatch — No data yet",
		}},
		{"stale", good(func(s *Summary) { s.Updated, s.Warning = noon.Add(-StaleAfter-time.Second), 1 }), Look{
			Shape: ShapeStale, Headline: Line{"No news for 2 min", "/"},
			Tooltip: "Gatewatch — No news for 2 min · updated 2 min ago",
		}},
		{"not stale yet", good(func(s *Summary) { s.Updated = noon.Add(-StaleAfter) }), Look{
			Shape: ShapeOK, Headline: Line{"All is well", "/"},
			Tooltip: "Gatewatch — All is well · updated 2 min ago",
		}},
		{"half connected", good(func(s *Summary) {
			s.Admin, s.Overall, s.Cause = event.LinkError, event.LinkError, "the key was refused"
		}), Look{
			Shape: ShapeWarning, Headline: Line{"Admin is not connected: the key was refused", "/"},
			Tooltip: "Gatewatch — Admin is not connected: the key was refused · updated just now",
		}},
		{"muted", good(func(s *Summary) { s.MutedUntil = noon.Add(47*time.Minute + time.Second) }), Look{
			Shape: ShapeOK, Muted: true, Unmute: "Unmute (47 min left)", Headline: Line{"All is well", "/"},
			Tooltip: "Gatewatch — All is well · updated just now",
		}},
		{"no longer muted", good(func(s *Summary) { s.MutedUntil = noon }), Look{
			Shape: ShapeOK, Headline: Line{"All is well", "/"},
			Tooltip: "Gatewatch — All is well · updated just now",
		}},
		{"gateways", good(func(s *Summary) {
			s.Gateways = []Gateway{{"prod", event.LinkConnected, ""}, {"staging", event.LinkReconnecting, "no answer"}, {"old", event.LinkError, ""}}
		}), Look{
			Shape: ShapeOK, Headline: Line{"All is well", "/"},
			Tooltip:  "Gatewatch — All is well · updated just now",
			Gateways: []Line{{"prod ● connected", "/"}, {"staging ◌ reconnecting: no answer", "/"}, {"old ⊘ error", "/"}},
		}},
		{"hostile names", good(func(s *Summary) {
			s.Warning, s.Reasons = 1, []Reason{{event.SeverityWarning, "a\n\u202Eb\x00<i>\tc</i>", ""}}
		}), Look{
			Shape: ShapeWarning, Headline: Line{"1 warning: a b <i> c</i>", "/alerts"},
			Tooltip: "Gatewatch — 1 warning: a b <i> c</i> · updated just now",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := LookOf(tt.summary)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestManyReasonsAndGateways(t *testing.T) {
	s := good(func(s *Summary) {
		s.Critical, s.Warning = 2, 7
		for range 6 {
			s.Reasons = append(s.Reasons, Reason{event.SeverityWarning, strings.Repeat("long name ", 20), ""})
		}
		for range MaxGateways + 3 {
			s.Gateways = append(s.Gateways, Gateway{ID: "g", State: event.LinkConnected})
		}
	})
	look := LookOf(s)
	if n := len(look.Reasons); n != MaxReasons+1 || look.Reasons[n-1] != (Line{"5 more …", "/alerts"}) {
		t.Errorf("%d reason lines, the last %+v", n, look.Reasons[n-1])
	}
	if n := len(look.Gateways); n != MaxGateways || look.Gateways[n-1].Text != "4 more …" {
		t.Errorf("%d gateway lines, the last %+v", n, look.Gateways[n-1])
	}
	if u := units(look.Tooltip); u > maxTooltip || !strings.HasSuffix(look.Tooltip, "… · updated just now") {
		t.Errorf("tooltip of %d units: %q", u, look.Tooltip)
	}
}

func TestWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "just now", 9 * time.Second: "just now", -time.Minute: "just now", 10 * time.Second: "10 s ago",
		59 * time.Second: "50 s ago", time.Minute: "1 min ago", 119 * time.Minute: "119 min ago",
		2 * time.Hour: "2 h ago", 47 * time.Hour: "47 h ago", 72 * time.Hour: "3 days ago",
	} {
		if got := ago(d); got != want {
			t.Errorf("ago(%v) = %q, want %q", d, got, want)
		}
	}
	for n, want := range map[event.NanoUSD]string{
		0: "$0.00/h", 1: "< $0.01/h", event.USD(0.004): "< $0.01/h", event.USD(0.005): "$0.01/h",
		event.USD(1.84): "$1.84/h", event.USD(1.999): "$2.00/h", event.USD(1234.5): "$1234.50/h",
	} {
		if got := perHour(n); got != want {
			t.Errorf("perHour(%v) = %q, want %q", n, got, want)
		}
	}
}

// Whatever the summary holds, the look is short, visible, and equal to itself.
func TestLookOfAnything(t *testing.T) {
	states := rapid.SampledFrom([]event.LinkState{
		"", event.LinkDisconnected, event.LinkConnecting,
		event.LinkConnected, event.LinkReconnecting, event.LinkError, "something new",
	})
	offset := rapid.Int64Range(-int64(time.Hour), int64(100*time.Hour))
	rapid.Check(t, func(t *rapid.T) {
		s := Summary{
			Critical: rapid.IntRange(0, 3).Draw(t, "critical"), Warning: rapid.IntRange(0, 9).Draw(t, "warning"),
			Core: states.Draw(t, "core"), Admin: states.Draw(t, "admin"), Overall: states.Draw(t, "overall"),
			Cause: rapid.String().Draw(t, "cause"), Now: noon,
			HasSpend: rapid.Bool().Draw(t, "hasSpend"), SpendPerHour: event.NanoUSD(rapid.Int64Min(0).Draw(t, "spend")),
		}
		if rapid.Bool().Draw(t, "updated") {
			s.Updated = noon.Add(-time.Duration(offset.Draw(t, "age")))
		}
		if rapid.Bool().Draw(t, "muted") {
			s.MutedUntil = noon.Add(time.Duration(offset.Draw(t, "mute")))
		}
		for range rapid.IntRange(0, 7).Draw(t, "reasons") {
			s.Reasons = append(s.Reasons, Reason{event.SeverityWarning, rapid.String().Draw(t, "reason"), ""})
		}
		for range rapid.IntRange(0, 12).Draw(t, "gateways") {
			s.Gateways = append(s.Gateways, Gateway{event.GatewayID(rapid.String().Draw(t, "id")), states.Draw(t, "state"), rapid.String().Draw(t, "why")})
		}
		look := LookOf(s)
		if !look.Equal(LookOf(s)) {
			t.Error("not equal to itself")
		}
		if len(look.Reasons) > MaxReasons+1 || len(look.Gateways) > MaxGateways || look.Headline.Text == "" || look.Headline.Route == "" {
			t.Errorf("%d reasons, %d gateways, headline %+v", len(look.Reasons), len(look.Gateways), look.Headline)
		}
		if u := len(utf16.Encode([]rune(look.Tooltip))); u > maxTooltip {
			t.Errorf("tooltip of %d units", u)
		}
		lines := append(append([]Line{look.Headline, {Text: look.Tooltip}}, look.Reasons...), look.Gateways...)
		for _, l := range lines {
			if units(l.Text) > maxTooltip || strings.ContainsFunc(l.Text, func(r rune) bool {
				return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
			}) {
				t.Errorf("line %q", l.Text)
			}
		}
	})
}

// A field that Equal forgets would never be redrawn.
func TestEqualKnowsEveryField(t *testing.T) {
	base := Look{Shape: ShapeOK}
	others := map[string]Look{
		"Shape":    {Shape: ShapeStale},
		"Muted":    {Shape: ShapeOK, Muted: true},
		"Tooltip":  {Shape: ShapeOK, Tooltip: "x"},
		"Headline": {Shape: ShapeOK, Headline: Line{"x", "y"}},
		"Reasons":  {Shape: ShapeOK, Reasons: []Line{{}}},
		"Gateways": {Shape: ShapeOK, Gateways: []Line{{}}},
		"Spend":    {Shape: ShapeOK, Spend: "x"},
		"Unmute":   {Shape: ShapeOK, Unmute: "x"},
	}
	for _, name := range fields[Look]() {
		other, ok := others[name]
		if !ok {
			t.Errorf("no case for field %s", name)
		} else if base.Equal(other) {
			t.Errorf("Equal forgets %s", name)
		}
	}
}
