package alert

import (
	"time"

	"gatewatch/internal/core/event"
)

const (
	paceMinutes = 64 // that are remembered one by one
	paceWindow  = 10 // minutes that are held against those before
	paceSettled = 30 // minutes until what was spent counts as usual
	paceDays    = 8  // of which the most is remembered
	paceModels  = 16
	maxPaces    = 10_000 // keys
)

// pace is what a key spent minute by minute of late, and the most that it ever spent
// in ten minutes of each of the last days.
type pace struct {
	first, newest int64 // minutes since 1970: of the first spend, and the newest that was moved to
	nano          [paceMinutes]event.NanoUSD
	most          [paceMinutes]event.NanoUSD // of a single booking
	count         [paceMinutes]int32
	peaks         [paceDays]event.NanoUSD
	peakDays      [paceDays]int64
	models        []modelPace
}

// modelPace is what was spent on a model of late.
type modelPace struct {
	name   string
	minute int64 // the newest
	nano   event.NanoUSD
}

// add takes a spend in; what is older than what is remembered is dropped.
func (r *pace) add(minute int64, amount event.NanoUSD, model string) {
	if r.first == 0 {
		r.first, r.newest = minute, minute
	}
	if minute <= r.newest-paceMinutes {
		return
	}
	r.move(minute)
	r.nano[minute%paceMinutes] += amount
	r.most[minute%paceMinutes] = max(r.most[minute%paceMinutes], amount)
	r.count[minute%paceMinutes]++
	for i := range r.models {
		if m := &r.models[i]; m.name == model {
			if minute-m.minute >= paceWindow {
				m.nano = 0
			}
			m.minute, m.nano = max(m.minute, minute), m.nano+amount
			return
		}
	}
	if len(r.models) < paceModels {
		r.models = append(r.models, modelPace{model, minute, amount})
		return
	}
	oldest := 0
	for i := range r.models {
		if r.models[i].minute < r.models[oldest].minute {
			oldest = i
		}
	}
	r.models[oldest] = modelPace{model, minute, amount}
}

// move goes on to a minute: those between are empty, and what settled meanwhile
// may be the most of its day.
func (r *pace) move(minute int64) {
	for r.newest < minute {
		if minute-r.newest > 2*paceMinutes { // nothing of what is remembered is left
			r.newest = minute - 2*paceMinutes
		}
		r.newest++
		r.nano[r.newest%paceMinutes], r.most[r.newest%paceMinutes], r.count[r.newest%paceMinutes] = 0, 0, 0
		if settled := r.newest - paceSettled; settled >= r.first {
			day := settled / (24 * 60)
			i := day % paceDays
			if r.peakDays[i] != day {
				r.peakDays[i], r.peaks[i] = day, 0
			}
			sum, _, _ := r.last(settled, paceWindow)
			r.peaks[i] = max(r.peaks[i], sum)
		}
	}
}

// last sums up so many minutes that end with one.
func (r *pace) last(minute int64, n int) (sum event.NanoUSD, requests, busy int) {
	for m := minute; m > minute-int64(n) && m > r.newest-paceMinutes; m-- {
		if m > r.newest {
			continue
		}
		if c := r.count[m%paceMinutes]; c > 0 {
			sum, requests, busy = sum+r.nano[m%paceMinutes], requests+int(c), busy+1
		}
	}
	return sum, requests, busy
}

// peak is the most that was spent in ten minutes of the last days, until half an
// hour ago.
func (r *pace) peak(now int64) (most event.NanoUSD) {
	for i, day := range r.peakDays {
		if now/(24*60)-day < paceDays {
			most = max(most, r.peaks[i])
		}
	}
	return most
}

// since is the minute from which on more than the usual was spent: the first of the
// window that is held against what came before, and what is before that without a pause.
func (r *pace) since(now int64, usual event.NanoUSD) int64 {
	since, quiet := now, 0
	for m := now; m > now-paceSettled && m > r.newest-paceMinutes && (quiet <= 1 || m > now-paceWindow); m-- {
		if m <= r.newest && r.nano[m%paceMinutes]*paceWindow > 2*usual {
			since, quiet = m, 0
		} else {
			quiet++
		}
	}
	return since
}

// mostUntil is the most that was spent in ten minutes that ended with one that is
// remembered, or before it. No single booking makes more than a quarter of it.
func (r *pace) mostUntil(end int64) (most event.NanoUSD) {
	for m := min(end, r.newest); m > r.newest-paceMinutes; m-- {
		var sum, single event.NanoUSD
		for i := m; i > m-paceWindow; i-- {
			sum, single = sum+r.in(i), max(single, r.largest(i))
		}
		most = max(most, sum-single+min(single, (sum-single)/3))
	}
	return most
}

// top is the most of a single minute of the last ones.
func (r *pace) top(now int64) (most event.NanoUSD) {
	for m := now; m > now-paceWindow && m > r.newest-paceMinutes; m-- {
		if m <= r.newest {
			most = max(most, r.nano[m%paceMinutes])
		}
	}
	return most
}

// dearest is the model on which most was spent within the last minutes.
func (r *pace) dearest(now int64) (top modelPace) {
	for _, m := range r.models {
		if now-m.minute < paceWindow && m.nano > top.nano {
			top = m
		}
	}
	return top
}

// pay takes a spend into the pace of its key. Finding that must not allocate: it
// is done for every spend. One that is told is over: a gateway's clock that is
// ahead of ours does not date it later than it came.
func (f *observations) pay(gateway event.GatewayID, b *event.SpendRecorded, at, came time.Time) {
	if at.After(came) {
		at = came
	}
	if at.Unix() < 0 {
		return
	}
	var buf [128]byte
	id := append(append(append(buf[:0], gateway...), '/'), b.Key...)
	r := f.paces[string(id)]
	if r == nil {
		if len(f.paces) >= maxPaces {
			return
		}
		r = &pace{}
		f.paces[string(id)] = r
	}
	r.add(at.Unix()/60, b.Amount, b.Model)
}
