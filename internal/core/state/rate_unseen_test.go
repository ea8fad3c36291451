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

// TestAnHourIsNoMoreThanWasSeen: a key that spent $51 in eight watched minutes spent at
// least that in the hour and the day, and no more is made of it; while nothing is read it
// does not grow, nor does its group's.
func TestAnHourIsNoMoreThanWasSeen(t *testing.T) {
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	s.tell("keys", at, event.KeyRead{Key: "1", Group: "7", At: at})
	s.tell("groups", at, event.GroupRead{Group: "7", Balance: event.Known(event.USD(200)), Credits: event.Known(event.USD(200)), Spent: event.Known(event.NanoUSD(0)), At: at, There: at})
	began := at
	for range 8 {
		at = at.Add(time.Minute)
		s.call(began, at, 51.0/8)
		s.Tick(at)
	}
	check := func(what string, want event.NanoUSD) {
		t.Helper()
		k, g := s.Live().Keys["g/1"], s.Live().Groups["g/7"]
		for name, got := range map[string]event.Reading[event.NanoUSD]{
			"key, hour": k.LastHour, "key, day": k.LastDay, "group, hour": g.LastHour, "group, day": g.LastDay,
		} {
			if got.Or(-1) != want || got.Status() != event.ReadingPartial {
				t.Errorf("%s: %s: %s, want at least %s", what, name, got, want)
			}
		}
	}
	check("watched", event.USD(51))
	for range 8 {
		at = at.Add(time.Minute)
		s.asked("logs", at, event.PollTimedOut, "no answer")
		s.groupsAt = 0
		s.Tick(at)
		check("nothing is read at "+at.Format("15:04"), event.USD(51))
	}
	at = at.Add(3 * time.Hour)
	s.groupsAt = 0
	s.Tick(at)
	if k := s.Live().Keys["g/1"]; k.LastHour.Known() || k.LastDay.Or(0) != event.USD(51) {
		t.Errorf("hours later: %s in the hour, %s in the day", k.LastHour, k.LastDay)
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
		if k.Today.Or(0) != event.USD(4) || k.LastHour.Or(0) != event.USD(4) || k.Rate15m.Or(0) != event.USD(3.5*4) {
			t.Errorf("told of late %v: today %s, in the last hour %s, over 15 min %s (%s) an hour", late, k.Today, k.LastHour, k.Rate15m, k.Rate15m.Why())
		}
	}
}

// TestNothingIsSaidOfTheHourBeforeItIsRead: a run that was killed had watched all of the hour.
// What the next one knows of it, until it has read the log, is at least so; and where that is
// nothing, it is not known.
func TestNothingIsSaidOfTheHourBeforeItIsRead(t *testing.T) {
	at := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	before := newLists()
	for _, key := range []event.KeyID{"1", "2"} {
		before.tell("keys", at, event.KeyRead{Key: key, Group: "7", At: at})
	}
	for began := at; at.Before(began.Add(2 * time.Hour)); at = at.Add(20 * time.Second) {
		before.call(began, at, 0.1)
	}
	s := newLists()
	s.RestoreLedger("g", before.Book("g").Take().Saved, at)
	at = at.Add(5 * time.Second)
	for _, key := range []event.KeyID{"1", "2"} {
		s.tell("keys", at, event.KeyRead{Key: key, Group: "7", At: at})
	}
	s.Tick(at)
	s.Derive(at)
	one, two := s.Live().Keys["g/1"], s.Live().Keys["g/2"]
	if n, known := one.LastHour.Get(); !known || n < event.USD(15) || one.LastHour.Why() != PartOfHour {
		t.Errorf("of what was watched: %s", said(one.LastHour))
	}
	for _, r := range []event.Reading[event.NanoUSD]{two.LastHour, two.LastDay} {
		if _, known := r.Get(); known || r.Why() != NotYetRead {
			t.Errorf("of nothing that was read: %s, %q", said(r), r.Why())
		}
	}
	s.tell("logs", at, event.LogRead{From: at.Add(-2 * time.Hour), To: at})
	s.asked("logs", at, event.PollOK, "")
	s.Derive(at)
	if n, known := s.Live().Keys["g/2"].LastHour.Get(); !known || n != 0 || s.Live().Keys["g/2"].LastHour.Why() != "" {
		t.Errorf("once it was read: %s", said(s.Live().Keys["g/2"].LastHour))
	}
}
