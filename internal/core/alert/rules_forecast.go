package alert

import (
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/forecast"
	"gatewatch/internal/core/state"
)

// Bounds of a budget that is foreseen to be used up.
const (
	forecastSoon  = 72 * time.Hour
	forecastNow   = 2 * time.Hour
	forecastSlack = 1.25 // times that far it must be before it is no more
	forecastFor   = 10 * time.Minute
	// forecastStale is how old a forecast may be before it says nothing.
	forecastStale = 20 * time.Minute
)

// The dimensions of budget.forecast: each is told once in a period.
const (
	dimensionSoon = "72h"
	dimensionNow  = "2h"
)

func forecastRules() []Rule {
	return []Rule{{
		ID: "budget.forecast", Title: "Budget will run out", Category: CategorySpend, Severity: warning,
		For: forecastFor, KeepFiringFor: 3 * time.Minute, OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNever,
		OncePerPeriod: true, Rank: 40, Needs: "Forecasts", check: checkForecast, recheck: recheckForecast,
	}}
}

func checkForecast(v *evalContext, yield func(Result)) {
	for _, f := range v.live.Forecasts {
		if f.Kind == "gateway" { // that is all of its budgets, each of which speaks for itself
			continue
		}
		if f.Outcome != string(forecast.Foreseen) || f.Limit < int64(v.cfg.MinBudget) {
			continue
		}
		for _, d := range [2]string{dimensionSoon, dimensionNow} {
			if s := forecastResult(v, &f, d); s.condition == conditionMet || s.condition == conditionHysteresis {
				yield(s)
			}
		}
	}
}

// forecastResult holds a forecast against one of the two distances.
func forecastResult(v *evalContext, f *state.Forecast, dimension string) Result {
	within, severity := forecastSoon, warning
	if dimension == dimensionNow {
		within, severity = forecastNow, critical
	}
	_, id, _ := cutID(f.Subject)
	s := Result{
		Gateway: f.Gateway, Kind: f.Kind, Entity: id, StateID: f.Subject, Dimension: dimension, Severity: severity, Period: f.PeriodID,
		At: f.At, Source: "computed", Value: -1, condition: conditionNotMet, Annotations: forecastFacts(f),
	}
	if f.Kind == "group" {
		s.Annotations.PaidIn = v.live.Groups[f.Subject].Credits.Or(0)
	}
	if s.Period == "" {
		s.Period = "limit:" + event.NanoUSD(f.Limit).String()
	}
	left := msTime(f.Likely).Sub(v.now)
	switch {
	case v.now.Sub(msTime(f.At)) > forecastStale:
		s.condition = conditionUnknown
	case outdated(v, f):
		s.condition, s.EndReason = conditionEnded, EndNewPeriod
	case f.Outcome != string(forecast.Foreseen), f.Likely == 0:
		s.Annotations = Annotations{} // what was foreseen before stays said until it ends
		if o := forecast.Outcome(f.Outcome); o != forecast.OnPace && o != forecast.NotSpending {
			s.EndReason = EndUnforeseen // nobody can say that it lasts longer
		}
	case left <= within:
		s.condition = conditionMet
	case left <= time.Duration(forecastSlack*float64(within)):
		s.condition = conditionHysteresis
	}
	return s
}

// outdated reports whether a budget is not the one any more that was foreseen:
// there was a top-up, or its limit is another.
func outdated(v *evalContext, f *state.Forecast) bool {
	if f.Kind == "key" {
		k, ok := v.live.Keys[f.Subject]
		return !ok || k.PeriodID != f.PeriodID || int64(k.Limit.Or(0)) != f.Limit
	}
	g, ok := v.live.Groups[f.Subject]
	base := g.OpeningBalance
	if base <= 0 {
		base = int64(g.Credits.Or(0))
	}
	return !ok || g.PeriodID != f.PeriodID || base != f.Limit
}

// steadyForecast is to what the times of a forecast are rounded in an alert, the range
// outwards, so that its text does not change with every read.
const steadyForecast = 10 * time.Minute

// steadySince is to what the time of a change is rounded, which moves less.
const steadySince = 5 * time.Minute

func forecastFacts(f *state.Forecast) Annotations {
	a := Annotations{
		Name: f.Name, Spend: event.NanoUSD(f.Spent), Limit: event.NanoUSD(f.Limit), Prepaid: f.Kind == "group",
		PerHour: event.NanoUSD(max(f.PerHour, 0)), Early: msTime(f.Earliest).Truncate(steadyForecast),
		Likely: msTime(f.Likely).Round(steadyForecast), Late: msTime(f.Latest), Tried: f.Tried, Times: float64(int(f.Times*2)) / 2,
	}
	if f.Limit > 0 {
		a.UsedRatio = float64(f.Spent) / float64(f.Limit)
	}
	if !a.Late.IsZero() {
		a.Late = a.Late.Truncate(steadyForecast).Add(steadyForecast)
	}
	if f.Reset > 0 {
		a.Resets = msTime(f.Reset)
	}
	if f.Since > 0 {
		a.RateSince = msTime(f.Since).Round(steadySince)
	}
	return a
}

// cutID takes the gateway off an id of the live state.
func cutID(id string) (gateway, own string, ok bool) {
	for i := range len(id) {
		if id[i] == '/' {
			return id[:i], id[i+1:], true
		}
	}
	return "", id, false
}

// recheckForecast looks at an alert whose budget check passed over: it lasts
// longer than was foreseen, is not foreseen any more, or is gone.
func recheckForecast(v *evalContext, a *Alert) Result {
	f, ok := v.live.Forecasts[state.ForecastID(a.EntityKind, a.StateID)]
	if !ok {
		return v.absent(a)
	}
	s := forecastResult(v, &f, a.Dimension)
	if s.condition == conditionEnded {
		freeForecast(v, a, &s)
	}
	return s
}

// freeForecast notes what gave the budget room that was foreseen to be used up; what
// was foreseen stays said.
func freeForecast(v *evalContext, a *Alert, s *Result) {
	var b budget
	if k, ok := v.live.Keys[a.StateID]; ok && a.EntityKind == "key" {
		b = keyBudget(v, a.StateID, &k)
	} else if g, ok := v.live.Groups[a.StateID]; ok && a.EntityKind == "group" {
		b = groupBudget(v, a.StateID, &g)
	}
	if b.usedRatio < 0 || b.facts.Limit <= 0 {
		return
	}
	was, facts := &a.Annotations, b.facts
	facts.Early, facts.Likely, facts.Late, facts.Resets = was.Early, was.Likely, was.Late, was.Resets
	facts.PerHour, facts.Tried, facts.Times, facts.RateSince = was.PerHour, was.Tried, was.Times, was.RateSince
	s.Annotations, s.Period = facts, b.period
	free(a, s)
}
