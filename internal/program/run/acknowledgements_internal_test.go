package run

import (
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/state"
)

// TestOnlyWhatIsCountedIsAcknowledged: the tray's "Acknowledge all (2)" leaves alone
// what is held back, silenced, over or only a note: nobody saw it there.
func TestOnlyWhatIsCountedIsAcknowledged(t *testing.T) {
	live := state.New().Live()
	put := func(id, severity string, change func(*state.AlertLine)) {
		a := state.AlertLine{ID: id, Severity: severity, Status: "firing"}
		if change != nil {
			change(&a)
		}
		live.Alerts[id] = a
	}
	now := time.Now()
	put("a", "critical", nil)
	put("b", "warning", nil)
	put("held", "critical", func(a *state.AlertLine) { a.InhibitedBy = "the gateway does not answer" })
	put("silenced", "critical", func(a *state.AlertLine) { a.SilencedUntil = now.Add(time.Hour).UnixMilli() })
	put("over", "critical", func(a *state.AlertLine) { a.Status = "resolved" })
	put("note", "info", nil)
	got := openAlerts(live, now)
	slices.Sort(got)
	if !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("%v", got)
	}
}
