package state

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// The connection that reads lists says when one was answered last; a failure,
// and what Core is asked, say nothing of it.
func TestTheLastAnswerOfLists(t *testing.T) {
	s := New()
	s.SetGateway(Gateway{ID: "g"})
	tell := func(name string, body event.Event, after time.Duration) {
		s.Apply(&event.Envelope{
			At: t0.Add(after), Source: &event.Source{Gateway: "g", Via: event.ViaREST, Name: name}, Body: body,
		})
	}
	asked := func(name string, o event.PollOutcome, after time.Duration) {
		tell(name, event.Polled{Outcome: o, At: t0.Add(after)}, after)
	}
	last := func() time.Duration {
		if at := s.Live().Links["g/rest"].LastEventAt; at > 0 {
			return time.UnixMilli(at).Sub(t0)
		}
		return -1
	}
	asked("keys", event.PollOK, 0) // before the connection is known
	tell("", event.LinkChanged{Hub: "rest", Plane: event.PlaneAdmin, State: event.LinkConnected, At: t0}, time.Second)
	if got := last(); got != -1 {
		t.Errorf("the last answer was at %v", got)
	}
	for _, step := range []struct {
		name string
		o    event.PollOutcome
		at   time.Duration
		want time.Duration
	}{
		{"keys", event.PollOK, 10 * time.Second, 10 * time.Second},
		{"groups", event.PollFailed, 20 * time.Second, 10 * time.Second},
		{event.SourceNegotiate, event.PollOK, 30 * time.Second, 10 * time.Second},
		{event.SourceCoreHealth, event.PollOK, 40 * time.Second, 10 * time.Second},
		{"logs", event.PollOK, 50 * time.Second, 50 * time.Second},
		{"groups", event.PollOK, 45 * time.Second, 50 * time.Second}, // a late event
	} {
		asked(step.name, step.o, step.at)
		if got := last(); got != step.want {
			t.Errorf("after %s at %v the last answer was at %v, want %v", step.name, step.at, got, step.want)
		}
	}
}

// TestSilenceIsNoContact: a read that nobody answers, and our own connection's end,
// are not the gateway's word; an answer is, also an error.
func TestSilenceIsNoContact(t *testing.T) {
	t.Parallel()
	s := newLists()
	at := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	last := func() int64 { return s.Live().Gateways["g"].LastEventAt }
	s.asked("keys", at, event.PollOK, "")
	for i, silent := range []event.Event{
		event.Polled{Outcome: event.PollTimedOut, At: at}, event.Polled{Outcome: event.PollSkipped, At: at}, event.LinkChanged{},
	} {
		s.tell("keys", at.Add(time.Duration(i+1)*time.Minute), silent)
		if last() != at.UnixMilli() {
			t.Errorf("%T counts as heard of at %v", silent, time.UnixMilli(last()).UTC())
		}
	}
	later := at.Add(time.Hour)
	s.asked("keys", later, event.PollFailed, "status 500")
	if last() != later.UnixMilli() {
		t.Error("an error that it answered with is not its word")
	}
}

// TestARepeatedPushIsContact: a change that a list showed a moment before its push
// came is no news, and the hub that pushed it was heard all the same: else its
// feed would be called stuck.
func TestARepeatedPushIsContact(t *testing.T) {
	t.Parallel()
	s := newLists()
	at := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	hub := &event.Source{Gateway: "g", Via: event.ViaHub, Name: "notifications"}
	s.Apply(&event.Envelope{At: at, Source: hub, Body: event.LinkChanged{Hub: "notifications", Plane: event.PlaneCore, State: event.LinkConnected}})
	change := event.NavigationChanged{Entity: event.EntityModelMapping, ID: "3", Name: "realtime", Action: event.ActionUpdated}
	s.tell("mappings", at.Add(time.Minute), change)
	pushed := at.Add(time.Minute + 5*time.Second)
	if s.Apply(&event.Envelope{At: pushed, Source: hub, Body: change}) {
		t.Error("a change that a list showed before is news again")
	}
	if l := s.Live().Links["g/notifications"]; l.LastEventAt != pushed.UnixMilli() {
		t.Errorf("the hub was last heard at %v, want %v", time.UnixMilli(l.LastEventAt).UTC(), pushed)
	}
}
