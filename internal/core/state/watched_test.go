package state

import (
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestTheHourBeforeTheStartIsAGap: of a gateway without a request log, nothing is
// said of the minutes before anybody watched; a minute that was watched and in
// which nothing was spent is $0.
func TestTheHourBeforeTheStartIsAGap(t *testing.T) {
	start := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	s := newLists()
	hub := func(at time.Time, body event.Event) {
		s.seq++
		s.Apply(&event.Envelope{Seq: s.seq, At: at, Source: &event.Source{Gateway: "g", Via: event.ViaHub, Name: "spend"}, Body: body})
	}
	count := func(at time.Time) (gaps, zeros, spent int) {
		s.Derive(at)
		for _, n := range s.Live().Burn["g"].PerMinute {
			switch {
			case n < 0:
				gaps++
			case n == 0:
				zeros++
			default:
				spent++
			}
		}
		return gaps, zeros, spent
	}
	want := func(what string, at time.Time, gaps, zeros, spent int) {
		t.Helper()
		if g, z, n := count(at); g != gaps || z != zeros || n != spent {
			t.Errorf("%s: %d gaps, %d of $0, %d of spend; want %d, %d, %d: %v", what, g, z, n, gaps, zeros, spent, s.Live().Burn["g"].PerMinute)
		}
	}
	hub(start, event.LinkChanged{Hub: "spend", Plane: event.PlaneCore, State: event.LinkConnected, Attempt: 1, At: start})
	want("nothing was told", start.Add(10*time.Second), 0, 0, 0)
	hub(start.Add(20*time.Second), &event.SpendRecorded{Key: "1", Amount: 5, Request: "a", At: start.Add(20 * time.Second)})
	want("the first spend", start.Add(30*time.Second), 59, 0, 1)
	for at := start; !at.After(start.Add(5 * time.Minute)); at = at.Add(30 * time.Second) {
		s.Tick(at)
	}
	want("five minutes later", start.Add(5*time.Minute+time.Second), 54, 5, 1)
	if per := s.Live().Burn["g"].PerMinute; slices.Max(per[:54]) != -1 {
		t.Errorf("before the start: %v", per)
	}
}
