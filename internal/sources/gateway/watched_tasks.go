package gateway

import (
	"reflect"
	"slices"
	"sync"
	"time"

	"gatewatch/internal/core/event"
)

// maxWatched bounds the tasks that are watched: each is an invocation at every
// reconnect, and those run one after another on the server.
const maxWatched = 200

// watchedTasks is which tasks are watched, oldest first. Its methods may be called
// from any goroutine.
type watchedTasks struct {
	mu   sync.Mutex
	list []watchedTask // guarded by mu
}

type watchedTask struct {
	id     event.TaskID
	medium event.Medium // "" until it is known
	// refused tasks are not subscribed to: the gateway said no. They are read
	// all the same, since that needs less.
	refused bool
	// named tasks are followed because somebody asked for them by name, and waits to
	// hear if that cannot be done.
	named  bool
	asked  time.Time
	heard  time.Time            // when something was last told of it
	failed time.Time            // since when every read said that it failed
	last   event.TaskProgressed // as read last, without its time
}

func newWatchedTasks() *watchedTasks { return &watchedTasks{} }

// add watches a task; it reports whether it was not watched before. A medium
// that was not known is filled in.
func (w *watchedTasks) add(id event.TaskID, m event.Medium) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if i := w.index(id); i >= 0 {
		w.list[i].heard = time.Now()
		if w.list[i].medium == "" {
			w.list[i].medium = m
			return m != ""
		}
		return false
	}
	if len(w.list) == maxWatched {
		w.list = slices.Delete(w.list, 0, 1)
	}
	w.list = append(w.list, watchedTask{id: id, medium: m, heard: time.Now()})
	return true
}

// name notes that a task is followed because somebody asked for it.
func (w *watchedTasks) name(id event.TaskID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if i := w.index(id); i >= 0 {
		w.list[i].named = true
	}
}

// named reports whether somebody asked for a task by its name.
func (w *watchedTasks) named(id event.TaskID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := w.index(id)
	return i >= 0 && w.list[i].named
}

// watchFor is how long a task is watched of which nothing is told: its end was
// missed, and its hub would stay open for ever.
const watchFor = 24 * time.Hour

// dropLost drops tasks of which nothing was told for long.
func (w *watchedTasks) dropLost(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = slices.DeleteFunc(w.list, func(t watchedTask) bool { return now.Sub(t.heard) >= watchFor })
}

func (w *watchedTasks) index(id event.TaskID) int {
	return slices.IndexFunc(w.list, func(t watchedTask) bool { return t.id == id })
}

// remove drops a task, which has ended or cannot be watched.
func (w *watchedTasks) remove(id event.TaskID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = slices.DeleteFunc(w.list, func(t watchedTask) bool { return t.id == id })
}

// refuse notes that the gateway does not let us subscribe to a task.
func (w *watchedTasks) refuse(id event.TaskID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if i := w.index(id); i >= 0 {
		w.list[i].refused = true
	}
}

// unknown notes that the gateway does not know a task when it is asked for it:
// what cannot be subscribed to either is forgotten, which it reports of one that
// somebody asked for by its name. Batches are never known.
func (w *watchedTasks) unknown(id event.TaskID) (missed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = slices.DeleteFunc(w.list, func(t watchedTask) bool {
		gone := t.id == id && (t.refused || t.medium == "")
		missed = missed || gone && t.named
		return gone
	})
	return missed
}

// subscribed lists the tasks to subscribe to on the hub of a medium: those of
// that medium, and those that may be of any, which unsure says.
func (w *watchedTasks) subscribed(m event.Medium) (ids []event.TaskID, unsure map[event.TaskID]bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	unsure = map[event.TaskID]bool{}
	for _, t := range w.list {
		if (t.medium == m || t.medium == "") && !t.refused {
			ids = append(ids, t.id)
			unsure[t.id] = t.medium == ""
		}
	}
	return ids, unsure
}

// any reports whether a task of a medium is watched, or one that may be of it.
func (w *watchedTasks) any(m event.Medium) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.list, func(t watchedTask) bool { return (t.medium == m || t.medium == "") && !t.refused })
}

// due lists up to n tasks that were not read within age, the longest ago
// first, and takes them to be read now.
func (w *watchedTasks) due(now time.Time, age time.Duration, n int) []event.TaskID {
	w.mu.Lock()
	defer w.mu.Unlock()
	order := make([]int, 0, len(w.list))
	for i, t := range w.list {
		if now.Sub(t.asked) >= age {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return w.list[a].asked.Compare(w.list[b].asked) })
	var ids []event.TaskID
	for _, i := range order[:min(n, len(order))] {
		w.list[i].asked = now
		ids = append(ids, w.list[i].id)
	}
	return ids
}

// stale makes all tasks due.
func (w *watchedTasks) stale() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.list {
		w.list[i].asked = time.Time{}
	}
}

// tryingAgain reports whether a read that says "failed" may not be the last
// word: a gateway tries an image several times within 12 s and says so each
// time.
func (w *watchedTasks) tryingAgain(f event.TaskProgressed, now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := w.index(f.Task)
	if i < 0 {
		return false
	}
	t := &w.list[i]
	if f.Status != event.TaskFailed {
		t.failed = time.Time{}
		return false
	}
	if t.failed.IsZero() {
		t.failed = now
	}
	return f.Medium == event.MediumImage && now.Sub(t.failed) < imageRetries
}

// news reports whether a read says something else than the one before.
func (w *watchedTasks) news(f event.TaskProgressed) bool {
	f.At = time.Time{}
	w.mu.Lock()
	defer w.mu.Unlock()
	i := w.index(f.Task)
	if i < 0 || reflect.DeepEqual(w.list[i].last, f) {
		return false
	}
	w.list[i].last, w.list[i].heard = f, time.Now()
	return true
}
