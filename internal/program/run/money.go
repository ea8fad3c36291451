package run

import (
	"context"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/forecast"
	"gatewatch/internal/core/ledger"
	"gatewatch/internal/core/state"
	"gatewatch/internal/sources/rest"
)

// What is asked for is enough to foresee a budget: this does not compile else.
const _ = uint64(state.MoneyBack - forecast.LeastWatched - time.Hour)

// restoreMoney has the state begin with what earlier runs knew of a gateway's
// money, and returns the top-ups of its groups.
func (p *Program) restoreMoney(ctx context.Context, id event.GatewayID) map[event.GroupID]rest.Topup {
	topups := map[event.GroupID]rest.Topup{}
	if p.db == nil {
		return topups
	}
	if p.writer {
		if err := p.db.Flush(ctx); err != nil {
			p.log.Warn("history is not flushed", "cause", err)
		}
	}
	now := time.Now()
	saved, err := p.db.Ledger(ctx, id, ledger.MinuteOf(now.Add(-state.MoneyBack-2*time.Hour)))
	if err != nil {
		p.log.Error("the money of earlier runs cannot be read", "gateway", string(id), "cause", err)
		return topups
	}
	for _, a := range saved.Accounts {
		if t := a.Topup; t.ID != "" {
			topups[a.Group] = rest.Topup{ID: t.ID, At: t.At.Time(), Base: t.Base, Credits: t.Credits}
		}
	}
	err = p.engine.Do(ctx, func(s *state.State) {
		if s.Book(id) == nil && !saved.Empty() {
			s.RestoreLedger(id, saved, now)
		}
	})
	if err != nil {
		p.log.Error("the money of earlier runs is not shown", "gateway", string(id), "cause", err)
	}
	return topups
}

// wants is what is not known of a gateway's money.
func (p *Program) wants(ctx context.Context, id event.GatewayID) (w rest.Wants) {
	now := time.Now()
	_ = p.engine.Do(ctx, func(s *state.State) { // fails when everything stops
		known, check := s.Wanted(id, now)
		for _, x := range known.Log {
			w.Log = append(w.Log, spanOf(x))
		}
		w.Books = map[event.GroupID]time.Time{}
		for g, from := range known.Books {
			w.Books[g] = from.Time()
		}
		if check.From < check.To {
			w.Check = spanOf(check)
		}
	})
	return w
}

func spanOf(x ledger.Span) rest.Span {
	return rest.Span{From: ledger.Minute(x.From).Time(), To: ledger.Minute(x.To).Time()}
}
