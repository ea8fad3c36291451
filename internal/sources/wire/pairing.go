package wire

import (
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

// How long a message is held back because the next one decides what it means.
const (
	// firstWait is how far apart the two announcements of one spend come: at
	// most 110 ms were seen of a gateway that is well.
	firstWait = 2 * time.Second
	// lateWait is how long a second announcement may be late and still not be
	// another spend: 7 s were seen after a broker was back, which tries again
	// after up to 5 minutes.
	lateWait = 6 * time.Minute
	// retryWait is after which time a failed image task has failed for good:
	// the gateway tries four times within 12 s and says "failed" each time.
	retryWait = 15 * time.Second
)

// Bounds of what is held; the oldest goes out early when one is reached.
const (
	maxFirsts   = 256
	maxFailures = 1024
)

// pairing is what waits for its second: the first announcement of a spend, and
// a failure that another attempt may follow. It puts nothing in order: what is
// late, package state puts right (docs/ARCHITECTURE.md, "Late and out of order").
type pairing struct {
	firsts    []*event.SpendRecorded // first announcements of a spend
	firstsDue []time.Time            // of each
	unmatched []unmatchedSpend       // spends whose first announcement has not come
	released  []unmatchedSpend       // first announcements that were emitted as spends
	failures  map[event.TaskID]failure
	due       time.Time // the soonest of all; zero if nothing waits
}

// unmatchedSpend is a spend without its first announcement.
type unmatchedSpend struct {
	amount event.NanoUSD
	until  time.Time
}

// Due is when something held back must be emitted; zero if nothing is. The owner
// of the decoder calls Expire then, if no invocation came before.
func (d *Decoder) Due() time.Time { return d.pairing.due }

// Expire emits what was held back until now.
func (d *Decoder) Expire(now time.Time, emit func(event.Event)) {
	d.now, d.emit = now, emit
	d.expireDue()
	d.emit = nil
}

// Drain emits everything that is held back, at the end of a connection.
func (d *Decoder) Drain(now time.Time, emit func(event.Event)) {
	d.now, d.emit = now, emit
	d.expire(now.Add(max(firstWait, retryWait)))
	d.emit = nil
}

func (d *Decoder) expireDue() {
	if !d.pairing.due.IsZero() && !d.now.Before(d.pairing.due) {
		d.expire(d.now)
	}
}

// expire emits what was due by then.
func (d *Decoder) expire(then time.Time) {
	d.bad = ""
	p := &d.pairing
	n := 0
	for n < len(p.firstsDue) && !then.Before(p.firstsDue[n]) {
		n++
	}
	for _, t := range p.firsts[:n] {
		d.releaseFirst(t)
	}
	p.firsts, p.firstsDue = slices.Delete(p.firsts, 0, n), slices.Delete(p.firstsDue, 0, n)
	d.expireFailures(then)
	p.remind()
}

// remind computes due.
func (p *pairing) remind() {
	p.due = time.Time{}
	if len(p.firstsDue) > 0 {
		p.due = p.firstsDue[0]
	}
	for _, f := range p.failures {
		if p.due.IsZero() || f.due.Before(p.due) {
			p.due = f.due
		}
	}
}

// holdFirst keeps a first announcement until its spend comes.
func (d *Decoder) holdFirst(t *event.SpendRecorded) {
	p := &d.pairing
	if takeMatch(&p.unmatched, t.Amount, d.now) {
		d.counts.DuplicateSpends++ // the spend came first
		return
	}
	if len(p.firsts) >= maxFirsts {
		d.releaseFirst(p.firsts[0])
		p.firsts, p.firstsDue = p.firsts[1:], p.firstsDue[1:]
	}
	p.firsts = append(p.firsts, t)
	p.firstsDue = append(p.firstsDue, d.now.Add(firstWait))
	p.remind()
}

// releaseFirst emits a first announcement as the spend, because that did not come.
func (d *Decoder) releaseFirst(t *event.SpendRecorded) {
	d.emitEvent(t)
	p := &d.pairing
	if len(p.released) >= maxFirsts {
		p.released = p.released[1:]
	}
	p.released = append(p.released, unmatchedSpend{t.Amount, d.now.Add(lateWait)})
}

// firstState says what became of a spend's first announcement.
type firstState int

const (
	firstAbsent  firstState = iota // it has not come, or there is none
	firstHeld                      // it waited for the spend
	firstEmitted                   // it was emitted as the spend
)

// matchFirst finds and drops the first announcement of a spend.
func (d *Decoder) matchFirst(amount event.NanoUSD) (*event.SpendRecorded, firstState) {
	p := &d.pairing
	for i, t := range p.firsts {
		if t.Amount == amount {
			p.firsts, p.firstsDue = slices.Delete(p.firsts, i, i+1), slices.Delete(p.firstsDue, i, i+1)
			p.remind()
			d.counts.DuplicateSpends++
			return t, firstHeld
		}
	}
	if takeMatch(&p.released, amount, d.now) {
		d.counts.DuplicateSpends++
		return nil, firstEmitted
	}
	if len(p.unmatched) >= maxFirsts {
		p.unmatched = p.unmatched[1:]
	}
	p.unmatched = append(p.unmatched, unmatchedSpend{amount, d.now.Add(firstWait)})
	return nil, firstAbsent
}

// takeMatch finds and drops a recent spend of an amount.
func takeMatch(list *[]unmatchedSpend, amount event.NanoUSD, now time.Time) bool {
	for i, b := range *list {
		if b.amount == amount && now.Before(b.until) {
			*list = slices.Delete(*list, i, i+1)
			return true
		}
	}
	return false
}
