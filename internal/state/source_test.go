package state

import (
	"testing"
	"time"

	"gatewatch/internal/event"
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
	asked := func(name string, o event.Outcome, after time.Duration) {
		tell(name, event.Asked{Outcome: o, At: t0.Add(after)}, after)
	}
	last := func() time.Duration {
		if at := s.Live().Links["g/rest"].LastEventAt; at > 0 {
			return time.UnixMilli(at).Sub(t0)
		}
		return -1
	}
	asked("keys", event.OutcomeGood, 0) // before the connection is known
	tell("", event.LinkChanged{Hub: "rest", Plane: event.PlaneAdmin, State: event.LinkConnected, At: t0}, time.Second)
	if got := last(); got != -1 {
		t.Errorf("the last answer was at %v", got)
	}
	for _, step := range []struct {
		name string
		o    event.Outcome
		at   time.Duration
		want time.Duration
	}{
		{"keys", event.OutcomeGood, 10 * time.Second, 10 * time.Second},
		{"groups", event.OutcomeError, 20 * time.Second, 10 * time.Second},
		{event.SourceNegotiate, event.OutcomeGood, 30 * time.Second, 10 * time.Second},
		{event.SourceCoreWord, event.OutcomeGood, 40 * time.Second, 10 * time.Second},
		{"logs", event.OutcomeGood, 50 * time.Second, 50 * time.Second},
		{"groups", event.OutcomeGood, 45 * time.Second, 50 * time.Second}, // a latecomer
	} {
		asked(step.name, step.o, step.at)
		if got := last(); got != step.want {
			t.Errorf("after %s at %v the last answer was at %v, want %v", step.name, step.at, got, step.want)
		}
	}
}
