package feed

import (
	"cmp"
	"slices"
	"time"

	"gatewatch/internal/core/state"
)

// lane is one topic of a Delta, whatever its things are.
type lane struct {
	topic string // its name in JSON
	list  bool   // of lines: the newest matter, and older ones give way
	each  func(d *state.Delta, yield func(id string))
	// has reports whether a thing is in d; one copies it into a delta of its
	// own; move takes it from d.
	has  func(d *state.Delta, id string) bool
	one  func(d *state.Delta, id string) state.Delta
	move func(from, to *state.Delta, id string)
	// weight of a thing among those of its lane: what weighs more goes first. nil:
	// all weigh the same.
	weight func(d *state.Delta, id string) int
}

func laneOf[T any](topic string, list bool, of func(*state.Delta) *map[string]*T) lane {
	put := func(d *state.Delta, id string, v *T) {
		m := of(d)
		if *m == nil {
			*m = map[string]*T{}
		}
		(*m)[id] = v
	}
	return lane{
		topic: topic, list: list,
		each: func(d *state.Delta, yield func(string)) {
			for id := range *of(d) {
				yield(id)
			}
		},
		has: func(d *state.Delta, id string) bool { _, ok := (*of(d))[id]; return ok },
		one: func(d *state.Delta, id string) (alone state.Delta) { put(&alone, id, (*of(d))[id]); return alone },
		move: func(from, to *state.Delta, id string) {
			put(to, id, (*of(from))[id])
			delete(*of(from), id)
		},
	}
}

func weighed(l lane, weight func(*state.Delta, string) int) lane {
	l.weight = weight
	return l
}

// most is more than any alert weighs.
const most = 100

// alertWeight has alerts go by their severity, whatever else changes; that one is
// gone goes first.
func alertWeight(d *state.Delta, id string) int {
	if a := d.Alerts[id]; a != nil {
		return a.Rank()
	}
	return most
}

// lanes are all topics of a Delta, the weightiest first.
var lanes = []lane{
	laneOf("app", false, func(d *state.Delta) *map[string]*state.AppCondition { return &d.App }),
	weighed(laneOf("alerts", false, func(d *state.Delta) *map[string]*state.AlertLine { return &d.Alerts }), alertWeight),
	laneOf("outlooks", false, func(d *state.Delta) *map[string]*state.Outlook { return &d.Outlooks }),
	laneOf("gateways", false, func(d *state.Delta) *map[string]*state.Gateway { return &d.Gateways }),
	laneOf("components", false, func(d *state.Delta) *map[string]*state.ComponentHealth { return &d.Components }),
	laneOf("links", false, func(d *state.Delta) *map[string]*state.Link { return &d.Links }),
	laneOf("monitoredKeys", false, func(d *state.Delta) *map[string]*state.MonitoredKey { return &d.MonitoredKeys }),
	laneOf("keys", false, func(d *state.Delta) *map[string]*state.KeySpend { return &d.Keys }),
	laneOf("groups", false, func(d *state.Delta) *map[string]*state.Group { return &d.Groups }),
	laneOf("burn", false, func(d *state.Delta) *map[string]*state.Burn { return &d.Burn }),
	laneOf("providers", false, func(d *state.Delta) *map[string]*state.Provider { return &d.Providers }),
	laneOf("tasks", false, func(d *state.Delta) *map[string]*state.Task { return &d.Tasks }),
	laneOf("nav", false, func(d *state.Delta) *map[string]*state.Nav { return &d.Nav }),
	laneOf("transactions", true, func(d *state.Delta) *map[string]*state.Transaction { return &d.Transactions }),
	laneOf("discoveries", true, func(d *state.Delta) *map[string]*state.Discovery { return &d.Discoveries }),
	laneOf("changes", true, func(d *state.Delta) *map[string]*state.Change { return &d.Changes }),
	laneOf("deliveries", false, func(d *state.Delta) *map[string]*state.TopicDelivery { return &d.Deliveries }),
	laneOf("pollTargets", false, func(d *state.Delta) *map[string]*state.PollTarget { return &d.PollTargets }),
	laneOf("forecasts", false, func(d *state.Delta) *map[string]*state.Forecast { return &d.Forecasts }),
	laneOf("events", true, func(d *state.Delta) *map[string]*state.EventLine { return &d.Events }),
}

// waiting is something that changed and was not told yet.
type waiting struct {
	id    string
	since time.Time // of the first of its changes that was not told
}

// turns is who waits in each lane, by its place in lanes: of a list the newest
// first, else who weighs most, and of these who waits longest. The zero value is empty.
type turns struct {
	queue  [][]waiting
	queued []map[string]bool
}

// join puts what is in d and waits not yet at the end of its lane.
func (t *turns) join(d *state.Delta, now time.Time) {
	if t.queue == nil {
		t.queue, t.queued = make([][]waiting, len(lanes)), make([]map[string]bool, len(lanes))
		for i := range lanes {
			t.queued[i] = map[string]bool{}
		}
	}
	for i := range lanes {
		lanes[i].each(d, func(id string) {
			if !t.queued[i][id] {
				t.queued[i][id] = true
				t.queue[i] = append(t.queue[i], waiting{id, now})
			}
		})
	}
}

// sort drops who does not wait any more and brings lists into their order.
func (t *turns) sort(pending *state.Delta) {
	for i := range t.queue {
		l := &lanes[i]
		t.queue[i] = slices.DeleteFunc(t.queue[i], func(w waiting) bool {
			gone := !l.has(pending, w.id)
			if gone {
				delete(t.queued[i], w.id)
			}
			return gone
		})
		if l.weight != nil {
			slices.SortStableFunc(t.queue[i], func(a, b waiting) int { return l.weight(pending, b.id) - l.weight(pending, a.id) })
		}
		if l.list {
			slices.SortFunc(t.queue[i], func(a, b waiting) int {
				return cmp.Or(len(b.id)-len(a.id), cmp.Compare(b.id, a.id))
			})
		}
	}
}

// since is when the one that waits longest in a lane began to; zero if nobody
// waits.
func (t *turns) since(i int) (at time.Time) {
	for _, w := range t.queue[i] {
		if at.IsZero() || w.since.Before(at) {
			at = w.since
		}
		if !lanes[i].list && lanes[i].weight == nil {
			break // it is the first
		}
	}
	return at
}

// filling is a frame that is being made.
type filling struct {
	frame   state.Delta
	pending *state.Delta
	size    int
}

// next gives the first of a lane its turn if it fits within most bytes, or if
// nothing is in the frame yet.
func (t *turns) next(f *filling, i, most int) bool {
	if len(t.queue[i]) == 0 {
		return false
	}
	l, id := &lanes[i], t.queue[i][0].id
	n := jsonSize(l.one(f.pending, id))
	if f.size+n > most && f.size > empty {
		return false
	}
	l.move(f.pending, &f.frame, id)
	f.size += n
	t.queue[i] = t.queue[i][1:]
	delete(t.queued[i], id)
	return true
}

// empty is the size of a frame in which nothing is.
const empty = 2

// late is how long something may wait before it goes ahead of everything: with
// four frames a second everybody then has had a turn within one. With one or two, as
// while much changes, who has not is told of by behind.
const late = 500 * time.Millisecond

// fill makes a frame of at most limit bytes, or of one thing: who is late has
// one turn, then each lane what is its share, then whoever still fits.
func (t *turns) fill(pending *state.Delta, limit int, now time.Time) state.Delta {
	t.sort(pending)
	f := &filling{pending: pending, size: empty}
	for _, i := range t.byAge() {
		if now.Sub(t.since(i)) >= late {
			t.next(f, i, limit)
		}
	}
	left := 0
	for i := range lanes {
		if len(t.queue[i]) > 0 {
			left++
		}
	}
	for i := range lanes {
		if len(t.queue[i]) == 0 {
			continue
		}
		share := f.size + (limit-f.size)/left
		left--
		for t.next(f, i, share) {
		}
	}
	for i := range lanes {
		for t.next(f, i, limit) {
		}
	}
	return f.frame
}

// byAge is the lanes in which somebody waits, the longest wait first.
func (t *turns) byAge() []int {
	var all []int
	for i := range lanes {
		if len(t.queue[i]) > 0 {
			all = append(all, i)
		}
	}
	slices.SortStableFunc(all, func(a, b int) int { return t.since(a).Compare(t.since(b)) })
	return all
}

// behind is since when a lane is behind, Unix milliseconds by topic, where that
// is longer than a second; nil if none is.
func (t *turns) behind(now time.Time) (all map[string]int64) {
	for i := range t.queue {
		if since := t.since(i); !since.IsZero() && now.Sub(since) > time.Second {
			if all == nil {
				all = map[string]int64{}
			}
			all[lanes[i].topic] = since.UnixMilli()
		}
	}
	return all
}
