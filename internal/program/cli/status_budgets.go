package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// worstOfEach leaves of the thresholds of one budget only the worst: the alerts
// come gravest first, and of those as grave the one with the highest threshold
// stays, in the place of the first.
func worstOfEach(alerts []state.AlertLine) []state.AlertLine {
	kept, place := make([]state.AlertLine, 0, len(alerts)), map[string]int{}
	for _, a := range alerts {
		if a.Rule != "budget.used" && a.Rule != "budget.exhausted" {
			kept = append(kept, a)
			continue
		}
		budget := strings.Join([]string{a.Gateway, a.EntityKind, a.Entity}, "\x00")
		i, again := place[budget]
		if !again {
			place[budget] = len(kept)
			kept = append(kept, a)
			continue
		}
		if first := kept[i]; a.Severity == first.Severity && worse(&a, &first) {
			kept[i] = a
		}
	}
	return kept
}

// worse reports whether a says more of a budget than b, which is as grave: it is
// used up, or a is not explained by another.
func worse(a, b *state.AlertLine) bool {
	if a.Rule != b.Rule {
		return a.Rule == "budget.exhausted"
	}
	return a.InhibitedBy == "" && b.InhibitedBy != ""
}

// printBudgets writes when the budgets of a gateway are used up.
func printBudgets(w io.Writer, all []state.Forecast, gateway string) {
	for _, f := range all {
		if f.Gateway == gateway {
			_, _ = fmt.Fprintf(w, "  %s: %s\n", budgetName(f.Kind, f.Name), f.Head)
		}
	}
}

// seenTo says that somebody saw to an alert, or that another explains it: what needs
// nobody is marked.
func seenTo(a *state.AlertLine, now time.Time) string {
	until := func(ms int64) string {
		if at := time.UnixMilli(ms); at.Sub(now) < 365*24*time.Hour {
			return "until " + text.Clock(at, now, time.Local)
		}
		return "until it is over"
	}
	switch {
	case a.Acked:
		return ", acknowledged"
	case a.SilencedUntil > now.UnixMilli():
		return ", snoozed " + until(a.SilencedUntil)
	case a.InhibitedBy != "":
		return ", held back by: " + a.InhibitedBy
	case a.MutedUntil > now.UnixMilli():
		return ", muted " + until(a.MutedUntil)
	}
	return ""
}
