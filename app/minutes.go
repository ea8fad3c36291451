package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/history"
)

// maxBookings is how many bookings a series by the minute is made of at most;
// beyond it the series is left out rather than wrong.
const maxBookings = 10_000

// minutes makes a series of steps shorter than an hour from single bookings:
// sums are only kept by the hour. It is empty if there are too many of them.
func minutes(ctx context.Context, db *history.DB, q SpendQuery, title titles) (SpendSeries, error) {
	step := max(q.StepMS, time.Minute.Milliseconds())
	out := SpendSeries{From: q.From - q.From%step, StepMS: step, Series: []SpendLine{}}
	page, err := db.Events(ctx, history.Query{
		From: unixMS(out.From), To: unixMS(q.To), Kinds: []event.Kind{(&event.SpendRecorded{}).Kind()},
		Gateway: event.GatewayID(q.Gateway), Key: event.KeyID(q.Key), Limit: maxBookings,
	})
	if err != nil || page.Next != 0 {
		return out, err
	}
	end := q.To
	if end == 0 {
		end = time.Now().UnixMilli()
	}
	n := int(min(max((end-out.From+step-1)/step, 1), maxSteps))
	lines := map[string]*SpendLine{}
	sums := map[string]int64{}
	for _, e := range page.Events {
		var b event.SpendRecorded
		k := (e.At.UnixMilli() - out.From) / step
		if json.Unmarshal(e.Body, &b) != nil || k < 0 || k >= int64(n) {
			continue
		}
		name := title.of(string(e.Gateway), groupOf(&b, e, q.By))
		if lines[name] == nil {
			lines[name] = &SpendLine{Name: name, Values: make([]int64, n)}
		}
		lines[name].Values[k] += int64(b.Amount)
		sums[name] += int64(b.Amount)
	}
	names := make([]string, 0, len(lines))
	for name := range lines {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return int(min(max(sums[b]-sums[a], -1), 1)) })
	for i, name := range names {
		if q.Top > 0 && i >= q.Top {
			out.addOther(*lines[name], q.Top)
			continue
		}
		out.Series = append(out.Series, *lines[name])
	}
	return out, nil
}

// groupOf is the line that a booking belongs to.
func groupOf(b *event.SpendRecorded, e history.Event, by string) string {
	switch by {
	case "provider":
		return b.Provider
	case "model":
		return b.Model
	case "key":
		return string(b.Key)
	case "gateway":
		return string(e.Gateway)
	}
	return ""
}
