package alert

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// spends has key 1 spend so much an hour in so many requests an hour, and returns
// what happened of spend.runaway with the minute it did.
func (w *world) spends(r *rand.Rand, d time.Duration, perHour, requests float64, model string) (all []string) {
	for end := w.at.Add(d); w.at.Before(end); {
		n := int(requests / 60)
		if r.Float64() < requests/60-float64(n) {
			n++
		}
		for range n {
			w.fact(&event.SpendRecorded{
				Key: "1", Name: "crawler", Model: model, Amount: event.USD(perHour / requests * (0.5 + r.Float64())), At: w.at.Add(time.Duration(r.IntN(50)) * time.Second),
			})
		}
		for _, is := range w.after(time.Minute) {
			if strings.HasPrefix(is, "spend.runaway ") {
				all = append(all, is)
			}
		}
	}
	return all
}

func TestARunawayIsToldWithinTenMinutes(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := newWorld(t, DefaultConfig())
		w.key("1", "crawler", 0.1)
		w.after(0)
		if got := w.spends(r, 90*time.Minute, 4, 60, "gpt-5.2"); len(got) > 0 {
			t.Fatalf("seed %d, of usual spending: %q", seed, got)
		}
		if got := w.spends(r, 10*time.Minute, 80, 1200, "claude-opus"); !slices.Contains(got, "spend.runaway fired") {
			t.Errorf("seed %d: not told within ten minutes of its beginning: %q", seed, got)
			continue
		}
		a := w.only("spend.runaway")
		if a.Annotations.Model != "claude-opus" || a.Annotations.PerHour < event.USD(50) || a.Annotations.PerHour > event.USD(110) || a.OnFiring != NotifyNow {
			t.Errorf("seed %d: %+v", seed, a.Annotations)
		}
		if since := w.at.Sub(a.Annotations.RateSince); since < 8*time.Minute || since > 13*time.Minute {
			t.Errorf("seed %d: since %s", seed, since)
		}
		if !strings.Contains(a.Title, "an hour") || !strings.Contains(a.Body, "claude-opus") {
			t.Errorf("%q %q", a.Title, a.Body)
		}
	}
}

// Usual spending of a day, a batch each night and one large booking are no
// runaways; nor is what is cheap.
func TestWhatIsUsualRunsNotAway(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	w := newWorld(t, DefaultConfig())
	w.key("1", "crawler", 0.1)
	w.after(0)
	for day := range 4 {
		got := w.spends(r, 23*time.Hour, 6, 40, "gpt-5.2")
		batch := w.spends(r, time.Hour, 120, 600, "bulk")
		if len(got) > 0 || day > 0 && slices.Contains(batch, "spend.runaway fired") {
			t.Errorf("day %d: %q %q", day, got, batch)
		}
	}
	w.spends(r, time.Hour, 6, 40, "gpt-5.2")
	w.fact(&event.SpendRecorded{Key: "1", Model: "video", Amount: event.USD(90), At: w.at})
	if got := w.spends(r, time.Hour, 6, 40, "gpt-5.2"); len(got) > 0 {
		t.Errorf("after one large booking: %q", got)
	}
	cheap := newWorld(t, DefaultConfig())
	cheap.key("1", "crawler", 0.1)
	cheap.after(0)
	cheap.spends(r, 2*time.Hour, 0.1, 60, "gpt-5.2")
	if got := cheap.spends(r, time.Hour, 5, 600, "gpt-5.2"); len(got) > 0 {
		t.Errorf("of five dollars an hour: %q", got)
	}
}

// What is said of a runaway is what was spent since the time that it names, also where it
// comes in bursts; and a burst that is over is none.
func TestARunawayIsWhatItsEvidenceSays(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 9))
		w := newWorld(t, DefaultConfig())
		w.key("1", "crawler", 0.1)
		w.after(0)
		w.spends(r, 90*time.Minute, 4, 60, "gpt-5.2")
		var before Annotations
		for range 12 {
			if r.IntN(2) == 0 {
				w.spends(r, time.Minute, 90, 300, "gpt-5.2")
			} else {
				w.spends(r, time.Minute, 2, 60, "gpt-5.2")
			}
			for _, l := range w.ev.Export().Open {
				if l.Rule != "spend.runaway" || l.Annotations == before {
					continue // it stays as it was while it may come again
				}
				before = l.Annotations
				a := &before
				if perHour := a.Spend.Dollars() / max(2, w.at.Sub(a.RateSince).Minutes()) * 60; a.PerHour.Dollars() > perHour*1.4 {
					t.Errorf("seed %d: $%.0f an hour, of $%.2f since %s at %s", seed, a.PerHour.Dollars(), a.Spend.Dollars(), a.RateSince.Format(time.TimeOnly), w.at.Format(time.TimeOnly))
				}
				if a.Spend < 3*a.Baseline {
					t.Errorf("seed %d: %v since %s is not three times %v", seed, a.Spend, a.RateSince.Format(time.TimeOnly), a.Baseline)
				}
			}
		}
	}
	r := rand.New(rand.NewPCG(3, 9))
	w := newWorld(t, DefaultConfig())
	w.key("1", "crawler", 0.1)
	w.after(0)
	w.spends(r, 90*time.Minute, 4, 60, "gpt-5.2")
	w.spends(r, time.Minute, 300, 300, "gpt-5.2")
	if got := w.spends(r, 15*time.Minute, 4, 60, "gpt-5.2"); slices.Contains(got, "spend.runaway fired") {
		t.Errorf("of a burst that was over: %q", got)
	}
}

// A gateway's clock may say anything: a spend of a time that cannot be neither ends
// the program nor makes a key that runs away go unnoticed.
func TestARunawayIsToldWhateverTheClockSaid(t *testing.T) {
	for _, wrong := range []time.Time{
		time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		r := rand.New(rand.NewPCG(1, 1))
		w := newWorld(t, DefaultConfig())
		w.key("1", "crawler", 0.1)
		w.after(0)
		bogus := func() {
			w.fact(&event.SpendRecorded{Key: "1", Name: "crawler", Model: "gpt-5.2", Amount: event.USD(0.01), At: wrong})
		}
		bogus()
		if got := w.spends(r, 90*time.Minute, 4, 60, "gpt-5.2"); len(got) > 0 {
			t.Fatalf("%s, of usual spending: %q", wrong, got)
		}
		bogus()
		if got := w.spends(r, 10*time.Minute, 80, 1200, "claude-opus"); !slices.Contains(got, "spend.runaway fired") {
			t.Errorf("%s: not told: %q", wrong, got)
		}
	}
}

// What is said to be the most before is so of the half hour before it, too; and one that
// pauses for some minutes goes on: what it spent itself is not what was before.
func TestTheMostBeforeIsTheMostBefore(t *testing.T) {
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 8))
		w := newWorld(t, DefaultConfig())
		w.key("1", "crawler", 0.1)
		w.after(0)
		w.spends(r, 90*time.Minute, 2, 60, "gpt-5.2")
		w.spends(r, 10*time.Minute, 7, 60, "gpt-5.2") // $1.2 or so, just before
		began := w.at
		if got := w.spends(r, 4*time.Minute, 600, 1200, "gpt-5.2"); !slices.Contains(got, "spend.runaway fired") {
			t.Fatalf("seed %d: not told within four minutes: %q", seed, got)
		}
		says := func(when string) {
			t.Helper()
			a := w.only("spend.runaway").Annotations
			if a.Baseline < event.USD(0.8) || a.Baseline > event.USD(2) {
				t.Errorf("seed %d, %s: %s in ten minutes before", seed, when, a.Baseline)
			}
			if d := a.RateSince.Sub(began); d < -2*time.Minute || d > 2*time.Minute {
				t.Errorf("seed %d, %s: since %s after it began", seed, when, d)
			}
		}
		says("once it is told")
		w.spends(r, 3*time.Minute, 0.1, 1, "gpt-5.2")
		if got := w.spends(r, 9*time.Minute, 500, 1200, "gpt-5.2"); slices.Contains(got, "spend.runaway fired") {
			t.Errorf("seed %d: %q", seed, got)
		}
		says("after a pause")
	}
}

// After a restart it is said of what this run saw: since when, how much, and what that costs
// an hour belong together.
func TestARunawayAfterARestartIsOfWhatWasSeenSince(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 10))
	w := newWorld(t, DefaultConfig())
	w.key("1", "crawler", 0.1)
	w.after(0)
	w.spends(r, 90*time.Minute, 2, 60, "gpt-5.2")
	if got := w.spends(r, 8*time.Minute, 600, 1200, "gpt-5.2"); !slices.Contains(got, "spend.runaway fired") {
		t.Fatalf("%q", got)
	}
	w.restarts(time.Minute)
	again := w.at
	w.in.Peaks = map[string]event.NanoUSD{"prod/1": event.USD(0.4)}
	w.key("1", "crawler", 0.1)
	w.spends(r, 6*time.Minute, 600, 1200, "gpt-5.2")
	a := w.only("spend.runaway").Annotations
	if a.RateSince.Before(again.Truncate(time.Minute)) || a.PerHour < event.USD(450) || a.PerHour > event.USD(750) {
		t.Errorf("%s after it began again: %s since %s, %s an hour", w.at.Sub(again), a.Spend, a.RateSince, a.PerHour)
	}
}
