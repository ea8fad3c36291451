package history

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"gatewatch/internal/core/event"
)

// FirstSpends gives when each model was first paid for since a time, by
// gateway/model, and since when it is known of a gateway what was paid for, by its
// id: the beginning of that hour. A payment that names no model, such as what a group
// had spent before, tells nothing of the models that were used.
func (d *DB) FirstSpends(ctx context.Context, since time.Time) (models, gateways map[string]time.Time, err error) {
	models, gateways = map[string]time.Time{}, map[string]time.Time{}
	rows, err := d.reader().QueryContext(ctx, `SELECT gateway, model, min(hour) FROM spend_hour WHERE hour >= ? AND model <> '' GROUP BY gateway, model`,
		floorDiv(since.Unix(), 3600))
	if err != nil {
		return models, gateways, wrapSQLite(err)
	}
	defer rows.Close() //nolint:errcheck // Err says what went wrong
	for rows.Next() {
		var gateway event.GatewayID
		var model string
		var hour int64
		if err := rows.Scan(&gateway, &model, &hour); err != nil {
			return models, gateways, wrapSQLite(err)
		}
		at := time.Unix(hour*3600, 0)
		models[string(gateway)+"/"+model] = at
		if first, known := gateways[string(gateway)]; !known || at.Before(first) {
			gateways[string(gateway)] = at
		}
	}
	return models, gateways, wrapSQLite(rows.Err())
}

// FirstEvent is when the oldest event of a gateway was that is kept; the zero time
// if none is.
func (d *DB) FirstEvent(ctx context.Context, gateway event.GatewayID) (time.Time, error) {
	var at int64
	err := d.reader().QueryRowContext(ctx, "SELECT at FROM event WHERE gateway = ? ORDER BY at LIMIT 1", gateway).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return fromMillis(at), wrapSQLite(err)
}
