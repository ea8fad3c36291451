package forecast

import (
	"math"
	"time"

	"gatewatch/internal/core/event"
)

// bound says which edge of the range is wanted.
type bound int

const (
	plain bound = iota
	low         // less is spent than is likely
	high        // more is
)

// irregularSpread is by how much the edges of the range may differ in what is
// spent, as a logarithm: a factor of 2.2.
const irregularSpread = 0.79

// future continues a model.
type future struct {
	past    *past
	model   *model
	spreads [len(horizons)]spread
	in      *Input
	weights [ways]float64
}

// weigh has the ways count as they did right at about a horizon.
func (f *future) weigh(hours float64) {
	k := 0
	for k < len(horizons)-1 && float64(horizons[k]) < hours {
		k++
	}
	at := f.model.at
	f.weights = f.past.weights(&f.model.usable, f.model.h.phase(at, at+int(math.Ceil(min(hours, farthest)))), k)
}

// rate is what is expected in an hour.
func (f *future) rate(i int, b bound) float64 {
	v := 0.0
	if f.model.change != nil {
		v = f.model.rate(0, i)
	} else {
		for way, weight := range f.weights {
			if weight > 0 {
				v += weight * f.model.rate(way, i)
			}
		}
	}
	if b != plain {
		s, _ := f.model.h.slot(i)
		week := &f.model.week
		if c := s / 24; week.unseen[c] && f.model.change == nil {
			if b == high {
				v *= week.high[c]
			} else {
				v *= week.low[c]
			}
		}
		if b == high {
			v *= f.mayRamp(i)
		}
	}
	return v
}

// mayRamp is by how much more may be spent in an hour, as the first end of a month
// that is watched comes near. Where that is near and nothing grew yet, nothing will.
func (f *future) mayRamp(i int) float64 {
	m := f.model
	_, now := m.h.slot(m.at)
	_, left := m.h.slot(i)
	if now < rampLatest-1 && m.change == nil && m.level[lastDay] < rampSeen*m.level[lastWeek] {
		return 1
	}
	return f.past.month.mayRamp(now, left)
}

// reach is after how many hours an amount is spent; infinite if not within a
// year.
func (f *future) reach(left float64, b bound) float64 {
	m, sum := f.model, 0.0
	begin := m.h.part
	small := m.negligib
	for t := range farthest {
		share := 1.0
		if t == 0 {
			share = 1 - begin
		}
		add := share * f.rate(m.at+t, b)
		was, is := sum, sum+add
		elapsed := float64(t) + 1 - begin
		if b != plain {
			s := f.spreadAt(elapsed)
			factor := math.Exp(s.high)
			if b == low {
				factor = math.Exp(s.low)
			}
			was, is = max(0, (was+small)*factor-small), max(0, (is+small)*factor-small)
		}
		if is >= left {
			within := 1.0
			if is > was {
				within = max(0, (left-was)/(is-was))
			}
			return max(0, elapsed-share+within*share)
		}
		sum += add
	}
	return math.Inf(1)
}

// time is when that many hours from now are over: of a series that has its sums
// at even times, one of those.
func (f *future) time(hours float64) time.Time {
	if math.IsInf(hours, 1) || hours >= farthest {
		return time.Time{}
	}
	h := f.model.h
	at := h.now.Add(time.Duration(hours * float64(time.Hour)))
	if h.grid > 0 {
		at = h.now.Add(at.Sub(h.now).Truncate(h.grid))
		if last := f.in.Now; !at.After(last) {
			at = at.Add(h.grid)
		}
	}
	return at.Truncate(time.Second)
}

// spreadAt is how wrong the forecast was at about a horizon, made wider where few
// tries say so, and beyond the longest one.
func (f *future) spreadAt(hours float64) spread {
	k, beyond := 0, 1.0
	for k < len(horizons)-1 && float64(horizons[k]) < hours {
		k++
	}
	for k > 0 && (f.spreads[k].n < 4 || f.spreads[k].apart < 1.5) {
		k--
	}
	s := f.spreads[k]
	if reach := float64(horizons[k]); hours > reach {
		if k < dayHorizon {
			s = f.fromShort(s, reach, hours)
		} else {
			beyond = math.Pow(hours/reach, 0.25)
		}
	} else if k > 0 && f.spreads[k-1].n >= 4 {
		o, u := f.spreads[k-1], math.Log(hours/float64(horizons[k-1]))/math.Log(reach/float64(horizons[k-1]))
		s.low, s.mid, s.high = o.low+u*(s.low-o.low), o.mid+u*(s.mid-o.mid), o.high+u*(s.high-o.high)
	}
	if s.n < 4 {
		s.low, s.high, s.apart = min(s.low, -0.3), max(s.high, 0.3), 1
	}
	widen := beyond * (1.2 + 0.7/s.apart)
	s.low, s.high = min(s.low*widen, -0.005), max(s.high*widen, 0.005)
	if f.model.change != nil {
		s = f.afterChange(s, hours)
	}
	return s
}

// dayHorizon is the place of a day among the horizons.
const dayHorizon = 5

// fromShort is the spread far ahead where only short times could be tried, as on
// the first days: chance evens out as far as it did in what was watched, and the
// level may drift.
func (f *future) fromShort(s spread, reach, hours float64) spread {
	watched := max(f.model.h.sw[len(f.model.h.sw)-1], reach)
	chance := math.Hypot(math.Sqrt(reach/hours), math.Sqrt(reach/watched))
	drift := 0.06 * math.Log(hours/reach)
	s.low, s.high = -math.Hypot(s.low*chance, drift), math.Hypot(s.high*chance, drift)
	return s
}

// afterChange is the spread of what goes on since a change: what was seen of it is
// a sample, and so is what comes; what was usual before keeps its own errors.
func (f *future) afterChange(s spread, hours float64) spread {
	const drift, edge = 0.03, 1.2816 // of a normal distribution a tenth is beyond
	m := f.model
	since := float64(m.h.end) + m.h.part - m.change.hour
	sampled := edge * math.Hypot(drift, m.noise*math.Sqrt(1+since/max(hours, 0.5)))
	share := 1.0
	if m.change.Up() {
		share = 1 / m.change.Times
	}
	s.low, s.high = -math.Hypot(s.low*share, sampled), math.Hypot(s.high*share, sampled)
	return s
}

// irregular reports errors that are too large for a range.
func (s *spread) irregular() bool { return s.high-s.low > irregularSpread }

// dayRate is the mean of what is expected an hour within the next day.
func (f *future) dayRate() float64 {
	sum := 0.0
	for t := range 24 {
		sum += f.rate(f.model.at+t, plain) / 24
	}
	return sum
}

// curvePoints is how many points a curve has at most.
const curvePoints = 60

// shown is how many hours of the future a chart shows: until the latest time, but
// not beyond the reset, after which nothing is spent of this period.
func (f *future) shown(latest float64) float64 {
	hours := min(max(latest, 24), 60*24)
	if reset := f.in.Reset; reset.After(f.in.Now) {
		hours = min(hours, reset.Sub(f.in.Now).Hours()+f.model.h.part)
	}
	return hours
}

// curve draws what is expected, for so many hours.
func (f *future) curve(r *Result, hours float64) {
	n := int(math.Ceil(hours))
	step := max(1, (n+curvePoints-1)/curvePoints)
	sum, least, most, base := 0.0, 0.0, 0.0, f.in.Spent.Dollars()
	small := f.model.negligib
	for t := range n {
		share := 1.0
		if t == 0 {
			share = 1 - f.model.h.part
		}
		sum += share * f.rate(f.model.at+t, plain)
		least += share * f.rate(f.model.at+t, low)
		most += share * f.rate(f.model.at+t, high)
		if (t+1)%step != 0 && t+1 != n {
			continue
		}
		elapsed := float64(t) + 1 - f.model.h.part
		s := f.spreadAt(elapsed)
		at := func(sum, q float64) event.NanoUSD { return event.USD(base + max(0, (sum+small)*math.Exp(q)-small)) }
		r.Curve = append(r.Curve, CurvePoint{
			At: f.model.h.now.Add(time.Duration(elapsed * float64(time.Hour))), Low: at(least, s.low), Likely: event.USD(base + sum), High: at(most, s.high),
		})
	}
}
