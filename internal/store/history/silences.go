package history

import (
	"context"
	"database/sql"
)

// ReplaceSilences keeps these silences and no others, durably and in one step:
// a program that dies meanwhile leaves the old ones or the new ones.
func (d *DB) ReplaceSilences(ctx context.Context, silences []Silence) error {
	return d.run(ctx, true, func(tx *sql.Tx) error {
		if _, err := tx.Exec("DELETE FROM silence"); err != nil {
			return err
		}
		for _, s := range silences {
			if err := insertSilence(tx, s); err != nil {
				return err
			}
		}
		return nil
	})
}

func insertSilence(tx *sql.Tx, s Silence) error {
	_, err := tx.Exec(`INSERT INTO silence
		(id, scope, target, gateway, created_at, until, critical, note, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.ID, s.Scope, s.Target, string(s.Gateway), millis(s.CreatedAt), millis(s.Until), s.Critical,
		cleanText(s.Note), bodyText(s.Body))
	return err
}

// Silences lists all that are stored, oldest first, expired or not.
func (d *DB) Silences(ctx context.Context) ([]Silence, error) {
	return collect(ctx, d.reader(), `SELECT id, scope, target, gateway, created_at, until, critical, note, body
		FROM silence ORDER BY created_at, id`, nil, func(rows *sql.Rows) (s Silence, err error) {
		var created, until int64
		var body string
		err = rows.Scan(&s.ID, &s.Scope, &s.Target, &s.Gateway, &created, &until, &s.Critical, &s.Note, &body)
		s.CreatedAt, s.Until, s.Body = fromMillis(created), fromMillis(until), bodyOf(body)
		return s, err
	})
}
