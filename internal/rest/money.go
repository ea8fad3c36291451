package rest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatewatch/internal/event"
)

// epoch is a group's newest top-up.
type epoch struct {
	name    string        // "topup:<id>"; "" until the transactions were read
	base    event.NanoUSD // the balance just after it
	credits event.NanoUSD // ever added, when the transactions were read
	began   time.Time     // when it was paid in
	direct  event.NanoUSD // charged directly since then, see Transaction.direct
	last    string        // the newest transaction that was read
	read    bool
}

// newestCredit finds the newest top-up among transactions of any order.
func newestCredit(rows []Transaction) (epoch, bool) {
	var best Transaction
	for _, t := range rows {
		if t.Type.n == typeCredit && t.After.ok && t.ID != "" && (best.ID == "" || compareIDs(string(t.ID), string(best.ID)) > 0) {
			best = t
		}
	}
	if best.ID == "" {
		return epoch{}, false
	}
	return epoch{name: topup + string(best.ID), base: best.After.nano, began: best.Created.Time}, true
}

// topup begins the name of an epoch; the transaction's id follows.
const topup = "topup:"

// newer reports whether a transaction came after the one with that id; "" is
// before all.
func (t Transaction) newer(id string) bool { return id == "" || compareIDs(string(t.ID), id) > 0 }

// note takes transactions in that were read: what was charged directly since
// the epoch began, and which is the newest.
func (e *epoch) note(rows []Transaction) {
	for _, t := range rows {
		if t.direct() && t.newer(strings.TrimPrefix(e.name, topup)) {
			e.direct += t.Amount.nano
		}
		if t.newer(e.last) {
			e.last = string(t.ID)
		}
	}
}

// credited tells the top-ups that came after the one with that id, oldest
// first; none if id is "", when nothing was known before.
func credited(g Group, rows []Transaction, id string) (facts []event.Event) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(t Transaction) bool {
		return id == "" || t.Type.n != typeCredit || !t.newer(id) || t.ID == ""
	})
	sortRows(rows)
	for _, t := range rows {
		facts = append(facts, event.GroupCredited{
			Group: event.GroupID(g.ID), Name: string(g.Name), Transaction: string(t.ID), Amount: t.Amount.nano,
			Balance: t.After.nano, Note: string(t.Note), At: t.Created.Time,
		})
	}
	return facts
}

// debited tells what was charged directly after the transaction with that id,
// oldest first.
func debited(g Group, rows []Transaction, id string) (facts []event.Event) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(t Transaction) bool { return !t.direct() || !t.newer(id) })
	sortRows(rows)
	for _, t := range rows {
		facts = append(facts, event.GroupDebited{
			Group: event.GroupID(g.ID), Name: string(g.Name), Transaction: string(t.ID), Amount: t.Amount.nano,
			Balance: t.After.nano, At: t.Created.Time,
		})
	}
	return facts
}

// groupRead is the state of a group as of a read.
func groupRead(g Group, e epoch, at time.Time) event.GroupRead {
	return event.GroupRead{
		Group: event.GroupID(g.ID), Name: string(g.Name), Balance: g.Balance.nano, Credits: g.Credits.nano,
		Spent: g.Spent.nano, KeyCount: int(g.Keys.n), Epoch: e.name, Base: e.base,
		Other: e.direct, HasOther: e.name != "", At: at,
	}
}

// used is the share of a group's money that is gone, 0 where that says
// nothing.
func used(g Group, e epoch) float64 {
	switch {
	case g.Balance.nano <= 0:
		return 1
	case e.base > 0:
		return float64(e.base-g.Balance.nano) / float64(e.base)
	case g.Credits.nano > 0:
		return float64(g.Spent.nano) / float64(g.Credits.nano)
	}
	return 0
}

// journal is which rows of the request log were told. A list may come in
// pages, and rows may turn up a little late; so the ids of late are kept. The
// zero value has seen nothing.
type journal struct {
	known  bool
	newest int64
	floor  int64 // ids up to here are old
	told   map[int64]bool
}

// journalSpan is how many ids below the newest a row may still turn up.
const journalSpan = 500

// reached reports whether a page goes back to rows that were told, so that no
// further page is needed.
func (j *journal) reached(rows []LogRow) bool {
	return !j.known || len(rows) == 0 || slices.ContainsFunc(rows, func(r LogRow) bool { return r.ID.n <= j.newest })
}

// take returns the rows that are new, oldest first. The first log that is not
// empty is where it begins: what it holds is state. healthy says that an empty
// log is truly empty; a gateway without its database also shows one.
func (j *journal) take(rows []LogRow, healthy bool) (fresh []LogRow) {
	top := int64(0)
	for _, r := range rows {
		top = max(top, r.ID.n)
	}
	if len(rows) == 0 {
		if !j.known && healthy {
			j.begin(0)
		}
		return nil
	}
	if !j.known || top < j.floor { // the first log, or one that was begun anew
		j.begin(top)
		return nil
	}
	for _, r := range rows {
		if r.ID.ok && r.ID.n > j.floor && !j.told[r.ID.n] {
			j.told[r.ID.n] = true
			fresh = append(fresh, r)
		}
	}
	slices.SortFunc(fresh, func(a, b LogRow) int { return cmp.Compare(a.ID.n, b.ID.n) })
	j.newest = max(j.newest, top)
	j.floor = max(j.floor, j.newest-journalSpan)
	for id := range j.told {
		if id <= j.floor {
			delete(j.told, id)
		}
	}
	return fresh
}

func (j *journal) begin(top int64) {
	*j = journal{known: true, newest: top, floor: top, told: map[int64]bool{}}
}

// spendFacts tells the payments of new rows.
func spendFacts(rows []LogRow, providerOf func(model string) string) (facts []event.Event) {
	for _, r := range rows {
		if r.Key == "" || !r.Cost.ok {
			continue
		}
		facts = append(facts, &event.SpendRecorded{
			Key: event.KeyID(r.Key), Amount: r.Cost.nano, Model: string(r.Model), Provider: providerOf(string(r.Model)),
			Request: "log:" + strconv.FormatInt(r.ID.n, 10), Rounded: r.Cost.rounded, At: r.At.Time,
		})
	}
	return facts
}
