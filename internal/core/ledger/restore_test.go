package ledger_test

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// TestRestoreWithoutAccounts: what was saved of a group's books counts, though
// the account of the group is gone.
func TestRestoreWithoutAccounts(t *testing.T) {
	at := ledger.MinuteOf(time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC))
	saved := ledger.Saved{Changes: []ledger.Change{
		{Cell: ledger.Cell{Minute: at - 30, Key: "1", Model: "m", Kind: ledger.Logged}, Amount: ledger.Amount{Nano: event.USD(1), Count: 1}},
		{Cell: ledger.Cell{Minute: at, Group: "9", Kind: ledger.Flushed}, Amount: ledger.Amount{Nano: event.USD(3), Count: 1}},
	}}
	b := ledger.Restore(saved)
	if st := b.Statement(at-60, at+1); st.Total != event.USD(3) || st.Unlogged != event.USD(2) || st.Groups["9"] != event.USD(3) {
		t.Errorf("%s were spent, %s of it unlogged, group 9 %s; want $3, $2 and $3", st.Total, st.Unlogged, st.Groups["9"])
	}
}
