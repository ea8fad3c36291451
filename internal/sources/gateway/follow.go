package gateway

import (
	"context"
	"errors"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/rest"
)

// FollowTask follows one task, now and after every reconnect, until it has
// ended. A medium of "" is found out. It returns the gateway's refusal, if it
// has no such task, or neither lets us subscribe to it nor read it: it is then
// not followed.
func (g *Gateway) FollowTask(ctx context.Context, id event.TaskID, m event.Medium) error {
	if id == "" {
		return fault.New(fault.Usage, "A task to watch needs an id.", nil)
	}
	read, unknown := g.tryRead(ctx, id)
	if unknown {
		if m != "" && m != event.MediumBatch {
			return errNoSuchTask()
		}
		m = event.MediumBatch // those alone are never known
	}
	g.tasks.add(id, m)
	g.tasks.name(id)
	if read && m == "" {
		return nil // with its medium, it was subscribed to
	}
	g.updateTaskHubs(time.Now())
	no, yes, err := g.subscribeByHand(ctx, id, m)
	switch {
	case err != nil, no == nil, yes, read:
		return err
	}
	g.tasks.remove(id)
	if unknown {
		return errNoSuchTask()
	}
	return fault.New(fault.Forbidden, "The gateway does not let this key watch the task, or has no such task.", no)
}

func errNoSuchTask() error {
	return fault.New(fault.Usage, "The gateway knows no such task, which may be long over. It is not watched.", nil)
}

// tryRead reads a task at once and reports whether the gateway has it, or says
// that it has no such task.
func (g *Gateway) tryRead(ctx context.Context, id event.TaskID) (has, unknown bool) {
	if g.background.core == nil {
		return false, false
	}
	f, known, err := rest.ReadTask(ctx, g.background.core, id)
	if err != nil || known && f.Medium == "" {
		return false, false
	}
	if !known {
		// What cannot be asked for has no form that a real gateway gives.
		return false, g.real() || rest.CanAskTask(id)
	}
	g.tasks.add(id, f.Medium)
	g.tasks.name(id)
	g.enqueue(func(ctx context.Context) { g.readTask(ctx, id) })
	return true, false
}

// subscribeByHand subscribes to a task on the hub of its medium, or on all
// that may be it. no is a refusal; yes is true if one hub accepted, or will be
// asked once it is connected.
func (g *Gateway) subscribeByHand(ctx context.Context, id event.TaskID, m event.Medium) (no error, yes bool, err error) { //nolint:revive // no is an answer, not a failure
	for _, l := range g.links {
		tells := l.desc.Tasks
		if l.desc.Name == tasksHub {
			tells = event.MediumBatch
		}
		if tells == "" || m != "" && tells != m {
			continue
		}
		_, callErr := l.hub.Invoke(ctx, subscribeToTask, string(id))
		switch {
		case callErr == nil, errors.Is(callErr, hub.ErrNotConnected), errors.Is(callErr, hub.ErrConnectionLost):
			yes = true // perhaps at the next connect
		case refused(callErr):
			no = callErr
		default:
			err = callErr
		}
	}
	return no, yes, err
}
