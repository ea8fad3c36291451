package run

import (
	"context"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/outlook"
	"gatewatch/internal/core/state"
)

// Acknowledge says that the user has seen an alert: no more reminders.
func (p *Program) Acknowledge(ctx context.Context, id, note string) error {
	return p.withEvaluator(ctx, func(e *alert.Evaluator, now time.Time) error { return e.Acknowledge(id, note, now) })
}

// AcknowledgeOpen acknowledges every alert that needs the reader, as the tray counts
// them: what is held back or silenced was not seen there.
func (p *Program) AcknowledgeOpen(ctx context.Context) error {
	snap, err := p.engine.Snapshot(ctx)
	if err != nil {
		return err
	}
	_, err = p.AcknowledgeEach(ctx, openAlerts(&snap.Live, time.Now()), "")
	return err
}

func openAlerts(live *state.Live, now time.Time) (ids []string) {
	for id, a := range live.Alerts {
		if outlook.Open(&a, now) {
			ids = append(ids, id)
		}
	}
	return ids
}

// Unacknowledge takes an acknowledgement back.
func (p *Program) Unacknowledge(ctx context.Context, id string) error {
	return p.withEvaluator(ctx, func(e *alert.Evaluator, now time.Time) error { return e.Unacknowledge(id, now) })
}

// AcknowledgeEach acknowledges those of some alerts that are open and that
// nobody acknowledged, and returns which: to take exactly that back.
func (p *Program) AcknowledgeEach(ctx context.Context, ids []string, note string) (done []string, err error) {
	err = p.withEvaluator(ctx, func(e *alert.Evaluator, now time.Time) error {
		done = e.AcknowledgeEach(ids, note, now)
		return nil
	})
	return done, err
}
