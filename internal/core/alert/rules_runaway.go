package alert

import (
	"time"

	"gatewatch/internal/core/event"
)

// Bounds of a key that runs away. They need no weeks of history: an hour is held
// against what came before it.
const (
	runawayTimes    = 3 // times the most that was spent in ten minutes before
	runawayLeast    = 2 * event.PerUSD
	runawayRequests = 8
	runawayMinutes  = 3 // in which these came, at least; and the newest, in which it must go on
	runawayLearned  = time.Hour
)

func runawayRules() []Rule {
	return []Rule{{
		ID: "spend.runaway", Title: "Key runs away", Category: CategorySpend, Severity: warning,
		For: 2 * time.Minute, KeepFiringFor: 15 * time.Minute, OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNever,
		Rank: 30, Habit: true, check: checkRunaway,
	}}
}

func checkRunaway(v *evalContext, yield func(Result)) {
	minute := v.now.Unix() / 60
	for id, r := range v.observed.paces {
		sum, n, busy := r.last(minute, paceWindow)
		if sum < runawayLeast || n < runawayRequests || busy < runawayMinutes {
			continue
		}
		k, known := v.live.Keys[id]
		usual := max(r.peak(minute), v.in.Peaks[id], v.in.Baselines[id].Median)
		learned := v.now.Sub(time.Unix(r.first*60, 0)) >= runawayLearned || v.in.Peaks[id] > 0
		if !known || !learned || usual <= 0 || sum < runawayTimes*usual || sum-r.top(minute) < runawayTimes*usual*2/3 {
			continue
		}
		since, told := r.since(minute, usual), v.runawaySince(k.Gateway, k.Key)
		if told >= r.first && told < since { // what an earlier run told is of what this one did not see
			since = told // it paused, and goes on
		}
		if usual = max(usual, r.mostUntil(since-1)); sum < runawayTimes*usual {
			continue // it was as dear within the hour
		}
		spent, requests, _ := r.last(minute, int(minute-since+1))
		lately, _, _ := r.last(minute, runawayMinutes)
		if spent < runawayTimes*usual || lately*paceWindow < 2*usual*runawayMinutes {
			continue // over, or what is said of it would not show it
		}
		gap := v.lastGap(k.Gateway, k.Source)
		if began := r.jump(since, minute, usual, gap); began > since && since != told {
			before := max(usual, r.mostUntil(began-2)) // it may have begun a minute sooner
			if sum, n, _ := r.last(minute, int(minute-began+1)); sum >= runawayTimes*usual && sum > before {
				since, spent, requests, usual = began, sum, n, before
			}
		}
		model := r.dearest(minute)
		yield(Result{
			Gateway: k.Gateway, Kind: "key", Entity: k.Key, StateID: id, At: k.UpdatedAt, Value: sum.Dollars(),
			Source: k.Source, stale: v.stale(k.Gateway, k.Source, k.UpdatedAt),
			Annotations: Annotations{
				Name: named(k.Name, "key ", k.Key), Spend: spent, Baseline: usual, Equal: requests, Model: model.name,
				PerHour: roundedRate(60 * r.perMinute(since, minute, gap)), Times: rounded(float64(sum) / float64(usual)),
				RateSince: time.Unix(since*60, 0), UsedRatio: rounded(10*float64(model.nano)/float64(max(sum, 1))) / 10,
			},
		})
	}
}

// runawaySince is the minute since when a key is told to run away, while it is; else 0.
func (v *evalContext) runawaySince(gateway, key string) int64 {
	was := v.ev.all[alertKey{rule: "spend.runaway", gateway: gateway, kind: "key", entity: key}]
	if was == nil || !was.Status.Open() || was.Annotations.RateSince.IsZero() {
		return 0
	}
	return was.Annotations.RateSince.Unix() / 60
}

// rounded is a number as a text says it, so that a text does not change with each
// request.
func rounded(x float64) float64 { return float64(int64(x + 0.5)) }

// roundedRate is a rate to two digits, rounded as for reading.
func roundedRate(n event.NanoUSD) event.NanoUSD {
	unit := event.NanoUSD(1)
	for n/unit >= 100 {
		unit *= 10
	}
	return (n + unit/2) / unit * unit
}
