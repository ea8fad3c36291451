package rest

import (
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// budgetPeriod is a group's newest top-up.
type budgetPeriod struct {
	name           string        // "topup:<id>"; "" until the transactions were read
	openingBalance event.NanoUSD // the balance just after it
	credits        event.NanoUSD // ever added, when the transactions were read
	began          time.Time     // when it was paid in
	unattributed   event.NanoUSD // charged directly since then, see Transaction.direct
	last           string        // the newest transaction that was read
	read           bool          // as far as it goes
	page           int           // of the transactions, up to which no top-up was found
	partly         bool          // not all transactions since it began were read
}

// newestCredit finds the newest top-up among transactions of any order.
func newestCredit(rows []Transaction) (budgetPeriod, bool) {
	var best Transaction
	for _, t := range rows {
		if t.Type.n == typeCredit && t.After.ok && t.ID != "" && (best.ID == "" || compareIDs(string(t.ID), string(best.ID)) > 0) {
			best = t
		}
	}
	if best.ID == "" {
		return budgetPeriod{}, false
	}
	return budgetPeriod{name: topup + string(best.ID), openingBalance: best.After.nano, began: best.Created.Time}, true
}

// id names the period for those who remember what was said in it: with the minute
// of the top-up, as a gateway that is restored or set up anew counts its
// transactions from the beginning.
func (e *budgetPeriod) id() string {
	if e.name == "" || e.began.IsZero() {
		return e.name
	}
	return e.name + "@" + e.began.UTC().Format("2006-01-02T15:04Z")
}

// topup begins the name of a budget period; the transaction's id follows.
const topup = "topup:"

// newer reports whether a transaction came after the one with that id; "" is
// before all.
func (t Transaction) newer(id string) bool { return id == "" || compareIDs(string(t.ID), id) > 0 }

// note takes transactions in that were read: what was charged directly since
// the budget period began, and which is the newest.
func (e *budgetPeriod) note(rows []Transaction) {
	for _, t := range rows {
		if t.direct() && t.newer(strings.TrimPrefix(e.name, topup)) {
			e.unattributed += t.Amount.nano
		}
		if t.newer(e.last) {
			e.last = string(t.ID)
		}
	}
}

// credited reports the top-ups that came after the one with that id, oldest
// first; none if id is "", when nothing was known before.
func credited(g Group, rows []Transaction, id string) (events []event.Event) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(t Transaction) bool {
		return id == "" || t.Type.n != typeCredit || !t.newer(id) || t.ID == ""
	})
	sortRows(rows)
	for _, t := range rows {
		events = append(events, event.GroupCredited{
			Group: event.GroupID(g.ID), Name: string(g.Name), Transaction: string(t.ID), Amount: t.Amount.nano,
			Balance: t.After.nano, Note: string(t.Note), At: t.Created.Time,
		})
	}
	return events
}

// creditedSince reports what was added since a time, oldest first.
func creditedSince(g Group, rows []Transaction, since time.Time) (events []event.Event) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(t Transaction) bool {
		return t.Type.n != typeCredit || t.ID == "" || t.Created.Before(since)
	})
	sortRows(rows)
	for _, t := range rows {
		events = append(events, event.GroupCredited{
			Group: event.GroupID(g.ID), Name: string(g.Name), Transaction: string(t.ID), Amount: t.Amount.nano,
			Balance: t.After.nano, Note: string(t.Note), At: t.Created.Time,
		})
	}
	return events
}

// debited reports what was charged directly after the transaction with that id,
// oldest first.
func debited(g Group, rows []Transaction, id string) (events []event.Event) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(t Transaction) bool { return !t.direct() || !t.newer(id) })
	sortRows(rows)
	for _, t := range rows {
		events = append(events, event.GroupDebited{
			Group: event.GroupID(g.ID), Name: string(g.Name), Transaction: string(t.ID), Amount: t.Amount.nano,
			Balance: t.After.nano, At: t.Created.Time,
		})
	}
	return events
}

// groupRead is the state of a group as of a read.
func groupRead(g Group, e budgetPeriod, at, there time.Time) event.GroupRead {
	return event.GroupRead{
		There: there, Began: e.began,
		Group: event.GroupID(g.ID), Name: string(g.Name), Balance: g.Balance.reading(), Credits: g.Credits.reading(),
		Spent: g.Spent.reading(), KeyCount: int(g.Keys.n), PeriodID: e.id(), OpeningBalance: e.openingBalance,
		Unattributed: e.unattributed, HasUnattributed: e.name != "" && !e.partly, At: at,
	}
}

// usedRatio is the share of a group's money that is gone, 0 where that says
// nothing.
func usedRatio(g Group, e budgetPeriod) float64 {
	switch {
	case !g.Balance.ok:
		return 0
	case g.Balance.nano <= 0:
		return 1
	case e.openingBalance > 0:
		return float64(e.openingBalance-g.Balance.nano) / float64(e.openingBalance)
	case g.Credits.nano > 0:
		return float64(g.Spent.nano) / float64(g.Credits.nano)
	}
	return 0
}
