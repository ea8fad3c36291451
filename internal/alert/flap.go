package alert

import "time"

// The flap filter: so many changes within the window make a thing unstable;
// as long without any settles it.
const (
	flapCount  = 4
	flapWindow = 15 * time.Minute
)

// flip notes that the bare condition changed.
func (e *Evaluator) flip(in *instance, now time.Time) {
	if in.rule == nil || !in.rule.Flaps || in.rule.FlapsOpen && !in.Status.Open() {
		return
	}
	in.flips[in.flipped%flapCount] = now
	in.flipped++
	in.lastFlip = now
	if in.Flapping {
		in.Transitions++
		return
	}
	oldest := in.flips[in.flipped%flapCount]
	if in.flipped >= flapCount && now.Sub(oldest) <= flapWindow {
		in.Flapping, in.Transitions, in.FlapSince = true, flapCount, oldest
		in.dirty = true
		e.happen(in, Unstable)
	}
}

// settle ends the flapping of what has been still for a window.
func (e *Evaluator) settle(in *instance, now time.Time) {
	end := in.lastFlip.Add(flapWindow)
	if now.Before(end) {
		e.wake(end)
		return
	}
	in.flipped = 0
	if in.Flapping {
		in.Flapping = false
		in.dirty = true
		e.happen(in, Settled)
	}
}

// idle looks after an alert that is over and only remembered for its
// flapping.
func (e *Evaluator) idle(in *instance, now time.Time) {
	in.from = in.Status
	e.settle(in, now)
	if in.flipped == 0 {
		e.drop(in)
	}
}
