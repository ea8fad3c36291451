package ledger

import (
	"maps"
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

// Account is what a Book must remember of a group or of a key to count each
// spend once: one of Group and Key is set.
type Account struct {
	Group event.GroupID
	Key   event.KeyID
	// Known says whether a total was ever seen; what was, lies between Origin
	// and Top.
	Known           bool
	Origin, Top     event.NanoUSD
	OriginAt, TopAt Minute
	Newest          time.Time // of a key's spends that a hub told
	Holes           []Hole
	Pieces          []Piece
	Homes           []Home // of a key
	Name            string // of a key, as it was last told
	Topup           Topup  // of a group
	// Shares and Adjusted are of a group, since Topup; see Book.Shares. Moved is
	// when a key came to another group; 0: never.
	Shares   map[event.KeyID]Share `json:",omitempty"`
	Adjusted event.NanoUSD         `json:",omitempty"`
	Moved    Minute                `json:",omitempty"`
}

// Saved is what a Book is made of, or what of it changed: it is added to what
// was saved before. It must be written as one, or not at all.
type Saved struct {
	Changes  []Change
	Accounts []Account // each replaces the one before
	// Rows and Watched replace those before, where Marks is true.
	Marks         bool
	Rows, Watched Spans
	// Claims is what hubs told that no group's books have yet, the items of
	// batches among it.
	Claims []Piece
}

// Empty reports whether nothing changed.
func (s *Saved) Empty() bool { return len(s.Changes) == 0 && len(s.Accounts) == 0 && !s.Marks }

// Taken is what changed since the last Take.
type Taken struct {
	Saved
	// Groups is what groups spent, by minute; Unlogged what was debited for
	// calls that the log does not know, which is in no Change.
	Groups, Unlogged []Move
	// Shared are the keys of which a group's share changed.
	Shared []event.KeyID
	// Undated is of what it is otherwise than before that nobody knows when it was spent.
	Undated []Undated
}

// Counted reports whether a change is money spent, and not only another
// source's word for it.
func (c *Change) Counted() bool { return c.Cell.counted() }

// Pending reports whether Take would return anything.
func (b *Book) Pending() bool {
	return b.stale != never || len(b.fresh)+len(b.groupsMoved)+len(b.unlogged)+len(b.touched.groups)+len(b.touched.keys)+len(b.shared) > 0 || b.touched.marks || b.undatedStale
}

// Take returns what changed since it was last called.
func (b *Book) Take() Taken {
	b.settle()
	t := Taken{Groups: b.groupsMoved, Unlogged: b.unlogged, Shared: slices.Sorted(maps.Keys(b.shared)), Undated: b.takeUndated()}
	clear(b.shared)
	b.groupsMoved, b.unlogged = nil, nil
	for c, n := range b.fresh {
		t.Changes = append(t.Changes, Change{c, n})
	}
	clear(b.fresh)
	for g := range b.touched.groups {
		t.Accounts = append(t.Accounts, b.accountOf(g, ""))
	}
	for key := range b.touched.keys {
		t.Accounts = append(t.Accounts, b.accountOf("", key))
	}
	if t.Marks = b.touched.marks; t.Marks {
		t.Rows, t.Watched, t.Claims = slices.Clone(b.rows), slices.Clone(b.watched), slices.Concat(b.claims, b.items)
	}
	b.clean()
	return t
}

func (b *Book) accountOf(g event.GroupID, key event.KeyID) Account {
	x := Account{Group: g, Key: key, Homes: slices.Clone(b.homes[key]), Name: b.names[key], Moved: b.moved[key]}
	a := b.groups[g]
	if g == "" {
		a = b.keys[key]
	}
	if a != nil {
		x.Known, x.Origin, x.Top, x.OriginAt, x.TopAt, x.Newest = a.known, a.origin, a.top, a.originAt, a.topAt, a.newest
		x.Holes, x.Pieces, x.Topup = slices.Clone(a.holes), slices.Clone(a.pieces), a.topup
		x.Shares, x.Adjusted = maps.Clone(a.shares), a.adjusted
	}
	return x
}

// Restore makes a Book of what was saved. Its first Take says what groups
// spent, what is unlogged and what is undated, but none of the cells (see Cells).
func Restore(s Saved) *Book {
	b := New()
	for _, c := range s.Changes {
		if c.Group != "" {
			b.groupAxis(c.Group) // its account may not have been saved
		}
		b.place(c.Cell, c.Nano, c.Count)
	}
	for _, x := range s.Accounts {
		a := &axis{
			known: x.Known, origin: x.Origin, top: x.Top, originAt: x.OriginAt, topAt: x.TopAt, newest: x.Newest,
			holes: slices.Clone(x.Holes), pieces: slices.Clone(x.Pieces), topup: x.Topup,
			shares: maps.Clone(x.Shares), adjusted: x.Adjusted,
		}
		if x.Group != "" {
			b.groups[x.Group] = a
			continue
		}
		if x.Known {
			b.keys[x.Key] = a
		}
		if x.Name != "" {
			b.names[x.Key] = x.Name
		}
		if len(x.Homes) > 0 {
			b.homes[x.Key] = slices.Clone(x.Homes)
		}
		if x.Moved > 0 {
			b.moved[x.Key] = x.Moved
		}
	}
	b.rows, b.watched = slices.Clone(s.Rows), slices.Clone(s.Watched)
	for _, c := range s.Claims {
		if c.Item {
			b.items = append(b.items, c)
		} else {
			b.claims = append(b.claims, c)
		}
	}
	b.stale, b.quiet = -never, true
	b.settle()
	b.quiet = false
	return b
}

// Cells calls do for every cell from a minute on, in the order of time.
func (b *Book) Cells(from Minute, do func(Change)) {
	i, _ := slices.BinarySearch(b.order, from)
	for _, m := range b.order[i:] {
		for c, n := range b.slots[m].cells {
			do(Change{c, n})
		}
	}
}

// Forget drops what is older than a minute, and more if there are more cells
// than most; it returns the first minute that is still there. What comes of
// earlier minutes later is only told to Take.
func (b *Book) Forget(before Minute, most int) Minute {
	b.settle()
	cells := 0
	for _, minute := range slices.Backward(b.order) {
		if cells += len(b.slots[minute].cells); cells > most {
			before = max(before, minute+1)
			break
		}
	}
	if before <= b.floor {
		return b.floor
	}
	i, _ := slices.BinarySearch(b.order, before)
	for _, m := range b.order[:i] {
		delete(b.slots, m)
	}
	b.order = slices.Delete(b.order, 0, i)
	b.floor = before
	b.watched.forget(int64(before))
	for _, a := range b.groups {
		a.holes = slices.DeleteFunc(a.holes, func(h Hole) bool { return h.Until < before })
	}
	for _, a := range b.keys {
		a.holes = slices.DeleteFunc(a.holes, func(h Hole) bool { return h.Until < before })
	}
	for key, homes := range b.homes {
		for len(homes) > 1 && homes[1].From <= before {
			homes = homes[1:]
		}
		b.homes[key] = homes
	}
	return b.floor
}

// Name notes what a key is called.
func (b *Book) Name(key event.KeyID, name string) {
	if name != "" && b.names[key] != name {
		b.names[key] = name
		b.touched.keys[key] = true
	}
}

// Keys lists the keys of which a total, a group or a name is known, with their
// names.
func (b *Book) Keys() map[event.KeyID]string {
	all := map[event.KeyID]string{}
	for k := range b.keys {
		all[k] = ""
	}
	for k := range b.homes {
		all[k] = ""
	}
	maps.Copy(all, b.names)
	return all
}
