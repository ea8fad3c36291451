package alert

import "time"

// The flap filter: so many changes within the window make an alert flap;
// as long without any ends it.
const (
	flapCount  = 4
	flapWindow = 15 * time.Minute
)

// flip notes that the bare condition changed.
func (e *Evaluator) flip(in *trackedAlert, now time.Time) {
	if in.rule == nil || !in.rule.DetectFlapping || in.rule.FlapOnlyWhenFired && !in.Status.Open() {
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
		in.textStale = true
		e.recordChange(in, FlappingStarted)
	}
}

// updateFlapping ends the flapping of what has been still for a window.
func (e *Evaluator) updateFlapping(in *trackedAlert, now time.Time) {
	end := in.lastFlip.Add(flapWindow)
	if now.Before(end) {
		e.scheduleEval(end)
		return
	}
	in.flipped = 0
	if in.Flapping {
		in.Flapping = false
		in.textStale = true
		e.recordChange(in, FlappingEnded)
	}
}

// updateInactive looks after an alert that is over and only remembered for its
// flapping.
func (e *Evaluator) updateInactive(in *trackedAlert, now time.Time) {
	in.from = in.Status
	e.updateFlapping(in, now)
	if in.flipped == 0 {
		e.drop(in)
	}
}
