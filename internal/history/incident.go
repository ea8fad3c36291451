package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gatewatch/internal/event"
)

// IncidentQuery chooses incidents. The zero value is the newest 100.
type IncidentQuery struct {
	ID       string
	From, To time.Time // of any part of it: it lasted in this range
	Open     bool      // only what has not ended
	Gateway  event.GatewayID
	Category string
	Limit    int // 0: 100; at most 1,000
}

// Incidents finds incidents with all that happened in them, newest first.
func (d *DB) Incidents(ctx context.Context, q IncidentQuery) ([]Incident, error) {
	w := where{}
	w.add("incident <> ''")
	w.equal("incident", q.ID)
	w.equal("gateway", string(q.Gateway))
	w.equal("category", q.Category)
	if q.Open {
		w.add("ended_at = 0")
	}
	if !q.From.IsZero() {
		w.add("(ended_at = 0 OR ended_at >= ?)", millis(q.From))
	}
	if !q.To.IsZero() {
		w.add("since < ?", millis(q.To))
	}
	ids, err := collect(ctx, d.read, "SELECT incident FROM instance"+w.sql()+
		" GROUP BY incident ORDER BY max(since) DESC, incident LIMIT ?",
		append(w.args, min(orDefault(max(q.Limit, 0), 100), 1000)),
		func(rows *sql.Rows) (id string, err error) { err = rows.Scan(&id); return id, err })
	if err != nil {
		return nil, err
	}
	all := make([]Incident, 0, len(ids))
	for _, id := range ids {
		in, err := d.Incident(ctx, id)
		if errors.Is(err, ErrNotFound) {
			continue // forgotten meanwhile
		}
		if err != nil {
			return nil, err
		}
		all = append(all, in)
	}
	return all, nil
}

// maxParts bounds instances, entries and decisions of one incident.
const maxParts = 5000

// Incident finds one, or fails with ErrNotFound.
func (d *DB) Incident(ctx context.Context, id string) (Incident, error) {
	w := where{}
	w.add("incident = ?", id)
	instances, err := d.instances(ctx, w, maxParts)
	if err != nil {
		return Incident{}, err
	}
	timeline, err := collect(ctx, d.read, `SELECT id, incident, fingerprint, at, what, severity, text FROM timeline
		WHERE incident = ? ORDER BY id LIMIT ?`, []any{id, maxParts}, scanEntry)
	if err != nil {
		return Incident{}, err
	}
	if id == "" || len(instances)+len(timeline) == 0 {
		return Incident{}, fmt.Errorf("%w: incident %q", ErrNotFound, id)
	}
	decisions, err := d.decisions(ctx, w, "id", maxParts)
	if err != nil {
		return Incident{}, err
	}
	in := Incident{ID: id, Instances: instances, Timeline: timeline, Decisions: decisions, Severity: event.SeverityInfo}
	in.sumUp()
	return in, nil
}

func scanEntry(rows *sql.Rows) (e TimelineEntry, err error) {
	var at int64
	var severity int
	err = rows.Scan(&e.ID, &e.Incident, &e.Fingerprint, &at, &e.What, &severity, &e.Text)
	e.At, e.Severity = fromMillis(at), severityOf(severity)
	return e, err
}

// sumUp fills what an incident has of its instances.
func (in *Incident) sumUp() {
	open := false
	for i, one := range in.Instances {
		if i == 0 || one.Severity.Rank() > in.Severity.Rank() {
			in.Severity, in.Title = one.Severity, one.Title
			in.Gateway, in.Category = one.Gateway, one.Category
		}
		if i == 0 || one.Since.Before(in.Since) {
			in.Since = one.Since
		}
		open = open || one.EndedAt.IsZero()
		in.EndedAt = later(in.EndedAt, one.EndedAt)
		in.UpdatedAt = later(in.UpdatedAt, one.UpdatedAt)
	}
	if open {
		in.EndedAt = time.Time{}
	}
	if len(in.Instances) == 0 { // older than what is kept of them
		in.Since, in.UpdatedAt = in.Timeline[0].At, in.Timeline[len(in.Timeline)-1].At
		in.EndedAt = in.UpdatedAt
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
