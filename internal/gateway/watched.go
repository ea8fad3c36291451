package gateway

import (
	"slices"
	"sync"

	"gatewatch/internal/event"
)

// maxWatched bounds the tasks subscribed to: each is an invocation at every
// reconnect, and those run one after another on the server.
const maxWatched = 200

// watched is which tasks are subscribed to, oldest first. Its methods may be
// called from any goroutine.
type watched struct {
	mu   sync.Mutex
	list []watchedTask // guarded by mu
}

type watchedTask struct {
	id     event.TaskID
	medium event.Medium
}

func newWatched() *watched { return &watched{} }

// add watches a task; it reports whether it was not watched before.
func (w *watched) add(id event.TaskID, m event.Medium) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := watchedTask{id, m}
	if slices.Contains(w.list, t) {
		return false
	}
	if len(w.list) == maxWatched {
		w.list = slices.Delete(w.list, 0, 1)
	}
	w.list = append(w.list, t)
	return true
}

// remove forgets a task, which has ended or cannot be watched.
func (w *watched) remove(id event.TaskID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = slices.DeleteFunc(w.list, func(t watchedTask) bool { return t.id == id })
}

// tasks lists the watched ones of a medium.
func (w *watched) tasks(m event.Medium) []event.TaskID {
	w.mu.Lock()
	defer w.mu.Unlock()
	var ids []event.TaskID
	for _, t := range w.list {
		if t.medium == m {
			ids = append(ids, t.id)
		}
	}
	return ids
}
