package alert

import (
	"maps"
	"math"
	"time"

	"gatewatch/internal/core/event"
)

// Bounds of requests that are made again.
const (
	againWithin  = 2 * time.Minute // of one of the same size
	againLook    = 12              // requests back
	againWindow  = 15 * time.Minute
	againSettles = 30 * time.Minute // until it counts as usual
	againLearned = 20               // requests, from which on what is usual is known
	againMost    = 2000             // that are remembered as usual; then half
)

// loopGoesOn is how old the newest request of a loop may be that is found: one that
// came to look like a loop only because what was unlike it is long ago is over. A
// request log is read each minute at the latest.
const loopGoesOn = 2 * time.Minute

// loop is a run of equal requests.
type loop struct {
	model string
	n     int
	cost  event.NanoUSD
	first time.Time // the oldest of the n
	last  time.Time
}

// repeats is what a key asked of a model more than once of late.
type repeats struct {
	model       string
	n           int           // requests
	again       int           // of these, of the size of one just before
	cost        event.NanoUSD // of those that were made again
	top         int           // of the size that was asked for most
	topCost     event.NanoUSD
	input       uint32 // of that size; 0: not told
	sized       bool   // how much was sent is known
	usual       float64
	first       time.Time // the oldest of the n
	since, last time.Time
}

// request is one of a ring.
type request struct {
	at    int64 // Unix milliseconds
	cost  event.NanoUSD
	input uint32
	again bool
}

// size reports whether two requests are of the same size: by what was sent, or by
// what was paid where that is not told.
func (q *request) size(o *request) bool {
	if q.input > 0 || o.input > 0 {
		return q.input == o.input
	}
	return q.cost == o.cost
}

// counted is how many requests there were, and how many of them were made again.
type counted struct{ n, again int }

// requestRing holds the newest requests of a key and model. It is as long as
// two windows of the slowest loop that counts.
type requestRing struct {
	all [2 * loopRequests]request
	n   int // ever added
	// What is usual: all before the half hour before this one.
	slot              int64
	now, then, before counted
}

func (r *requestRing) add(at int64, cost event.NanoUSD, input uint32) {
	q := request{at: at, cost: cost, input: input}
	for i := 0; i < min(r.n, againLook); i++ {
		old := &r.all[(r.n-1-i)%len(r.all)]
		if at-old.at > againWithin.Milliseconds() {
			break
		}
		if old.size(&q) {
			q.again = true
			break
		}
	}
	r.turn(at / againSettles.Milliseconds())
	r.now.n++
	if q.again {
		r.now.again++
	}
	r.all[r.n%len(r.all)] = q
	r.n++
}

// turn goes on to another half hour.
func (r *requestRing) turn(slot int64) {
	if slot <= r.slot {
		return
	}
	r.before.n, r.before.again = r.before.n+r.then.n, r.before.again+r.then.again
	r.then, r.now = r.now, counted{}
	if slot > r.slot+1 {
		r.before.n, r.before.again = r.before.n+r.then.n, r.before.again+r.then.again
		r.then = counted{}
	}
	r.slot = slot
	if r.before.n > againMost {
		r.before.n, r.before.again = r.before.n/2, r.before.again/2
	}
}

// newest is the request that came as so many before the last.
func (r *requestRing) newest(i int) *request { return &r.all[(r.n-1-i)%len(r.all)] }

// loopAt reports whether the newest requests within the window come at equal
// intervals: so regular is a program, not a person.
func (r *requestRing) loopAt(now time.Time) (l loop, is bool) {
	from := now.Add(-loopWindow).UnixMilli()
	var sum, squares float64
	var next int64
	for i := range min(r.n, len(r.all)) {
		q := r.newest(i)
		if q.at < from {
			break
		}
		l.cost += q.cost
		if i > 0 {
			gap := float64(next - q.at)
			sum, squares = sum+gap, squares+gap*gap
		}
		next = q.at
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
	l.first, l.last = time.UnixMilli(next), time.UnixMilli(r.newest(0).at)
	return l, spread < loopSpread
}

// repeatsAt sums up what was asked for again within the window, with what is usual
// of this key and model; known is false where that is not known yet.
func (r *requestRing) repeatsAt(now time.Time) (s repeats, known bool) {
	if r.before.n < againLearned {
		return s, false
	}
	u := float64(r.before.again) / float64(r.before.n)
	s.usual = u + 2*math.Sqrt(u*(1-u)/float64(r.before.n)) // it may be so much more by chance
	from, lead := now.Add(-againWindow).UnixMilli(), 0
	var most *request
	window := func(do func(*request)) {
		for i := range min(r.n, len(r.all)) {
			q := r.newest(i)
			if q.at < from {
				return
			}
			do(q)
		}
	}
	window(func(q *request) {
		s.n++
		s.first = time.UnixMilli(q.at)
		s.sized = s.sized || q.input > 0
		if q.again {
			s.again, s.cost, s.since = s.again+1, s.cost+q.cost, time.UnixMilli(q.at)
		}
		if lead == 0 {
			most = q
		}
		if most.size(q) { // the size of more than half, if there is one
			lead++
		} else {
			lead--
		}
	})
	if most == nil {
		return s, false
	}
	window(func(q *request) {
		if most.size(q) {
			s.top, s.topCost = s.top+1, s.topCost+q.cost
		}
	})
	s.input, s.last = most.input, time.UnixMilli(r.newest(0).at)
	return s, true
}

// findLoops finds keys that look like a program gone wild, or that ask for the same
// again. It searches at most every few seconds: a loop takes minutes to show.
func (e *Evaluator) findLoops(now time.Time) {
	f := &e.observed
	if !f.fresh && len(e.loops)+len(e.repeats) == 0 || now.Sub(f.looked) < loopLook {
		if f.fresh {
			e.scheduleEval(f.looked.Add(loopLook))
		}
		return
	}
	f.fresh, f.looked = false, now
	was := maps.Clone(e.loops)
	clear(e.loops)
	clear(e.repeats)
	for id, r := range f.requests {
		thing := string(id.gateway) + "/" + string(id.key)
		if s, known := r.repeatsAt(now); known && (s.retried() || s.same()) {
			s.model = id.model
			if old := e.repeats[thing]; old == nil || s.cost > old.cost {
				e.repeats[thing] = &s
			}
		}
		if r.n < loopRequests {
			continue
		}
		if l, is := r.loopAt(now); is && (was[thing] != nil || now.Sub(l.last) <= loopGoesOn) {
			l.model = id.model
			if old := e.loops[thing]; old == nil || l.n > old.n {
				e.loops[thing] = &l
			}
		}
	}
	if len(e.loops)+len(e.repeats) > 0 {
		e.scheduleEval(now.Add(time.Minute)) // it may cease without another event
	}
}
