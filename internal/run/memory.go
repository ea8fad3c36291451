package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/event"
	"gatewatch/internal/fault"
	"gatewatch/internal/history"
	"gatewatch/internal/state"
)

// memory joins alerts and history: neither knows the other.
type memory struct {
	db  *history.DB // nil: nothing is kept
	log *slog.Logger
}

// kept is how far back resolved alerts are shown after a start.
const kept = 24 * time.Hour

// load reads what earlier runs left: open alerts, those resolved of late, and
// snoozes. What cannot be read is left out and logged.
func (m *memory) load(ctx context.Context, now time.Time) alert.Saved {
	var saved alert.Saved
	if m.db == nil {
		return saved
	}
	rows, err := m.db.Instances(ctx, history.InstanceQuery{})
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
		case row.EndedAt.IsZero():
			saved.Open = append(saved.Open, a)
		case now.Sub(row.EndedAt) < kept:
			saved.Closed = append(saved.Closed, a)
		}
	}
	silences, err := m.db.Silences(ctx)
	if err != nil {
		m.log.Error("reading snoozes", "cause", err)
	}
	for _, row := range silences {
		var s alert.Snooze
		if json.Unmarshal(row.Body, &s) == nil && s.Until.After(now) {
			saved.Snoozes = append(saved.Snoozes, s)
		}
	}
	return saved
}

// hear writes alerts as they change. It does not block.
func (m *memory) hear(changes []alert.Change) {
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
		m.db.PutInstance(history.Instance{
			Fingerprint: a.Fingerprint, Rule: a.Rule, Gateway: event.GatewayID(a.Gateway), Category: string(a.Category),
			EntityKind: a.EntityKind, Entity: a.Entity, Epoch: a.Epoch, Severity: a.Severity, Status: string(a.Status),
			Incident: incident(&a), Title: a.Title, Since: a.Since, EndedAt: endOf(&c), UpdatedAt: c.At, Body: body,
		})
		if c.What != alert.Updated {
			m.db.AddTimeline(history.TimelineEntry{
				Incident: incident(&a), Fingerprint: a.Fingerprint, At: c.At, What: string(c.What),
				Severity: a.Severity, Text: a.Title + " " + a.Body,
			})
		}
	}
}

// endOf is when an alert ended; one that was dropped before it fired, or has
// left the list of resolved ones, ended too.
func endOf(c *alert.Change) time.Time {
	if c.Alert.Ended.IsZero() && (c.What == alert.Dropped || c.What == alert.Forgotten) {
		return c.At
	}
	return c.Alert.Ended
}

// incident names what an alert belongs to: what explains it, or itself.
func incident(a *alert.Alert) string {
	if a.Root != "" {
		return a.Root
	}
	return a.Fingerprint
}

// keepSnoozes replaces the stored snoozes.
func (m *memory) keepSnoozes(ctx context.Context, snoozes []alert.Snooze) error {
	if m.db == nil {
		return nil
	}
	old, err := m.db.Silences(ctx)
	if err != nil {
		return fault.New(fault.Internal, "The snooze holds for this run only: the history cannot be written.", err)
	}
	var errs []error
	for _, s := range old {
		errs = append(errs, m.db.DeleteSilence(ctx, s.ID))
	}
	for i, s := range snoozes {
		body, err := json.Marshal(s)
		errs = append(errs, err, m.db.PutSilence(ctx, history.Silence{
			ID: fmt.Sprint(i), Scope: scopeOf(s.Target), Target: s.Target.Fingerprint,
			Gateway: event.GatewayID(s.Target.Gateway), CreatedAt: time.Now(), Until: s.Until, Critical: s.Critical, Body: body,
		}))
	}
	if err := errors.Join(errs...); err != nil {
		return fault.New(fault.Internal, "The snooze holds for this run only: the history cannot be written.", err)
	}
	return nil
}

func scopeOf(t alert.Target) string {
	switch {
	case t.Fingerprint != "":
		return "instance"
	case t.Thing != "":
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
		Booking:  booking,
		Skip:     []event.Kind{"link.measured", "heartbeat"},
		Report: func(n history.Notice) {
			select {
			case p.notices <- n:
			default: // the one before says much the same
				p.log.Warn("history", "notice", n.Title)
			}
		},
		Log: p.log,
	}
	s := p.Settings().Retention
	o.KeepEvents, o.KeepSums, o.MaxBytes = s.Events, s.Sums, int64(s.MaxMegabytes)<<20
	if !p.writer {
		db, err := history.OpenReadOnly(ctx, p.opts.Paths.History, o)
		if err != nil {
			p.log.Warn("history is not open", "cause", err)
			return nil
		}
		p.stack.Push("history", func(context.Context) error { return db.Close() })
		p.db = db
		return nil
	}
	db, notices, err := history.Open(ctx, p.opts.Paths.History, o)
	if err != nil {
		return fault.New(fault.Internal, "The history cannot be opened.", err)
	}
	p.stack.Push("history", func(context.Context) error { return db.Close() })
	p.db, p.memory.db, p.early = db, db, notices
	return nil
}

// booking is what an event adds to the sums of spend. The engine records no
// repeats, so every one counts.
func booking(env event.Envelope) (history.Spend, bool) {
	s, ok := history.SpendOf(env)
	return s, ok && s.Amount > 0
}

// sayHistory shows what history has to say.
func (p *Program) sayHistory(ctx context.Context, n history.Notice) {
	f := state.AppFact{ID: "history", Severity: string(n.Severity), Title: n.Title, Text: n.Text}
	if n.Code == history.NoticeWritable {
		f = state.AppFact{ID: "history"}
	}
	p.say(ctx, f)
}
