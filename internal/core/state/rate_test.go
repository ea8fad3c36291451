package state

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatewatch/internal/core/event"
)

// The bucket sums must equal a sum over all spends, for any order within the
// spans.
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
		plain := func(span int64) (sum int64) {
			for _, v := range all {
				if now/minute-v.at/minute < span {
					sum += v.amount
				}
			}
			return sum
		}
		for _, w := range []int64{1, 15, 60} {
			if got := r.sum(now/minute, w); got != plain(w) {
				t.Fatalf("%d min: %d, want %d", w, got, plain(w))
			}
		}
		if got := r.sum24h(now); got != plain(24*60) {
			t.Fatalf("24 h: %d, want %d", got, plain(24*60))
		}
		if got := r.sum(now/minute+61, 60); got != 0 {
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
		{"a batch half an hour ago", func(m int64) int64 {
			if m == 30 {
				return 100_000
			}
			return 100
		}, "stable"},
		{"rose, and fell again", func(m int64) int64 {
			if m >= 44 && m < 52 {
				return 900
			}
			return 100 * (1 - m/55)
		}, "stable"},
		{"fell, and is back", func(m int64) int64 {
			if m >= 44 && m < 55 {
				return 10
			}
			return 100
		}, "stable"},
		{"stops", func(m int64) int64 { return max(0, 40-m) }, "down"},
	} {
		t.Run(c.name, func(t *testing.T) {
			const base = 30_000_000
			var r rates
			for m := range int64(60) {
				r.add((base+m)*minute, c.per(m))
			}
			now := int64(base+59) * minute
			if got := trendOf(&r, now, whole); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	var young rates
	young.add(30_000_000*minute, 1)
	if n := young.perHour(30_000_000*minute, over(30_000_000, func(int64) int64 { return rateFloor - 1 })); n != tooShort {
		t.Error("a rate from four minutes is no rate")
	}
}

// over is a window that ends now.
func over(m int64, of func(int64) int64) window { return window{end: m, whole: of, over: of} }

// whole is a span that was watched from end to end.
func whole(span int64) int64 { return span }

// TestRates: a rate is over the minutes that were watched, and not of one spend; what
// an hour and a day cost is what was seen of them, and nothing is made of it.
func TestRates(t *testing.T) {
	const base = 30_000_000
	part := func(most int64) func(int64) int64 { return func(w int64) int64 { return min(w, most) } }
	for _, c := range []struct {
		name   string
		booked map[int64]int64 // by minutes before now
		over   func(int64) int64
		m15    int64
		h1     string
	}{
		{"nothing", nil, whole, 0, "0"},
		{"nothing, and not a minute watched", nil, part(0), -1, "unknown"},
		{"nothing, and few minutes watched", nil, part(4), -1, "at least 0"},
		{"12 minutes watched", map[int64]int64{0: 100, 3: 100, 11: 100}, part(12), 1500, "at least 300"},
		{"25 minutes of silence", map[int64]int64{25: 300, 26: 300}, whole, 0, "600"},
		{"a batch alone", map[int64]int64{2: 3_250}, whole, oneMinute, "3250"},
		{"a batch alone, and 12 minutes watched", map[int64]int64{2: 3_250}, part(12), oneMinute, "at least 3250"},
		{"a batch beside calls", map[int64]int64{1: 10, 2: 3_250, 4: 12, 7: 8}, whole, oneMinute, "3280"},
		{"a dear minute", map[int64]int64{1: 10, 2: 25, 4: 12, 7: 8}, whole, 55 * 4, "55"},
		{"dear, and twice", map[int64]int64{1: 3_000, 2: 3_000}, whole, 24_000, "6000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r rates
			for ago, n := range c.booked {
				r.add((base-ago)*minute, n)
			}
			w := over(base, c.over)
			if m15 := r.perHour(base*minute, w); m15 != c.m15 {
				t.Errorf("%d over 15 min, want %d", m15, c.m15)
			}
			for _, got := range []event.Reading[event.NanoUSD]{r.lastHour(base*minute, w), r.lastDay(base*minute, w)} {
				said := "unknown"
				if n, known := got.Get(); known {
					said = strings.Repeat("at least ", btoi(got.Status() == event.ReadingPartial)) + strconv.Itoa(int(n))
				}
				if said != c.h1 {
					t.Errorf("in the last hour or day %s, want %s", said, c.h1)
				}
			}
		})
	}
}

func btoi(is bool) int {
	if is {
		return 1
	}
	return 0
}

// TestNothingKnownIsNotNothingSpent: where one minute's spends are all that a key
// has, its rate is not known, and so is that of its group and its gateway; the
// others' nothing is not theirs.
func TestNothingKnownIsNotNothingSpent(t *testing.T) {
	s := newLists()
	at := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	s.tell("", at, event.DeliveryChanged{Topic: "spend", Delivery: event.DeliveryPolled, At: at})
	s.tell("groups", at, event.GroupRead{Group: "7", At: at})
	for _, key := range []event.KeyID{"1", "2"} {
		s.tell("keys", at, event.KeyRead{Key: key, Group: "7", At: at})
	}
	want := func(what string, known, spends bool) {
		t.Helper()
		s.groupsAt = 0
		s.Tick(at)
		g, group := s.Live().Gateways["g"], s.Live().Groups["g/7"]
		n, told := group.Rate15m.Get()
		if g.BurnPerHour.Known() != known || told != known || known && (g.BurnPerHour.Or(-1) != n || n > 0 != spends) {
			t.Errorf("%s: gateway %s, group %s", what, g.BurnPerHour, group.Rate15m)
		}
	}
	s.call(at.Add(-time.Hour), at, 0)
	want("nothing", true, false)
	at = at.Add(time.Minute)
	s.call(at.Add(-time.Minute), at, 3)
	want("one minute", false, false)
	at = at.Add(time.Minute)
	s.call(at.Add(-time.Minute), at, 3)
	want("two minutes", true, true)
}
