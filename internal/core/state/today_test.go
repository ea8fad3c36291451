package state

import (
	"fmt"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// lists is a gateway whose lists are read.
type lists struct {
	*State
	seq uint64
	id  int64
}

func newLists() *lists {
	s := &lists{State: New()}
	s.SetGateway(Gateway{ID: "g"})
	return s
}

func (s *lists) tell(name string, at time.Time, body event.Event) {
	s.seq++
	s.Apply(&event.Envelope{Seq: s.seq, At: at, Source: &event.Source{Gateway: "g", Via: event.ViaREST, Name: name}, Body: body})
}

func (s *lists) asked(name string, at time.Time, o event.PollOutcome, why string) {
	s.tell(name, at, event.Polled{Outcome: o, Cause: why, EveryMS: 10_000, At: at})
}

// call is a row of the log, which was read from a time to now.
func (s *lists) call(from, at time.Time, usd float64) {
	s.id++
	s.tell("logs", at, event.LogRead{
		From: from, To: at,
		Calls: []event.LoggedCall{{ID: s.id, At: at, Key: "1", Model: "m", Amount: event.USD(usd)}},
	})
	s.asked("logs", at, event.PollOK, "")
}

func said[T comparable](r event.Reading[T]) string {
	text := fmt.Sprint(r.Status(), " ", r)
	if at := r.Since(); !at.IsZero() {
		text += at.UTC().Format(" 15:04:05")
	}
	if r.Why() != "" {
		text += " (" + r.Why() + ")"
	}
	return text
}

// TestTodayIsAReading: what was spent today is not known before anything tells
// it, is as of when it was told where nothing does any more, and is known again
// when something does.
func TestTodayIsAReading(t *testing.T) {
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 0, 30, 0, time.UTC)
	want := func(what, want string) {
		t.Helper()
		s.Derive(at)
		if got := said(s.Live().Gateways["g"].Today); got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	want("at the start", " not known")
	s.tell("", at, event.DeliveryChanged{Topic: "spend", Delivery: event.DeliveryForbidden, Reason: "no master key", At: at})
	want("without permission", "forbidden no permission (no master key)")
	s.tell("", at, event.DeliveryChanged{Topic: "spend", Delivery: event.DeliveryPolled, At: at})
	s.tell("keys", at, event.KeyRead{Key: "1", Group: "7", At: at})
	s.call(at, at, 2)
	want("read from now on", "partial at least 2 (0 of the 537 minutes of today were seen.)")
	s.call(time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC), at, 0.5)
	want("read since midnight", "known 2.5")
	at = at.Add(10 * time.Second)
	s.asked("logs", at, event.PollTimedOut, "no answer")
	want("not read", "stale 2.5 09:00:30 (no answer)")
	at = at.Add(time.Minute)
	s.call(at.Add(-time.Minute), at, 1)
	want("read again", "known 3.5")
}

// TestWhatIsNotReadAgainIsStale: a list that is not answered any more leaves its
// values with their age; one that is answered, and did not change, makes them
// known.
func TestWhatIsNotReadAgainIsStale(t *testing.T) {
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 0, 30, 0, time.UTC)
	s.tell("groups", at, event.GroupRead{Group: "7", Balance: event.Known(event.USD(5)), Credits: event.NotKnown[event.NanoUSD](event.ReadingUnknown, "null"), At: at})
	s.tell("keys", at, event.KeyRead{Key: "1", Group: "7", Limit: event.Known(event.USD(9)), At: at})
	want := func(what, balance, credits, limit string) {
		t.Helper()
		s.Derive(at)
		g, k := s.Live().Groups["g/7"], s.Live().Keys["g/1"]
		for _, x := range [][2]string{{said(g.Balance), balance}, {said(g.Credits), credits}, {said(k.Limit), limit}} {
			if x[0] != x[1] {
				t.Errorf("%s: %q, want %q", what, x[0], x[1])
			}
		}
	}
	s.asked("groups", at, event.PollOK, "")
	s.asked("keys", at, event.PollOK, "")
	want("read", "known 5", " not known (null)", "known 9")
	at = at.Add(time.Minute)
	s.asked("groups", at, event.PollFailed, "500")
	s.asked("keys", at, event.PollForbidden, "403")
	at = at.Add(time.Minute)
	s.asked("groups", at, event.PollFailed, "500")
	want("not read", "stale 5 09:00:30 (500)", " not known (null)", "stale 9 09:00:30 (403)")
	at = at.Add(time.Minute)
	s.asked("groups", at, event.PollOK, "")
	s.asked("keys", at, event.PollOK, "")
	want("read again", "known 5", " not known (null)", "known 9")
}

// TestUnreachableIsNotCheaper: a gateway that is not reached does not decay to a
// lower rate: what it spent stays what it was, and then it is not known.
func TestUnreachableIsNotCheaper(t *testing.T) {
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	s.tell("keys", at, event.KeyRead{Key: "1", Group: "7", At: at})
	for began := at; at.Before(began.Add(20 * time.Minute)); {
		s.call(began, at, 0.1)
		s.Tick(at)
		at = at.Add(10 * time.Second)
	}
	before := s.Live().Gateways["g"]
	rate := before.BurnPerHour.Or(0)
	if d := rate - event.USD(36); before.BurnSpan != 15 || d < -event.USD(1) || d > event.USD(1) {
		t.Fatalf("%s/h over %d min, want about $36", before.BurnPerHour, before.BurnSpan)
	}
	for m := range 30 {
		at = at.Add(time.Minute)
		s.asked("logs", at, event.PollTimedOut, "no answer")
		s.Tick(at)
		g := s.Live().Gateways["g"]
		n, known := g.BurnPerHour.Get()
		switch {
		case !known && g.BurnPerHour.Why() == "":
			t.Errorf("after %d min it is not said why the rate is not known", m+1)
		case !known:
		case n < rate*97/100:
			t.Errorf("after %d min: %s/h over %d min", m+1, n, g.BurnSpan)
		case g.BurnSpan > before.BurnSpan || m > 12:
			t.Errorf("after %d min the rate is still over %d min", m+1, g.BurnSpan)
		}
	}
}

// TestTodayIsRestatedWhenNothingComes: what was said of today's parts while it
// was being read does not stay when nothing is booked any more.
func TestTodayIsRestatedWhenNothingComes(t *testing.T) {
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 0, 30, 0, time.UTC)
	s.tell("keys", at, event.KeyRead{Key: "1", Group: "7", At: at})
	group := func(spent float64) event.GroupRead {
		return event.GroupRead{Group: "7", Balance: event.Known(event.USD(50 - spent)), Credits: event.Known(event.USD(50)), Spent: event.Known(event.USD(spent)), At: at, There: at}
	}
	s.tell("groups", at, group(1))
	at = at.Add(30 * time.Second)
	s.tell("groups", at, group(3))
	s.Derive(at)
	if got := s.Live().Gateways["g"].TodayUnlogged; got != int64(event.USD(2)) {
		t.Fatalf("before the log is read: %s", event.NanoUSD(got))
	}
	at = at.Add(time.Second)
	s.call(at.Add(-time.Minute), at.Add(-10*time.Second), 2)
	s.Derive(at)
	s.Changes()
	quiet := func() { // lists are read, and say nothing new
		for range 12 {
			at = at.Add(time.Second)
			s.asked("groups", at, event.PollOK, "")
			s.Derive(at)
			s.Changes()
		}
	}
	if got := s.Live().Gateways["g"].TodayUnlogged; got != 0 {
		t.Errorf("still %s debited and not in the log", event.NanoUSD(got))
	}
	quiet()
	for range 2 {
		s.call(at.Add(-time.Minute), at, 1.5)
		at = at.Add(time.Second)
		s.Derive(at)
		s.Changes()
	}
	quiet()
	if got := s.Live().Gateways["g"].TodayPending; got != int64(event.USD(3)) {
		t.Errorf("%s logged and not debited yet, want $3.00", event.NanoUSD(got))
	}
}

// TestARefusedKeyMakesWhatListsToldOld: nothing is asked any more once the key is refused,
// so no list fails; what they told is as of then all the same, and new once they are read.
func TestARefusedKeyMakesWhatListsToldOld(t *testing.T) {
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 0, 30, 0, time.UTC)
	read := func() {
		s.tell("groups", at, event.GroupRead{Group: "7", Balance: event.Known(event.USD(47)), Credits: event.Known(event.USD(50)), Spent: event.Known(event.USD(3)), At: at, There: at})
		s.asked("groups", at, event.PollOK, "")
		s.call(at.Add(-10*time.Hour), at, 3)
	}
	link := func(state event.LinkState, class, why string) {
		s.tell("rest", at, event.LinkChanged{Hub: "rest", Plane: event.PlaneAdmin, State: state, Class: class, Cause: why, At: at})
		s.Derive(at)
	}
	s.tell("keys", at, event.KeyRead{Key: "1", Group: "7", At: at})
	s.tell("", at, event.DeliveryChanged{Topic: "spend", Delivery: event.DeliveryPolled, At: at})
	link(event.LinkConnected, "", "")
	read()
	s.Derive(at)
	g := func() string { return said(s.Live().Gateways["g"].Today) + ", " + said(s.Live().Groups["g/7"].Balance) }
	if got, want := g(), "known 3, known 47"; got != want {
		t.Fatalf("read: %s, want %s", got, want)
	}
	at = at.Add(20 * time.Second)
	link(event.LinkError, "auth", "401")
	if got, want := g(), "stale 3 09:00:30 (401), stale 47 09:00:30 (401)"; got != want {
		t.Errorf("refused: %s, want %s", got, want)
	}
	at = at.Add(20 * time.Second)
	link(event.LinkConnected, "", "")
	read()
	s.Derive(at)
	if got, want := g(), "known 6, known 47"; got != want {
		t.Errorf("accepted again: %s, want %s", got, want)
	}
}

// TestTodayWithoutTheDatabase: a gateway whose database is gone shows an empty log, and
// answers well; today is as of when the log was watched last.
func TestTodayWithoutTheDatabase(t *testing.T) {
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 0, 30, 0, time.UTC)
	health := func(is event.Health) {
		s.tell(event.SourceAdminHealth, at, event.ComponentReported{Component: "database", Health: is, LatencyMS: -1, At: at})
		s.asked(event.SourceAdminHealth, at, event.PollOK, "")
		s.Derive(at)
	}
	s.tell("keys", at, event.KeyRead{Key: "1", Group: "7", At: at})
	s.tell("", at, event.DeliveryChanged{Topic: "spend", Delivery: event.DeliveryPolled, At: at})
	s.call(at.Add(-10*time.Hour), at, 3)
	health(event.HealthHealthy)
	today := func() string { return said(s.Live().Gateways["g"].Today) }
	if got := today(); got != "known 3" {
		t.Fatal(got)
	}
	at = at.Add(40 * time.Second)
	s.asked("logs", at, event.PollOK, "")
	health(event.HealthUnhealthy)
	if got, want := today(), "stale 3 09:00:00 ("+emptyLog+")"; got != want {
		t.Errorf("without its database: %s, want %s", got, want)
	}
	at = at.Add(40 * time.Second)
	s.call(at.Add(-10*time.Hour), at, 1)
	health(event.HealthHealthy)
	if got := today(); got != "known 4" {
		t.Errorf("with it again: %s", got)
	}
}
