package run

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/engine"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/desktop/notification"
	"gatewatch/internal/desktop/notify"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
	"gatewatch/internal/store/history"
)

// logLookback is how far back log entries matter: no repeat interval and no
// budget period that a top-up ends is longer.
const logLookback = 60 * 24 * time.Hour

// startDispatcher opens the desktop's notifications, if this process may use
// them, and starts notifying.
func (p *Program) startDispatcher(ctx context.Context, saved alert.Saved) {
	if p.writer && p.opts.Notify {
		p.sender = p.opts.Sender
		if p.sender == nil {
			p.sender = notification.Open(notification.Options{Log: p.log, Left: filepath.Join(p.opts.Paths.Data, "on-screen.json")})
		}
		p.stack.Push("notifications", func(context.Context) error { return p.sender.Close() })
	}
	var kept *history.DB
	if p.writer {
		kept = p.alertStore.db
	}
	w := newNotificationLog(kept)
	p.notificationLog = w
	p.dispatcher = notify.NewDispatcher(notify.Options{
		Sender: p.sender, Settings: notifySettings(p.Settings()), LogEntries: w.load(ctx), Open: saved.Open,
		Situation: p.system, NotificationLog: w, Recorder: p, Blocked: p.blocked, Responded: p.responded, Logger: p.log,
	})
	p.rules.listeners = append(p.rules.listeners, p.dispatcher.Enqueue)
	// Behind the last that is told, and before the history is closed.
	p.stack.Push("notification log", w.retry)
	p.background(ctx, "announcer", func(ctx context.Context) error {
		if err := p.dispatcher.Run(ctx); !errors.Is(err, context.Canceled) {
			return err
		}
		return nil
	})
}

// notifySettings is the settings as package notify understands them.
func notifySettings(s config.Settings) notify.Settings {
	n := notify.DefaultSettings()
	n.Off, n.Minimum, n.NoResolved = !s.Notifications.Enabled, s.Notifications.Minimum, !s.Notifications.SendResolved
	n.Silent, n.Private, n.RepeatInterval = !s.Notifications.Sound, s.Notifications.Private, s.Notifications.RepeatInterval
	if n.RepeatInterval == 0 {
		n.RepeatInterval = -1 // 0 in the settings means never
	}
	if s.Notifications.Tasks {
		n.Always = []string{taskDone}
	}
	n.HoldWhileFocused = true // the page says it then
	n.PerMinute, n.PerHour = s.Notifications.PerMinute, s.Notifications.PerHour
	n.Quiet, n.CriticalPasses = s.QuietHours.Quiet, s.QuietHours.CriticalPasses
	return n
}

// Decided implements notify.Recorder: it keeps and passes on every decision. It
// must not block: the engine, which shows it, may be waiting for nobody.
func (p *Program) Decided(d notify.Decision) {
	shown := d.Outcome == notify.OutcomeDelivered
	reason := string(d.Reason)
	if d.Outcome == notify.OutcomeOff {
		reason = "not shown here: " + reason
	}
	if p.alertStore.db != nil {
		p.alertStore.db.AddDecision(history.Decision{
			Fingerprint: d.Fingerprint, Incident: d.Fingerprint, At: d.At, Reason: reason, Notified: shown,
			Severity: d.Severity, Title: d.Title, Text: d.Body,
		})
	}
	if p.opts.OnDecision != nil {
		p.opts.OnDecision(Decision{
			At: d.At, Alert: d.Fingerprint, Rule: d.Rule, Gateway: d.Gateway, Severity: d.Severity,
			Title: d.Title, Body: d.Body, Shown: shown, Reason: reason, Notice: d.NotificationID,
		})
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := p.engine.Do(ctx, func(*state.State) {
		p.rules.evaluator.RecordNotification(d.Fingerprint, d.Life, reason, shown, d.At)
		p.rules.linesChanged = true
	})
	if err != nil && !errors.Is(err, engine.ErrStopped) {
		p.log.Warn("a decision is not shown", "cause", err)
	}
}

// blocked shows that the desktop does not take our notifications.
func (p *Program) blocked(b notify.Blocked) {
	f := state.AppCondition{ID: "notifications"}
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
	p.reportCondition(ctx, f)
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
		case notify.ActionSilence:
			err = p.Silence(ctx, id, time.Hour, false)
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

// SetVisible says whether somebody can see what is shown, which is so at first: the
// lists of gateways are then read more often.
func (p *Program) SetVisible(visible bool) { p.gateways.setVisible(visible) }

// SetWindowFocused says whether the user has the window in front.
func (p *Program) SetWindowFocused(looking bool) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = p.engine.Do(ctx, func(*state.State) {
		p.system.WindowFocused = looking
		p.rules.evaluator.SetSystemState(p.system)
		p.dispatcher.SetSystemState(p.system)
	})
}

// ExplainHiding says that the program goes on without its window. It is shown
// whatever the settings say of alerts: it answers what the user just did.
func (p *Program) ExplainHiding(ctx context.Context) error {
	if p.sender == nil {
		return nil
	}
	return p.sender.Send(ctx, notify.Notification{
		ID: "hidden", Title: text.WindowHiddenTitle, Body: text.WindowHiddenBody, Severity: event.SeverityInfo, New: true,
	})
}

// TestNotification shows a real notification, with a sound as the settings have it,
// and says by which driver.
func (p *Program) TestNotification(ctx context.Context, s event.Severity) (driver string, err error) {
	if p.sender == nil {
		return "", fault.New(fault.Usage, "This process raises no notifications: they are switched off for this run, or another Gatewatch raises them.", nil)
	}
	caps, err := p.sender.Capabilities(ctx)
	if err != nil {
		return "", fault.New(fault.Unreachable, "This desktop has no notification service.", err)
	}
	article := "a"
	if s == event.SeverityInfo {
		article = "an"
	}
	err = p.sender.Send(ctx, notify.Notification{
		ID: "test", Title: "This is how " + article + " " + string(s) + " alert looks",
		Body: "A test of Gatewatch's notifications. Nothing is wrong.", Severity: s, New: true,
		Silent: !p.Settings().Notifications.Sound,
	})
	if err != nil {
		return caps.Driver, fault.New(fault.Unreachable, "The notification could not be shown.", err)
	}
	return caps.Driver, nil
}
