package alert

import (
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/forecast"
	"gatewatch/internal/core/state"
)

// rearmMargin is how far below a threshold a budget must fall before the threshold
// can be notified of again: with 5 points, spend that jitters around a threshold
// rings once and not a thousand times.
const rearmMargin = 0.05

// claimTolerance is how far a gateway's own share may be from spend ÷ limit and
// still be taken for the same number, rounded.
const claimTolerance = 0.02

func budgetRules() []Rule {
	return []Rule{
		{
			ID: "budget.exhausted", Title: "Budget used up", Category: CategorySpend, Severity: critical,
			RepeatInterval: fourHours, OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyWithoutSound,
			OncePerPeriod: true, Rank: 100, check: checkExhausted, recheck: recheckBudget,
		},
		{
			ID: "budget.used", Title: "Budget threshold", Category: CategorySpend, Severity: warning,
			RepeatInterval: fourHours, OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyWithoutSound, OnResolvedFrom: critical,
			OncePerPeriod: true, Rank: 50, check: checkUsed, recheck: recheckBudget,
		},
	}
}

// budget is what a key or a group has used of its limit, however known.
type budget struct {
	gateway, kind, id, stateID string
	period                     string
	usedRatio                  float64 // negative: unknown
	claim                      event.Severity
	facts                      Annotations
	trust                      Trust
	at                         int64
	source                     string
}

func keyBudget(v *evalContext, id string, k *state.KeySpend) budget {
	b := budget{
		gateway: k.Gateway, kind: "key", id: k.Key, stateID: id, period: k.PeriodID,
		usedRatio: k.UsedRatio.Or(-1), trust: Trust(k.Trust), at: k.UpdatedAt, source: k.Source,
	}
	spend := k.Total.Or(0)
	if limit, limited := k.Limit.Get(); limited && limit == 0 && spend == 0 {
		b.usedRatio = -1 // it may spend nothing, and it does not
	}
	if k.Trust == string(TrustClaimed) || k.Trust == string(TrustVerified) {
		if c := claimedRatio(k); c > b.usedRatio {
			b.usedRatio, spend = c, max(spend, event.NanoUSD(k.ReportedSpend))
		}
		b.claim = event.Severity(k.ReportedLevel)
	}
	if b.usedRatio < 0 && b.claim == "" {
		return b
	}
	if b.period == "" {
		b.period = "limit:" + k.Limit.String()
	}
	b.facts = Annotations{
		Name: named(k.Name, "key ", k.Key), UsedRatio: max(b.usedRatio, 0), Spend: spend,
		Limit: k.Limit.Or(0), LastHour: k.LastHour.Or(0), LastHourMinutes: k.HourSpan,
		LastHourOfIt: hourIsOf(b.period, v.now), Resets: v.in.Resets[id],
	}
	return b
}

// hourIsOf reports whether all that was spent in the last hour is of a budget period: it
// began before. A limit without a period is of all that was ever spent. False where it is
// not known when the period began.
func hourIsOf(period string, now time.Time) bool {
	kind, began, _ := strings.Cut(period, ":")
	layout, most := time.RFC3339Nano, time.Duration(0)
	switch kind {
	case "limit":
		return true
	case "topup":
		_, began, _ = strings.Cut(began, "@")
		layout, most = "2006-01-02T15:04Z", time.Minute
	case "period": // it began in that day
		layout, most = time.DateOnly, 24*time.Hour
	}
	at, err := time.Parse(layout, began)
	return err == nil && now.Sub(at.Add(most)) >= time.Hour
}

// claimedRatio is the gateway's claim as a share; negative if it made none.
// Its amounts count more than its percentage, which some gateways compute of
// mismatched numbers.
func claimedRatio(k *state.KeySpend) float64 {
	limit := k.Limit.Or(0)
	if limit <= 0 || k.ReportedSpend <= 0 {
		return k.ReportedRatio
	}
	ours := float64(k.ReportedSpend) / float64(limit)
	if k.ReportedRatio > ours && k.ReportedRatio-ours <= claimTolerance {
		return k.ReportedRatio
	}
	return ours
}

func groupBudget(v *evalContext, id string, g *state.Group) budget {
	b := budget{
		gateway: g.Gateway, kind: "group", id: g.Group, stateID: id, period: g.PeriodID,
		usedRatio: g.UsedRatio.Or(-1), at: g.UpdatedAt, source: g.Source,
	}
	base := event.NanoUSD(g.OpeningBalance)
	if base <= 0 {
		base = g.Credits.Or(0)
	}
	balance, known := g.Balance.Get()
	if base > 0 && known && balance <= 0 {
		b.usedRatio = max(b.usedRatio, 1)
	}
	if b.usedRatio < 0 || base <= 0 { // a group that was never credited has no budget
		b.usedRatio = -1
		return b
	}
	if b.period == "" {
		b.period = "limit:" + base.String()
	}
	spent := g.Spent.Or(0) // the share is of this where the balance is not known
	if known {
		spent = max(0, base-balance)
	}
	b.facts = Annotations{
		Name: named(g.Name, "group ", g.Group), UsedRatio: b.usedRatio,
		Spend: spent, Limit: base, Prepaid: true, PaidIn: g.Credits.Or(0),
		LastHour: g.LastHour.Or(0), LastHourMinutes: g.HourSpan,
		LastHourOfIt: hourIsOf(b.period, v.now), Keys: g.KeyCount, Resets: v.in.Resets[id],
	}
	return b
}

// eachBudget calls f for every budget of which at least that share is used,
// by our own count or by the gateway's claim. What f is given is used anew for
// the next budget: most of five hundred keys must not cost an allocation.
func eachBudget(v *evalContext, least float64, f func(b *budget, ts []Threshold)) {
	th, scratch := &v.cfg.Thresholds, &v.ev.scratch
	for id, k := range v.live.Keys {
		if k.UsedRatio.Or(-1) < least && k.Trust == "" || k.Status == "deleted" {
			continue
		}
		scratch.key = k
		scratch.budget = keyBudget(v, id, &scratch.key)
		group := ""
		if k.Group != "" && len(th.Groups) > 0 {
			group = k.Gateway + "/" + k.Group
		}
		f(&scratch.budget, th.of(k.Gateway, group, id))
	}
	for id, g := range v.live.Groups {
		if left, known := g.Balance.Get(); g.UsedRatio.Or(-1) < least && (!known || left > 0) {
			continue
		}
		scratch.group = g
		scratch.budget = groupBudget(v, id, &scratch.group)
		f(&scratch.budget, th.of(g.Gateway, id, ""))
	}
}

// scratch is reused from budget to budget.
type scratch struct {
	key    state.KeySpend
	group  state.Group
	budget budget
}

func (b *budget) result(v *evalContext) Result {
	f := v.live.Forecasts[state.ForecastID(b.kind, b.stateID)]
	if f.Outcome == string(forecast.Foreseen) && f.Limit == int64(b.facts.Limit) && !outdated(v, &f) {
		b.facts.Likely = msTime(f.Likely).Truncate(time.Hour) // what all places show
	}
	return Result{
		Gateway: b.gateway, Kind: b.kind, Entity: b.id, StateID: b.stateID, Period: b.period,
		Annotations: b.facts, Value: b.usedRatio, Trust: b.trust, At: b.at, Source: b.source, stale: v.stale(b.gateway, b.source, b.at),
	}
}

func checkUsed(v *evalContext, yield func(Result)) {
	eachBudget(v, v.lowest, func(b *budget, ts []Threshold) {
		if b.facts.Limit > 0 && b.facts.Limit < v.cfg.MinBudget {
			return
		}
		for _, t := range ts {
			if verdict := b.compare(t, ts); verdict != conditionNotMet {
				s := b.result(v)
				s.Dimension, s.Severity, s.condition = v.ev.dimension(t.Ratio), t.Severity, verdict
				yield(s)
			}
		}
	})
}

// compare holds a budget against one of its thresholds.
func (b *budget) compare(t Threshold, ts []Threshold) condition {
	if b.usedRatio < 0 { // only the gateway's claim, without numbers
		if b.claim != "" && t.Severity == b.claim && lowest(ts, b.claim) == t.Ratio {
			return conditionMet
		}
		return conditionUnknown
	}
	const hair = 1e-9
	switch {
	case b.usedRatio >= t.Ratio-hair:
		return conditionMet
	case b.claim == t.Severity && b.usedRatio >= t.Ratio-claimTolerance && b.trust != TrustContradicted:
		return conditionMet // the gateway rounds otherwise than we do
	case b.usedRatio >= t.Ratio-rearmMargin+hair:
		return conditionHysteresis
	}
	return conditionNotMet
}

func lowest(ts []Threshold, s event.Severity) float64 {
	least := -1.0
	for _, t := range ts {
		if t.Severity == s && (least < 0 || t.Ratio < least) {
			least = t.Ratio
		}
	}
	return least
}

// recheckBudget evaluates a budget that check passed over: fallen, unknown or gone.
func recheckBudget(v *evalContext, a *Alert) Result {
	var b budget
	var ts []Threshold
	switch a.EntityKind {
	case "key":
		k, ok := v.live.Keys[a.StateID]
		if !ok {
			return v.absent(a)
		}
		if k.Status == "deleted" {
			return Result{condition: conditionEnded, EndReason: EndDeleted}
		}
		if k.Limit.Status() == event.ReadingNone && k.Trust == "" { // it has no limit any more
			return Result{condition: conditionEnded, EndReason: EndDeleted}
		}
		b, ts = keyBudget(v, a.StateID, &k), v.cfg.Thresholds.of(k.Gateway, k.Gateway+"/"+k.Group, a.StateID)
	default:
		g, ok := v.live.Groups[a.StateID]
		if !ok {
			return v.absent(a)
		}
		b, ts = groupBudget(v, a.StateID, &g), v.cfg.Thresholds.of(g.Gateway, a.StateID, "")
	}
	s := b.result(v)
	s.condition = conditionNotMet
	switch {
	case a.Rule == "budget.used" && !slices.ContainsFunc(ts, func(t Threshold) bool { return v.ev.dimension(t.Ratio) == a.Dimension }):
		s.condition, s.EndReason = conditionEnded, EndThreshold
	case b.trust == TrustContradicted && a.Trust == TrustClaimed:
		s.condition, s.EndReason = conditionEnded, EndContradicted
	case b.usedRatio < 0:
		s.condition, s.Period = conditionUnknown, a.Period
		if a.EntityKind == "key" && v.limitLost(a.StateID) {
			s.condition, s.EndReason = conditionEnded, EndLimitUnknown
		}
	}
	return s
}

// limitSettles is how long an alert on a budget waits for the limit of a key that was
// changed, or that its spend does not tell, to be told.
const limitSettles = 10 * time.Second

// limitLost reports whether a key's limit is not known and not told with its spend; an
// alert on it could never end else.
func (v *evalContext) limitLost(id string) bool {
	k := v.live.Keys[id]
	if k.LimitUntoldAt == 0 || k.Limit.Known() {
		return false
	}
	until := msTime(k.LimitUntoldAt).Add(limitSettles)
	if v.now.Before(until) {
		v.scheduleEval(until)
		return false
	}
	return true
}

func checkExhausted(v *evalContext, yield func(Result)) {
	eachBudget(v, 1-rearmMargin, func(b *budget, _ []Threshold) {
		if b.usedRatio < 1-rearmMargin {
			return
		}
		s := b.result(v)
		s.condition = conditionHysteresis
		if b.usedRatio >= 1-1e-12 {
			s.condition = conditionMet
		}
		yield(s)
	})
}

// named is the name, or the kind and the id of what has none.
func named(name, sort, id string) string {
	if name != "" {
		return name
	}
	return sort + id
}

func nameOr(name, other string) string {
	if name != "" {
		return name
	}
	return other
}
