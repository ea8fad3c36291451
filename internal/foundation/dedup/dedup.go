// Package dedup remembers the newest items of a stream, to know duplicates. It
// keeps a hash of each and not the item; it says nothing about older ones, and
// what is a duplicate is decided elsewhere: docs/ARCHITECTURE.md lists where.
//
// A Set belongs to one goroutine and never grows.
package dedup

import "hash/maphash"

// Set remembers the newest n hashes. Two different items share a hash once in
// 2^64 pairs. Make it with New.
type Set struct {
	seed maphash.Seed
	ring []uint64 // the hashes, a ring
	next int      // where the next one goes: the oldest once the ring is full
	full bool
	// table finds a hash: at the place that its low bits say, or behind it
	// without a gap. 0 is a free place. It is at most half full.
	table []uint64
	mask  uint64
}

// New returns an empty set of at most n hashes, n ≥ 1.
func New(n int) *Set {
	size := 2
	for size < 2*n {
		size *= 2
	}
	return &Set{
		seed: maphash.MakeSeed(), ring: make([]uint64, n),
		table: make([]uint64, size), mask: uint64(size - 1),
	}
}

// Len is how many are remembered.
func (s *Set) Len() int {
	if s.full {
		return len(s.ring)
	}
	return s.next
}

// AddString is Add for a text.
func (s *Set) AddString(text string) bool { return s.Add(maphash.String(s.seed, text)) }

// AddBytes is AddString for bytes, which are not kept.
func (s *Set) AddBytes(text []byte) bool { return s.Add(maphash.Bytes(s.seed, text)) }

// Seed is what the hashes given to Add are to be made with.
func (s *Set) Seed() maphash.Seed { return s.seed }

// Add reports whether h is new, and remembers it in place of the oldest. One
// that is known keeps its age.
func (s *Set) Add(h uint64) bool {
	if h == 0 {
		h = 1
	}
	for i := h & s.mask; s.table[i] != 0; i = (i + 1) & s.mask {
		if s.table[i] == h {
			return false
		}
	}
	if s.full {
		s.remove(s.ring[s.next])
	}
	i := h & s.mask
	for s.table[i] != 0 {
		i = (i + 1) & s.mask
	}
	s.table[i] = h
	s.ring[s.next] = h
	if s.next++; s.next == len(s.ring) {
		s.next, s.full = 0, true
	}
	return true
}

// remove frees the place of h, which is there, and closes the gap.
func (s *Set) remove(h uint64) {
	gap := h & s.mask
	for s.table[gap] != h {
		gap = (gap + 1) & s.mask
	}
	for i := (gap + 1) & s.mask; s.table[i] != 0; i = (i + 1) & s.mask {
		// What stands at i may move to the gap if its own place is not
		// between them.
		if home := s.table[i] & s.mask; (i-home)&s.mask >= (i-gap)&s.mask {
			s.table[gap] = s.table[i]
			gap = i
		}
	}
	s.table[gap] = 0
}
