package ledger

import (
	"maps"
	"slices"
)

// Renew forgets the money of the minutes that are held, and which rows and totals
// were seen: the gateway's books turned out to be others than before, as after a
// backup was restored. Take says it as money taken back. Groups and names of keys
// stay; what the new books say of the same minutes is wanted anew.
func (b *Book) Renew() {
	for _, m := range slices.Clone(b.order) {
		for c, n := range maps.Clone(b.slots[m].cells) {
			b.add(c, -n.Nano, -n.Count)
		}
	}
	b.claims, b.items, b.rows, b.watched = nil, nil, nil, nil
	b.recent = recent{}
	clear(b.moved)
	b.settle()
	for g := range b.groups {
		b.groups[g] = &axis{}
		b.touched.groups[g] = true
	}
	for key := range b.keys {
		b.keys[key] = &axis{}
		b.touched.keys[key] = true
	}
	b.touched.marks, b.undatedStale = true, true
}
