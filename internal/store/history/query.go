package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// Query chooses events. Fields that are set must all be met; of a list, one
// suffices. The zero value is the newest events.
type Query struct {
	From, To   time.Time // From included, To excluded; zero: open
	Kinds      []event.Kind
	Severities []event.Severity
	Gateway    event.GatewayID
	Keys       []event.KeyID // empty ones are not looked for
	Providers  []string      // as Keys
	Task       event.TaskID
	// Text is words that all must occur in an event's text or names. A word
	// of parts ("gpt-4o") and words in quotes are found as they stand; a word
	// ending in * as a beginning; one after a minus must not occur. Anything
	// else is taken as text: no input is an error.
	Text string
	// BeforeSeq continues after a page: its Next. 0: from the newest.
	BeforeSeq int64
	Limit     int // 0: 200; at most 10,000
}

// Page is a page of an answer, newest first.
type Page struct {
	Events []Event `json:"events"`
	// Next is BeforeSeq for the following page; 0 if there is none.
	Next int64 `json:"next"`
}

const maxPage = 10_000

// Events finds events, newest first. What was recorded in the last 250 ms, in
// a storm in the last second, may be missing.
func (d *DB) Events(ctx context.Context, q Query) (Page, error) {
	limit := min(orDefault(max(q.Limit, 0), 200), maxPage)
	events, err := d.find(ctx, q, func(w *where, number string) string {
		if q.BeforeSeq > 0 {
			w.add(number+" < ?", q.BeforeSeq)
		}
		return "DESC"
	}, limit+1)
	if err != nil {
		return Page{}, err
	}
	p := Page{Events: events}
	if len(events) > limit {
		p.Events = events[:limit]
		p.Next = events[limit-1].Seq
	}
	return p, nil
}

// eventsAfter finds the oldest events whose number is above after.
func (d *DB) eventsAfter(ctx context.Context, q Query, after int64, limit int) ([]Event, error) {
	return d.find(ctx, q, func(w *where, number string) string {
		w.add(number+" > ?", after)
		return "ASC"
	}, limit)
}

// find runs a query; page adds where it begins, and returns its order.
func (d *DB) find(ctx context.Context, q Query, page func(*where, string) string, limit int) ([]Event, error) {
	query, args, err := d.eventSQL(ctx, q, page)
	if errors.Is(err, errNothing) {
		return []Event{}, nil
	}
	if err != nil {
		return nil, err
	}
	return collect(ctx, d.reader(), query, append(args, limit), scanEvent)
}

func scanEvent(rows *sql.Rows) (e Event, err error) {
	var at int64
	var severity int
	var body string
	err = rows.Scan(&e.Seq, &at, &e.Gateway, &e.Kind, &severity, &e.Source, &e.Key, &e.Provider, &e.Task, &e.Text, &body)
	e.At, e.Severity, e.Body = time.UnixMilli(at).UTC(), severityOf(severity), json.RawMessage(body)
	return e, err
}

// eventSQL is the query without its limit. Filters and words go through the
// search index, which intersects them; the rows are then compared themselves,
// so that the index need not be exact.
func (d *DB) eventSQL(ctx context.Context, q Query, page func(*where, string) string) (string, []any, error) {
	var w where
	match := q.ftsQuery()
	number := "e.seq"
	if match != "" {
		number = "event_fts.rowid"
		w.add("event_fts MATCH ?", match)
	}
	if err := d.bound(ctx, &w, number, q); err != nil {
		return "", nil, err
	}
	order := page(&w, number)
	w.in("e.kind", anys(q.Kinds, func(k event.Kind) any { return string(k) }))
	w.in("e.severity", anys(q.Severities, func(s event.Severity) any { return s.Rank() }))
	w.equal("e.gateway", clip(string(q.Gateway)))
	w.in("e.key", anys(words(q.Keys...), func(k string) any { return clip(k) }))
	w.in("e.provider", anys(words(q.Providers...), func(p string) any { return clip(p) }))
	w.equal("e.task", clip(string(q.Task)))
	from := "event e NOT INDEXED"
	if match != "" {
		from = "event_fts CROSS JOIN event e ON e.seq = event_fts.rowid"
	}
	columns := "e." + strings.ReplaceAll(eventColumns, ", ", ", e.")
	return "SELECT " + columns + " FROM " + from + w.sql() + " ORDER BY " + number + " " + order + " LIMIT ?", w.args, nil
}

func anys[T any](list []T, f func(T) any) []any {
	all := make([]any, len(list))
	for i, v := range list {
		all[i] = f(v)
	}
	return all
}

// errNothing: no event can be meant.
var errNothing = errors.New("history: empty range")

// bound turns times into numbers of events, which the search index and the
// table are ordered by. Times do not quite ascend with numbers: clocks are set
// back. By at most how much is known (metaClockBack): so the lowest number of
// the range belongs to a time at most that much after the range's first, and
// likewise at its end.
func (d *DB) bound(ctx context.Context, w *where, number string, q Query) error {
	if q.From.IsZero() && q.To.IsZero() {
		return nil
	}
	back := metaInt(d.reader().QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", metaClockBack))
	if !q.From.IsZero() {
		lowest, err := d.edge(ctx, `SELECT min(seq) FROM event WHERE at BETWEEN t.at AND t.at + ?
			`, "SELECT min(at) AS at FROM event WHERE at >= ?", back, q.From)
		if err != nil {
			return err
		}
		w.add("e.at >= ?", millis(q.From))
		w.add(number+" >= ?", lowest)
	}
	if !q.To.IsZero() {
		highest, err := d.edge(ctx, `SELECT max(seq) FROM event WHERE at BETWEEN t.at - ? AND t.at
			`, "SELECT max(at) AS at FROM event WHERE at < ?", back, q.To)
		if err != nil {
			return err
		}
		w.add("e.at < ?", millis(q.To))
		w.add(number+" <= ?", highest)
	}
	return nil
}

func (d *DB) edge(ctx context.Context, pick, nearest string, back int64, t time.Time) (int64, error) {
	var seq sql.NullInt64
	err := d.reader().QueryRowContext(ctx, "SELECT ("+pick+") FROM ("+nearest+") AS t", back, millis(t)).Scan(&seq)
	if err != nil {
		return 0, fmt.Errorf("history: find the edge of a range: %w", wrapSQLite(err))
	}
	if !seq.Valid {
		return 0, errNothing
	}
	return seq.Int64, nil
}
