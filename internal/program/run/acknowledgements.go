package run

import (
	"context"
	"time"

	"gatewatch/internal/core/alert"
)

// Acknowledge says that the user has seen an alert: no more reminders.
func (p *Program) Acknowledge(ctx context.Context, id, note string) error {
	return p.withEvaluator(ctx, func(e *alert.Evaluator, now time.Time) error { return e.Acknowledge(id, note, now) })
}

// AcknowledgeAll acknowledges every open alert.
func (p *Program) AcknowledgeAll(ctx context.Context) error {
	return p.withEvaluator(ctx, func(e *alert.Evaluator, now time.Time) error {
		e.AcknowledgeGroup("", "", now)
		return nil
	})
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
