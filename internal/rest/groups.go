package rest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gatewatch/internal/event"
)

// Of transactions: how many groups are asked for them in one round, and how
// many pages back the newest top-up is looked for.
const (
	groupsPerRound = 10
	creditPages    = 5
)

func readGroups(ctx context.Context, w *Watcher) ([]event.Event, bool, error) {
	s := &w.world
	d, soon, err := rowsAt(ctx, w, pathGroups, &s.groups)
	if err != nil {
		return nil, false, err
	}
	tell := map[string]bool{}
	for _, g := range slices.Concat(d.created, d.found) {
		tell[g.id()] = true
	}
	for _, c := range d.updated {
		tell[c.now.id()] = true
	}
	for _, g := range d.deleted {
		delete(s.epochs, g.id())
		s.sums.forget(g.id())
	}
	facts, err := w.readEpochs(ctx, tell)
	if err != nil {
		w.opts.Log.Debug("transactions cannot be read", "cause", err) // next round again
	}
	for _, g := range d.deleted {
		facts = append(facts, event.GroupRead{Group: event.GroupID(g.ID), Name: string(g.Name), Gone: true, At: s.now})
	}
	anew := s.now.Sub(s.groupsTold) >= retell
	if anew {
		s.groupsTold = s.now
	}
	s.groups.each(func(g Group) {
		if e := s.epochs[g.id()]; tell[g.id()] || anew && used(g, e) >= 0.5 {
			facts = append(facts, groupRead(g, e, s.now))
		}
	})
	return w.summed(ctx, facts), soon, nil
}

// readEpochs reads the transactions of groups whose money was added to since,
// those first that have used most. It adds to tell whose it read, and returns
// what was added.
func (w *Watcher) readEpochs(ctx context.Context, tell map[string]bool) (facts []event.Event, err error) {
	s := &w.world
	if s.epochs == nil {
		s.epochs = map[string]epoch{}
	}
	var due []Group
	s.groups.each(func(g Group) {
		e := s.epochs[g.id()]
		if e.read && e.credits == g.Credits.nano {
			return
		}
		if e.read { // an old base would say too much
			s.epochs[g.id()] = epoch{last: e.last}
			tell[g.id()] = true
		}
		due = append(due, g)
	})
	slices.SortStableFunc(due, func(a, b Group) int { return cmp.Compare(used(b, epoch{}), used(a, epoch{})) })
	for _, g := range due[:min(len(due), groupsPerRound)] {
		e, rows, err := w.readCredit(ctx, g)
		if err != nil {
			return facts, err
		}
		known := s.epochs[g.id()].last
		s.epochs[g.id()] = e
		tell[g.id()] = true
		facts = append(facts, credited(g, rows, known)...)
		if known != "" {
			facts = append(facts, debited(g, rows, known)...)
		}
	}
	return facts, nil
}

// readCredit looks for a group's newest top-up; rows is what it read.
func (w *Watcher) readCredit(ctx context.Context, g Group) (e epoch, rows []Transaction, err error) {
	found := false
	for page := 1; page <= creditPages && !found; page++ {
		read, err := w.transactions(ctx, g, page)
		if NotFound(err) {
			break
		} else if err != nil {
			return e, nil, err
		}
		rows = append(rows, read.rows...)
		e, found = newestCredit(read.rows)
		if !read.more {
			break
		}
	}
	e.credits, e.read = g.Credits.nano, true
	e.note(rows)
	return e, rows, nil
}

// transactions reads a page of a group's transactions, the newest first.
func (w *Watcher) transactions(ctx context.Context, g Group, page int) (list[Transaction], error) {
	body, err := w.opts.Client.Get(ctx, fmt.Sprintf("%s/%s/transactions?pageSize=100&page=%d", pathGroups, safe(g.id()), page))
	if err != nil {
		return list[Transaction]{}, err
	}
	return readList[Transaction](body)
}

// direct reads what was charged directly since the transactions were last
// read, and tells it.
func (w *Watcher) direct(ctx context.Context, g Group) ([]event.Event, error) {
	read, err := w.transactions(ctx, g, 1)
	if err != nil {
		return nil, err
	}
	e := w.world.epochs[g.id()]
	facts := debited(g, read.rows, e.last)
	e.note(slices.DeleteFunc(read.rows, func(t Transaction) bool { return !t.newer(e.last) }))
	w.world.epochs[g.id()] = e
	return facts, nil
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
