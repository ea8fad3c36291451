package app

import (
	"context"

	"gatewatch/internal/core/event"
	"gatewatch/internal/program/run"
)

// Live gives the page what is shown now.
type Live struct{ h *host }

// Snapshot is everything the page shows, as of frame Seq.
func (l *Live) Snapshot() (Snapshot, error) {
	return call(l.h, func(ctx context.Context, p *run.Program) (Snapshot, error) {
		s, err := p.Snapshot(ctx)
		return Snapshot{Seq: s.Seq, Live: s.Live, Version: l.h.version, Demo: p.Demo()}, err
	})
}

// Tasks cleans up finished tasks by hand.
type Tasks struct{ h *host }

// ClearFinished drops the finished tasks of a gateway from what is shown; ""
// means all gateways.
func (t *Tasks) ClearFinished(gateway string) error {
	return do(t.h, func(ctx context.Context, p *run.Program) error {
		return p.ClearTasks(ctx, event.GatewayID(gateway), "")
	})
}

// Dismiss drops one task, by its id in the live state, from what is shown.
func (t *Tasks) Dismiss(id string) error {
	return do(t.h, func(ctx context.Context, p *run.Program) error {
		return p.ClearTasks(ctx, "", id)
	})
}
