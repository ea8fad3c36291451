package alert

import (
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/state"
)

// Bounds of the task rules.
const (
	stuckAfter  = 15 * time.Minute // where too few tasks were measured
	enoughTasks = 20
	slowSteps   = 3 // times the usual step without a report
)

func taskSample(v *view, id string, t *state.Task) Sample {
	name := t.Key
	if k, ok := v.live.Keys[t.Gateway+"/"+t.Key]; ok && k.Name != "" {
		name = k.Name
	}
	return Sample{
		Gateway: t.Gateway, Kind: "task", Entity: t.Task, Thing: id, At: t.UpdatedAt, Value: -1,
		Source: t.Source,
		Facts: Facts{
			Name: name, Medium: t.Medium, Model: t.Model, Error: nameOr(t.Error, t.Message),
			Progress: t.Progress,
		},
	}
}

// watched reports whether tasks of this key are told.
func watched(v *view, gateway, key string) bool {
	return len(v.cfg.Watched) == 0 || v.cfg.Watched[gateway+"/"+key]
}

func checkTaskFailed(v *view, yield func(Sample)) {
	for id, t := range v.live.Tasks {
		if event.TaskStatus(t.Status) == event.TaskFailed && watched(v, t.Gateway, t.Key) {
			t := t
			yield(taskSample(v, id, &t))
		}
	}
}

func checkTaskDone(v *view, yield func(Sample)) {
	for id, t := range v.live.Tasks {
		if event.TaskStatus(t.Status) == event.TaskCompleted && watched(v, t.Gateway, t.Key) {
			t := t
			yield(taskSample(v, id, &t))
		}
	}
}

func checkTaskStuck(v *view, yield func(Sample)) {
	for id, t := range v.live.Tasks {
		if event.TaskStatus(t.Status).Final() || t.FinishedAt > 0 || !watched(v, t.Gateway, t.Key) {
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
			v.wake(over)
			continue
		}
		t := t
		s := taskSample(v, id, &t)
		// In whole minutes, so that the text changes once a minute.
		s.Facts.Idle = v.now.Sub(msTime(t.UpdatedAt)).Truncate(time.Minute)
		s.Facts.Step, s.Facts.Error = usual.Step, ""
		yield(s)
	}
}

// lookTask ends with the task: progress, its end, or its leaving the list.
func lookTask(v *view, a *Alert) Sample {
	t, ok := v.live.Tasks[a.Thing]
	if !ok {
		return Sample{v: ended, End: EndExpired}
	}
	s := taskSample(v, a.Thing, &t)
	s.v = fails
	if event.TaskStatus(t.Status).Final() {
		s.v, s.End = ended, EndExpired
	}
	return s
}

// changeLives is how long a change is shown as firing.
const changeLives = 10 * time.Minute

func checkConfig(v *view, yield func(Sample)) {
	changes(v, yield, func(c *changeFact) bool { return c.entity != string(event.EntityVirtualKey) })
}

func checkKeyChanged(v *view, yield func(Sample)) {
	changes(v, yield, func(c *changeFact) bool {
		return c.entity == string(event.EntityVirtualKey) && c.action != event.ActionDeleted
	})
}

func checkKeyDeleted(v *view, yield func(Sample)) {
	changes(v, yield, func(c *changeFact) bool {
		return c.entity == string(event.EntityVirtualKey) && c.action == event.ActionDeleted
	})
}

func changes(v *view, yield func(Sample), wanted func(*changeFact) bool) {
	for id, c := range v.facts.changes {
		if !wanted(c) || v.now.Sub(c.at) >= changeLives {
			continue
		}
		name := c.name
		if k := v.live.Keys[id.gateway+"/"+c.subject]; c.entity == string(event.EntityVirtualKey) && name == c.subject && k.Name != "" {
			name = k.Name // who told the change did not know it
		}
		yield(Sample{
			Gateway: id.gateway, Kind: c.entity, Entity: c.subject, Thing: id.gateway + "/" + c.subject,
			Dimension: string(c.action), Value: -1, At: c.at.UnixMilli(),
			Facts: Facts{
				Name: name, Action: string(c.action), From: c.at, Old: c.old, New: c.new, Part: c.entity,
			},
		})
	}
}
