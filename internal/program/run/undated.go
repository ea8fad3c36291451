package run

import (
	"context"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/forecast"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/store/history"
)

// leaveOut takes what was spent nobody knows when out of what keys and groups spent: it
// says nothing of any hour, and is kept apart.
func (s *spending) leaveOut(g event.GatewayID, all []ledger.Undated) {
	for _, u := range all {
		minute := int32(u.Until)
		if minute < s.since {
			minute = minute/60*60 + 30
		}
		if u.Key != "" {
			less(s.keys[spender{g, u.Key}], minute, u.Nano)
		}
		less(s.paid[payer{g, u.Group}], minute, u.Nano)
	}
	s.undated[g] = append(s.undated[g], all...)
}

// less takes an amount from what was spent in a minute, as far as there is any.
func less(all []spentAt, minute int32, n event.NanoUSD) {
	i, _ := slices.BinarySearchFunc(all, minute, func(x spentAt, m int32) int { return int(x.minute) - int(m) })
	for ; i < len(all) && all[i].minute == minute && n > 0; i++ {
		part := min(n, max(all[i].nano, 0))
		all[i].nano, n = all[i].nano-part, n-part
	}
}

// readUndated leaves out what the history has of it.
func (s *spending) readUndated(ctx context.Context, db *history.DB, from time.Time) error {
	all, err := db.Undated(ctx, history.SpendQuery{Range: history.Range{From: from}})
	if err != nil {
		return err
	}
	of := map[event.GatewayID][]ledger.Undated{}
	for _, u := range all {
		of[u.Gateway] = append(of[u.Gateway], u.Undated)
	}
	for g, these := range of {
		s.leaveOut(g, these)
	}
	return nil
}

// takeUndated has what a book says of the minutes from one on take the place of what
// the history has of them.
func (s *spending) takeUndated(g event.GatewayID, b *ledger.Book, from ledger.Minute) {
	s.undated[g] = slices.DeleteFunc(s.undated[g], func(u ledger.Undated) bool { return u.Until >= from })
	s.leaveOut(g, b.Undated(from))
}

// withUndated is what uses a budget up, with what nobody knows when it was spent at the
// end of the time in which it was. It is good until the next call.
func (s *spending) withUndated(b *Budget) []forecast.Point {
	points := s.of(b)
	known := len(points)
	for _, u := range s.undated[event.GatewayID(b.Gateway)] {
		if u.Key != "" && slices.Contains(b.Keys, u.Key) || slices.Contains(b.Groups, u.Group) && (u.Key != "" || int64(u.Until) >= int64(s.paidFrom[event.GatewayID(b.Gateway)])) {
			points = append(points, forecast.Point{At: u.Until.Time(), Amount: u.Nano})
		}
	}
	if len(points) > known {
		slices.SortStableFunc(points, func(a, b forecast.Point) int { return a.At.Compare(b.At) })
	}
	s.buf = points
	return points
}
