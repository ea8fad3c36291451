package app

import (
	"context"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/history"
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
		of := q.history()
		of.From, of.To, of.BeforeSeq, of.Limit = unixMS(q.From), x.h.replaying.until(q.To), q.Before, min(max(q.Limit, 1), maxPage)
		page, err := db.Events(ctx, of)
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

// history is the question as the history understands it, without its times and
// pages.
func (q *EventQuery) history() history.Query {
	return history.Query{
		Kinds: as[event.Kind](q.Kinds), Severities: as[event.Severity](q.Severities), Gateway: event.GatewayID(q.Gateway),
		Keys: as[event.KeyID](q.Keys), Providers: q.Providers, Task: event.TaskID(q.Task), Text: q.Text,
	}
}

// Decisions lists why the user was or was not notified of an alert, newest first.
func (x *History) Decisions(alertID string) ([]Decision, error) {
	return ask(x.h, func(ctx context.Context, db *history.DB) ([]Decision, error) {
		rows, err := db.Decisions(ctx, alertID, 100)
		out := []Decision{}
		for _, r := range rows {
			if !x.h.replaying.knows(r.At) {
				continue
			}
			out = append(out, Decision{
				At: r.At.UnixMilli(), Severity: string(r.Severity), Reason: r.Reason, Notified: r.Notified,
				Text: text.TitleAndBody(r.Title, r.Text), Words: text.Decision(r.Reason),
			})
		}
		return out, err
	})
}

// Spend gives spend over time, by the minute, hour or day.
func (x *History) Spend(q SpendQuery) (SpendSeries, error) {
	return ask(x.h, func(ctx context.Context, db *history.DB) (SpendSeries, error) {
		q.To = msOf(x.h.replaying.until(q.To))
		title, err := x.h.titles(ctx, q.By)
		if err != nil {
			return SpendSeries{}, err
		}
		of, err := x.h.shown()
		if err != nil {
			return SpendSeries{}, err
		}
		if q.StepMS < time.Hour.Milliseconds() {
			return minutes(ctx, db, q, of, title)
		}
		step, length := history.StepHour, time.Hour
		if q.StepMS >= (24 * time.Hour).Milliseconds() {
			step, length = history.StepDay, 24*time.Hour
		}
		lines, err := db.SpendSeries(ctx, history.SpendQuery{
			Range: history.Range{From: unixMS(q.From), To: unixMS(q.To)}, Step: step,
			GroupBy: history.GroupBy(q.By), Gateway: event.GatewayID(q.Gateway), Gateways: of, Key: event.KeyID(q.Key),
		})
		if err != nil {
			return SpendSeries{}, err
		}
		out := series(title.lines(lines), q, length)
		if time.Since(unixMS(q.From)) > watchedKept || step != history.StepHour {
			return out, nil
		}
		watched, err := db.Watched(ctx, event.GatewayID(q.Gateway))
		out.gaps(watched, time.Now())
		return out, err
	})
}

// watchedKept is how far back it is surely known what was watched: a day, and the
// hour in which it began.
const watchedKept = 25 * time.Hour

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

// series lays points out on even steps. What is beyond q.Top becomes "other", and
// what has no name among those that are asked for stands last as not attributed,
// so that all lines together are what was spent.
func series(lines []history.SpendLine, q SpendQuery, length time.Duration) SpendSeries {
	ms := length.Milliseconds()
	out := SpendSeries{From: q.From - q.From%ms, StepMS: ms, Series: []SpendLine{}, Undated: []state.Undated{}}
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
	rest := SpendLine{Name: text.NotAttributed}
	for _, l := range lines {
		line := SpendLine{Name: l.Group, Values: make([]int64, n)}
		if q.By == string(history.GroupKey) {
			line.ID = string(l.Gateway) + "/" + l.Group
		}
		for i := range l.Undated {
			u := state.UndatedOf(&l.Undated[i].Undated)
			line.Undated += u.Amount
			out.Undated = append(out.Undated, u)
		}
		for _, pt := range l.Points {
			if k := (pt.At.UnixMilli() - out.From) / ms; k >= 0 && k < int64(n) {
				line.Values[k] += int64(pt.Amount)
			}
		}
		switch {
		case l.Group == "" && q.By != string(history.GroupNone):
			rest.add(line)
		case q.Top > 0 && len(out.Series) >= q.Top:
			out.addOther(line, q.Top)
		default:
			out.Series = append(out.Series, line)
		}
	}
	if rest.Values != nil {
		out.Series = append(out.Series, rest)
	}
	out.Undated = state.JoinUndated(out.Undated)
	return out
}

// add adds another line, step by step.
func (l *SpendLine) add(other SpendLine) {
	l.Undated += other.Undated
	if l.Values == nil {
		l.Values = other.Values
		return
	}
	for i, v := range other.Values {
		l.Values[i] += v
	}
}

// addOther adds a line to the one called "other", which stands last.
func (s *SpendSeries) addOther(line SpendLine, top int) {
	if len(s.Series) == top {
		line.Name, line.ID = "other", ""
		s.Series = append(s.Series, line)
		return
	}
	s.Series[top].add(line)
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

// SetMark notes that somebody did something, such as a deployment, at a time (Unix ms;
// 0: now): at a gateway or, with "", at all.
func (x *History) SetMark(text, gateway string, at int64) error {
	return do(x.h, func(ctx context.Context, p *run.Program) error {
		return p.AddMark(ctx, text, event.GatewayID(gateway), unixMS(at))
	})
}
