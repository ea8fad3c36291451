package run

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/forecast"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

const (
	// forecastInterval is how often budgets are foreseen anew; longer where that
	// takes long, so that it takes a hundredth of the time; forecastAtMost at most, for after 20 min
	// a forecast says nothing.
	forecastInterval = 5 * time.Minute
	forecastAtMost   = 15 * time.Minute
	// forecastDelay is how long after the start the first time is; while what was
	// missed is still read, for forecastSettling, it is done again that often.
	forecastDelay    = 15 * time.Second
	forecastSettling = 3 * time.Minute
	// forecastSoonest is how long after the last time it is done at the soonest because a
	// key begins to run away: what was foreseen before knows nothing of it.
	forecastSoonest = time.Minute
	// forecastMinutes is how far back spending is read by the minute.
	forecastMinutes = 12 * time.Hour
)

// Foreseen is a budget with what was foreseen of it.
type Foreseen struct {
	Budget
	At     time.Time
	Result forecast.Result
	// Past is what was spent by the hour within the last days, for a chart.
	Past []forecast.Point
	// Unwatched are the times of these days of which nothing is known.
	Unwatched []forecast.Span
}

// forecasts holds what was foreseen last.
type forecasts struct {
	mu    sync.Mutex
	all   map[string]Foreseen // by state.ForecastID
	asked sync.Mutex          // held while somebody who asked is answered
	// jumped has a word that a key begins to run away.
	jumped chan struct{}
}

// heardJump says that a key begins to run away, if one does. It does not block.
func (f *forecasts) heardJump(changes []alert.Change) {
	for _, c := range changes {
		if c.Alert.Rule == "spend.runaway" && (c.Kind == alert.BecamePending || c.Kind == alert.Fired) {
			select {
			case f.jumped <- struct{}{}:
			default: // it was said
			}
		}
	}
}

// startForecasts foresees budgets now and then, on a goroutine of its own.
func (p *Program) startForecasts(ctx context.Context) {
	if p.db == nil {
		return
	}
	p.background(ctx, "forecasts", func(ctx context.Context) error {
		yieldToOthers()
		started, last := time.Now(), time.Time{}
		timer := time.NewTimer(forecastDelay)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-timer.C:
			case <-p.forecasts.jumped:
				if wait := forecastSoonest - time.Since(last); wait > 0 {
					timer.Reset(wait)
					continue
				}
			}
			began := time.Now()
			worked := p.updateForecasts(ctx, began, &rests{ctx: ctx})
			again := forecastInterval
			if began.Sub(started) < forecastSettling {
				again = forecastDelay
			}
			last = time.Now()
			timer.Reset(max(again, min(100*worked, forecastAtMost)))
		}
	})
}

// updateForecasts foresees all budgets and shows what came of it, with pauses in which it
// rests. It returns how long it worked.
func (p *Program) updateForecasts(ctx context.Context, now time.Time, rests *rests) time.Duration {
	all, peaks, err := p.foreseeAll(ctx, asOf{at: now, loc: time.Local, rest: rests.rest})
	worked := time.Since(now) - rests.rested
	if err != nil {
		if ctx.Err() == nil {
			p.log.Warn("budgets cannot be foreseen", "cause", err)
		}
		return worked
	}
	shown := make(map[string]state.Forecast, len(all))
	byID := make(map[string]Foreseen, len(all))
	for _, f := range all {
		line := f.line(time.Local)
		shown[line.ID], byID[line.ID] = line, f
	}
	p.forecasts.mu.Lock()
	p.forecasts.all = byID
	p.forecasts.mu.Unlock()
	_ = p.engine.Do(ctx, func(s *state.State) { // fails when everything stops
		s.SetForecasts(shown)
		p.inputs.Peaks = peaks
		p.rules.evaluator.SetInputs(p.inputs)
	})
	return worked
}

// rests has what takes long pause: it works for a quarter of the time, in pieces of
// restAfter, so that with hundreds of budgets the window goes on being drawn.
type rests struct {
	ctx    context.Context // nil: there are none, for somebody waits
	began  time.Time       // of the piece
	rested time.Duration   // in all
}

const restAfter = 4 * time.Millisecond

// rest is called after each small part of the work.
func (r *rests) rest() {
	if r.ctx == nil {
		return
	}
	now := time.Now()
	switch worked := now.Sub(r.began); {
	case r.began.IsZero():
		r.began = now
	case worked >= restAfter:
		timer := time.NewTimer(min(3*worked, time.Second))
		select {
		case <-timer.C:
		case <-r.ctx.Done():
			timer.Stop()
		}
		r.began = time.Now()
		r.rested += r.began.Sub(now)
	}
}

// ForecastOf is what was foreseen last of a budget, by state.ForecastID.
func (p *Program) ForecastOf(id string) (Foreseen, bool) {
	p.forecasts.mu.Lock()
	defer p.forecasts.mu.Unlock()
	f, ok := p.forecasts.all[id]
	return f, ok
}

// asOf is a time as of which budgets are foreseen, and whose days and weekends count.
type asOf struct {
	at   time.Time
	loc  *time.Location
	past bool   // at is not now
	rest func() // called after each small part of the work; nil: nobody waits for anything else
}

// foreseeAll foresees all budgets, and finds the most that keys spent in ten
// minutes. Everything that says when a budget is used up comes from here.
func (p *Program) foreseeAll(ctx context.Context, as asOf) ([]Foreseen, map[string]event.NanoUSD, error) {
	live, then, err := p.liveAsOf(ctx, as)
	if err != nil {
		return nil, nil, err
	}
	budgets, connected := budgetsOf(live)
	spent, err := readSpending(ctx, p.db, as.at, as.rest)
	if err != nil {
		return nil, nil, err
	}
	err = p.engine.Do(ctx, func(s *state.State) {
		for g := range connected {
			spent.take(event.GatewayID(g), s.Book(event.GatewayID(g)))
		}
	})
	if err != nil {
		return nil, nil, err
	}
	watched := map[string][]forecast.Span{}
	cal := forecast.NewCalendar(as.at.Add(-forecast.History-48*time.Hour), as.at.AddDate(1, 0, 10), as.loc)
	out := make([]Foreseen, 0, len(budgets))
	for _, b := range budgets {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if _, known := watched[b.Gateway]; !known {
			watched[b.Gateway] = p.watchedOf(ctx, event.GatewayID(b.Gateway), spent, connected[b.Gateway], as)
		}
		if as.past && !then {
			b.goBack(spent, as.at)
		}
		out = append(out, foresee(b, spent, watched[b.Gateway], cal, as))
		if as.rest != nil {
			as.rest()
		}
	}
	return out, spent.peaks(as.at), nil
}

// foresee makes the forecast of one budget.
func foresee(b Budget, spent *spending, watched []forecast.Span, cal *forecast.Calendar, as asOf) Foreseen {
	points := spent.of(&b)
	f := Foreseen{Budget: b, At: as.at}
	f.Result = forecast.Of(forecast.Input{
		Points: points, Now: as.at, Spent: b.Spent, Limit: b.Limit, Reset: b.Reset, Watched: watched, Location: as.loc, Calendar: cal,
	})
	f.Past = byHour(spent.withUndated(&b), as.at.Add(-pastShown), as.at)
	if len(f.Past) > 0 {
		f.Unwatched = unwatched(watched, f.Past[0].At, as.at)
	}
	return f
}

// pastShown is how far back a chart of a forecast reaches.
const pastShown = 14 * 24 * time.Hour

// leastGap is how long nothing must have been watched to be seen in a chart of days.
const leastGap = time.Hour

// unwatched is what of a time is in no span; the spans are in order. No span at all is
// nothing that is known of when it was watched.
func unwatched(watched []forecast.Span, from, to time.Time) (gaps []forecast.Span) {
	if watched == nil {
		return nil
	}
	for _, w := range append(slices.Clone(watched), forecast.Span{From: to, To: to}) {
		if until := earlier(w.From, to); until.Sub(from) >= leastGap {
			gaps = append(gaps, forecast.Span{From: from, To: until})
		}
		if w.To.After(from) {
			from = w.To
		}
	}
	return gaps
}

// byHour sums points up by the hour.
func byHour(points []forecast.Point, from, to time.Time) (hours []forecast.Point) {
	for _, x := range points {
		if x.At.Before(from) || x.At.After(to) {
			continue
		}
		hour := x.At.Truncate(time.Hour)
		if n := len(hours); n > 0 && hours[n-1].At.Equal(hour) {
			hours[n-1].Amount += x.Amount
		} else {
			hours = append(hours, forecast.Point{At: hour, Amount: x.Amount})
		}
	}
	return hours
}

// line is a forecast as the live state has it.
func (f *Foreseen) line(loc *time.Location) state.Forecast {
	r := &f.Result
	w := f.Words()
	ms := func(t time.Time) int64 {
		if t.IsZero() {
			return 0
		}
		return t.UnixMilli()
	}
	line := state.Forecast{
		ID: state.ForecastID(f.Kind, f.Subject), Gateway: f.Gateway, Kind: f.Kind, Subject: f.Subject, Name: f.Name,
		Outcome: string(r.Outcome), Earliest: ms(r.Earliest), Likely: ms(r.Likely), Latest: ms(r.Latest), Reset: ms(f.Reset),
		Spent: int64(f.Spent), Limit: int64(f.Limit), PeriodID: f.PeriodID, At: ms(f.At), PerHour: -1, Tried: r.Tried,
		Head: text.ForecastHead(w, f.At, loc), Basis: text.ForecastBasis(w, f.At, loc),
	}
	if r.Outcome == forecast.Foreseen {
		line.Range = text.ForecastRange(w, f.At, loc)
	}
	if r.Watched >= forecast.LeastWatched && r.Outcome != forecast.TooIrregular {
		line.PerHour = int64(r.PerHour)
	}
	if sayable(r.Change) {
		line.Since, line.Times = ms(r.Change.Since), r.Change.Times
	}
	return line
}

// sayable reports whether a change can be said as times the usual: where
// nothing was spent before it cannot, and no such number is passed on.
func sayable(c *forecast.Change) bool {
	return c != nil && !math.IsInf(c.Times, 0) && !math.IsNaN(c.Times)
}

// Words is a forecast as its texts need it.
func (f *Foreseen) Words() *text.Forecast {
	r := &f.Result
	w := &text.Forecast{
		Outcome: string(r.Outcome), Earliest: r.Earliest, Likely: r.Likely, Latest: r.Latest, Reset: f.Reset, PartlyLimited: f.PartlyLimited,
		LastHour: r.LastHour, LastHourWatched: r.LastHourWatched, Watched: r.Watched, Tried: r.Tried, TypicalError: r.TypicalError,
	}
	if sayable(r.Change) {
		w.Since, w.Times = r.Change.Since, r.Change.Times
	}
	return w
}
