package alert

import (
	"math"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

const (
	ratePasses   = 3
	rateMinutes  = 2 // whole ones, with so many requests at least
	rateRequests = runawayRequests
	rateSingle   = 1.5 // minutes of the rate are the most that a single booking is taken for
)

// minutes are some that follow one another; both ends are of them.
type minutes struct{ from, to int64 }

var never = minutes{0, -1}

func (m minutes) has(minute int64) bool { return m.from <= minute && minute <= m.to }

// lastGap is when the connection that a key's spending comes by was lost last.
func (v *evalContext) lastGap(gateway, source string) minutes {
	hub, ok := strings.CutPrefix(source, "hub:")
	l, known := v.live.Links[gateway+"/"+hub]
	if !ok || !known || l.LostAt <= 0 {
		return never
	}
	to := v.now.UnixMilli()
	if l.State == string(event.LinkConnected) {
		to = l.ConnectedAt
	}
	return minutes{l.LostAt / time.Minute.Milliseconds(), to / time.Minute.Milliseconds()}
}

// jump is the minute, of those since one, from which on what was spent is most likely of
// the rate since then, held against the usual one.
func (r *pace) jump(since, now int64, usual event.NanoUSD, gap minutes) int64 {
	u, first := max(float64(usual)/paceWindow, 1), since
	for range ratePasses {
		more := float64(r.perMinute(since, now, gap)) - u
		if more <= 0 {
			return since
		}
		likely, top, best := 0.0, 0.0, first
		for m := now; m >= first; m-- {
			spent := float64(r.in(m)) - max(0, float64(r.largest(m))-rateSingle*(more+u))
			if likely += spent * math.Log1p(more/u); m < now && !gap.has(m) {
				likely -= more
			}
			if spent > 0 && likely > top {
				best, top = m, likely
			}
		}
		if best == since {
			return since
		}
		since = best
	}
	return since
}

// largest is the largest single booking of a minute that is remembered.
func (r *pace) largest(minute int64) event.NanoUSD {
	if r.in(minute) == 0 {
		return 0
	}
	return r.most[minute%paceMinutes]
}

// in is what was spent in a minute that is remembered.
func (r *pace) in(minute int64) event.NanoUSD {
	if minute > r.newest || minute <= r.newest-paceMinutes || minute < 0 {
		return 0
	}
	return r.nano[minute%paceMinutes]
}

// perMinute is the rate since a minute, of those that are whole: within the first one
// spending jumped, this one is not over, and what was not watched says nothing. Few
// requests are held against all of the time; no single booking makes more than a quarter.
func (r *pace) perMinute(since, now int64, gap minutes) event.NanoUSD {
	var sum, top, n event.NanoUSD
	requests := 0
	take := func(m int64) {
		if gap.has(m) {
			return
		}
		n++
		if spent := r.in(m); spent > 0 {
			sum, top, requests = sum+spent, max(top, r.largest(m)), requests+int(r.count[m%paceMinutes])
		}
	}
	for m := since + 1; m < now; m++ {
		take(m)
	}
	if first := r.in(since); n > 0 && 4*first*n > 3*sum { // it began with the minute, about
		take(since)
	}
	if n < rateMinutes || requests < rateRequests {
		sum, top, n = 0, 0, 0
		for m := since; m <= now; m++ {
			take(m)
		}
		n = max(n-1, rateMinutes) // the first and this one are one, on average
	}
	if sum == 0 && gap.has(since) {
		return r.perMinute(since, now, never) // all of it is beside what was not watched
	}
	if sum == top {
		return sum / max(n, runawayMinutes)
	}
	return (sum - top + min(top, (sum-top)/3)) / n
}
