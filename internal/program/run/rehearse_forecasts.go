package run

import (
	"context"
	"time"

	"gatewatch/internal/core/film"
	"gatewatch/internal/core/rehearsal"
	"gatewatch/internal/core/state"
)

// rehearseCoarse is how far apart what was foreseen is looked at of more than
// rehearseFine ago.
const rehearseCoarse = 15 * time.Minute

// foreseenInPast gives what the pages showed to be foreseen at a time, each time a later
// one: nothing of a time of which no picture is kept.
func (p *Program) foreseenInPast(ctx context.Context, to time.Time) func(at time.Time) (rehearsal.Foreseen, time.Time) {
	r, err := p.Replay()
	if err != nil {
		return nil
	}
	var shown rehearsal.Foreseen
	have := int64(0)
	return func(at time.Time) (f rehearsal.Foreseen, next time.Time) {
		next = at.Add(rehearseCoarse)
		if to.Sub(at) <= rehearseFine {
			next = at.Add(forecastInterval)
		}
		m, err := r.At(ctx, at, have)
		if err != nil || !m.Known {
			have = 0
			if m.After.After(next) {
				next = m.After
			}
			return f, next
		}
		if have = m.N; m.Whole {
			shown = rehearsal.Foreseen{Forecasts: map[string]state.Forecast{}, Keys: map[string]state.KeySpend{}, Groups: map[string]state.Group{}}
		}
		d, err := film.Delta(m.Changed)
		if err != nil {
			have = 0
			return f, next
		}
		change(shown.Forecasts, d.Forecasts)
		change(shown.Keys, d.Keys)
		change(shown.Groups, d.Groups)
		f = rehearsal.Foreseen{Forecasts: make(map[string]state.Forecast, len(shown.Forecasts)), Keys: shown.Keys, Groups: shown.Groups}
		for id, one := range shown.Forecasts {
			one.At = at.UnixMilli() // it stood there
			f.Forecasts[id] = one
		}
		return f, next
	}
}

// change takes what is other, and drops what is gone.
func change[T any](all map[string]T, changed map[string]*T) {
	for id, x := range changed {
		if x == nil {
			delete(all, id)
		} else {
			all[id] = *x
		}
	}
}
