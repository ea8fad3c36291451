package ledger

import (
	"slices"

	"gatewatch/internal/core/event"
)

// LoggedOf is what a Book has of the request log, by key, from one minute to
// another, which is not included.
func (b *Book) LoggedOf(from, to Minute) map[event.KeyID]event.NanoUSD {
	sums := map[event.KeyID]event.NanoUSD{}
	for _, m := range b.since(from) {
		if m >= to {
			break
		}
		for c, n := range b.slots[m].cells {
			if c.Kind == Logged {
				sums[c.Key] += n.Nano
			}
		}
	}
	return sums
}

// Unexplained is by how much groups' totals moved from one minute to another,
// which is not included, without a transaction or a call of the log.
func (b *Book) Unexplained(from, to Minute) map[event.GroupID]event.NanoUSD {
	b.settle()
	sums := map[event.GroupID]event.NanoUSD{}
	for _, m := range b.since(from) {
		if m >= to {
			break
		}
		for _, d := range b.slots[m].debits {
			if d.hole && d.left > 0 {
				sums[d.group] += d.left
			}
		}
	}
	return sums
}

// WatchedSpans are the minutes that were watched, in order.
func (b *Book) WatchedSpans() Spans { return slices.Clone(b.watched) }

// WatchedRun is the newest span of minutes that were all watched, of those from
// one on and before another.
func (b *Book) WatchedRun(from, to Minute) Span {
	for _, s := range slices.Backward(b.watched) {
		s.From, s.To = max(s.From, int64(max(from, b.floor))), min(s.To, int64(to))
		if s.From < s.To {
			return s
		}
	}
	return Span{}
}
