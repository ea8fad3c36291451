package alert

import (
	"gatewatch/internal/event"
	"gatewatch/internal/state"
)

// rearm is how far below a threshold a budget must fall before the threshold
// can be told again: with 5 points, spend that jitters around a threshold
// rings once and not a thousand times.
const rearm = 0.05

// claimSlack is how far a gateway's own share may be from spend ÷ limit and
// still be taken for the same number, rounded.
const claimSlack = 0.02

// budget is what a key or a group has used of its limit, however known.
type budget struct {
	gateway, kind, id, thing string
	epoch                    string
	used                     float64 // negative: unknown
	claim                    event.Severity
	facts                    Facts
	trust                    Trust
	at                       int64
	source                   string
}

func keyBudget(v *view, id string, k *state.KeySpend) budget {
	b := budget{
		gateway: k.Gateway, kind: "key", id: k.Key, thing: id, epoch: k.Epoch,
		used: k.Used, trust: Trust(k.Trust), at: k.UpdatedAt, source: k.Source,
	}
	spend := max(k.Total, 0)
	if k.Trust == string(TrustClaimed) || k.Trust == string(TrustVerified) {
		if c := claimedShare(k); c > b.used {
			b.used, spend = c, max(spend, k.ReportedSpend)
		}
		b.claim = event.Severity(k.ReportedLevel)
	}
	if b.used < 0 && b.claim == "" {
		return b
	}
	if b.epoch == "" {
		b.epoch = "limit:" + event.NanoUSD(k.Limit).String()
	}
	b.facts = Facts{
		Name: named(k.Name, "key ", k.Key), Used: max(b.used, 0), Spend: event.NanoUSD(spend),
		Limit: event.NanoUSD(k.Limit), PerHour: event.NanoUSD(max(k.Rate1h, 0)), Resets: v.in.Resets[id],
	}
	return b
}

// claimedShare is the gateway's claim as a share; negative if it made none.
// Its amounts count more than its percentage, which some gateways compute of
// mismatched numbers.
func claimedShare(k *state.KeySpend) float64 {
	if k.Limit <= 0 || k.ReportedSpend <= 0 {
		return k.Reported
	}
	ours := float64(k.ReportedSpend) / float64(k.Limit)
	if k.Reported > ours && k.Reported-ours <= claimSlack {
		return k.Reported
	}
	return ours
}

func groupBudget(v *view, id string, g *state.Group) budget {
	b := budget{
		gateway: g.Gateway, kind: "group", id: g.Group, thing: id, epoch: g.Epoch,
		used: g.Used, at: g.UpdatedAt, source: g.Source,
	}
	base := g.Base
	if base <= 0 {
		base = g.Credits
	}
	if base > 0 && g.Balance <= 0 {
		b.used = max(b.used, 1)
	}
	if b.used < 0 || base <= 0 { // a group that was never credited has no budget
		b.used = -1
		return b
	}
	if b.epoch == "" {
		b.epoch = "limit:" + event.NanoUSD(base).String()
	}
	b.facts = Facts{
		Name: named(g.Name, "group ", g.Group), Used: b.used,
		Spend: event.NanoUSD(base - g.Balance), Limit: event.NanoUSD(base), Prepaid: true,
		PerHour: event.NanoUSD(max(g.Rate1h, 0)), Keys: g.KeyCount, Resets: v.in.Resets[id],
	}
	return b
}

// eachBudget calls f for every budget of which at least that share is used,
// by our own count or by the gateway's claim. What f is given is used anew for
// the next budget: most of five hundred keys must not cost an allocation.
func eachBudget(v *view, least float64, f func(b *budget, ts []Threshold)) {
	th, scratch := &v.cfg.Thresholds, &v.ev.scratch
	for id, k := range v.live.Keys {
		if k.Used < least && k.Trust == "" || k.Status == "deleted" {
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
		if g.Used < least && g.Balance > 0 {
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

func (b *budget) sample(v *view) Sample {
	return Sample{
		Gateway: b.gateway, Kind: b.kind, Entity: b.id, Thing: b.thing, Epoch: b.epoch,
		Facts: b.facts, Value: b.used, Trust: b.trust, At: b.at, Source: b.source, stale: v.stale(b.gateway, b.source, b.at),
	}
}

func checkUsed(v *view, yield func(Sample)) {
	eachBudget(v, v.lowest, func(b *budget, ts []Threshold) {
		if b.facts.Limit > 0 && b.facts.Limit < v.cfg.MinBudget {
			return
		}
		for _, t := range ts {
			if verdict := b.against(t, ts); verdict != fails {
				s := b.sample(v)
				s.Dimension, s.Severity, s.v = v.ev.dimension(t.At), t.Severity, verdict
				yield(s)
			}
		}
	})
}

// against judges a budget by one of its thresholds.
func (b *budget) against(t Threshold, ts []Threshold) verdict {
	if b.used < 0 { // only the gateway's word, without numbers
		if b.claim != "" && t.Severity == b.claim && lowest(ts, b.claim) == t.At {
			return holds
		}
		return unknown
	}
	const hair = 1e-9
	switch {
	case b.used >= t.At-hair:
		return holds
	case b.claim == t.Severity && b.used >= t.At-claimSlack && b.trust != TrustContradicted:
		return holds // the gateway rounds otherwise than we do
	case b.used >= t.At-rearm+hair:
		return keeps
	}
	return fails
}

func lowest(ts []Threshold, s event.Severity) float64 {
	least := -1.0
	for _, t := range ts {
		if t.Severity == s && (least < 0 || t.At < least) {
			least = t.At
		}
	}
	return least
}

// lookBudget judges a budget that check passed over: fallen, unknown or gone.
func lookBudget(v *view, a *Alert) Sample {
	var b budget
	switch a.EntityKind {
	case "key":
		k, ok := v.live.Keys[a.Thing]
		if !ok {
			return v.absent(a)
		}
		if k.Status == "deleted" {
			return Sample{v: ended, End: EndDeleted}
		}
		b = keyBudget(v, a.Thing, &k)
	default:
		g, ok := v.live.Groups[a.Thing]
		if !ok {
			return v.absent(a)
		}
		b = groupBudget(v, a.Thing, &g)
	}
	s := b.sample(v)
	s.v = fails
	switch {
	case b.trust == TrustContradicted && a.Trust == TrustClaimed:
		s.v, s.End = ended, EndContradicted
	case b.used < 0:
		s.v, s.Epoch = unknown, a.Epoch
	}
	return s
}

func checkExhausted(v *view, yield func(Sample)) {
	eachBudget(v, 1-rearm, func(b *budget, _ []Threshold) {
		if b.used < 1-rearm {
			return
		}
		s := b.sample(v)
		s.v = keeps
		if b.used >= 1-1e-12 {
			s.v = holds
		}
		yield(s)
	})
}

// named is the name, or the sort and the id of what has none.
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
