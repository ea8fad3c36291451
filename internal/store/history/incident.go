package history

import (
	"context"
	"database/sql"
	"fmt"
	"math"
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
	Text     string // words that stand in a title of one of its alerts, in what was said of it or in a note, all of them
	Limit    int    // 0: 100; at most 1,000
	// Mere are rules of events that need nobody: what is only of such alerts, of
	// severity info, is no incident.
	Mere []string
	// InWindow is the reason of decisions that are counted as IncidentSummary.InWindow.
	InWindow string
}

// IncidentSummary is an incident without what happened in it.
type IncidentSummary struct {
	ID       string
	Alert    string // the fingerprint of the alert whose title it has
	Gateway  event.GatewayID
	Category string
	Severity event.Severity // the worst of its alerts
	Title    string         // of the alert that is the cause, else of the worst
	Since    time.Time
	EndedAt  time.Time // zero while any lasts
	Alerts   int
	Notified int // how often somebody was notified
	InWindow int // how often the window told of it, and so no notice did
	// Kept is false where nothing is kept of when it began and of what was decided about
	// notifying: it was wiped, or is too old.
	Kept bool

	open bool
	lead titled
}

// titled is the alert that names an incident so far.
type titled struct {
	rank int
	any  bool
}

// takes reports whether another alert names the incident instead: the one that it is called by, else the worst,
// the first of several.
func (t *titled) takes(incident, fingerprint string, s event.Severity) bool {
	rank := s.Rank()
	if strings.HasPrefix(incident, fingerprint+".") {
		rank = math.MaxInt
	}
	if t.any && rank <= t.rank {
		return false
	}
	t.rank, t.any = rank, true
	return true
}

// untilNext is the end of what happened to an alert in a row s of spell: when it was raised the next time.
const untilNext = "coalesce((SELECT min(m.since) FROM spell m WHERE m.fingerprint = s.fingerprint AND m.n > s.n), 1 << 62)"

// Incidents finds incidents, the newest beginning first. An alert that only may come is none yet.
func (d *DB) Incidents(ctx context.Context, q IncidentQuery) ([]IncidentSummary, error) {
	w := q.where()
	limit := min(orDefault(max(q.Limit, 0), 100), 1000)
	var all []IncidentSummary
	at := map[string]int{}
	const its = "fingerprint = i.fingerprint AND at >= i.since AND at < i.next"
	_, err := collect(ctx, d.reader(), `SELECT i.incident, i.fingerprint, i.gateway, i.category, i.title, i.severity, i.since, i.ended_at,
			(SELECT count(*) FROM decision WHERE told <> 0 AND `+its+`),
			(SELECT count(*) FROM decision WHERE told = 0 AND reason = ? AND `+its+`),
			(EXISTS (SELECT 1 FROM timeline WHERE `+its+`) OR EXISTS (SELECT 1 FROM decision WHERE `+its+`))
		FROM (SELECT incident, min(since) AS began FROM spell j`+w.sql()+` GROUP BY incident ORDER BY began DESC, incident LIMIT ?) AS found
		JOIN (SELECT s.*, `+untilNext+` AS next FROM spell s) AS i ON i.incident = found.incident
		ORDER BY found.began DESC, i.incident, i.since, i.fingerprint`,
		append(append([]any{q.InWindow}, w.args...), limit), func(rows *sql.Rows) (struct{}, error) {
			one, err := scanSummary(rows)
			k, known := at[one.ID]
			if !known {
				k = len(all)
				at[one.ID] = k
				all = append(all, IncidentSummary{ID: one.ID, Since: one.Since, Severity: event.SeverityInfo})
			}
			all[k].add(one)
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

// scanSummary reads one alert of an incident.
func scanSummary(rows *sql.Rows) (s IncidentSummary, err error) {
	var severity int
	var since, ended int64
	err = rows.Scan(&s.ID, &s.Alert, &s.Gateway, &s.Category, &s.Title, &severity, &since, &ended, &s.Notified, &s.InWindow, &s.Kept)
	s.Severity, s.Since, s.EndedAt = severityOf(severity), fromMillis(since), fromMillis(ended)
	return s, err
}

// add adds one more alert.
func (s *IncidentSummary) add(one IncidentSummary) {
	if s.lead.takes(s.ID, one.Alert, one.Severity) {
		s.Alert, s.Title, s.Gateway, s.Category = one.Alert, one.Title, one.Gateway, one.Category
	}
	if s.Alerts == 0 || one.Severity.Rank() > s.Severity.Rank() {
		s.Severity = one.Severity
	}
	if one.Since.Before(s.Since) {
		s.Since = one.Since
	}
	s.EndedAt = later(s.EndedAt, one.EndedAt)
	s.open = s.open || one.EndedAt.IsZero()
	s.Alerts++
	s.Notified += one.Notified
	s.InWindow += one.InWindow
	s.Kept = s.Kept || one.Kept
}

// where are the conditions on one alert of an incident.
func (q IncidentQuery) where() (w where) {
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
		w.add("j.since < ?", millis(q.To))
	}
	for word := range strings.FieldsSeq(cleanText(cut(q.Text, maxText))) {
		like := "%" + likeEscape.Replace(word) + "%"
		w.add(`(j.title LIKE ? ESCAPE '\' OR EXISTS (SELECT 1 FROM timeline t WHERE t.incident = j.incident AND t.text LIKE ? ESCAPE '\'))`, like, like)
	}
	return w
}

// likeEscape makes what a person typed stand for itself in LIKE.
var likeEscape = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// maxIncidentRows bounds alerts, entries and decisions of one incident.
const maxIncidentRows = 5000

// Incident finds one by its id or by the fingerprint of one of its alerts, of which it is the newest, or
// fails with ErrNotFound.
func (d *DB) Incident(ctx context.Context, id string) (Incident, error) {
	of, err := column[string](ctx, d.reader(), `SELECT incident FROM spell WHERE incident = ?1 OR fingerprint = ?1
		ORDER BY incident = ?1 DESC, n DESC LIMIT 1`, id)
	if err != nil {
		return Incident{}, wrapSQLite(err)
	}
	if id == "" || len(of) == 0 {
		return Incident{}, fmt.Errorf("%w: incident %q", ErrNotFound, id)
	}
	in := Incident{ID: of[0], Severity: event.SeverityInfo}
	in.Alerts, err = collect(ctx, d.reader(), "SELECT "+alertColumns+", n FROM spell WHERE incident = ? ORDER BY since, fingerprint LIMIT ?",
		[]any{in.ID, maxIncidentRows}, scanSpell)
	if err != nil {
		return Incident{}, err
	}
	const its = `JOIN (SELECT s.*, ` + untilNext + ` AS next FROM spell s WHERE s.incident = ?) AS i
		ON e.fingerprint = i.fingerprint AND e.at >= i.since AND e.at < i.next ORDER BY e.id LIMIT ?`
	in.Timeline, err = collect(ctx, d.reader(), `SELECT e.id, i.incident, e.fingerprint, e.at, e.what, e.severity, e.text FROM timeline e `+its,
		[]any{in.ID, maxIncidentRows}, scanEntry)
	if err != nil {
		return Incident{}, err
	}
	in.Timeline = beforeWaits(in.Timeline)
	in.Decisions, err = collect(ctx, d.reader(), `SELECT e.id, e.fingerprint, i.incident, e.at, e.reason, e.told, e.severity, e.title, e.text
		FROM decision e `+its, []any{in.ID, maxIncidentRows}, scanDecision)
	if err != nil {
		return Incident{}, err
	}
	in.sumUp()
	return in, nil
}

// scanSpell reads an alert as it was at one of the times at which it was open.
func scanSpell(rows *sql.Rows) (in Alert, err error) {
	var n int64
	in, err = scanAlert(rows, &n)
	in.Spell = n
	return in, err
}

// beforeWaits leaves out that an alert waited to be raised once more after it was over, and was not.
func beforeWaits(all []TimelineEntry) []TimelineEntry {
	raised, waits := map[string]bool{}, map[string]bool{}
	return slices.DeleteFunc(all, func(e TimelineEntry) bool {
		switch e.What {
		case "began":
			waits[e.Fingerprint] = raised[e.Fingerprint]
		case "fired":
			raised[e.Fingerprint] = true
		}
		return waits[e.Fingerprint]
	})
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
	open, lead := false, titled{}
	for i, one := range in.Alerts {
		if lead.takes(in.ID, one.Fingerprint, one.Severity) {
			in.Title, in.Gateway, in.Category = one.Title, one.Gateway, one.Category
		}
		if i == 0 || one.Severity.Rank() > in.Severity.Rank() {
			in.Severity = one.Severity
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
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
