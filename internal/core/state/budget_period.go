package state

import (
	"time"

	"gatewatch/internal/core/event"
)

// totalVerdict is what a total of a hub is, held against the one before.
type totalVerdict uint8

const (
	totalHigher    totalVerdict = iota // it goes on
	totalStale                         // late, or not sure yet
	totalNewPeriod                     // the budget has begun anew
	totalCorrected                     // the same budget, of which a little was lost
)

// newPeriodAfter is how long smaller totals must go on, each the one before and
// its amount, for the budget to have begun anew. Events that are late come in a
// burst, and the next one that is not puts them right.
const newPeriodAfter = 10 * time.Second

// lostShare is the part of a total, one of so many, up to which a smaller one is
// what a gateway lost when it stopped: no budget begins with the rest of it used.
const lostShare = 20

// BegunPrefix begins the name of a budget period of which only the beginning was
// seen.
const BegunPrefix = "begun:"

// lowerTotal judges a total of a hub where smaller ones were seen. No list says
// of such a gateway when a budget begins anew: it has if much smaller totals go on,
// or if one is what a connection says first of all.
func (s *State) lowerTotal(env *event.Envelope, k *KeySpend, m *keyTracker, b *event.SpendRecorded) totalVerdict {
	total, came := b.Total, ms(env.At)
	older := !b.At.IsZero() && ms(b.At) < m.totalAt
	goesOn := m.lowerAt != 0 && !older && !m.listed && total == m.lower+b.Amount
	switch {
	case goesOn && came-m.lowerAt >= newPeriodAfter.Milliseconds():
		return k.turnedBack(m.lowest)
	case total >= k.Total.Or(-1):
		return totalHigher
	case older, m.listed:
	case b.Amount == 0 && m.resyncs != s.moneyOf(env.Source.Gateway).resyncs:
		m.lowerAt = came
		return k.turnedBack(total)
	case goesOn:
		m.lower = total
	default:
		m.lower, m.lowest, m.lowerAt = total, total, came
	}
	return totalStale
}

// turnedBack tells what a smaller total means that is believed.
func (k *KeySpend) turnedBack(to event.NanoUSD) totalVerdict {
	if is := k.Total.Or(0); is-to <= is/lostShare {
		return totalCorrected
	}
	return totalNewPeriod
}

// beginPeriod begins a budget period of which nothing but its beginning is
// known. What was claimed is of the one before.
func (k *KeySpend) beginPeriod(at int64) {
	k.PeriodID = BegunPrefix + time.UnixMilli(at).UTC().Format(time.RFC3339Nano)
	k.Trust, k.ReportedLevel, k.ReportedRatio, k.ReportedSpend = "", "", -1, 0
}
