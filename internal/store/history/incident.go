package history

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// IncidentQuery chooses incidents. The zero value is the newest 100.
type IncidentQuery struct {
	ID       string
	From, To time.Time // of any part of it: it lasted in this range
	Open     bool      // only what has not ended
	Gateway  event.GatewayID
	Category string
	Text     string // words that stand in a title of its alerts, all of them
	Limit    int    // 0: 100; at most 1,000
	// Mere are rules of events that need nobody: what is only of such alerts, of
	// severity info, is no incident.
	Mere []string
}

// IncidentSummary is an incident without what happened in it.
type IncidentSummary struct {
	ID       string
	Gateway  event.GatewayID
	Category string
	Severity event.Severity // the worst of its alerts
	Title    string         // of the worst alert
	Since    time.Time
	EndedAt  time.Time // zero while any lasts
	Alerts   int
	Notified int // how often somebody was notified
	Times    int // how often its alert that came most often began; 0 where that is not kept
	// Kept is false where nothing is kept of when it began and of what was decided about
	// notifying: it was wiped, or is too old.
	Kept bool

	open bool
}

// Incidents finds incidents, the newest beginning first. An alert that came back is
// one row here, of its last time; the times before are in its timeline. One that only
// may come is none yet.
func (d *DB) Incidents(ctx context.Context, q IncidentQuery) ([]IncidentSummary, error) {
	w := q.where()
	limit := min(orDefault(max(q.Limit, 0), 100), 1000)
	var all []IncidentSummary
	at := map[string]int{}
	_, err := collect(ctx, d.reader(), `SELECT i.incident, i.gateway, i.category, i.title, i.severity, i.since, i.ended_at,
			(SELECT count(*) FROM decision n WHERE n.fingerprint = i.fingerprint AND n.told <> 0),
			(SELECT coalesce((SELECT max(p.at) FROM timeline p WHERE p.incident = t.incident AND p.fingerprint = t.fingerprint AND p.what = 'began' AND p.at <= t.at), t.at)
				FROM timeline t WHERE t.incident = i.incident AND t.what = 'fired' ORDER BY t.at LIMIT 1),
			(SELECT count(*) FROM timeline t WHERE t.incident = i.incident AND t.fingerprint = i.fingerprint AND t.what = 'fired'),
			(EXISTS (SELECT 1 FROM timeline t WHERE t.fingerprint = i.fingerprint AND t.what = 'fired') OR EXISTS (SELECT 1 FROM decision n WHERE n.fingerprint = i.fingerprint))
		FROM (SELECT incident, max(since) AS newest FROM instance j`+w.sql()+` GROUP BY incident ORDER BY newest DESC, incident LIMIT ?) AS found
		JOIN instance i ON i.incident = found.incident WHERE `+came("i")+` ORDER BY found.newest DESC, i.incident, i.since, i.fingerprint`,
		append(w.args, limit), func(rows *sql.Rows) (struct{}, error) {
			one, open, err := scanSummary(rows)
			k, known := at[one.ID]
			if !known {
				k = len(all)
				at[one.ID] = k
				all = append(all, IncidentSummary{ID: one.ID, Since: one.Since})
			}
			all[k].add(one, open)
			return struct{}{}, err
		})
	for i := range all {
		if all[i].open {
			all[i].EndedAt = time.Time{}
		}
	}
	slices.SortStableFunc(all, func(a, b IncidentSummary) int { return b.Since.Compare(a.Since) })
	return all, err
}

// came is the condition that an alert was raised, and does not just wait to be.
func came(row string) string {
	return "(" + row + ".status <> 'pending' OR EXISTS (SELECT 1 FROM timeline f WHERE f.fingerprint = " + row + ".fingerprint AND f.what = 'fired'))"
}

// scanSummary reads one alert of an incident, and whether it lasts.
func scanSummary(rows *sql.Rows) (s IncidentSummary, open bool, err error) {
	var severity int
	var since, ended int64
	var fired sql.NullInt64 // an alert that came back is a row of its last time only
	err = rows.Scan(&s.ID, &s.Gateway, &s.Category, &s.Title, &severity, &since, &ended, &s.Notified, &fired, &s.Times, &s.Kept)
	if fired.Valid {
		since = min(since, fired.Int64)
	}
	s.Severity, s.Since, s.EndedAt = severityOf(severity), fromMillis(since), fromMillis(ended)
	return s, ended == 0, err
}

// add adds one more alert.
func (s *IncidentSummary) add(one IncidentSummary, open bool) {
	if s.Alerts == 0 || one.Severity.Rank() > s.Severity.Rank() {
		s.Severity, s.Title, s.Gateway, s.Category = one.Severity, one.Title, one.Gateway, one.Category
	}
	if one.Since.Before(s.Since) {
		s.Since = one.Since
	}
	s.EndedAt = later(s.EndedAt, one.EndedAt)
	s.open = s.open || open
	s.Alerts++
	s.Notified += one.Notified
	s.Times = max(s.Times, one.Times)
	s.Kept = s.Kept || one.Kept
}

// where are the conditions on one alert of an incident.
func (q IncidentQuery) where() (w where) {
	w.add("j.incident <> ''")
	w.add(came("j"))
	if len(q.Mere) > 0 {
		args := []any{event.SeverityInfo.Rank()}
		for _, rule := range q.Mere {
			args = append(args, rule)
		}
		w.add("NOT (j.severity = ? AND j.rule IN (?"+strings.Repeat(", ?", len(q.Mere)-1)+"))", args...)
	}
	w.equal("j.incident", q.ID)
	w.equal("j.gateway", string(q.Gateway))
	w.equal("j.category", q.Category)
	if q.Open {
		w.add("j.ended_at = 0")
	}
	if !q.From.IsZero() {
		w.add("(j.ended_at = 0 OR j.ended_at >= ?)", millis(q.From))
	}
	if !q.To.IsZero() {
		w.add("(j.since < ? OR EXISTS (SELECT 1 FROM timeline t WHERE t.incident = j.incident AND t.at < ?))", millis(q.To), millis(q.To))
	}
	for word := range strings.FieldsSeq(cleanText(cut(q.Text, maxText))) {
		w.add(`j.title LIKE ? ESCAPE '\'`, "%"+likeEscape.Replace(word)+"%")
	}
	return w
}

// likeEscape makes what a person typed stand for itself in LIKE.
var likeEscape = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// maxIncidentRows bounds alerts, entries and decisions of one incident.
const maxIncidentRows = 5000

// Incident finds one by its id or by the fingerprint of one of its alerts, or
// fails with ErrNotFound.
func (d *DB) Incident(ctx context.Context, id string) (Incident, error) {
	of, err := column[string](ctx, d.reader(), "SELECT incident FROM instance WHERE fingerprint = ? AND incident <> ''", id)
	if err != nil {
		return Incident{}, wrapSQLite(err)
	}
	if len(of) > 0 {
		id = of[0]
	}
	w := where{}
	w.add("incident = ?", id)
	instances, err := d.alerts(ctx, w, maxIncidentRows)
	if err != nil {
		return Incident{}, err
	}
	timeline, err := collect(ctx, d.reader(), `SELECT id, incident, fingerprint, at, what, severity, text FROM timeline
		WHERE incident = ? ORDER BY id LIMIT ?`, []any{id, maxIncidentRows}, scanEntry)
	if err != nil {
		return Incident{}, err
	}
	if id == "" || len(instances)+len(timeline) == 0 {
		return Incident{}, fmt.Errorf("%w: incident %q", ErrNotFound, id)
	}
	var notified where // also those of alerts that others explain
	notified.add("(incident = ? OR fingerprint IN (SELECT fingerprint FROM instance WHERE incident = ?))", id, id)
	decisions, err := d.decisions(ctx, notified, "id", maxIncidentRows)
	if err != nil {
		return Incident{}, err
	}
	in := Incident{ID: id, Alerts: instances, Timeline: timeline, Decisions: decisions, Severity: event.SeverityInfo}
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

// sumUp fills what an incident has of its alerts.
func (in *Incident) sumUp() {
	open := false
	for i, one := range in.Alerts {
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
	began := map[string]time.Time{}
	for _, e := range in.Timeline { // of an alert that came back, the row is of its last time
		switch e.What {
		case "began":
			began[e.Fingerprint] = e.At
		case "fired":
			from, waited := began[e.Fingerprint]
			if !waited {
				from = e.At
			}
			if from.Before(in.Since) {
				in.Since = from
			}
		}
	}
	if len(in.Alerts) == 0 { // older than what is kept of them
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
