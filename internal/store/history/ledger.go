package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// keepMinutes is how long money is kept by the minute; after that the sums of
// hours and days have it.
const keepMinutes = 8 * 24 * time.Hour

// unlogged marks rows of what a book concluded and concludes again when it is
// restored: debits for calls that the log does not know.
const unlogged ledger.Kind = 100

// maxLedgerCells is how many cells of one gateway wait for the disk apart; of
// more, the places are kept and not what was used.
const maxLedgerCells = 65_536

// ledgerLoad is what waits of one gateway's ledger.
type ledgerLoad struct {
	cells    map[ledger.Cell]ledger.Amount
	accounts map[[2]string]ledger.Account
	undated  map[ledger.Undated]event.NanoUSD // of places without an amount
	marks    *ledgerMarks
}

// ledgerMarks is the body of a row of ledger_mark.
type ledgerMarks struct {
	Rows    ledger.Spans   `json:"rows"`
	Watched ledger.Spans   `json:"watched"`
	Claims  []ledger.Piece `json:"claims,omitempty"`
}

// PutLedger adds what changed in a gateway's ledger, and the money of it to the
// sums of hours and days. It never blocks; what comes between two writes is
// merged. All of one call gets to the disk together or not at all.
func (d *DB) PutLedger(gateway event.GatewayID, t ledger.Taken) {
	if d.w == nil || t.Empty() && len(t.Unlogged)+len(t.Undated) == 0 {
		return
	}
	d.w.q.put(func() { d.w.q.waiting.addLedger(gateway, &t, d.w.q.loc, d.w.q.maxCells) })
}

func (l *writeBatch) addLedger(gateway event.GatewayID, t *ledger.Taken, loc *time.Location, maxCells int) {
	if l.ledgers == nil {
		l.ledgers = map[event.GatewayID]*ledgerLoad{}
	}
	x := l.ledgers[gateway]
	if x == nil {
		x = &ledgerLoad{cells: map[ledger.Cell]ledger.Amount{}, accounts: map[[2]string]ledger.Account{}, undated: map[ledger.Undated]event.NanoUSD{}}
		l.ledgers[gateway] = x
	}
	for _, c := range t.Changes {
		if c.Counted() {
			l.addMoney(gateway, c, loc)
		}
		old, known := x.cells[c.Cell]
		if !known && len(x.cells) >= maxCells {
			c.Provider, c.Model = "", ""
			old = x.cells[c.Cell]
		}
		x.cells[c.Cell] = ledger.Amount{Nano: old.Nano + c.Nano, Count: old.Count + c.Count}
	}
	for _, m := range t.Unlogged {
		c := ledger.Change{Cell: ledger.Cell{Minute: m.Minute, Group: m.Group, Key: m.Key, Kind: unlogged}, Amount: ledger.Amount{Nano: m.Nano}}
		l.addMoney(gateway, c, loc)
		x.cells[c.Cell] = ledger.Amount{Nano: x.cells[c.Cell].Nano + c.Nano}
	}
	for _, u := range t.Undated {
		n := u.Nano
		u.Nano = 0
		x.undated[u] = n
	}
	for _, a := range t.Accounts {
		x.accounts[[2]string{string(a.Group), string(a.Key)}] = a
	}
	if t.Marks {
		x.marks = &ledgerMarks{t.Rows, t.Watched, t.Claims}
	}
}

// addMoney adds a change to the sums of its hour and day.
func (l *writeBatch) addMoney(gateway event.GatewayID, c ledger.Change, loc *time.Location) {
	l.addTo(Spend{
		Gateway: gateway, Key: c.Key, Model: c.Model, Provider: c.Provider, At: c.Minute.Time(), Amount: c.Nano, Requests: c.Count,
	}, loc)
}

func (w *writer) storeLedgers(tx *sql.Tx) error {
	for gateway, x := range w.pending.ledgers {
		if err := storeLedger(tx, clip(string(gateway)), x); err != nil {
			return err
		}
	}
	return nil
}

func storeLedger(tx *sql.Tx, gateway string, x *ledgerLoad) error {
	put, err := tx.Prepare(`INSERT INTO ledger_minute (minute, gateway, grp, key, provider, model, kind, nano, bookings)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
		nano = nano + excluded.nano, bookings = bookings + excluded.bookings`)
	if err != nil {
		return err
	}
	defer put.Close() //nolint:errcheck // the transaction ends it
	for c, n := range x.cells {
		if _, err := put.Exec(int64(c.Minute), gateway, clip(string(c.Group)), clip(string(c.Key)), clip(c.Provider), clip(c.Model),
			int64(c.Kind), int64(n.Nano), n.Count); err != nil {
			return err
		}
	}
	if err := storeUndated(tx, gateway, x.undated); err != nil {
		return err
	}
	for at, a := range x.accounts {
		body, err := json.Marshal(a)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT OR REPLACE INTO ledger_account (gateway, grp, key, body) VALUES (?, ?, ?, ?)`,
			gateway, clip(at[0]), clip(at[1]), string(body)); err != nil {
			return err
		}
	}
	if x.marks == nil {
		return nil
	}
	body, err := json.Marshal(x.marks)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT OR REPLACE INTO ledger_mark (gateway, body) VALUES (?, ?)`, gateway, string(body))
	return err
}

// Ledger reads what is kept of a gateway's ledger, of the minutes from one on.
// A gateway of which nothing is kept has an empty one.
func (d *DB) Ledger(ctx context.Context, gateway event.GatewayID, from ledger.Minute) (s ledger.Saved, err error) {
	s.Changes, err = collect(ctx, d.reader(), `SELECT minute, grp, key, provider, model, kind, nano, bookings
		FROM ledger_minute WHERE minute >= ? AND gateway = ? AND kind <> ? AND (nano <> 0 OR bookings <> 0)`,
		[]any{int64(from), clip(string(gateway)), int64(unlogged)}, func(r *sql.Rows) (c ledger.Change, err error) {
			err = r.Scan(&c.Minute, &c.Group, &c.Key, &c.Provider, &c.Model, &c.Kind, &c.Nano, &c.Count)
			return c, err
		})
	if err != nil {
		return s, err
	}
	bodies, err := collect(ctx, d.reader(), `SELECT body FROM ledger_account WHERE gateway = ?`, []any{clip(string(gateway))}, scanText)
	if err != nil {
		return s, err
	}
	for _, b := range bodies {
		var a ledger.Account
		if err := json.Unmarshal([]byte(b), &a); err != nil {
			return s, fmt.Errorf("history: an account of the ledger: %w", err)
		}
		s.Accounts = append(s.Accounts, a)
	}
	var body string
	switch err := d.reader().QueryRowContext(ctx, `SELECT body FROM ledger_mark WHERE gateway = ?`, clip(string(gateway))).Scan(&body); {
	case errors.Is(err, sql.ErrNoRows):
		return s, nil
	case err != nil:
		return s, wrapSQLite(err)
	}
	var m ledgerMarks
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		return s, fmt.Errorf("history: the ledger's marks: %w", err)
	}
	s.Marks, s.Rows, s.Watched, s.Claims = true, m.Rows, m.Watched, m.Claims
	return s, nil
}

func scanText(r *sql.Rows) (text string, err error) {
	err = r.Scan(&text)
	return text, err
}

// Watched reads which minutes of a gateway were watched of late, of all
// gateways if it is "": in others nothing that was spent may be known.
func (d *DB) Watched(ctx context.Context, gateway event.GatewayID) (all []ledger.Spans, err error) {
	var w where
	w.equal("gateway", clip(string(gateway)))
	bodies, err := collect(ctx, d.reader(), "SELECT body FROM ledger_mark"+w.sql(), w.args, scanText)
	if err != nil {
		return nil, err
	}
	for _, b := range bodies {
		var m ledgerMarks
		if err := json.Unmarshal([]byte(b), &m); err != nil {
			return nil, fmt.Errorf("history: the ledger's marks: %w", err)
		}
		all = append(all, m.Watched)
	}
	return all, nil
}
