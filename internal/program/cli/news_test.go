package cli

import (
	"testing"

	"gatewatch/internal/core/state"
)

// TestEachChangeOfAnAlertIsPrintedOnce: an end is not said again minutes later
// with its old time, because the alert began anew and came to nothing.
func TestEachChangeOfAnAlertIsPrintedOnce(t *testing.T) {
	n := alertNews{}
	for i, c := range []struct {
		status     string
		resolvedAt int64
		want       bool
	}{
		{"pending", 0, true},
		{"firing", 0, true},
		{"firing", 0, false},
		{"recovering", 0, true},
		{"resolved", 1000, true},
		{"resolved", 1000, false},
		{"pending", 0, true},
		{"resolved", 1000, false}, // it was dropped
		{"firing", 0, true},
		{"resolved", 2000, true},
	} {
		if got := n.is(&state.AlertLine{ID: "a", Status: c.status, EndedAt: c.resolvedAt}); got != c.want {
			t.Errorf("%d: %s is news: %v", i, c.status, got)
		}
	}
}
