package state

import (
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// TestBooksAreChecked: what is known of a gateway's money is held against what
// the gateway makes of its log: once a day, after a gap, and again after a
// difference. Only what differs twice is told, and it ends when they agree.
func TestBooksAreChecked(t *testing.T) {
	s := newLists()
	began := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	at := began
	s.tell("keys", at, event.KeyRead{Key: "1", Name: "api", Group: "7", At: at})
	for ; at.Before(began.Add(20 * time.Minute)); at = at.Add(time.Minute) {
		s.call(began, at, 1)
	}
	check := func(usd float64) string {
		t.Helper()
		due := s.CheckDue("g", false, at)
		if due.From >= due.To {
			t.Fatalf("at %v nothing is due", at)
		}
		n := float64(due.To-due.From) + usd - 20 // of the calls, one a minute
		s.tell("logs", at, event.BooksChecked{
			From: time.Unix(due.From*60, 0), To: time.Unix(due.To*60, 0),
			Costs: []event.KeyCost{{Key: "1", Amount: event.USD(n)}},
		})
		s.Derive(at)
		return s.Live().Gateways["g"].BooksDiffer
	}
	if due := s.CheckDue("g", true, at); due.From < due.To {
		t.Error("it is compared while gaps are filled")
	}
	if got := check(20); got != "" {
		t.Errorf("equal books differ: %s", got)
	}
	if due := s.CheckDue("g", false, at.Add(time.Hour)); due.From < due.To {
		t.Error("it is compared each hour")
	}
	at = at.Add(24 * time.Hour)
	s.tell("logs", at, event.LogRead{From: at.Add(-20 * time.Minute), To: at})
	if got := check(25); got != "" {
		t.Errorf("a row that may be late is told: %s", got)
	}
	at = at.Add(4 * time.Minute)
	s.tell("logs", at, event.LogRead{From: at.Add(-20 * time.Minute), To: at})
	if got := check(25); !strings.Contains(got, "api: $0.00 here, $2") {
		t.Errorf("a difference: %q", got)
	}
	at = at.Add(11 * time.Minute)
	s.tell("logs", at, event.LogRead{From: at.Add(-20 * time.Minute), To: at})
	due := s.CheckDue("g", false, at)
	s.tell("logs", at, event.BooksChecked{From: time.Unix(due.From*60, 0), To: time.Unix(due.To*60, 0)})
	s.Derive(at)
	if got := s.Live().Gateways["g"].BooksDiffer; got != "" {
		t.Errorf("equal books still differ: %s", got)
	}
}

// TestADeletedKeyIsNoDifference: a gateway leaves keys that were deleted out of what
// it adds up, and not out of its log.
func TestADeletedKeyIsNoDifference(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	at := began
	s := newLists()
	for _, key := range []event.KeyID{"1", "2", "3"} {
		s.tell("keys", at, event.KeyRead{Key: key, Name: "trial-" + string(key), Group: "7", At: at})
	}
	for ; at.Before(began.Add(20 * time.Minute)); at = at.Add(time.Minute) {
		s.call(began, at, 1)
		for _, key := range []event.KeyID{"2", "3", "4"} { // nobody ever listed 4
			s.id++
			s.tell("logs", at, event.LogRead{From: began, To: at, Calls: []event.LoggedCall{{ID: s.id, At: at, Key: key, Model: "m", Amount: event.USD(0.5)}}})
		}
	}
	s.tell("keys", at, event.KeyChanged{Key: "2", Action: event.ActionDeleted})
	check := func() string {
		t.Helper()
		s.tell("logs", at, event.LogRead{From: at.Add(-20 * time.Minute), To: at})
		due := s.CheckDue("g", false, at)
		s.tell("logs", at, event.BooksChecked{
			From: time.Unix(due.From*60, 0), To: time.Unix(due.To*60, 0),
			Costs: []event.KeyCost{{Key: "1", Amount: s.Book("g").LoggedOf(ledger.Minute(due.From), ledger.Minute(due.To))["1"]}},
		})
		s.Derive(at)
		return s.Live().Gateways["g"].BooksDiffer
	}
	check()
	at = at.Add(4 * time.Minute)
	got := check()
	if !strings.Contains(got, "trial-3: ") || strings.Contains(got, "trial-2") || strings.Contains(got, "key 4") {
		t.Errorf("%q, want only the key that exists and is left out", got)
	}
}

// What must be known before a budget is foreseen is asked for, and a little more:
// the oldest of it is only known by the hour.
func TestMoreThanADayIsAskedFor(t *testing.T) {
	t.Parallel()
	s := newLists()
	now := time.Date(2026, 11, 29, 12, 10, 0, 0, time.UTC)
	s.call(now.Add(-time.Minute), now, 1)
	w, _ := s.Wanted("g", now)
	oldest := ledger.MinuteOf(now)
	for _, x := range w.Log {
		oldest = min(oldest, ledger.Minute(x.From))
	}
	if want := ledger.MinuteOf(now.Add(-25 * time.Hour)); oldest != want {
		t.Errorf("the log is asked for from %s on, want %s", oldest.Time(), want.Time())
	}
}
