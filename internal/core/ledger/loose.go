package ledger

import (
	"slices"

	"gatewatch/internal/core/event"
)

// pushLoose counts a spend that a hub told without any total: the group of its
// key will be debited for it, or was. Which group that is may only be told
// later, by somebody who may read the lists.
func (b *Book) pushLoose(p Spend, at Minute) bool {
	c := Piece{To: p.Amount, Minute: at, Key: p.Key, Provider: p.Provider, Model: p.Model, Loose: true}
	g := b.home(p.Key, at)
	if g != "" && b.owns(g, &c) {
		return false
	}
	c.Homeless = g == ""
	b.claim(c)
	return true
}

// housed has what a hub told of a key, while nobody knew its group, wait for the
// debits of the group, or be those that its books have already.
func (b *Book) housed(key event.KeyID, g event.GroupID) {
	var waiting []Piece
	b.claims = slices.DeleteFunc(b.claims, func(c Piece) bool {
		found := c.Homeless && c.Key == key
		if found {
			waiting = append(waiting, c)
		}
		return found
	})
	for _, c := range waiting {
		b.touched.marks = true
		b.add(c.claim(), c.From-c.To, -1)
		if c.Homeless = false; !b.owns(g, &c) {
			b.claim(c)
		}
	}
}

// owns finds the debit of a loose spend among those of a group's books that
// nobody is known of, and gives it to the key.
func (b *Book) owns(g event.GroupID, c *Piece) bool {
	if b.groups[g] == nil {
		return false
	}
	for i := range b.groups[g].pieces {
		x := &b.groups[g].pieces[i]
		if x.Key != "" || x.Admin || x.To-x.From != c.To || !c.near(x.Minute) {
			continue
		}
		b.debited(g, x, x.From-x.To, -1)
		x.Key, x.Provider, x.Model = c.Key, c.Provider, c.Model
		b.debited(g, x, x.To-x.From, 1)
		b.touched.groups[g] = true
		return true
	}
	return false
}
