package state

import (
	"maps"
	"slices"
	"time"

	"gatewatch/internal/event"
)

// Settle computes what follows from the facts applied so far (shares, rates,
// trends), so that Live shows it. The engine calls it before rules look and
// before Changes.
func (s *State) Settle(now time.Time) {
	at := ms(now)
	for _, m := range s.pending {
		m.pending = false
		s.settleKey(m, at)
	}
	clear(s.pending)
	s.pending = s.pending[:0]
	for g := range s.dirty.burn {
		s.settleBurn(g, now)
	}
}

// settleBurn shows a gateway's spend over time.
func (s *State) settleBurn(g string, now time.Time) {
	b, gw := s.burn[g], s.live.Gateways[g]
	if b == nil || gw.ID == "" {
		return
	}
	at := ms(now)
	m15, _, _ := b.rates.perHour(at)
	if gw.BurnPerHour != m15 || gw.Today != b.today {
		gw.BurnPerHour, gw.Today = m15, b.today
		s.live.Gateways[g] = gw
		s.dirty.gateways[g] = true
	}
	per, ends := b.rates.hour(at)
	s.live.Burn[g] = Burn{ID: g, EndsAt: ends, PerMinute: per}
}

// Tick does what time alone brings about: finished tasks leave, rates fall,
// the hours of providers move on. It returns when it wants to be called next.
func (s *State) Tick(now time.Time) time.Time {
	at := ms(now)
	drop(s.live.Tasks, s.dirty.tasks, func(t Task) bool {
		return t.FinishedAt > 0 && at-t.UpdatedAt >= taskKeep.Milliseconds()
	})
	for _, m := range s.spend {
		if m.view.Rate15m > 0 || m.view.Rate1h > 0 || m.rates.first != 0 && m.view.Trend == "unknown" {
			s.touch(m)
		}
	}
	for g, b := range s.burn {
		if day := localDay(now); day != b.todayDay {
			if b.todayDay != 0 {
				b.today = 0
			}
			b.todayDay = day
		}
		s.dirty.burn[g] = true
	}
	for gid, mem := range s.groups {
		g, shown := s.live.Groups[gid]
		if shown && g.rate(mem, at) {
			s.live.Groups[gid] = g
			s.dirty.groups[gid] = true
		}
	}
	for pid, mem := range s.history {
		p, ok := s.live.Providers[pid]
		if !ok || mem.minute == 0 {
			continue
		}
		mem.note(at/minute, p.Health, p.Health)
		if h := mem.hour(); h != p.Hour {
			p.Hour = h
			s.live.Providers[pid] = p
			s.dirty.providers[pid] = true
		}
	}
	s.tickParts(at, time.Duration(at-max(s.tickedAt, 0))*time.Millisecond)
	s.tickedAt = at
	s.Settle(now)
	return s.nextPart(now.Truncate(time.Minute).Add(time.Minute))
}

func localDay(t time.Time) int64 {
	y, m, d := t.Date()
	return int64(y)*400 + int64(m)*32 + int64(d)
}

// Changes returns what changed since the last call and forgets it. Alerts are
// not in it: see SetAlerts.
func (s *State) Changes() Delta {
	var d Delta
	take(&d.Gateways, s.dirty.gateways, s.live.Gateways)
	take(&d.Links, s.dirty.links, s.live.Links)
	take(&d.Keys, s.dirty.keys, s.live.Keys)
	take(&d.Groups, s.dirty.groups, s.live.Groups)
	take(&d.Burn, s.dirty.burn, s.live.Burn)
	for _, b := range s.burn {
		b.pending = false
	}
	take(&d.Providers, s.dirty.providers, s.live.Providers)
	take(&d.Tasks, s.dirty.tasks, s.live.Tasks)
	take(&d.Nav, s.dirty.nav, s.live.Nav)
	take(&d.App, s.dirty.app, s.live.App)
	take(&d.Parts, s.dirty.parts, s.live.Parts)
	take(&d.Coverage, s.dirty.coverage, s.live.Coverage)
	take(&d.Sources, s.dirty.sources, s.live.Sources)
	take(&d.Watched, s.dirty.watched, s.live.Watched)
	s.takeLists(&d)
	return d
}

// Pending reports whether Changes would return anything.
func (s *State) Pending() bool {
	x := &s.dirty
	return len(s.pending) > 0 || s.events.fresh > 0 || s.bookings.fresh > 0 ||
		s.changes.fresh > 0 || s.found.fresh > 0 || len(x.gateways) > 0 || len(x.links) > 0 ||
		len(x.keys) > 0 || len(x.groups) > 0 || len(x.burn) > 0 || len(x.providers) > 0 ||
		len(x.tasks) > 0 || len(x.nav) > 0 || len(x.app) > 0 ||
		len(x.parts) > 0 || len(x.coverage) > 0 || len(x.sources) > 0 || len(x.watched) > 0
}

func take[T any](to *map[string]*T, ids map[string]bool, from map[string]T) {
	if len(ids) == 0 {
		return
	}
	*to = make(map[string]*T, len(ids))
	for id := range ids {
		if v, ok := from[id]; ok {
			(*to)[id] = &v
		} else {
			(*to)[id] = nil
		}
	}
	clear(ids)
}

// takeLists adds the new lines of the bounded lists. Lines that fell off the
// end are not told as gone: whoever shows them keeps the newest n.
func (s *State) takeLists(d *Delta) {
	s.events.each(s.events.fresh, func(e *kept) {
		line := lineOf(e.env)
		put(&d.Events, seqID(e.env.Seq), &line)
	})
	s.bookings.each(s.bookings.fresh, func(b *booking) {
		t := s.transaction(b)
		put(&d.Transactions, t.ID, &t)
	})
	s.changes.each(s.changes.fresh, func(c *Change) { v := *c; put(&d.Changes, v.ID, &v) })
	s.found.each(s.found.fresh, func(f *Discovery) { v := *f; put(&d.Discoveries, v.ID, &v) })
	s.events.fresh, s.bookings.fresh, s.changes.fresh, s.found.fresh = 0, 0, 0, 0
}

func (s *State) transaction(b *booking) Transaction {
	t := Transaction{
		ID: seqID(b.seq), Gateway: string(b.gateway), Key: string(b.key),
		Amount: b.amount, Total: b.total, Model: b.model, Provider: s.live.ProviderTitle(string(b.gateway), b.provider), Source: b.source, At: b.at,
	}
	if m := s.spend[id(b.gateway, string(b.key))]; m != nil {
		t.KeyName = m.view.Name
	}
	return t
}

// Clone copies all that is shown, lists included, so that another goroutine
// may read it.
func (s *State) Clone() Live {
	c := Live{
		Gateways: maps.Clone(s.live.Gateways), Links: maps.Clone(s.live.Links),
		Keys: maps.Clone(s.live.Keys), Groups: maps.Clone(s.live.Groups),
		Burn: maps.Clone(s.live.Burn), Providers: maps.Clone(s.live.Providers),
		Tasks: maps.Clone(s.live.Tasks), Nav: maps.Clone(s.live.Nav),
		Alerts: maps.Clone(s.live.Alerts), App: maps.Clone(s.live.App),
		Parts: maps.Clone(s.live.Parts), Coverage: maps.Clone(s.live.Coverage), Sources: maps.Clone(s.live.Sources),
		Watched:      maps.Clone(s.live.Watched),
		Transactions: map[string]Transaction{}, Discoveries: map[string]Discovery{},
		Changes: map[string]Change{}, Events: map[string]EventLine{},
	}
	for id, b := range c.Burn {
		b.PerMinute = slices.Clone(b.PerMinute)
		c.Burn[id] = b
	}
	s.events.each(maxEvents, func(e *kept) { c.Events[seqID(e.env.Seq)] = lineOf(e.env) })
	s.bookings.each(maxTransactions, func(b *booking) { t := s.transaction(b); c.Transactions[t.ID] = t })
	s.changes.each(maxChanges, func(v *Change) { c.Changes[v.ID] = *v })
	s.found.each(maxDiscoveries, func(v *Discovery) { c.Discoveries[v.ID] = *v })
	return c
}

func lineOf(e event.Envelope) EventLine {
	sev, text := Describe(e)
	return EventLine{
		Seq: int64(e.Seq), Gateway: string(e.Source.Gateway), Kind: string(e.Body.Kind()),
		Severity: string(sev), Source: e.Source.String(), Text: text, At: ms(e.At),
	}
}
