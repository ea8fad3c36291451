package run

import (
	"context"
	"slices"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
)

// CallNormal has what an alert found unusual count as normal from now on: the alert
// ends, and is not told again unless it is well above what it was.
func (p *Program) CallNormal(ctx context.Context, id string) error {
	var a alert.Alert
	found, habit := false, false
	err := p.engine.Do(ctx, func(*state.State) {
		a, found = p.rules.evaluator.Find(id)
		habit = slices.ContainsFunc(p.rules.evaluator.Rules(), func(r alert.Rule) bool { return r.ID == a.Rule && r.Habit })
	})
	switch {
	case err != nil:
		return err
	case !found || !a.Status.Open() && a.Status != alert.StatusPending:
		return fault.New(fault.Usage, "This alert is not open any more.", alert.ErrNoAlert)
	case !habit:
		return fault.New(fault.Usage, "Only what is unusual can be called normal.", nil)
	}
	n := config.Normal{
		Rule: a.Rule, Gateway: event.GatewayID(a.Gateway), Kind: a.EntityKind, Entity: a.Entity, Dimension: a.Dimension, Value: max(a.Value, 0), Title: a.Title,
	}
	return p.Change(ctx, func(s *config.Settings) {
		s.Alerts.Normal = append(slices.DeleteFunc(s.Alerts.Normal, n.Same), n)
	})
}

// CallUnusual takes that back: it is told of again.
func (p *Program) CallUnusual(ctx context.Context, n config.Normal) error {
	return p.Change(ctx, func(s *config.Settings) { s.Alerts.Normal = slices.DeleteFunc(s.Alerts.Normal, n.Same) })
}
