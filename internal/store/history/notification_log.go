package history

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// LogIntended notes that the user is about to be notified, before it is tried, and
// returns the number of the note. When it returns nil the note survives a kill
// and a power cut. Of s it uses Fingerprint, Period, Severity, IntendedAt (zero:
// now) and Body. A notification that was intended and never delivered is found by
// UndeliveredNotifications after a restart.
func (d *DB) LogIntended(ctx context.Context, s Notification) (id int64, err error) {
	var note int64 // not id: if ctx ends, we return before the writer is done
	if s.IntendedAt.IsZero() {
		s.IntendedAt = d.opt.Now()
	}
	err = d.run(ctx, true, func(tx *sql.Tx) error {
		r, err := tx.Exec(`INSERT INTO said (fingerprint, epoch, severity, intended_at, delivered_at, given_up, body)
			VALUES (?, ?, ?, ?, 0, '', ?)`, s.Fingerprint, s.Period, s.Severity.Rank(), millis(s.IntendedAt), bodyText(s.Body))
		if err != nil {
			return err
		}
		note, err = r.LastInsertId()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("history: intend: %w", err)
	}
	return note, nil
}

// LogDelivered notes that what was intended under id was shown. When it returns nil
// the note survives a kill. A power cut in the next moments may undo it, and so
// cause a repeat: waiting for the disk here would make the time between showing
// and noting, in which any kill causes one, many times as long. It fails with
// ErrNotFound for an unknown id. A second call changes nothing.
func (d *DB) LogDelivered(ctx context.Context, id int64, at time.Time) error {
	return d.updateNotification(ctx, id, `UPDATE said SET delivered_at = CASE delivered_at WHEN 0 THEN ? ELSE delivered_at END,
		given_up = '' WHERE id = ?`, millis(at))
}

// LogGivenUp notes that what was intended under id will not be tried again, and
// why ("digest", "not permitted"). A delivered one stays delivered. What holds
// for LogDelivered's note holds for this one.
func (d *DB) LogGivenUp(ctx context.Context, id int64, why string) error {
	return d.updateNotification(ctx, id, `UPDATE said SET given_up = CASE delivered_at WHEN 0 THEN ? ELSE given_up END
		WHERE id = ?`, orDefault(why, "unknown"))
}

func (d *DB) updateNotification(ctx context.Context, id int64, update string, value any) error {
	return d.run(ctx, false, func(tx *sql.Tx) error {
		r, err := tx.Exec(update, value, d.w.noteOf(id))
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return fmt.Errorf("%w: said %d (%w)", ErrNotFound, id, err)
		}
		return nil
	})
}

// UndeliveredNotifications lists what was intended and neither delivered nor given up,
// oldest first. Right after Open that is what a crash left.
func (d *DB) UndeliveredNotifications(ctx context.Context) ([]Notification, error) {
	return d.notifications(ctx, "WHERE delivered_at = 0 AND given_up = '' ORDER BY id", nil)
}

// LastNotifications lists the newest notification of every fingerprint since a time, oldest
// first: what a new run must know so as not to repeat it.
func (d *DB) LastNotifications(ctx context.Context, since time.Time) ([]Notification, error) {
	return d.notifications(ctx, `WHERE id IN (SELECT max(id) FROM said WHERE intended_at >= ? GROUP BY fingerprint)
		ORDER BY id`, []any{millis(since)})
}

// NotificationsOf lists every notification of one fingerprint, newest first.
func (d *DB) NotificationsOf(ctx context.Context, fingerprint string) ([]Notification, error) {
	return d.notifications(ctx, "WHERE fingerprint = ? ORDER BY id DESC LIMIT 1000", []any{fingerprint})
}

func (d *DB) notifications(ctx context.Context, rest string, args []any) ([]Notification, error) {
	return collect(ctx, d.reader(), `SELECT id, fingerprint, epoch, severity, intended_at, delivered_at, given_up, body
		FROM said `+rest, args, func(rows *sql.Rows) (s Notification, err error) {
		var severity int
		var intended, delivered int64
		var body string
		err = rows.Scan(&s.ID, &s.Fingerprint, &s.Period, &severity, &intended, &delivered, &s.GivenUp, &body)
		s.Severity, s.Body = severityOf(severity), bodyOf(body)
		s.IntendedAt, s.DeliveredAt = fromMillis(intended), fromMillis(delivered)
		return s, err
	})
}
