package app

import (
	"context"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/config"
	"gatewatch/internal/event"
	"gatewatch/internal/run"
)

// Alerts is the page's hand on alerts.
type Alerts struct{ h *host }

// Acknowledge says that the user has seen an alert.
func (a *Alerts) Acknowledge(id, note string) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error { return p.Acknowledge(ctx, id, note) })
}

// Unacknowledge takes that back.
func (a *Alerts) Unacknowledge(id string) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error { return p.Unacknowledge(ctx, id) })
}

// Snooze holds an alert back for some minutes; 0 means until it is resolved.
func (a *Alerts) Snooze(id string, minutes int, alsoCritical bool) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error {
		return p.Snooze(ctx, id, time.Duration(minutes)*time.Minute, alsoCritical)
	})
}

// Unsnooze ends that.
func (a *Alerts) Unsnooze(id string) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error { return p.Unsnooze(ctx, id) })
}

// Mute holds all notices back for some minutes.
func (a *Alerts) Mute(minutes int, exceptCritical bool) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error {
		return p.Mute(ctx, time.Now().Add(time.Duration(minutes)*time.Minute), !exceptCritical)
	})
}

// Unmute ends that.
func (a *Alerts) Unmute() error {
	return do(a.h, func(ctx context.Context, p *run.Program) error { return p.Unmute(ctx) })
}

// Rules lists the rules with the numbers in force.
func (a *Alerts) Rules() ([]RuleView, error) {
	return call(a.h, func(ctx context.Context, p *run.Program) ([]RuleView, error) {
		rules, err := p.Rules(ctx)
		changed := p.Settings().Alerts.Rules
		out := []RuleView{}
		for _, r := range rules {
			_, mine := changed[r.ID]
			out = append(out, RuleView{
				ID: r.ID, Title: r.Title, Category: string(r.Category), Severity: string(r.Severity),
				Enabled: !r.Off, ForMS: r.For.Milliseconds(), KeepMS: r.Keep.Milliseconds(),
				Notify: r.Tell == alert.TellNotice || r.Tell == alert.TellSilent, Changed: mine,
			})
		}
		return out, err
	})
}

// SetRule changes a rule's numbers.
func (a *Alerts) SetRule(in RuleInput) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error {
		o := config.RuleOverride{Off: !in.Enabled, Severity: event.Severity(in.Severity)}
		for _, f := range []struct {
			ms int64
			to **time.Duration
		}{{in.ForMS, &o.For}, {in.KeepMS, &o.Keep}} {
			if f.ms >= 0 {
				d := time.Duration(f.ms) * time.Millisecond
				*f.to = &d
			}
		}
		return p.SetRule(ctx, in.ID, o)
	})
}
