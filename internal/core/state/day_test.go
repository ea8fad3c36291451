package state

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestAKeysDayIsAReading: what a key and its group spent is as well known as what
// the gateway did, in what comes of it, too.
func TestAKeysDayIsAReading(t *testing.T) {
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 0, 30, 0, time.UTC)
	want := func(what, key, group, total, used string) {
		t.Helper()
		s.Derive(at)
		g, k := s.Live().Groups["g/7"], s.Live().Keys["g/1"]
		for _, x := range [][2]string{{said(k.Today), key}, {said(g.Today), group}, {said(k.Total), total}, {said(k.UsedRatio), used}} {
			if x[0] != x[1] {
				t.Errorf("%s: %q, want %q", what, x[0], x[1])
			}
		}
	}
	s.tell("groups", at, event.GroupRead{Group: "7", At: at})
	s.tell("keys", at, event.KeyRead{Key: "1", Group: "7", At: at})
	want("at the start", " not known", " not known", " not known", " not known")
	s.tell("", at, event.DeliveryChanged{Topic: "spend", Delivery: event.DeliveryForbidden, Reason: "no master key", At: at})
	want("without permission", "forbidden no permission (no master key)", "forbidden no permission (no master key)", " not known", " not known")
	s.tell("", at, event.DeliveryChanged{Topic: "spend", Delivery: event.DeliveryPolled, At: at})
	s.tell("keys", at, event.KeyRead{Key: "1", Group: "7", Spend: event.USD(3), HasSpend: true, Limit: event.Known(event.USD(4)), At: at})
	s.call(time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC), at, 0.5)
	want("read since midnight", "known 0.5", "known 0.5", "known 3", "known 0.75")
	at = at.Add(10 * time.Second)
	s.asked("logs", at, event.PollTimedOut, "no answer")
	want("not read", "stale 0.5 09:00:30 (no answer)", "stale 0.5 09:00:30 (no answer)", "stale 3 09:00:30 (no answer)", "stale 0.75 09:00:30 (no answer)")
	at = at.Add(time.Minute)
	s.call(at.Add(-time.Minute), at, 1)
	want("read again", "known 1.5", "known 1.5", "known 3", "known 0.75")
}

// TestAPartIsNotAll: a gateway that pushes batches alone and whose log nobody reads
// watches nothing: no rate, no day without spending, and what is pushed is a
// lower bound. One that pushes all of it does.
func TestAPartIsNotAll(t *testing.T) {
	const why = "Chats are not pushed."
	for _, c := range []struct {
		partly        bool
		before, after string
	}{
		{true, " not known (" + why + ")", "partial at least 2 (" + why + ")"},
		{false, "partial at least 0 (" + notAllSeen + ")", "partial at least 2 (" + notAllSeen + ")"},
	} {
		s := newLists()
		at := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
		hub := &event.Source{Gateway: "g", Via: event.ViaHub, Name: "spend"}
		tell := func(body event.Event) {
			s.seq++
			s.Apply(&event.Envelope{Seq: s.seq, At: at, Source: hub, Body: body})
		}
		tell(event.LinkChanged{Hub: "spend", Plane: event.PlaneCore, State: event.LinkConnected, At: at})
		tell(event.DeliveryChanged{Topic: "spend", Delivery: event.DeliveryPushed, Partly: c.partly, Reason: why, At: at})
		tell(event.KeyRead{Key: "1", Spend: event.USD(7), HasSpend: true, At: at})
		for range 20 {
			at = at.Add(time.Minute)
			s.Tick(at)
		}
		if got := said(s.Live().Keys["g/1"].Today); got != c.before {
			t.Errorf("partly %t: today %q, want %q", c.partly, got, c.before)
		}
		for i := range 2 {
			tell(&event.SpendRecorded{Key: "1", Amount: event.USD(1), Total: event.USD(float64(8 + i)), HasTotal: true, At: at})
			at = at.Add(time.Minute)
			s.Tick(at)
		}
		k, g := s.Live().Keys["g/1"], s.Live().Gateways["g"]
		if got := said(k.Today); got != c.after {
			t.Errorf("partly %t: today %q, want %q", c.partly, got, c.after)
		}
		if k.LastHour.Or(0) != event.USD(2) || k.LastHour.Status() != event.ReadingPartial {
			t.Errorf("partly %t: in the last hour %s, want at least 2", c.partly, k.LastHour)
		}
		for name, got := range map[string]bool{
			"a rate of the key": k.Rate15m.Known(), "a rate of the gateway": g.BurnPerHour.Known(),
			"minutes that were watched": s.Book("g").WatchedIn(0, 1<<40) > 0,
		} {
			if got == c.partly {
				t.Errorf("partly %t: %s: %t", c.partly, name, got)
			}
		}
	}
}

// TestOldPicturesAreReadings: what an earlier version said by a negative number is
// not known.
func TestOldPicturesAreReadings(t *testing.T) {
	s := New()
	s.SetGateway(Gateway{ID: "g"})
	now := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	old := event.Known(event.NanoUSD(-1))
	s.Remember("g", Picture{
		At:     ms(now),
		Keys:   map[string]KeySpend{"g/1": {ID: "g/1", Gateway: "g", Key: "1", Total: old, UsedRatio: event.Known(-1.0), LastHour: old}},
		Groups: map[string]Group{"g/7": {ID: "g/7", Gateway: "g", Group: "7", UsedRatio: event.Known(-1.0), Rate15m: old}},
	}, now)
	live := s.Clone()
	k, g := live.Keys["g/1"], live.Groups["g/7"]
	if k.Total.Known() || k.UsedRatio.Known() || k.LastHour.Known() || g.UsedRatio.Known() || g.Rate15m.Known() {
		t.Errorf("key %+v, group %+v", k, g)
	}
}

// TestADayWithAHole: what was not watched makes the day a lower bound, also where it
// is a minute in the middle, or the last ones before the log is read as it comes; of
// the newest minutes, which are read as they come, nothing is missing.
func TestADayWithAHole(t *testing.T) {
	began := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	at := began.Add(9*time.Hour + 30*time.Second)
	for name, c := range map[string]struct {
		watched [][2]time.Duration // since midnight
		live    time.Duration
		want    event.ReadingStatus
	}{
		"all":                         {[][2]time.Duration{{0, 9 * time.Hour}}, 8 * time.Hour, event.ReadingKnown},
		"up to two minutes ago":       {[][2]time.Duration{{0, 9*time.Hour - 2*time.Minute}}, 8 * time.Hour, event.ReadingKnown},
		"but one in the middle":       {[][2]time.Duration{{0, 5 * time.Hour}, {5*time.Hour + time.Minute, 9 * time.Hour}}, 8 * time.Hour, event.ReadingPartial},
		"before it was begun anew":    {[][2]time.Duration{{0, 9*time.Hour - 2*time.Minute}}, 9*time.Hour - time.Minute, event.ReadingPartial},
		"begun anew, and then filled": {[][2]time.Duration{{0, 9 * time.Hour}}, 9*time.Hour - time.Minute, event.ReadingKnown},
	} {
		s := newLists()
		s.tell("", at, event.DeliveryChanged{Topic: "spend", Delivery: event.DeliveryPolled, At: at})
		s.tell("keys", at, event.KeyRead{Key: "1", Group: "7", At: at})
		s.tell("logs", at, event.LogRead{From: began.Add(c.live), To: began.Add(c.live), Live: true, Calls: []event.LoggedCall{
			{ID: 1, At: began.Add(time.Hour), Key: "1", Model: "m", Amount: event.USD(2)},
		}})
		for _, span := range c.watched {
			s.tell("logs", at, event.LogRead{From: began.Add(span[0]), To: began.Add(span[1])})
		}
		s.asked("logs", at, event.PollOK, "")
		s.Derive(at)
		if k, g := s.Live().Keys["g/1"].Today, s.Live().Gateways["g"].Today; k.Status() != c.want || g.Status() != c.want {
			t.Errorf("%s: %s and %s, want %s", name, said(k), said(g), c.want)
		}
	}
}
