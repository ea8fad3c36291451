package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// TestWhatWasHeardBeforeTheListsIsCountedOnce: while the master key is refused, the hub
// tells of batch items of a key whose group nobody knows. Once the lists and the group's
// books are read, in whichever order, also after a restart, they are the books' debits.
func TestWhatWasHeardBeforeTheListsIsCountedOnce(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 30, 23, 39, 20, 0, time.UTC)
	for i := range 8 {
		joined, restarted, read := i&1 == 0, i&2 == 0, i&4 == 0
		t.Run(fmt.Sprintf("keys first %v, restart %v, books %v", joined, restarted, read), func(t *testing.T) {
			t.Parallel()
			b := ledger.New()
			for _, usd := range []float64{0.25, 0.25, 0.04} {
				b.Push(ledger.Spend{At: at, Key: "1", Provider: "p", Model: "m", Amount: event.USD(usd)})
			}
			if got := b.Statement(0, 1<<40); got.Keys["1"] != event.USD(0.54) || got.Total != event.USD(0.54) {
				t.Errorf("heard of: %+v", got)
			}
			if restarted {
				var saved ledger.Saved
				save(t, &saved, b)
				b = ledger.Restore(saved)
			}
			books := func() {
				b.Group("1", ledger.Balance{At: at.Add(2 * time.Minute), Balance: event.USD(90), Spent: event.USD(10)})
				if !read {
					return
				}
				b.Transactions("1", ledger.Balance{At: at.Add(2 * time.Minute), Balance: event.USD(90), Spent: event.USD(10)}, []ledger.Transaction{
					{At: at, Amount: event.USD(0.04), After: event.USD(90), Note: "Usage deducted"},
					{At: at, Amount: event.USD(0.25), After: event.USD(90.04), Note: "Usage deducted"},
					{At: at, Amount: event.USD(0.25), After: event.USD(90.29), Note: "Usage deducted"},
					{At: at, Amount: event.USD(1), After: event.USD(90.54), Note: "Usage deducted"},
				})
			}
			if joined {
				b.Join("1", "1", at.Add(time.Minute))
				books()
			} else {
				books()
				b.Join("1", "1", at.Add(time.Minute))
			}
			want := event.USD(0.54)
			if read {
				want = event.USD(1.54)
			}
			if got := b.Statement(0, 1<<40); got.Total != want || got.Keys["1"] != event.USD(0.54) {
				t.Errorf("%v in all, %v of the key, want %v and $0.54: %+v", got.Total, got.Keys["1"], want, got)
			}
		})
	}
}
