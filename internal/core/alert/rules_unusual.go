package alert

import (
	"strconv"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// Bounds of what is unusual without weeks of history: a key, a model or a price is
// held against what it was before.
const (
	sameShare    = 0.8 // of the requests are of one size
	sameUsual    = 0.4 // and less than that were made again before
	retriedLeast = 10
	retriedShare = 0.3 // of the requests repeat one
	retriedTimes = 3   // times the usual share
	leastWasted  = event.PerUSD / 2
	paidErrors   = 3 // that were paid for in an hour
	leastPaidFor = event.PerUSD / 100
	priceRose    = 1.9
	priceLives   = 24 * time.Hour
	firstLives   = 2 * time.Hour
	firstKnown   = 24 * time.Hour   // that a gateway's payments must be known
	firstUsed    = 10 * time.Minute // ago, at most: what nobody uses any more is over
	// burnsFast is what must be lost in an hour to be worth a notification.
	burnsFast = 10 * event.PerUSD
)

func unusualRules() []Rule {
	quiet := Rule{
		Category: CategorySpend, Severity: info, KeepFiringFor: 15 * time.Minute, OnFiring: NotifyNow, OnFiringFrom: warning,
		OnResolved: NotifyNever, Habit: true,
	}
	rule := func(id, title, needs string, hold time.Duration, check func(*evalContext, func(Result))) Rule {
		r := quiet
		r.ID, r.Title, r.Needs, r.For, r.check = id, title, needs, hold, check
		return r
	}
	price := rule("price.raised", "Price doubled", "Prices", 0, checkPrice)
	price.recheck, price.KeepFiringFor = recheckPrice, 0
	return []Rule{
		rule("spend.repeats", "The same request again and again", "", 2*time.Minute, checkRepeats),
		rule("spend.retries", "Requests that are made again", "", 2*time.Minute, checkRetries),
		rule("spend.errors", "Errors that are paid for", "Audit", 0, checkPaidErrors),
		price,
		rule("model.first", "Model that was never used before", "Models", 0, checkFirst),
	}
}

// severityOf is how much a loss an hour is worth.
func severityOf(anHour event.NanoUSD) event.Severity {
	if anHour >= burnsFast {
		return warning
	}
	return info
}

// same reports whether nearly all requests are of one size, and were not before.
func (s *repeats) same() bool {
	return s.n >= loopRequests && float64(s.top) >= sameShare*float64(s.n) && s.topCost >= leastUnusual && s.usual < sameUsual
}

// retried reports whether many requests repeat one of the same size, of many sizes,
// and more than is usual.
func (s *repeats) retried() bool {
	share := float64(s.again) / float64(max(s.n, 1))
	return s.sized && s.again >= retriedLeast && s.cost >= leastWasted && 2*s.top < s.n &&
		share >= retriedShare && share >= retriedTimes*s.usual
}

func checkRepeats(v *evalContext, yield func(Result)) {
	for id, s := range v.repeats {
		if k, ok := v.live.Keys[id]; ok && s.same() && v.loops[id] == nil {
			r := keyResult(v, k.Gateway, k.Key, id, k.Name, s)
			r.Value, r.Annotations.Spend, r.Annotations.Equal = s.topCost.Dollars(), s.topCost, s.top
			r.Severity = severityOf(s.topCost * event.NanoUSD(time.Hour/againWindow))
			yield(r)
		}
	}
}

func checkRetries(v *evalContext, yield func(Result)) {
	for id, s := range v.repeats {
		if k, ok := v.live.Keys[id]; ok && s.retried() {
			r := keyResult(v, k.Gateway, k.Key, id, k.Name, s)
			r.Value, r.Annotations.Spend, r.Annotations.Equal = s.cost.Dollars(), s.cost, s.again
			r.Annotations.From = s.since
			r.Severity = severityOf(s.cost * event.NanoUSD(time.Hour/againWindow))
			yield(r)
		}
	}
}

func keyResult(v *evalContext, gateway, key, id, name string, s *repeats) Result {
	return Result{
		Gateway: gateway, Kind: "key", Entity: key, StateID: id, At: s.last.UnixMilli(), Dimension: s.model,
		Annotations: Annotations{
			Name: named(name, "key ", key), Model: s.model, Requests: s.n, UsedRatio: rounded(100*min(s.usual, 1)) / 100, Tokens: int(s.input),
			RateSince: s.first,
		},
	}
}

func checkPaidErrors(v *evalContext, yield func(Result)) {
	for id, p := range v.in.Paid {
		k, ok := v.live.Keys[id]
		if !ok || p.Count < paidErrors || p.Cost < leastPaidFor {
			continue
		}
		r := Result{
			Gateway: k.Gateway, Kind: "key", Entity: k.Key, StateID: id, At: p.At.UnixMilli(), Value: p.Cost.Dollars(), Severity: severityOf(p.Cost),
			Annotations: Annotations{Name: named(k.Name, "key ", k.Key), Failed: p.Count, Requests: p.Requests, Spend: p.Cost},
		}
		if v.now.Sub(p.At) > trafficAge {
			r.condition = conditionUnknown // nobody has looked since
		}
		yield(r)
	}
}

// price takes a change of a price in: the field that rose most counts.
func (f *observations) price(gateway string, b *event.NavigationChanged, at time.Time) {
	id := observationID{gateway: gateway, name: nameOr(b.ID, b.Name)}
	if b.Action == event.ActionCreated || id.name == "" {
		return // what was asked before is not known of it
	}
	if _, known := f.prices[id]; !known && len(f.prices) >= priceMost {
		return
	}
	p := priceChange{name: nameOr(b.Name, b.ID), models: b.Models, at: at}
	most := 0.0
	for _, c := range b.Values {
		old, now, ok := pricesOf(c)
		if !ok {
			continue
		}
		if rise := now.Dollars() / old.Dollars(); p.field == "" || rise > most {
			most, p.field, p.old, p.now = rise, c.Field, old, now
		}
	}
	if p.field != "" {
		f.prices[id] = &p
	}
}

// pricesOf reads the amounts of a field before and after; ok is false if it was no
// price, or cost nothing before.
func pricesOf(c event.FieldChange) (old, now event.NanoUSD, ok bool) {
	before, errBefore := strconv.ParseFloat(strings.TrimPrefix(c.Old, "$"), 64)
	after, errAfter := strconv.ParseFloat(strings.TrimPrefix(c.New, "$"), 64)
	old, now = event.USD(before), event.USD(after)
	return old, now, errBefore == nil && errAfter == nil && old > 0 && now >= 0 && strings.Contains(c.Field, "Cost")
}

func checkPrice(v *evalContext, yield func(Result)) {
	for id, p := range v.observed.prices {
		rise := p.now.Dollars() / p.old.Dollars()
		r := Result{
			Gateway: id.gateway, Kind: string(event.EntityModelCost), Entity: id.name, StateID: id.gateway + "/" + id.name, At: p.at.UnixMilli(),
			Value: p.now.Dollars(), Dimension: p.field,
		}
		if rise < priceRose {
			r.condition = conditionNotMet
			yield(r)
			continue
		}
		var spent event.NanoUSD
		requests := 0
		for _, m := range p.models {
			if u := v.observed.uses[modelID{event.GatewayID(id.gateway), m}]; u != nil {
				sum, n := u.hour(v.now)
				spent, requests = spent+sum, requests+n
			}
		}
		r.Severity = severityOf(event.USD(spent.Dollars() * (1 - 1/rise)))
		r.Annotations = Annotations{
			Name: p.name, Component: p.field, Old: text.Money(p.old), New: text.Money(p.now), Times: float64(int64(10*rise)) / 10, From: p.at,
			Model: strings.Join(p.models[:min(len(p.models), 3)], ", "), Models: len(p.models), Spend: roundedRate(spent), Requests: requests,
			RateSince: v.observed.hourFrom(id.gateway, v.now),
		}
		yield(r)
	}
}

// recheckPrice keeps what an earlier run found: a price stays what it is.
func recheckPrice(v *evalContext, a *Alert) Result {
	if v.now.Sub(a.Since) >= priceLives {
		return Result{condition: conditionEnded, EndReason: EndExpired}
	}
	return Result{Annotations: a.Annotations, Value: a.Value, Severity: a.Severity, At: a.DataAt.UnixMilli(), Period: a.SourcePeriod}
}

func checkFirst(v *evalContext, yield func(Result)) {
	for id, u := range v.observed.uses {
		first, known := time.Unix(u.first*60, 0), v.in.Books[string(id.gateway)]
		unused := time.Unix(u.last*60, 0).Add(firstUsed)
		if !v.now.Before(unused) {
			continue
		}
		v.scheduleEval(unused)
		if known.IsZero() || first.Sub(known) < firstKnown || v.now.Sub(first) > firstLives {
			continue
		}
		if seen, ok := v.in.Models[string(id.gateway)+"/"+id.model]; ok && seen.Before(first.Add(-time.Hour)) {
			continue
		}
		spent, requests := u.hour(v.now)
		key, most := u.dearest()
		k, ok := v.live.Keys[string(id.gateway)+"/"+string(key)]
		if spent < leastUnusual || !ok {
			continue
		}
		yield(Result{
			Gateway: k.Gateway, Kind: "key", Entity: k.Key, StateID: k.ID, Dimension: id.model, At: u.last * 60_000, Value: spent.Dollars(),
			Severity: severityOf(spent),
			Annotations: Annotations{
				Name: named(k.Name, "key ", k.Key), Model: id.model, Spend: spent, Requests: requests, Keys: len(u.keys), From: first, Idle: first.Sub(known).Truncate(24 * time.Hour),
				UsedRatio: rounded(100*most.Dollars()/max(u.total().Dollars(), 1e-9)) / 100,
			},
		})
	}
}

func (u *modelUse) total() (sum event.NanoUSD) {
	for _, n := range u.keys {
		sum += n
	}
	return sum
}
