package forecast

import (
	"math"
	"time"
)

// Change is a change of how much is spent that was noticed of late, and is
// continued: what was before it only says what time of the day is usual.
type Change struct {
	Since time.Time // about when it began
	// Times is by how much more is spent since than usual; below 1: less. It is mostTimes
	// where that is more, as of what was never spent before.
	Times float64
	hour  float64 // index
}

// Up reports whether more is spent than before.
func (c *Change) Up() bool { return c.Times > 1 }

// lags are the hours before a time that are held against what is usual.
var lags = [...]int{2, 3, 4, 6, 8, 12, 18, 24, 36, 48, 72}

// Bounds of what is a change: at least so many times what is usual, and so many
// deviations of windows of that length in the same series.
const (
	leastRise      = 1.6
	leastDrop      = 2.5
	riseDeviations = 3 // what is noticed late costs more than what is noticed for nothing
	dropDeviations = 4
	dropLag        = 6
	// usualHours must have been watched before it.
	usualHours = 20
)

// deviation is the logarithm of what a window spent over what is usual.
func deviation(spent, usual, mean, hours float64) float64 {
	k := 0.1*mean*hours + nothing
	return math.Log((spent + k) / (usual + k))
}

// findChange looks for a change before the model's time.
func (p *past) findChange(m *model, learn bool) {
	h := m.h
	if learn {
		p.noise.next()
	}
	best, bestGain, bestNoise := -1, 0.0, 0.0
	for lag, k := range lags {
		if k > m.at {
			break
		}
		base := p.before(m.at - k)
		if base == nil || h.sw[m.at-k] < usualHours {
			break
		}
		spent, usual, watched := h.window(&base.rate, m.at, k, m.now)
		if watched < float64(k)*0.75 {
			continue
		}
		z := deviation(spent, usual, base.mean, watched)
		class := busy(usual, base.mean, watched)
		sd, below, above := p.noise.of(class, lag)
		if learn && m.at > unseenSkip && !base.unseen[0] && !base.unseen[1] {
			p.noise.add(class, lag, z)
		}
		up := z > max(math.Log(leastRise), riseDeviations*sd, rareFactor*above) && h.several(m.at, k, m.now)
		down := k >= dropLag && -z > max(math.Log(leastDrop), dropDeviations*sd, -rareFactor*below) && spreadOut(h, &base.rate, m.at, k)
		if gain := math.Abs(z) / sd * math.Sqrt(float64(k)); (up || down) && gain > bestGain {
			best, bestGain, bestNoise = lag, gain, sd
		}
	}
	if best >= 0 {
		p.place(m, lags[best], bestNoise)
	}
}

// several reports whether the money of a window is not that of a single hour.
func (h *hourly) several(end, k int, now bool) bool {
	var sum, squares float64
	to := end
	if now && h.part > 0 {
		to++
	}
	for i := max(0, end-k); i < to; i++ {
		sum, squares = sum+h.y[i], squares+h.y[i]*h.y[i]
	}
	return squares > 0 && sum*sum/squares >= min(1.7+0.1*float64(k), 3)
}

// spreadOut reports whether what is usual in a window is not the money of few
// hours, of which one can be late.
func spreadOut(h *hourly, rates *[slotCount]float64, end, k int) bool {
	var sum, squares float64
	for i := max(0, end-k); i < end; i++ {
		s, _ := h.slot(i)
		sum, squares = sum+rates[s], squares+rates[s]*rates[s]
	}
	return squares > 0 && sum*sum/squares >= 4
}

// place finds the hour from which on the series differs most, and continues
// what is spent since.
func (p *past) place(m *model, k int, sd float64) {
	h, base := m.h, p.before(m.at-k)
	var excess, watched, top float64
	since := k
	for j := 0; j < min(k+k/2+3, m.at); j++ {
		end := m.at - j
		if j == 0 && m.now && h.part > 0 {
			s, _ := h.slot(end)
			excess, watched = h.y[end]-base.rate[s]*h.w[end], h.w[end]
		}
		s, _ := h.slot(end - 1)
		excess, watched = excess+h.y[end-1]-base.rate[s]*h.w[end-1], watched+h.w[end-1]
		if g := excess * excess / max(watched, 0.25); watched > 0.5 && g > top {
			top, since = g, j+1
		}
	}
	if m.now && h.grid == 0 && p.refine(m, base, since, sd*0.5) {
		return
	}
	if since >= 3 { // the change began within its first hour
		s, _ := h.slot(m.at - since)
		if first := h.y[m.at-since] - base.rate[s]; math.Abs(first) < 0.8*math.Abs(excessOf(h, base, m.at, since-1))/float64(since-1) {
			since--
		}
	}
	spent, usual, watched := h.window(&base.rate, m.at, since, false)
	if m.now && h.part > 0 {
		s, _ := h.slot(m.at)
		spent, usual, watched = spent+h.y[m.at], usual+base.rate[s]*h.w[m.at], watched+h.w[m.at]
	}
	m.changed(base, float64(m.at-since), spent, usual, watched, h.sampling(float64(m.at-since), sd*0.5))
}

func excessOf(h *hourly, base *weekRates, end, k int) float64 {
	spent, usual, _ := h.window(&base.rate, end, k, false)
	return spent - usual
}

// fineStep is the step by which the beginning of a change is found.
const fineStep = 5 * time.Minute

// refine finds the beginning of a change that is now, from single bookings,
// near the hour that was found.
func (p *past) refine(m *model, base *weekRates, since int, noise float64) bool {
	h := m.h
	began := time.Unix((h.first+int64(m.at-since))*hourSeconds, 0)
	from, to := began.Add(-90*time.Minute), began.Add(90*time.Minute)
	i := len(h.recent)
	var spent, usual, watched, top float64
	var best onset
	for at := h.now.Add(-fineStep); !at.Before(from); at = at.Add(-fineStep) {
		for i > 0 && !h.recent[i-1].At.Before(at) {
			i--
			spent += h.recent[i].Amount.Dollars()
		}
		hour := float64(at.Unix())/hourSeconds - float64(h.first)
		if hour < 0 {
			return false
		}
		s, _ := h.slot(int(hour))
		w := fineStep.Hours() * h.share(int(hour))
		usual, watched = usual+base.rate[s]*w, watched+w
		if g := (spent - usual) * (spent - usual) / max(watched, 0.1); at.Before(to) && watched > 0.25 && g > top {
			top = g
			best = onset{hour, spent, usual, watched}
		}
	}
	if top == 0 {
		return false
	}
	m.changedSince(base, best, noise)
	return true
}

// sampling is how far the sum of what came since an hour may be from its mean by
// chance, as a share: of independent bookings that is the root of the sum of
// their squares, of sums by the hour their own deviation. other is what to
// take where neither can be told.
func (h *hourly) sampling(hour, other float64) float64 {
	var sum, squares float64
	for i := len(h.recent) - 1; i >= 0 && float64(h.recent[i].At.Unix())/hourSeconds-float64(h.first) > hour; i-- {
		v := h.recent[i].Amount.Dollars()
		sum, squares = sum+v, squares+v*v
	}
	if sum <= 0 {
		return other
	}
	noise := math.Sqrt(squares) / sum
	var n, mean, square float64
	for i := int(hour) + 1; i < h.end; i++ {
		n, mean, square = n+1, mean+h.y[i], square+h.y[i]*h.y[i]
	}
	if n >= 4 && mean > 0 {
		mean /= n
		noise = min(noise, math.Sqrt(max(0, square/n-mean*mean)/(n-1)*n)/mean/math.Sqrt(n))
	}
	return max(noise, 0.005)
}

// share is how much of what is over of an hour was watched.
func (h *hourly) share(i int) float64 {
	if i == h.end && h.part > 0 {
		return min(1, h.w[i]/h.part)
	}
	return h.w[min(i, h.end)]
}

// gain is how much better a rate of its own explains a window.
func gain(spent, usual, watched float64) float64 {
	return (spent - usual) * (spent - usual) / max(watched, 0.1)
}

// mostTimes is the most by which a change is said to be more than usual.
const mostTimes = 1000

// changed continues what was spent since a change: more of it comes at any time
// of the day, less of it at the usual times.
func (m *model) changed(base *weekRates, hour, spent, usual, watched, noise float64) {
	if watched <= 0 {
		return
	}
	at := time.Unix(m.h.first*hourSeconds, 0).Add(time.Duration(hour * float64(time.Hour))).Round(time.Second)
	m.base, m.scale, m.extra, m.noise = base, 1, 0, noise
	k := 0.02*base.mean*watched + nothing
	m.change = &Change{Since: at, Times: min((spent+k)/(usual+k), mostTimes), hour: hour}
	if spent >= usual {
		m.extra = (spent - usual) / watched
		return
	}
	m.scale = (spent + k) / (usual + k)
}
