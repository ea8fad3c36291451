package state

import (
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// What an earlier run knew no key of is no key's after it.
func TestRestoredMoneyWithoutAKeyMakesNoKey(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	at := ledger.MinuteOf(now) - 5
	s := New()
	s.RestoreLedger("g", ledger.Saved{Changes: []ledger.Change{
		{Cell: ledger.Cell{Minute: at, Key: "7", Kind: ledger.Logged}, Amount: ledger.Amount{Nano: 3}},
		{Cell: ledger.Cell{Minute: at, Kind: ledger.Pushed}, Amount: ledger.Amount{Nano: 2}},
	}}, now)
	var keys []event.KeyID
	for _, m := range s.spend {
		keys = append(keys, event.KeyID(m.view.Key))
	}
	if !slices.Equal(keys, []event.KeyID{"7"}) {
		t.Errorf("after a restart there are the keys %q", keys)
	}
}
