package state

import "gatewatch/internal/core/event"

// minute in milliseconds.
const minute = 60_000

// rates sums money by time in bounded memory: 60 buckets of a minute and 96
// of a quarter of an hour (24 h). The zero value is empty.
type rates struct {
	fine   [60]int64
	coarse [96]int64
	minute int64 // of the newest fine bucket, minutes since 1970
	first  int64 // minute of the first spend ever; 0: none
}

// add books amount at the time at (Unix ms). Spends older than an hour
// before the newest only count in the coarse buckets, and those before 1970 in
// none.
func (r *rates) add(at, amount int64) {
	m := at / minute
	if m <= 0 {
		return
	}
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

// correct adds to a minute of the last hour what is added to none of the 24 hours: it
// was spent, in another minute.
func (r *rates) correct(at, amount int64) {
	if m := at / minute; m > 0 && m <= r.minute && m > r.minute-60 {
		r.fine[m%60] += amount
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

// sum is what was booked in the n minutes up to the minute end, n ≤ 60.
func (r *rates) sum(end, n int64) (total int64) {
	for k := range n {
		total += r.in(end - k)
	}
	return total
}

// in is what was booked in a minute; 0 if it is not of the last hour.
func (r *rates) in(m int64) int64 {
	if m > r.minute || m <= r.minute-60 {
		return 0
	}
	return r.fine[m%60]
}

// dearest is what the dearest of the n minutes up to the minute end took, and the
// next.
func (r *rates) dearest(end, n int64) (first, second int64) {
	for k := range n {
		switch v := r.in(end - k); {
		case v > first:
			first, second = v, first
		case v > second:
			second = v
		}
	}
	return first, second
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

// rateFloor is how many minutes must have been watched for a rate to say
// something.
const rateFloor = 5

// Why a rate is not known, in place of it.
const (
	tooShort  int64 = -1 - iota // too few minutes were watched
	oneMinute                   // one minute's spends are most of it: a batch is no rate
	unwatched                   // nobody has watched for minutes
)

// perHour is what was booked in the last 15 whole minutes, an hour's worth, over as many of
// them as were watched; else why that is not known. It says how it goes on: where a
// single minute is more than all others it is none, as a batch is no rate.
func (r *rates) perHour(now int64, w window) int64 {
	r.roll(now / minute)
	var sum, all, dearest int64
	for m := w.end - 14; m <= r.minute; m++ {
		spent := r.in(m)
		switch {
		case m > w.end: // it is not over: nothing is made of it, but it may be the dearest
		case w.known == nil || w.known(m): // of a minute that was watched in part, nobody knows the rest
			sum += spent
		default:
			continue
		}
		all, dearest = all+spent, max(dearest, spent)
	}
	watched := w.whole(15)
	switch {
	case w.lost:
		return unwatched
	case watched < rateFloor || sum < 0:
		return tooShort
	case all > 0 && (sum == 0 || dearest > all-dearest):
		return oneMinute
	}
	return sum * 60 / watched
}

// Why what was spent in a time is at least what is told, or not known.
const (
	PartOfHour = "not all minutes of the last hour were watched"
	PartOfDay  = "not all minutes of the last 24 hours were watched"
	NoneOfIt   = "no minute of it was watched"
	NotYetRead = "what was spent since Gatewatch ran last is being read"
)

// lastHour is what was booked in the last hour, as an amount: nothing is made of what
// was not watched, so it is at least that where not all minutes were.
func (r *rates) lastHour(now int64, w window) event.Reading[event.NanoUSD] {
	r.roll(now / minute)
	return w.seen(r.sum(r.minute, 60), 60, PartOfHour)
}

// lastDay is what was booked in the last 24 hours, to the quarter of an hour in which
// they began; see lastHour.
func (r *rates) lastDay(now int64, w window) event.Reading[event.NanoUSD] {
	span := 95*15 + now/minute%15 + 1
	return w.seen(r.sum24h(now), span, PartOfDay)
}

// seen is what was booked in a time of so many minutes, as far as these were watched.
func (w *window) seen(sum, span int64, part string) event.Reading[event.NanoUSD] {
	watched := w.over(span)
	switch {
	case sum == 0 && w.early:
		return event.NotKnown[event.NanoUSD](event.ReadingUnknown, NotYetRead)
	case sum < 0 || sum == 0 && watched <= 0:
		return event.NotKnown[event.NanoUSD](event.ReadingUnknown, NoneOfIt)
	case watched < span:
		return event.Known(event.NanoUSD(sum)).AtLeast(part)
	}
	return event.Known(event.NanoUSD(sum))
}

// capped is what was booked in the last n minutes, n ≤ 60, of which the dearest
// counts no more than all the others; -1 if there is but that one. It is what
// trends compare.
func (r *rates) capped(now, n int64) int64 {
	r.roll(now / minute)
	total := r.sum(r.minute, n)
	first, second := r.dearest(r.minute, n)
	switch rest := total - first; {
	case total == 0:
		return 0
	case rest == 0:
		return -1
	case first > rest:
		return rest + second
	}
	return total
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

// trendOf compares the last 15 minutes with the hour, both as capped has them: more
// than a quarter above it is "up", more than a quarter below is "down", else
// "stable"; and it still is so in the last five minutes, or what rose a while ago is
// said to rise when it has fallen. It is "unknown" until there are 15 minutes of history. The quarter is
// what a rate of a few requests a minute wobbles by without meaning anything.
func trendOf(r *rates, now int64, over func(span int64) int64) string {
	m15, h1, w15, w60 := r.capped(now, 15), r.capped(now, 60), over(15), over(60)
	if r.first == 0 || now/minute-r.first < 15 || w15 < rateFloor || w60 < rateFloor || m15 < 0 || h1 < 0 {
		return "unknown"
	}
	now5, usual := r.sum(r.minute, 5)*w60, h1*over(5)
	switch a, b := m15*w60, h1*w15; { // an hour's worth each, without the divisions
	case a == b:
		return "stable"
	case a*4 > b*5 && now5 >= usual:
		return "up"
	case a*4 < b*3 && now5 <= usual:
		return "down"
	}
	return "stable"
}
