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
// neither lets us subscribe to the task nor read it.
func (g *Gateway) FollowTask(ctx context.Context, id event.TaskID, m event.Medium) error {
	if id == "" {
		return fault.New(fault.Usage, "A task to watch needs an id.", nil)
	}
	g.tasks.add(id, m)
	g.tasks.name(id)
	read := g.background.core != nil && g.tryRead(ctx, id)
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
	return fault.New(fault.Forbidden, "The gateway does not let this key watch the task, or has no such task.", no)
}

// tryRead reads a task at once and reports whether the gateway has it.
func (g *Gateway) tryRead(ctx context.Context, id event.TaskID) bool {
	f, known, err := rest.ReadTask(ctx, g.background.core, id)
	if err != nil || !known || f.Medium == "" {
		return false
	}
	g.enqueue(func(ctx context.Context) { g.readTask(ctx, id) })
	g.tasks.add(id, f.Medium)
	return true
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
