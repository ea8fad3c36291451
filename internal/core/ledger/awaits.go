package ledger

import (
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

// A debit takes calls by the minute, the nearest first, while the gateway adds up
// all since the debit before. So what is left lies in minutes that say nothing of
// how old it is; how much of it may still be debited is told by the calls since
// the newest debit, of which the seconds are kept.

// recent are the newest calls of the log, in the order in which they came.
type recent struct {
	calls  []call
	from   time.Time // all since then are there
	newest time.Time
}

type call struct {
	at   time.Time
	key  event.KeyID
	nano event.NanoUSD
}

// settled is how many minutes after a call its debit is known to be missing.
const settled Minute = 2

// Bounds of the calls that are remembered: some minutes more than they can be
// waited for.
const (
	recentSpan = 5 * time.Minute
	maxRecent  = 20_000
)

// debitSlack is how much later than a call's own time it may be given to be debited.
const debitSlack = 2 * time.Second

// add remembers a call that was read.
func (r *recent) add(c call) {
	if r.from.IsZero() {
		r.from = c.at
	}
	if c.at.After(r.newest) {
		r.newest = c.at
	}
	if c.at.Before(r.newest.Add(-recentSpan)) {
		return
	}
	r.calls = append(r.calls, c)
	if len(r.calls) < maxRecent {
		return
	}
	old := r.newest.Add(-recentSpan)
	r.calls = slices.DeleteFunc(r.calls, func(c call) bool { return c.at.Before(old) })
	if n := len(r.calls) - maxRecent/2; n > 0 { // too many: the newest half
		for _, c := range r.calls[:n] {
			if c.at.After(r.from) {
				r.from = c.at
			}
		}
		r.calls = slices.Delete(r.calls, 0, n)
	}
}

// awaits is how much of what each group was not debited for may still be: the calls since
// its newest debit, if they are not too old for that. Where it is not known when that
// was, it is all of it.
func (b *Book) awaits(undebited map[event.GroupID]event.NanoUSD) map[event.GroupID]event.NanoUSD {
	sums := make(map[event.GroupID]event.NanoUSD, len(undebited))
	for g, n := range undebited {
		a := b.groups[g]
		if n < 0 || a.debitedAt.IsZero() || b.recent.from.IsZero() || a.debitedAt.Before(b.recent.from) {
			sums[g] = n
		}
	}
	for _, c := range b.recent.calls {
		m := MinuteOf(c.at)
		g := b.home(c.key, m)
		n, asked := undebited[g]
		if a := b.groups[g]; asked && sums[g] < n && c.at.After(a.debitedAt.Add(-debitSlack)) && m+settled > a.topAt {
			sums[g] = min(n, sums[g]+c.nano)
		}
	}
	return sums
}

// grew notes that a total grew: at that time, or not before it.
func (a *axis) grew(at time.Time) {
	if at.After(a.debitedAt) {
		a.debitedAt = at
	}
}

// Unread is what groups were debited for calls that no row of the log shows, in
// minutes of which the log was not read yet, where it is read at all: they may
// still come.
func (b *Book) Unread() (sum event.NanoUSD) {
	until := Minute(b.WatchedUntil())
	if until == 0 && len(b.rows) == 0 {
		return 0
	}
	b.settle()
	for _, m := range b.since(until) {
		for _, n := range b.slots[m].unlogged {
			sum += n
		}
	}
	return sum
}
