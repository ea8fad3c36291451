package run

import (
	"context"
	"errors"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/config"
	"gatewatch/internal/fault"
	"gatewatch/internal/state"
)

// onRules runs f with the evaluator on the engine's goroutine.
func (p *Program) onRules(ctx context.Context, f func(*alert.Evaluator, time.Time) error) error {
	var failed error
	err := p.engine.Do(ctx, func(*state.State) {
		failed = f(p.judge.rules, time.Now())
		p.judge.fresh = true
	})
	if err != nil {
		return err
	}
	switch {
	case errors.Is(failed, alert.ErrNoAlert):
		return fault.New(fault.Usage, "This alert is not open any more.", failed)
	case errors.Is(failed, alert.ErrEndless):
		return fault.New(fault.Usage, "A snooze must have an end in the future.", failed)
	}
	return failed
}

// Acknowledge says that the user has seen an alert: no more reminders.
func (p *Program) Acknowledge(ctx context.Context, id, note string) error {
	return p.onRules(ctx, func(e *alert.Evaluator, now time.Time) error { return e.Acknowledge(id, note, now) })
}

// AcknowledgeAll acknowledges every open alert.
func (p *Program) AcknowledgeAll(ctx context.Context) error {
	return p.onRules(ctx, func(e *alert.Evaluator, now time.Time) error {
		e.AcknowledgeGroup("", "", now)
		return nil
	})
}

// Unacknowledge takes an acknowledgement back.
func (p *Program) Unacknowledge(ctx context.Context, id string) error {
	return p.onRules(ctx, func(e *alert.Evaluator, now time.Time) error { return e.Unacknowledge(id, now) })
}

// Snooze holds an alert back for a while; zero means until it is resolved.
func (p *Program) Snooze(ctx context.Context, id string, d time.Duration, critical bool) error {
	return p.wish(ctx, func(e *alert.Evaluator, now time.Time) error {
		return e.Snooze(alert.Snooze{
			Target: alert.Target{Fingerprint: id}, Until: now.Add(d), UntilResolved: d == 0, Critical: critical,
		}, now)
	})
}

// Unsnooze ends the snooze of an alert.
func (p *Program) Unsnooze(ctx context.Context, id string) error {
	return p.wish(ctx, func(e *alert.Evaluator, _ time.Time) error {
		e.Unsnooze(alert.Target{Fingerprint: id})
		return nil
	})
}

// Mute holds everything back until a time, with critical also what is
// critical.
func (p *Program) Mute(ctx context.Context, until time.Time, critical bool) error {
	return p.wish(ctx, func(e *alert.Evaluator, now time.Time) error { return e.Mute(until, critical, now) })
}

// Unmute ends Mute; what is still true is told.
func (p *Program) Unmute(ctx context.Context) error {
	return p.wish(ctx, func(e *alert.Evaluator, _ time.Time) error {
		e.Unmute()
		return nil
	})
}

// MutedUntil is when the mute ends; zero if there is none.
func (p *Program) MutedUntil(ctx context.Context) (until time.Time) {
	_ = p.engine.Do(ctx, func(*state.State) { until = mutedUntil(p.judge.rules) })
	return until
}

func mutedUntil(e *alert.Evaluator) (until time.Time) {
	for _, s := range e.Snoozes() {
		if s.Target == (alert.Target{}) {
			until = s.Until
		}
	}
	return until
}

// wish changes what is snoozed, and keeps that for the next run.
func (p *Program) wish(ctx context.Context, f func(*alert.Evaluator, time.Time) error) error {
	var snoozes []alert.Snooze
	var muted time.Time
	err := p.onRules(ctx, func(e *alert.Evaluator, now time.Time) error {
		err := f(e, now)
		snoozes, muted = e.Snoozes(), mutedUntil(e)
		return err
	})
	if err != nil {
		return err
	}
	p.sayMuted(ctx, muted)
	return p.memory.keepSnoozes(ctx, snoozes)
}

// sayMuted shows that notices are held back.
func (p *Program) sayMuted(ctx context.Context, until time.Time) {
	f := state.AppFact{ID: "mute"}
	if !until.IsZero() {
		f.Severity, f.Title = "info", "Notifications are muted."
		f.At = until.UnixMilli() // the end, from which the page counts down
		f.Text = "Until " + until.Format("Mon 15:04") + ". Everything is still watched and kept."
	}
	p.say(ctx, f)
}

// Rules lists the rules with the numbers in force.
func (p *Program) Rules(ctx context.Context) (rules []alert.Rule, err error) {
	err = p.engine.Do(ctx, func(*state.State) { rules = p.judge.rules.Rules() })
	return rules, err
}

// SetRule changes one rule's numbers and puts them in force. The zero override
// brings the rule's own back.
func (p *Program) SetRule(ctx context.Context, id string, o config.RuleOverride) error {
	rules, err := p.Rules(ctx)
	if err != nil {
		return err
	}
	for _, r := range rules {
		if r.ID == id {
			return p.Change(ctx, func(s *config.Settings) {
				s.Alerts.Rules[id] = o
				if o == (config.RuleOverride{}) {
					delete(s.Alerts.Rules, id)
				}
			})
		}
	}
	return fault.New(fault.Usage, "There is no such rule.", nil)
}
