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

// deletionRisk is why a list was not believed.
type deletionRisk int

const (
	riskNone deletionRisk = iota
	// riskFew: some rows are missing; the next read must agree.
	riskFew
	// riskMany: so much is missing, or all of it, that the gateway must also
	// call its database healthy.
	riskMany
)

// The bounds of a deletionRisk: how soon a list is read again, and how much may be
// missing before the risk is riskMany.
const (
	confirmAfter = 5 * time.Second
	fewMissing   = 3
	fewShare     = 10 // per cent
)

// bornBefore is how long before the first read a row must have been made not
// to count as created since, if it turns up later: clocks differ.
const bornBefore = 5 * time.Minute

// reconciler is the believed rows of one list. An empty or much smaller list is
// no deletion until it is confirmed. It has no clock; the zero value is empty.
type reconciler[T row] struct {
	rows      map[string]T
	known     bool
	since     time.Time // of the first believed read
	risk      deletionRisk
	riskSince time.Time
	missing   map[string]bool // in the read that raised the doubt

	// past are the rows that an earlier run read last, at pastAt; nil where there
	// are none, or they were compared. unseen are those of them that this run
	// has not seen yet.
	past   map[string]T
	pastAt time.Time
	unseen map[string]bool
	asked  bool      // for the past
	keptAt time.Time // when it was last kept for the next run

	readAt  time.Time // of the last believed read
	wholeAt time.Time // and of the last one in which no row was missing
}

// change is a row before and after.
type change[T row] struct{ old, now T }

// delta is what a believed list has that the one before had not, each in the
// order of ids.
type delta[T row] struct {
	// first is true if there was no list before: created is then all of it,
	// which is state and not news.
	first bool
	// backfilled are new rows that were made before the first read, so they are
	// state and not news, too.
	created, backfilled, deleted []T
	updated                      []change[T]
	// away is what happened between two runs, from since on: it is news though
	// the list is read for the first time. nil if there was no run before.
	away  *delta[T]
	since time.Time
	// goneSince is when deleted rows were last seen, where that was in an earlier run.
	goneSince map[string]time.Time
	// after is when this run read the list before, and seen when it last had all rows:
	// what changed did so after the one, and what is gone went after the other.
	after, seen time.Time
}

// news is what changed of a list: nothing in the very first one.
func (d *delta[T]) news() *delta[T] {
	switch {
	case !d.first:
		return d
	case d.away != nil:
		return d.away
	}
	return &delta[T]{}
}

// changed reports whether anything of the rows is another than before.
func (d *delta[T]) changed() bool { return d.moved() || len(d.updated) > 0 }

// moved reports whether there are more or fewer rows than before.
func (d *delta[T]) moved() bool {
	return d.first || len(d.created)+len(d.backfilled)+len(d.deleted) > 0
}

// reconcile compares a list with what is believed. healthy says whether the gateway
// calls its database healthy; it matters in great doubt only. again is true if
// the list should be read once more after confirmAfter.
func (l *reconciler[T]) reconcile(read list[T], at time.Time, healthy bool) (d delta[T], again bool) {
	rows := make(map[string]T, len(read.rows))
	for _, r := range read.rows {
		if r.id() == "" {
			read.bad++
			continue
		}
		rows[r.id()] = r
	}
	if !l.known && l.past == nil {
		d, again = l.begin(rows, at, healthy)
		if l.known {
			l.readAt, l.wholeAt = at, at
		}
		return d, again
	}
	if !l.known {
		if d, again = l.resume(rows, read.bad > 0 || read.more, at, healthy); l.known {
			l.readAt, l.wholeAt = at, at
		}
		return d, again
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
	whole := len(missing) == 0
	gone, again := l.confirmed(missing, much, at, healthy)
	if much && gone == nil {
		return d, again
	}
	d.after, d.seen = l.readAt, l.wholeAt
	if l.readAt = at; whole || len(gone) > 0 && len(missing) == 0 {
		l.wholeAt = at
	}
	l.apply(rows, gone, &d)
	return d, again
}

// begin takes the first list. An empty one needs a report that the database
// is healthy: one without it may answer so.
func (l *reconciler[T]) begin(rows map[string]T, at time.Time, healthy bool) (d delta[T], again bool) {
	if len(rows) == 0 && (l.risk == riskNone || !healthy) {
		again = l.risk == riskNone
		l.risk = riskMany
		return d, again
	}
	l.known, l.rows, l.since, l.risk = true, rows, at, riskNone
	d.first, d.created = true, inOrder(rows)
	return d, false
}

// resume takes the first list of a run that has an earlier one's to compare with.
// Rows that are missing are doubted as ever: until that is settled they count
// as there.
func (l *reconciler[T]) resume(rows map[string]T, partly bool, at time.Time, healthy bool) (d delta[T], again bool) {
	missing := map[string]bool{}
	for id := range l.past {
		if _, there := rows[id]; !there && !partly {
			missing[id] = true
		}
	}
	much := len(missing) > 0 && (len(rows) == 0 || len(missing) > max(fewMissing, len(l.past)*fewShare/100))
	gone, again := l.confirmed(missing, much, at, healthy)
	if much && gone == nil {
		return d, again
	}
	away := delta[T]{since: l.pastAt, goneSince: map[string]time.Time{}}
	for id := range l.past {
		if _, there := rows[id]; there {
			continue
		}
		if slices.Contains(gone, id) {
			away.goneSince[id] = l.pastAt
		} else {
			l.setUnseen(id)
		}
	}
	l.known, l.rows, l.since = true, l.past, l.pastAt
	l.apply(rows, gone, &away)
	l.past, l.since = nil, at
	d.first, d.away = true, &away
	for id, r := range l.rows {
		if !l.unseen[id] {
			d.created = append(d.created, r)
		}
	}
	sortRows(d.created)
	return d, again
}

func (l *reconciler[T]) setUnseen(id string) {
	if l.unseen == nil {
		l.unseen = map[string]bool{}
	}
	l.unseen[id] = true
}

// confirmed says which of the missing rows are gone: those that were missing
// before, too. It is nil where nothing can be said yet.
func (l *reconciler[T]) confirmed(missing map[string]bool, much bool, at time.Time, healthy bool) (gone []string, again bool) {
	if len(missing) == 0 {
		l.risk, l.missing = riskNone, nil
		return nil, false
	}
	now := riskFew
	if much {
		now = riskMany
	}
	if l.risk < now { // a new doubt, or a greater one
		l.risk, l.riskSince, l.missing = now, at, missing
		return nil, true
	}
	if at.Sub(l.riskSince) < confirmAfter || l.risk == riskMany && !healthy {
		return nil, false
	}
	for id := range missing {
		if l.missing[id] {
			gone = append(gone, id)
			delete(missing, id)
		}
	}
	l.risk, l.missing = riskNone, nil
	if len(missing) > 0 {
		l.risk, l.riskSince, l.missing = now, at, missing
	}
	return gone, len(missing) > 0
}

// apply believes the rows and drops those that are gone.
func (l *reconciler[T]) apply(rows map[string]T, gone []string, d *delta[T]) {
	for _, id := range gone {
		if l.unseen[id] && !l.pastAt.IsZero() {
			if d.goneSince == nil {
				d.goneSince = map[string]time.Time{}
			}
			d.goneSince[id] = l.pastAt
		}
		delete(l.unseen, id)
		d.deleted = append(d.deleted, l.rows[id])
		delete(l.rows, id)
	}
	for id, now := range rows {
		delete(l.unseen, id)
		old, known := l.rows[id]
		l.rows[id] = now
		switch {
		case !known && !now.born().IsZero() && now.born().Before(l.since.Add(-bornBefore)):
			d.backfilled = append(d.backfilled, now)
		case !known:
			d.created = append(d.created, now)
		case old != now:
			d.updated = append(d.updated, change[T]{old, now})
		}
	}
	sortRows(d.created)
	sortRows(d.backfilled)
	sortRows(d.deleted)
	slices.SortFunc(d.updated, func(a, b change[T]) int { return compareIDs(a.now.id(), b.now.id()) })
}

// each calls do for every believed row, in the order of ids.
func (l *reconciler[T]) each(do func(T)) {
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

func sortRows[T interface{ id() string }](rows []T) {
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

func (k Key) born() time.Time      { return k.Created.Time }
func (g Group) born() time.Time    { return g.Created.Time }
func (p Provider) born() time.Time { return p.Created.Time }
func (m Mapping) born() time.Time  { return m.Created.Time }
func (s Setting) born() time.Time  { return s.Created.Time }

func (c ModelCost) id() string      { return string(c.ID) }
func (c ModelCost) born() time.Time { return c.Created.Time }

func (Release) id() string      { return "gateway" }
func (Release) born() time.Time { return time.Time{} }

func (k ProviderKey) id() string      { return string(k.ID) }
func (k ProviderKey) born() time.Time { return k.Created.Time }
