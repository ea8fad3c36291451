package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// BenchmarkSettle is a second of a gateway with 100,000 calls a day, of 20 keys
// in 4 groups, when the day is nearly over: a call, a group's total, and what
// changed is taken.
func BenchmarkSettle(b *testing.B) {
	book := ledger.New()
	at := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	for k := range 20 {
		book.Join(event.KeyID(fmt.Sprint(k)), event.GroupID(fmt.Sprint(k%4)), at)
	}
	var spent [4]event.NanoUSD
	var owed [4]event.NanoUSD
	var id int64
	step := func() {
		id++
		at = at.Add(864 * time.Millisecond)
		g := int(id) % 4
		book.Log(ledger.Row{ID: id, At: at, Key: event.KeyID(fmt.Sprint(id % 20)), Model: fmt.Sprint("m", id%3), Amount: 1_000_000})
		owed[g] += 1_000_000
		if id%35 != 0 {
			return
		}
		for g := range owed {
			name := event.GroupID(fmt.Sprint(g))
			spent[g] += owed[g]
			x := ledger.Balance{At: at, Balance: event.USD(1e6) - spent[g], Spent: spent[g]}
			book.Group(name, x)
			book.Transactions(name, x, []ledger.Transaction{{At: at, Amount: owed[g], After: x.Balance, Note: "API usage by 5 virtual keys"}})
			owed[g] = 0
		}
	}
	for range 100_000 {
		step()
	}
	book.Take()
	for b.Loop() {
		step()
		book.Take()
	}
}
