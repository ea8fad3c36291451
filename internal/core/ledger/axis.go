package ledger

import (
	"cmp"
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

// axis is a total that only grows, of a group or of a key. A spend whose
// total afterwards is known lies at one place of it, so that it is counted
// once whatever tells of it how often. The zero value has seen no total.
type axis struct {
	known       bool
	origin, top event.NanoUSD // what was seen of it lies between them
	originAt    Minute
	topAt       Minute
	newest      time.Time // of the spends that a hub told
	// readAt is when a group's total was read last, debitedAt when it grew last,
	// or not before; both of this run.
	readAt, debitedAt time.Time
	// holes are parts that no spend explains, ascending. The rest between
	// origin and top is explained.
	holes []Hole
	// pieces are the newest debits made at once, as the books have them,
	// ascending: a hub may still say whose they were, and a top-up of the same
	// minute that they came before it.
	pieces []Piece
	topup  Topup // of a group
	// shares is what a group paid for keys since its top-up, adjusted what
	// administrators took since then.
	shares   map[event.KeyID]Share
	adjusted event.NanoUSD
}

// Hole is a part of a total's growth that no spend explains: the total was
// From after minute After and had become To in minute Until.
type Hole struct {
	From, To     event.NanoUSD
	After, Until Minute
}

// Piece is a debit made at once, between two totals. Key is "" while no hub
// told whose it was.
type Piece struct {
	From, To        event.NanoUSD
	Minute          Minute
	Key             event.KeyID
	Provider, Model string
	// Loose is true where the totals were not told: From is 0, To the amount.
	Loose bool `json:",omitempty"`
	// Homeless is true of a loose one whose key no list had shown in a group: it
	// is counted as Pushed until one does.
	Homeless bool `json:",omitempty"`
	// Item is true of what the end of a batch named, see Book.Item. One that
	// waits for its debit has the amount in To, and was debited after After.
	Item bool `json:",omitempty"`
	// Admin is true of one that an administrator made.
	Admin bool   `json:",omitempty"`
	After Minute `json:",omitempty"`
}

// Bounds of what is remembered of one axis; the oldest go first. A hole that
// is forgotten stays money that nothing explains.
const (
	maxHoles  = 1000
	maxPieces = 500
)

// resetAfter is for how long a lower total may be an older one that came late.
const resetAfter Minute = 2

// moved tells that growth of a minute is explained by nothing (amount > 0), or
// no longer so (amount < 0).
type moved func(at Minute, amount event.NanoUSD)

// begin takes the first total.
func (a *axis) begin(from, to event.NanoUSD, at Minute) {
	*a = axis{known: true, origin: from, top: to, originAt: at, topAt: at, newest: a.newest, readAt: a.readAt, debitedAt: a.debitedAt, pieces: a.pieces, topup: a.topup, shares: a.shares, adjusted: a.adjusted}
}

// read takes a total as it was in a minute. It reports whether the total began
// anew.
func (a *axis) read(total event.NanoUSD, at Minute, emit moved) (anew bool) {
	switch {
	case !a.known:
		a.begin(total, total, at)
	case total > a.top:
		a.hole(Hole{a.top, total, a.topAt, at}, emit)
		a.top, a.topAt = total, max(a.topAt, at)
	case total < a.top && at > a.topAt+resetAfter:
		a.pieces = nil
		a.begin(total, total, at)
		return true
	case total < a.origin:
		if at > a.originAt {
			return false
		}
		a.hole(Hole{total, a.origin, at, a.originAt}, emit)
		a.origin, a.originAt = total, at
	default:
		if total == a.top {
			a.topAt = max(a.topAt, at)
		}
		if total == a.origin && at < a.originAt {
			a.originAt = at
			emit(at, 0)
		}
		a.split(total, total, at, emit)
		a.bound(total, total, at, emit)
	}
	return false
}

// fill takes a spend that made the total grow from one value to another, and
// returns how much of it is news.
func (a *axis) fill(from, to event.NanoUSD, at Minute, emit moved) (fresh event.NanoUSD) {
	if !a.known {
		a.begin(from, to, at)
		return to - from
	}
	if to > a.top {
		if from > a.top {
			a.hole(Hole{a.top, from, a.topAt, at}, emit)
		}
		fresh += to - max(from, a.top)
		a.top, a.topAt = to, max(a.topAt, at)
	}
	if from < a.origin {
		if to < a.origin {
			a.hole(Hole{to, a.origin, at, a.originAt}, emit)
		}
		fresh += min(to, a.origin) - from
		a.origin, a.originAt = from, min(a.originAt, at)
	}
	fresh += a.split(from, to, at, emit)
	a.bound(from, to, at, emit)
	return fresh
}

// bound dates the holes below from and above to better: the total was from
// just before a minute, and to from it on.
func (a *axis) bound(from, to event.NanoUSD, at Minute, emit moved) {
	for i := range a.holes {
		h := &a.holes[i]
		if h.To == from && at < h.Until {
			emit(h.Until, h.From-h.To)
			h.Until, h.After = at, min(h.After, at)
			emit(h.Until, h.To-h.From)
		}
		if h.From == to && at > h.After {
			h.After = min(at, h.Until)
			emit(h.Until, 0)
		}
	}
}

// hole adds growth that nothing explains.
func (a *axis) hole(h Hole, emit moved) {
	h.After = min(h.After, h.Until)
	i, _ := slices.BinarySearchFunc(a.holes, h.From, func(x Hole, from event.NanoUSD) int { return cmp.Compare(x.From, from) })
	a.holes = slices.Insert(a.holes, i, h)
	emit(h.Until, h.To-h.From)
	if len(a.holes) > maxHoles {
		a.holes = slices.Delete(a.holes, 0, len(a.holes)-maxHoles)
	}
}

// split explains what of [from, to] is in holes, dates what is left of them
// better, and returns how much it explained.
func (a *axis) split(from, to event.NanoUSD, at Minute, emit moved) (fresh event.NanoUSD) {
	for i := 0; i < len(a.holes); i++ {
		h := a.holes[i]
		if h.To <= from {
			continue
		}
		if h.From >= to {
			break
		}
		emit(h.Until, h.From-h.To)
		fresh += min(to, h.To) - max(from, h.From)
		var left []Hole
		if h.From < from {
			left = append(left, Hole{h.From, from, min(h.After, at), min(h.Until, at)})
		}
		if h.To > to {
			left = append(left, Hole{to, h.To, min(max(h.After, at), h.Until), h.Until})
		}
		for _, l := range left {
			emit(l.Until, l.To-l.From)
		}
		a.holes = slices.Replace(a.holes, i, i+1, left...)
		i += len(left) - 1
	}
	return fresh
}

// piece is the debit between two totals, if it is remembered.
func (a *axis) piece(from, to event.NanoUSD) *Piece {
	for i := len(a.pieces) - 1; i >= 0; i-- {
		if p := &a.pieces[i]; p.From == from && p.To == to && !p.Admin {
			return p
		}
	}
	return nil
}

// remember keeps a debit for what others say of it.
func (a *axis) remember(p Piece) {
	i, _ := slices.BinarySearchFunc(a.pieces, p.From, func(x Piece, from event.NanoUSD) int { return cmp.Compare(x.From, from) })
	a.pieces = slices.Insert(a.pieces, i, p)
	if len(a.pieces) > maxPieces {
		a.pieces = slices.Delete(a.pieces, 0, len(a.pieces)-maxPieces)
	}
}

// newPeriod is how much later than all others a spend with a lower total
// must be to begin a new period: several processes' clocks differ.
const newPeriod = 2 * time.Second

// anew reports whether a spend can only be explained by the total having
// begun anew: it is newer than all others, and what it says was spent before.
func (a *axis) anew(from, to event.NanoUSD, at time.Time) bool {
	if !a.known || to >= a.top || a.newest.IsZero() && to > a.origin || at.Before(a.newest.Add(newPeriod)) {
		return false
	}
	for _, h := range a.holes {
		if from < h.To && to > h.From {
			return false
		}
	}
	return true
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
