package ledger

import (
	"maps"
	"slices"

	"gatewatch/internal/core/event"
)

// Wants is what a Book does not know and a gateway may still tell.
type Wants struct {
	// Log are spans of minutes that were not watched, the newest first.
	Log []Span
	// Books are groups whose totals moved by what nothing explains, and since
	// when.
	Books map[event.GroupID]Minute
	// Topups are the newest top-ups, as far as they are known.
	Topups map[event.GroupID]Topup
}

// Topup is a group's newest credit. The zero value is none.
type Topup struct {
	ID      string
	At      Minute
	Base    event.NanoUSD // the balance just after it
	Credits event.NanoUSD // ever added, with it
}

// spent is what the group had ever spent when it was topped up.
func (t *Topup) spent() event.NanoUSD { return t.Credits - t.Base }

// after reports whether a debit of the top-up's own minute came before it: the
// group's total says so.
func (t *Topup) after(x *Piece) bool {
	return x.Minute == t.At && t.Credits > 0 && x.To <= t.spent()
}

// SetTopup notes a group's newest credit.
func (b *Book) SetTopup(g event.GroupID, t Topup) {
	a := b.groupAxis(g)
	if a.topup == t {
		return
	}
	was := a.topup
	a.topup = t
	b.touched.groups[g] = true
	if t.At != was.At || t.ID != was.ID && t.spent() != was.spent() {
		b.credited(g)
	}
}

// Wants lists what is not known of the minutes between two; to is not included.
// What moved a total in the last minute may still be explained by itself.
func (b *Book) Wants(from, to Minute) Wants {
	b.settle()
	w := Wants{Books: map[event.GroupID]Minute{}, Topups: map[event.GroupID]Topup{}}
	from = max(from, b.floor)
	for at := int64(to); at > int64(from); {
		gap := Span{int64(from), at}
		for _, s := range slices.Backward(b.watched) {
			if s.From < at {
				gap.From, at = max(s.To, int64(from)), s.From
				break
			}
		}
		if gap.From < gap.To {
			w.Log = append(w.Log, gap)
		}
		if gap.From == int64(from) {
			break
		}
	}
	for _, m := range b.since(from) {
		for _, d := range b.slots[m].debits {
			if since, known := w.Books[d.group]; d.hole && d.left > 0 && m < to-1 && (!known || d.after < since) {
				w.Books[d.group] = max(d.after, from)
			}
		}
	}
	for _, g := range slices.Sorted(maps.Keys(b.groups)) {
		if t := b.groups[g].topup; t != (Topup{}) {
			w.Topups[g] = t
		}
	}
	return w
}
