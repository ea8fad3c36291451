package history

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gatewatch/internal/core/event"
)

// PutAlert keeps the newest state of an alert; it replaces what was kept
// under its fingerprint. It never blocks.
func (d *DB) PutAlert(in Alert) {
	if d.w != nil {
		d.w.q.putAlert(in)
	}
}

// AddDecision keeps why the user was notified, or was not. It never blocks.
func (d *DB) AddDecision(dec Decision) {
	if d.w != nil {
		d.w.q.putDecision(dec)
	}
}

// AddTimeline keeps one step that happened in an incident. It never blocks.
func (d *DB) AddTimeline(e TimelineEntry) {
	if d.w != nil {
		d.w.q.putTimeline(e)
	}
}

// Flush waits until everything handed over before is on disk. It fails like
// the writing did.
func (d *DB) Flush(ctx context.Context) error {
	if d.w == nil {
		return ErrReadOnly
	}
	c := &command{call: d.w.writeAll, done: make(chan struct{})}
	return d.send(ctx, c)
}

func (w *writer) storeAlerts(tx *sql.Tx) error {
	// Of one alert the newest last: it is how the alert is now.
	for _, in := range slices.SortedFunc(maps.Values(w.pending.alerts), func(a, b Alert) int { return cmp.Compare(a.Spell, b.Spell) }) {
		if err := insertAlert(tx, in); err != nil {
			return err
		}
	}
	for _, d := range w.pending.decisions {
		if _, err := tx.Exec(`INSERT INTO decision (fingerprint, incident, at, reason, told, severity, title, text)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, d.Fingerprint, d.Incident, millis(d.At), d.Reason, d.Notified,
			d.Severity.Rank(), cleanText(d.Title), cleanText(d.Text)); err != nil {
			return err
		}
	}
	for _, e := range w.pending.timeline {
		if _, err := tx.Exec(`INSERT INTO timeline (incident, fingerprint, at, what, severity, text)
			VALUES (?, ?, ?, ?, ?, ?)`, e.Incident, e.Fingerprint, millis(e.At), e.What,
			e.Severity.Rank(), cleanText(e.Text)); err != nil {
			return err
		}
	}
	return nil
}

const alertColumns = `fingerprint, rule, gateway, category, entity_kind, entity, epoch, severity, status,
	incident, title, since, ended_at, updated_at, body`

// insertAlert keeps an alert as it is now, and what it is of the time at which it is open or was last.
func insertAlert(tx *sql.Tx, in Alert) error {
	values := []any{
		in.Fingerprint, in.Rule, string(in.Gateway), in.Category, in.EntityKind, cleanText(in.Entity), in.Period,
		in.Severity.Rank(), in.Status, in.Incident, cleanText(in.Title), millis(in.Since), millis(in.EndedAt),
		millis(in.UpdatedAt), bodyText(in.Body),
	}
	const places = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
	_, err := tx.Exec("INSERT OR REPLACE INTO instance ("+alertColumns+") VALUES ("+places+")", values...)
	if err == nil && in.raised() {
		_, err = tx.Exec("INSERT OR REPLACE INTO spell ("+alertColumns+", n) VALUES ("+places+", ?)", append(values, in.Spell)...)
	}
	return err
}

// raised reports whether an alert was raised, this time, and does not just wait to be, or did.
func (in *Alert) raised() bool {
	return in.Incident != "" && in.Status != "pending" && in.Status != "ok"
}

// AlertQuery chooses alerts. The zero value is all of them.
type AlertQuery struct {
	// Open is true for those that have not ended.
	Open     bool
	Gateway  event.GatewayID
	Incident string
	Limit    int // 0: 10,000
}

// Alerts lists alerts, oldest first.
func (d *DB) Alerts(ctx context.Context, q AlertQuery) ([]Alert, error) {
	var w where
	if q.Open {
		w.add("ended_at = 0")
	}
	w.equal("gateway", string(q.Gateway))
	w.equal("incident", q.Incident)
	return d.alerts(ctx, w, orDefault(q.Limit, 10_000))
}

func (d *DB) alerts(ctx context.Context, w where, limit int) ([]Alert, error) {
	return collect(ctx, d.reader(), "SELECT "+alertColumns+" FROM instance"+w.sql()+
		" ORDER BY since, fingerprint LIMIT ?", append(w.args, limit), func(rows *sql.Rows) (Alert, error) { return scanAlert(rows) })
}

// scanAlert reads alertColumns, and what else is asked for.
func scanAlert(rows *sql.Rows, more ...any) (in Alert, err error) {
	var severity int
	var since, ended, updated int64
	var body string
	err = rows.Scan(append([]any{
		&in.Fingerprint, &in.Rule, &in.Gateway, &in.Category, &in.EntityKind, &in.Entity, &in.Period,
		&severity, &in.Status, &in.Incident, &in.Title, &since, &ended, &updated, &body,
	}, more...)...)
	in.Severity = severityOf(severity)
	in.Since, in.EndedAt, in.UpdatedAt = fromMillis(since), fromMillis(ended), fromMillis(updated)
	in.Body = bodyOf(body)
	return in, err
}

// Decisions lists why the user was notified of an alert, or was not: newest first,
// at most limit (0: 200).
func (d *DB) Decisions(ctx context.Context, fingerprint string, limit int) ([]Decision, error) {
	w := where{}
	w.add("fingerprint = ?", fingerprint)
	return collect(ctx, d.reader(), `SELECT id, fingerprint, incident, at, reason, told, severity, title, text
		FROM decision`+w.sql()+" ORDER BY id DESC LIMIT ?", append(w.args, orDefault(limit, 200)), scanDecision)
}

func scanDecision(rows *sql.Rows) (dec Decision, err error) {
	var at int64
	var severity int
	err = rows.Scan(&dec.ID, &dec.Fingerprint, &dec.Incident, &at, &dec.Reason, &dec.Notified, &severity, &dec.Title, &dec.Text)
	dec.At, dec.Severity = fromMillis(at), severityOf(severity)
	return dec, err
}

// where builds the conditions of a query.
type where struct {
	conditions []string
	args       []any
}

func (w *where) add(condition string, args ...any) {
	w.conditions = append(w.conditions, condition)
	w.args = append(w.args, args...)
}

// equal adds a condition unless v is "".
func (w *where) equal(column, v string) {
	if v != "" {
		w.add(column+" = ?", v)
	}
}

// in adds a condition unless there are no values.
func (w *where) in(column string, values []any) {
	if len(values) > 0 {
		w.add(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", values...)
	}
}

func (w *where) sql() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}

// collect runs a query and scans every row.
func collect[T any](ctx context.Context, from *sql.DB, query string, args []any, scan func(*sql.Rows) (T, error)) ([]T, error) {
	rows, err := from.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("history: query: %w", wrapSQLite(err))
	}
	defer rows.Close() //nolint:errcheck // Err has what matters
	all := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("history: read a row: %w", wrapSQLite(err))
		}
		all = append(all, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("history: query: %w", wrapSQLite(err))
	}
	return all, nil
}

// bodyText is an opaque body as it is stored.
func bodyText(b json.RawMessage) string {
	if len(b) == 0 {
		return "null"
	}
	return string(b)
}

// bodyOf is the inverse of bodyText; what is no JSON is none.
func bodyOf(s string) json.RawMessage {
	if s == "null" || !json.Valid([]byte(s)) {
		return nil
	}
	return json.RawMessage(s)
}
