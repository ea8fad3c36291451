package forecast

import "time"

// Bounds of a jump that is too young to be continued: what is sudden needs a quarter of
// an hour to be told from a burst. Until then a range that knows nothing of it would be
// days off if it goes on, and one that continues it would be if it is over.
const (
	unsettledWindow  = 10 * time.Minute
	unsettledMinutes = 3   // in which more than the usual was spent, at least
	unsettledTimes   = 10  // what is usual, at least
	unsettledTop     = 0.6 // of the sum is a single minute, at most: a batch is no jump
	unsettledSooner  = 2   // times sooner than the earliest time it would be used up
)

// unsettled is a jump of the last minutes that, if it went on, would use up what is left
// long before the earliest time that is foreseen; nil if there is none.
func (p *past) unsettled(m *model, left float64, earliest time.Time) *Change {
	h := p.h
	if h.grid > 0 || m.change != nil && m.change.Up() && float64(h.end)+h.part-m.change.hour < 1 {
		return nil // it is continued
	}
	var spent [unsettledWindow / time.Minute]float64
	from := len(spent)
	for _, x := range h.recent {
		if i := int(h.now.Sub(x.At) / time.Minute); i >= 0 && i < len(spent) {
			spent[i] += x.Amount.Dollars()
		}
	}
	base := p.before(h.end - 1)
	if base == nil {
		base = &m.week
	}
	usual := base.mean
	for hour := max(0, h.end-1); hour <= h.end+1; hour++ { // what is usual may be early or late
		s, _ := h.slot(hour)
		usual = max(usual, base.rate[s])
	}
	sum, top, minutes := 0.0, 0.0, 0
	for i, v := range spent {
		sum, top = sum+v, max(top, v)
		if v > unsettledTimes*usual/60 {
			minutes, from = minutes+1, i
		}
	}
	const hours = float64(unsettledWindow) / float64(time.Hour)
	if minutes < unsettledMinutes || sum < unsettledTimes*usual*hours || top > unsettledTop*sum {
		return nil
	}
	over := float64(from+1) / 60
	foreseen := float64(farthest) // hours; none is farther away
	if !earliest.IsZero() {
		foreseen = earliest.Sub(h.now).Hours()
	}
	if soon := left / (sum / over); soon*unsettledSooner > foreseen {
		return nil
	}
	return &Change{
		Since: h.now.Add(-time.Duration(from+1) * time.Minute).Truncate(time.Minute),
		Times: min(mostTimes, sum/max(usual*over, nothing)),
	}
}
