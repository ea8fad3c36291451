package ledger_test

import (
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// shared is two groups' books as a gateway keeps them, and a book that reads
// them.
type shared struct {
	t     *testing.T
	at    time.Time
	book  *ledger.Book
	saved ledger.Saved
	rows  int64
	of    [2]*account
}

func newShared(t *testing.T) *shared {
	s := &shared{t: t, at: time.Date(2026, 11, 29, 9, 0, 5, 0, time.UTC), book: ledger.New()}
	for i := range s.of {
		s.of[i] = &account{}
		s.of[i].book(ledger.Transaction{At: s.at, Credit: true, Amount: event.USD(100), Note: "Initial balance"})
	}
	s.at = s.at.Add(5 * time.Minute)
	s.book.Join("1", "1", s.at)
	s.book.Join("2", "1", s.at)
	s.book.Join("3", "2", s.at)
	s.read(0)
	s.read(1)
	return s
}

// call is a row of the log; it is debited in a minute.
func (s *shared) call(key event.KeyID, usd float64) {
	s.rows++
	s.book.Log(ledger.Row{ID: s.rows, At: s.at, Key: key, Model: "m", Amount: event.USD(usd)})
}

func (s *shared) debit(group int, usd float64, note string, admin bool) {
	s.of[group].book(ledger.Transaction{At: s.at, Amount: event.USD(usd), Note: note, Admin: admin})
}

// read reads a group's totals and books.
func (s *shared) read(group int) {
	a, id := s.of[group], event.GroupID(rune('1'+group))
	x := ledger.Balance{At: s.at, Balance: a.balance, Spent: a.spent}
	s.book.Group(id, x)
	var rows []ledger.Transaction
	for _, row := range slices.Backward(a.books) {
		rows = append(rows, row)
	}
	s.book.Transactions(id, x, rows)
}

func (s *shared) minutes(n int) { s.at = s.at.Add(time.Duration(n) * time.Minute) }

// want holds what a group paid for keys, before and after a restart.
func (s *shared) want(what string, group event.GroupID, adjusted float64, of map[event.KeyID]float64) {
	s.t.Helper()
	for _, when := range []string{"", ", after a restart"} {
		got, taken := s.book.Shares(group)
		if taken != event.USD(adjusted) {
			s.t.Errorf("%s%s: administrators took %s, want %v", what, when, taken, adjusted)
		}
		for key, n := range of {
			if x := got[key]; x.Logged+x.Other != event.USD(n) {
				s.t.Errorf("%s%s: group %s paid %s + %s for key %s, want %v", what, when, group, x.Logged, x.Other, key, n)
			}
		}
		save(s.t, &s.saved, s.book)
		s.book = ledger.Restore(s.saved)
	}
}

// TestShares: what a group paid for its keys is the log's calls and what was
// debited at once, whoever's batch it was; a key that goes to another group
// leaves what it cost behind; a top-up begins anew.
func TestShares(t *testing.T) {
	s := newShared(t)
	s.call("1", 2)
	s.call("2", 1)
	s.book.Sum("1", event.USD(2), s.at.Add(-time.Hour))
	s.book.Sum("2", event.USD(1), s.at.Add(-time.Hour))
	s.minutes(1)
	s.debit(0, 3, "API usage by 2 virtual keys", false)
	s.want("calls", "1", 0, map[event.KeyID]float64{"1": 2, "2": 1})

	// A batch over keys of two groups: the hub told of the first item alone.
	s.minutes(2)
	began := s.at
	s.debit(0, 2.25, "Usage deducted", false)
	s.book.Push(ledger.Spend{At: s.at, Key: "1", Model: "m", Amount: event.USD(2.25), Total: s.of[0].spent, OfGroup: true})
	s.debit(0, 0.5, "Usage deducted", false)
	s.debit(1, 0.75, "Usage deducted", false)
	s.debit(0, 1, "Correction", true)
	s.read(0)
	s.want("the hub's word", "1", 1, map[event.KeyID]float64{"1": 4.25, "2": 1})
	for key, usd := range map[event.KeyID]float64{"1": 2.25, "2": 0.5, "3": 0.75} {
		s.book.Item(ledger.Item{Key: key, Amount: event.USD(usd), From: began, To: s.at.Add(time.Second)})
	}
	s.read(1) // later than the batch's end
	s.want("the batch's end", "1", 1, map[event.KeyID]float64{"1": 4.25, "2": 1.5})
	s.want("another group's key", "2", 0, map[event.KeyID]float64{"3": 0.75})

	// The second key goes to the other group, which the gateway is slow to see.
	s.minutes(5)
	s.book.Join("2", "2", s.at)
	s.call("2", 0.25)
	s.book.Sum("2", event.USD(1.25), s.at.Add(-time.Hour)) // of both groups
	s.debit(0, 0.25, "API usage by virtual key #2", false)
	s.minutes(3)
	s.call("2", 4)
	s.debit(1, 4, "API usage by virtual key #2", false)
	s.minutes(1)
	s.read(0)
	s.read(1)
	s.want("what it left", "1", 1, map[event.KeyID]float64{"1": 4.25, "2": 1.75})
	s.want("what it came with", "2", 0, map[event.KeyID]float64{"2": 4, "3": 0.75})
	if x, _ := s.book.Share("2", "2"); !x.Known() {
		t.Error("what the second group paid for the key is said to be not known")
	}

	// A top-up: what was before is not of this period.
	s.minutes(5)
	s.of[1].book(ledger.Transaction{At: s.at, Credit: true, Amount: event.USD(10), Note: "Top-up"})
	s.book.SetTopup("2", ledger.Topup{ID: "9", At: ledger.MinuteOf(s.at), Base: s.of[1].balance, Credits: event.USD(110)})
	s.minutes(1)
	s.call("2", 0.5)
	s.debit(1, 0.5, "API usage by virtual key #2", false)
	s.minutes(1)
	s.read(1)
	s.want("after a top-up", "2", 0, map[event.KeyID]float64{"2": 0.5, "3": 0})
}

// TestSharesOfThePast: what was debited before anybody read the log is in the
// log's own sum, and is not counted beside it; what the log was read for and
// does not have is.
func TestSharesOfThePast(t *testing.T) {
	s := newShared(t)
	s.debit(0, 3, "API usage by virtual key #1", false)
	s.minutes(1)
	s.read(0)
	s.book.Sum("1", event.USD(3), s.at.Add(-time.Hour))
	s.want("nothing was read", "1", 0, map[event.KeyID]float64{"1": 3})
	s.minutes(10)
	s.call("1", 1)
	s.debit(0, 1.5, "API usage by virtual key #1", false)
	s.book.Sum("1", event.USD(4), s.at.Add(-time.Hour))
	s.book.Watched(s.at.Add(-3*time.Minute-5*time.Second), s.at.Add(2*time.Minute))
	s.minutes(2)
	s.read(0)
	s.want("half a dollar is in no log", "1", 0, map[event.KeyID]float64{"1": 4.5})
}

// TestItems: a batch's items are no money of their own, and each names one debit.
func TestItems(t *testing.T) {
	s := newShared(t)
	for range 3 {
		s.book.Item(ledger.Item{Key: "1", Amount: event.USD(1), From: s.at, To: s.at})
	}
	s.book.Item(ledger.Item{Key: "3", Amount: event.USD(1), From: s.at, To: s.at})
	if st := s.book.Statement(-1<<40, 1<<40); st.Total != 0 {
		t.Errorf("items alone are %s", st.Total)
	}
	for range 4 { // one more than was told
		s.debit(0, 1, "Usage deducted", false)
	}
	s.read(0)
	st := s.book.Statement(-1<<40, 1<<40)
	consistent(t, &st)
	if st.Total != event.USD(4) || st.Keys["1"] != event.USD(3) || st.NoKey != event.USD(1) {
		t.Errorf("total %s, of the key %s, of none %s", st.Total, st.Keys["1"], st.NoKey)
	}
}
