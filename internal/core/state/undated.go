package state

import (
	"cmp"
	"slices"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// Undated is money of which it is only known that it was spent between two times.
type Undated struct {
	// From and To are Unix ms: the ends of minutes, so that To is not included.
	From   int64 `json:"from"`
	To     int64 `json:"to"`
	Amount int64 `json:"amount"` // nano-dollars
}

// undate takes money of which nobody knows when it was spent out of the minute in which
// it was seen: no rate and no chart may have it there. In the last 24 hours it counts.
func (s *State) undate(g string, p *moneyTracker, u ledger.Undated) {
	n := u.Nano
	u.Nano = 0
	at, less := int64(u.Until)*minute, int64(p.undated[u]-n)
	switch {
	case n != 0 && p.undated == nil:
		p.undated = map[ledger.Undated]event.NanoUSD{u: n}
	case n != 0:
		p.undated[u] = n
	default:
		delete(p.undated, u)
	}
	p.all.correct(at, less)
	if u.Until-u.After <= rateFloor { // a rate rests on more
		return
	}
	p.used.correct(at, less)
	if mem := s.groupOf(g + "/" + string(u.Group)); mem != nil {
		mem.rates.correct(at, less)
	}
}

// undatedIn is what was spent nobody knows when, of what ended within a time (Unix ms),
// the oldest first. What lies over one another is one.
func (p *moneyTracker) undatedIn(from, to int64) []Undated {
	all := []Undated{}
	for u, n := range p.undated {
		u.Nano = n
		x := UndatedOf(&u)
		if x.To > from && x.To <= to {
			all = append(all, x)
		}
	}
	return JoinUndated(all)
}

// UndatedOf is it as the page has it.
func UndatedOf(u *ledger.Undated) Undated {
	return Undated{From: (int64(u.After) + 1) * minute, To: (int64(u.Until) + 1) * minute, Amount: int64(u.Nano)}
}

// JoinUndated makes one of what lies over one another, in order of time.
func JoinUndated(all []Undated) []Undated {
	slices.SortFunc(all, func(a, b Undated) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	out := all[:0]
	for _, x := range all {
		if n := len(out); n > 0 && x.From < out[n-1].To {
			out[n-1].To, out[n-1].Amount = max(out[n-1].To, x.To), out[n-1].Amount+x.Amount
			continue
		}
		out = append(out, x)
	}
	return out
}
