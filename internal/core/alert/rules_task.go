package alert

import (
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// Bounds of the task rules.
const (
	stuckAfter  = 15 * time.Minute // where too few tasks were measured
	enoughTasks = 20
	slowSteps   = 3 // times the usual step without a report
)

func taskRules() []Rule {
	return []Rule{
		{
			ID: "task.failed", Title: "Task failed", Category: CategoryTask, Severity: warning,
			OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNever, PointInTime: true, check: checkTaskFailed,
		},
		{
			ID: "task.stuck", Title: "Task seems stuck", Category: CategoryTask, Severity: warning,
			OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNever, check: checkTaskStuck, recheck: recheckTask,
		},
		{
			ID: "task.done", Title: "Task completed", Category: CategoryTask, Severity: info, Off: true,
			OnFiring: NotifyNow, OnFiringFrom: info, OnResolved: NotifyNever, PointInTime: true, check: checkTaskDone,
		},
	}
}

func taskResult(v *evalContext, id string, t *state.Task) Result {
	name := t.Key
	if k, ok := v.live.Keys[t.Gateway+"/"+t.Key]; ok && k.Name != "" {
		name = k.Name
	}
	return Result{
		Gateway: t.Gateway, Kind: "task", Entity: t.Task, StateID: id, At: t.UpdatedAt, Value: -1,
		Source: t.Source,
		Annotations: Annotations{
			Name: name, Medium: t.Medium, Model: t.Model, Error: nameOr(t.Error, t.Message),
			Progress: t.Progress,
		},
	}
}

// watched reports whether tasks of this key are notified of.
func watched(v *evalContext, gateway, key string) bool {
	return len(v.cfg.Watched) == 0 || v.cfg.Watched[gateway+"/"+key]
}

func checkTaskFailed(v *evalContext, yield func(Result)) {
	for id, t := range v.live.Tasks {
		if event.TaskStatus(t.Status) == event.TaskFailed && watched(v, t.Gateway, t.Key) {
			t := t
			yield(taskResult(v, id, &t))
		}
	}
}

func checkTaskDone(v *evalContext, yield func(Result)) {
	for id, t := range v.live.Tasks {
		if event.TaskStatus(t.Status) == event.TaskCompleted && watched(v, t.Gateway, t.Key) {
			t := t
			yield(taskResult(v, id, &t))
		}
	}
}

func checkTaskStuck(v *evalContext, yield func(Result)) {
	for id, t := range v.live.Tasks {
		if event.TaskStatus(t.Status).Final() || t.FinishedAt > 0 || t.LostAt > 0 || !watched(v, t.Gateway, t.Key) {
			continue
		}
		var usual TaskTimes
		if len(v.in.TaskTimes) > 0 {
			usual = v.in.TaskTimes[t.Gateway+"/"+t.Model]
		}
		limit := stuckAfter
		if usual.N >= enoughTasks && usual.P99 > 0 {
			limit = usual.P99
		}
		over := msTime(t.StartedAt).Add(limit)
		if usual.Step > 0 {
			if still := msTime(t.UpdatedAt).Add(slowSteps * usual.Step); still.Before(over) {
				over = still
			}
		}
		if v.now.Before(over) {
			v.scheduleEval(over)
			continue
		}
		t := t
		s := taskResult(v, id, &t)
		// In whole minutes, so that the text changes once a minute.
		s.Annotations.Idle = v.now.Sub(msTime(t.UpdatedAt)).Truncate(time.Minute)
		s.Annotations.Step, s.Annotations.Error = usual.Step, ""
		yield(s)
	}
}

// recheckTask ends with the task: progress, its end, or its leaving the list.
func recheckTask(v *evalContext, a *Alert) Result {
	t, ok := v.live.Tasks[a.StateID]
	if !ok {
		return Result{condition: conditionEnded, EndReason: EndExpired}
	}
	s := taskResult(v, a.StateID, &t)
	s.condition = conditionNotMet
	if event.TaskStatus(t.Status).Final() {
		s.condition, s.EndReason = conditionEnded, EndExpired
	} else if t.LostAt > 0 { // nobody knows how it is
		s.condition = conditionUnknown
	}
	return s
}
