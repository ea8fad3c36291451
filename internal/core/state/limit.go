package state

import (
	"slices"
	"strings"

	"gatewatch/internal/core/event"
)

// Why a limit is not known, for a person.
const (
	LimitUntold  = "the gateway does not tell it any more"
	LimitChanged = "it was changed, and the gateway has not told to what"
)

// limitSettles is how long a limit that came may be told before the message that it was
// changed, ms: the two come over two connections.
const limitSettles = 5_000

// limitTold notes that a limit was told.
func (m *keyTracker) limitTold(k *KeySpend, limit event.Reading[event.NanoUSD], at int64) {
	if k.Limit != limit {
		m.limitAt = at
	}
	m.doubted, k.LimitUntoldAt = event.Reading[event.NanoUSD]{}, 0
	if limit.Status() == event.ReadingNone {
		k.loseLimit(limit)
	}
}

// loseLimit takes away a limit, and what the gateway claimed of it.
func (k *KeySpend) loseLimit(is event.Reading[event.NanoUSD]) {
	if k.Limit.Known() {
		k.Trust, k.ReportedLevel, k.ReportedRatio, k.ReportedSpend = "", "", -1, 0
		if strings.HasPrefix(k.PeriodID, "limit:") {
			k.PeriodID = ""
		}
	}
	k.Limit = is
}

// limitChanged takes that a key's limit was changed, where the message does not say to
// what: it is not known until it is told. A list of keys tells it.
func (s *State) limitChanged(env *event.Envelope, b event.KeyChanged) {
	k, m := s.key(env.Source.Gateway, b.Key)
	if k == nil || m.told || env.Source.Via != event.ViaHub || !k.Limit.Known() || !slices.ContainsFunc(b.Changes, namesLimit) {
		return
	}
	if at := ms(env.At); at-m.limitAt >= limitSettles {
		m.doubted, k.LimitUntoldAt = k.Limit, at
		k.loseLimit(event.NotKnown[event.NanoUSD](event.ReadingUnknown, LimitChanged))
		s.touch(m)
	}
}

// namesLimit reports whether a changed field is a key's limit.
func namesLimit(field string) bool {
	switch strings.ToLower(strings.TrimSpace(field)) {
	case "limit", "maxbudget", "budget", "spendlimit", "budgetlimit":
		return true
	}
	return false
}

// limitConfirmed takes a spend that told its key's limit after that was changed: where no
// other one came before it, the limit is what it was.
func (s *State) limitConfirmed(env *event.Envelope, k *KeySpend, m *keyTracker, b *event.SpendRecorded) {
	if limit := m.doubted; b.LimitTold && limit.Known() {
		m.limitTold(k, limit, ms(env.At))
		s.newLimit(k, limit, "")
	}
}
