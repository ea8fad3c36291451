package history

import (
	"context"
	"database/sql"
)

// PutSilence keeps a silence or snooze, durably, and replaces one of the same
// ID.
func (d *DB) PutSilence(ctx context.Context, s Silence) error {
	return d.run(ctx, true, func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT OR REPLACE INTO silence
			(id, scope, target, gateway, created_at, until, critical, note, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			s.ID, s.Scope, s.Target, string(s.Gateway), millis(s.CreatedAt), millis(s.Until), s.Critical,
			cleanText(s.Note), bodyText(s.Body))
		return err
	})
}

// DeleteSilence forgets one. To forget one that is not there is no error.
func (d *DB) DeleteSilence(ctx context.Context, id string) error {
	return d.run(ctx, true, func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM silence WHERE id = ?", id)
		return err
	})
}

// Silences lists all that are kept, oldest first, ended or not.
func (d *DB) Silences(ctx context.Context) ([]Silence, error) {
	return collect(ctx, d.read, `SELECT id, scope, target, gateway, created_at, until, critical, note, body
		FROM silence ORDER BY created_at, id`, nil, func(rows *sql.Rows) (s Silence, err error) {
		var created, until int64
		var body string
		err = rows.Scan(&s.ID, &s.Scope, &s.Target, &s.Gateway, &created, &until, &s.Critical, &s.Note, &body)
		s.CreatedAt, s.Until, s.Body = fromMillis(created), fromMillis(until), bodyOf(body)
		return s, err
	})
}

// PutAck keeps an acknowledgement, durably, and replaces an earlier one of the
// same alert.
func (d *DB) PutAck(ctx context.Context, a Ack) error {
	return d.run(ctx, true, func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT OR REPLACE INTO ack (fingerprint, by, note, at, until, severity, body)
			VALUES (?, ?, ?, ?, ?, ?, ?)`, a.Fingerprint, a.By, cleanText(a.Note), millis(a.At), millis(a.Until),
			a.Severity.Rank(), bodyText(a.Body))
		return err
	})
}

// DeleteAck forgets an acknowledgement. To forget one that is not there is no
// error.
func (d *DB) DeleteAck(ctx context.Context, fingerprint string) error {
	return d.run(ctx, true, func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM ack WHERE fingerprint = ?", fingerprint)
		return err
	})
}

// Acks lists all that are kept, oldest first.
func (d *DB) Acks(ctx context.Context) ([]Ack, error) {
	return collect(ctx, d.read, `SELECT fingerprint, by, note, at, until, severity, body FROM ack
		ORDER BY at, fingerprint`, nil, func(rows *sql.Rows) (a Ack, err error) {
		var at, until int64
		var severity int
		var body string
		err = rows.Scan(&a.Fingerprint, &a.By, &a.Note, &at, &until, &severity, &body)
		a.At, a.Until, a.Severity, a.Body = fromMillis(at), fromMillis(until), severityOf(severity), bodyOf(body)
		return a, err
	})
}
