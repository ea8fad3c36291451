package forecast

import (
	"math/rand/v2"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestAYoungJumpIsNotForeseenFromTheDaysBefore: from some minutes after a jump on, until it can
// be continued, no range is shown that knows nothing of it; nor after it is over.
func TestAYoungJumpIsNotForeseenFromTheDaysBefore(t *testing.T) {
	const limit, before = 250, 30 * 30 * 0.028 // what is spent before it, about
	jump := time.Date(2026, 12, 3, 0, 1, 30, 0, time.UTC)
	of := func(seed uint64, lasts time.Duration, perMinute float64, now time.Time) Result {
		r := rand.New(rand.NewPCG(seed, 9))
		var points []Point
		var sum event.NanoUSD
		add := func(at time.Time, dollars float64) {
			if !at.After(now) {
				points = append(points, Point{At: at, Amount: event.USD(dollars)})
				sum += event.USD(dollars)
			}
		}
		for at := jump.Add(-30 * time.Hour); at.Before(jump); at = at.Add(time.Duration(r.ExpFloat64() * float64(2*time.Minute))) {
			add(at, 0.003+0.05*r.Float64())
		}
		for d := time.Duration(0); d < lasts; d += 2 * time.Second {
			add(jump.Add(d), perMinute/30)
		}
		return Of(Input{Points: points, Now: now, Spent: sum, Limit: event.USD(limit)})
	}
	for seed := range uint64(10) {
		for minutes := range 30 {
			now := jump.Add(time.Duration(minutes)*time.Minute + 30*time.Second)
			r := of(seed, time.Hour, 6, now)
			switch {
			case minutes < 3: // two minutes say nothing
			case r.Outcome == TooIrregular:
				if minutes > 14 || r.Change == nil || r.Change.Since.Sub(jump).Abs() > 3*time.Minute || r.Change.Times < 50 {
					t.Errorf("seed %d, %d minutes after: %+v", seed, minutes, r.Change)
				}
			case r.Outcome != Foreseen:
				t.Errorf("seed %d, %d minutes after: %s", seed, minutes, r.Outcome)
			default:
				truth := jump.Add(time.Duration((limit - before) / 6 * float64(time.Minute)))
				if left, likely := truth.Sub(now), r.Likely.Sub(now); likely > left*3/2 {
					t.Errorf("seed %d, %d minutes after: in %s, foreseen in %s", seed, minutes, left, likely)
				}
			}
		}
		// After a batch of a minute, and a burst that is over for a quarter of an hour, there is a range again.
		for _, lasts := range []time.Duration{50 * time.Second, 5 * time.Minute} {
			if r := of(seed, lasts, 6, jump.Add(lasts+15*time.Minute)); r.Outcome != Foreseen {
				t.Errorf("seed %d, after %s: %s, likely in %s", seed, lasts, r.Outcome, r.Likely.Sub(jump))
			}
		}
		// A jump to less than ten times the usual is foreseen as before.
		if r := of(seed, time.Hour, 0.1, jump.Add(8*time.Minute)); r.Outcome != Foreseen {
			t.Errorf("seed %d, a small jump: %s", seed, r.Outcome)
		}
	}
}

// TestALimitThatIsFarAwayIsForeseenAsBefore: however far, which no time.Duration holds.
func TestALimitThatIsFarAwayIsForeseenAsBefore(t *testing.T) {
	now := time.Date(2026, 12, 3, 0, 0, 0, 0, time.UTC)
	var points []Point
	for at := now.Add(-30 * time.Hour); at.Before(now); at = at.Add(time.Minute) {
		amount := 0.0001
		if now.Sub(at) < 8*time.Minute {
			amount = 0.005
		}
		points = append(points, Point{At: at, Amount: event.USD(amount)})
	}
	if r := Of(Input{Points: points, Now: now, Spent: event.USD(1), Limit: event.USD(5e8)}); r.Change != nil {
		t.Errorf("%s, %+v", r.Outcome, r.Change)
	}
}
