package history

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// Undated is money of a gateway of which it is only known between which minutes it was
// spent. Series have it at its end.
type Undated struct {
	Gateway event.GatewayID
	ledger.Undated
}

func storeUndated(tx *sql.Tx, gateway string, all map[ledger.Undated]event.NanoUSD) error {
	for u, n := range all {
		do, args := `INSERT OR REPLACE INTO ledger_undated (gateway, until, after, grp, key, nano) VALUES (?, ?, ?, ?, ?, ?)`,
			[]any{gateway, int64(u.Until), int64(u.After), clip(string(u.Group)), clip(string(u.Key)), int64(n)}
		if n == 0 {
			do, args = `DELETE FROM ledger_undated WHERE gateway = ? AND until = ? AND after = ? AND grp = ? AND key = ?`, args[:5]
		}
		if _, err := tx.Exec(do, args...); err != nil {
			return err
		}
	}
	return nil
}

// Undated reads what was spent nobody knows when, of what the range and the gateways
// and key of a query choose, in order of when it ended; the rest of the query does not
// count. What ends after the range is not in it.
func (d *DB) Undated(ctx context.Context, q SpendQuery) ([]Undated, error) {
	var w where
	if !q.Range.From.IsZero() {
		w.add("until >= ?", int64(ledger.MinuteOf(q.Range.From)))
	}
	if !q.Range.To.IsZero() {
		w.add("until <= ?", int64(ledger.MinuteOf(q.Range.To)))
	}
	w.in("gateway", of(q.Gateways))
	w.equal("gateway", string(q.Gateway))
	w.equal("key", string(q.Key))
	return collect(ctx, d.reader(), "SELECT gateway, until, after, grp, key, nano FROM ledger_undated"+w.sql()+" ORDER BY until, after", w.args,
		func(r *sql.Rows) (u Undated, err error) {
			err = r.Scan(&u.Gateway, &u.Until, &u.After, &u.Group, &u.Key, &u.Nano)
			return u, err
		})
}

// undate takes out of the points of lines what was spent nobody knows in which of them.
func (d *DB) undate(ctx context.Context, q SpendQuery, step Step, lines map[[2]string]*SpendLine) error {
	if q.Model != "" || q.Provider != "" { // it is of none
		return nil
	}
	all, err := d.Undated(ctx, q)
	if err != nil {
		return err
	}
	for i := range all {
		u := &all[i]
		until := u.Until.Time()
		at := d.numberOf(step, until)
		if line := lines[u.line(&q)]; line != nil && d.numberOf(step, (u.After+1).Time()) != at {
			line.undate(u, d.startOf(step, at))
		}
	}
	return nil
}

// line is which line of a series it belongs to.
func (u *Undated) line(q *SpendQuery) (id [2]string) {
	if q.GroupBy != GroupNone || q.Gateway != "" {
		id[0] = string(u.Gateway)
	}
	switch q.GroupBy {
	case GroupKey:
		id[1] = string(u.Key)
	case GroupGateway:
		id[1] = string(u.Gateway)
	case GroupNone, GroupModel, GroupProvider:
	}
	return id
}

// undate takes it out of the point that begins at a time.
func (l *SpendLine) undate(u *Undated, at time.Time) {
	i, found := slices.BinarySearchFunc(l.Points, at, func(p SpendPoint, at time.Time) int { return p.At.Compare(at) })
	if !found {
		return
	}
	l.Points[i].Amount -= u.Nano
	l.Undated = append(l.Undated, *u)
}

// of are gateways as arguments of a query.
func of(gateways []event.GatewayID) []any {
	only := make([]any, len(gateways))
	for i, g := range gateways {
		only[i] = string(g)
	}
	return only
}
