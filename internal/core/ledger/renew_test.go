package ledger_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// TestRenewedBookIsTheNewBooks: after the gateway's books turned out to be others, what
// was told of the old ones is taken back to the last nano, and what the new ones say of
// the same minutes, with ids that were seen before, is all there is.
func TestRenewedBookIsTheNewBooks(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	b, told := ledger.New(), map[ledger.Cell]event.NanoUSD{}
	groups, unlogged := event.NanoUSD(0), event.NanoUSD(0)
	take := func() {
		x := b.Take()
		for _, c := range x.Changes {
			told[c.Cell] += c.Nano
		}
		for _, m := range x.Groups {
			groups += m.Nano
		}
		for _, m := range x.Unlogged {
			unlogged += m.Nano
		}
	}
	tell := func(spent event.NanoUSD, rows ...ledger.Row) {
		b.Join("1", "g", at)
		b.Group("g", ledger.Balance{At: at.Add(-time.Hour), Balance: event.USD(100), Spent: spent - event.USD(3)})
		for _, r := range rows {
			b.Log(r)
		}
		b.Transactions("g", ledger.Balance{At: at, Balance: event.USD(97), Spent: spent}, []ledger.Transaction{
			{At: at, Amount: event.USD(3), After: event.USD(97), Note: "API usage by virtual key #1"},
		})
		b.Watched(at.Add(-time.Hour), at.Add(time.Minute))
		take()
	}
	tell(event.USD(50), ledger.Row{ID: 1, At: at, Key: "1", Model: "m", Amount: event.USD(1)}, ledger.Row{ID: 2, At: at, Key: "1", Model: "m", Amount: event.USD(1)})

	b.Renew()
	take()
	for c, n := range told {
		if n != 0 {
			t.Errorf("%d nano of %+v are still there", n, c)
		}
	}
	if groups != 0 || unlogged != 0 || b.HasRow(1) || b.WatchedIn(0, 1<<40) != 0 {
		t.Errorf("groups %d, unlogged %d, row seen %v, minutes watched %d", groups, unlogged, b.HasRow(1), b.WatchedIn(0, 1<<40))
	}

	fresh := ledger.New()
	old := b
	rows := []ledger.Row{{ID: 1, At: at, Key: "1", Model: "n", Amount: event.USD(2)}}
	tell(event.USD(20), rows...)
	b = fresh
	tell(event.USD(20), rows...)
	from := ledger.MinuteOf(at.Add(-2 * time.Hour))
	if diff := cmp.Diff(fresh.Statement(from, 1<<40), old.Statement(from, 1<<40)); diff != "" {
		t.Errorf("a renewed book differs from a new one (-new +renewed):\n%s", diff)
	}
}
