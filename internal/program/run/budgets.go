package run

import (
	"cmp"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// Budget is a limit or a balance that is foreseen.
type Budget struct {
	Gateway, Kind, Subject, Name, PeriodID string
	Keys                                   []event.KeyID   // whose spending uses it up
	Groups                                 []event.GroupID // whose debits of no key do so, too
	Spent, Limit                           event.NanoUSD
	Reset                                  time.Time
	// PartlyLimited means that of the keys that it sums up some have a limit and others
	// have none, so that Limit is 0.
	PartlyLimited bool
	// BegunLater means that what was spent of it by then is not known: its period had
	// not begun.
	BegunLater bool
}

// goBack makes a budget of now one of an earlier time: what was spent since was not
// spent then.
func (b *Budget) goBack(spent *spending, at time.Time) {
	for _, x := range slices.Backward(spent.withUndated(b)) {
		if !x.At.After(at) {
			break
		}
		b.Spent -= x.Amount
	}
	b.BegunLater = b.Spent < 0 && b.Limit > 0
	b.Spent = max(b.Spent, 0)
}

// budgetsOf lists what has a limit or a balance, and which gateways are
// connected.
func budgetsOf(live *state.Live) (budgets []Budget, connected map[string]bool) {
	members := map[string][]event.KeyID{}
	connected = map[string]bool{}
	for _, g := range live.Gateways {
		connected[g.ID] = g.Overall == string(event.LinkConnected)
	}
	for id, k := range live.Keys {
		if k.Group != "" {
			group := k.Gateway + "/" + k.Group
			members[group] = append(members[group], event.KeyID(k.Key))
		}
		limit, limited := k.Limit.Get()
		spent, told := k.Total.Get()
		if !limited || limit <= 0 || !told || k.Status == "deleted" {
			continue
		}
		b := Budget{
			Gateway: k.Gateway, Kind: "key", Subject: id, Name: cmp.Or(k.Name, "key "+k.Key), PeriodID: k.PeriodID,
			Keys: []event.KeyID{event.KeyID(k.Key)}, Spent: spent, Limit: limit,
		}
		if k.PeriodEnd > 0 {
			b.Reset = time.UnixMilli(k.PeriodEnd)
		}
		budgets = append(budgets, b)
	}
	for id, g := range live.Groups {
		base := event.NanoUSD(g.OpeningBalance)
		if base <= 0 {
			base = g.Credits.Or(0)
		}
		balance, known := g.Balance.Get()
		if base <= 0 || !known {
			continue
		}
		for _, f := range g.Former { // a key that is gone is in no list, and its group paid for it
			if k := live.Keys[g.Gateway+"/"+f.Key]; k.Group == "" {
				members[id] = append(members[id], event.KeyID(f.Key))
			}
		}
		slices.Sort(members[id])
		budgets = append(budgets, Budget{
			Gateway: g.Gateway, Kind: KindGroup, Subject: id, Name: cmp.Or(g.Name, "group "+g.Group), PeriodID: g.PeriodID,
			Keys: members[id], Groups: []event.GroupID{event.GroupID(g.Group)}, Spent: base - balance, Limit: base,
		})
	}
	for id, g := range live.Gateways {
		if b, ok := wholeOf(live, g, budgets); ok {
			b.Subject = id
			budgets = append(budgets, b)
		}
	}
	slices.SortFunc(budgets, func(a, b Budget) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject)) })
	return budgets, connected
}

// wholeOf sums up what a gateway's groups have, or else its keys' limits, as if all
// could be spent by anybody. A key without a limit makes it one without; ok is
// false where a balance or a key's limit or total is not known, or there is no key.
func wholeOf(live *state.Live, g state.Gateway, budgets []Budget) (whole Budget, ok bool) {
	whole = Budget{Gateway: g.ID, Kind: KindGateway, Name: cmp.Or(g.Label, g.ID)}
	keys, open, empty, groups := 0, 0, 0, 0
	for _, k := range live.Keys {
		if k.Gateway != g.ID {
			continue
		}
		whole.Keys = append(whole.Keys, event.KeyID(k.Key))
		if k.Status == "deleted" {
			continue
		}
		keys++
		switch limit, limited := k.Limit.Get(); {
		case k.Limit.Status() == event.ReadingNone:
			open++
		case limited && limit == 0:
			empty++ // nothing may be spent of it
		}
	}
	for _, k := range live.Groups {
		if k.Gateway == g.ID {
			whole.Groups = append(whole.Groups, event.GroupID(k.Group))
			groups++
		}
	}
	slices.Sort(whole.Keys)
	slices.Sort(whole.Groups)
	kind, want := KindGroup, groups
	if groups == 0 {
		kind, want = "key", keys-open-empty
	}
	for _, b := range budgets {
		if b.Gateway != g.ID || b.Kind != kind {
			continue
		}
		want--
		whole.Spent, whole.Limit = whole.Spent+b.Spent, whole.Limit+b.Limit
		if whole.Limit == b.Limit {
			whole.Reset = b.Reset // the first of them
		} else if !b.Reset.Equal(whole.Reset) {
			whole.Reset = time.Time{} // they end at different times
		}
	}
	if open > 0 && groups == 0 {
		whole.PartlyLimited = keys > open
		whole.Spent, whole.Limit = 0, 0
		return whole, true
	}
	return whole, want == 0 && keys > 0
}

// The kinds of a Budget: a group's balance, and all of a gateway's together.
const (
	KindGroup   = "group"
	KindGateway = "gateway"
)
