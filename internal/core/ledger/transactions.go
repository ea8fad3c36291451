package ledger

import (
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// Transaction is a row of a group's books.
type Transaction struct {
	At     time.Time
	Credit bool // money was added
	Amount event.NanoUSD
	After  event.NanoUSD // the balance just after it
	Note   string        // the gateway's words for it
	Admin  bool          // an administrator made it
}

// Balance is a group as a list shows it.
type Balance struct {
	At                      time.Time
	Balance, Credits, Spent event.NanoUSD
}

// Group takes a group's totals.
func (b *Book) Group(g event.GroupID, x Balance) {
	a := b.groupAxis(g)
	top, at := a.top, a.topAt
	a.read(x.Spent, MinuteOf(x.At), b.movedGroup(g))
	if a.top != top || a.topAt != at {
		b.touched.groups[g] = true
	}
	if a.top > top {
		a.grew(a.readAt)
	}
	if x.At.After(a.readAt) {
		a.readAt = x.At
	}
}

// Transactions takes a page of a group's books: rows that follow one another
// without a gap, newest first, and the group as it was just before the newest
// was read. It returns what the next page, of older rows, is to be given in its
// place, and how many rows could be placed: those that contradict the group's
// totals (read in the middle of a change, perhaps) and older ones are left.
func (b *Book) Transactions(g event.GroupID, x Balance, rows []Transaction) (next Balance, placed int) {
	next = x
	for _, t := range rows {
		if t.Credit && t.At.After(x.At.Add(-creditSlack)) {
			return x, 0
		}
	}
	for _, t := range rows {
		switch {
		case t.Credit: // it also tells the total of its time
			b.groupAxis(g).read(next.Spent+next.Balance-t.After, MinuteOf(t.At), b.movedGroup(g))
			b.touched.groups[g] = true
			next.Balance -= t.Amount // as if it had never been added
		case t.Amount > 0 && !b.transaction(g, t, next.Spent+next.Balance-t.After):
			return next, placed
		}
		placed++
	}
	return next, placed
}

// creditSlack is how much older than a group's totals a top-up must be to be in
// them for sure: clocks differ.
const creditSlack = 2 * time.Second

// transaction places a debit that made the group's total spent.
func (b *Book) transaction(g event.GroupID, t Transaction, spent event.NanoUSD) bool {
	a, at := b.groupAxis(g), MinuteOf(t.At)
	from := spent - t.Amount
	if from < 0 {
		return false
	}
	b.touched.groups[g] = true
	kind, key := t.kind()
	if kind == Flushed {
		a.grew(t.At)
	}
	fresh := a.fill(from, spent, at, b.movedGroup(g))
	if fresh <= 0 {
		return true
	}
	switch kind {
	case Direct:
		x := b.claimed(g, from, spent, at)
		b.expect(g, &x)
		a.remember(x)
		b.debited(g, &x, fresh, 1)
		return true
	case Adjusted:
		x := Piece{From: from, To: spent, Minute: at, Admin: true}
		a.remember(x)
		b.debited(g, &x, fresh, 1)
		return true
	case Logged, Pushed, Flushed, Moved, Claimed:
	}
	b.add(Cell{Minute: at, Group: g, Key: key, Kind: kind}, fresh, 1)
	return true
}

// kind tells what a debit was for, and whose, where its note names one key.
func (t *Transaction) kind() (Kind, event.KeyID) {
	switch key, ok := strings.CutPrefix(t.Note, "API usage by virtual key #"); {
	case t.Admin:
		return Adjusted, ""
	case ok:
		return Flushed, event.KeyID(key)
	case strings.EqualFold(t.Note, "Usage deducted"):
		return Direct, ""
	}
	return Flushed, ""
}

// claimed finds what a hub told of a debit that the books show now, and takes
// it back: the books have it.
func (b *Book) claimed(g event.GroupID, from, to event.NanoUSD, at Minute) (c Piece) {
	i := slices.IndexFunc(b.claims, func(x Piece) bool { return !x.Loose && x.From == from && x.To == to && x.near(at) })
	if i < 0 {
		i = slices.IndexFunc(b.claims, func(x Piece) bool { return x.Loose && x.To == to-from && x.near(at) && b.home(x.Key, at) == g })
	}
	if i < 0 {
		return Piece{From: from, To: to, Minute: at}
	}
	c = b.claims[i]
	b.claims = slices.Delete(b.claims, i, i+1)
	b.touched.marks = true
	b.add(c.claim(), from-to, -1)
	c.Minute, c.From, c.To, c.Loose = at, from, to, false
	return c
}
