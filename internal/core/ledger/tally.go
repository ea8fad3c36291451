package ledger

import (
	"time"

	"gatewatch/internal/core/event"
)

// Tally gathers spends of one key that follow one another, so that a storm of
// them costs a Book little. The zero value is empty; Flush gives what it has to
// the Book, which knows nothing of it before.
type Tally struct {
	minute      Minute
	from, to    event.NanoUSD
	first, last time.Time
	n           int
	parts       [8]tallyPart
}

// tallyPart is what was booked on one model.
type tallyPart struct {
	provider, model string
	Amount
}

// Add takes a spend, which a caller that knows repeats found to be none.
func (t *Tally) Add(b *Book, p *Spend) {
	if p.OfGroup || !p.OfKey || p.Amount <= 0 { // debits are not to be mixed with others
		t.Flush(b, p.Key)
		b.Push(*p)
		return
	}
	m := MinuteOf(p.At)
	if t.n > 0 && (m != t.minute || p.Total-p.Amount != t.to) {
		t.Flush(b, p.Key)
	}
	i := 0
	for i < t.n && (t.parts[i].model != p.Model || t.parts[i].provider != p.Provider) {
		i++
	}
	switch {
	case i == len(t.parts):
		t.Flush(b, p.Key)
		i = 0
		fallthrough
	case i == t.n:
		if t.n == 0 {
			t.minute, t.from, t.first, t.last = m, p.Total-p.Amount, p.At, p.At
		}
		t.parts[i] = tallyPart{provider: p.Provider, model: p.Model}
		t.n = i + 1
	}
	t.parts[i].Nano += p.Amount
	t.parts[i].Count++
	t.to, t.last = p.Total, p.At
}

// Flush gives a key's spends to the Book.
func (t *Tally) Flush(b *Book, key event.KeyID) {
	if t.n == 0 {
		return
	}
	parts := t.parts[:t.n]
	if !b.placeRun(key, t) {
		parts = nil
	}
	for _, p := range parts {
		b.add(Cell{t.minute, "", key, p.provider, p.model, Pushed}, p.Nano, p.Count)
	}
	t.n = 0
}

// placeRun finds the place of spends that follow one another by the key's
// total. It reports whether they are all news; of others only what is news is
// counted, of no model: which of them it was is not known.
func (b *Book) placeRun(key event.KeyID, t *Tally) bool {
	a := b.keyAxis(key)
	b.touched.keys[key] = true
	if a.anew(t.from, t.to, t.first) {
		a.begin(t.from, t.from, t.minute)
	}
	a.newest = later(a.newest, t.last)
	fresh := a.fill(t.from, t.to, t.minute, b.movedKey(key))
	if fresh == t.to-t.from {
		return true
	}
	if fresh > 0 {
		b.add(Cell{Minute: t.minute, Key: key, Kind: Pushed}, fresh, 0)
	}
	return false
}
