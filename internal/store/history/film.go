package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// FilmPiece is a piece of what the pages showed, as package film packs it. The
// pieces of one reel are numbered from 0 and can only be unpacked in order.
type FilmPiece struct {
	Reel time.Time // when its first piece was so
	N    int
	At   time.Time // when this one was so
	Body []byte
}

// maxFilmWaiting is how many bytes of film wait for the disk at most.
const maxFilmWaiting = 32 << 20

// PutFilm keeps a piece. It never blocks; false says that it is not kept, as
// too much waits for the disk already, and that its reel ends before it.
func (d *DB) PutFilm(p FilmPiece) bool {
	if d.w == nil {
		return false
	}
	q := d.w.q
	kept := false
	q.put(func() {
		if q.closed || q.waiting.filmBytes+len(p.Body) > maxFilmWaiting {
			return
		}
		kept = true
		q.waiting.film = append(q.waiting.film, p)
		q.waiting.filmBytes += len(p.Body)
	})
	return kept
}

func (w *writer) storeFilm(tx *sql.Tx) error {
	for _, p := range w.pending.film {
		if _, err := tx.Exec("INSERT OR REPLACE INTO film (reel, n, at, body) VALUES (?, ?, ?, ?)",
			millis(p.Reel), p.N, millis(p.At), p.Body); err != nil {
			return err
		}
	}
	return nil
}

// Reel returns the pieces of the newest reel that begins at a time or before, in
// order and without a hole; ErrNotFound if there is none.
func (d *DB) Reel(ctx context.Context, at time.Time) ([]FilmPiece, error) {
	all, err := collect(ctx, d.reader(), `SELECT reel, n, at, body FROM film
		WHERE reel = (SELECT max(reel) FROM film WHERE reel <= ?) ORDER BY n`, []any{millis(at)},
		func(rows *sql.Rows) (p FilmPiece, err error) {
			var reel, at int64
			err = rows.Scan(&reel, &p.N, &at, &p.Body)
			p.Reel, p.At = fromMillis(reel), fromMillis(at)
			return p, err
		})
	if err != nil {
		return nil, err
	}
	for i, p := range all {
		if p.N != i {
			all = all[:i]
			break
		}
	}
	if len(all) == 0 {
		return nil, ErrNotFound
	}
	return all, nil
}

// NextReel is when the first reel after a time begins; ErrNotFound if none does.
func (d *DB) NextReel(ctx context.Context, after time.Time) (time.Time, error) {
	return d.filmTime(ctx, "SELECT min(reel) FROM film WHERE reel > ?", millis(after))
}

// FilmRange is of which time there is film: when the first reel begins and
// when the newest piece was so. ErrNotFound if there is none.
func (d *DB) FilmRange(ctx context.Context) (from, to time.Time, err error) {
	if from, err = d.filmTime(ctx, "SELECT min(reel) FROM film"); err != nil {
		return from, to, err
	}
	to, err = d.filmTime(ctx, "SELECT at FROM film WHERE reel = (SELECT max(reel) FROM film) ORDER BY n DESC LIMIT 1")
	return from, to, err
}

func (d *DB) filmTime(ctx context.Context, query string, args ...any) (time.Time, error) {
	var at sql.NullInt64
	err := d.reader().QueryRowContext(ctx, query, args...).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !at.Valid {
		return time.Time{}, ErrNotFound
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("history: film: %w", wrapSQLite(err))
	}
	return fromMillis(at.Int64), nil
}

const (
	// FilmInFull is how long film is kept piece by piece; of older reels the first
	// picture is.
	FilmInFull = 14 * 24 * time.Hour
	// filmShare is how much of a file that grew too large may be film.
	filmShare = 4
)

// thinFilm forgets film that is too old, by the age of events.
func (d *DB) thinFilm(ctx context.Context, now time.Time, keep time.Duration) error {
	if err := d.forget(ctx, "DELETE FROM film WHERE id IN (SELECT id FROM film WHERE reel < ? LIMIT ?)", millis(now.Add(-keep))); err != nil {
		return err
	}
	return d.forget(ctx, "DELETE FROM film WHERE id IN (SELECT id FROM film WHERE reel < ? AND n > 0 LIMIT ?)", millis(now.Add(-FilmInFull)))
}

// shrinkFilm forgets the oldest film of a file that is too large: what is above
// its share, and what is older than the oldest event.
func (d *DB) shrinkFilm(ctx context.Context, most int64) error {
	for {
		var bytes, oldest int64
		if err := d.reader().QueryRowContext(ctx, `SELECT (SELECT coalesce(sum(length(body)), 0) FROM film),
			(SELECT coalesce(min(at), 0) FROM event)`).Scan(&bytes, &oldest); err != nil {
			return fmt.Errorf("history: film: %w", wrapSQLite(err))
		}
		before, atOnce := oldest, forgetAtOnce
		if bytes > most/filmShare {
			before, atOnce = millis(d.opt.Now()), forgetAtOnce/10
		}
		n, err := d.forgetSome(ctx, "DELETE FROM film WHERE id IN (SELECT id FROM film WHERE reel < ? ORDER BY reel, n LIMIT ?)", before, atOnce)
		if err != nil || n == 0 || before == oldest {
			return err
		}
	}
}
