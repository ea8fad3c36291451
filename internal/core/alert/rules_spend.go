package alert

import (
	"time"

	"gatewatch/internal/core/event"
)

// Bounds of unusual spend.
const (
	leastUnusual = event.PerUSD // below a dollar nobody wants to know
	spikeFactor  = 4            // times the baseline of this hour of the week
	spikeSpread  = 6            // median absolute deviations above it
	loopRequests = 60           // on one key and model …
	loopWindow   = 10 * time.Minute
	loopSpread   = 0.2 // … at intervals whose spread is below a fifth of their mean
	loopLook     = 5 * time.Second
)

func spendRules() []Rule {
	return []Rule{
		{
			ID: "spend.spike", Title: "Unusual spend", Category: CategorySpend, Severity: warning,
			For: 5 * time.Minute, KeepFiringFor: 15 * time.Minute, OnFiring: NotifyNow, OnFiringFrom: warning,
			OnResolved: NotifyNever, Rank: 20, Needs: "Baselines", Habit: true, check: checkSpike,
		},
		{
			ID: "spend.loop", Title: "Requests in a loop", Category: CategorySpend, Severity: warning,
			KeepFiringFor: 15 * time.Minute, OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNever,
			Rank: 10, Habit: true, check: checkLoop,
		},
		{
			ID: "spend.uncharged", Title: "Spend is undercounted", Category: CategorySpend, Severity: warning,
			KeepFiringFor: time.Hour, OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNever,
			OncePerPeriod: true, Needs: "Uncharged", check: checkUncharged,
		},
		{
			ID: "books.differ", Title: "The books do not agree", Category: CategorySpend, Severity: warning,
			OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNow, check: checkBooks,
		},
		{
			ID: "key.silent", Title: "Key is unusually quiet", Category: CategorySpend, Severity: info,
			OnFiring: NotifyNever, OnFiringFrom: warning, OnResolved: NotifyNever, Needs: "Idle", Habit: true, check: checkIdle,
		},
	}
}

func checkSpike(v *evalContext, yield func(Result)) {
	for id, usual := range v.in.Baselines {
		k, ok := v.live.Keys[id]
		rate, known := k.Rate15m.Get()
		if !ok || !known {
			continue
		}
		spent := rate / 4
		if spent < leastUnusual || spent <= spikeFactor*usual.Median || spent <= usual.Median+spikeSpread*usual.Deviation {
			continue
		}
		s := Result{
			Gateway: k.Gateway, Kind: "key", Entity: k.Key, StateID: id, At: k.UpdatedAt,
			Value: spent.Dollars(), stale: v.stale(k.Gateway, k.Source, k.UpdatedAt),
			Annotations: Annotations{Name: named(k.Name, "key ", k.Key), Spend: spent, Baseline: usual.Median, Young: usual.Young},
		}
		if l := v.loops[id]; l != nil {
			s.Annotations.Equal, s.Annotations.Model = l.n, l.model
		}
		yield(s)
	}
}

func checkLoop(v *evalContext, yield func(Result)) {
	for id, l := range v.loops {
		k, ok := v.live.Keys[id]
		if !ok {
			continue
		}
		yield(Result{
			Gateway: k.Gateway, Kind: "key", Entity: k.Key, StateID: id, At: l.last.UnixMilli(),
			Value: l.cost.Dollars(), Dimension: l.model,
			Annotations: Annotations{Name: named(k.Name, "key ", k.Key), Equal: l.n, Model: l.model, Spend: l.cost, RateSince: l.first},
		})
	}
}

func checkUncharged(v *evalContext, yield func(Result)) {
	for g, a := range v.in.Uncharged {
		if a.Calls < minRequests || float64(a.Uncharged) < degradedShare*float64(a.Calls) {
			continue
		}
		s := gatewayResult(g)
		if v.now.Sub(a.At) > trafficAge {
			s.condition = conditionUnknown // nobody has looked since
		}
		s.At, s.Annotations.Requests, s.Annotations.Failed = a.At.UnixMilli(), a.Calls, a.Uncharged
		s.Period = a.At.Format(time.DateOnly) // notified of once a day
		yield(s)
	}
}

// checkBooks holds where what is known of a gateway's money is not what its
// own books say: an alert against ourselves, or against the gateway.
func checkBooks(v *evalContext, yield func(Result)) {
	for id, g := range v.live.Gateways {
		s := gatewayResult(id)
		s.At, s.Annotations.Error = g.BooksCheckedAt, g.BooksDiffer
		switch {
		case g.BooksCheckedAt == 0:
			s.condition = conditionUnknown
		case g.BooksDiffer == "":
			s.condition = conditionNotMet
		}
		yield(s)
	}
}

// idleLeast is how long nothing must have been asked with a key.
const idleLeast = 90 * time.Minute

// outOfUse are the states of a key of which nobody asks anything.
var outOfUse = map[string]bool{"disabled": true, "expired": true, "deleted": true}

// spentSince reports whether a key was seen to spend since a time.
func (f *observations) spentSince(id string, at time.Time) bool {
	r := f.paces[id]
	return r != nil && r.newest >= at.Unix()/60
}

func checkIdle(v *evalContext, yield func(Result)) {
	for id, d := range v.in.Idle {
		k, ok := v.live.Keys[id]
		if ok && d >= idleLeast && !outOfUse[k.Status] && !v.observed.spentSince(id, v.now.Add(-idleLeast)) {
			yield(Result{
				Gateway: k.Gateway, Kind: "key", Entity: k.Key, StateID: id, At: k.UpdatedAt, Value: -1,
				Source:      k.Source,
				Annotations: Annotations{Name: named(k.Name, "key ", k.Key), Idle: d},
			})
		}
	}
}
