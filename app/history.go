package app

import (
	"context"
	"slices"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/fault"
	"gatewatch/internal/history"
	"gatewatch/internal/run"
	"gatewatch/internal/state"
)

// History answers the page's questions about what happened.
type History struct{ h *host }

// maxPage is how many events a page of the list holds at most.
const maxPage = 500

// askFor bounds one question to the database.
const askFor = 10 * time.Second

// Events finds stored events, newest first.
func (x *History) Events(q EventQuery) (EventPage, error) {
	return ask(x.h, func(ctx context.Context, db *history.DB) (EventPage, error) {
		page, err := db.Events(ctx, history.Query{
			From: unixMS(q.From), To: unixMS(q.To), Kinds: as[event.Kind](q.Kinds),
			Severities: as[event.Severity](q.Severities), Gateway: event.GatewayID(q.Gateway),
			Text: q.Text, BeforeSeq: q.Before, Limit: min(max(q.Limit, 1), maxPage),
		})
		out := EventPage{Events: []state.EventLine{}, Next: page.Next}
		for _, e := range page.Events {
			out.Events = append(out.Events, state.EventLine{
				Seq: e.Seq, Gateway: string(e.Gateway), Kind: string(e.Kind), Severity: string(e.Severity),
				Source: e.Source, Text: e.Text, At: e.At.UnixMilli(),
			})
		}
		return out, err
	})
}

// Decisions tells why the user was or was not told of an alert, newest first.
func (x *History) Decisions(alertID string) ([]Decision, error) {
	return ask(x.h, func(ctx context.Context, db *history.DB) ([]Decision, error) {
		rows, err := db.Decisions(ctx, alertID, 100)
		out := []Decision{}
		for _, r := range rows {
			out = append(out, Decision{
				At: r.At.UnixMilli(), Severity: string(r.Severity), Reason: r.Reason, Told: r.Told,
				Text: r.Title + " " + r.Text,
			})
		}
		return out, err
	})
}

// Spend gives spend over time, by the minute, hour or day.
func (x *History) Spend(q SpendQuery) (SpendSeries, error) {
	return ask(x.h, func(ctx context.Context, db *history.DB) (SpendSeries, error) {
		title, err := x.h.titles(ctx, q.By)
		if err != nil {
			return SpendSeries{}, err
		}
		if q.StepMS < time.Hour.Milliseconds() {
			return minutes(ctx, db, q, title)
		}
		step, length := history.StepHour, time.Hour
		if q.StepMS >= (24 * time.Hour).Milliseconds() {
			step, length = history.StepDay, 24*time.Hour
		}
		lines, err := db.SpendSeries(ctx, history.SpendQuery{
			Range: history.Range{From: unixMS(q.From), To: unixMS(q.To)}, Step: step,
			GroupBy: history.GroupBy(q.By), Gateway: event.GatewayID(q.Gateway), Key: event.KeyID(q.Key),
		})
		if err != nil {
			return SpendSeries{}, err
		}
		return series(title.lines(lines), q, length), nil
	})
}

// ask runs f with the history and a deadline.
func ask[T any](h *host, f func(context.Context, *history.DB) (T, error)) (T, error) {
	return call(h, func(ctx context.Context, p *run.Program) (v T, err error) {
		db := p.History()
		if db == nil {
			return v, fault.New(fault.Unreachable, "There is no history yet.", nil)
		}
		ctx, cancel := context.WithTimeout(ctx, askFor)
		defer cancel()
		if v, err = f(ctx, db); err != nil {
			return v, fault.New(fault.Internal, "The history cannot be read.", err)
		}
		return v, nil
	})
}

// maxSteps bounds a series: more bars than a screen has columns.
const maxSteps = 2000

// series lays points out on even steps; what is beyond q.Top becomes "other".
func series(lines []history.SpendLine, q SpendQuery, length time.Duration) SpendSeries {
	ms := length.Milliseconds()
	out := SpendSeries{From: q.From - q.From%ms, StepMS: ms, Series: []SpendLine{}}
	for _, l := range lines {
		for _, pt := range l.Points { // steps begin where the history says, in local time
			if at := pt.At.UnixMilli(); out.From == 0 || at < out.From {
				out.From = at
			}
		}
	}
	end := q.To
	if end == 0 {
		end = time.Now().UnixMilli()
	}
	n := int(min(max((end-out.From+ms-1)/ms, 1), maxSteps))
	for i, l := range lines {
		line := SpendLine{Name: l.Group, Values: make([]int64, n)}
		for _, pt := range l.Points {
			if k := (pt.At.UnixMilli() - out.From) / ms; k >= 0 && k < int64(n) {
				line.Values[k] += int64(pt.Amount)
			}
		}
		if q.Top > 0 && i >= q.Top {
			out.addOther(line, q.Top)
			continue
		}
		out.Series = append(out.Series, line)
	}
	return out
}

// addOther adds a line to the one called "other", which stands last.
func (s *SpendSeries) addOther(line SpendLine, top int) {
	if len(s.Series) == top {
		line.Name = "other"
		s.Series = append(s.Series, line)
		return
	}
	for i, v := range line.Values {
		s.Series[top].Values[i] += v
	}
}

func unixMS(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// as gives words the type that they stand for.
func as[T ~string](words []string) []T {
	out := make([]T, len(words))
	for i, w := range words {
		out[i] = T(w)
	}
	return slices.Clip(out)
}
