package state

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestUnreachableIsNotDearer: while nobody sees what a gateway spends, what it
// spent an hour does not grow because quiet minutes leave the window; after a few
// minutes it is not known.
func TestUnreachableIsNotDearer(t *testing.T) {
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	s.tell("keys", at, event.KeyRead{Key: "1", Group: "7", At: at})
	for began := at; at.Before(began.Add(20 * time.Minute)); at = at.Add(10 * time.Second) {
		usd := 0.001
		if at.After(began.Add(12 * time.Minute)) {
			usd = 0.1
		}
		s.call(began, at, usd)
		s.Tick(at)
	}
	before := s.Live().Gateways["g"].BurnPerHour.Or(0)
	if before == 0 {
		t.Fatal("no rate while it is watched")
	}
	known := 0
	for range 10 {
		at = at.Add(time.Minute)
		s.asked("logs", at, event.PollTimedOut, "no answer")
		s.Tick(at)
		s.Derive(at)
		g, k := s.Live().Gateways["g"], s.Live().Keys["g/1"]
		for _, r := range []event.Reading[event.NanoUSD]{g.BurnPerHour, k.Rate15m} {
			n, is := r.Get()
			if is && (n > before*101/100 || n < before*99/100) {
				t.Errorf("at %s: %s an hour, and %s while it was watched", at.Format("15:04"), n, before)
			}
			if is {
				known++
			} else if r.Why() != NotWatched {
				t.Errorf("at %s it is not known because %q", at.Format("15:04"), r.Why())
			}
		}
	}
	if known == 0 || known > 8 {
		t.Errorf("known %d times of 20", known)
	}
}

// TestWhatIsInNoLogIsInTheRates: items of a batch, which only the books show and
// which name their key, count in what the key spent of late as they do in what it
// spent today; also if the key is told of after them.
func TestWhatIsInNoLogIsInTheRates(t *testing.T) {
	at := time.Date(2026, 11, 29, 9, 30, 0, 0, time.UTC)
	for _, late := range []bool{false, true} {
		s := newLists()
		key := func() { s.tell("keys", at, event.KeyRead{Key: "3", Name: "notebook", Group: "7"}) }
		if !late {
			key()
		}
		s.tell("logs", at, event.LogRead{
			From: at.Add(-2 * time.Hour), To: at,
			Calls: []event.LoggedCall{{ID: 1, At: at.Add(-20 * time.Minute), Key: "3", Model: "m", Amount: event.USD(0.5)}},
		})
		lines := []event.BookLine{
			{At: at.Add(-19 * time.Minute), Amount: event.USD(0.5), After: event.USD(99.5), Note: "API usage by virtual key #3"},
			{At: at.Add(-8 * time.Minute), Amount: event.USD(1.75), After: event.USD(97.75), Note: "API usage by virtual key #3"},
			{At: at.Add(-4 * time.Minute), Amount: event.USD(1.75), After: event.USD(96), Note: "API usage by virtual key #3"},
		}
		s.tell("groups", at, event.GroupRead{Group: "7", Balance: event.Known(event.USD(96)), Credits: event.Known(event.USD(100)), Spent: event.Known(event.USD(4)), There: at, At: at})
		s.tell("groups", at, event.BooksRead{Group: "7", Lines: lines, Balance: event.USD(96), Spent: event.USD(4), At: at})
		if late {
			s.Derive(at)
			key()
		}
		s.asked("logs", at, event.PollOK, "")
		s.Tick(at)
		s.Derive(at)
		k := s.Live().Keys["g/3"]
		if k.Today.Or(0) != event.USD(4) || k.Rate1h.Or(0) != event.USD(4) || k.Rate15m.Or(0) != event.USD(3.5*4) {
			t.Errorf("told of late %v: today %s, in the last hour %s, over 15 min %s (%s) an hour", late, k.Today, k.Rate1h, k.Rate15m, k.Rate15m.Why())
		}
	}
}
