package run

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/forecast"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/store/history"
)

const (
	// forecastInterval is how often budgets are foreseen anew; longer where that
	// takes long, so that it never takes more than a hundredth of the time.
	forecastInterval = 5 * time.Minute
	// forecastDelay is how long after the start the first time is; while what was
	// missed is still read, for forecastSettling, it is done again that often.
	forecastDelay    = 15 * time.Second
	forecastSettling = 3 * time.Minute
	// forecastMinutes is how far back spending is read by the minute.
	forecastMinutes = 12 * time.Hour
)

// Budget is a limit or a balance that is foreseen.
type Budget struct {
	Gateway, Kind, Subject, Name, PeriodID string
	Keys                                   []event.KeyID // whose spending uses it up
	Spent, Limit                           event.NanoUSD
	Reset                                  time.Time
}

// Foreseen is a budget with what was foreseen of it.
type Foreseen struct {
	Budget
	At     time.Time
	Result forecast.Result
	// Past is what was spent by the hour within the last days, for a chart.
	Past []forecast.Point
}

// forecasts holds what was foreseen last.
type forecasts struct {
	mu  sync.Mutex
	all map[string]Foreseen // by state.ForecastID
}

// startForecasts foresees budgets now and then, on a goroutine of its own.
func (p *Program) startForecasts(ctx context.Context) {
	if p.db == nil {
		return
	}
	p.background(ctx, "forecasts", func(ctx context.Context) error {
		started := time.Now()
		timer := time.NewTimer(forecastDelay)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-timer.C:
			}
			began := time.Now()
			p.updateForecasts(ctx, began)
			again := forecastInterval
			if began.Sub(started) < forecastSettling {
				again = forecastDelay
			}
			timer.Reset(max(again, 100*time.Since(began)))
		}
	})
}

// updateForecasts foresees all budgets and shows what came of it.
func (p *Program) updateForecasts(ctx context.Context, now time.Time) {
	all, peaks, err := p.foreseeAll(ctx, now)
	if err != nil {
		if ctx.Err() == nil {
			p.log.Warn("budgets cannot be foreseen", "cause", err)
		}
		return
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
}

// ForecastOf is what was foreseen last of a budget, by state.ForecastID.
func (p *Program) ForecastOf(id string) (Foreseen, bool) {
	p.forecasts.mu.Lock()
	defer p.forecasts.mu.Unlock()
	f, ok := p.forecasts.all[id]
	return f, ok
}

// Forecasts foresees all budgets as of a time, from the history.
func (p *Program) Forecasts(ctx context.Context, now time.Time) ([]Foreseen, error) {
	if p.db == nil {
		return nil, history.ErrNotFound
	}
	all, _, err := p.foreseeAll(ctx, now)
	return all, err
}

// foreseeAll foresees all budgets, and finds the most that keys spent in ten
// minutes.
func (p *Program) foreseeAll(ctx context.Context, now time.Time) ([]Foreseen, map[string]event.NanoUSD, error) {
	var budgets []Budget
	connected := map[string]bool{}
	if err := p.engine.Do(ctx, func(s *state.State) { budgets, connected = budgetsOf(s.Live()) }); err != nil {
		return nil, nil, err
	}
	spent, err := readSpending(ctx, p.db, now)
	if err != nil {
		return nil, nil, err
	}
	watched := map[string][]forecast.Span{}
	cal := forecast.NewCalendar(now.Add(-forecast.History-48*time.Hour), now.AddDate(1, 0, 10), time.Local)
	out := make([]Foreseen, 0, len(budgets))
	for _, b := range budgets {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if _, known := watched[b.Gateway]; !known {
			watched[b.Gateway] = p.watchedOf(ctx, event.GatewayID(b.Gateway), spent, connected[b.Gateway], now)
		}
		out = append(out, foresee(b, spent, watched[b.Gateway], cal, now))
		runtime.Gosched()
	}
	return out, spent.peaks(now), nil
}

// foresee makes the forecast of one budget.
func foresee(b Budget, spent *spending, watched []forecast.Span, cal *forecast.Calendar, now time.Time) Foreseen {
	points := spent.of(b.Gateway, b.Keys)
	for i := len(points) - 1; i >= 0 && points[i].At.After(now); i-- {
		b.Spent -= points[i].Amount // as of an earlier time
	}
	f := Foreseen{Budget: b, At: now}
	f.Result = forecast.Of(forecast.Input{
		Points: points, Now: now, Spent: b.Spent, Limit: b.Limit, Reset: b.Reset, Watched: watched, Location: time.Local, Calendar: cal,
	})
	f.Past = byHour(points, now.Add(-pastShown), now)
	return f
}

// pastShown is how far back a chart of a forecast reaches.
const pastShown = 14 * 24 * time.Hour

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

// budgetsOf lists what has a limit or a balance, and which gateways are
// connected.
func budgetsOf(live *state.Live) (budgets []Budget, connected map[string]bool) {
	members := map[string][]event.KeyID{}
	connected = map[string]bool{}
	for _, g := range live.Gateways {
		connected[g.ID] = g.Overall == string(event.LinkConnected)
	}
	for id, k := range live.Keys {
		if k.Group != "" {
			group := k.Gateway + "/" + k.Group
			members[group] = append(members[group], event.KeyID(k.Key))
		}
		limit, limited := k.Limit.Get()
		spent, told := k.Total.Get()
		if !limited || limit <= 0 || !told || k.Status == "deleted" {
			continue
		}
		b := Budget{
			Gateway: k.Gateway, Kind: "key", Subject: id, Name: cmp.Or(k.Name, "key "+k.Key), PeriodID: k.PeriodID,
			Keys: []event.KeyID{event.KeyID(k.Key)}, Spent: spent, Limit: limit,
		}
		if k.PeriodEnd > 0 {
			b.Reset = time.UnixMilli(k.PeriodEnd)
		}
		budgets = append(budgets, b)
	}
	for id, g := range live.Groups {
		base := event.NanoUSD(g.OpeningBalance)
		if base <= 0 {
			base = g.Credits.Or(0)
		}
		balance, known := g.Balance.Get()
		if base <= 0 || !known {
			continue
		}
		slices.Sort(members[id])
		budgets = append(budgets, Budget{
			Gateway: g.Gateway, Kind: "group", Subject: id, Name: cmp.Or(g.Name, "group "+g.Group), PeriodID: g.PeriodID,
			Keys: members[id], Spent: base - balance, Limit: base,
		})
	}
	for id, g := range live.Gateways {
		if b, ok := wholeOf(live, g, budgets); ok {
			b.Subject = id
			budgets = append(budgets, b)
		}
	}
	slices.SortFunc(budgets, func(a, b Budget) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject)) })
	return budgets, connected
}

// wholeOf sums up what a gateway's groups have, or else its keys' limits, as if all
// could be spent by anybody. A key without a limit makes it one without; ok is
// false where a balance is not known, or there is no key.
func wholeOf(live *state.Live, g state.Gateway, budgets []Budget) (whole Budget, ok bool) {
	whole = Budget{Gateway: g.ID, Kind: KindGateway, Name: cmp.Or(g.Label, g.ID)}
	keys, groups := 0, 0
	for _, k := range live.Keys {
		if k.Gateway == g.ID {
			whole.Keys = append(whole.Keys, event.KeyID(k.Key))
			if k.Status != "deleted" {
				keys++
			}
		}
	}
	for _, k := range live.Groups {
		if k.Gateway == g.ID {
			groups++
		}
	}
	slices.Sort(whole.Keys)
	kind, want := "group", groups
	if groups == 0 {
		kind, want = "key", keys
	}
	for _, b := range budgets {
		if b.Gateway != g.ID || b.Kind != kind {
			continue
		}
		want--
		whole.Spent, whole.Limit = whole.Spent+b.Spent, whole.Limit+b.Limit
		if whole.Limit == b.Limit {
			whole.Reset = b.Reset // the first of them
		} else if !b.Reset.Equal(whole.Reset) {
			whole.Reset = time.Time{} // they end at different times
		}
	}
	if want > 0 && groups == 0 {
		whole.Spent, whole.Limit = 0, 0
		return whole, keys > 0
	}
	return whole, want == 0 && keys > 0
}

// KindGateway is the kind of a Budget that is all of a gateway's together.
const KindGateway = "gateway"

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
		Outcome: string(r.Outcome), Earliest: r.Earliest, Likely: r.Likely, Latest: r.Latest, Reset: f.Reset,
		LastHour: r.LastHour, LastHourWatched: r.LastHourWatched, Watched: r.Watched, Tried: r.Tried, TypicalError: r.TypicalError,
	}
	if sayable(r.Change) {
		w.Since, w.Times = r.Change.Since, r.Change.Times
	}
	return w
}
