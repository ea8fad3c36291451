package forecast

import (
	"math"
	"time"
)

// Bounds of what is sudden: a jump within the last hours that the sums of hours
// cannot show yet.
const (
	suddenSteps    = 36 // of five minutes
	suddenStep     = 5 * time.Minute
	suddenTimes    = 2   // what is usual, at least
	suddenBookings = 6   // at least, in at least suddenApart steps
	suddenApart    = 3.0 // steps that carry the money
)

// suddenly looks at the last hours by five minutes: spending that jumped to many
// times the usual is continued, though it is no hour old.
func (p *past) suddenly(m *model) {
	h := p.h
	if h.grid > 0 || m.change != nil && m.change.Up() && float64(h.end)+h.part-m.change.hour > 3 {
		return
	}
	base := &m.week
	if m.change != nil {
		base = m.base
	}
	var spent [suddenSteps]float64
	var bookings [suddenSteps]int
	for _, p := range h.recent {
		if i := int(h.now.Sub(p.At) / suddenStep); i >= 0 && i < suddenSteps {
			spent[i] += p.Amount.Dollars()
			bookings[i]++
		}
	}
	hours := suddenStep.Hours()
	var sum, usual, squares, top float64
	best, n := 0, 0
	sums, usuals := [suddenSteps]float64{}, [suddenSteps]float64{}
	for i := range suddenSteps {
		s, _ := h.slot(max(0, int(float64(h.end)+h.part-(float64(i)+0.5)*hours)))
		sum, usual, n = sum+spent[i], usual+max(base.rate[s], base.mean/2)*hours, n+bookings[i]
		squares += spent[i] * spent[i]
		sums[i], usuals[i] = sum, usual
		apart := 0.0
		if squares > 0 {
			apart = sum * sum / squares
		}
		g := gain(sum, usual, float64(i+1)*hours)
		if n >= suddenBookings && apart >= suddenApart && sum > usual*p.suddenTimes(busy(usual, base.mean, float64(i+1)*hours), float64(i+1)*hours) && g > top {
			best, top = i+1, g
		}
	}
	if best == 0 {
		return
	}
	watched := float64(best) * hours
	since := float64(h.end) + h.part - watched
	if before := p.before(int(since)); before != nil && m.change == nil {
		base = before
	}
	m.changedSince(base, onset{since, sums[best-1], usuals[best-1], watched}, 0.25)
}

// suddenTimes is how many times the usual a window of so many hours must have
// spent: some deviations of windows of two hours in the same series, which are
// larger in shorter ones.
func (p *past) suddenTimes(busy int, hours float64) float64 {
	sd, _, _ := p.noise.of(busy, 0)
	sd *= math.Sqrt(float64(lags[0]) / hours)
	return max(suddenTimes, math.Exp(riseDeviations*sd))
}
