package history

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
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
	Again    time.Time // when it began anew, where it was over in between; else zero
	EndedAt  time.Time // zero while any lasts
	Alerts   int
	Notified int // how often somebody was notified
	Times    int // how often its alert that came most often began; 0 where that is not kept
	// Kept is false where nothing is kept of when it began and of what was decided about
	// notifying: it was wiped, or is too old.
	Kept bool

	open  bool
	lasts []lasting
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
			(EXISTS (SELECT 1 FROM timeline t WHERE t.fingerprint = i.fingerprint AND t.what = 'fired') OR EXISTS (SELECT 1 FROM decision n WHERE n.fingerprint = i.fingerprint)),
			i.status IN ('pending', 'ok'),
			(SELECT max(t.at) FROM timeline t WHERE t.fingerprint = i.fingerprint AND t.what = 'fired'),
			(SELECT max(t.at) FROM timeline t WHERE t.fingerprint = i.fingerprint AND t.what = 'resolved')
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
		all[i].Again = begunAgain(all[i].lasts, all[i].Since)
		if all[i].open {
			all[i].EndedAt = time.Time{}
		}
	}
	slices.SortStableFunc(all, func(a, b IncidentSummary) int { return b.Since.Compare(a.Since) })
	return all, err
}

// lasting is a time for which an alert lasted: to is zero while it does.
type lasting struct{ from, to time.Time }

// begunAgain is when an incident began for the last time, where nothing of it lasted before
// that for a while; zero if it has lasted since it began.
func begunAgain(lasts []lasting, first time.Time) time.Time {
	slices.SortFunc(lasts, func(a, b lasting) int { return a.from.Compare(b.from) })
	var began, end time.Time
	open := false
	for i, l := range lasts {
		if i == 0 || !open && l.from.After(end) {
			began = l.from
		}
		end, open = later(end, l.to), open || l.to.IsZero()
	}
	if !began.After(first) {
		return time.Time{}
	}
	return began
}

// came is the condition that an alert was raised, and does not just wait to be, or did.
func came(row string) string {
	return "(" + row + ".status NOT IN ('pending', 'ok') OR EXISTS (SELECT 1 FROM timeline f WHERE f.fingerprint = " + row + ".fingerprint AND f.what = 'fired'))"
}

// scanSummary reads one alert of an incident, and whether it lasts.
func scanSummary(rows *sql.Rows) (s IncidentSummary, open bool, err error) {
	var severity int
	var since, ended int64
	var fired, last, over sql.NullInt64 // an alert that came back is a row of its last time only
	var waits bool
	err = rows.Scan(&s.ID, &s.Gateway, &s.Category, &s.Title, &severity, &since, &ended, &s.Notified, &fired, &s.Times, &s.Kept, &waits, &last, &over)
	if waits { // to be raised once more, or did in vain: it is over since the time before
		since, ended, s.Title = last.Int64, max(over.Int64, last.Int64), text.Past(s.Title)
	}
	s.lasts = []lasting{{fromMillis(since), fromMillis(ended)}}
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
	s.lasts = append(s.lasts, one.lasts...)
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
	instances = raised(instances, timeline)
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

// raised leaves out alerts that were never raised, and has one that waits to be raised
// once more, or did in vain, as it was when it was over.
func raised(all []Alert, timeline []TimelineEntry) []Alert {
	kept := all[:0]
	for _, a := range all {
		if a.Status == "pending" || a.Status == "ok" {
			from, to := lastLife(a.Fingerprint, timeline)
			if from.IsZero() {
				continue
			}
			a.Since, a.EndedAt, a.Status, a.Title = from, later(from, to), "resolved", text.Past(a.Title)
		}
		kept = append(kept, a)
	}
	return kept
}

// lastLife is when an alert was raised for the last time, and when that was over.
func lastLife(fingerprint string, timeline []TimelineEntry) (from, to time.Time) {
	for _, e := range timeline {
		switch {
		case e.Fingerprint != fingerprint:
		case e.What == "fired":
			from, to = e.At, time.Time{}
		case e.What == "resolved":
			to = e.At
		}
	}
	return from, to
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
	open, lasts := false, []lasting{}
	for i, one := range in.Alerts {
		if i == 0 || one.Severity.Rank() > in.Severity.Rank() {
			in.Severity, in.Title = one.Severity, one.Title
			in.Gateway, in.Category = one.Gateway, one.Category
		}
		if i == 0 || one.Since.Before(in.Since) {
			in.Since = one.Since
		}
		open = open || one.EndedAt.IsZero()
		lasts = append(lasts, lasting{one.Since, one.EndedAt})
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
	in.Again = begunAgain(lasts, in.Since)
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
