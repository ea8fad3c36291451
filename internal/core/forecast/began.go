package forecast

import (
	"math"
	"sort"
	"time"
)

// Bounds of a beginning that is found by the minute.
const (
	beganBefore = 6   // hours that it may be before what was found by longer steps
	beganApart  = 2.5 // minutes that carry the money since, at least
	beganPasses = 4
)

// onset is an hour by index, with what was spent and usual and how long was watched since.
type onset struct{ hour, spent, usual, watched float64 }

// changedSince continues what was spent since about a time: of a rise since the minute at
// which it began, as what is more than usual is found with each better beginning.
func (m *model) changedSince(base *weekRates, o onset, noise float64) {
	earliest := o.hour - beganBefore
	for range beganPasses {
		if o.spent <= o.usual || o.watched <= 0 {
			break
		}
		next, ok := m.h.began(base, earliest, (o.spent-o.usual)/o.watched)
		if !ok || next == o {
			break
		}
		o = next
	}
	if from := math.Floor(o.hour); o.spent > o.usual && m.h.byHour(from) {
		s, _ := m.h.slot(int(from))
		w := (o.hour - from) * m.h.share(int(from))
		o.hour, o.usual, o.watched = from, o.usual+base.rate[s]*w, o.watched+w
	}
	m.changed(base, o.hour, o.spent, o.usual, o.watched, m.h.sampling(o.hour, noise))
}

// began finds the minute, not before an hour, since which what was spent is most likely
// of so many dollars an hour more than usual, held against the usual alone. What is the
// money of one or two minutes has none.
func (h *hourly) began(base *weekRates, earliest, more float64) (best onset, ok bool) {
	var o onset
	var squares, likely, top float64
	last, first := h.now.Unix()/60, int64(math.Floor((max(earliest, 0)+float64(h.first))*60))
	i, span := len(h.recent), len(h.spans)-1
	for m := last; m >= first; m-- {
		spent := 0.0
		for ; i > 0 && h.recent[i-1].At.Unix()/60 >= m; i-- {
			spent += h.recent[i-1].Amount.Dollars()
		}
		for span > 0 && h.spans[span].From.Unix() >= m*60+60 {
			span--
		}
		w := h.watchedOf(m, span)
		if w == 0 && m < last {
			continue // what came then came late
		}
		o.hour = float64(m)/60 - float64(h.first)
		s, _ := h.slot(int(o.hour))
		o.spent, o.usual, o.watched = o.spent+spent, o.usual+base.rate[s]*w, o.watched+w
		squares += spent * spent
		likely += spent*math.Log1p(more/(base.rate[s]+0.02*base.mean+nothing)) - more*w
		if spent > 0 && o.watched > 0 && o.spent*o.spent >= beganApart*squares && likely > top {
			best, top, ok = o, likely, true
		}
	}
	return best, ok
}

// byHour reports whether of an hour and the one before it only sums are known: what is
// older than is read by the minute is of the middle of its hour.
func (h *hourly) byHour(hour float64) bool {
	from := (h.first + int64(hour) - 1) * hourSeconds
	i := sort.Search(len(h.recent), func(i int) bool { return h.recent[i].At.Unix() >= from })
	var first, last int64
	for _, p := range h.recent[i:] {
		at := p.At.UnixNano()
		if p.At.Unix() >= from+2*hourSeconds {
			break
		}
		if first == 0 {
			first = at
		}
		if last = at; (at-first)%int64(time.Hour) != 0 {
			return false
		}
	}
	return last > first
}

// watchedOf is how much of a minute was watched by the span with an index, in hours.
func (h *hourly) watchedOf(minute int64, span int) float64 {
	if span < 0 {
		return 0
	}
	from, to := time.Unix(minute*60, 0), time.Unix(minute*60+60, 0)
	if s := &h.spans[span]; s.From.After(from) {
		from = s.From
	}
	for _, end := range [2]time.Time{h.now, h.spans[span].To} {
		if end.Before(to) {
			to = end
		}
	}
	return max(0, to.Sub(from).Hours())
}
