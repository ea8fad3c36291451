package forecast

import (
	"cmp"
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

// Point is an amount and when it was spent. A negative one is money back.
type Point struct {
	At     time.Time
	Amount event.NanoUSD
}

// Span is a time: From is in it, To is not.
type Span struct{ From, To time.Time }

// keepHours is how far back a forecast looks: ten weeks have two ends of a month.
const keepHours = 24 * 7 * 10

// History is for how long a forecast looks back.
const History = keepHours * time.Hour

// recentTime is how long single bookings are looked at.
const recentTime = 120 * time.Hour

// hourly is a series by the hour, in dollars. The last hour may be one of which
// only a share is over.
type hourly struct {
	cal     *Calendar
	first   int64     // hour since 1970 of index 0
	y, w    []float64 // spent, and the share of the hour that was watched
	sy, sw  []float64 // their sums before an index
	end     int       // whole hours
	part    float64   // of the hour behind them that is over
	grid    time.Duration
	now     time.Time // effective: the end of the last interval that is known
	recent  []Point   // of the last hours, in order
	spans   []Span    // that were watched
	removed float64   // single bookings that are left out of the rates
	outlier int
}

// sorted copies what is not after now, in order of time.
func sorted(points []Point, now time.Time) []Point {
	kept := make([]Point, 0, len(points))
	for _, p := range points {
		if !p.At.After(now) {
			kept = append(kept, p)
		}
	}
	slices.SortStableFunc(kept, func(a, b Point) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Amount, b.Amount)) })
	return kept
}

// gridOf is the step of a series that has its sums at even times, such as each
// hour; 0 if it has none, or one below half an hour.
func gridOf(points []Point) time.Duration {
	for _, g := range []time.Duration{24 * time.Hour, time.Hour, 30 * time.Minute} {
		if len(points) < 12 {
			return 0
		}
		offset, even := points[0].At.UnixNano()%int64(g), true
		for i := range points {
			if points[i].At.UnixNano()%int64(g) != offset {
				even = false
				break
			}
		}
		if even {
			return g
		}
	}
	return 0
}

// newHourly sums the points up by the hour; they are in order and none is after
// now. watched nil is all since the first point.
func newHourly(points []Point, watched []Span, now time.Time, cal *Calendar) *hourly {
	h := &hourly{cal: cal, grid: gridOf(points), now: now}
	began := points[0].At
	if len(watched) > 0 && watched[0].From.Before(began) {
		began = watched[0].From
	}
	if h.grid > 0 {
		last := points[len(points)-1].At
		if now.Before(last.Add(h.grid)) {
			h.now = last.Add(h.grid) // that interval is known as a whole
		}
	}
	first := max(hourOf(began), hourOf(h.now)-keepHours)
	h.first = first
	h.end = int(hourOf(h.now) - first)
	h.part = float64(h.now.UnixNano()-time.Unix((first+int64(h.end))*hourSeconds, 0).UnixNano()) / 3.6e12
	h.y, h.w = make([]float64, h.end+1), make([]float64, h.end+1)
	for _, p := range points {
		if i := hourOf(p.At) - first; i >= 0 {
			h.y[min(int(i), h.end)] += p.Amount.Dollars()
		}
	}
	if watched == nil {
		watched = []Span{{began, h.now}}
	}
	h.spans = watched
	h.watch(watched)
	from := now.Add(-recentTime)
	i, _ := slices.BinarySearchFunc(points, from, func(p Point, t time.Time) int { return p.At.Compare(t) })
	h.recent = points[i:]
	h.smooth()
	h.dropSingles()
	h.sum()
	return h
}

// watch sets what share of each hour was watched.
func (h *hourly) watch(spans []Span) {
	base := float64(h.first)
	for _, s := range spans {
		from, to := hoursOf(s.From)-base, hoursOf(s.To)-base
		from, to = max(from, 0), min(to, float64(h.end)+h.part)
		for i := int(from); i < len(h.w) && float64(i) < to; i++ {
			h.w[i] += min(to, float64(i+1)) - max(from, float64(i))
		}
	}
	for i := range h.w {
		if h.w[i] = min(h.w[i], 1); h.w[i] < 0.02 && i < h.end { // what came then came late, and says nothing of the hour
			h.w[i] = 0
			h.y[i] = 0
		}
	}
}

// hoursOf is a time in hours since 1970.
func hoursOf(t time.Time) float64 {
	return float64(t.Unix())/hourSeconds + float64(t.Nanosecond())/3.6e12
}

// smooth spreads money back over the spending before it: a rate is not negative.
func (h *hourly) smooth() {
	debt := 0.0
	for i := len(h.y) - 1; i >= 0; i-- {
		if h.y[i] += debt; h.y[i] >= 0 {
			debt = 0
			continue
		}
		debt, h.y[i] = h.y[i], 0
	}
}

// dropSingles takes single large bookings out of the rates, at most three: such
// as one that stands alone, is ten times all usual hours, and had no like at
// about that hour of another day.
func (h *hourly) dropSingles() {
	active := make([]float64, 0, len(h.y))
	for _, v := range h.y {
		if v > 0 {
			active = append(active, v)
		}
	}
	if len(active) < 12 {
		return
	}
	slices.Sort(active)
	top := active[len(active)*95/100]
	for range 3 {
		best := 0
		for i, v := range h.y {
			if v > h.y[best] {
				best = i
			}
		}
		if h.y[best] < 10*top || best >= h.end-2 || h.hasLike(best) {
			return
		}
		usual := active[len(active)/2]
		h.removed += h.y[best] - usual
		h.outlier++
		h.y[best] = usual
	}
}

// hasLike reports whether an hour's amount is not alone: beside it, or at about
// that time of another day.
func (h *hourly) hasLike(at int) bool {
	for i, v := range h.y {
		d := i - at
		if d == 0 || v < h.y[at]/4 {
			continue
		}
		if r := ((d % 24) + 24) % 24; r <= 1 || r >= 23 || d > -3 && d < 3 {
			return true
		}
	}
	return false
}

func (h *hourly) sum() {
	n := len(h.y)
	h.sy, h.sw = make([]float64, n+1), make([]float64, n+1)
	for i := range n {
		h.sy[i+1], h.sw[i+1] = h.sy[i]+h.y[i], h.sw[i]+h.w[i]
	}
}

// slot is the place in the week of the hour with that index.
func (h *hourly) slot(i int) (slot, left uint8) { return h.cal.at(h.first + int64(i)) }

// window sums what was spent in k hours before an end, and what the rates would
// have spent in what was watched of them. With part, the end is now.
func (h *hourly) window(rates *[slotCount]float64, end, k int, now bool) (spent, usual, watched float64) {
	k = min(k, end)
	for i := end - k; i < end; i++ {
		s, _ := h.slot(i)
		spent, usual, watched = spent+h.y[i], usual+rates[s]*h.w[i], watched+h.w[i]
	}
	if now && h.part > 0 {
		s, _ := h.slot(end)
		spent, usual, watched = spent+h.y[end], usual+rates[s]*h.w[end], watched+h.w[end]
		i := end - k
		s, _ = h.slot(i)
		spent, usual, watched = spent-h.part*h.y[i], usual-h.part*rates[s]*h.w[i], watched-h.part*h.w[i]
	}
	return spent, usual, watched
}
