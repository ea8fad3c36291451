package run

import (
	"cmp"
	"context"
	"errors"

	"gatewatch/internal/foundation/lock"
)

// becomeWriter makes this process the one that writes, unless another one does (held), or
// it only looks: what it sees in passing is no news to anybody, and a window that starts
// meanwhile is to write. Where nothing can be written, what happens is kept in memory.
func (p *Program) becomeWriter(ctx context.Context) (held, unwritable error) {
	if LooksOnce(p.opts.Role) {
		return nil, nil
	}
	unwritable = p.opts.Paths.Make()
	held = p.lock(ctx)
	if errors.Is(held, lock.ErrHeld) {
		return held, unwritable
	}
	// Nobody else is known to write: on a full or read-only disk, too, somebody must be
	// told of alerts.
	p.writer = true
	return nil, cmp.Or(unwritable, held)
}

// lock makes this process the one that writes and notifies, or says who is.
func (p *Program) lock(ctx context.Context) (held error) {
	role := p.opts.Role
	if role == "" {
		role = "watch"
	}
	l, err := lock.Acquire(ctx, p.opts.Paths.Lock, role)
	if err != nil {
		return err
	}
	p.writer, p.locked = true, true
	p.stack.Push("lock", func(context.Context) error { return l.Release() })
	return nil
}

// lockLate is lock for a folder that could not be written at the start; nil if the
// lock is there. It is called by history, one call at a time.
func (p *Program) lockLate(ctx context.Context) error {
	if p.locked || p.lateLock.Load() != nil {
		return nil
	}
	if err := p.opts.Paths.Make(); err != nil {
		return err
	}
	l, err := lock.Acquire(ctx, p.opts.Paths.Lock, cmp.Or(p.opts.Role, "watch"))
	if err != nil {
		return err
	}
	p.lateLock.Store(l)
	return nil
}
