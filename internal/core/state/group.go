package state

import "gatewatch/internal/core/event"

// groupTracker remembers a group's movements.
type groupTracker struct {
	rates rates // of all that it spent, logged or not; not of what an administrator took
	// summed is what its keys spent of its newest top-up, unsummed how many of
	// them are not known to have.
	summed   int64
	unsummed int
}

// groupOf is the group's memory, made where there is none: what a group spent is
// known from an earlier run, or from the log, before the list of groups is read.
// It is nil if there are too many groups already.
func (s *State) groupOf(gid string) *groupTracker {
	mem := s.groups[gid]
	if mem == nil {
		if len(s.groups) >= maxGroups {
			s.Overflow++
			return nil
		}
		mem = &groupTracker{}
		s.groups[gid] = mem
	}
	return mem
}

// groupRead takes what a read of a key group showed.
func (s *State) groupRead(env *event.Envelope, b event.GroupRead) {
	gid := id(env.Source.Gateway, string(b.Group))
	if b.Gone {
		delete(s.groups, gid)
		delete(s.live.Groups, gid)
		s.dirty.groups[gid] = true
		return
	}
	mem := s.groupOf(gid)
	if mem == nil {
		return
	}
	at := eventTime(env, b.At)
	old := s.live.Groups[gid]
	if at < old.UpdatedAt {
		return
	}
	s.groupBalance(env, &b)
	g := Group{
		ID: gid, Gateway: string(env.Source.Gateway), Group: string(b.Group), Name: b.Name,
		Balance: b.Balance, Credits: b.Credits, Spent: b.Spent,
		PeriodID: b.PeriodID, OpeningBalance: int64(b.OpeningBalance), Unattributed: -1, KeyCount: b.KeyCount,
		Source: env.Source.String(), UpdatedAt: at, Former: []GroupShare{},
	}
	g.UsedRatio = balanceUsed(&b)
	if b.HasUnattributed {
		g.Unattributed = int64(b.Unattributed)
	}
	g.keepParts(&old)
	p := s.moneyOf(env.Source.Gateway)
	g.Today = p.day.reading(p.byGroup[b.Group])
	g.rate(mem, p, at)
	s.live.Groups[gid] = g
	s.dirty.groups[gid] = true
}

// balanceUsed is the share of a group's newest top-up that is gone. What was
// given back beyond it does not make it less than 0. What was ever spent and ever
// paid in say nothing of it.
func balanceUsed(b *event.GroupRead) event.Reading[float64] {
	balance, left := b.Balance.Get()
	switch {
	case !left:
		return event.NotKnown[float64](b.Balance.Status(), b.Balance.Why())
	case b.PeriodID == "" || b.OpeningBalance <= 0:
		return event.NotKnown[float64](event.ReadingUnknown, "No top-up of it is known.")
	}
	return event.Known(max(0, float64(b.OpeningBalance-balance)/float64(b.OpeningBalance)))
}

// rate computes what the group spends, logged or not. It reports whether that is
// another than before.
func (g *Group) rate(mem *groupTracker, p *moneyTracker, at int64) (moved bool) {
	was := *g
	w := p.window(at, mem.rates.first)
	g.Rate15m, g.LastHour, g.LastDay = rateOf(mem.rates.perHour(at, w)), mem.rates.lastHour(at, w), mem.rates.lastDay(at, w)
	g.RateSpan, g.HourSpan, g.DaySpan = w.whole(15), w.over(60), w.over(24*60)
	g.Trend = trendOf(&mem.rates, at, w.over)
	return g.Rate15m != was.Rate15m || g.LastHour != was.LastHour || g.LastDay != was.LastDay ||
		g.RateSpan != was.RateSpan || g.HourSpan != was.HourSpan || g.DaySpan != was.DaySpan || g.Trend != was.Trend
}

// groupRates brings what groups spend, and of what it is made, up to date.
func (s *State) groupRates(at int64) {
	if len(s.groups) == 0 || at-s.groupsAt < 1000 {
		return
	}
	s.groupsAt = at
	for _, mem := range s.groups {
		mem.summed, mem.unsummed = 0, 0
	}
	for _, m := range s.spend {
		mem := s.groups[m.view.Gateway+"/"+m.view.Group]
		if mem == nil {
			continue
		}
		if m.since > 0 {
			mem.summed += int64(m.view.Total.Or(0)) - m.view.Elsewhere
		} else if m.view.Status != "deleted" {
			mem.unsummed++
		}
	}
	for gid, mem := range s.groups {
		g, shown := s.live.Groups[gid]
		if !shown {
			continue
		}
		p, was := s.moneyOf(event.GatewayID(g.Gateway)), g
		s.parts(&g, mem, p.book)
		g.Today = p.day.reading(p.byGroup[event.GroupID(g.Group)])
		if g.rate(mem, p, at) || g.Today != was.Today || !sameParts(&g, &was) {
			s.live.Groups[gid] = g
			s.dirty.groups[gid] = true
		}
	}
}
