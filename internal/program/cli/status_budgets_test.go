package cli

import (
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/program/run"
)

func TestStatusHasOneLineForABudget(t *testing.T) {
	line := func(rule, entity, severity, title, inhibited string) state.AlertLine {
		return state.AlertLine{
			Rule: rule, Gateway: "prod", EntityKind: "key", Entity: entity, Severity: severity, Title: title,
			InhibitedBy: inhibited, Since: time.Now().UnixMilli(),
		}
	}
	s := status{State: "live", Report: run.Report{Alerts: []state.AlertLine{
		line("budget.used", "1", "critical", "research at 90", "research is out of budget"),
		line("budget.exhausted", "1", "critical", "research is out of budget", ""),
		line("provider.down", "1", "critical", "openai is down", ""),
		line("budget.used", "2", "warning", "team at 75", ""),
		line("budget.used", "1", "warning", "research at 75", "research is out of budget"),
		line("budget.used", "2", "info", "team at 50", "team at 75"),
		line("budget.forecast", "2", "warning", "team will run out", ""),
	}}}
	var out strings.Builder
	if err := s.print(&out, false); err != nil {
		t.Fatal(err)
	}
	for title, want := range map[string]int{
		"research is out of budget": 1, "research at": 0, "openai is down": 1, "team at 75": 1, "team at 50": 0, "team will run out": 1,
	} {
		if have := strings.Count(out.String(), title); have != want {
			t.Errorf("%q stands %d times, want %d:\n%s", title, have, want, out.String())
		}
	}
}

func TestARefusedCommandLineIsSaidInSentences(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"status", "--seed", "abc"}, `The option --seed does not take "abc": it is no whole number that fits. Give it one such as 1.`},
		{[]string{"status", "--rate", "fast"}, `The option --rate does not take "fast": it is no number. Give it one such as 1.`},
		{[]string{"status", "--core"}, `The option --core needs a value, and nothing follows it. Give it one: --core VALUE.`},
		{[]string{"export", "--format", "xml"}, `The option --format does not take "xml": it takes only`},
		{[]string{"export", "--since", "soon"}, `The option --since does not take "soon": it is no time. Give it one such as 24h, 7d or 2026-11-01.`},
		{[]string{"export", "--nonsense"}, `There is no option --nonsense.`},
		{[]string{"export", "--sinc", "1h"}, `Did you mean "--since"?`},
		{[]string{"status", "now"}, `There is too much on the command line: now is no command here`},
		{[]string{"status", "--json=maybe"}, `The option --json does not take "maybe"`},
	} {
		var out, complaint strings.Builder
		if code := Main(c.args, Options{Version: "dev", Stdout: &out, Stderr: &complaint}); code != 2 {
			t.Errorf("%v: exit status %d, want 2", c.args, code)
		}
		if !strings.Contains(complaint.String(), c.want) {
			t.Errorf("%v says %q, want %q", c.args, complaint.String(), c.want)
		}
	}
}

// TestWhatWasAcknowledgedIsMarked, and what is held back: the others are what is left
// to do.
func TestWhatWasAcknowledgedIsMarked(t *testing.T) {
	soon := time.Now().Add(30 * time.Second)
	clock := text.Clock(soon, time.Now(), time.Local)
	s := status{State: "live", Report: run.Report{Alerts: []state.AlertLine{
		{ID: "a", Severity: "warning", Title: "Seen", Since: 1, Acked: true},
		{ID: "b", Severity: "warning", Title: "New", Since: 1},
		{ID: "c", Severity: "critical", Title: "Explained", Since: 1, InhibitedBy: "prod does not answer"},
		{ID: "d", Severity: "critical", Title: "Later", Since: 1, SilencedUntil: soon.UnixMilli()},
		{ID: "e", Severity: "critical", Title: "Whenever", Since: 1, SilencedUntil: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()},
		{ID: "f", Severity: "critical", Title: "Quiet", Since: 1, MutedUntil: soon.UnixMilli()},
		{ID: "g", Severity: "critical", Title: "Was quiet", Since: 1, MutedUntil: 1, SilencedUntil: 1},
	}}}
	var out strings.Builder
	if err := s.print(&out, false); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if strings.Contains(line, "acknowledged") != strings.Contains(line, "Seen") {
			t.Errorf("%q", line)
		}
		if strings.Contains(line, "held back by: prod does not answer") != strings.Contains(line, "Explained") {
			t.Errorf("%q", line)
		}
	}
	for _, want := range []string{"Later   (since", ", snoozed until " + clock + ")", ", snoozed until it is over)", ", muted until " + clock + ")"} {
		if strings.Count(out.String(), want) != 1 {
			t.Errorf("%q is not there once:\n%s", want, out.String())
		}
	}
}
