package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/core/text"
)

// A history that could only be kept in memory looks now and then whether its
// file can be written by now. If so, what memory holds is put into the file, and
// the file is written and read from then on.

// leftFor is how long a history in memory stays open for questions that were
// begun before it was left.
const leftFor = time.Minute

// lookHome moves from memory into the file, if that can be; or closes the memory
// that was left.
func (w *writer) lookHome() {
	if w.left != nil {
		if err := w.left.close(); err != nil {
			w.log.Warn("history could not leave its memory", "cause", err)
		}
		w.left = nil
	}
	if w.home == "" {
		return
	}
	if err := w.moveHome(context.Background()); err != nil {
		w.log.Debug("history stays in memory", "cause", err)
		w.homeTimer.Reset(w.opt.RetryInterval)
		return
	}
	w.opt.OnHealthEvent(HealthEvent{
		Code: HealthRecovered, Severity: event.SeverityInfo, Title: "History is kept again", Path: w.home, At: w.opt.Now(),
		Text: "Since " + text.Clock(w.heldSince, w.opt.Now(), w.opt.Location) + " it was in memory alone; what was held is written.",
	})
	w.home = ""
	w.homeTimer.Reset(leftFor)
}

// moveHome opens the file and fills it. If it fails, all is as it was.
func (w *writer) moveHome(ctx context.Context) error {
	if err := w.opt.MayKeep(); err != nil {
		return err
	}
	f, err := openFile(ctx, w.home, w.opt)
	if isWrongFile(err) {
		var n HealthEvent
		if f, n, err = replaceFile(ctx, w.home, w.opt, err); err == nil {
			w.opt.OnHealthEvent(n)
		}
	}
	if err != nil {
		return err
	}
	if err = w.writeAll(); err == nil {
		err = w.fill(ctx, f)
	}
	if err != nil {
		_ = f.close()
		return err
	}
	w.insert.close()
	w.insert, w.unsynced = nil, false
	w.left, w.f = w.f, f
	if keep := *w.retention.Load(); keep.MaxBytes == min(w.homeBytes, maxMemory) {
		keep.MaxBytes = w.homeBytes
		w.retention.Store(&keep)
	}
	w.reads.Store(f)
	return nil
}

// fill puts what is in memory into a file that may have a past of its own. The
// numbers of both begin at 1, so those of memory are raised above the file's.
func (w *writer) fill(ctx context.Context, f *file) error {
	if _, err := f.write.ExecContext(ctx, "ATTACH ? AS held", w.f.uri); err != nil {
		return wrapSQLite(err)
	}
	defer f.write.ExecContext(ctx, "DETACH held") //nolint:errcheck // of a file that is given up, or of memory
	tx, err := f.write.BeginTx(ctx, nil)
	if err != nil {
		return wrapSQLite(err)
	}
	m := move{tx: tx, loc: w.opt.Location}
	m.measure()
	m.events()
	m.alerts()
	m.money()
	if m.err != nil {
		_ = tx.Rollback()
		return wrapSQLite(m.err)
	}
	if err := tx.Commit(); err != nil {
		return wrapSQLite(err)
	}
	w.lastSeq, w.raised, w.raisedNotes = w.lastSeq+m.seq, m.seq, [2]int64{m.lastNote, m.note}
	w.base.Store(max(w.base.Load(), 0) + m.seq)
	w.back = max(w.back, metaInt(f.write.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", metaClockBack)))
	w.storedBack = -1
	return nil
}

// move is one transaction that takes all of the database "held" into "main". After
// an error nothing more is done.
type move struct {
	tx        *sql.Tx
	loc       *time.Location
	err       error
	seq, note int64 // by how much numbers of events and of notes are raised
	lastNote  int64 // the last note that memory has
}

func (m *move) do(statement string, args ...any) {
	if m.err == nil {
		_, m.err = m.tx.Exec(statement, args...)
	}
}

func (m *move) number(query string) (n int64) {
	if m.err == nil {
		m.err = m.tx.QueryRow(query).Scan(&n)
	}
	return n
}

func (m *move) measure() {
	m.seq = m.number("SELECT coalesce(max(seq), 0) FROM main.event")
	m.note = m.number("SELECT coalesce(max(seq), 0) FROM (SELECT seq FROM main.sqlite_sequence WHERE name = 'said' UNION ALL SELECT max(id) FROM main.said)")
	m.lastNote = m.number("SELECT coalesce(max(id), 0) FROM held.said")
}

// events takes what happened, what was altered, what is kept beside it, and film.
func (m *move) events() {
	m.do(`INSERT INTO main.event ("seq", at, gateway, kind, severity, source, key, provider, task, text, body)
		SELECT "seq" + ?, at, gateway, kind, severity, source, key, provider, task, text, body FROM held.event ORDER BY "seq"`, m.seq)
	m.do(`INSERT INTO main.event_fts (rowid, text, names) SELECT seq, text, names FROM main.event_words WHERE seq > ?`, m.seq)
	raised := `CASE WHEN id GLOB '*[^0-9]*' THEN id ELSE CAST(CAST(id AS INTEGER) + ?1 AS TEXT) END`
	m.do(`INSERT OR REPLACE INTO main.change (id, gateway, at, entity, subject, body)
		SELECT `+raised+`, gateway, at, entity, subject, CASE WHEN ?1 > 0 AND json_type(body, '$.id') IS NOT NULL
		THEN json_set(body, '$.id', `+raised+`) ELSE body END FROM held.change`, m.seq)
	m.do(`INSERT OR REPLACE INTO main.kept SELECT * FROM held.kept`)
	m.do(`INSERT OR REPLACE INTO main.film (reel, n, at, body) SELECT reel, n, at, body FROM held.film`)
	m.do(`INSERT OR REPLACE INTO main.meta SELECT * FROM held.meta WHERE name NOT LIKE '.%' OR name NOT IN (SELECT name FROM main.meta)`)
}

// alerts takes alerts, what was decided and told, and what the user wished.
func (m *move) alerts() {
	for _, table := range []string{"instance", "spell", "silence", "ack"} {
		m.do("INSERT OR REPLACE INTO main." + table + " SELECT * FROM held." + table)
	}
	m.do(`INSERT INTO main.timeline (incident, fingerprint, at, what, severity, text)
		SELECT incident, fingerprint, at, what, severity, text FROM held.timeline ORDER BY id`)
	m.do(`INSERT INTO main.decision (fingerprint, incident, at, reason, told, severity, title, text)
		SELECT fingerprint, incident, at, reason, told, severity, title, text FROM held.decision ORDER BY id`)
	m.do(`INSERT INTO main.said (id, fingerprint, epoch, severity, intended_at, delivered_at, given_up, body)
		SELECT id + ?, fingerprint, epoch, severity, intended_at, delivered_at, given_up, body FROM held.said ORDER BY id`, m.note)
}

// money takes the ledgers. The book of this run did not know the file's and has
// read the gateway's anew: from its first minute on it has all, also what
// the file has of these minutes.
func (m *move) money() {
	first := m.strings("SELECT DISTINCT gateway FROM held.ledger_minute")
	for _, gateway := range first {
		m.takeBack(gateway)
	}
	m.do(`INSERT OR REPLACE INTO main.ledger_minute SELECT * FROM held.ledger_minute`)
	for _, step := range []Step{StepHour, StepDay} {
		m.do(fmt.Sprintf(`INSERT INTO main.spend_%s SELECT * FROM held.spend_%s WHERE true ON CONFLICT DO UPDATE SET
			nano = nano + excluded.nano, requests = requests + excluded.requests`, step, step))
	}
	m.do(`INSERT OR REPLACE INTO main.ledger_account SELECT * FROM held.ledger_account`)
	m.do(`INSERT OR REPLACE INTO main.ledger_undated SELECT * FROM held.ledger_undated`)
	for _, gateway := range m.strings("SELECT gateway FROM held.ledger_mark") {
		m.marks(gateway)
	}
}

// takeBack removes what the file has of a gateway's money from the first minute on
// that memory has.
func (m *move) takeBack(gateway string) {
	type cell struct {
		minute, kind, nano, bookings int64
		group, key, provider, model  string
	}
	const which = `gateway = ? AND minute >= (SELECT min(minute) FROM held.ledger_minute h WHERE h.gateway = main.ledger_minute.gateway)`
	rows, err := m.tx.Query(`SELECT minute, grp, key, provider, model, kind, nano, bookings FROM main.ledger_minute WHERE `+which, gateway)
	if m.err != nil || err != nil {
		m.err = orErr(m.err, err)
		return
	}
	var all []cell
	for rows.Next() {
		var c cell
		if err = rows.Scan(&c.minute, &c.group, &c.key, &c.provider, &c.model, &c.kind, &c.nano, &c.bookings); err != nil {
			break
		}
		all = append(all, c)
	}
	m.err = orErr(err, rows.Err())
	_ = rows.Close()
	for _, c := range all {
		of := ledger.Change{Cell: ledger.Cell{Kind: ledger.Kind(c.kind), Group: event.GroupID(c.group)}}
		if !of.Counted() {
			continue
		}
		at := ledger.Minute(c.minute).Time()
		m.do(rollupSQL(StepHour), floorDiv(at.Unix(), 3600), gateway, c.key, c.model, c.provider, -c.nano, -c.bookings)
		m.do(rollupSQL(StepDay), civilDay(at, m.loc), gateway, c.key, c.model, c.provider, -c.nano, -c.bookings)
	}
	m.do(`DELETE FROM main.ledger_undated WHERE gateway = ? AND until >= (SELECT min(minute) FROM held.ledger_minute h WHERE h.gateway = main.ledger_undated.gateway)`, gateway)
	m.do(`DELETE FROM main.ledger_minute WHERE `+which, gateway)
}

// marks joins which rows and minutes of a gateway either book knows.
func (m *move) marks(gateway string) {
	var held, file ledgerMarks
	for from, into := range map[string]*ledgerMarks{"held": &held, "main": &file} {
		for _, body := range m.strings("SELECT body FROM "+from+".ledger_mark WHERE gateway = ?", gateway) {
			m.err = orErr(m.err, json.Unmarshal([]byte(body), into))
		}
	}
	held.Rows, held.Watched = file.Rows.With(held.Rows), file.Watched.With(held.Watched)
	body, err := json.Marshal(held)
	m.err = orErr(m.err, err)
	m.do(`INSERT OR REPLACE INTO main.ledger_mark (gateway, body) VALUES (?, ?)`, gateway, string(body))
}

func (m *move) strings(query string, args ...any) (all []string) {
	if m.err != nil {
		return nil
	}
	rows, err := m.tx.Query(query, args...)
	if err != nil {
		m.err = err
		return nil
	}
	defer rows.Close() //nolint:errcheck // Err has what matters
	for rows.Next() {
		var s string
		if m.err = rows.Scan(&s); m.err != nil {
			return nil
		}
		all = append(all, s)
	}
	m.err = rows.Err()
	return all
}

func orErr(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// noteOf is the number in the file of a note that was perhaps made in memory. On
// the writer's goroutine.
func (w *writer) noteOf(id int64) int64 {
	if id <= w.raisedNotes[0] {
		return id + w.raisedNotes[1]
	}
	return id
}

// raiseChange gives a change that is named by its event's number the number that
// the event has in the file.
func (w *writer) raiseChange(c Change) Change {
	n, err := strconv.ParseInt(c.ID, 10, 64)
	if w.raised == 0 || err != nil {
		return c
	}
	c.ID = strconv.FormatInt(n+w.raised, 10)
	var body map[string]json.RawMessage
	if json.Unmarshal(c.Body, &body) == nil && body["id"] != nil {
		body["id"] = json.RawMessage(strconv.Quote(c.ID))
		if raised, err := json.Marshal(body); err == nil {
			c.Body = raised
		}
	}
	return c
}
