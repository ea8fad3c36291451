package forecast

import (
	"testing"
	"time"
)

// ramp is $6 an hour, and up to three times as much in the last week of each month.
func ramp(t time.Time) float64 {
	left := time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC).Sub(t).Hours() / 24
	return 6 * (1 + 2*max(0, 1-left/7))
}

// TestAnEndOfAMonthIsForeseenOnceOneWasSeen: what grew before the end of the last month
// grows again before the next one, and is over with it.
func TestAnEndOfAMonthIsForeseenOnceOneWasSeen(t *testing.T) {
	points := hours(75*24, ramp)
	for _, now := range []time.Time{time.Date(2026, 4, 25, 0, 0, 0, 0, time.UTC), time.Date(2026, 5, 2, 0, 0, 0, 0, time.UTC)} {
		in := Input{Points: points, Now: now, Spent: spentUntil(points, monday, now)}
		in.Limit = spentUntil(points, monday, now.AddDate(0, 0, 4))
		within(t, now.Format(time.DateOnly), in, Of(in).Likely, 96, 7)
	}
}
