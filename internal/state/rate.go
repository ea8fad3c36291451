package state

// minute in milliseconds.
const minute = 60_000

// rates sums money by time in bounded memory: 60 buckets of a minute and 96
// of a quarter of an hour (24 h). The zero value is empty.
type rates struct {
	fine   [60]int64
	coarse [96]int64
	minute int64 // of the newest fine bucket, minutes since the epoch
	first  int64 // minute of the first booking ever; 0: none
}

// add books amount at the time at (Unix ms). Bookings older than an hour
// before the newest only count in the coarse sums.
func (r *rates) add(at, amount int64) {
	m := at / minute
	r.roll(m)
	if r.first == 0 || m < r.first {
		r.first = m
	}
	if age := r.minute - m; age < 60 {
		r.fine[m%60] += amount
	}
	if age := r.minute/15 - m/15; age < 96 {
		r.coarse[(m/15)%96] += amount
	}
}

// roll moves the newest bucket to minute m, clearing what is passed.
func (r *rates) roll(m int64) {
	if r.minute == 0 {
		r.minute = m
		return
	}
	if m <= r.minute {
		return
	}
	for k := max(r.minute+1, m-59); k <= m; k++ {
		r.fine[k%60] = 0
	}
	for k := max(r.minute/15+1, m/15-95); k <= m/15; k++ {
		r.coarse[k%96] = 0
	}
	r.minute = m
}

// sum is what was booked in the last n minutes up to now, n ≤ 60.
func (r *rates) sum(now int64, n int64) int64 {
	r.roll(now / minute)
	var total int64
	for k := range n {
		total += r.fine[((r.minute-k)%60+60)%60]
	}
	return total
}

// sum24h is what was booked in the last 24 hours.
func (r *rates) sum24h(now int64) int64 {
	r.roll(now / minute)
	var total int64
	for _, v := range r.coarse {
		total += v
	}
	return total
}

// perHour gives rates over 15 minutes, an hour and 24 hours. A window that is
// longer than the history we have is taken over that history, at least two
// minutes; before that it is unknown (-1).
func (r *rates) perHour(now int64) (m15, h1, h24 int64) {
	if r.first == 0 {
		return -1, -1, -1
	}
	have := now/minute - r.first + 1
	over := func(sum, window int64) int64 {
		w := min(window, have)
		if w < 2 {
			return -1
		}
		return sum * 60 / w
	}
	return over(r.sum(now, 15), 15), over(r.sum(now, 60), 60), over(r.sum24h(now), 24*60)
}

// hour lists the last 60 minutes, oldest first, and when the newest ends.
func (r *rates) hour(now int64) (per []int64, endsAt int64) {
	r.roll(now / minute)
	per = make([]int64, 60)
	for k := range int64(60) {
		per[59-k] = r.fine[((r.minute-k)%60+60)%60]
	}
	return per, (r.minute + 1) * minute
}

// trendOf compares the last 15 minutes with the hour: more than a quarter
// above it is "up", more than a quarter below is "down", else "stable". It is
// "unknown" until there are 15 minutes of history. The quarter is what a rate
// of a few requests a minute wobbles by without meaning anything.
func trendOf(r *rates, now, m15, h1 int64) string {
	if r.first == 0 || now/minute-r.first < 15 || m15 < 0 || h1 < 0 {
		return "unknown"
	}
	switch {
	case m15 == h1:
		return "stable"
	case m15*4 > h1*5:
		return "up"
	case m15*4 < h1*3:
		return "down"
	}
	return "stable"
}
