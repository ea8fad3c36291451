package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/config"
	"gatewatch/internal/desktop"
	"gatewatch/internal/engine"
	"gatewatch/internal/event"
	"gatewatch/internal/fault"
	"gatewatch/internal/history"
	"gatewatch/internal/notify"
	"gatewatch/internal/state"
)

// saidSince is how far back last words matter: no repeat interval and no
// budget period that a top-up ends is longer.
const saidSince = 60 * 24 * time.Hour

// startAnnouncer opens the desktop's notifications, if this process may use
// them, and starts telling.
func (p *Program) startAnnouncer(ctx context.Context, saved alert.Saved) {
	if p.writer && p.opts.Notify {
		p.sender = p.opts.Sender
		if p.sender == nil {
			p.sender = desktop.Open(desktop.Options{Log: p.log})
		}
		p.stack.Push("notifications", func(context.Context) error { return p.sender.Close() })
	}
	w := &words{db: p.memory.db, ids: map[string]int64{}}
	p.announcer = notify.NewAnnouncer(notify.Options{
		Sender: p.sender, Settings: notifySettings(p.Settings()), Said: w.load(ctx), Open: saved.Open,
		Situation: p.situation, Log: w, Recorder: p, Blocked: p.blocked, Responded: p.responded, Logger: p.log,
	})
	p.judge.hear = append(p.judge.hear, p.announcer.Announce)
	p.background(ctx, "announcer", func(ctx context.Context) error {
		if err := p.announcer.Run(ctx); !errors.Is(err, context.Canceled) {
			return err
		}
		return nil
	})
}

// notifySettings is the settings as package notify understands them.
func notifySettings(s config.Settings) notify.Settings {
	n := notify.DefaultSettings()
	n.Off, n.Minimum, n.NoResolved = !s.Notifications.Enabled, s.Notifications.Minimum, !s.Notifications.Recovered
	n.Silent, n.Private, n.Repeat = !s.Notifications.Sound, s.Notifications.Private, s.Notifications.Repeat
	if n.Repeat == 0 {
		n.Repeat = -1 // 0 in the settings means never
	}
	n.PerMinute, n.PerHour = s.Notifications.PerMinute, s.Notifications.PerHour
	n.Quiet, n.CriticalPasses = s.QuietHours.Quiet, s.QuietHours.CriticalPasses
	return n
}

// Decided implements notify.Recorder: it keeps and tells every decision. It
// must not block: the engine, which shows it, may be waiting for nobody.
func (p *Program) Decided(d notify.Decision) {
	shown := d.Outcome == notify.OutcomeDelivered
	reason := string(d.Reason)
	if d.Outcome == notify.OutcomeOff {
		reason = "not shown here: " + reason
	}
	if p.memory.db != nil {
		p.memory.db.AddDecision(history.Decision{
			Fingerprint: d.Fingerprint, Incident: d.Fingerprint, At: d.At, Reason: reason, Told: shown,
			Severity: d.Severity, Title: d.Title, Text: d.Body,
		})
	}
	if p.opts.OnNotice != nil {
		p.opts.OnNotice(Told{
			At: d.At, Alert: d.Fingerprint, Rule: d.Rule, Gateway: d.Gateway, Severity: d.Severity,
			Title: d.Title, Body: d.Body, Shown: shown, Reason: reason,
		})
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := p.engine.Do(ctx, func(*state.State) {
		p.judge.rules.Told(d.Fingerprint, d.Life, reason, shown, d.At)
		p.judge.fresh = true
	})
	if err != nil && !errors.Is(err, engine.ErrStopped) {
		p.log.Warn("a decision is not shown", "cause", err)
	}
}

// blocked shows that the desktop does not take our notifications.
func (p *Program) blocked(b notify.Blocked) {
	f := state.AppFact{ID: "notifications"}
	switch {
	case b.Reason == "":
	case errors.Is(b.Err, notify.ErrNoService):
		f.Severity, f.Title = string(event.SeverityWarning), "This desktop shows no notifications."
		f.Text = "No notification service answers, so alerts are shown here only. Start or install one, such as dunst or xfce4-notifyd; Gatewatch uses it as soon as it is there."
	case errors.Is(b.Err, notify.ErrNotPermitted):
		f.Severity, f.Title = string(event.SeverityWarning), "The system blocks our notifications."
		f.Text = "Allow notifications of Gatewatch in the system's settings. Until then alerts are shown here only."
	default:
		f.Severity, f.Title = string(event.SeverityWarning), "Notifications do not get through."
		f.Text = "Alerts are shown here only. The last attempt failed: " + fmt.Sprint(b.Err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	p.say(ctx, f)
}

// responded does what the user chose on a notification.
func (p *Program) responded(r notify.Response, alerts []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	for _, id := range alerts {
		var err error
		switch r.Action {
		case notify.ActionAcknowledge:
			err = p.Acknowledge(ctx, id, "")
		case notify.ActionSnooze:
			err = p.Snooze(ctx, id, time.Hour, false)
		case notify.ActionOpen:
		}
		if err != nil {
			p.log.Info("a button of a notification", "action", string(r.Action), "cause", err)
		}
	}
	if r.Action == notify.ActionOpen && p.opts.OnOpen != nil {
		p.opts.OnOpen(r.Route)
	}
}

// Shown says whether somebody can see what is shown, which is so at first: the
// lists of gateways are then read more often.
func (p *Program) Shown(visible bool) { p.fleet.show(visible) }

// Looking says whether the user has the window in front.
func (p *Program) Looking(looking bool) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = p.engine.Do(ctx, func(*state.State) {
		p.situation.Looking = looking
		p.judge.rules.Situate(p.situation)
		p.announcer.Situate(p.situation)
	})
}

// TestNotification shows a real notification and says by which driver.
func (p *Program) TestNotification(ctx context.Context, s event.Severity) (driver string, err error) {
	if p.sender == nil {
		return "", fault.New(fault.Usage, "This process raises no notifications: they are switched off for this run, or another Gatewatch raises them.", nil)
	}
	caps, err := p.sender.Capabilities(ctx)
	if err != nil {
		return "", fault.New(fault.Unreachable, "This desktop has no notification service.", err)
	}
	err = p.sender.Send(ctx, notify.Notice{
		ID: "test", Title: "This is how a " + string(s) + " alert looks",
		Body: "A test of Gatewatch's notifications. Nothing is wrong.", Severity: s, New: true,
	})
	if err != nil {
		return caps.Driver, fault.New(fault.Unreachable, "The notification could not be shown.", err)
	}
	return caps.Driver, nil
}

// words keeps last words in the history. Only the announcer's goroutine uses
// it.
type words struct {
	db  *history.DB
	ids map[string]int64 // of what was intended and not yet delivered
}

func wordID(s notify.Said) string { return fmt.Sprintf("%s %d %s", s.Fingerprint, s.Life, s.Status) }

// load reads the last words of earlier runs.
func (w *words) load(ctx context.Context) []notify.Said {
	if w.db == nil {
		return nil
	}
	rows, err := w.db.LastSaid(ctx, time.Now().Add(-saidSince))
	if err != nil {
		return nil
	}
	var said []notify.Said
	for _, row := range rows {
		var s notify.Said
		if json.Unmarshal(row.Body, &s) != nil || row.GivenUp != "" {
			continue
		}
		s.Delivered = row.DeliveredAt
		said = append(said, s)
		if row.DeliveredAt.IsZero() {
			w.ids[wordID(s)] = row.ID
		}
	}
	return said
}

// Intend implements notify.Log.
func (w *words) Intend(ctx context.Context, said []notify.Said) error {
	var errs []error
	for _, s := range said {
		_, err := w.intend(ctx, s)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (w *words) intend(ctx context.Context, s notify.Said) (int64, error) {
	if w.db == nil {
		return 0, nil
	}
	body, err := json.Marshal(s)
	if err != nil {
		return 0, fmt.Errorf("last words: %w", err)
	}
	row, err := w.db.Intend(ctx, history.Said{
		Fingerprint: s.Fingerprint, Severity: s.Severity, IntendedAt: s.Intended, Body: body,
	})
	if err == nil {
		w.ids[wordID(s)] = row
	}
	return row, err
}

// Deliver implements notify.Log.
func (w *words) Deliver(ctx context.Context, said []notify.Said) error {
	if w.db == nil {
		return nil
	}
	var errs []error
	for _, s := range said {
		row, known := w.ids[wordID(s)]
		if !known {
			var err error
			if row, err = w.intend(ctx, s); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		delete(w.ids, wordID(s))
		at := s.Delivered
		if at.IsZero() {
			at = time.Now()
		}
		errs = append(errs, w.db.Deliver(ctx, row, at))
	}
	return errors.Join(errs...)
}
