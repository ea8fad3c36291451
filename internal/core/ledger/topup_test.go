package ledger_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// TestTheMinuteOfATopUp: what was debited at once in the minute of a top-up is of
// the period that its place among the group's books says, whatever is read first,
// also after restarts, and where there were two top-ups in one minute.
func TestTheMinuteOfATopUp(t *testing.T) {
	for _, first := range []string{"the top-up", "the books"} {
		t.Run(first+" first", func(t *testing.T) {
			s := newShared(t)
			charge := func(usd float64) {
				s.debit(0, usd, "Usage deducted", false)
				s.book.Push(ledger.Spend{At: s.at, Key: "1", Model: "m", Amount: event.USD(usd), Total: s.of[0].spent, OfGroup: true})
			}
			credits := 100.0
			topUp := func(id string) {
				s.of[0].book(ledger.Transaction{At: s.at, Credit: true, Amount: event.USD(10), Note: "Top-up"})
				credits += 10
				began := ledger.Topup{ID: id, At: ledger.MinuteOf(s.at), Base: s.of[0].balance, Credits: event.USD(credits)}
				if first == "the top-up" {
					s.book.SetTopup("1", began)
				}
				s.at = s.at.Add(3 * time.Second)
				s.read(0)
				s.book.SetTopup("1", began)
			}
			charge(1)
			s.debit(0, 0.5, "Correction", true)
			s.debit(0, 2, "Usage deducted", false) // whose it was is told later
			s.at = s.at.Add(time.Second)
			topUp("8")
			s.want("before it", "1", 0, map[event.KeyID]float64{"1": 0})
			s.book.Item(ledger.Item{Key: "2", Amount: event.USD(2), From: s.at.Add(-time.Minute), To: s.at})
			s.want("an item before it", "1", 0, map[event.KeyID]float64{"1": 0, "2": 0})
			charge(0.25)
			s.debit(0, 0.125, "Correction", true)
			s.at = s.at.Add(3 * time.Second)
			s.read(0)
			s.want("after it", "1", 0.125, map[event.KeyID]float64{"1": 0.25})
			topUp("9")
			s.want("a second in that minute", "1", 0, map[event.KeyID]float64{"1": 0})
			charge(0.75)
			s.at = s.at.Add(3 * time.Second)
			s.read(0)
			s.want("after the second", "1", 0, map[event.KeyID]float64{"1": 0.75})
		})
	}
}

// TestTopUps is the property of random minutes: a group's shares are what its
// books have after its newest top-up, to the row.
func TestTopUps(t *testing.T) {
	check(t, func(t *rapid.T) {
		at := time.Date(2026, 11, 29, 9, 0, 2, 0, time.UTC)
		a, book, saved := &account{}, ledger.New(), ledger.Saved{}
		book.Join("1", "1", at)
		credits, id, direct, adjusted := event.NanoUSD(0), 0, event.NanoUSD(0), event.NanoUSD(0)
		var topup ledger.Topup
		read := func() {
			x := ledger.Balance{At: at, Balance: a.balance, Spent: a.spent, Credits: credits}
			rows := slices.Clone(a.books)
			slices.Reverse(rows)
			book.SetTopup("1", topup)
			book.Group("1", x)
			book.Transactions("1", x, rows)
		}
		credit := func() {
			n := event.NanoUSD(rapid.IntRange(1, 9).Draw(t, "credit")) * event.PerUSD
			a.book(ledger.Transaction{At: at, Credit: true, Amount: n})
			id++
			credits, direct, adjusted = credits+n, 0, 0
			topup = ledger.Topup{ID: string(keyID(id)), At: ledger.MinuteOf(at), Base: a.balance, Credits: credits}
		}
		credit()
		for range rapid.IntRange(3, 30).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(0, 25).Draw(t, "seconds")) * time.Second)
			n := event.NanoUSD(rapid.IntRange(1, 9000).Draw(t, "amount")) * 1000
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				credit()
			case 1:
				a.book(ledger.Transaction{At: at, Amount: n, Note: "Correction", Admin: true})
				adjusted += n
			case 2:
				a.book(ledger.Transaction{At: at, Amount: n, Note: "Usage deducted"})
				direct += n
				book.Push(ledger.Spend{At: at, Key: "1", Model: "m", Amount: n, Total: a.spent, OfGroup: true})
			case 3:
				at = at.Add(3 * time.Second)
				read()
			case 4:
				save(t, &saved, book)
				book = ledger.Restore(saved)
			}
		}
		at = at.Add(3 * time.Second)
		read()
		shares, taken := book.Shares("1")
		if got := shares["1"].Other; got != direct || taken != adjusted {
			t.Fatalf("debited since the top-up: %s, by administrators %s; in the books %s and %s", got, taken, direct, adjusted)
		}
	})
}
