package forecast

import (
	"math"
	"time"

	"gatewatch/internal/core/event"
)

// Outcome is what can be said.
type Outcome string

// The outcomes.
const (
	// Foreseen: Earliest, Likely and Latest say when the limit is reached.
	Foreseen Outcome = "forecast"
	// OnPace: at the likely rate it is not reached before the reset.
	OnPace Outcome = "on_pace"
	// TooIrregular: the errors on the same series were too large for a range.
	TooIrregular Outcome = "too_irregular"
	// TooLittleData: less than 24 hours were watched since the first spending.
	TooLittleData Outcome = "too_little_data"
	// Reached: the limit is reached already.
	Reached Outcome = "reached"
	// NotSpending: at the likely rate it is not reached within a year.
	NotSpending Outcome = "not_within_a_year"
	// NoLimit: there is nothing to reach.
	NoLimit Outcome = "no_limit"
)

// LeastWatched is how much must have been watched before anything is foreseen.
const LeastWatched = 24 * time.Hour

// farthest is how many hours ahead is looked.
const farthest = 24 * 366

// Input is what a forecast is made of. Points may come in any order; those after
// Now are not looked at.
type Input struct {
	Points []Point
	Now    time.Time
	// Spent is the amount of the period so far, Limit the amount at which it is
	// used up; 0 is no limit.
	Spent, Limit event.NanoUSD
	Reset        time.Time // when the period ends; zero: not known
	// Watched are the times that were watched, in order; what is in none is not
	// known. nil: all since the first point.
	Watched []Span
	// Location has the days and the weekends; nil is UTC. Calendar is of it, for
	// many series; nil makes one.
	Location *time.Location
	Calendar *Calendar
}

// Result is what was foreseen at a time. Times are zero where the outcome has
// none.
type Result struct {
	Outcome                  Outcome
	Earliest, Likely, Latest time.Time
	// BeforeReset: the likely time is before the reset, or no reset is known.
	BeforeReset bool
	// LastHour is what was spent in the last hour of which LastHourWatched was
	// watched; Watched is how much was watched of all that was looked at, since the
	// first spending: what came before says nothing of it.
	LastHour        event.NanoUSD
	LastHourWatched time.Duration
	Watched         time.Duration
	// PerHour is the rate that is expected, in the mean of the next day.
	PerHour event.NanoUSD
	// Tried is how often the same forecast was tried on this series over about
	// the same time, TypicalError the median of its errors as a share.
	Tried        int
	TypicalError float64
	Change       *Change // nil: nothing changed of late
	// Singles counts large bookings that were left out of the rate.
	Singles int
	// Curve is what is expected to be spent, for a chart: from now to the latest
	// time, or the reset.
	Curve []CurvePoint
}

// CurvePoint is what the period's amount is expected to be at a time: a tenth of
// the errors were below Low, a tenth above High.
type CurvePoint struct {
	At                time.Time
	Low, Likely, High event.NanoUSD
}

// Of makes the forecast.
func Of(in Input) Result {
	points := sorted(in.Points, in.Now)
	r := Result{Outcome: TooLittleData}
	if len(points) > 0 {
		cal := in.Calendar
		from := points[0].At
		if len(in.Watched) > 0 && in.Watched[0].From.Before(from) {
			from = in.Watched[0].From
		}
		first := max(hourOf(from), hourOf(in.Now)-keepHours-26)
		if cal == nil || !cal.covers(first, hourOf(in.Now)) {
			cal = NewCalendar(time.Unix(first*hourSeconds, 0), in.Now.Add((farthest+200)*time.Hour), in.Location)
		}
		h := newHourly(points, in.Watched, in.Now, cal)
		h.describe(&r, in.Now)
		r.Watched = max(0, min(r.Watched, h.now.Sub(points[0].At).Round(time.Minute)))
		if r.Watched >= LeastWatched {
			r.Outcome = ""
			foresee(h, &in, &r)
		}
	}
	switch {
	case in.Limit > 0 && in.Spent >= in.Limit:
		r.Outcome, r.Earliest, r.Likely, r.Latest = Reached, time.Time{}, time.Time{}, time.Time{}
	case in.Limit <= 0:
		r.Outcome = NoLimit
	}
	return r
}

// describe fills in what was seen.
func (h *hourly) describe(r *Result, now time.Time) {
	r.Singles = h.outlier
	r.Watched = time.Duration(h.sw[len(h.sw)-1] * float64(time.Hour)).Round(time.Minute)
	var last event.NanoUSD
	from := now.Add(-time.Hour)
	for _, p := range h.recent {
		if p.At.After(from) {
			last += p.Amount
		}
	}
	r.LastHour = last
	watched := h.w[h.end]
	if h.end > 0 {
		watched += h.w[h.end-1] * (1 - h.part)
	}
	r.LastHourWatched = time.Duration(min(watched, 1) * float64(time.Hour)).Round(time.Minute)
}

// foresee replays the past and continues it.
func foresee(h *hourly, in *Input, r *Result) {
	p := replay(h)
	m := p.modelAt(h.end, true)
	p.suddenly(m)
	f := &future{past: p, model: m, spreads: p.spreads(), in: in}
	f.weigh(24)
	r.Change = m.change
	r.PerHour = event.USD(f.dayRate())
	left := (in.Limit - in.Spent).Dollars()
	if in.Limit <= 0 || left <= 0 {
		f.curve(r, 14*24)
		return
	}
	likely := f.reach(left, plain)
	f.weigh(likely)
	likely = f.reach(left, plain)
	r.Likely = f.time(likely)
	s := f.spreadAt(min(likely, farthest))
	r.Tried, r.TypicalError = s.n, s.typical()
	early, late := f.reach(left, high), f.reach(left, low)
	r.Earliest, r.Latest = f.time(min(early, likely)), f.time(max(late, likely))
	young := p.unsettled(m, left, r.Earliest)
	r.BeforeReset = !r.Likely.IsZero() && (in.Reset.IsZero() || r.Likely.Before(in.Reset))
	switch {
	case young != nil:
		r.tooIrregular()
		r.Change = young
	case !in.Reset.IsZero() && !r.Earliest.IsZero() && !r.Earliest.Before(in.Reset), !in.Reset.IsZero() && r.Earliest.IsZero():
		r.Outcome = OnPace // even the earliest is behind it
	case s.irregular():
		r.tooIrregular()
	case !in.Reset.IsZero() && !r.BeforeReset:
		r.Outcome = OnPace
	case r.Likely.IsZero():
		r.Outcome = NotSpending
	default:
		r.Outcome = Foreseen
	}
	if r.Outcome != TooIrregular {
		f.curve(r, f.shown(late))
	}
}

// tooIrregular says that, and nothing of when.
func (r *Result) tooIrregular() {
	r.Outcome, r.Earliest, r.Likely, r.Latest, r.BeforeReset = TooIrregular, time.Time{}, time.Time{}, time.Time{}, false
}

// typical is the share by which half of the errors were larger.
func (s *spread) typical() float64 {
	return math.Expm1(max(math.Abs(s.low), math.Abs(s.high)) * 0.526) // of a tenth to a half, where errors are normal
}
