package ledger

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

// Share is what a group paid for a key since the group's newest top-up, as far
// as it is known.
type Share struct {
	// Logged is calls of the request log: the log's own sum where Summed is
	// true, else what was seen of them since Joined, from when on the key belongs
	// to the group.
	Logged event.NanoUSD
	Summed bool   `json:",omitempty"`
	Joined Minute `json:",omitempty"`
	// Other is what no row of the log shows: debits at once, and debits that
	// name the key.
	Other event.NanoUSD
}

// Known reports whether all of the key's calls are in it.
func (s Share) Known() bool { return s.Summed || s.Joined > 0 }

// Shares is what a group spent since its newest top-up, by key, and what of it
// administrators took.
func (b *Book) Shares(g event.GroupID) (of map[event.KeyID]Share, adjusted event.NanoUSD) {
	b.settle()
	if a := b.groups[g]; a != nil {
		return maps.Clone(a.shares), a.adjusted
	}
	return nil, 0
}

// Share is what a group paid for a key; ok is false if nothing is known of it.
func (b *Book) Share(g event.GroupID, key event.KeyID) (s Share, ok bool) {
	if a := b.groups[g]; a != nil {
		s, ok = a.shares[key]
	}
	return s, ok
}

// MovedAt is the minute in which a key came to its group from another one; 0: it did
// not, or that is not known.
func (b *Book) MovedAt(key event.KeyID) Minute { return b.moved[key] }

// Elsewhere is what other groups than the one it belongs to paid for a key since
// their newest top-ups.
func (b *Book) Elsewhere(g event.GroupID, key event.KeyID) (n event.NanoUSD) {
	if b.moved[key] == 0 {
		return 0
	}
	for id, a := range b.groups {
		if s, had := a.shares[key]; had && id != g {
			n += s.Logged + s.Other
		}
	}
	return n
}

// Sum takes what the request log has of a key since a time, in which its
// group's budget period began. Of a key that came to its group later the log
// also has what others paid.
func (b *Book) Sum(key event.KeyID, sum event.NanoUSD, since time.Time) {
	g := b.home(key, never)
	if g == "" {
		return
	}
	s := b.groupAxis(g).shares[key]
	if s.Joined > MinuteOf(since) {
		return
	}
	if s.Summed && s.Logged == sum {
		return
	}
	s.Logged, s.Summed, s.Joined = sum, true, 0
	b.setShare(g, key, s)
}

func (b *Book) setShare(g event.GroupID, key event.KeyID, s Share) {
	a := b.groupAxis(g)
	if a.shares == nil {
		a.shares = map[event.KeyID]Share{}
	}
	a.shares[key] = s
	b.touched.groups[g] = true
	b.shared[key] = true
}

// paid adds to what a group paid for a key since its newest top-up. Of calls
// that the log itself sums up nothing is added.
func (b *Book) paid(g event.GroupID, key event.KeyID, at Minute, logged bool, n event.NanoUSD) {
	a := b.groups[g]
	if a == nil || key == "" || at < a.topup.At || b.quiet {
		return
	}
	s := a.shares[key]
	switch {
	case !logged:
		s.Other += n
	case s.Summed || at < b.moved[key]-lag: // the log's sum has it
		return
	default:
		s.Logged += n
	}
	b.setShare(g, key, s)
}

// booked adds what is in a group's own books to its shares.
func (b *Book) booked(c Cell, n event.NanoUSD) {
	switch c.Kind {
	case Direct:
		b.paid(c.Group, c.Key, c.Minute, false, n)
	case Adjusted:
		if a := b.groups[c.Group]; a != nil && c.Minute >= a.topup.At {
			a.adjusted += n
			b.touched.groups[c.Group] = true
		}
	case Logged, Pushed, Flushed, Moved, Claimed:
	}
}

// leaves prepares for a key to belong to another group from a minute on: what
// each pays for it is told apart from now on.
func (b *Book) leaves(key event.KeyID, from, to event.GroupID, at Minute) {
	b.settle()
	b.moved[key] = at
	for _, m := range b.order {
		b.slots[m].roaming = b.roamingIn(m)
	}
	if s, known := b.groupAxis(from).shares[key]; known {
		s.Summed, s.Joined = false, 0
		b.setShare(from, key, s)
	}
	s := b.groupAxis(to).shares[key]
	s.Summed, s.Joined = false, at
	b.setShare(to, key, s)
}

// roamingIn is who paid for calls in a minute of keys that have moved.
func (b *Book) roamingIn(m Minute) (of map[payer]event.NanoUSD) {
	s := b.slots[m]
	for key := range b.moved {
		c := s.calls[key]
		if c == nil {
			continue
		}
		if of == nil {
			of = map[payer]event.NanoUSD{}
		}
		for g, n := range c.taken {
			of[payer{g, key}] += n
		}
		if n := c.left(); n != 0 {
			of[payer{b.home(key, m), key}] += n
		}
	}
	return of
}

// besideIn is what groups were debited for single keys in a minute and the log
// does not show, although it was read: else the log's sum may have it.
func (b *Book) besideIn(m Minute) (of map[payer]event.NanoUSD) {
	for p, n := range b.slots[m].unlogged {
		if p.key == "" || b.WatchedIn(m-lag, m+1) <= int(lag) {
			continue
		}
		if of == nil {
			of = map[payer]event.NanoUSD{}
		}
		of[p] = n
	}
	return of
}

// emitShares brings what changed of a minute to the shares.
func (b *Book) emitShares(m Minute) {
	s := b.slots[m]
	if len(b.moved) > 0 {
		was := s.roaming
		s.roaming = b.roamingIn(m)
		b.emitShare(m, true, was, s.roaming)
	}
	was := s.beside
	s.beside = b.besideIn(m)
	b.emitShare(m, false, was, s.beside)
}

func (b *Book) emitShare(m Minute, logged bool, was, now map[payer]event.NanoUSD) {
	for p, n := range was {
		if _, still := now[p]; !still {
			b.paid(p.group, p.key, m, logged, -n)
		}
	}
	for p, n := range now {
		if d := n - was[p]; d != 0 {
			b.paid(p.group, p.key, m, logged, d)
		}
	}
}

// credited begins a group's shares anew: it was topped up. What is remembered of
// the time since then is counted again; the log's sums come with the next read.
func (b *Book) credited(g event.GroupID) {
	b.settle()
	a := b.groupAxis(g)
	joined := map[event.KeyID]Minute{}
	for key, s := range a.shares {
		b.shared[key] = true
		joined[key] = s.Joined
	}
	a.shares, a.adjusted = nil, 0
	i, _ := slices.BinarySearch(b.order, a.topup.At)
	for _, m := range b.order[i:] {
		s := b.slots[m]
		for c, n := range s.cells {
			if c.Group == g {
				b.booked(c, n.Nano)
			}
		}
		for p, n := range s.beside {
			if p.group == g {
				b.paid(g, p.key, m, false, n)
			}
		}
		for p, n := range s.roaming {
			if p.group == g {
				b.paid(g, p.key, m, true, n)
			}
		}
	}
	for i := range a.pieces {
		if x := &a.pieces[i]; a.topup.after(x) && x.Minute >= b.floor {
			b.booked(x.cell(g), x.From-x.To)
		}
	}
	for key, at := range joined {
		if at > 0 {
			s := a.shares[key]
			s.Joined = cmp.Or(s.Joined, at)
			b.setShare(g, key, s)
		}
	}
	b.touched.groups[g] = true
}
