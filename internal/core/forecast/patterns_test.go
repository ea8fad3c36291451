package forecast

import (
	"math"
	"math/rand/v2"
	"time"

	"gatewatch/internal/core/event"
)

// pattern makes a series: what is spent an hour on average at a time, and how
// that comes about.
type pattern struct {
	name string
	days int
	make func(r *rand.Rand, s *made)
}

// made is a series that was made.
type made struct {
	points []Point
	from   time.Time
	jump   time.Time // of a runaway
	first  time.Time // the first end of a month, where it alone is tried
}

var patterns = []pattern{
	{"steady", 42, func(r *rand.Rand, s *made) {
		level := math.Exp(r.Float64()*4 - 1)
		s.each(r, 42, 15+r.Float64()*45, 0.6, func(time.Time) float64 { return level })
	}},
	{"office hours", 42, func(r *rand.Rand, s *made) {
		s.each(r, 42, 8+r.Float64()*25, 0.6, office(r))
	}},
	{"nightly batch", 42, func(r *rand.Rand, s *made) {
		level, hour, size := 0.2+r.Float64(), 1+r.IntN(4), 20+r.Float64()*60
		long := time.Duration(1 + r.IntN(2))
		s.each(r, 42, 12, 0.5, func(time.Time) float64 { return level })
		for day := range 42 {
			t := s.from.AddDate(0, 0, day)
			batch := made{from: time.Date(t.Year(), t.Month(), t.Day(), hour, r.IntN(5), 0, 0, time.UTC)}
			factor := 1 + 0.05*r.NormFloat64()
			batch.until(r, batch.from.Add(long*time.Hour), 150, 0.5, func(time.Time) float64 { return level * size * factor })
			s.points = append(s.points, batch.points...)
		}
	}},
	{"bursty", 42, func(r *rand.Rand, s *made) {
		t := s.from
		for end := t.AddDate(0, 0, 42); t.Before(end); {
			t = t.Add(time.Duration(r.ExpFloat64() * 40 * float64(time.Hour)))
			size := 2 * math.Pow(1-r.Float64(), -1/1.1)
			n := 3 + r.IntN(30)
			for i := range n {
				s.add(t.Add(time.Duration(i)*time.Minute*3), size/float64(n))
			}
		}
	}},
	{"runaway", 32, func(r *rand.Rand, s *made) {
		level := math.Exp(r.Float64()*3 - 1)
		usual := func(time.Time) float64 { return level }
		if r.IntN(2) == 0 {
			usual = office(r)
			level = usual(time.Date(2026, 3, 4, 11, 0, 0, 0, time.UTC)) / 3
		}
		s.jump = s.from.Add(time.Duration((15 + 14*r.Float64()) * 24 * float64(time.Hour)))
		times := 6 + r.Float64()*30
		s.each(r, 32, 20, 0.6, usual)
		loop := made{from: s.jump} // of requests that are alike
		loop.each(r, 12, 60+100*r.Float64(), 0.3, func(time.Time) float64 { return level * times })
		s.points = append(s.points, loop.points...)
	}},
	{"month-end ramp", 85, monthEnd(85)},
	{"the first month-end ramp", 45, func(r *rand.Rand, s *made) {
		s.from = time.Date(2026, 1, 1+r.IntN(12), r.IntN(24), r.IntN(60), 0, 0, time.UTC)
		s.first = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
		monthEnd(45)(r, s)
	}},
}

func monthEnd(length int) func(*rand.Rand, *made) {
	return func(r *rand.Rand, s *made) {
		level, height, days := math.Exp(r.Float64()*3-1), 1+2*r.Float64(), 5+r.Float64()*4
		s.each(r, length, 10+r.Float64()*15, 0.6, func(t time.Time) float64 {
			left := time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC).Sub(t).Hours() / 24
			return level * (1 + height*max(0, 1-left/days))
		})
	}
}

func office(r *rand.Rand) func(time.Time) float64 {
	level, night, weekend := 1+r.Float64()*10, 0.02+0.1*r.Float64(), 0.05+0.2*r.Float64()
	from, to := 7+r.IntN(3), 17+r.IntN(3)
	day, factor := -1, 1.0
	return func(t time.Time) float64 {
		if t.YearDay() != day {
			day, factor = t.YearDay(), 1+0.08*r.NormFloat64()
		}
		v := level * factor
		if t.Hour() < from || t.Hour() >= to {
			v *= night
		}
		if d := t.Weekday(); d == time.Saturday || d == time.Sunday {
			v *= weekend
		}
		return v
	}
}

// each makes bookings: their mean distance is such that so many come in an hour,
// their amounts have the deviation of the logarithm given.
func (s *made) each(r *rand.Rand, days int, perHour, deviation float64, rate func(time.Time) float64) {
	s.until(r, s.from.AddDate(0, 0, days), perHour, deviation, rate)
}

func (s *made) until(r *rand.Rand, end time.Time, perHour, deviation float64, rate func(time.Time) float64) {
	mean := math.Exp(deviation * deviation / 2)
	for t := s.from; t.Before(end); {
		t = t.Add(time.Duration(r.ExpFloat64() / perHour * float64(time.Hour)))
		s.add(t, rate(t)/perHour*math.Exp(deviation*r.NormFloat64())/mean)
	}
}

func (s *made) add(t time.Time, dollars float64) {
	s.points = append(s.points, Point{t, event.USD(dollars)})
}

func makeSeries(p *pattern, seed uint64) (*made, *rand.Rand) {
	r := rand.New(rand.NewPCG(seed, 7))
	s := &made{from: time.Date(2026, 1, 1+r.IntN(28), r.IntN(24), r.IntN(60), 0, 0, time.UTC)}
	p.make(r, s)
	s.points = sorted(s.points, s.from.AddDate(1, 0, 0))
	return s, r
}

// triesOf tries the forecast at some times of a series: of a runaway after its
// jump, of others from the second week on.
func triesOf(p *pattern, seed uint64, n int) (tries []Try) {
	s, r := makeSeries(p, seed)
	for range n {
		hours := math.Exp(math.Log(6) + r.Float64()*math.Log(40)) // 6 h to 10 days
		at := s.from.Add(time.Duration((10 + r.Float64()*float64(p.days-20)) * 24 * float64(time.Hour)))
		if !s.jump.IsZero() {
			at = s.jump.Add(time.Duration(1+r.Float64()*11) * time.Hour)
			hours = 4 + r.Float64()*44
		}
		if !s.first.IsZero() { // from nine days before it on, into what cannot be known
			at = s.first.Add(-time.Duration((1 + 8*r.Float64()) * 24 * float64(time.Hour)))
			hours = 12 + r.Float64()*(s.first.Sub(at).Hours()-12)
		}
		// A limit is an amount of money: one within what is spent until then.
		spent, until := spentUntil(s.points, s.from, at), spentUntil(s.points, s.from, at.Add(time.Duration(hours*float64(time.Hour))))
		in := Input{Points: s.points, Now: at, Limit: spent + event.NanoUSD((0.3+0.7*r.Float64())*float64(until-spent))}
		if t, ok := TryAt(in, s.from); ok && t.Truth.Sub(t.At) > time.Hour/2 {
			tries = append(tries, t)
		}
	}
	return tries
}
