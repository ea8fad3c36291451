package state

import (
	"testing"

	"pgregory.net/rapid"
)

// The bucket sums must equal a sum over all bookings, for any order within the
// windows.
func TestRatesAgainstPlainSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const base = 30_000_000 * minute
		type b struct{ at, amount int64 }
		var all []b
		var r rates
		n := rapid.IntRange(1, 60).Draw(t, "n")
		for range n {
			v := b{base + rapid.Int64Range(0, 55*minute).Draw(t, "at"), rapid.Int64Range(1, 1e9).Draw(t, "amount")}
			all = append(all, v)
			r.add(v.at, v.amount)
		}
		now := int64(base + 56*minute)
		plain := func(window int64) (sum int64) {
			for _, v := range all {
				if now/minute-v.at/minute < window {
					sum += v.amount
				}
			}
			return sum
		}
		for _, w := range []int64{1, 15, 60} {
			if got := r.sum(now, w); got != plain(w) {
				t.Fatalf("%d min: %d, want %d", w, got, plain(w))
			}
		}
		if got := r.sum24h(now); got != plain(24*60) {
			t.Fatalf("24 h: %d, want %d", got, plain(24*60))
		}
		if got := r.sum(now+61*minute, 60); got != 0 {
			t.Fatalf("an hour later: %d", got)
		}
	})
}

func TestTrend(t *testing.T) {
	for _, c := range []struct {
		name string
		per  func(m int64) int64 // booked in minute m of 60
		want string
	}{
		{"steady", func(int64) int64 { return 100 }, "stable"},
		{"wobble", func(m int64) int64 { return 100 + 20*(m%2) }, "stable"},
		{"rises", func(m int64) int64 { return 100 + max(0, m-45)*50 }, "up"},
		{"falls", func(m int64) int64 { return 500 - min(m, 49)*10 }, "down"},
		{"stops", func(m int64) int64 { return max(0, 40-m) }, "down"},
	} {
		t.Run(c.name, func(t *testing.T) {
			const base = 30_000_000
			var r rates
			for m := range int64(60) {
				r.add((base+m)*minute, c.per(m))
			}
			now := int64(base+59) * minute
			m15, h1, _ := r.perHour(now)
			if got := trendOf(&r, now, m15, h1); got != c.want {
				t.Errorf("%s (15 min %d, hour %d), want %s", got, m15, h1, c.want)
			}
		})
	}
	var young rates
	young.add(30_000_000*minute, 1)
	if m15, h1, h24 := young.perHour(30_000_000 * minute); m15 != -1 || h1 != -1 || h24 != -1 {
		t.Error("a rate from a minute of history is no rate")
	}
}
