package ledger_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// TestWants: what was not watched and what nothing explains is wanted, until it
// was read; a top-up is remembered.
func TestWants(t *testing.T) {
	at := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	min := func(n int) time.Time { return at.Add(time.Duration(n) * time.Minute) }
	m := ledger.MinuteOf(at)
	b := ledger.New()
	b.Watched(min(10), min(20))
	b.Watched(min(30), min(50))
	b.Join("7", "1", at)
	x := ledger.Balance{At: min(35), Balance: event.USD(90), Spent: event.USD(10)}
	b.Group("1", x)
	b.Log(ledger.Row{ID: 1, At: min(35), Key: "7", Amount: event.USD(1)})
	b.Group("1", ledger.Balance{At: min(36), Balance: event.USD(89), Spent: event.USD(11)}) // the call
	b.SetTopup("1", ledger.Topup{ID: "5", Base: event.USD(100), Credits: event.USD(100)})
	want := ledger.Wants{
		Log:    []ledger.Span{{From: int64(m) + 50, To: int64(m) + 55}, {From: int64(m) + 20, To: int64(m) + 30}, {From: int64(m), To: int64(m) + 10}},
		Books:  map[event.GroupID]ledger.Minute{},
		Topups: map[event.GroupID]ledger.Topup{"1": {ID: "5", Base: event.USD(100), Credits: event.USD(100)}},
	}
	if diff := cmp.Diff(want, b.Wants(m, m+55)); diff != "" {
		t.Error(diff)
	}
	x = ledger.Balance{At: min(40), Balance: event.USD(86), Spent: event.USD(14)} // $3 by something else
	b.Group("1", x)
	if w := b.Wants(m, m+55); w.Books["1"] != m+35 {
		t.Errorf("since %v", w.Books)
	}
	b.Transactions("1", x, []ledger.Transaction{{At: min(38), Amount: event.USD(3), After: event.USD(86), Note: "Usage deducted"}})
	for _, s := range [][2]int{{0, 10}, {20, 30}, {50, 55}} {
		b.Watched(min(s[0]), min(s[1]))
	}
	if w := b.Wants(m, m+55); len(w.Books)+len(w.Log) != 0 {
		t.Errorf("still wanted: %+v", w)
	}
}
