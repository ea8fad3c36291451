package ledger

import (
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

// Item is what the end of a batch told of one of its items: whose it was and
// how much. It is no money of its own: it names a debit of the books.
type Item struct {
	Key      event.KeyID
	Amount   event.NanoUSD
	From, To time.Time // between when it was debited
}

// maxItems bounds how many wait for their debits; the oldest go first.
const maxItems = 500

// Item gives a debit at once in the books of the key's group to the key, if
// there is one of that amount and time that has no key yet. One that a hub told
// is named already. What is not in the books yet is waited for.
func (b *Book) Item(x Item) {
	p := Piece{To: x.Amount, Minute: MinuteOf(x.To), After: MinuteOf(x.From), Key: x.Key, Item: true}
	if p.To <= 0 || p.Key == "" {
		return
	}
	if g := b.home(p.Key, p.Minute); g != "" && b.groups[g] != nil && b.named(g, &p) {
		return
	}
	b.items = append(b.items, p)
	if len(b.items) > maxItems {
		b.items = slices.Delete(b.items, 0, len(b.items)-maxItems)
	}
	b.touched.marks = true
}

// named finds the debit of an item among a group's newest, and names it.
func (b *Book) named(g event.GroupID, item *Piece) bool {
	for _, key := range []event.KeyID{item.Key, ""} {
		for i := range b.groups[g].pieces {
			x := &b.groups[g].pieces[i]
			if x.Item || x.Admin || x.Key != key || !item.is(x) {
				continue
			}
			if x.Item = true; key == "" {
				b.debited(g, x, x.From-x.To, -1)
				x.Key = item.Key
				b.debited(g, x, x.To-x.From, 1)
			}
			b.touched.groups[g] = true
			return true
		}
	}
	return false
}

// is reports whether a debit may be an item's.
func (p *Piece) is(x *Piece) bool {
	return x.To-x.From == p.To && x.Minute >= p.After-1 && x.Minute <= p.Minute+1
}

// expect finds the item that a debit which the books show now is for, and
// takes it from those that wait.
func (b *Book) expect(g event.GroupID, x *Piece) {
	i := slices.IndexFunc(b.items, func(p Piece) bool {
		return p.is(x) && (x.Key == p.Key || x.Key == "" && b.home(p.Key, x.Minute) == g)
	})
	if i < 0 {
		return
	}
	x.Key, x.Item = b.items[i].Key, true
	b.items = slices.Delete(b.items, i, i+1)
	b.touched.marks = true
}
