package ledger

import "slices"

// Span is a run of whole numbers: From included, To not.
type Span struct{ From, To int64 }

// Spans is a set of whole numbers as runs, ascending, none touching another.
type Spans []Span

// add puts a run in and returns how many of its numbers are new.
func (s *Spans) add(from, to int64) (fresh int64) {
	if from >= to {
		return 0
	}
	all := *s
	if n := len(all); n > 0 && from >= all[n-1].From { // nearly always at the end
		last := &all[n-1]
		switch {
		case to <= last.To:
			return 0
		case from <= last.To:
			fresh = to - last.To
			last.To = to
			return fresh
		}
		*s = append(all, Span{from, to})
		return to - from
	}
	i, _ := slices.BinarySearchFunc(all, from, func(x Span, at int64) int { return int(min(max(x.To-at, -1), 1)) })
	j, fresh := i, to-from
	for ; j < len(all) && all[j].From <= to; j++ {
		fresh -= max(0, min(to, all[j].To)-max(from, all[j].From))
	}
	if j > i {
		from, to = min(from, all[i].From), max(to, all[j-1].To)
	}
	*s = slices.Replace(all, i, j, Span{from, to})
	return fresh
}

// With is the set of what is in s or in other.
func (s Spans) With(other Spans) Spans {
	all := slices.Clone(s)
	for _, x := range other {
		all.add(x.From, x.To)
	}
	return all
}

// Has reports whether x is in the set.
func (s Spans) Has(x int64) bool {
	i, ok := slices.BinarySearchFunc(s, x, func(sp Span, at int64) int {
		switch {
		case sp.To <= at:
			return -1
		case sp.From > at:
			return 1
		}
		return 0
	})
	return ok && i < len(s)
}

// within is how many numbers of [from, to) are in the set.
func (s Spans) within(from, to int64) (n int64) {
	for i := len(s) - 1; i >= 0 && s[i].To > from; i-- {
		n += max(0, min(to, s[i].To)-max(from, s[i].From))
	}
	return n
}

// forget drops numbers below x.
func (s *Spans) forget(x int64) {
	all := slices.DeleteFunc(*s, func(sp Span) bool { return sp.To <= x })
	if len(all) > 0 {
		all[0].From = max(all[0].From, x)
	}
	*s = all
}

// fewer closes the oldest gaps until there are at most n runs.
func (s *Spans) fewer(n int) {
	if over := len(*s) - n; over > 0 {
		first := (*s)[0].From
		*s = slices.Delete(*s, 0, over)
		(*s)[0].From = first
	}
}
