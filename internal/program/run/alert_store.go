package run

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/lock"
	"gatewatch/internal/store/config"
	"gatewatch/internal/store/history"
)

// alertStore joins alerts and history: neither knows the other.
type alertStore struct {
	db  *history.DB // nil: nothing is kept
	log *slog.Logger
}

// resolvedShownFor is how far back resolved alerts are shown after a start.
const resolvedShownFor = 24 * time.Hour

// load reads what earlier runs left: open alerts, those resolved of late, and
// silences. What cannot be read is left out and logged.
func (m *alertStore) load(ctx context.Context, now time.Time) alert.Saved {
	var saved alert.Saved
	if m.db == nil {
		return saved
	}
	rows, err := m.db.Alerts(ctx, history.AlertQuery{})
	if err != nil {
		m.log.Error("reading alerts", "cause", err)
	}
	for _, row := range rows {
		var a alert.Alert
		if err := json.Unmarshal(row.Body, &a); err != nil {
			m.log.Warn("an alert of an earlier run cannot be read", "fingerprint", row.Fingerprint, "cause", err)
			continue
		}
		if row.UpdatedAt.After(saved.At) {
			saved.At = row.UpdatedAt
		}
		switch {
		case row.EndedAt.IsZero() || a.Status.Open(): // one that is shown as over may still come back
			saved.Open = append(saved.Open, a)
		case now.Sub(row.EndedAt) < resolvedShownFor:
			saved.Resolved = append(saved.Resolved, a)
		}
	}
	silences, err := m.db.Silences(ctx)
	if err != nil {
		m.log.Error("reading silences", "cause", err)
	}
	for _, row := range silences {
		var s alert.Silence
		if json.Unmarshal(row.Body, &s) == nil && s.Until.After(now) {
			saved.Silences = append(saved.Silences, s)
		}
	}
	return saved
}

// record writes alerts as they change. It does not block.
func (m *alertStore) record(changes []alert.Change) {
	if m.db == nil {
		return
	}
	for _, c := range changes {
		body, err := json.Marshal(c.Alert)
		if err != nil {
			m.log.Error("an alert cannot be written", "cause", err)
			continue
		}
		a := c.Alert
		m.db.PutAlert(history.Alert{
			Fingerprint: a.Fingerprint, Rule: a.Rule, Gateway: event.GatewayID(a.Gateway), Category: string(a.Category),
			EntityKind: a.EntityKind, Entity: a.Entity, Period: a.Period, Severity: a.Severity, Status: string(a.Status),
			Incident: a.IncidentID, Spell: a.Spell, Title: titleOf(&c), Since: beganAt(&a), EndedAt: endOf(&c), UpdatedAt: c.At, Body: body,
		})
		if c.Kind != alert.Updated && c.Kind != alert.Forgotten {
			m.db.AddTimeline(history.TimelineEntry{
				Incident: a.IncidentID, Fingerprint: a.Fingerprint, At: c.At, What: string(c.Kind),
				Severity: a.Severity, Text: stepText(&c),
			})
		}
	}
}

// titleOf is what an alert is called in the history: once it is over, what it was.
func titleOf(c *alert.Change) string {
	if a := &c.Alert; !a.EndedAt(c.At).IsZero() {
		return text.Past(cmp.Or(a.BeganAs, a.Title))
	}
	return c.Alert.Title
}

// beganAt is when an alert began the time that is kept of it.
func beganAt(a *alert.Alert) time.Time {
	if a.SpellSince.IsZero() { // of an earlier version
		return a.Since
	}
	return a.SpellSince
}

// stepText is what is kept of a step: the note of who acknowledged it, else what
// the alert said then.
func stepText(c *alert.Change) string {
	if c.Kind == alert.Acknowledged && c.Alert.AckNote != "" {
		return c.Alert.AckNote
	}
	return text.TitleAndBody(c.Alert.Title, c.Alert.Body)
}

// endOf is when an alert ended as it is shown; one that was dropped before it fired, or has left the list of
// resolved ones, ended too.
func endOf(c *alert.Change) time.Time {
	end := c.Alert.EndedAt(c.At)
	if end.IsZero() && (c.Kind == alert.Dropped || c.Kind == alert.Forgotten) {
		return c.At
	}
	return end
}

// saveSilences replaces the stored silences, all in one step.
func (m *alertStore) saveSilences(ctx context.Context, silences []alert.Silence) error {
	if m.db == nil {
		return nil
	}
	rows := make([]history.Silence, 0, len(silences))
	for i, s := range silences {
		body, err := json.Marshal(s)
		if err != nil {
			return fault.New(fault.Internal, "The snooze holds for this run only: it cannot be written down.", err)
		}
		rows = append(rows, history.Silence{
			ID: fmt.Sprint(i), Scope: scopeOf(s.Matcher), Target: s.Matcher.Fingerprint,
			Gateway: event.GatewayID(s.Matcher.Gateway), CreatedAt: time.Now(), Until: s.Until, Critical: s.Critical, Body: body,
		})
	}
	if err := m.db.ReplaceSilences(ctx, rows); err != nil {
		return fault.New(fault.Internal, "The snooze holds for this run only: the history cannot be written.", err)
	}
	return nil
}

func scopeOf(t alert.Matcher) string {
	switch {
	case t.Fingerprint != "":
		return "instance"
	case t.StateID != "":
		return "entity"
	case t.Category != "":
		return "category"
	case t.Gateway != "":
		return "gateway"
	}
	return "all"
}

// openHistory opens the history for writing, or in a second process for
// reading alone. That it cannot be kept is shown, never an obstacle.
func (p *Program) openHistory(ctx context.Context) error {
	o := history.Options{
		Describe: state.Describe,
		Skip:     []event.Kind{"link.measured", "heartbeat"},
		OnHealthEvent: func(n history.HealthEvent) {
			select {
			case p.healthEvents <- n:
			default: // the one before says much the same
				p.log.Warn("history", "notice", n.Title)
			}
		},
		Log: p.log,
	}
	o.MayKeep = func() error { return p.lockLate(ctx) }
	keep := retentionOf(p.Settings().Retention)
	o.EventRetention, o.RollupRetention, o.MaxBytes = keep.Events, keep.Rollups, keep.MaxBytes
	if !p.writer && LooksOnce(p.opts.Role) && p.opts.Target.Demo {
		return nil // what an earlier demo left is of another gateway
	}
	if !p.writer {
		db, err := history.OpenReadOnly(ctx, p.opts.Paths.History, o)
		if err != nil {
			p.log.Warn("history is not open", "cause", err)
			return nil
		}
		p.stack.Push("history", func(context.Context) error { return db.Close() })
		p.db = db
		// What earlier runs told and learned holds for one that only looks, too, unless
		// another one goes on with it. Nothing of it is written.
		if _, running, err := lock.Current(p.opts.Paths.Lock); LooksOnce(p.opts.Role) && err == nil && !running {
			p.alertStore.db = db
		}
		return nil
	}
	db, notices, err := history.Open(ctx, p.opts.Paths.History, o)
	if err != nil {
		return fault.New(fault.Internal, "The history cannot be opened.", err)
	}
	p.stack.Push("lock taken late", func(context.Context) error {
		if l := p.lateLock.Load(); l != nil {
			return l.Release()
		}
		return nil
	})
	p.stack.Push("history", func(context.Context) error { return db.Close() })
	p.db, p.alertStore.db, p.openEvents = db, db, notices
	return nil
}

// retentionOf is the settings as the history understands them.
func retentionOf(s config.Retention) history.Retention {
	return history.Retention{Events: s.Events, Rollups: s.Sums, MaxBytes: int64(s.MaxMegabytes) << 20}
}

// WipeHistory deletes what is kept of the past; see history.DB.Wipe.
func (p *Program) WipeHistory(ctx context.Context) error {
	if p.db == nil {
		return nil
	}
	if err := p.db.Wipe(ctx); err != nil {
		return fault.New(fault.Internal, "The history was not wiped.", err)
	}
	return nil
}

// reportHistory shows what history has to say.
func (p *Program) reportHistory(ctx context.Context, n history.HealthEvent) {
	f := state.AppCondition{ID: "history", Severity: string(n.Severity), Title: n.Title, Text: n.Text}
	if n.Code == history.HealthRecovered {
		f = state.AppCondition{ID: "history"}
		p.reportCondition(ctx, state.AppCondition{ID: "folder"})
		if err := p.notificationLog.retry(ctx); err != nil {
			p.log.Warn("what was told is not noted", "cause", err)
		}
	}
	p.reportCondition(ctx, f)
}
