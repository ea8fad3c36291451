package rest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// The bounds of reading transactions: how many groups are asked for them in one round, and how
// many pages back the newest top-up is looked for at first, and in each further
// round if it was not among them.
const (
	groupsPerRound = 10
	creditPages    = 5
	creditAgain    = 2
)

func readGroups(ctx context.Context, w *Poller) ([]event.Event, bool, error) {
	s := &w.observed
	there := w.opts.Client.GatewayTime(s.now)
	d, soon, err := rowsAt(ctx, w, topicGroups, pathGroups, &s.groups)
	if err != nil {
		return nil, false, err
	}
	s.groupsThere = there
	emit := map[string]bool{}
	anew := w.booksAnew(&d)
	s.addedWhileAway(&d)
	for _, g := range slices.Concat(d.created, d.backfilled) {
		emit[g.id()] = true
	}
	for _, c := range d.updated {
		emit[c.now.id()] = true
	}
	for _, g := range d.deleted {
		delete(s.periods, g.id())
		s.costs.forget(g.id())
	}
	events, err := w.readPeriods(ctx, emit)
	events = append(anew, events...)
	if err != nil {
		w.opts.Log.Debug("transactions cannot be read", "cause", err) // next round again
	}
	for _, g := range d.deleted {
		events = append(events, event.GroupRead{Group: event.GroupID(g.ID), Name: string(g.Name), Gone: true, At: s.now})
	}
	events = append(events, groupEvents(d, s.now)...)
	restate := s.now.Sub(s.groupsEmitted) >= restateInterval
	if restate {
		s.groupsEmitted = s.now
	}
	s.groups.each(func(g Group) {
		if e := s.periods[g.id()]; emit[g.id()] || restate && usedRatio(g, e) >= 0.5 {
			events = append(events, groupRead(g, e, s.now, s.groupsThere))
		}
	})
	return w.summed(ctx, events), soon, nil
}

// booksAnew says whether a gateway's books are others than those that were read: of
// most groups that ever spent, what they spent since ever is less than before. It then
// forgets how far they were read. One group alone may be a new one with an old id.
func (w *Poller) booksAnew(d *delta[Group]) []event.Event {
	s := &w.observed
	updated := d.updated
	if d.away != nil {
		updated = d.away.updated
	}
	fell, of := 0, 0
	for _, c := range updated {
		if c.old.Spent.ok && c.now.Spent.ok && c.now.Spent.nano < c.old.Spent.nano {
			fell++
		}
	}
	s.groups.each(func(g Group) {
		if g.Spent.nano > 0 {
			of++
		}
	})
	if fell == 0 || 2*fell <= of {
		return nil
	}
	w.opts.Log.Warn("the gateway's books are others than before; they are read anew", "fell", fell, "groups", of)
	s.periods, s.costs = nil, keyCosts{}
	s.log, s.logFrom, s.logReach, s.firstRows = logCursor{}, time.Time{}, time.Time{}, nil
	w.fill = fill{}
	return []event.Event{event.BooksBeganAnew{Fell: fell, Of: of, At: s.now}}
}

// readPeriods reads the transactions of groups whose money was added to since,
// those first that have used most. It adds to report whose it read, and returns
// what was added.
func (w *Poller) readPeriods(ctx context.Context, emit map[string]bool) (events []event.Event, err error) {
	s := &w.observed
	if s.periods == nil {
		s.periods = map[string]budgetPeriod{}
	}
	var due []Group
	s.groups.each(func(g Group) {
		e := s.periods[g.id()]
		if e.read && (e.credits == g.Credits.nano || !g.Credits.ok) {
			return // nothing was added, or nobody says whether
		}
		if e.read || e.page > 0 && e.credits != g.Credits.nano { // an old base would say too much
			s.periods[g.id()] = budgetPeriod{last: e.last}
			emit[g.id()] = true
		}
		due = append(due, g)
	})
	slices.SortStableFunc(due, func(a, b Group) int { return cmp.Compare(usedRatio(b, budgetPeriod{}), usedRatio(a, budgetPeriod{})) })
	for _, g := range due[:min(len(due), groupsPerRound)] {
		e, rows, books, err := w.readCredit(ctx, g)
		if err != nil {
			return events, err
		}
		known := s.periods[g.id()].last
		s.periods[g.id()] = e
		emit[g.id()] = true
		events = append(events, books...)
		events = append(events, credited(g, rows, known)...)
		if since, away := s.toppedUp[g.id()]; away && known == "" {
			events = append(events, creditedSince(g, rows, w.opts.Client.GatewayTime(since))...)
		}
		delete(s.toppedUp, g.id())
		if known != "" {
			events = append(events, debited(g, rows, known)...)
		}
	}
	return events, nil
}

// readCredit looks for a group's newest top-up, from where it was not found
// before; rows is what it read, and books the same as events. Without one its
// budget period is not known, until the next call looks farther.
func (w *Poller) readCredit(ctx context.Context, g Group) (e budgetPeriod, rows []Transaction, books []event.Event, err error) {
	was, chain := w.observed.periods[g.id()], w.chainOf(g)
	found, whole := false, false
	page, pages := was.page+1, creditPages
	if was.page > 0 {
		pages = creditAgain
	}
	for ; pages > 0 && !found && !whole; page, pages = page+1, pages-1 {
		read, err := w.transactions(ctx, g, page)
		if NotFound(err) {
			whole = true
			break
		} else if err != nil {
			return e, nil, nil, err
		}
		rows = append(rows, read.rows...)
		if was.page == 0 { // later pages have no place without those before
			books = append(books, chain.read(read.rows)...)
		}
		if e, found = newestCredit(read.rows); !found {
			e, found = w.recalled(g)
		}
		whole = !read.more
	}
	// Where all was read without a top-up, or there is no such list, the share
	// stays unknown: what was spent since ever says nothing of it.
	e.page, e.read, e.credits, e.last = page-1, found || whole, g.Credits.nano, was.last
	e.partly = e.partly || was.page > 0
	e.note(rows)
	return e, rows, books, nil
}

// transactions reads a page of a group's transactions, the newest first.
func (w *Poller) transactions(ctx context.Context, g Group, page int) (list[Transaction], error) {
	body, err := w.opts.Client.Get(ctx, fmt.Sprintf("%s/%s/transactions?pageSize=100&page=%d", pathGroups, safe(g.id()), page))
	if err != nil {
		return list[Transaction]{}, err
	}
	return readList[Transaction](body)
}

// direct reads what was charged directly since the transactions were last
// read, and reports it.
func (w *Poller) direct(ctx context.Context, g Group) ([]event.Event, error) {
	read, err := w.transactions(ctx, g, 1)
	if err != nil {
		return nil, err
	}
	e := w.observed.periods[g.id()]
	chain := w.chainOf(g)
	events := append(chain.read(read.rows), debited(g, read.rows, e.last)...)
	e.note(slices.DeleteFunc(read.rows, func(t Transaction) bool { return !t.newer(e.last) }))
	w.observed.periods[g.id()] = e
	return events, nil
}

// safe is an id as part of a path: ids are numbers, and nothing else is sent.
func safe(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, id)
}
