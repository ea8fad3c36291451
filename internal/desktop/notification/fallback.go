package notification

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"gatewatch/internal/desktop/notify"
)

// fallback tries its members in order.
type fallback struct {
	members   []notify.Sender
	responses chan notify.Response
	stop      chan struct{}
	done      sync.WaitGroup
	closing   sync.Once
	closeErr  error
}

// Fallback returns a Sender that gives each notification to the first of members
// that has a service. Only notify.ErrNoService leads on to the next one: a
// service that refuses, or answers too late, may have shown the notification, and
// the next one would show it twice. Members are asked anew each time, so that
// a service that appears is used from then on. Close closes the members; their
// Responses are merged. With no members every notification fails with
// notify.ErrNoService.
func Fallback(members ...notify.Sender) notify.Sender {
	f := &fallback{
		members:   members,
		responses: make(chan notify.Response, responseQueue),
		stop:      make(chan struct{}),
	}
	for _, m := range members {
		f.done.Go(func() { f.forward(m.Responses()) })
	}
	return f
}

// forward passes responses on until their source closes.
func (f *fallback) forward(from <-chan notify.Response) {
	for r := range from {
		select {
		case f.responses <- r:
		case <-f.stop:
		}
	}
}

// first calls do for the members in turn until one does not lack a service.
func (f *fallback) first(do func(notify.Sender) error) error {
	var lacks []error
	for _, m := range f.members {
		err := do(m)
		if !errors.Is(err, notify.ErrNoService) {
			return err
		}
		lacks = append(lacks, err)
	}
	if len(lacks) == 0 {
		return fmt.Errorf("desktop: %w", notify.ErrNoService)
	}
	return errors.Join(lacks...)
}

func (f *fallback) Send(ctx context.Context, n notify.Notification) error {
	return f.first(func(m notify.Sender) error { return m.Send(ctx, n) })
}

// Withdraw asks every member: which of them showed the notification may have changed
// since. A member without a service has nothing on the screen.
func (f *fallback) Withdraw(ctx context.Context, id string) error {
	var failed []error
	for _, m := range f.members {
		if err := m.Withdraw(ctx, id); err != nil && !errors.Is(err, notify.ErrNoService) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// Shows implements notify.Screen: a member that does not know may show it.
func (f *fallback) Shows(id string) bool {
	for _, m := range f.members {
		if s, knows := m.(notify.Screen); !knows || s.Shows(id) {
			return true
		}
	}
	return false
}

func (f *fallback) Responses() <-chan notify.Response { return f.responses }

func (f *fallback) Capabilities(ctx context.Context) (c notify.Capabilities, err error) {
	err = f.first(func(m notify.Sender) (err error) {
		c, err = m.Capabilities(ctx)
		return err
	})
	return c, err
}

func (f *fallback) Close() error {
	f.closing.Do(func() {
		close(f.stop)
		var failed []error
		for _, m := range f.members {
			failed = append(failed, m.Close())
		}
		f.done.Wait()
		close(f.responses)
		f.closeErr = errors.Join(failed...)
	})
	return f.closeErr
}
