package state

import (
	"maps"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// Derive computes what follows from the events applied so far (shares, rates,
// trends), so that Live shows it. The engine calls it before rules are evaluated and
// before Changes.
func (s *State) Derive(now time.Time) {
	at := ms(now)
	for _, m := range s.pending {
		m.tally.Flush(s.moneyOf(event.GatewayID(m.view.Gateway)).book, event.KeyID(m.view.Key))
	}
	for g, p := range s.money { // what came last is to be added up, though nothing comes any more
		if p.restateAt > 0 && at >= p.restateAt {
			s.dirty.burn[g] = true
		}
	}
	for g := range s.dirty.burn {
		if p := s.money[g]; p != nil {
			s.midnightAt(g, p, now)
			s.flow(g, p)
		}
	}
	for g, p := range s.money {
		s.inStep(g, p, at)
	}
	for _, m := range s.pending {
		m.pending = false
		s.deriveKey(m, at)
	}
	clear(s.pending)
	s.pending = s.pending[:0]
	s.groupRates(at)
	for g := range s.dirty.burn {
		s.deriveBurn(g, now)
	}
}

// step is the minutes that the rates of a gateway's keys and groups rest on.
type step struct{ minute, end, m15, h1, h24 int64 }

// inStep has all keys and groups of a gateway be shown anew where these are others: of
// another hour than its group, or of another part of it, a key would have spent more.
func (s *State) inStep(g string, p *moneyTracker, at int64) {
	if m := at / minute; m < p.step.minute || m == p.step.minute && !s.dirty.burn[g] {
		return
	}
	w := p.window(at, p.all.first)
	is := step{at / minute, w.end, w.whole(15), w.over(60), w.over(24 * 60)}
	if is == p.step {
		return
	}
	p.step, s.groupsAt = is, 0
	for _, m := range s.spend {
		if m.view.Gateway == g && m.rates.first != 0 {
			s.touch(m)
		}
	}
}

// Tick does what time alone brings about: finished tasks leave, rates fall,
// the hours of providers move on. It returns when it wants to be called next.
func (s *State) Tick(now time.Time) time.Time {
	at := ms(now)
	drop(s.live.Tasks, s.dirty.tasks, func(t Task) bool {
		return goneTask(t, at)
	})
	s.ageMemory(now)
	s.ageTraffic(now)
	for _, m := range s.spend {
		if m.view.Rate15m.Or(0) > 0 || m.view.LastDay.Or(0) > 0 || m.rates.first != 0 && m.view.Trend == "unknown" {
			s.touch(m)
		}
	}
	s.watch(now)
	for g, p := range s.money {
		s.midnightAt(g, p, now)
		p.book.Forget(ledger.MinuteOf(now)-bookSpan, bookCells)
		maps.DeleteFunc(p.undated, func(u ledger.Undated, _ event.NanoUSD) bool { return u.Until < ledger.MinuteOf(now)-bookSpan })
		s.dirty.burn[g] = true
	}
	for pid, mem := range s.healthTimelines {
		p, ok := s.live.Providers[pid]
		if !ok || mem.minute == 0 {
			continue
		}
		held := p.Health
		if !s.heardOf(&p, at) {
			held = string(event.HealthUnknown)
		}
		mem.note(at/minute, held, held)
		if h := mem.hour(); h != p.HealthTimeline {
			p.HealthTimeline = h
			s.live.Providers[pid] = p
			s.dirty.providers[pid] = true
		}
	}
	s.tickComponents(at, time.Duration(at-max(s.tickedAt, 0))*time.Millisecond)
	s.tickedAt = at
	s.Derive(now)
	return s.nextHealthCheck(now.Truncate(time.Minute).Add(time.Minute))
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
	for _, p := range s.money {
		p.pending = false
	}
	take(&d.Providers, s.dirty.providers, s.live.Providers)
	take(&d.Tasks, s.dirty.tasks, s.live.Tasks)
	take(&d.Nav, s.dirty.nav, s.live.Nav)
	take(&d.App, s.dirty.app, s.live.App)
	take(&d.Components, s.dirty.components, s.live.Components)
	take(&d.Deliveries, s.dirty.deliveries, s.live.Deliveries)
	take(&d.PollTargets, s.dirty.pollTargets, s.live.PollTargets)
	take(&d.MonitoredKeys, s.dirty.monitoredKeys, s.live.MonitoredKeys)
	take(&d.Forecasts, s.dirty.forecasts, s.live.Forecasts)
	s.overlayDelta(&d)
	s.takeLists(&d)
	return d
}

// Pending reports whether Changes would return anything.
func (s *State) Pending() bool {
	x := &s.dirty
	return len(s.pending) > 0 || s.events.untaken > 0 || s.recentSpends.untaken > 0 ||
		s.changes.untaken > 0 || len(s.amended) > 0 || s.discoveries.untaken > 0 || len(x.gateways) > 0 || len(x.links) > 0 ||
		len(x.keys) > 0 || len(x.groups) > 0 || len(x.burn) > 0 || len(x.providers) > 0 ||
		len(x.tasks) > 0 || len(x.nav) > 0 || len(x.app) > 0 ||
		len(x.components) > 0 || len(x.deliveries) > 0 || len(x.pollTargets) > 0 || len(x.monitoredKeys)+len(x.forecasts) > 0
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
// end are not reported as gone: whoever shows them keeps the newest n.
func (s *State) takeLists(d *Delta) {
	s.events.each(s.events.untaken, func(e *retainedEvent) {
		line := lineOf(e.env)
		put(&d.Events, seqID(e.env.Seq), &line)
	})
	s.recentSpends.each(s.recentSpends.untaken, func(b *recentSpend) {
		t := s.transaction(b)
		put(&d.Transactions, t.ID, &t)
	})
	s.changes.each(s.changes.untaken, func(c *Change) { v := *c; put(&d.Changes, v.ID, &v) })
	for i := range s.amended {
		put(&d.Changes, s.amended[i].ID, &s.amended[i])
	}
	s.amended = nil
	s.discoveries.each(s.discoveries.untaken, func(f *Discovery) { v := *f; put(&d.Discoveries, v.ID, &v) })
	s.events.untaken, s.recentSpends.untaken, s.changes.untaken, s.discoveries.untaken = 0, 0, 0, 0
}

func (s *State) transaction(b *recentSpend) Transaction {
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
		Components: maps.Clone(s.live.Components), Deliveries: maps.Clone(s.live.Deliveries), PollTargets: maps.Clone(s.live.PollTargets),
		MonitoredKeys: maps.Clone(s.live.MonitoredKeys), Outlooks: maps.Clone(s.live.Outlooks), Forecasts: maps.Clone(s.live.Forecasts),
		Transactions: map[string]Transaction{}, Discoveries: map[string]Discovery{},
		Changes: map[string]Change{}, Events: map[string]EventLine{},
	}
	for id, b := range c.Burn {
		b.PerMinute = slices.Clone(b.PerMinute)
		c.Burn[id] = b
	}
	s.overlayLive(&c)
	s.events.each(maxEvents, func(e *retainedEvent) { c.Events[seqID(e.env.Seq)] = lineOf(e.env) })
	s.recentSpends.each(maxTransactions, func(b *recentSpend) { t := s.transaction(b); c.Transactions[t.ID] = t })
	s.changes.each(maxChanges, func(v *Change) { c.Changes[v.ID] = *v })
	s.discoveries.each(maxDiscoveries, func(v *Discovery) { c.Discoveries[v.ID] = *v })
	return c
}

func lineOf(e event.Envelope) EventLine {
	sev, text := Describe(e)
	return EventLine{
		Seq: int64(e.Seq), Gateway: string(e.Source.Gateway), Kind: string(e.Body.Kind()),
		Severity: string(sev), Source: e.Source.String(), Text: text, At: ms(e.At),
	}
}
