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

// foreseenPast is what the pages showed to be foreseen, asked for at one time after the
// other.
type foreseenPast struct {
	replay *Replay
	to     time.Time
	shown  rehearsal.Foreseen
	have   int64 // the number of the moment that is shown
	err    error // why pictures could not be read, the first time
}

// foreseenInPast limits a rehearsal to the time of which pictures are kept, and has it
// see what they show. Where none is kept it is nil, and r says so.
func (p *Program) foreseenInPast(ctx context.Context, r *Rehearsed) (*foreseenPast, error) {
	replay, err := p.Replay()
	if err != nil {
		return nil, err
	}
	from, _, err := replay.Range(ctx)
	switch {
	case err != nil:
		return nil, err
	case from.IsZero():
		r.Unknown = "Nothing is kept yet of what was foreseen."
		return nil, nil
	case from.After(r.From):
		r.From = from
	}
	return &foreseenPast{replay: replay, to: r.To}, nil
}

// at is what was foreseen at a time, which is later each time, and when to ask again:
// nothing of a time of which no picture is kept.
func (x *foreseenPast) at(ctx context.Context, at time.Time) (f rehearsal.Foreseen, next time.Time) {
	next = at.Add(rehearseCoarse)
	if x.to.Sub(at) <= rehearseFine {
		next = at.Add(forecastInterval)
	}
	m, err := x.replay.At(ctx, at, x.have)
	d := state.Delta{}
	if err == nil && m.Known {
		d, err = film.Delta(m.Changed)
	}
	if err != nil || !m.Known {
		x.have = 0
		if x.err == nil {
			x.err = err
		}
		if m.After.After(next) {
			next = m.After
		}
		return f, next
	}
	if x.have = m.N; m.Whole {
		x.shown = rehearsal.Foreseen{Forecasts: map[string]state.Forecast{}, Keys: map[string]state.KeySpend{}, Groups: map[string]state.Group{}}
	}
	change(x.shown.Forecasts, d.Forecasts)
	change(x.shown.Keys, d.Keys)
	change(x.shown.Groups, d.Groups)
	f = rehearsal.Foreseen{Forecasts: make(map[string]state.Forecast, len(x.shown.Forecasts)), Keys: x.shown.Keys, Groups: x.shown.Groups}
	for id, one := range x.shown.Forecasts {
		one.At = at.UnixMilli() // it stood there
		f.Forecasts[id] = one
	}
	return f, next
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
