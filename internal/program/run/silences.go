package run

import (
	"context"
	"errors"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/fault"
)

// withEvaluator runs f with the evaluator on the engine's goroutine.
func (p *Program) withEvaluator(ctx context.Context, f func(*alert.Evaluator, time.Time) error) error {
	var failed error
	err := p.engine.Do(ctx, func(*state.State) {
		failed = f(p.rules.evaluator, time.Now())
		p.rules.linesChanged = true
	})
	if err != nil {
		return err
	}
	switch {
	case errors.Is(failed, alert.ErrNoAlert):
		return fault.New(fault.Usage, "This alert is not open any more.", failed)
	case errors.Is(failed, alert.ErrSilenceEnd):
		return fault.New(fault.Usage, "A snooze must have an end in the future.", failed)
	case errors.Is(failed, alert.ErrMaintenance):
		return fault.New(fault.Usage, "A maintenance window must end after it begins, and not before now; a weekly one within a week.", failed)
	}
	return failed
}

// Silence holds an alert back for a while; zero means until it is resolved.
func (p *Program) Silence(ctx context.Context, id string, d time.Duration, critical bool) error {
	return p.changeSilences(ctx, func(e *alert.Evaluator, now time.Time) error {
		return e.AddSilence(alert.Silence{
			Matcher: alert.Matcher{Fingerprint: id}, Until: now.Add(d), UntilResolved: d == 0, Critical: critical,
		}, now)
	})
}

// Mute holds back what a matcher matches until a time; zero means until what is
// open of it now is resolved.
func (p *Program) Mute(ctx context.Context, m alert.Matcher, until time.Time, critical bool) error {
	return p.changeSilences(ctx, func(e *alert.Evaluator, now time.Time) error {
		if !until.IsZero() {
			return e.AddSilence(alert.Silence{Matcher: m, Until: until, Critical: critical}, now)
		}
		return e.SilenceOpen(m, critical, now)
	})
}

// Unmute ends the silence of exactly this matcher.
func (p *Program) Unmute(ctx context.Context, m alert.Matcher) error {
	return p.changeSilences(ctx, func(e *alert.Evaluator, _ time.Time) error {
		e.ExpireSilence(m)
		return nil
	})
}

// Mutes lists what is silenced now.
func (p *Program) Mutes(ctx context.Context) (silences []alert.Silence, err error) {
	err = p.engine.Do(ctx, func(*state.State) { silences = p.rules.evaluator.Silences() })
	return silences, err
}

// ExpireSilence ends the silence of an alert.
func (p *Program) ExpireSilence(ctx context.Context, id string) error {
	return p.Unmute(ctx, alert.Matcher{Fingerprint: id})
}

// SilenceAll holds everything back until a time, with critical also what is
// critical.
func (p *Program) SilenceAll(ctx context.Context, until time.Time, critical bool) error {
	return p.changeSilences(ctx, func(e *alert.Evaluator, now time.Time) error { return e.SilenceAll(until, critical, now) })
}

// ExpireSilenceAll ends that; what is still true is notified of.
func (p *Program) ExpireSilenceAll(ctx context.Context) error {
	return p.changeSilences(ctx, func(e *alert.Evaluator, _ time.Time) error {
		e.ExpireSilenceAll()
		return nil
	})
}

// SilencedUntil is when that silence ends; zero if there is none.
func (p *Program) SilencedUntil(ctx context.Context) (until time.Time) {
	_ = p.engine.Do(ctx, func(*state.State) { until = silencedUntil(p.rules.evaluator) })
	return until
}

func silencedUntil(e *alert.Evaluator) (until time.Time) {
	for _, s := range e.Silences() {
		if s.Matcher == (alert.Matcher{}) {
			until = s.Until
		}
	}
	return until
}

// changeSilences changes what is silenced, and keeps that for the next run.
func (p *Program) changeSilences(ctx context.Context, f func(*alert.Evaluator, time.Time) error) error {
	p.silencing.Lock() // what is stored last is what was changed last
	defer p.silencing.Unlock()
	var silences []alert.Silence
	var until time.Time
	err := p.withEvaluator(ctx, func(e *alert.Evaluator, now time.Time) error {
		err := f(e, now)
		silences, until = e.Silences(), silencedUntil(e)
		return err
	})
	if err != nil {
		return err
	}
	p.reportSilence(ctx, until)
	return p.alertStore.saveSilences(context.WithoutCancel(ctx), silences) // it holds already
}

// SilenceCondition is the id of the condition of Gatewatch itself that
// notifications are silenced; its time is when that ends.
const SilenceCondition = "mute"

// startSilenceCondition shows a silence of everything of an earlier run that
// still holds, and takes the condition back at its end.
func (p *Program) startSilenceCondition(ctx context.Context) {
	p.silenced = make(chan time.Time, 1)
	p.background(ctx, "silence of everything", func(ctx context.Context) error {
		until := p.SilencedUntil(ctx)
		p.showSilence(ctx, until)
		for {
			var over <-chan time.Time // never, where nothing is silenced
			if !until.IsZero() {
				over = time.After(time.Until(until))
			}
			select {
			case <-ctx.Done():
				return nil
			case until = <-p.silenced:
			case <-over:
				until = time.Time{}
			}
			p.showSilence(ctx, until)
		}
	})
}

// reportSilence has it shown until when notifications are held back; zero: no longer.
func (p *Program) reportSilence(ctx context.Context, until time.Time) {
	select {
	case p.silenced <- until:
	case <-ctx.Done():
	}
}

// showSilence shows that notifications are held back.
func (p *Program) showSilence(ctx context.Context, until time.Time) {
	f := state.AppCondition{ID: SilenceCondition}
	if !until.IsZero() {
		f.Severity, f.Title = "info", "Notifications are muted."
		f.At = until.UnixMilli() // the end, from which the page counts down
		f.Text = "Until " + until.Format("Mon 15:04") + ". Everything is still watched and kept."
	}
	p.reportCondition(ctx, f)
}
