package state

import (
	"testing"

	"gatewatch/internal/core/event"
)

// What told of a task is gone: how the task is nobody knows, until it is told of
// again.
func TestATaskWhoseConnectionIsLostIsNotKnown(t *testing.T) {
	s := newScript()
	hub := func(st event.LinkState) event.LinkChanged {
		return event.LinkChanged{Hub: "h", Plane: event.PlaneCore, State: st}
	}
	runs := event.TaskProgressed{Task: "t", Medium: event.MediumVideo, Status: event.TaskProcessing, Progress: 40, Remaining: 60}
	s.apply(hub(event.LinkConnected), runs, event.TaskProgressed{Task: "done", Medium: event.MediumVideo, Status: event.TaskCompleted, Progress: 100})
	source := s.Live().Tasks["g/t"].Source
	s.apply(event.LinkChanged{Hub: source[len("hub:"):], Plane: event.PlaneCore, State: event.LinkConnected})
	s.Changes()
	s.apply(event.LinkChanged{Hub: source[len("hub:"):], Plane: event.PlaneCore, State: event.LinkReconnecting})
	if lost := s.Live().Tasks["g/t"]; lost.LostAt == 0 || lost.RemainingMS >= 0 || lost.Status != string(event.TaskProcessing) {
		t.Errorf("its connection is lost, and it is %+v", lost)
	}
	if d := s.Changes(); d.Tasks["g/t"] == nil {
		t.Error("that it is not known is not told")
	}
	if s.Live().Tasks["g/done"].LostAt != 0 {
		t.Error("one that ended is as it ended")
	}
	s.apply(event.LinkChanged{Hub: source[len("hub:"):], Plane: event.PlaneCore, State: event.LinkConnected})
	if s.Live().Tasks["g/t"].LostAt == 0 {
		t.Error("a connection alone says nothing of a task")
	}
	s.apply(runs)
	if s.Live().Tasks["g/t"].LostAt != 0 {
		t.Error("it was told of again")
	}
}
