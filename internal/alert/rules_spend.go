package alert

import (
	"math"
	"time"

	"gatewatch/internal/event"
)

// Bounds of unusual spend.
const (
	leastUnusual = event.PerUSD // below a dollar nobody wants to know
	spikeFactor  = 4            // times what is usual in this slot
	spikeSpread  = 6            // median absolute deviations above it
	loopRequests = 60           // on one key and model …
	loopWindow   = 10 * time.Minute
	loopSpread   = 0.2 // … at intervals whose spread is below a fifth of their mean
	loopLook     = 5 * time.Second
)

func checkSpike(v *view, yield func(Sample)) {
	for id, usual := range v.in.Usual {
		k, ok := v.live.Keys[id]
		if !ok || k.Rate15m < 0 {
			continue
		}
		spent := event.NanoUSD(k.Rate15m / 4)
		if spent < leastUnusual || spent <= spikeFactor*usual.Median || spent <= usual.Median+spikeSpread*usual.Deviation {
			continue
		}
		s := Sample{
			Gateway: k.Gateway, Kind: "key", Entity: k.Key, Thing: id, At: k.UpdatedAt,
			Value: spent.Dollars(), stale: v.stale(k.Gateway, k.Source, k.UpdatedAt),
			Facts: Facts{Name: nameOr(k.Name, k.Key), Spend: spent, Usual: usual.Median},
		}
		if l := v.loops[id]; l != nil {
			s.Facts.Equal, s.Facts.Model = l.n, l.model
		}
		yield(s)
	}
}

func checkLoop(v *view, yield func(Sample)) {
	for id, l := range v.loops {
		k, ok := v.live.Keys[id]
		if !ok {
			continue
		}
		yield(Sample{
			Gateway: k.Gateway, Kind: "key", Entity: k.Key, Thing: id, At: l.last.UnixMilli(),
			Value: l.cost.Dollars(), Dimension: l.model,
			Facts: Facts{Name: nameOr(k.Name, k.Key), Equal: l.n, Model: l.model, Spend: l.cost},
		})
	}
}

func checkIdle(v *view, yield func(Sample)) {
	for id, d := range v.in.Idle {
		if k, ok := v.live.Keys[id]; ok && d >= 90*time.Minute {
			yield(Sample{
				Gateway: k.Gateway, Kind: "key", Entity: k.Key, Thing: id, At: k.UpdatedAt, Value: -1,
				Source: k.Source,
				Facts:  Facts{Name: named(k.Name, "key ", k.Key), Idle: d},
			})
		}
	}
}

// loop is a run of equal requests.
type loop struct {
	model string
	n     int
	cost  event.NanoUSD
	last  time.Time
}

// requestRing holds the newest requests of a key and model. It is as long as
// two windows of the slowest loop that counts.
type requestRing struct {
	at   [2 * loopRequests]int64 // Unix milliseconds
	cost [2 * loopRequests]event.NanoUSD
	n    int // ever added
}

func (r *requestRing) add(at int64, cost event.NanoUSD) {
	r.at[r.n%len(r.at)], r.cost[r.n%len(r.at)] = at, cost
	r.n++
}

// loopAt reports whether the newest requests within the window come at equal
// intervals: so regular is a program, not a person.
func (r *requestRing) loopAt(now time.Time) (l loop, is bool) {
	from := now.Add(-loopWindow).UnixMilli()
	have := min(r.n, len(r.at))
	var sum, squares float64
	var next int64
	for i := range have {
		at := r.at[(r.n-1-i)%len(r.at)]
		if at < from {
			break
		}
		l.cost += r.cost[(r.n-1-i)%len(r.at)]
		if i > 0 {
			gap := float64(next - at)
			sum, squares = sum+gap, squares+gap*gap
		}
		next = at
		l.n++
	}
	if l.n < loopRequests || l.cost < leastUnusual {
		return l, false
	}
	gaps := float64(l.n - 1)
	mean := sum / gaps
	if mean <= 0 {
		return l, false // all at once is a batch, not a loop
	}
	spread := math.Sqrt(max(0, squares/gaps-mean*mean)) / mean
	l.last = time.UnixMilli(r.at[(r.n-1)%len(r.at)])
	return l, spread < loopSpread
}
