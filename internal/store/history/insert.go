package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"gatewatch/internal/core/event"
)

const (
	eventColumns = "seq, at, gateway, kind, severity, source, key, provider, task, text, body"
	columnCount  = 11
	// rowsPerInsert makes one statement carry many rows, which halves the
	// cost of a row; more gives no more.
	rowsPerInsert = 25
	maxBody       = 256 << 10 // bytes of a body's JSON
	maxText       = 2000      // bytes of a line
)

// inserter has the statements that events and rollups go in by.
type inserter struct {
	many, one, hour, day *sql.Stmt
	args                 []any // reused
}

func newInserter(ctx context.Context, conn *sql.Conn) (*inserter, error) {
	head := "INSERT INTO event (" + eventColumns + ") VALUES "
	row := "(?" + strings.Repeat(",?", columnCount-1) + ")"
	in := &inserter{}
	for _, p := range []struct {
		stmt **sql.Stmt
		text string
	}{
		{&in.many, head + row + strings.Repeat(","+row, rowsPerInsert-1)},
		{&in.one, head + row},
		{&in.hour, rollupSQL(StepHour)},
		{&in.day, rollupSQL(StepDay)},
	} {
		stmt, err := conn.PrepareContext(ctx, p.text)
		if err != nil {
			in.close()
			return nil, err
		}
		*p.stmt = stmt
	}
	return in, nil
}

// close closes statements of a connection that is closed next.
func (in *inserter) close() {
	if in == nil {
		return
	}
	for _, stmt := range []*sql.Stmt{in.many, in.one, in.hour, in.day} {
		if stmt != nil {
			_ = stmt.Close()
		}
	}
}

// assignSeq decides SeqBase at the first event of a run: an engine that counts
// from 1 goes on where the file ends, one that was given LastSeq keeps its own.
// It returns the events without those that the file has already, and adds
// their spends to the pending rollups.
func (w *writer) assignSeq(events []queued) []queued {
	if len(events) == 0 {
		return events
	}
	if w.base.Load() < 0 {
		base := int64(0)
		if int64(events[0].seq()) <= w.lastSeq {
			base = w.lastSeq
		}
		w.base.Store(base)
	}
	fresh := events[:0]
	for _, e := range events {
		if seq := w.seqOf(e); seq > w.lastSeq {
			w.lastSeq = seq
			fresh = append(fresh, e)
			if e.spend != nil {
				w.pending.addRollup(*e.spend, w.opt.Location)
			}
		}
	}
	w.duplicates.Add(int64(len(events) - len(fresh)))
	return fresh
}

func (w *writer) seqOf(e queued) int64 { return int64(e.seq()) + w.base.Load() }

func (e queued) seq() uint64 {
	if e.gap != nil {
		return e.gap.FirstSeq
	}
	return e.env.Seq
}

// store writes the pending load.
func (w *writer) store(tx *sql.Tx) error {
	if err := w.prepareInsert(); err != nil {
		return err
	}
	if err := w.storeEvents(tx); err != nil {
		return err
	}
	if err := w.storeRollups(tx); err != nil {
		return err
	}
	if err := w.storeLedgers(tx); err != nil {
		return err
	}
	if err := w.storeMemory(tx); err != nil {
		return err
	}
	if err := w.storeFilm(tx); err != nil {
		return err
	}
	return w.storeAlerts(tx)
}

func (w *writer) prepareInsert() (err error) {
	if w.insert == nil {
		w.insert, err = newInserter(context.Background(), w.f.write)
	}
	return err
}

func (w *writer) storeEvents(tx *sql.Tx) error {
	in, events := w.insert, w.pending.events
	if len(events) == 0 {
		return nil
	}
	many, one := tx.Stmt(in.many), tx.Stmt(in.one)
	defer many.Close() //nolint:errcheck // the transaction's copy
	defer one.Close()  //nolint:errcheck // the transaction's copy
	for rest := events; len(rest) > 0; {
		n, stmt := 1, one
		if len(rest) >= rowsPerInsert {
			n, stmt = rowsPerInsert, many
		}
		in.args = in.args[:0]
		for _, e := range rest[:n] {
			in.args = w.appendRow(in.args, e)
		}
		if _, err := stmt.Exec(in.args...); err != nil {
			return err
		}
		rest = rest[n:]
	}
	clear(in.args[:cap(in.args)]) // lets bodies go
	return w.indexEvents(tx, events)
}

// indexEvents adds events that were just inserted to the search index, and
// keeps what is known of the clock.
func (w *writer) indexEvents(tx *sql.Tx, events []queued) error {
	first, last := w.seqOf(events[0]), w.seqOf(events[len(events)-1])
	if _, err := tx.Exec(`INSERT INTO event_fts (rowid, text, names)
		SELECT seq, text, names FROM event_words WHERE seq BETWEEN ? AND ?`, first, last); err != nil {
		return err
	}
	if w.back == w.storedBack {
		return nil
	}
	return putMeta(tx, metaClockBack, strconv.FormatInt(w.back, 10))
}

// storeSingly is store for a load of which some event is refused: that one is
// left out and counted.
func (w *writer) storeSingly(tx *sql.Tx) error {
	if err := w.prepareInsert(); err != nil {
		return err
	}
	one := tx.Stmt(w.insert.one)
	defer one.Close() //nolint:errcheck // the transaction's copy
	for _, e := range w.pending.events {
		_, err := one.Exec(w.appendRow(nil, e)...)
		switch {
		case isDiskFault(err):
			return err
		case err != nil:
			w.spoiled.Add(1)
			w.log.Warn("history refused an event", "kind", e.kind(), "cause", err)
		}
	}
	if len(w.pending.events) > 0 {
		if err := w.indexEvents(tx, w.pending.events); err != nil {
			return err
		}
	}
	if err := w.storeRollups(tx); err != nil {
		return err
	}
	if err := w.storeLedgers(tx); err != nil {
		return err
	}
	if err := w.storeMemory(tx); err != nil {
		return err
	}
	if err := w.storeFilm(tx); err != nil {
		return err
	}
	return w.storeAlerts(tx)
}

func (e queued) kind() event.Kind {
	if e.gap != nil {
		return KindGap
	}
	return e.env.Body.Kind()
}

// appendRow adds the values of one row.
func (w *writer) appendRow(args []any, e queued) []any {
	seq := w.seqOf(e)
	if e.gap != nil {
		w.clock(e.gap.From)
		return append(args, seq, e.gap.From, "", string(KindGap), event.SeverityWarning.Rank(), string(event.ViaComputed),
			"", "", "", gapText(e.gap), string(asJSON(e.gap)))
	}
	at := e.env.At.UnixMilli()
	w.clock(at)
	severity, text := w.opt.Describe(e.env)
	key, provider, task := subject(e.env)
	return append(args, seq, at, clip(string(e.env.Source.Gateway)), string(e.env.Body.Kind()), severity.Rank(),
		clip(e.env.Source.String()), clip(key), clip(provider), clip(task), cleanText(cut(text, maxText)), string(asJSON(e.env.Body)))
}

// clock learns the latest time, and how far a time ever went back.
func (w *writer) clock(at int64) {
	w.back = max(w.back, w.newest-at)
	w.newest = max(w.newest, at)
}

func gapText(g *Gap) string {
	return fmt.Sprintf("%d events were not kept: they came faster than the disk could take them", g.Count)
}

// asJSON is v as JSON, or {} if it has none or too much.
func asJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil || len(b) > maxBody {
		return []byte("{}")
	}
	return b
}

// cleanText makes s something that every reader can take: valid UTF-8 without
// NUL.
func cleanText(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func cut(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

// subject finds what an event is about: its fields named Key, Provider and
// Task. Where the key is empty, that of the connection stands in: spend events
// of a real gateway do not name theirs.
func subject(env event.Envelope) (key, provider, task string) {
	v := reflect.Indirect(reflect.ValueOf(env.Body))
	at := fieldsOf(v.Type())
	field := func(i int) string {
		if i < 0 {
			return ""
		}
		return v.Field(i).String()
	}
	if n, ok := env.Body.(event.NavigationChanged); ok {
		switch n.Entity {
		case event.EntityVirtualKey:
			return n.ID, "", ""
		case event.EntityProvider:
			return "", n.ID, ""
		case event.EntityModelMapping, event.EntityKeyGroup, event.EntityModelCost, event.EntityCredential, event.EntityRelease:
		}
	}
	if key = field(at.key); key == "" && at.key >= 0 {
		key = string(env.Source.Key)
	}
	return key, field(at.provider), field(at.task)
}

// fields are indexes into a struct, -1 where there is no such field.
type fields struct{ key, provider, task int }

var fieldCache sync.Map // reflect.Type to fields

func fieldsOf(t reflect.Type) fields {
	if f, ok := fieldCache.Load(t); ok {
		return f.(fields)
	}
	index := func(name string) int {
		if t.Kind() == reflect.Struct {
			if f, ok := t.FieldByName(name); ok && f.Type.Kind() == reflect.String && len(f.Index) == 1 {
				return f.Index[0]
			}
		}
		return -1
	}
	f := fields{key: index("Key"), provider: index("Provider"), task: index("Task")}
	fieldCache.Store(t, f)
	return f
}

// millis is a time as it is stored: 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// fromMillis is the inverse of millis, in UTC.
func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

var severities = [...]event.Severity{event.SeverityInfo, event.SeverityWarning, event.SeverityCritical}

func severityOf(rank int) event.Severity {
	return severities[min(max(rank, 0), len(severities)-1)]
}
