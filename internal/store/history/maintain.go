package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

const (
	// forgetAtOnce is how many rows one transaction deletes: about 50 ms, so
	// that what is recorded meanwhile does not wait.
	forgetAtOnce = 2000
	// idleAfter is how long nothing was written before the file is tidied up.
	idleAfter = 30 * time.Second
	// firstRound is when the maintainer first looks, to let a start be quick.
	firstRound = time.Minute
)

// maintainer deletes and compacts now and then, until ctx ends.
func (w *writer) maintainer(ctx context.Context) {
	if f := w.reads.Load(); !f.checked {
		w.checkRest(ctx, f)
	}
	if w.opt.MaintenanceInterval < 0 {
		return
	}
	timer := time.NewTimer(min(firstRound, w.opt.MaintenanceInterval))
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-w.maintainNow:
		case <-ctx.Done():
			return
		}
		if err := w.maintain(ctx); err != nil && ctx.Err() == nil {
			w.log.Warn("history was not maintained", "cause", err)
		}
		timer.Reset(w.opt.MaintenanceInterval)
	}
}

// checkRest looks for corruption that Open had no time to look for.
func (w *writer) checkRest(ctx context.Context, f *file) {
	_, err := quickCheck(ctx, f.read, 10*time.Minute)
	if errors.Is(err, ErrCorrupt) && ctx.Err() == nil {
		w.log.Warn("history is damaged", "cause", err)
		w.opt.OnHealthEvent(faultEvent(HealthCorrupt, err, f.path, w.opt.Now()))
	}
}

// Maintain deletes what is too old or too much, a little at a time, and compacts
// the file if nothing was written lately. The maintainer calls it by itself.
func (d *DB) Maintain(ctx context.Context) error {
	if d.w == nil {
		return ErrReadOnly
	}
	return d.w.maintain(ctx)
}

func (w *writer) maintain(ctx context.Context) error {
	db := &DB{opt: w.opt, log: w.log, w: w}
	now := w.opt.Now()
	eventsBefore, sumsBefore := now.Add(-w.retention.Load().Events), now.Add(-w.retention.Load().Rollups)
	day := civilDay(sumsBefore, w.opt.Location)
	for _, f := range []struct {
		table, which string
		arg          int64
	}{
		{"event", "seq IN (SELECT seq FROM event WHERE at < ? ORDER BY at LIMIT ?)", millis(eventsBefore)},
		{"timeline", "id IN (SELECT id FROM timeline WHERE at < ? ORDER BY at LIMIT ?)", millis(sumsBefore)},
		{"decision", "id IN (SELECT id FROM decision WHERE at < ? ORDER BY at LIMIT ?)", millis(sumsBefore)},
		{"said", "id IN (SELECT id FROM said WHERE intended_at < ? ORDER BY id LIMIT ?)", millis(sumsBefore)},
		{"instance", `fingerprint IN (SELECT fingerprint FROM instance
			WHERE ended_at BETWEEN 1 AND ? LIMIT ?)`, millis(sumsBefore)},
		{"spell", `(fingerprint, n) IN (SELECT fingerprint, n FROM spell
			WHERE ended_at BETWEEN 1 AND ? LIMIT ?)`, millis(sumsBefore)},
		{"change", "(gateway, id) IN (SELECT gateway, id FROM change WHERE at < ? ORDER BY at LIMIT ?)", millis(sumsBefore)},
		{"kept", "(gateway, name) IN (SELECT gateway, name FROM kept WHERE at < ? LIMIT ?)", millis(eventsBefore)},
		{"silence", "id IN (SELECT id FROM silence WHERE until BETWEEN 1 AND ? LIMIT ?)", millis(eventsBefore)},
		{"ack", `fingerprint IN (SELECT a.fingerprint FROM ack a LEFT JOIN instance i USING (fingerprint)
			WHERE i.fingerprint IS NULL AND a.at < ? LIMIT ?)`, millis(eventsBefore)},
		{"spend_hour", `(hour, gateway, key, model, provider) IN
			(SELECT hour, gateway, key, model, provider FROM spend_hour WHERE hour < ? LIMIT ?)`, floorDiv(sumsBefore.Unix(), 3600)},
		{"spend_day", `(day, gateway, key, model, provider) IN
			(SELECT day, gateway, key, model, provider FROM spend_day WHERE day < ? LIMIT ?)`, day},
		{"ledger_undated", `(gateway, until, after, grp, key) IN
			(SELECT gateway, until, after, grp, key FROM ledger_undated WHERE until < ? LIMIT ?)`, floorDiv(sumsBefore.Unix(), 60)},
		{"ledger_minute", `(minute, gateway, grp, key, provider, model, kind) IN
			(SELECT minute, gateway, grp, key, provider, model, kind FROM ledger_minute WHERE minute < ? LIMIT ?)`, floorDiv(now.Add(-keepMinutes).Unix(), 60)},
	} {
		if err := db.forget(ctx, "DELETE FROM "+f.table+" WHERE "+f.which, f.arg); err != nil {
			return fmt.Errorf("history: forget from %s: %w", f.table, err)
		}
	}
	if err := db.thinFilm(ctx, now, w.retention.Load().Events); err != nil {
		return fmt.Errorf("history: forget film: %w", err)
	}
	if err := db.enforceMaxBytes(ctx); err != nil {
		return err
	}
	return db.compactIfIdle(ctx)
}

// forget deletes in small transactions until nothing is left to.
func (d *DB) forget(ctx context.Context, statement string, arg int64) error {
	for {
		n, err := d.forgetSome(ctx, statement, arg, forgetAtOnce)
		if err != nil || n < forgetAtOnce {
			return err
		}
	}
}

func (d *DB) forgetSome(ctx context.Context, statement string, args ...any) (n int64, err error) {
	var rows int64 // not n: if ctx ends, we return before the writer is done
	err = d.run(ctx, false, func(tx *sql.Tx) error {
		r, err := tx.Exec(statement, args...)
		if err != nil {
			return err
		}
		rows, err = r.RowsAffected()
		return err
	})
	if err != nil {
		return 0, err
	}
	return rows, nil
}

// enforceMaxBytes deletes the oldest events while the file is above MaxBytes, down
// to nine tenths of it, so that it need not be done again at once.
func (d *DB) enforceMaxBytes(ctx context.Context) error {
	most := d.w.retention.Load().MaxBytes
	for target := most; ; target = most / 10 * 9 {
		used, err := d.usedBytes(ctx)
		if err != nil || used <= target {
			return err
		}
		if err := d.shrinkFilm(ctx, most); err != nil {
			return err
		}
		n, err := d.forgetSome(ctx, `DELETE FROM event WHERE seq IN (SELECT seq FROM event ORDER BY seq LIMIT ?)`, forgetAtOnce)
		if err != nil || n == 0 {
			return err
		}
	}
}

// usedBytes is how large the file would be without free pages.
func (d *DB) usedBytes(ctx context.Context) (n int64, err error) {
	err = d.reader().QueryRowContext(ctx, `SELECT
		((SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count)) *
		(SELECT page_size FROM pragma_page_size)`).Scan(&n)
	return n, wrapSQLite(err)
}

// compactIfIdle merges the search index, gives free pages back to the disk and
// shortens the log, unless events are coming in.
func (d *DB) compactIfIdle(ctx context.Context) error {
	if d.opt.Now().Sub(fromMillis(d.w.touched.Load())) < idleAfter {
		return nil
	}
	c := &command{call: func() error { d.w.compact(context.Background()); return nil }, done: make(chan struct{})}
	return d.send(ctx, c)
}

// freeAtOnce is how many free pages are given back at a time: 16 MB.
const freeAtOnce = 4000

// compact runs on the writer's goroutine, outside a transaction. What fails here
// is tried again another day. PRAGMA optimize is left out on purpose: with the
// statistics of a file that was small once, a million inserts took five times
// as long.
func (w *writer) compact(ctx context.Context) {
	for _, step := range []string{
		// A search reads every part of the index: fewer are faster.
		"INSERT INTO event_fts (event_fts, rank) VALUES ('merge', 500)",
		fmt.Sprintf("PRAGMA incremental_vacuum(%d)", freeAtOnce),
		"PRAGMA wal_checkpoint(TRUNCATE)",
	} {
		if _, err := w.f.write.ExecContext(ctx, step); err != nil {
			w.log.Info("history was not tidied", "step", step, "cause", err)
		}
	}
}
