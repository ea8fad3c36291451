package app

import (
	"context"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/store/history"
)

// minutes makes a series of steps shorter than an hour, of these gateways only. A step in which nothing
// was booked and nobody watched is a gap.
func minutes(ctx context.Context, db *history.DB, q SpendQuery, of []event.GatewayID, title titles) (SpendSeries, error) {
	step := max(q.StepMS-q.StepMS%time.Minute.Milliseconds(), time.Minute.Milliseconds())
	q.From -= q.From % step
	lines, err := db.SpendSeries(ctx, history.SpendQuery{
		Range: history.Range{From: unixMS(q.From), To: unixMS(q.To)}, Step: history.StepMinute,
		GroupBy: history.GroupBy(q.By), Gateway: event.GatewayID(q.Gateway), Gateways: of, Key: event.KeyID(q.Key),
	})
	if err != nil {
		return SpendSeries{}, err
	}
	watched, err := db.Watched(ctx, event.GatewayID(q.Gateway))
	if err != nil {
		return SpendSeries{}, err
	}
	out := series(title.lines(lines), q, time.Duration(step)*time.Millisecond)
	out.gaps(watched, time.Now())
	return out, nil
}

// gaps marks steps in which nothing was booked and of which nobody says that they
// were watched. The step of now is none.
func (s *SpendSeries) gaps(watched []ledger.Spans, now time.Time) {
	known := func(at int64) bool {
		m := int64(ledger.MinuteOf(time.UnixMilli(at)))
		return slices.ContainsFunc(watched, func(w ledger.Spans) bool { return w.Has(m) })
	}
	if len(s.Series) == 0 {
		return
	}
	for k := range s.Series[0].Values {
		from := s.From + int64(k)*s.StepMS
		booked := slices.ContainsFunc(s.Series, func(l SpendLine) bool { return l.Values[k] != 0 })
		for at := from; at < from+s.StepMS && !booked; at += time.Minute.Milliseconds() {
			booked = known(at) || at+time.Minute.Milliseconds() > now.UnixMilli()
		}
		for i := range s.Series {
			if !booked {
				s.Series[i].Values[k] = -1
			}
		}
	}
}
