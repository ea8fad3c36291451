package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
)

// Names of meta rows that history itself uses begin with a dot.
const (
	metaClockBack = ".clock_back" // milliseconds, see writer.back
)

// SetMeta keeps a value under a name, durably. Names that begin with a dot are
// history's own.
func (d *DB) SetMeta(ctx context.Context, name, value string) error {
	return d.run(ctx, true, func(tx *sql.Tx) error { return putMeta(tx, name, value) })
}

// Meta returns what SetMeta kept, or ErrNotFound.
func (d *DB) Meta(ctx context.Context, name string) (string, error) {
	var value string
	err := d.reader().QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("%w: meta %q", ErrNotFound, name)
	}
	return value, wrapSQLite(err)
}

func putMeta(tx *sql.Tx, name, value string) error {
	_, err := tx.Exec(`INSERT INTO meta (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}

// readClock loads what the writer must know of earlier runs. What cannot be
// read is taken as none: the first write will meet the same fault and report it.
func (w *writer) readClock() {
	ctx := context.Background()
	row := w.f.write.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM event")
	if err := row.Scan(&w.lastSeq); err != nil {
		w.log.Warn("history's last number is unknown", "cause", err)
	}
	row = w.f.write.QueryRowContext(ctx, "SELECT coalesce(max(at), 0) FROM event")
	if err := row.Scan(&w.newest); err != nil {
		w.log.Warn("history's last time is unknown", "cause", err)
	}
	w.back = metaInt(w.f.write.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", metaClockBack))
	w.storedBack = w.back
	w.opened = w.lastSeq
}

func metaInt(row *sql.Row) int64 {
	var text string
	if row.Scan(&text) != nil {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
