package state

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestAKeyThatIsToldOfAfterItsCalls: the log may be read before the list of
// keys. What was booked for a key before it was told of is the key's, today and
// in its rate, and no longer of no key; what comes later adds to it once.
func TestAKeyThatIsToldOfAfterItsCalls(t *testing.T) {
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 30, 30, 0, time.UTC)
	call := func(usd float64) {
		s.id++
		s.tell("logs", at, event.LogRead{
			From: at.Add(-20 * time.Minute), To: at,
			Calls: []event.LoggedCall{{ID: s.id, At: at.Add(-time.Minute), Key: "3", Model: "m", Amount: event.USD(usd)}},
		})
	}
	call(1.5)
	s.Derive(at)
	if g := s.Live().Gateways["g"]; g.TodayNoKey != int64(event.USD(1.5)) {
		t.Errorf("of a key that nobody told of: %d", g.TodayNoKey)
	}
	call(0.25) // not brought to the sums yet
	s.tell("keys", at, event.KeyRead{Key: "3", Name: "notebook"})
	call(0.25)
	for range 2 {
		s.Derive(at)
		k, g := s.Live().Keys["g/3"], s.Live().Gateways["g"]
		if k.Today.Or(0) != event.USD(2) || g.TodayNoKey != 0 || g.Today.Or(0) != event.USD(2) {
			t.Errorf("today %s, of no key %d, of all %s", k.Today.Or(0), g.TodayNoKey, g.Today.Or(0))
		}
		if n := s.spend["g/3"].rates.sum(at.UnixMilli()/minute, 60); n != int64(event.USD(2)) {
			t.Errorf("within an hour %d", n)
		}
		at = at.Add(20 * time.Second)
		s.asked("logs", at, event.PollOK, "")
	}
}

// TestWhatGroupsSpendOverARestart: what a group spends an hour is the same after
// a restart, although its list is read after its money is restored.
func TestWhatGroupsSpendOverARestart(t *testing.T) {
	at := time.Date(2026, 11, 29, 9, 30, 30, 0, time.UTC)
	began := func() *lists {
		s := newLists()
		s.tell("groups", at, event.GroupRead{Group: "7", Name: "Research", Balance: event.Known(event.USD(90)), Spent: event.Known(event.USD(10)), There: at.Add(-50 * time.Minute)})
		s.tell("keys", at, event.KeyRead{Key: "3", Name: "notebook", Group: "7"})
		s.tell("logs", at, event.LogRead{
			From: at.Add(-2 * time.Hour), To: at,
			Calls: []event.LoggedCall{
				{ID: 1, At: at.Add(-40 * time.Minute), Key: "3", Model: "m", Amount: event.USD(4)},
				{ID: 2, At: at.Add(-30 * time.Minute), Key: "3", Model: "m", Amount: event.USD(2)},
			},
		})
		s.tell("groups", at, event.GroupRead{Group: "7", Name: "Research", Balance: event.Known(event.USD(84)), Spent: event.Known(event.USD(16)), There: at})
		return s
	}
	spends := func(s *lists) event.Reading[event.NanoUSD] {
		s.tell("groups", at, event.GroupRead{Group: "7", Name: "Research", Balance: event.Known(event.USD(84)), Spent: event.Known(event.USD(16)), There: at})
		s.tell("keys", at, event.KeyRead{Key: "3", Name: "notebook", Group: "7"})
		s.tell("logs", at, event.LogRead{From: at.Add(-2 * time.Hour), To: at})
		s.asked("logs", at, event.PollOK, "")
		s.asked("groups", at, event.PollOK, "")
		s.Derive(at)
		return s.Live().Groups["g/7"].LastHour
	}
	before := spends(began())
	again := newLists()
	again.RestoreLedger("g", began().Book("g").Take().Saved, at)
	if after := spends(again); before.Or(0) < event.USD(5) || said(after) != said(before) {
		t.Errorf("before %s, after %s an hour", said(before), said(after))
	}
}

// TestWhatAnAdministratorTakesIsNotSpent: it is of what the gateway counts today, but in no
// hour's spending, whether the balance or the books tell of it first; after a restart too.
func TestWhatAnAdministratorTakesIsNotSpent(t *testing.T) {
	at := time.Date(2026, 11, 29, 9, 30, 30, 0, time.UTC)
	reads := func(s *lists, spent, balance float64, there time.Time) {
		s.tell("groups", at, event.GroupRead{Group: "7", Name: "Research", Balance: event.Known(event.USD(balance)), Spent: event.Known(event.USD(spent)), There: there})
		s.tell("keys", at, event.KeyRead{Key: "3", Name: "notebook", Group: "7"})
	}
	told := func(taken, balanceFirst bool) *lists {
		s := newLists()
		reads(s, 10, 90, at.Add(-50*time.Minute))
		s.tell("logs", at, event.LogRead{From: at.Add(-2 * time.Hour), To: at, Calls: []event.LoggedCall{
			{ID: 1, At: at.Add(-30 * time.Minute), Key: "3", Model: "m", Amount: event.USD(6)},
		}})
		reads(s, 16, 84, at.Add(-10*time.Minute))
		if balanceFirst {
			reads(s, 18, 82, at)
		}
		if taken {
			s.tell("books", at, event.BooksRead{
				Group: "7", At: at, Balance: event.USD(82), Spent: event.USD(18),
				Lines: []event.BookLine{{At: at.Add(-5 * time.Minute), Amount: event.USD(2), After: event.USD(82), Note: "Correction", Admin: true}},
			})
		}
		return s
	}
	hour := func(s *lists) event.NanoUSD {
		s.tell("logs", at, event.LogRead{From: at.Add(-2 * time.Hour), To: at})
		s.asked("logs", at, event.PollOK, "")
		s.asked("groups", at, event.PollOK, "")
		s.Derive(at)
		return s.Live().Groups["g/7"].LastHour.Or(0)
	}
	before := hour(told(false, false))
	if before < event.USD(5) {
		t.Fatalf("%v were spent", before)
	}
	for _, balanceFirst := range []bool{false, true} {
		s := told(true, balanceFirst)
		saved := s.Book("g").Take().Saved
		again := newLists()
		again.RestoreLedger("g", saved, at)
		reads(again, 18, 82, at)
		if got := hour(again); got != before {
			t.Errorf("balance first %t: %v in the hour, after a restart %v", balanceFirst, before, got)
		}
		s = told(true, balanceFirst)
		if got := hour(s); got != before {
			t.Errorf("balance first %t: %v in the hour, with what was taken %v", balanceFirst, before, got)
		}
		if n := s.Live().Gateways["g"].TodayAdjusted; n != int64(event.USD(2)) {
			t.Errorf("taken today: %d", n)
		}
	}
}
