package state

import (
	"maps"
	"slices"
	"strings"
)

// The bounds of what is learned of how long tasks take.
const (
	maxTaskTimes  = 200 // of one sort; the newest
	maxTaskSorts  = 500 // sorts of tasks; above, the one that was seen longest ago goes
	fewTaskTimes  = 5   // fewer say nothing
	longestTaskMS = int64(7 * 24 * 3600 * 1000)
)

// taskTimes is how long tasks took that were seen from beginning to end, in
// milliseconds, newest last, by "gateway/medium/model". The zero value is empty.
type taskTimes struct {
	took    map[string][]int64
	medians map[string]int64 // of took
	seen    map[string]int64 // when a sort was last added to, by a counter
	n       int64
}

// sortOf is which tasks a task is compared with.
func sortOf(t *Task) string { return t.Gateway + "/" + t.Medium + "/" + t.Model }

// add learns from a task that ended well.
func (x *taskTimes) add(t *Task) {
	took := t.FinishedAt - t.StartedAt
	if took <= 0 || took > longestTaskMS {
		return
	}
	x.put(sortOf(t), took)
}

func (x *taskTimes) put(sort string, took ...int64) {
	if x.took == nil {
		x.took, x.medians, x.seen = map[string][]int64{}, map[string]int64{}, map[string]int64{}
	}
	if _, known := x.took[sort]; !known && len(x.took) >= maxTaskSorts {
		oldest := ""
		for s, at := range x.seen {
			if oldest == "" || at < x.seen[oldest] {
				oldest = s
			}
		}
		delete(x.took, oldest)
		delete(x.medians, oldest)
		delete(x.seen, oldest)
	}
	x.n++
	x.seen[sort] = x.n
	all := append(x.took[sort], took...)
	all = slices.Clone(all[max(0, len(all)-maxTaskTimes):])
	x.took[sort] = all
	x.medians[sort] = slices.Sorted(slices.Values(all))[len(all)/2]
}

// usual is the median of a task's sort and how many it is of; 0 where that are
// too few. It is asked for each report of a task.
func (x *taskTimes) usual(t *Task) (median, count int64) {
	sort := sortOf(t)
	n := len(x.took[sort])
	if n < fewTaskTimes {
		return 0, 0
	}
	return x.medians[sort], int64(n)
}

// of is what is known of a gateway's tasks.
func (x *taskTimes) of(prefix string) map[string][]int64 {
	all := map[string][]int64{}
	for sort, took := range x.took {
		if strings.HasPrefix(sort, prefix) {
			all[sort] = slices.Clone(took)
		}
	}
	return all
}

// restore takes what an earlier run had learned, before anything is added.
func (x *taskTimes) restore(all map[string][]int64) {
	for _, sort := range slices.Sorted(maps.Keys(all)) {
		if _, known := x.took[sort]; !known && len(all[sort]) > 0 {
			x.put(sort, all[sort]...)
		}
	}
}

// forget drops what is known of a gateway's tasks.
func (x *taskTimes) forget(prefix string) {
	maps.DeleteFunc(x.took, func(sort string, _ []int64) bool { return strings.HasPrefix(sort, prefix) })
	maps.DeleteFunc(x.medians, func(sort string, _ int64) bool { return strings.HasPrefix(sort, prefix) })
	maps.DeleteFunc(x.seen, func(sort string, _ int64) bool { return strings.HasPrefix(sort, prefix) })
}
