package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"gatewatch/internal/core/event"
)

// Change is something that was altered, as it is shown again later. Body is the
// caller's own.
type Change struct {
	ID      string
	Gateway event.GatewayID // "" of a mark that is about all gateways
	At      time.Time
	Entity  string
	Subject string
	Body    json.RawMessage
}

// Kept is what one run leaves to the next under a name.
type Kept struct {
	Gateway event.GatewayID
	Name    string
	At      time.Time
	Body    json.RawMessage
}

// maxChangesWaiting bounds the changes that wait for the disk.
const maxChangesWaiting = 65_536

// PutMemory keeps changes, and what is to be kept beside them, all in one
// transaction. What has the id or the name of something that is kept takes its
// place. It never blocks.
func (d *DB) PutMemory(changes []Change, kept []Kept) {
	if d.w == nil || len(changes)+len(kept) == 0 {
		return
	}
	q := d.w.q
	q.put(func() {
		for _, c := range changes {
			if len(q.waiting.changes) >= maxChangesWaiting {
				q.lostRows++
				continue
			}
			q.waiting.changes = append(q.waiting.changes, c)
		}
		if q.waiting.kept == nil {
			q.waiting.kept = map[[2]string]Kept{}
		}
		for _, k := range kept {
			q.waiting.kept[[2]string{string(k.Gateway), k.Name}] = k
		}
	})
}

func (w *writer) storeMemory(tx *sql.Tx) error {
	for _, c := range w.pending.changes {
		c = w.raiseChange(c)
		if _, err := tx.Exec("INSERT OR REPLACE INTO change (id, gateway, at, entity, subject, body) VALUES (?, ?, ?, ?, ?, ?)",
			clip(c.ID), clip(string(c.Gateway)), millis(c.At), clip(c.Entity), clip(c.Subject), bodyText(c.Body)); err != nil {
			return err
		}
	}
	for _, k := range w.pending.kept {
		if _, err := tx.Exec("INSERT OR REPLACE INTO kept (gateway, name, at, body) VALUES (?, ?, ?, ?)",
			clip(string(k.Gateway)), clip(k.Name), millis(k.At), bodyText(k.Body)); err != nil {
			return err
		}
	}
	return nil
}

// Changes lists the newest changes within a span, oldest first, at most limit
// (0: 200); of one gateway and those that are about all, or of every one if it is "".
func (d *DB) Changes(ctx context.Context, gateway event.GatewayID, span Range, limit int) ([]Change, error) {
	var w where
	if gateway != "" {
		w.add("gateway IN (?, '')", clip(string(gateway)))
	}
	if !span.From.IsZero() {
		w.add("at >= ?", millis(span.From))
	}
	if !span.To.IsZero() {
		w.add("at < ?", millis(span.To))
	}
	return collect(ctx, d.reader(), "SELECT id, gateway, at, entity, subject, body FROM (SELECT * FROM change"+w.sql()+
		" ORDER BY at DESC, id DESC LIMIT ?) ORDER BY at, id", append(w.args, orDefault(limit, 200)),
		func(rows *sql.Rows) (c Change, err error) {
			var at int64
			var body string
			err = rows.Scan(&c.ID, &c.Gateway, &at, &c.Entity, &c.Subject, &body)
			c.At, c.Body = fromMillis(at), bodyOf(body)
			return c, err
		})
}

// Kept returns what is kept under a name, or ErrNotFound.
func (d *DB) Kept(ctx context.Context, gateway event.GatewayID, name string) (Kept, error) {
	k := Kept{Gateway: gateway, Name: name}
	var at int64
	var body string
	err := d.reader().QueryRowContext(ctx, "SELECT at, body FROM kept WHERE gateway = ? AND name = ?",
		clip(string(gateway)), clip(name)).Scan(&at, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return k, ErrNotFound
	}
	k.At, k.Body = fromMillis(at), bodyOf(body)
	return k, wrapSQLite(err)
}

// DropKept removes all that is kept of a gateway, durably. Its changes stay.
func (d *DB) DropKept(ctx context.Context, gateway event.GatewayID) error {
	if err := d.Flush(ctx); err != nil {
		return err
	}
	return d.run(ctx, true, func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM kept WHERE gateway = ?", clip(string(gateway)))
		return err
	})
}
