package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/history"
)

// Incidents finds incidents in all of the history, newest first.
func (x *History) Incidents(q IncidentQuery) ([]IncidentLine, error) {
	return ask(x.h, func(ctx context.Context, db *history.DB) ([]IncidentLine, error) {
		at, past := x.h.replaying.asOf()
		found, err := db.Incidents(ctx, history.IncidentQuery{
			Gateway: event.GatewayID(q.Gateway), Text: q.Text, From: unixMS(q.From), To: x.h.replaying.until(q.To), Open: q.Open && !past,
			Limit: min(max(q.Limit, 1), maxPage), Mere: mereRules(), InWindow: alert.ToldInWindow,
		})
		out, shown := []IncidentLine{}, x.h.replaying.shown()
		for _, in := range found {
			if a, listed := shown[in.Alert]; listed && (in.EndedAt.IsZero() || a.Since <= msOf(in.EndedAt)) {
				in.Title, in.Severity = a.Title, event.Severity(a.Severity)
			}
			if past && in.EndedAt.After(at) {
				in.EndedAt = time.Time{} // it was open then
			}
			if past && q.Open && !in.EndedAt.IsZero() {
				continue
			}
			out = append(out, IncidentLine{
				ID: in.ID, Alert: in.Alert, Gateway: string(in.Gateway), Category: in.Category, Severity: string(in.Severity), Title: in.Title,
				Since: msOf(in.Since), EndedAt: msOf(in.EndedAt), Alerts: in.Alerts, Notified: in.Notified, InWindow: in.InWindow, Kept: in.Kept,
			})
		}
		return out, err
	})
}

// mereRules are the rules of events, and not of conditions: as long as such an alert
// is of severity info, it needs nobody, and nothing of it is open.
func mereRules() (ids []string) {
	for _, r := range alert.Builtin() {
		if r.PointInTime {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// Incident gives everything that is kept of one incident.
func (x *History) Incident(id string) (IncidentView, error) {
	var none bool
	view, err := ask(x.h, func(ctx context.Context, db *history.DB) (IncidentView, error) {
		in, err := db.Incident(ctx, id)
		none = errors.Is(err, history.ErrNotFound)
		if at, past := x.h.replaying.asOf(); past {
			in = asOf(in, at)
		}
		view := incidentView(in)
		view.asShown(x.h.replaying.shown())
		return view, err
	})
	if none {
		err = fault.New(fault.Usage, "The history has no such incident: it is older than what is kept, or it never was.", err)
	}
	return view, err
}

// incidentView is an incident as the page shows it.
func incidentView(in history.Incident) IncidentView {
	v := IncidentView{
		IncidentLine: IncidentLine{
			ID: in.ID, Gateway: string(in.Gateway), Category: in.Category, Severity: string(in.Severity), Title: in.Title,
			Since: msOf(in.Since), EndedAt: msOf(in.EndedAt), Alerts: len(in.Alerts),
		},
		Of: []IncidentAlert{}, Steps: []IncidentStep{},
	}
	for _, row := range in.Alerts {
		var a alert.Alert
		_ = json.Unmarshal(row.Body, &a) // an older version's: what the row itself says is shown
		if a.Rule == "budget.used" {     // several thresholds of one budget have the same title
			a.Body = text.PastThreshold(a.Dimension, a.Body)
		}
		v.Of = append(v.Of, IncidentAlert{
			ID: row.Fingerprint, Rule: row.Rule, Severity: string(row.Severity), Status: row.Status, Title: row.Title, Body: a.Body,
			EntityKind: row.EntityKind, Entity: row.Entity, Since: msOf(row.Since), EndedAt: msOf(row.EndedAt),
			Acked: a.Acked, AckNote: a.AckNote,
		})
	}
	slices.SortStableFunc(v.Of, worstFirst)
	for _, e := range in.Timeline {
		v.Steps = append(v.Steps, IncidentStep{
			At: msOf(e.At), Alert: e.Fingerprint, Severity: string(e.Severity), Words: text.AlertStep(e.What), Text: e.Text,
		})
	}
	for _, d := range in.Decisions {
		if d.Notified {
			v.Notified++
		} else if d.Reason == alert.ToldInWindow {
			v.InWindow++
		}
		v.Steps = append(v.Steps, IncidentStep{
			At: msOf(d.At), Alert: d.Fingerprint, Decision: true, Notified: d.Notified, Severity: string(d.Severity),
			Words: text.Decision(d.Reason), Text: text.TitleAndBody(d.Title, d.Text),
		})
	}
	v.Kept = len(in.Timeline)+len(in.Decisions) > 0
	slices.SortStableFunc(v.Steps, func(a, b IncidentStep) int { return cmp.Compare(a.At, b.At) })
	return v
}

// worstFirst orders the alerts of an incident: what is open before what is over,
// the severest first, then the newest.
func worstFirst(a, b IncidentAlert) int {
	over := func(one IncidentAlert) int {
		if one.EndedAt > 0 {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(over(a), over(b)),
		cmp.Compare(event.Severity(b.Severity).Rank(), event.Severity(a.Severity).Rank()),
		cmp.Compare(b.Since, a.Since),
	)
}

// msOf is a time in Unix milliseconds, 0 for none.
func msOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
