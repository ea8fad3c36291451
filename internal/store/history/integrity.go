package history

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// checkHeader reads the first 100 bytes without SQLite: opening a file for writing
// would already change one that is another program's.
func checkHeader(path string) error {
	f, err := os.Open(path) //nolint:gosec // the caller's own path
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	head := make([]byte, 100)
	n, err := io.ReadFull(f, head)
	switch {
	case errors.Is(err, io.EOF):
		return nil // empty: to be made
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: %d bytes are no database", ErrCorrupt, n)
	case err != nil:
		return err
	case !bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		return fmt.Errorf("%w: it does not begin like a database", ErrCorrupt)
	}
	// The id stands at byte 68. It is 0 in a file whose first changes are
	// still in the write-ahead log.
	if id := binary.BigEndian.Uint32(head[68:]); id != 0 && id != applicationID {
		return fmt.Errorf("%w (application id %#x)", ErrForeign, id)
	}
	return checkLength(f, head)
}

// checkLength fails with ErrCorrupt if the file is shorter than its header says:
// SQLite reads what is missing as zeros, which within a page nothing else
// shows. While there is a write-ahead log, that has the missing pages.
func checkLength(f *os.File, head []byte) error {
	if log, err := os.Stat(f.Name() + "-wal"); err == nil && log.Size() > 0 {
		return nil
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	size := int64(binary.BigEndian.Uint16(head[16:])) // of a page; 1 means 65,536
	if size == 1 {
		size = 1 << 16
	}
	// The number of pages, which counts if the last writer knew of it.
	want := size * int64(binary.BigEndian.Uint32(head[28:]))
	if bytes.Equal(head[24:28], head[92:96]) && info.Size() < want {
		return fmt.Errorf("%w: %d bytes are missing at its end", ErrCorrupt, want-info.Size())
	}
	return nil
}

// quickCheck reads every page of every table and fails with ErrCorrupt if one
// does not fit. It gives up after limit, with complete false. Small tables come
// first. The words of the search index are not compared with the events: that
// takes minutes, and they can be made anew.
func quickCheck(ctx context.Context, from *sql.DB, limit time.Duration) (complete bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tables, err := column[string](ctx, from, `SELECT name FROM sqlite_schema
		WHERE type = 'table' AND rootpage > 0
		ORDER BY name LIKE 'event%', name`)
	if err != nil {
		return false, wrapSQLite(err)
	}
	for _, table := range tables {
		found, err := column[string](ctx, from, "PRAGMA quick_check('"+strings.ReplaceAll(table, "'", "''")+"')")
		switch {
		case ctx.Err() != nil:
			return false, nil
		case err != nil:
			return false, wrapSQLite(err)
		case len(found) != 1 || found[0] != "ok":
			return false, fmt.Errorf("%w: table %s: %s", ErrCorrupt, table, strings.Join(found[:min(3, len(found))], "; "))
		}
	}
	return true, nil
}

// column reads the first column of every row.
func column[T any](ctx context.Context, from *sql.DB, query string, args ...any) (all []T, err error) {
	rows, err := from.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err has what matters
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// replaceFile renames what is at path, begins a new file there, and copies
// into it what can be read.
func replaceFile(ctx context.Context, path string, o Options, why error) (*file, HealthEvent, error) {
	o.Log.Warn("history is set aside", "cause", why)
	aside, err := setAside(path, o.Now())
	if err != nil {
		return nil, HealthEvent{
			Code: HealthCorrupt, Severity: event.SeverityWarning, Title: "History is damaged", Path: path, At: o.Now(),
			Text: "The history file cannot be used and could not be renamed. Move it away by hand: " + path,
		}, err
	}
	f, err := openFile(ctx, path, o)
	saved := 0
	if err == nil && !errors.Is(why, ErrForeign) {
		saved = recoverRows(ctx, aside, f.write, o)
	}
	return f, setAsideEvent(why, aside, saved, o.Now()), err
}

func setAsideEvent(why error, aside string, saved int, now time.Time) HealthEvent {
	n := HealthEvent{Code: HealthSetAside, Severity: event.SeverityWarning, Path: aside, At: now}
	switch {
	case errors.Is(why, ErrNewer):
		n.Title, n.Text = "History is of a later version", "A later version of Gatewatch wrote the history."
	case errors.Is(why, ErrForeign):
		n.Title, n.Text = "History file was not ours", "The file in the place of the history belongs to another program."
	default:
		n.Title, n.Text = "History was damaged", "The history file could not be read, perhaps after a power cut."
	}
	n.Text += " It was renamed to " + filepath.Base(aside) + " and a new history was begun."
	if saved > 0 {
		n.Text += fmt.Sprintf(" %d rows of alerts, spend and notices were taken over; older events were not.", saved)
	}
	return n
}

func memoryOnlyEvent(path string, why error, now time.Time, loc *time.Location) HealthEvent {
	said := "The history file " + path + " cannot be written: " + why.Error() + ". "
	if errors.Is(why, ErrFull) {
		said = "The disk is full. "
	}
	return HealthEvent{
		Code: HealthMemoryOnly, Severity: event.SeverityWarning, Title: "History is not kept", Path: path, At: now,
		Text: said + "Since " + text.Clock(now, now, loc) + " nothing is kept: it would be lost if Gatewatch ended. Gatewatch goes on, " +
			"and looks again by itself; what it holds is written as soon as there is room.",
	}
}

// setAside renames a database with its log files, and returns the new name.
func setAside(path string, now time.Time) (string, error) {
	base := path + ".damaged-" + now.UTC().Format("20060102-150405")
	aside := base
	for n := 2; exists(aside); n++ {
		aside = fmt.Sprintf("%s-%d", base, n)
	}
	if err := os.Rename(path, aside); err != nil {
		return "", err
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// recoveredTables are the tables worth copying out of a corrupt file, dearest first:
// without the notification log everything would be notified of again.
var recoveredTables = []string{"said", "silence", "ack", "instance", "spell", "decision", "timeline", "spend_day", "spend_hour", "ledger_undated"}

// recoverRows copies rows until the first one of each table that cannot be read,
// and returns how many. It takes five seconds at most.
func recoverRows(ctx context.Context, aside string, into *sql.Conn, o Options) (saved int) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	// With writable_schema SQLite reads a file that is shorter than it says;
	// mode=ro keeps it from being written all the same.
	from := mustOpen(fileURI(aside) + "?mode=ro&_pragma=writable_schema(1)")
	defer from.Close() //nolint:errcheck // a damaged file
	for _, table := range recoveredTables {
		n, err := copyTable(ctx, from, into, table)
		saved += n
		if err != nil {
			o.Log.Info("salvage stopped", "table", table, "rows", n, "cause", err)
		}
	}
	return saved
}

// copyTable copies what it can and commits that, also when it fails.
func copyTable(ctx context.Context, from *sql.DB, into *sql.Conn, table string) (n int, err error) {
	rows, err := from.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return 0, err
	}
	defer rows.Close() //nolint:errcheck // Err has what matters
	names, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	tx, err := into.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return 0, err
	}
	insert := "INSERT OR IGNORE INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES (?" +
		strings.Repeat(", ?", len(names)-1) + ")"
	values, targets := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err = rows.Scan(targets...); err != nil {
			break
		}
		if _, err = tx.Exec(insert, values...); err != nil {
			break
		}
		n++
	}
	if cerr := tx.Commit(); cerr != nil {
		return 0, errors.Join(err, cerr)
	}
	return n, errors.Join(err, rows.Err())
}
