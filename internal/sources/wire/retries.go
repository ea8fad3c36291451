package wire

import (
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

// failure is a failed attempt of a task that may be tried again.
type failure struct {
	event event.TaskProgressed
	due   time.Time
}

// holdFailure keeps a failure that may be followed by another attempt.
func (d *Decoder) holdFailure(f event.TaskProgressed) {
	p := &d.pairing
	if _, known := p.failures[f.Task]; !known && len(p.failures) >= maxFailures {
		d.emitEvent(f) // too many wait: better early than never
		return
	}
	p.failures[f.Task] = failure{f, d.now.Add(retryWait)}
	p.remind()
}

// attempted drops the failure of a task that goes on.
func (d *Decoder) attempted(task event.TaskID) {
	if _, ok := d.pairing.failures[task]; ok {
		delete(d.pairing.failures, task)
		d.pairing.remind()
	}
}

// expireFailures emits failures that no new attempt followed, oldest first.
func (d *Decoder) expireFailures(then time.Time) {
	var over []failure
	for task, f := range d.pairing.failures {
		if !then.Before(f.due) {
			over = append(over, f)
			delete(d.pairing.failures, task)
		}
	}
	slices.SortFunc(over, func(a, b failure) int {
		if c := a.due.Compare(b.due); c != 0 {
			return c
		}
		return compareIDs(a.event.Task, b.event.Task)
	})
	for _, f := range over {
		d.emitEvent(f.event)
	}
}

func compareIDs(a, b event.TaskID) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}
