package state

import (
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// batchRuns is a batch of which such tasks are known to take a minute.
func batchRuns(task string, progress float64) event.TaskProgressed {
	return event.TaskProgressed{Task: event.TaskID(task), Medium: event.MediumBatch, Status: event.TaskProcessing, Progress: progress, Remaining: 6}
}

// TestATaskOfAnEarlierRunIsNotKnown: that a task ran when the program was killed says
// nothing of now: it is not said to run, and in time it leaves; once it is told of
// again it goes on from where it was.
func TestATaskOfAnEarlierRunIsNotKnown(t *testing.T) {
	before := newScript()
	for _, id := range []string{"1", "2", "3", "4", "5"} {
		before.apply(event.TaskProgressed{Task: event.TaskID(id), Medium: event.MediumBatch, Status: event.TaskQueued, At: before.now},
			event.TaskProgressed{Task: event.TaskID(id), Medium: event.MediumBatch, Status: event.TaskCompleted, At: before.now.Add(time.Minute)})
	}
	before.apply(batchRuns("t", 77), batchRuns("u", 20))
	s := newScript()
	s.now = before.now.Add(2 * time.Minute)
	s.SetGateway(Gateway{ID: "g"})
	s.Remember("g", pictured(t, before), s.now)
	x := s.Clone().Tasks["g/t"]
	if x.LostAt == 0 || x.RemainingMS >= 0 || x.Progress != 77 || x.UsualMS == 0 {
		t.Errorf("it is said to run: %+v", x)
	}
	s.apply(event.TaskProgressed{Task: "u", Medium: event.MediumBatch, Status: event.TaskCompleted, At: s.now})
	if u := s.Clone().Tasks["g/u"]; u.LostAt != 0 || u.Remembered != 0 || u.StartedAt != before.Clone().Tasks["g/u"].StartedAt {
		t.Errorf("told of again: %+v", u)
	}
	s.Tick(s.now.Add(finishedTaskTTL + time.Second))
	if all := s.Clone().Tasks; all["g/u"].ID != "" || all["g/t"].ID == "" {
		t.Errorf("after ten minutes: %+v", all)
	}
	s.Tick(s.now.Add(leastLostFor + time.Second))
	if all := s.Clone().Tasks; len(all) != 0 {
		t.Errorf("of a minute's task nothing was told for an hour, and it stays: %+v", all)
	}
}

// TestTheLastWordBeforeAKill: what was told after the last picture counts, and only
// what can be asked for is to be asked for.
func TestTheLastWordBeforeAKill(t *testing.T) {
	before := newScript().apply(batchRuns("t", 77), batchRuns("b", 5), event.TaskProgressed{Task: "v", Medium: event.MediumVideo, Status: event.TaskProcessing})
	p := pictured(t, before)
	told := func(b event.TaskProgressed) {
		b.At = before.now.Add(time.Second)
		p.Told(event.Envelope{At: b.At, Source: &event.Source{Gateway: "g", Via: event.ViaHub, Name: "tasks"}, Body: b})
	}
	told(event.TaskProgressed{Task: "t", Medium: event.MediumBatch, Status: event.TaskCompleted})
	told(event.TaskProgressed{Task: "new", Medium: event.MediumBatch, Status: event.TaskCompleted})
	if all := p.Unended(); !slices.Equal(all, []event.TaskID{"v"}) {
		t.Errorf("to be asked for: %v", all)
	}
	s := newScript()
	s.now = before.now.Add(time.Minute)
	s.SetGateway(Gateway{ID: "g"})
	s.Remember("g", p, s.now)
	all := s.Clone().Tasks
	if x := all["g/t"]; x.Status != string(event.TaskCompleted) || x.FinishedAt == 0 || x.LostAt != 0 {
		t.Errorf("it had ended: %+v", x)
	}
	if x := all["g/new"]; x.FinishedAt == 0 || x.StartedAt != 0 {
		t.Errorf("when it began nobody knows: %+v", x)
	}
	if all["g/b"].LostAt == 0 || all["g/v"].LostAt == 0 {
		t.Errorf("the others are not known: %+v", all)
	}
}
