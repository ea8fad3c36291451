package ledger

import (
	"cmp"
	"slices"

	"gatewatch/internal/core/event"
)

// A group is debited for calls of the request log some seconds later, by sums:
// of one key, which is named, or of several, of which only the number is said.
// So debits are compared with calls: each takes the calls that are nearest
// before it. What is left of a debit is money that the log does not know
// (unlogged); a call that no debit takes was logged and never debited. A call
// belongs to the group whose debit takes it, for a gateway goes on debiting a
// key's old group for a while; one that none takes belongs where the lists had
// its key.
//
// There are several passes. A debit that names its key goes first, one that
// does not comes when those of the next minutes have taken theirs; then what is
// left of them looks farther, and at last at calls of whatever key. What is
// concluded depends on the cells and holes alone, not on the order in which they
// came.
const (
	passNamed = iota
	passOwn   // any key of the group
	passNamedFar
	passOwnFar
	passAll
	passes
)

// passAt is how many minutes after a debit its pass comes.
var passAt = [passes]Minute{0, lag, lag + late, lag + late, lastPass}

const lastPass = 2 * (lag + late)

// lag is how many minutes before a debit the calls usually are that it is for,
// late how many they may be if something hung.
const (
	lag  Minute = 2
	late Minute = 60
)

// calls are the rows of the request log of one key in one minute.
type calls struct {
	rest  event.NanoUSD                   // that no debit took
	taken map[event.GroupID]event.NanoUSD // by debits
}

// left is what no debit took.
func (c *calls) left() event.NanoUSD { return c.rest }

// free adds to what no debit took of calls in a slot.
func (s *slot) free(c *calls, n event.NanoUSD) {
	if c.rest > 0 {
		s.open--
	}
	if c.rest += n; c.rest > 0 {
		s.open++
	}
}

// debit is what a group paid for calls between two minutes, both included. Key
// is "" where it was not said whose. Hole is true if it is only a movement of
// the group's total.
type debit struct {
	group        event.GroupID
	key          event.KeyID
	nano, left   event.NanoUSD
	after, until Minute
	hole         bool
}

// use is what a debit, by its place in the slot, took of a key's calls.
type use struct {
	debit  int
	minute Minute
	key    event.KeyID
	nano   event.NanoUSD
}

// payer is a group, and its key where a debit named it.
type payer struct {
	group event.GroupID
	key   event.KeyID
}

func (s *slot) callsOf(key event.KeyID) *calls {
	c := s.calls[key]
	if c == nil {
		if s.calls == nil {
			s.calls = map[event.KeyID]*calls{}
		}
		c = &calls{}
		s.calls[key] = c
		i, _ := slices.BinarySearch(s.callers, key)
		s.callers = slices.Insert(s.callers, i, key)
	}
	return c
}

// turn is one pass of one slot.
type turn struct {
	at     Minute
	pass   int
	minute Minute
}

// settle compares debits with calls, from the earliest turn on in which one of
// them may have changed.
func (b *Book) settle() {
	if b.stale == never {
		return
	}
	stale := max(b.stale, b.floor)
	b.stale, b.undatedStale = never, true
	low := stale
	var turns []turn
	for _, m := range b.since(stale - lastPass) {
		for pass := range passes {
			if m+passAt[pass] >= stale {
				low = min(low, b.undo(b.slots[m], pass))
				turns = append(turns, turn{m + passAt[pass], pass, m})
			}
		}
	}
	b.collectDebits(stale)
	slices.SortFunc(turns, func(x, y turn) int {
		return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.pass, y.pass), cmp.Compare(x.minute, y.minute))
	})
	for _, t := range turns {
		low = min(low, b.match(t.minute, t.pass))
	}
	for _, m := range b.since(min(low, stale-lastPass)) {
		if s := b.slots[m]; s.changed { // most minutes match as they did
			b.emit(m)
			s.changed = false
		}
	}
}

// since lists the minutes of slots from one on.
func (b *Book) since(m Minute) []Minute {
	i, _ := slices.BinarySearch(b.order, m)
	return b.order[i:]
}

// undo takes back what the debits of a slot took in a pass, and returns the
// earliest minute that it was of.
func (b *Book) undo(s *slot, pass int) (low Minute) {
	low = never
	for _, u := range s.uses[pass] {
		s.changed = true
		low = min(low, u.minute)
		d := &s.debits[u.debit]
		d.left += u.nano
		if of := b.slots[u.minute]; of != nil {
			of.changed = true
			c := of.callsOf(u.key)
			of.free(c, u.nano)
			if c.taken[d.group] -= u.nano; c.taken[d.group] == 0 {
				delete(c.taken, d.group)
			}
		}
	}
	s.uses[pass] = nil
	return low
}

// collectDebits lists what is to be compared with calls, of the minutes from
// one on: debits in the groups' books, and what their totals moved by without.
func (b *Book) collectDebits(from Minute) {
	for _, m := range b.since(from) {
		s := b.slots[m]
		s.debits, s.changed = nil, true
		for c, n := range s.cells {
			if c.Kind == Flushed {
				s.debits = append(s.debits, debit{c.Group, c.Key, n.Nano, n.Nano, m - lag, m, false})
			}
		}
	}
	for g, a := range b.groups {
		for _, h := range a.holes {
			if s := b.slots[h.Until]; h.Until >= from && s != nil {
				s.debits = append(s.debits, debit{g, "", h.To - h.From, h.To - h.From, h.After - 1, h.Until, true})
			}
		}
	}
	for _, m := range b.since(from) {
		slices.SortFunc(b.slots[m].debits, func(x, y debit) int {
			return cmp.Or(cmp.Compare(y.after, x.after), cmp.Compare(x.group, y.group), cmp.Compare(x.key, y.key), cmp.Compare(x.nano, y.nano))
		})
	}
}

// match lets the debits of a minute take calls in one of the passes, and
// returns the earliest minute that they took from.
func (b *Book) match(m Minute, pass int) (low Minute) {
	s, low := b.slots[m], m
	for i := range s.debits {
		d := &s.debits[i]
		if d.left <= 0 || !d.comes(pass) {
			continue
		}
		after := d.after
		if pass > passOwn {
			after = max(d.after-late, b.groups[d.group].originAt)
		}
		j, _ := slices.BinarySearch(b.order, m+1)
		for j--; j >= 0 && b.order[j] >= after && d.left > 0; j-- {
			if b.takeFrom(s, i, b.order[j], pass) {
				low = min(low, b.order[j])
			}
		}
		if pass == passAll && !d.hole { // others may have taken what was this one's, and left theirs
			for j++; j < len(b.order) && b.order[j] <= m+late && d.left > 0; j++ {
				b.takeFrom(s, i, b.order[j], pass)
			}
		}
	}
	return low
}

// takeFrom lets the i-th debit of slot s take calls of a minute.
func (b *Book) takeFrom(s *slot, i int, m Minute, pass int) (took bool) {
	of, d := b.slots[m], &s.debits[i]
	if of.open == 0 {
		return false
	}
	for _, key := range of.callers {
		if d.left <= 0 {
			return took
		}
		c := of.calls[key]
		n := min(c.left(), d.left)
		if n <= 0 || !b.pays(d, key, m, pass) {
			continue
		}
		if c.taken == nil {
			c.taken = map[event.GroupID]event.NanoUSD{}
		}
		c.taken[d.group] += n
		of.free(c, -n)
		d.left -= n
		s.uses[pass] = append(s.uses[pass], use{i, m, key, n})
		took, s.changed, of.changed = true, true, true
	}
	return took
}

// comes reports whether a debit has its turn in a pass.
func (d *debit) comes(pass int) bool {
	switch pass {
	case passNamed, passNamedFar:
		return d.key != ""
	case passOwn, passOwnFar:
		return d.key == ""
	}
	return true
}

// pays reports whether a debit may be for a key's calls in a minute. In the
// last pass one in the group's books may be for any: it is for calls that the
// log has. A movement may be something else, but for a key that moved of late.
func (b *Book) pays(d *debit, key event.KeyID, m Minute, pass int) bool {
	switch {
	case pass == passAll && d.hole:
		return b.home(key, m) == d.group || b.home(key, m-late) == d.group
	case pass == passAll:
		return true
	case d.key != "":
		return key == d.key
	}
	return b.home(key, m) == d.group
}

// emit notes what each group spent in a minute, and what is unlogged, where
// that is another than was emitted before.
func (b *Book) emit(m Minute) {
	s := b.slots[m]
	s.unlogged = nil
	for _, d := range s.debits {
		if d.left == 0 {
			continue
		}
		if s.unlogged == nil {
			s.unlogged = map[payer]event.NanoUSD{}
		}
		s.unlogged[payer{d.group, d.key}] += d.left
	}
	now := map[event.GroupID]event.NanoUSD{}
	b.spentBy(m, func(p part) { now[p.group] += p.nano })
	delete(now, "")
	for g, n := range s.emitted { // sums of zero are not worth emitting
		if _, still := now[g]; !still && n != 0 {
			b.groupsMoved = append(b.groupsMoved, Move{m, g, "", -n})
		}
	}
	for g, n := range now {
		if d := n - s.emitted[g]; d != 0 {
			b.groupsMoved = append(b.groupsMoved, Move{m, g, "", d})
		}
	}
	s.emitted = now
	for p, n := range s.emittedUnlogged {
		if d := s.unlogged[p] - n; d != 0 {
			b.unlogged = append(b.unlogged, Move{m, p.group, p.key, d})
		}
	}
	for p, n := range s.unlogged {
		if _, before := s.emittedUnlogged[p]; !before && n != 0 {
			b.unlogged = append(b.unlogged, Move{m, p.group, p.key, n})
		}
	}
	s.emittedUnlogged = s.unlogged
	b.emitShares(m)
}

// part is money spent in a minute, with what is known of it.
type part struct {
	group           event.GroupID
	key             event.KeyID
	provider, model string
	nano            event.NanoUSD
	count           int64
	kind            Kind // Flushed: a debit that the log does not know
}

// spentBy gives the parts of what was spent in a minute. Calls come with their
// group, which is known of a key and a minute only, so without model and count.
func (b *Book) spentBy(m Minute, do func(part)) {
	s := b.slots[m]
	for key, c := range s.calls {
		for g, n := range c.taken {
			do(part{group: g, key: key, nano: n, kind: Logged})
		}
		if n := c.left(); n != 0 {
			do(part{group: b.home(key, m), key: key, nano: n, kind: Logged})
		}
	}
	for c, n := range s.cells {
		if !c.called() && c.counted() {
			g := c.Group
			if g == "" {
				g = b.home(c.Key, m)
			}
			do(part{g, c.Key, c.Provider, c.Model, n.Nano, n.Count, c.Kind})
		}
	}
	for p, n := range s.unlogged {
		do(part{group: p.group, key: p.key, nano: n, kind: Flushed})
	}
}
