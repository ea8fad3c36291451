package ledger

import (
	"cmp"
	"slices"

	"gatewatch/internal/core/event"
)

// Undated is money of which it is only known between which minutes it was spent:
// a total was read before a time that nobody watched, and was higher after it. In
// the sums it is of Until, where it was seen; no minute between the two is known to
// have had any of it.
type Undated struct {
	// Group is who paid, "" where that is not known; Key is "" for what a group's total
	// moved by without a call of the log.
	Group event.GroupID
	Key   event.KeyID
	// After is the last minute in which the total was still lower, Until the first in
	// which it was higher.
	After, Until Minute
	Nano         event.NanoUSD // 0: there is none any more
}

// closeBy is how far apart two readings of a total may be to date what is between
// them by the minute: totals are read every minute at the latest, and one reading
// may be missed.
const closeBy Minute = 3

// undatedPlace is an Undated without its amount.
type undatedPlace struct {
	group        event.GroupID
	key          event.KeyID
	after, until Minute
}

// undatedNow is what is undated of the minutes that are not forgotten.
func (b *Book) undatedNow() map[undatedPlace]event.NanoUSD {
	all := map[undatedPlace]event.NanoUSD{}
	for key, a := range b.keys {
		for _, h := range a.holes {
			if h.wide() && h.Until >= b.floor {
				all[undatedPlace{b.home(key, h.Until), key, h.After, h.Until}] += h.To - h.From
			}
		}
	}
	for g, a := range b.groups {
		for _, h := range a.holes {
			if s := b.slots[h.Until]; h.wide() && s != nil {
				if left := s.leftOf(g, &h); left > 0 {
					all[undatedPlace{g, "", h.After, h.Until}] += left
				}
			}
		}
	}
	return all
}

// wide reports whether a hole is too long to be dated by the minute.
func (h *Hole) wide() bool { return h.Until-h.After > closeBy }

// leftOf is what no call explains of a group's hole that ended in this minute.
func (s *slot) leftOf(g event.GroupID, h *Hole) event.NanoUSD {
	for i := range s.debits {
		if d := &s.debits[i]; d.hole && d.group == g && d.after == h.After-1 && d.nano == h.To-h.From {
			return d.left
		}
	}
	return 0
}

// takeUndated is what is undated otherwise than when it was last called.
func (b *Book) takeUndated() (changed []Undated) {
	if !b.undatedStale {
		return nil
	}
	b.undatedStale = false
	now := b.undatedNow()
	for p := range b.undated {
		if _, still := now[p]; !still && p.until >= b.floor { // what is forgotten stays as it was
			changed = append(changed, Undated{p.group, p.key, p.after, p.until, 0})
		}
	}
	for p, n := range now {
		if n != b.undated[p] {
			changed = append(changed, Undated{p.group, p.key, p.after, p.until, n})
		}
	}
	b.undated = now
	slices.SortFunc(changed, func(x, y Undated) int {
		return cmp.Or(cmp.Compare(x.Until, y.Until), cmp.Compare(x.After, y.After), cmp.Compare(x.Group, y.Group), cmp.Compare(x.Key, y.Key))
	})
	return changed
}

// Undated lists what is undated of the minutes from one on that are not forgotten, in
// no order.
func (b *Book) Undated(from Minute) (all []Undated) {
	b.settle()
	for p, n := range b.undatedNow() {
		if p.until >= from {
			all = append(all, Undated{p.group, p.key, p.after, p.until, n})
		}
	}
	return all
}
