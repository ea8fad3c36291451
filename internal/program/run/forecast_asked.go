package run

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net"
	"slices"
	"time"

	"gatewatch/internal/core/film"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
	"gatewatch/internal/store/history"
)

// ForecastQuestion says which forecasts are wanted. The zero value is those that are
// shown.
type ForecastQuestion struct {
	At   time.Time `json:"at,omitzero"`    // as of when, not after now; zero: those that are shown
	Zone string    `json:"zone,omitempty"` // whose days and weekends count; "": the computer's
}

// zone is where the days and weekends are of.
func (q ForecastQuestion) zone() (*time.Location, error) {
	if q.Zone == "" {
		return time.Local, nil
	}
	loc, err := time.LoadLocation(q.Zone)
	if err != nil {
		return nil, fault.New(fault.Usage, "There is no such time zone; one is Europe/Berlin.", err)
	}
	return loc, nil
}

// nowWithin is how old a time may be to be taken for now.
const nowWithin = 2 * time.Second

// Forecasts gives the forecasts of all budgets: those that are shown, or, as of another
// time or where there are none yet, ones that are made of the history in the same way.
func (p *Program) Forecasts(ctx context.Context, q ForecastQuestion) ([]Foreseen, error) {
	if p.db == nil && (!LooksOnce(p.opts.Role) || !q.At.IsZero()) {
		return nil, history.ErrNotFound
	}
	if q == (ForecastQuestion{}) {
		if shown := p.shownForecasts(); len(shown) > 0 {
			return shown, nil
		}
	}
	loc, err := q.zone()
	if err != nil {
		return nil, err
	}
	as := asOf{at: q.At, loc: loc}
	if now := time.Now(); as.at.IsZero() {
		as.at = now
	} else {
		as.past = now.Sub(as.at) > nowWithin
	}
	all, _, err := p.foreseeAll(ctx, as)
	return all, err
}

// shownForecasts are the forecasts that are shown, in the order of their budgets.
func (p *Program) shownForecasts() []Foreseen {
	p.forecasts.mu.Lock()
	defer p.forecasts.mu.Unlock()
	all := make([]Foreseen, 0, len(p.forecasts.all))
	for _, f := range p.forecasts.all {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b Foreseen) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject)) })
	return all
}

// Foresee foresees all budgets now, and shows what came of it.
func (p *Program) Foresee(ctx context.Context) {
	if p.db != nil || LooksOnce(p.opts.Role) {
		p.updateForecasts(ctx, time.Now(), &rests{})
	}
}

// liveAsOf has the gateways, keys and groups as of a time. Of another time than now they
// are those that the pages showed then; where nothing is kept of that, those of now, and
// then is false.
func (p *Program) liveAsOf(ctx context.Context, as asOf) (live *state.Live, then bool, err error) {
	if as.past {
		if live, err := p.shownAt(ctx, as.at); err != nil || live != nil {
			return live, true, err
		}
	}
	live = &state.Live{}
	err = p.engine.Do(ctx, func(s *state.State) {
		now := s.Live()
		live.Gateways, live.Keys, live.Groups = maps.Clone(now.Gateways), maps.Clone(now.Keys), maps.Clone(now.Groups)
	})
	return live, false, err
}

// shownAt is what the pages showed at a time of gateways, keys and groups; nil where
// that is not kept.
func (p *Program) shownAt(ctx context.Context, at time.Time) (*state.Live, error) {
	r, err := p.Replay()
	if err != nil {
		return nil, err
	}
	m, err := r.At(ctx, at, 0)
	if err != nil || !m.Known {
		return nil, err
	}
	d, err := film.Delta(m.Changed)
	if err != nil || len(d.Gateways) == 0 {
		return nil, err
	}
	return &state.Live{Gateways: values(d.Gateways), Keys: values(d.Keys), Groups: values(d.Groups)}, nil
}

func values[T any](of map[string]*T) map[string]T {
	m := make(map[string]T, len(of))
	for id, x := range of {
		if x != nil {
			m[id] = *x
		}
	}
	return m
}

// forecastPatience is how long somebody who asks waits for forecasts, and the program
// that runs makes them: of many budgets, as of another time, it takes a while.
const forecastPatience = 3 * time.Minute

// AskForecasts asks the program that runs on these files for its forecasts: of all that
// it watches, or of the target if one is given; ErrNotWatched if it does not watch that.
func AskForecasts(ctx context.Context, paths config.Paths, t Target, want ForecastQuestion) ([]Foreseen, error) {
	a, err := ask(ctx, paths, question{Profile: t.Profile, Core: t.Core, Admin: t.Admin, Forecast: &want}, forecastPatience)
	if err != nil {
		return nil, err
	}
	if a.Forecasts == nil {
		return nil, errNoForecasts
	}
	return a.Forecasts, nil
}

// answerForecasts answers one question for forecasts. One is answered at a time: who asks
// meanwhile makes its own.
func (p *Program) answerForecasts(ctx context.Context, c net.Conn, q question) {
	defer c.Close() //nolint:errcheck // nothing is lost
	if !p.forecasts.asked.TryLock() {
		return
	}
	defer p.forecasts.asked.Unlock()
	ctx, cancel := context.WithTimeout(ctx, forecastPatience)
	defer cancel()
	if err := c.SetDeadline(time.Now().Add(forecastPatience)); err != nil {
		return
	}
	if _, err := c.Write([]byte(" ")); err != nil { // somebody is there
		return
	}
	snap, err := p.engine.Snapshot(ctx)
	if err != nil {
		return
	}
	a := answer{}
	gateway, watched := p.meant(&snap.Live, q)
	if watched {
		all, err := p.Forecasts(ctx, *q.Forecast)
		if err != nil {
			p.log.Warn("forecasts that somebody asked for cannot be made", "cause", err)
			return
		}
		a = answer{Watched: true, Forecasts: forecastsOf(all, gateway)}
	}
	if err := json.NewEncoder(c).Encode(a); err != nil {
		p.log.Debug("who asked does not listen", "cause", err)
	}
}

// forecastsOf are those of one gateway, or of all, without what only charts need.
func forecastsOf(all []Foreseen, gateway string) []Foreseen {
	kept := []Foreseen{}
	for _, f := range all {
		if gateway != "" && f.Gateway != gateway {
			continue
		}
		f.Keys, f.Past, f.Unwatched, f.Result.Curve = nil, nil, nil, nil
		if !sayable(f.Result.Change) {
			f.Result.Change = nil
		}
		kept = append(kept, f)
	}
	return kept
}
