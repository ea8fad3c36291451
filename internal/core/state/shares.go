package state

import (
	"cmp"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// batchStart is for how long before its end a batch may have begun that says
// nothing of it.
const batchStart = 5 * time.Minute

// charged has the debits that a batch made be its keys', whose they are is
// told when it ends.
func (s *State) charged(env *event.Envelope, b *event.TaskProgressed, startedAt int64) {
	if len(b.Charges) == 0 {
		return
	}
	to, from := time.UnixMilli(eventTime(env, b.At)), b.Began
	switch {
	case !from.IsZero():
	case startedAt > 0:
		from = time.UnixMilli(startedAt)
	default:
		from = to.Add(-batchStart)
	}
	p := s.moneyOf(env.Source.Gateway)
	for _, c := range b.Charges {
		p.book.Item(ledger.Item{Key: c.Key, Amount: c.Amount, From: from, To: to})
	}
	s.spent(env.Source.Gateway, p)
}

// keySum takes what the log has of a key since its group's budget period
// began.
func (s *State) keySum(p *moneyTracker, m *keyTracker, sum event.NanoUSD) {
	p.book.Sum(event.KeyID(m.view.Key), sum, time.UnixMilli(m.since))
	s.touch(m)
}

// logTotal takes the log's sum that came with a row of it, and makes of it the
// total with what was debited beside. Of a key that was another group's before
// it is not known in the middle of a read.
func (s *State) logTotal(env *event.Envelope, k *KeySpend, m *keyTracker, b *event.SpendRecorded) {
	p := s.moneyOf(env.Source.Gateway)
	s.keySum(p, m, b.Total)
	if x, ok := p.book.Share(event.GroupID(k.Group), b.Key); !ok || !x.Summed {
		b.HasTotal = false
		return
	}
	b.Total += event.NanoUSD(k.Unlogged)
	k.Total = event.Known(b.Total)
}

// shareOf shows what a key's group paid for it: calls of the log, and what was
// debited at once.
func (p *moneyTracker) shareOf(k *KeySpend) {
	if k.TotalSince == 0 || k.Group == "" {
		return
	}
	x, ok := p.book.Share(event.GroupID(k.Group), event.KeyID(k.Key))
	if !ok || !x.Known() {
		return
	}
	k.Elsewhere = int64(p.book.Elsewhere(event.GroupID(k.Group), event.KeyID(k.Key)))
	k.Total, k.Unlogged = event.Known(x.Logged+x.Other+event.NanoUSD(k.Elsewhere)), int64(x.Other)
}

// parts shows what a group's balance was spent on since its newest top-up: on
// its keys, on keys that are elsewhere now, by administrators, and the rest.
func (s *State) parts(g *Group, mem *groupTracker, book *ledger.Book) {
	balance, known := g.Balance.Get()
	g.PartsKnown = known && g.PeriodID != "" && mem.unsummed == 0
	g.Former, g.Adjusted, g.NoKey = []GroupShare{}, 0, 0
	if !g.PartsKnown {
		return
	}
	shares, adjusted := book.Shares(event.GroupID(g.Group))
	rest := g.OpeningBalance - int64(balance) - int64(adjusted) - mem.summed
	for key, x := range shares {
		m := s.spend[g.Gateway+"/"+string(key)]
		if m != nil && m.view.Group == g.Group && m.since > 0 {
			continue // among its keys
		}
		if n := int64(x.Logged + x.Other); n != 0 {
			f := GroupShare{Key: string(key), Spent: n}
			if m != nil {
				f.Name = m.view.Name
			}
			g.Former = append(g.Former, f)
			rest -= n
		}
	}
	slices.SortFunc(g.Former, func(x, y GroupShare) int { return cmp.Or(cmp.Compare(y.Spent, x.Spent), cmp.Compare(x.Key, y.Key)) })
	g.Adjusted, g.NoKey = int64(adjusted), rest
}

// keepParts has a group that was read again go on with what was known of its
// parts: what its balance moved by is nobody's until its keys' is known.
func (g *Group) keepParts(old *Group) {
	is, known := g.Balance.Get()
	was, before := old.Balance.Get()
	if g.PartsKnown = old.PartsKnown && known && before && g.PeriodID == old.PeriodID; g.PartsKnown {
		g.Former, g.Adjusted, g.NoKey = old.Former, old.Adjusted, old.NoKey+int64(was-is)
	}
}

// sameParts reports whether two groups' parts are the same.
func sameParts(x, y *Group) bool {
	return x.PartsKnown == y.PartsKnown && x.Adjusted == y.Adjusted && x.NoKey == y.NoKey && slices.Equal(x.Former, y.Former)
}
