package rest

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"gatewatch/internal/core/event"
)

// logCursor is which rows of the request log were reported. A list may come in
// pages, and rows may turn up a little late; so the ids of late are kept. The
// zero value has seen nothing.
type logCursor struct {
	known   bool
	newest  int64
	floor   int64 // ids up to here are old
	emitted map[int64]bool
	emptied bool // it had rows, has none any more, and the gateway is well
}

// lateRowSpan is how many ids below the newest a row may still turn up.
const lateRowSpan = 500

// reached reports whether a page goes back to rows that were reported, so that no
// further page is needed.
func (c *logCursor) reached(rows []LogRow) bool {
	return !c.known || len(rows) == 0 || slices.ContainsFunc(rows, func(r LogRow) bool { return r.ID.n <= c.newest })
}

// take returns the rows that are new, oldest first. The first log that is not
// empty is where it begins: what it holds is state. healthy says that an empty
// log is truly empty; a gateway without its database also shows one.
func (c *logCursor) take(rows []LogRow, healthy bool) (fresh []LogRow) {
	top := int64(0)
	for _, r := range rows {
		top = max(top, r.ID.n)
	}
	if len(rows) == 0 {
		if !c.known && healthy {
			c.begin(0)
		}
		return nil
	}
	if !c.known || top < c.floor { // the first log, or one that was begun anew
		c.begin(top)
		return nil
	}
	for _, r := range rows {
		if r.ID.ok && r.ID.n > c.floor && !c.emitted[r.ID.n] {
			c.emitted[r.ID.n] = true
			fresh = append(fresh, r)
		}
	}
	slices.SortFunc(fresh, func(a, b LogRow) int { return cmp.Compare(a.ID.n, b.ID.n) })
	c.newest = max(c.newest, top)
	c.floor = max(c.floor, c.newest-lateRowSpan)
	for id := range c.emitted {
		if id <= c.floor {
			delete(c.emitted, id)
		}
	}
	return fresh
}

func (c *logCursor) begin(top int64) {
	*c = logCursor{known: true, newest: top, floor: top, emitted: map[int64]bool{}}
}

// spendEvents reports the spends of new rows.
func spendEvents(rows []LogRow, providerOf func(model string) string) (events []event.Event) {
	for _, r := range rows {
		if r.Key == "" || !r.Cost.ok {
			continue
		}
		events = append(events, &event.SpendRecorded{
			Key: event.KeyID(r.Key), Amount: r.Cost.nano, Model: string(r.Model), Provider: providerOf(string(r.Model)),
			Request: "log:" + strconv.FormatInt(r.ID.n, 10), Rounded: r.Cost.rounded, At: r.At.Time,
			Input: uint32(min(max(r.Input.n, 0), math.MaxUint32)),
		})
	}
	return events
}
