package hub

import (
	"math/rand/v2"
	"time"
)

// The wait that stands for "at once": a server that is about to stop still
// answers for a moment, so coming back sooner only meets it again.
const (
	soonest = 500 * time.Millisecond
	soon    = 2 * time.Second
)

// manyTries is after how many attempts behind the schedule a server is taken to
// be gone for long.
const manyTries = 10

// rarely is how many times longer is waited then while nobody looks.
const rarely = 6

// reconnectDelay is the wait before reconnect attempt number n, counted from 1. draw
// returns a number in [0, 1).
func (o *Options) reconnectDelay(n int, draw func() float64) time.Duration {
	between := func(a, b time.Duration) time.Duration {
		return a + time.Duration(draw()*float64(b-a))
	}
	if n > len(o.RetryDelays)+manyTries { // a gateway has several hubs: the first that gets through wakes the others
		return between(o.MaxDelay*3/2, 3*o.MaxDelay)
	}
	if n > len(o.RetryDelays) {
		return between(min(time.Second, o.MaxDelay), o.MaxDelay)
	}
	d := o.RetryDelays[max(n, 1)-1]
	if d == 0 {
		return between(soonest, soon)
	}
	return between(d*3/4, d*5/4)
}

func random() float64 { return rand.Float64() } //nolint:gosec // spreads clients, guards nothing
