package history

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// eachPage is how many events are read at once, so that a reader of millions holds
// none of the others up.
const eachPage = 2000

// Since is from which event on, of those since a time, there are at most so many:
// its number, and when it came. from is returned where there are fewer.
func (d *DB) Since(ctx context.Context, from time.Time, most int) (seq int64, at time.Time, err error) {
	err = d.reader().QueryRowContext(ctx, "SELECT coalesce(min(seq), 0) FROM event WHERE at >= ?", millis(from)).Scan(&seq)
	if err != nil {
		return 0, from, wrapSQLite(err)
	}
	var ms int64
	err = d.reader().QueryRowContext(ctx, "SELECT seq, at FROM event WHERE seq >= ? ORDER BY seq DESC LIMIT 1 OFFSET ?", seq, most).Scan(&seq, &ms)
	if errors.Is(err, sql.ErrNoRows) {
		return seq, from, nil
	}
	return seq, fromMillis(ms), wrapSQLite(err)
}

// Begins is when the first event that is kept came; zero if none is.
func (d *DB) Begins(ctx context.Context) (time.Time, error) {
	var ms int64
	err := d.reader().QueryRowContext(ctx, "SELECT at FROM event ORDER BY seq LIMIT 1").Scan(&ms)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return fromMillis(ms), wrapSQLite(err)
}

// EachEvent reads events in order, from a number on to a time, a few thousand at
// once; each says whether to go on.
func (d *DB) EachEvent(ctx context.Context, seq int64, to time.Time, each func(*Event) bool) error {
	for after := seq - 1; ; {
		page, err := d.eventsAfter(ctx, Query{}, after, eachPage)
		if err != nil {
			return err
		}
		for i := range page {
			if page[i].At.After(to) || !each(&page[i]) {
				return nil
			}
		}
		if len(page) < eachPage {
			return nil
		}
		after = page[len(page)-1].Seq
	}
}
