package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// TestNothingIsSaidToBeNeverDebitedThatWillBe: a gateway that debits each half minute
// all that was called since, read by somebody whose lists, books and log are seconds
// apart, is never said to leave a call undebited, nor to debit what is in no log. A
// flush that is lost is said within three minutes, but for what was called in the two
// seconds before the newest debit, and stays said.
func TestNothingIsSaidToBeNeverDebitedThatWillBe(t *testing.T) {
	t.Parallel()
	for _, keys := range []int{1, 3} {
		t.Run(fmt.Sprint(keys, " keys"), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(7, uint64(keys)))
			at := time.Date(2026, 11, 30, 23, 33, 7, 0, time.UTC)
			b := ledger.New()
			for k := range keys {
				b.Join(keyID(k), "1", at)
			}
			var rows []ledger.Row
			var spent, owed, lost event.NanoUSD
			var books []ledger.Transaction
			const credit, dearest = 1000, 21_000_000
			read := func() {
				b.Transactions("1", ledger.Balance{At: at, Balance: event.USD(credit) - spent, Spent: spent}, books)
				b.Group("1", ledger.Balance{At: at, Balance: event.USD(credit) - spent, Spent: spent})
			}
			read()
			toldAt := time.Time{}
			for second := range 1200 {
				at = at.Add(time.Second)
				if r.IntN(2) == 0 {
					n := event.NanoUSD(1_000_000 + r.IntN(dearest-1_000_000))
					rows = append(rows, ledger.Row{ID: int64(len(rows) + 1), At: at, Key: keyID(r.IntN(keys)), Model: "m", Amount: n})
					owed += n
				}
				if at.Second()%30 == 12 && owed > 0 {
					switch {
					case second > 600 && lost == 0:
						lost, toldAt = owed, at.Add(3*time.Minute)
					default:
						spent += owed
						note := fmt.Sprintf("API usage by %d virtual keys", keys)
						if keys == 1 {
							note = "API usage by virtual key #1"
						}
						books = append([]ledger.Transaction{{At: at, Amount: owed, After: event.USD(credit) - spent, Note: note}}, books...)
						books = books[:min(len(books), 50)]
					}
					owed = 0
				}
				if second%5 == 0 {
					read()
				}
				if second%7 == 3 {
					for _, row := range rows[max(0, len(rows)-20):] {
						b.Log(row)
					}
					b.Watched(at.Add(-time.Duration(second)*time.Second), at)
				}
				st := b.Statement(0, 1<<40)
				if lost == 0 && st.Undebited != 0 {
					t.Fatalf("%s: %v of it is said to be never debited", at.Format(time.TimeOnly), st.Undebited)
				}
				if n := st.Unlogged - b.Unread(); n != 0 && lost == 0 {
					t.Fatalf("%s: %v is said to be in no log", at.Format(time.TimeOnly), n)
				}
				if told := st.Undebited; lost != 0 && at.After(toldAt) && (told > lost || told < lost-3*dearest) {
					t.Fatalf("%s: %v was lost, %v said", at.Format(time.TimeOnly), lost, told)
				}
			}
		})
	}
}
