package app

import (
	"context"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
)

// Alerts is the page's hand on alerts.
type Alerts struct{ h *host }

// Acknowledge says that the user has seen an alert.
func (a *Alerts) Acknowledge(id, note string) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error { return p.Acknowledge(ctx, id, note) })
}

// AcknowledgeEach says that of several, and returns those that were open and not
// acknowledged before.
func (a *Alerts) AcknowledgeEach(ids []string, note string) ([]string, error) {
	return change(a.h, func(ctx context.Context, p *run.Program) ([]string, error) { return p.AcknowledgeEach(ctx, ids, note) })
}

// Unacknowledge takes that back.
func (a *Alerts) Unacknowledge(id string) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error { return p.Unacknowledge(ctx, id) })
}

// Silence holds an alert back for some minutes; 0 means until it is resolved.
func (a *Alerts) Silence(id string, minutes int, alsoCritical bool) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error {
		return p.Silence(ctx, id, time.Duration(minutes)*time.Minute, alsoCritical)
	})
}

// ExpireSilence ends that.
func (a *Alerts) ExpireSilence(id string) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error { return p.ExpireSilence(ctx, id) })
}

// SilenceAll holds all notifications back until a time in Unix milliseconds, with
// alsoCritical those of critical alerts, too.
func (a *Alerts) SilenceAll(until int64, alsoCritical bool) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error {
		return p.SilenceAll(ctx, time.UnixMilli(until), alsoCritical)
	})
}

// ExpireSilenceAll ends that.
func (a *Alerts) ExpireSilenceAll() error {
	return do(a.h, func(ctx context.Context, p *run.Program) error { return p.ExpireSilenceAll(ctx) })
}

// Causes lists what happened in the hour before an alert, the likeliest cause first,
// and who depends on the provider that it is about.
func (a *Alerts) Causes(id string) (run.Causes, error) {
	return change(a.h, func(ctx context.Context, p *run.Program) (run.Causes, error) { return p.Causes(ctx, id) })
}

// Rules lists the rules with the numbers in force.
func (a *Alerts) Rules() ([]RuleView, error) {
	return call(a.h, func(ctx context.Context, p *run.Program) ([]RuleView, error) {
		rules, err := p.Rules(ctx)
		changed := p.Settings().Alerts.Rules
		out := []RuleView{}
		for _, r := range rules {
			_, mine := changed[r.ID]
			repeat := int64(-1)
			if r.RepeatSet {
				repeat = r.RepeatInterval.Milliseconds()
			}
			out = append(out, RuleView{
				RepeatMS: repeat, Repeats: r.RepeatInterval > 0 || r.RepeatSet,
				ID: r.ID, Title: r.Title, Category: string(r.Category), Severity: string(r.Severity),
				Enabled: !r.Off, ForMS: r.For.Milliseconds(), KeepFiringForMS: r.KeepFiringFor.Milliseconds(),
				Notify: r.OnFiring == alert.NotifyNow || r.OnFiring == alert.NotifyWithoutSound, Changed: mine,
			})
		}
		return out, err
	})
}

// SetRule changes a rule's numbers.
func (a *Alerts) SetRule(in RuleInput) error {
	return do(a.h, func(ctx context.Context, p *run.Program) error {
		return p.SetRule(ctx, in.ID, in.override())
	})
}

// override is the change as the settings have it.
func (in RuleInput) override() config.RuleOverride {
	off := !in.Enabled
	o := config.RuleOverride{Off: &off, Severity: event.Severity(in.Severity)}
	for _, f := range []struct {
		ms int64
		to **time.Duration
	}{{in.ForMS, &o.For}, {in.KeepFiringForMS, &o.KeepFiringFor}, {in.RepeatMS, &o.RepeatInterval}} {
		if f.ms >= 0 {
			d := time.Duration(f.ms) * time.Millisecond
			*f.to = &d
		}
	}
	return o
}
