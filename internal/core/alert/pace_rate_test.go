package alert

import (
	"math/rand/v2"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// streams has key 1 spend so much an hour, request by request as they come, until it runs
// away, and returns what it spent.
func (w *world) streams(r *rand.Rand, d time.Duration, perHour, requests float64) (spent float64, fired bool) {
	for end := w.at.Add(d); ; {
		pause := time.Duration(r.ExpFloat64() / requests * float64(time.Hour))
		over := !w.at.Add(pause).Before(end)
		if over {
			pause = end.Sub(w.at)
		}
		for _, is := range w.after(pause) {
			fired = fired || is == "spend.runaway fired"
		}
		if over || fired {
			return spent, fired
		}
		spent += w.spend(perHour / requests * (0.5 + r.Float64()))
	}
}

// spend is one request of key 1.
func (w *world) spend(dollars float64) float64 {
	w.fact(&event.SpendRecorded{Key: "1", Name: "crawler", Model: "gpt-5.2", Amount: event.USD(dollars), At: w.at})
	return dollars
}

// learned is a world in which key 1 spent as usual for more than an hour, until some time
// within a minute.
func learned(t *testing.T, r *rand.Rand, perHour, requests float64) *world {
	t.Helper()
	w := newWorld(t, DefaultConfig())
	w.key("1", "crawler", 0.1)
	w.after(0)
	if _, fired := w.streams(r, 70*time.Minute+time.Duration(r.IntN(60))*time.Second, perHour, requests); fired {
		t.Fatal("usual spending runs away")
	}
	return w
}

// costs has an alert on a runaway say what it costs an hour, give or take.
func (w *world) costs(what any, perHour float64, began time.Time) {
	w.t.Helper()
	a := w.only("spend.runaway").Annotations
	if says := a.PerHour.Dollars() / perHour; says < 0.7 || says > 1.4 {
		w.t.Errorf("%+v: after %s it says $%.0f an hour, want $%.0f", what, w.at.Sub(began).Round(time.Second), a.PerHour.Dollars(), perHour)
	}
	if d := a.RateSince.Sub(began); d < -3*time.Minute || d > 3*time.Minute {
		w.t.Errorf("%+v: it began %s, and is said since %s", what, began.Format(time.TimeOnly), a.RateSince.Format(time.TimeOnly))
	}
}

// What a key that runs away costs an hour is what it costs since it does, from the first
// time on that it is told.
func TestARunawayCostsWhatItCostsSinceItBegan(t *testing.T) {
	type stream struct{ usual, requests, perHour, more float64 }
	for _, c := range []stream{{20, 120, 290, 1800}, {20, 120, 290, 600}, {6, 60, 80, 300}, {4, 30, 900, 3000}, {30, 200, 200, 600}, {10, 400, 2000, 8000}} {
		for seed := range uint64(20) {
			r := rand.New(rand.NewPCG(seed, 5))
			w := learned(t, r, c.usual, c.requests)
			began := w.at
			spent, fired := w.streams(r, 15*time.Minute, c.perHour, c.more)
			if !fired {
				t.Errorf("%+v, seed %d: not told", c, seed)
				continue
			}
			w.costs(c, spent/w.at.Sub(began).Hours(), began)
		}
	}
}

// Large bookings, before it began or since, do not make what it costs.
func TestNoSingleBookingMakesARunaway(t *testing.T) {
	for seed := range uint64(20) {
		for _, c := range []struct {
			what          string
			before, since float64
		}{{"before", 4, 0}, {"since", 0, 40}} {
			r := rand.New(rand.NewPCG(seed, 6))
			w := learned(t, r, 6, 60)
			w.spend(c.before)
			w.streams(r, 6*time.Minute, 6, 60)
			began := w.at
			spent, _ := w.streams(r, 80*time.Second, 120, 900)
			w.spend(c.since)
			more, fired := w.streams(r, 8*time.Minute, 120, 900)
			if !fired {
				t.Errorf("a large booking %s, seed %d: not told", c.what, seed)
				continue
			}
			perHour := (spent + more) / w.at.Sub(began).Hours()
			if c.since > 0 { // it counts as a quarter
				perHour *= 1.25
			}
			w.costs(c.what, perHour, began)
		}
	}
}

// Minutes that were not watched are none in which nothing was spent.
func TestARunawayAcrossAGapCostsWhatWasWatched(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 7))
		w := learned(t, r, 6, 60)
		began := w.at
		_, fired := w.streams(r, 2*time.Minute, 120, 900)
		link := w.live.Links["prod/spend"]
		link.State, link.LostAt = "disconnected", w.at.UnixMilli()
		w.live.Links[link.ID] = link
		w.after(4 * time.Minute)
		link.State, link.ConnectedAt = "connected", w.at.UnixMilli()
		w.live.Links[link.ID] = link
		w.streams(r, 4*time.Minute, 120, 900)
		if fired {
			t.Fatalf("seed %d: told before the gap", seed)
		}
		w.costs("across a gap", 120, began)
	}
}
