package state

import "time"

// Burn is a gateway's spend per minute over the last hour.
type Burn struct {
	ID string `json:"id"`
	// EndsAt is the end of the newest minute; PerMinute has 60 entries of
	// nano-dollars, oldest first; negative: nobody watched then.
	EndsAt    int64   `json:"endsAt"`
	PerMinute []int64 `json:"perMinute"`
	// Undated is what was spent in the hour in none of these minutes, for nobody knows when.
	Undated []Undated `json:"undated"`
}

// deriveBurn shows a gateway's spend over time. What it spends now is all that
// was booked, so also what no row of its request log has.
func (s *State) deriveBurn(g string, now time.Time) {
	p, gw := s.money[g], s.live.Gateways[g]
	if p == nil || gw.ID == "" {
		return
	}
	at := ms(now)
	was := gw
	w := p.window(at, p.all.first)
	gw.BurnSpan = w.whole(15)
	gw.BurnPerHour = rateOf(tooShort)
	if was.BurnSpan < rateFloor && gw.BurnSpan >= rateFloor { // what its keys spend is known from now on, too
		for _, m := range s.spend {
			if m.view.Gateway == g {
				s.deriveKey(m, at)
			}
		}
	}
	if gw.BurnSpan >= rateFloor {
		gw.BurnPerHour = rateOf(p.used.perHour(at, w))
	}
	s.showToday(&gw, p, at)
	if gw != was {
		s.live.Gateways[g] = gw
		s.dirty.gateways[g] = true
	}
	per, ends := p.hour(at)
	s.live.Burn[g] = Burn{ID: g, EndsAt: ends, PerMinute: per, Undated: p.undatedIn(ends-int64(len(per))*minute, ends)}
}
