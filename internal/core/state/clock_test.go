package state

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// A log may hold a call of a time that cannot be: that is no reason to end, and
// what is spent now is shown all the same.
func TestACallOfAnImpossibleTime(t *testing.T) {
	t.Parallel()
	for _, wrong := range []time.Time{time.Date(1960, 5, 1, 7, 17, 30, 0, time.UTC), time.Date(2199, 5, 1, 7, 17, 30, 0, time.UTC)} {
		callOf(t, wrong)
	}
}

// What a gateway dates years ahead hides nothing that comes after it.
func TestAReadOfAnImpossibleTime(t *testing.T) {
	t.Parallel()
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 30, 0, 0, time.UTC)
	for i, sent := range []time.Time{at.AddDate(170, 0, 0), at.Add(time.Minute)} {
		left := event.USD(float64(10 - i))
		s.tell("groups", at.Add(time.Duration(i)*time.Minute), event.GroupRead{Group: "1", Balance: event.Known(left), At: sent})
		if got := s.Live().Groups["g/1"].Balance; got != event.Known(left) {
			t.Errorf("after read %d the balance is %s, want %s", i, got, left)
		}
	}
}

func callOf(t *testing.T, wrong time.Time) {
	t.Helper()
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 30, 0, 0, time.UTC)
	s.tell("keys", at, event.KeyRead{Key: "1", Name: "api", At: at})
	s.id++
	s.tell("logs", at, event.LogRead{Calls: []event.LoggedCall{{ID: s.id, At: wrong, Key: "1", Model: "m", Amount: event.USD(1)}}})
	s.Derive(at)
	for i := range 15 {
		s.call(at.Add(-20*time.Minute), at.Add(time.Duration(i-15)*time.Minute), 1)
	}
	s.tell("logs", at, event.LogRead{From: at.Add(-20 * time.Minute), To: at})
	s.Derive(at)
	rate := s.Live().Gateways["g"].BurnPerHour
	if n, ok := rate.Get(); !ok || n < event.USD(55) || n > event.USD(65) {
		t.Errorf("after a call of %s: %s an hour, want about $60", wrong, rate)
	}
}
