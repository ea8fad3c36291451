package forecast

import "math"

// The ways to continue a series. Each is tried on the past; those that were
// right of late weigh more.
const (
	lastDay = iota
	lastThreeDays
	lastWeek
	lastMonth
	trending
	monthly
	ways
)

var levelHours = [4]int{24, 72, 168, 0}

// model is what is believed at one time of what comes.
type model struct {
	h        *hourly
	at       int
	now      bool // at is now, within an hour
	week     weekRates
	slow     weekRates
	level    [4]float64
	slope    float64 // of trending, per day
	start    float64
	month    [monthSlots]float64
	steady   float64 // the level of monthly
	usable   [ways]bool
	change   *Change
	base     *weekRates // before the change
	scale    float64    // of base after the change
	extra    float64    // dollars an hour besides
	noise    float64    // relative error of what is known of the change
	negligib float64    // an amount that does not matter
}

// trendLimit is after how many days a trend is not continued.
const trendLimit = 4

// rate is what a way expects to be spent in the hour with an index.
func (m *model) rate(way, i int) float64 {
	s, left := m.h.slot(i)
	if m.change != nil {
		return m.base.rate[s]*m.scale + m.extra
	}
	switch way {
	case trending:
		return m.week.rate[s] * m.start * math.Exp(m.slope*min(float64(i-m.at)/24, trendLimit))
	case monthly:
		return m.slow.rate[s] * m.steady * m.month[left]
	}
	return m.week.rate[s] * m.level[way]
}

// sums adds up what each way expects until each of the horizons.
func (m *model) sums(out *[ways][len(horizons)]float64) {
	var sum [ways]float64
	limit := min(horizons[len(horizons)-1], m.h.end-m.at)
	next := 0
	for t := range limit {
		if m.change != nil {
			v := m.rate(0, m.at+t)
			for way := range sum {
				sum[way] += v
			}
		} else {
			s, left := m.h.slot(m.at + t)
			r := m.week.rate[s]
			for way := range m.level {
				sum[way] += r * m.level[way]
			}
			if m.usable[trending] {
				sum[trending] += r * m.start * math.Exp(m.slope*min(float64(t)/24, trendLimit))
			}
			if m.usable[monthly] {
				sum[monthly] += m.slow.rate[s] * m.steady * m.month[left]
			}
		}
		if t+1 == horizons[next] {
			for way := range sum {
				out[way][next] = sum[way]
			}
			next++
		}
	}
}

// nothing is added to amounts that are divided: there may be nothing usual yet, as in
// a series that begins with hours in which nothing was spent.
const nothing = 1e-9

// fit finds the levels of the ways at one time.
func (m *model) fit(month *monthProfile) {
	h, k := m.h, 0.25*24*m.week.mean+nothing
	m.negligib = 0.02*24*m.week.mean + nothing
	for way, hours := range levelHours {
		m.level[way], m.usable[way] = 1, true
		if hours == 0 || hours > m.at {
			continue
		}
		spent, usual, watched := h.window(&m.week.rate, m.at, hours, m.now)
		if watched > float64(hours)/3 {
			m.level[way] = bounded((spent + k) / (usual + k))
		}
	}
	m.fitTrend(k)
	if m.usable[monthly] = month.endSeen(); m.usable[monthly] {
		m.month = month.factors(&m.slow.rate)
		var spent, usual float64
		for i := max(0, m.at-168); i < m.at; i++ {
			s, left := h.slot(i)
			spent, usual = spent+h.y[i], usual+m.slow.rate[s]*h.w[i]*m.month[left]
		}
		m.steady = bounded((spent + k) / (usual + k))
	}
}

func bounded(level float64) float64 { return min(max(level, 0.02), 50) }

// fitTrend fits a line through the levels of the last seven days.
func (m *model) fitTrend(k float64) {
	const days = 7
	if m.usable[trending] = m.at >= 24*days+24; !m.usable[trending] {
		return
	}
	var sy, st, stt, sty, n float64
	for d := range days {
		spent, usual, watched := m.h.window(&m.week.rate, m.at-24*d, 24, false)
		if watched < 16 {
			continue
		}
		t, v := -float64(d)-0.5, math.Log(bounded((spent+k)/(usual+k)))
		sy, st, stt, sty, n = sy+v, st+t, stt+t*t, sty+t*v, n+1
	}
	if m.usable[trending] = n >= 5; !m.usable[trending] {
		return
	}
	slope := (n*sty - st*sy) / (n*stt - st*st)
	m.slope = min(max(0.8*slope, -0.3), 0.3)
	m.start = bounded(math.Exp((sy - m.slope*st) / n))
}

// monthProfile learns what the days before the end of a month spend, as a share
// of all days.
type monthProfile struct {
	spent, hours [monthSlots]float64
	at           [monthSlots][slotCount]float64 // hours
	seen         float64                        // days
}

// endSeen reports whether one end of a month was watched, and as much beside it.
func (p *monthProfile) endSeen() bool {
	for left := range rampLatest {
		if p.hours[left] < 12 {
			return false
		}
	}
	return p.seen >= 18
}

func (p *monthProfile) add(left, slot uint8, spent, watched float64) {
	p.spent[left] += spent
	p.at[left][slot] += watched
	p.hours[left] += watched
	p.seen += watched / 24
}

// What is assumed of the first end of a month that is watched: spending may begin to
// grow so many days before it, sooner or later, to so many times of what it was.
// That is what is known of budgets, not of this series.
const (
	rampLatest = 5
	rampSoon   = 9
	rampTimes  = 4.3
	rampSeen   = 1.1 // times the last week is what grows already
)

// mayRamp is by how much more than at one distance from the end of a month may
// be spent at another, as long as no such day was watched: 1 where it was.
func (p *monthProfile) mayRamp(now, left uint8) float64 {
	if left >= rampSoon || p.hours[left] >= 12 {
		return 1
	}
	most := 1.0
	for days := float64(rampLatest); days <= rampSoon; days++ {
		at := func(left uint8) float64 { return 1 + (rampTimes-1)*max(0, 1-float64(left)/days) }
		most = max(most, at(left)/at(now))
	}
	return most
}

// ownDays is how many usual days count beside those of a distance from the end.
const ownDays = 0.15

func (p *monthProfile) factors(rates *[slotCount]float64) (f [monthSlots]float64) {
	var spent, usual, own float64
	var usually [monthSlots]float64
	for i := range f {
		for slot, hours := range p.at[i] {
			usually[i] += hours * rates[slot]
		}
		spent, usual = spent+p.spent[i], usual+usually[i]
	}
	own = ownDays * usual / max(p.seen, monthSlots)
	for i := range f {
		f[i] = 1
		if spent > 0 && usual > 0 {
			f[i] = bounded((p.spent[i]*usual/spent + own) / (usually[i] + own))
		}
	}
	return f
}
