package run

import (
	"fmt"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// step is one report of a task at a minute.
func (t *taskDurations) step(task, model string, minute int, status event.TaskStatus) {
	at := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC).Add(time.Duration(minute) * time.Minute)
	t.observe(event.Envelope{At: at, Source: &event.Source{Gateway: "g"}}, event.TaskProgressed{Task: event.TaskID(task), Model: model, Status: status})
}

// TestRunningTasksShrink: tasks whose end was missed make room for others.
func TestRunningTasksShrink(t *testing.T) {
	x := newTaskDurations()
	for i := range maxRunning {
		x.step(fmt.Sprint("lost", i), "m", 0, event.TaskProcessing)
	}
	x.step("old", "m", 60, event.TaskProcessing) // no day has passed: the one that was silent longest leaves
	if len(x.running) != maxRunning || x.running["g/old"] == nil {
		t.Fatalf("%d are running", len(x.running))
	}
	x.step("new", "m", 25*60, event.TaskProcessing)
	if len(x.running) != 1 && len(x.running) != 2 || x.running["g/new"] == nil {
		t.Errorf("%d are running after a day", len(x.running))
	}
	x.step("new", "m", 25*60+5, event.TaskCompleted)
	if got := x.all()["g/m"]; got.N != 1 || got.P99 != 5*time.Minute {
		t.Errorf("learned: %+v", got)
	}
}

// TestLearnedDurationsShrink: of models of which nothing ended for long, and of too
// many; what is left is the same after a restart.
func TestLearnedDurationsShrink(t *testing.T) {
	x := newTaskDurations()
	for i := range maxModels + 5 {
		x.step(fmt.Sprint(i), fmt.Sprint("m", i), i, event.TaskProcessing)
		x.step(fmt.Sprint(i), fmt.Sprint("m", i), i+3, event.TaskCompleted)
	}
	if len(x.models) != maxModels || x.models["g/m0"] != nil || x.models[fmt.Sprint("g/m", maxModels+4)] == nil {
		t.Errorf("%d models", len(x.models))
	}
	last := x.models[fmt.Sprint("g/m", maxModels+4)].at
	kept := x.samples(last)
	y := newTaskDurations()
	y.restore(kept, last.Add(time.Hour))
	if len(y.all()) != maxModels || y.all()["g/m9"] != x.all()["g/m9"] {
		t.Errorf("restored: %d, %+v", len(y.all()), y.all()["g/m9"])
	}
	if n := len(x.samples(last.Add(learnedFor))); n != 0 {
		t.Errorf("%d models are believed for ever", n)
	}
}
