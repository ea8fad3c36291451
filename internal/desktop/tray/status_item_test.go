package tray

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/outlook"
	"gatewatch/internal/core/text"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func units(s string) int { return len(utf16.Encode([]rune(s))) }

// good is a summary with nothing wrong; edit changes it.
func good(edit ...func(*Summary)) Summary {
	s := Summary{
		Condition: outlook.OK, Says: "All quiet", Up: true,
		Updated: noon.Add(-3 * time.Second), Heard: noon.Add(-3 * time.Second), Now: noon,
	}
	for _, e := range edit {
		e(&s)
	}
	return s
}

// says is a summary whose outlook concludes that.
func says(condition, short string, edit ...func(*Summary)) Summary {
	s := good(edit...)
	s.Condition, s.Says = condition, short
	return s
}

func TestLookOf(t *testing.T) {
	openai := Reason{Severity: event.SeverityCritical, Text: "OpenAI unhealthy (prod)", Route: "/alerts?id=1"}
	budget := Reason{Severity: event.SeverityWarning, Text: "team-billing 82 % of $500", Route: "/alerts?id=2"}
	down := func(s *Summary) { s.Up = false }
	tests := []struct {
		name    string
		summary Summary
		want    StatusItem
	}{
		{"ok", good(), StatusItem{
			Shape: ShapeOK, Headline: Line{"All quiet", "/"},
			Tooltip: "Gatewatch — All quiet · updated now",
		}},
		{"not all is known", says(outlook.Unsure, "Nothing needs you, as far as can be seen"), StatusItem{
			Shape: ShapeUnsure, Headline: Line{"Nothing needs you, as far as can be seen", "/"},
			Tooltip: "Gatewatch — Nothing needs you, as far as can be seen · updated now",
		}},
		{"a sick provider without an alert", says(outlook.Warning, "1 provider not healthy"), StatusItem{
			Shape: ShapeWarning, Headline: Line{"1 provider not healthy", "/"}, Tooltip: "Gatewatch — 1 provider not healthy · updated now",
		}},
		{"warning", says(outlook.Warning, "1 warning: team-billing 82 % of $500", func(s *Summary) { s.Warning, s.Reasons = 1, []Reason{budget} }), StatusItem{
			Shape: ShapeWarning, Headline: Line{"1 warning: team-billing 82 % of $500", "/alerts"},
			Tooltip: "Gatewatch — 1 warning: team-billing 82 % of $500 · updated now",
		}},
		{"critical", says(outlook.Critical, "1 critical: OpenAI unhealthy (prod)", func(s *Summary) {
			s.Critical, s.Reasons = 1, []Reason{openai}
			s.SpendPerHour, s.SpendMinutes, s.HasSpend = event.USD(1.84), 15, true
		}), StatusItem{
			Shape: ShapeCritical, Headline: Line{"1 critical: OpenAI unhealthy (prod)", "/alerts"}, Spend: "Spend $1.84/h over 15 min",
			Tooltip: "Gatewatch — 1 critical: OpenAI unhealthy (prod) · $1.84/h over 15 min · updated now",
		}},
		{"critical and warning", says(outlook.Critical, "1 critical: OpenAI unhealthy (prod)", func(s *Summary) {
			s.Critical, s.Warning, s.Reasons = 1, 1, []Reason{openai, budget}
		}), StatusItem{
			Shape: ShapeCritical, Headline: Line{"1 critical: OpenAI unhealthy (prod)", "/alerts"},
			Tooltip: "Gatewatch — 1 critical: OpenAI unhealthy (prod) · updated now",
			Reasons: []Line{{"⬣ OpenAI unhealthy (prod)", "/alerts?id=1"}, {"△ team-billing 82 % of $500", "/alerts?id=2"}},
		}},
		{"critical without a connection", says(outlook.Critical, "1 critical: prod does not answer", down, func(s *Summary) { s.Critical = 1 }), StatusItem{
			Shape: ShapeCritical, Headline: Line{"1 critical: prod does not answer", "/alerts"},
			Tooltip: "Gatewatch — 1 critical: prod does not answer · updated now",
		}},
		{"nothing was concluded yet", Summary{Now: noon}, StatusItem{
			Shape: ShapeStale, Headline: Line{"No data yet", "/"},
			Tooltip: "Gatewatch — No data yet",
		}},
		{"no gateway", Summary{Now: noon, Condition: outlook.Offline, Says: "No gateway yet"}, StatusItem{
			Shape: ShapeOffline, Headline: Line{"No gateway yet", "/"},
			Tooltip: "Gatewatch — No gateway yet",
		}},
		{"lost, which outweighs warnings", says(outlook.Stale, "prod does not answer since 14:02 (timeout)", down, func(s *Summary) { s.Warning = 3 }), StatusItem{
			Shape: ShapeOffline, Headline: Line{"prod does not answer since 14:02 (timeout)", "/"},
			Tooltip: "Gatewatch — prod does not answer since 14:02 (timeout) · updated now",
		}},
		{"by hand", says(outlook.Offline, "Not connected", down), StatusItem{
			Shape: ShapeOffline, Headline: Line{"Not connected", "/"},
			Tooltip: "Gatewatch — Not connected · updated now",
		}},
		{"connecting for the first time", Summary{Condition: outlook.Busy, Says: "Connecting", Now: noon}, StatusItem{
			Shape: ShapeStale, Headline: Line{"Connecting", "/"}, Tooltip: "Gatewatch — Connecting",
		}},
		{"no news", says(outlook.Stale, "No news since 11:57", func(s *Summary) { s.Updated = noon.Add(-3 * time.Minute) }), StatusItem{
			Shape: ShapeStale, Headline: Line{"No news since 11:57", "/"},
			Tooltip: "Gatewatch — No news since 11:57 · updated 3 min ago",
		}},
		{"calm that nobody concluded any more", good(func(s *Summary) { s.Updated, s.Heard = noon.Add(-5*time.Minute), noon.Add(-5*time.Minute) }), StatusItem{
			Shape: ShapeStale, Headline: Line{"No news since 11:55", "/"},
			Tooltip: "Gatewatch — No news since 11:55 · updated 5 min ago",
		}},
		{"signs of life alone", good(func(s *Summary) { s.Updated = noon.Add(-time.Hour) }), StatusItem{
			Shape: ShapeOK, Headline: Line{"All quiet", "/"},
			Tooltip: "Gatewatch — All quiet · updated 1 h ago",
		}},
		{"half connected", says(outlook.Warning, "Admin does not answer since 11:58 (Connection refused)"), StatusItem{
			Shape: ShapeWarning, Headline: Line{"Admin does not answer since 11:58 (Connection refused)", "/"},
			Tooltip: "Gatewatch — Admin does not answer since 11:58 (Connection refused) · updated now",
		}},
		{"silenced", good(func(s *Summary) { s.SilencedUntil = noon.Add(47*time.Minute + time.Second) }), StatusItem{
			Shape: ShapeOK, Silenced: true, EndSilence: "Unmute (47 min left)", Headline: Line{"All quiet", "/"},
			Tooltip: "Gatewatch — All quiet · muted · updated now",
		}},
		{"no longer silenced", good(func(s *Summary) { s.SilencedUntil = noon }), StatusItem{
			Shape: ShapeOK, Headline: Line{"All quiet", "/"},
			Tooltip: "Gatewatch — All quiet · updated now",
		}},
		{"gateways", good(func(s *Summary) {
			s.Gateways = []Gateway{{"prod", event.LinkConnected, ""}, {"staging", event.LinkReconnecting, "no answer"}, {"old", event.LinkError, ""}}
		}), StatusItem{
			Shape: ShapeOK, Headline: Line{"All quiet", "/"},
			Tooltip:  "Gatewatch — All quiet · updated now",
			Gateways: []Line{{"prod ● connected", "/"}, {"staging ◌ reconnecting: no answer", "/"}, {"old ⊘ error", "/"}},
		}},
		{"hostile names", says(outlook.Warning, "1 warning: a\n\u202Eb\x00<i>\tc</i>", func(s *Summary) { s.Warning = 1 }), StatusItem{
			Shape: ShapeWarning, Headline: Line{"1 warning: a b <i> c</i>", "/alerts"},
			Tooltip: "Gatewatch — 1 warning: a b <i> c</i> · updated now",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := StatusItemOf(tt.summary)
			if tt.want.Spend == "" {
				tt.want.Spend = "Spend is not known yet"
			}
			if open := tt.summary.Critical + tt.summary.Warning; open > 0 {
				tt.want.Acknowledge = fmt.Sprintf("Acknowledge all (%d)", open)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestManyReasonsAndGateways(t *testing.T) {
	s := says(outlook.Critical, "2 critical: "+strings.Repeat("long name ", 20), func(s *Summary) {
		s.Critical, s.Warning = 2, 7
		for range 6 {
			s.Reasons = append(s.Reasons, Reason{Severity: event.SeverityWarning, Text: strings.Repeat("long name ", 20)})
		}
		for range MaxGateways + 3 {
			s.Gateways = append(s.Gateways, Gateway{ID: "g", State: event.LinkConnected})
		}
	})
	look := StatusItemOf(s)
	if n := len(look.Reasons); n != MaxReasons+1 || look.Reasons[n-1] != (Line{"5 more …", "/alerts"}) {
		t.Errorf("%d reason lines, the last %+v", n, look.Reasons[n-1])
	}
	if n := len(look.Gateways); n != MaxGateways || look.Gateways[n-1].Text != "4 more …" {
		t.Errorf("%d gateway lines, the last %+v", n, look.Gateways[n-1])
	}
	if u := units(look.Tooltip); u > text.MaxTooltip || !strings.HasSuffix(look.Tooltip, "… · updated now") {
		t.Errorf("tooltip of %d units: %q", u, look.Tooltip)
	}
}

func TestListsOfTheMenu(t *testing.T) {
	s := good(func(s *Summary) {
		s.Warning, s.Reasons = 2, []Reason{
			{Severity: event.SeverityWarning, Text: "OpenAI is degraded", Since: noon.Add(-4*time.Minute - time.Second)},
			{Severity: event.SeverityWarning, Text: "clock"},
		}
		for range MaxBudgets {
			s.Budgets = append(s.Budgets, Budget{Name: "agents", Used: 0.8199, Limit: event.USD(500), Route: "/spend?id=a"})
		}
		s.Budgets[1].Limit, s.BudgetCount = -1, 12
		s.Providers = []Provider{{"OpenAI", "unhealthy", "/p1", false, ""}, {"Groq", "degraded", "/p2", true, ""}, {"Gemini", "healthy", "/p3", false, ""}, {"Cohere", "healthy", "/p6", true, ""}, {"New", "unknown", "/p5", true, ""}}
		s.Tasks = []Task{{"video", "task_one", 64.9, false, "/t1"}, {"image", "task_two", -1, false, "/t2"}, {"video", "task_three", 50, true, "/t3"}}
		s.Running, s.Lost, s.Stuck = 3, 1, 1
		s.SpendPerHour, s.SpendMinutes, s.HasSpend, s.SpentToday, s.HasToday = event.USD(1.84), 15, true, event.USD(23.1), true
	})
	got := StatusItemOf(s)
	if diff := cmp.Diff([]Line{{"△ OpenAI is degraded, 4 min", "/alerts"}, {"△ clock", "/alerts"}}, got.Reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	agents := Line{"agents 81 % of $500", "/spend?id=a"}
	if diff := cmp.Diff([]Line{agents, {"agents 81 %", "/spend?id=a"}, agents, agents, agents, {"7 more …", "/spend"}}, got.Budgets); diff != "" {
		t.Errorf("budgets (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Line{
		{"⬣ OpenAI — unhealthy", "/p1"}, {"△ Groq — was degraded", "/p2"}, {"○ Gemini", "/p3"}, {"◌ Cohere — was healthy", "/p6"}, {"◌ New — not known", "/p5"},
	}, got.Providers); diff != "" {
		t.Errorf("providers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Line{{"video task_one — 64 %", "/t1"}, {"image task_two — queued", "/t2"}, {"video task_three — not known", "/t3"}, {"1 more …", "/tasks"}}, got.Tasks); diff != "" {
		t.Errorf("tasks (-want +got):\n%s", diff)
	}
	if got.TasksHead != "Tasks: 3 running · 1 not known · 1 stuck" || got.Spend != "Spend $1.84/h over 15 min · today $23.10" {
		t.Errorf("%q, %q", got.TasksHead, got.Spend)
	}
	s.HasSpend = false
	if got := StatusItemOf(s).Spend; got != "Spent today $23.10" {
		t.Errorf("without a rate: %q", got)
	}
}

// Whatever the summary holds, the look is short, visible, and equal to itself.
func TestLookOfAnything(t *testing.T) {
	states := rapid.SampledFrom([]event.LinkState{
		"", event.LinkDisconnected, event.LinkConnecting,
		event.LinkConnected, event.LinkReconnecting, event.LinkError, "something new",
	})
	offset := rapid.Int64Range(-int64(time.Hour), int64(100*time.Hour))
	conditions := rapid.SampledFrom([]string{"", outlook.OK, outlook.Unsure, outlook.Warning, outlook.Critical, outlook.Busy, outlook.Stale, outlook.Offline, "new"})
	rapid.Check(t, func(t *rapid.T) {
		s := Summary{
			Critical: rapid.IntRange(0, 3).Draw(t, "critical"), Warning: rapid.IntRange(0, 9).Draw(t, "warning"),
			Condition: conditions.Draw(t, "condition"), Says: rapid.String().Draw(t, "says"), Up: rapid.Bool().Draw(t, "up"), Now: noon,
			HasSpend: rapid.Bool().Draw(t, "hasSpend"), SpendPerHour: event.NanoUSD(rapid.Int64Min(0).Draw(t, "spend")),
		}
		if rapid.Bool().Draw(t, "updated") {
			s.Updated = noon.Add(-time.Duration(offset.Draw(t, "age")))
		}
		if rapid.Bool().Draw(t, "silenced") {
			s.SilencedUntil = noon.Add(time.Duration(offset.Draw(t, "silence")))
		}
		for range rapid.IntRange(0, 7).Draw(t, "reasons") {
			s.Reasons = append(s.Reasons, Reason{Severity: event.SeverityWarning, Text: rapid.String().Draw(t, "reason"), Route: ""})
		}
		for range rapid.IntRange(0, 7).Draw(t, "lists") {
			s.Budgets = append(s.Budgets, Budget{Name: rapid.String().Draw(t, "budget"), Used: rapid.Float64Range(-1, 20).Draw(t, "used"), Limit: event.NanoUSD(rapid.Int64().Draw(t, "limit"))})
			s.Providers = append(s.Providers, Provider{Name: rapid.String().Draw(t, "provider"), Health: rapid.String().Draw(t, "health")})
			s.Tasks = append(s.Tasks, Task{Name: rapid.String().Draw(t, "task"), Progress: rapid.Float64Range(-1, 100).Draw(t, "progress")})
		}
		for range rapid.IntRange(0, 12).Draw(t, "gateways") {
			s.Gateways = append(s.Gateways, Gateway{event.GatewayID(rapid.String().Draw(t, "id")), states.Draw(t, "state"), rapid.String().Draw(t, "why")})
		}
		look := StatusItemOf(s)
		if !look.Equal(StatusItemOf(s)) {
			t.Error("not equal to itself")
		}
		if len(look.Reasons) > MaxReasons+1 || len(look.Gateways) > MaxGateways || look.Headline.Text == "" || look.Headline.Route == "" {
			t.Errorf("%d reasons, %d gateways, headline %+v", len(look.Reasons), len(look.Gateways), look.Headline)
		}
		if u := units(look.Tooltip); u > text.MaxTooltip {
			t.Errorf("tooltip of %d units", u)
		}
		lines := slices.Concat([]Line{look.Headline, {Text: look.Tooltip}, {Text: look.Spend}},
			look.Reasons, look.Gateways, look.Budgets, look.Providers, look.Tasks)
		for _, l := range lines {
			if units(l.Text) > text.MaxTooltip || strings.ContainsFunc(l.Text, func(r rune) bool {
				return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
			}) {
				t.Errorf("line %q", l.Text)
			}
		}
	})
}

// A field that Equal forgets would never be redrawn.
func TestEqualKnowsEveryField(t *testing.T) {
	base := StatusItem{Shape: ShapeOK}
	others := map[string]StatusItem{
		"Shape":       {Shape: ShapeStale},
		"Silenced":    {Shape: ShapeOK, Silenced: true},
		"Tooltip":     {Shape: ShapeOK, Tooltip: "x"},
		"Headline":    {Shape: ShapeOK, Headline: Line{"x", "y"}},
		"Reasons":     {Shape: ShapeOK, Reasons: []Line{{}}},
		"Gateways":    {Shape: ShapeOK, Gateways: []Line{{}}},
		"Spend":       {Shape: ShapeOK, Spend: "x"},
		"Budgets":     {Shape: ShapeOK, Budgets: []Line{{}}},
		"Providers":   {Shape: ShapeOK, Providers: []Line{{}}},
		"Tasks":       {Shape: ShapeOK, Tasks: []Line{{}}},
		"TasksHead":   {Shape: ShapeOK, TasksHead: "x"},
		"Acknowledge": {Shape: ShapeOK, Acknowledge: "x"},
		"Updates":     {Shape: ShapeOK, Updates: "x"},
		"EndSilence":  {Shape: ShapeOK, EndSilence: "x"},
	}
	for _, name := range fields[StatusItem]() {
		other, ok := others[name]
		if !ok {
			t.Errorf("no case for field %s", name)
		} else if base.Equal(other) {
			t.Errorf("Equal forgets %s", name)
		}
	}
}
