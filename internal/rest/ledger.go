package rest

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// row is what a ledger keeps: two equal values are the same state.
type row interface {
	comparable
	id() string
	born() time.Time // zero where the gateway does not say
}

// doubt is why a list was not believed.
type doubt int

const (
	noDoubt doubt = iota
	// fewRows: some rows are missing; the next read must agree.
	fewRows
	// manyRows: so much is missing, or all of it, that the gateway must also
	// call its database healthy.
	manyRows
)

// Of a list: how soon it is read again if there is a doubt, and how much may
// be missing before the doubt is a great one.
const (
	confirmAfter = 5 * time.Second
	fewMissing   = 3
	fewShare     = 10 // per cent
)

// bornBefore is how long before the first read a row must have been made not
// to count as created since, if it turns up later: clocks differ.
const bornBefore = 5 * time.Minute

// ledger is the believed rows of one list. An empty or much smaller list is
// no deletion until it is confirmed. It has no clock; the zero value is empty.
type ledger[T row] struct {
	rows    map[string]T
	known   bool
	since   time.Time // of the first believed read
	doubt   doubt
	doubtAt time.Time
	missing map[string]bool // in the read that raised the doubt
}

// change is a row before and after.
type change[T row] struct{ old, now T }

// delta is what a believed list has that the one before had not, each in the
// order of ids.
type delta[T row] struct {
	// first is true if there was no list before: created is then all of it,
	// which is state and not news.
	first bool
	// found are new rows that were made before the first read, so they are
	// state and not news, too.
	created, found, deleted []T
	updated                 []change[T]
}

// moved reports whether there are more or fewer rows than before.
func (d *delta[T]) moved() bool {
	return d.first || len(d.created)+len(d.found)+len(d.deleted) > 0
}

// take compares a list with what is believed. healthy says whether the gateway
// calls its database healthy; it matters in great doubt only. again is true if
// the list should be read once more after confirmAfter.
func (l *ledger[T]) take(read list[T], at time.Time, healthy bool) (d delta[T], again bool) {
	rows := make(map[string]T, len(read.rows))
	for _, r := range read.rows {
		if r.id() == "" {
			read.bad++
			continue
		}
		rows[r.id()] = r
	}
	if !l.known {
		return l.begin(rows, at, healthy)
	}
	missing := map[string]bool{}
	if read.bad == 0 && !read.more {
		for id := range l.rows {
			if _, there := rows[id]; !there {
				missing[id] = true
			}
		}
	}
	much := len(missing) > 0 && (len(rows) == 0 || len(missing) > max(fewMissing, len(l.rows)*fewShare/100))
	gone, again := l.confirmed(missing, much, at, healthy)
	if much && gone == nil {
		return d, again
	}
	l.apply(rows, gone, &d)
	return d, again
}

// begin takes the first list. An empty one needs the word that the database
// is healthy: one without it may answer so.
func (l *ledger[T]) begin(rows map[string]T, at time.Time, healthy bool) (d delta[T], again bool) {
	if len(rows) == 0 && (l.doubt == noDoubt || !healthy) {
		again = l.doubt == noDoubt
		l.doubt = manyRows
		return d, again
	}
	l.known, l.rows, l.since, l.doubt = true, rows, at, noDoubt
	d.first, d.created = true, inOrder(rows)
	return d, false
}

// confirmed says which of the missing rows are gone: those that were missing
// before, too. It is nil where nothing can be said yet.
func (l *ledger[T]) confirmed(missing map[string]bool, much bool, at time.Time, healthy bool) (gone []string, again bool) {
	if len(missing) == 0 {
		l.doubt, l.missing = noDoubt, nil
		return nil, false
	}
	now := fewRows
	if much {
		now = manyRows
	}
	if l.doubt < now { // a new doubt, or a greater one
		l.doubt, l.doubtAt, l.missing = now, at, missing
		return nil, true
	}
	if at.Sub(l.doubtAt) < confirmAfter || l.doubt == manyRows && !healthy {
		return nil, false
	}
	for id := range missing {
		if l.missing[id] {
			gone = append(gone, id)
			delete(missing, id)
		}
	}
	l.doubt, l.missing = noDoubt, nil
	if len(missing) > 0 {
		l.doubt, l.doubtAt, l.missing = now, at, missing
	}
	return gone, len(missing) > 0
}

// apply believes the rows and forgets those that are gone.
func (l *ledger[T]) apply(rows map[string]T, gone []string, d *delta[T]) {
	for _, id := range gone {
		d.deleted = append(d.deleted, l.rows[id])
		delete(l.rows, id)
	}
	for id, now := range rows {
		old, known := l.rows[id]
		l.rows[id] = now
		switch {
		case !known && !now.born().IsZero() && now.born().Before(l.since.Add(-bornBefore)):
			d.found = append(d.found, now)
		case !known:
			d.created = append(d.created, now)
		case old != now:
			d.updated = append(d.updated, change[T]{old, now})
		}
	}
	sortRows(d.created)
	sortRows(d.found)
	sortRows(d.deleted)
	slices.SortFunc(d.updated, func(a, b change[T]) int { return compareIDs(a.now.id(), b.now.id()) })
}

// each calls do for every believed row, in the order of ids.
func (l *ledger[T]) each(do func(T)) {
	for _, r := range inOrder(l.rows) {
		do(r)
	}
}

func inOrder[T row](rows map[string]T) []T {
	all := make([]T, 0, len(rows))
	for _, r := range rows {
		all = append(all, r)
	}
	sortRows(all)
	return all
}

func sortRows[T row](rows []T) {
	slices.SortFunc(rows, func(a, b T) int { return compareIDs(a.id(), b.id()) })
}

// compareIDs orders numbers as numbers and before words.
func compareIDs(a, b string) int {
	x, errX := strconv.ParseInt(a, 10, 64)
	y, errY := strconv.ParseInt(b, 10, 64)
	switch {
	case errX == nil && errY == nil:
		return cmp.Compare(x, y)
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return cmp.Compare(a, b)
}

func (k Key) id() string          { return string(k.ID) }
func (t Transaction) id() string  { return string(t.ID) }
func (n Notification) id() string { return string(n.ID) }
func (g Group) id() string        { return string(g.ID) }
func (p Provider) id() string     { return string(p.ID) }
func (m Mapping) id() string      { return string(m.ID) }
func (s Setting) id() string      { return string(s.Key) }

func (k Key) born() time.Time          { return k.Created.Time }
func (t Transaction) born() time.Time  { return t.Created.Time }
func (n Notification) born() time.Time { return n.Created.Time }
func (g Group) born() time.Time        { return g.Created.Time }
func (p Provider) born() time.Time     { return p.Created.Time }
func (m Mapping) born() time.Time      { return m.Created.Time }
func (s Setting) born() time.Time      { return s.Created.Time }
