package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// TestSteadyTraffic: hours of calls, and totals that are read between them at
// times that fall on no minute, leave nothing that the log is said not to know.
func TestSteadyTraffic(t *testing.T) {
	b := ledger.New()
	at := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	for k := range 20 {
		b.Join(event.KeyID(fmt.Sprint(k)), event.GroupID(fmt.Sprint(k%4)), at)
	}
	spent := [4]event.NanoUSD{}
	read := func(at time.Time) {
		for g := range 4 {
			b.Group(event.GroupID(fmt.Sprint(g)), ledger.Balance{At: at, Balance: event.USD(1e6) - spent[g], Spent: spent[g]})
		}
	}
	read(at)
	for i := range 20_000 {
		now := at.Add(time.Duration(i) * 864 * time.Millisecond)
		b.Log(ledger.Row{ID: int64(i + 1), At: now, Key: event.KeyID(fmt.Sprint(i % 20)), Model: "m", Amount: 1_000_000})
		spent[i%4] += 1_000_000
		if i%35 == 34 {
			read(now)
		}
	}
	st := b.Statement(-1<<40, 1<<40)
	consistent(t, &st)
	if left := st.Undebited + st.Pending; st.Total != event.USD(20) || st.Unlogged != 0 || left != event.USD(0.015) {
		t.Errorf("total %v, unlogged %v, not debited %v", st.Total, st.Unlogged, left)
	}
}
