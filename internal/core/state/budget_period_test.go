package state

import (
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestASmallerTotalAfterARestart: a gateway that lost the last of its spends
// goes on from a little less, which is no new budget period; one that begins at
// a fraction is.
func TestASmallerTotalAfterARestart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, step float64 // what is told first, and with each spend
		begun       bool
	}{
		"the last spends were lost": {first: 9.8, step: 0.05},
		"it begins anew":            {first: 0, step: 0.05, begun: true},
		"it began anew meanwhile":   {first: 6, step: 1, begun: true},
		"nothing was lost":          {first: 10, step: 0.05},
	} {
		for _, told := range []bool{true, false} { // by the connection, or by the spends alone
			s := New()
			s.SetGateway(Gateway{ID: "g"})
			at := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
			seq := uint64(0)
			tell := func(body event.Event) {
				at, seq = at.Add(4*time.Second), seq+1
				s.Apply(&event.Envelope{Seq: seq, At: at, Source: &event.Source{Gateway: "g", Via: event.ViaHub, Name: "spend"}, Body: body})
				s.Derive(at)
			}
			spend := func(amount, total float64) {
				tell(&event.SpendRecorded{Key: "1", Amount: event.USD(amount), Total: event.USD(total), HasTotal: true, At: at.Add(4 * time.Second)})
			}
			tell(event.KeyRead{Key: "1", Name: "api", Limit: event.Known(event.USD(11)), At: at})
			spend(1, 10)
			tell(event.Resynchronised{Hub: "spend"})
			total := c.first
			if told {
				spend(0, total)
			}
			for range 6 {
				total += c.step
				spend(c.step, total)
			}
			k := s.Live().Keys["g/1"]
			if begun := strings.HasPrefix(k.PeriodID, BegunPrefix); begun != c.begun || k.Total.Or(-1) != event.USD(total) {
				t.Errorf("%s (told: %t): %s of period %q, want %s, a new period: %t", name, told, k.Total.Or(-1), k.PeriodID, event.USD(total), c.begun)
			}
		}
	}
}
