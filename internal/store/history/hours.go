package history

import (
	"context"
	"fmt"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// SpentIn is what a key spent within an hour or a minute; without a key, what a group
// was debited at once by nobody knows which of its keys, where that is kept.
type SpentIn struct {
	Gateway event.GatewayID
	Key     event.KeyID
	Group   event.GroupID
	At      time.Time // when it begins
	Amount  event.NanoUSD
}

// EachSpent reads what keys spent, in order of time: by the hour from one time on,
// by the minute from a later one on. It holds one row at a time, so that it
// may go through as much as there is. The first hour and the first minute are
// given whole; hours that have minutes are not given by the hour.
func (d *DB) EachSpent(ctx context.Context, hours, minutes time.Time, each func(SpentIn)) error {
	minutes = minutes.Truncate(time.Hour)
	err := d.eachSpent(ctx, fmt.Sprintf(`SELECT hour * 60, gateway, key, '', sum(nano) FROM spend_hour
		WHERE hour >= %d AND hour < %d GROUP BY hour, gateway, key`, floorDiv(hours.Unix(), 3600), floorDiv(minutes.Unix(), 3600)), each)
	if err != nil {
		return err
	}
	return d.eachSpent(ctx, fmt.Sprintf(`SELECT minute, gateway, key, iif(key = '' AND kind = %d, grp, '') AS payer, sum(nano) FROM ledger_minute
		WHERE minute >= %d AND (kind <> %d AND (kind <> %d OR grp = '')) GROUP BY minute, gateway, key, payer`,
		ledger.Direct, ledger.MinuteOf(minutes), ledger.Flushed, ledger.Moved), each)
}

func (d *DB) eachSpent(ctx context.Context, query string, each func(SpentIn)) error {
	rows, err := d.reader().QueryContext(ctx, query)
	if err != nil {
		return wrapSQLite(err)
	}
	defer rows.Close() //nolint:errcheck // Err says what went wrong
	for rows.Next() {
		var s SpentIn
		var minute int64
		if err := rows.Scan(&minute, &s.Gateway, &s.Key, &s.Group, &s.Amount); err != nil {
			return wrapSQLite(err)
		}
		s.At = ledger.Minute(minute).Time()
		each(s)
	}
	return wrapSQLite(rows.Err())
}
