package run

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/store/history"
)

// TestAPastIncidentIsCalledWhatItWas: not by the title of its end.
func TestAPastIncidentIsCalledWhatItWas(t *testing.T) {
	db, _, err := history.Open(t.Context(), filepath.Join(t.TempDir(), "history.db"), history.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // a test's
	m, now := &alertStore{log: slog.New(slog.DiscardHandler), db: db}, time.Now()
	a := alert.Alert{
		Fingerprint: "f", IncidentID: "f.1", Spell: 1, SpellSince: now, Rule: "budget.used", Category: alert.CategorySpend, Severity: event.SeverityCritical, Status: alert.StatusFiring,
		Since: now, Title: "Research has used 92 %", BeganAs: "Research has used 92 %",
	}
	title := func() string {
		if err := db.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		in, err := db.Incidents(t.Context(), history.IncidentQuery{})
		if err != nil || len(in) != 1 {
			t.Fatal(in, err)
		}
		return in[0].Title
	}
	m.record([]alert.Change{{Kind: alert.Fired, Alert: a, At: now}})
	if got := title(); got != a.Title {
		t.Errorf("while it lasts: %q", got)
	}
	a.Status, a.Title, a.ResolvedAt, a.ClearedAt = alert.StatusResolved, "Research was topped up: 0 % used", now, now
	m.record([]alert.Change{{Kind: alert.Resolved, Alert: a, At: now}})
	if got := title(); got != "Research had used 92 %" {
		t.Errorf("once it is over: %q", got)
	}
}
