package forecast

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gatewatch/internal/core/event"
)

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// hours makes a booking every ten minutes of so many hours.
func hours(n int, dollars func(time.Time) float64) (points []Point) {
	for i := range n * 6 {
		at := monday.Add(time.Duration(i) * 10 * time.Minute).Add(17 * time.Second)
		if v := dollars(at) / 6; v != 0 {
			points = append(points, Point{at, event.USD(v)})
		}
	}
	return points
}

func even(time.Time) float64 { return 6 }

func sumOf(points []Point) (sum event.NanoUSD) {
	for _, p := range points {
		sum += p.Amount
	}
	return sum
}

func inputOf(points []Point, n int, left float64) Input {
	in := Input{Points: points, Now: monday.Add(time.Duration(n) * time.Hour), Spent: sumOf(points)}
	in.Limit = in.Spent + event.USD(left)
	return in
}

// within reports whether a time is so many hours from now, give or take.
func within(t *testing.T, what string, in Input, got time.Time, want, give float64) {
	t.Helper()
	if h := got.Sub(in.Now).Hours(); math.Abs(h-want) > give || got.IsZero() {
		t.Errorf("%s: %.1f h from now, want %.1f ± %.1f", what, h, want, give)
	}
}

func TestNothingIsForeseenBeforeADay(t *testing.T) {
	for _, n := range []int{0, 1, 12, 23} {
		r := Of(inputOf(hours(n, even), n, 60))
		if r.Outcome != TooLittleData || !r.Likely.IsZero() {
			t.Errorf("after %d h: %s, %s", n, r.Outcome, r.Likely)
		}
	}
	in := inputOf(hours(24, even), 24, 60)
	in.Now = in.Now.Add(time.Minute)
	r := Of(in)
	if r.Outcome != Foreseen || r.LastHourWatched != time.Hour {
		t.Fatalf("after a day: %s, %s watched", r.Outcome, r.LastHourWatched)
	}
	within(t, "after a day", in, r.Likely, 10, 0.5)
}

func TestOutcomes(t *testing.T) {
	points := hours(24*10, even)
	of := func(change func(*Input)) Result {
		in := inputOf(points, 240, 60)
		change(&in)
		return Of(in)
	}
	for _, c := range []struct {
		what   string
		change func(*Input)
		want   Outcome
	}{
		{"a limit ahead", func(*Input) {}, Foreseen},
		{"the reset comes first", func(in *Input) { in.Reset = in.Now.Add(5 * time.Hour) }, OnPace},
		{"the reset comes later", func(in *Input) { in.Reset = in.Now.Add(50 * time.Hour) }, Foreseen},
		{"used up", func(in *Input) { in.Limit = in.Spent }, Reached},
		{"no limit", func(in *Input) { in.Limit = 0 }, NoLimit},
		{"far ahead", func(in *Input) { in.Limit += event.USD(6 * 24 * 800) }, NotSpending},
		{"a higher limit is a step", func(in *Input) { in.Limit += event.USD(600) }, Foreseen},
	} {
		if r := of(c.change); r.Outcome != c.want {
			t.Errorf("%s: %s, want %s", c.what, r.Outcome, c.want)
		}
	}
	if r := of(func(in *Input) { in.Reset = in.Now.Add(50 * time.Hour) }); !r.BeforeReset {
		t.Error("it is before the reset")
	}
}

// The order of the points, and what comes after now, change nothing; nor does
// asking twice.
func TestOnlyWhatWasCounts(t *testing.T) {
	s, r := makeSeries(&patterns[1], 5)
	at := s.from.AddDate(0, 0, 20)
	in := Input{Points: s.points, Now: at, Spent: spentUntil(s.points, s.from, at)}
	in.Limit = in.Spent + event.USD(100)
	want := Of(in)
	in.Points = slices.Clone(s.points)
	r.Shuffle(len(in.Points), func(i, j int) { in.Points[i], in.Points[j] = in.Points[j], in.Points[i] })
	in.Points = slices.DeleteFunc(in.Points, func(p Point) bool { return p.At.After(at) && r.IntN(2) == 0 })
	in.Points = append(in.Points, Point{at.Add(time.Second), event.USD(1e6)})
	if d := cmp.Diff(want, Of(in), cmpopts.IgnoreUnexported(Change{})); d != "" {
		t.Error(d)
	}
}

// However large the limit: earliest is not behind likely, which is not behind
// latest, and a larger limit is not reached sooner.
func TestRangesAreInOrder(t *testing.T) {
	for i := range patterns {
		s, _ := makeSeries(&patterns[i], 9)
		for _, days := range []int{2, 5, 16, 31} {
			in := Input{Points: s.points, Now: s.from.AddDate(0, 0, days)}
			in.Spent = spentUntil(s.points, s.from, in.Now)
			var before time.Time
			for _, left := range []float64{0.01, 1, 10, 100, 1000, 1e4} {
				in.Limit = in.Spent + event.USD(left)
				r := Of(in)
				if r.Outcome != Foreseen {
					continue
				}
				if r.Earliest.After(r.Likely) || !r.Latest.IsZero() && r.Likely.After(r.Latest) || r.Earliest.Before(in.Now) {
					t.Errorf("%s, day %d: %s, %s, %s", patterns[i].name, days, r.Earliest, r.Likely, r.Latest)
				}
				if r.Likely.Before(before.Add(-time.Hour)) { // the weights of the ways differ by distance
					t.Errorf("%s, day %d: $%g is reached before less", patterns[i].name, days, left)
				}
				before = r.Likely
			}
		}
	}
}

// TestACurveEndsAtTheReset: what comes after it is not spent of this period.
func TestACurveEndsAtTheReset(t *testing.T) {
	in := inputOf(hours(14*24, even), 14*24, 6*200)
	in.Now = in.Now.Add(20 * time.Minute)
	last := func() time.Time {
		r := Of(in)
		if len(r.Curve) == 0 {
			t.Fatalf("%s has no curve", r.Outcome)
		}
		return r.Curve[len(r.Curve)-1].At
	}
	if end := last().Sub(in.Now).Hours(); end < 200 {
		t.Errorf("without a reset it ends after %.1f h", end)
	}
	for _, h := range []float64{5, 30, 72.5} {
		in.Reset = in.Now.Add(time.Duration(h * float64(time.Hour)))
		if end := last(); end.Before(in.Reset) || end.Sub(in.Reset) > time.Hour {
			t.Errorf("of a reset in %.1f h it ends after %.1f h", h, end.Sub(in.Now).Hours())
		}
	}
}

func TestOneLargeBookingIsNoRate(t *testing.T) {
	points := append(hours(24*14, even), Point{monday.Add(24*9*time.Hour + 25*time.Minute), event.USD(5000)})
	in := inputOf(points, 24*14, 60)
	r := Of(in)
	within(t, "after a large booking", in, r.Likely, 10, 0.6)
	if r.Singles != 1 {
		t.Errorf("%d bookings were left out, want 1", r.Singles)
	}
	// Of the last minutes it is no rate either: nothing is called a jump.
	points = append(hours(24*14, even), Point{monday.Add(24*14*time.Hour - 3*time.Minute), event.USD(900)})
	if r := Of(inputOf(points, 24*14, 600)); r.Change != nil {
		t.Errorf("one booking is called a change: %+v", r.Change)
	}
}

func TestMoneyBackIsNoNegativeRate(t *testing.T) {
	points := append(hours(24*14, even), Point{monday.Add(24*13*time.Hour + 25*time.Minute), event.USD(-20)})
	in := inputOf(points, 24*14, 60)
	r := Of(in)
	within(t, "after money back", in, r.Likely, 10, 1)
	all := Of(Input{Points: []Point{{monday, event.USD(-5)}, {monday.Add(30 * time.Hour), event.USD(-5)}}, Now: monday.Add(40 * time.Hour), Limit: event.USD(1)})
	if all.Outcome == Foreseen {
		t.Error("money back alone reaches a limit")
	}
}

// What was not watched is no time in which nothing was spent.
func TestGapsAreNotZero(t *testing.T) {
	from, to := monday.Add(24*7*time.Hour), monday.Add(24*9*time.Hour)
	points := slices.DeleteFunc(hours(24*10, even), func(p Point) bool { return !p.At.Before(from) && p.At.Before(to) })
	in := inputOf(points, 24*10, 600)
	in.Watched = []Span{{monday, from}, {to, in.Now}}
	r := Of(in)
	within(t, "with a gap", in, r.Likely, 100, 2)
	if r.Watched != 24*8*time.Hour {
		t.Errorf("%s were watched, want 8 days", r.Watched)
	}
	in.Watched = []Span{{monday, from}}
	if r := Of(in); r.LastHourWatched != 0 {
		t.Errorf("%s of the last hour were watched, want none", r.LastHourWatched)
	}
}

// An hour that was watched long ago is nothing to compare with: what came after a
// gap is no change.
func TestWhatFollowsAGapIsNoChange(t *testing.T) {
	points := hours(26, even)
	in := inputOf(points, 26, 60)
	in.Watched = []Span{{monday.AddDate(0, 0, -30), monday.AddDate(0, 0, -30).Add(time.Hour)}, {monday, in.Now}}
	r := Of(in)
	if r.Change != nil || r.Outcome != Foreseen {
		t.Errorf("%s, change %+v", r.Outcome, r.Change)
	}
	within(t, "after a gap", in, r.Likely, 10, 1)
}

// In a night in which the clock is changed, and in zones of half hours.
func TestClocksChange(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		office := func(at time.Time) float64 {
			if h := at.In(loc).Hour(); h >= 9 && h < 17 {
				return 6
			}
			return 0
		}
		in := Input{Points: hours(24*60, office), Now: monday.Add(40 * 24 * time.Hour), Location: loc}
		in.Limit = spentUntil(in.Points, monday, in.Now) + event.USD(6*8*4.5)
		if try, ok := TryAt(in, monday); !ok || math.Abs(try.Error()) > 0.02 {
			t.Errorf("%s: likely %s, was %s", name, try.Result.Likely, try.Truth)
		}
	}
}

func TestARunawayIsNoticed(t *testing.T) {
	for _, minutes := range []int{20, 60, 180, 600} {
		n := 24*12*60 + minutes
		points := hours(24*12, even)
		jump := monday.Add(24 * 12 * time.Hour)
		for i := range minutes {
			points = append(points, Point{jump.Add(time.Duration(i)*time.Minute + 30*time.Second), event.USD(2)})
		}
		in := inputOf(points, 0, 6000)
		in.Now = monday.Add(time.Duration(n) * time.Minute)
		r := Of(in)
		if r.Change == nil || !r.Change.Up() || r.Change.Since.Sub(jump).Abs() > 20*time.Minute {
			t.Errorf("after %d min: %+v", minutes, r.Change)
			continue
		}
		within(t, "a runaway", in, r.Likely, 50, 5)
	}
}

func TestADropIsNoticed(t *testing.T) {
	in := inputOf(hours(24*12+10, func(at time.Time) float64 {
		if at.Sub(monday) > 24*12*time.Hour {
			return 0.6
		}
		return 6
	}), 24*12+10, 60)
	r := Of(in)
	if r.Change == nil || r.Change.Up() {
		t.Fatalf("no drop: %+v, likely %s", r.Change, r.Likely)
	}
	within(t, "after a drop", in, r.Likely, 100, 20)
}

func TestReadCSV(t *testing.T) {
	const file = "\xef\xbb\xbfTime, Amount USD\r\n" +
		"2026-03-02T00:00:00Z,1.5\r\n" +
		"1772413200,0.25\n" + // 2026-03-02 01:00
		"1772416800000,-0.25\n" +
		"not a time,3\n" +
		"2026-03-02T05:00:00Z,much\n" +
		"2026-03-02T03:00:00+01:00,2\n" + // 02:00 UTC, unsorted
		"\n" +
		"2026-03-02T00:00:00Z,1.5\n" +
		"2026-03-02T06:00:00Z\n" +
		"2026-03-02T07:00:00Z,\n" +
		"2026-03-02T09:00:00Z,1\n"
	table, err := ReadCSV(strings.NewReader(file), false)
	if err != nil {
		t.Fatal(err)
	}
	at := func(h int) time.Time { return monday.Add(time.Duration(h) * time.Hour) }
	want := []Point{{at(0), event.USD(1.5)}, {at(1), event.USD(0.25)}, {at(2), event.USD(-0.25)}, {at(2), event.USD(2)}, {at(9), event.USD(1)}}
	if d := cmp.Diff(want, table.Points); d != "" {
		t.Error(d)
	}
	if table.Lines != 10 || table.Bad != 3 || table.Duplicates != 1 {
		t.Errorf("%d lines, %d bad, %d duplicates", table.Lines, table.Bad, table.Duplicates)
	}
	lines := []int{}
	for _, b := range table.BadLines {
		lines = append(lines, b.Line)
	}
	if d := cmp.Diff([]int{5, 6, 10}, lines); d != "" {
		t.Error(d)
	}
	if d := table.Unwatched(at(24)); d != 2*time.Hour {
		t.Errorf("%s were not watched, want 2 h", d)
	}
	if every, _ := ReadCSV(strings.NewReader(file), true); len(every.Points) != len(want)+1 {
		t.Errorf("%d points with every line, want %d", len(every.Points), len(want)+1)
	}
}

// A loop makes the same request each second at one price: those are no
// duplicates.
func TestALoopIsNoDuplicate(t *testing.T) {
	var b strings.Builder
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		b.WriteString(monday.Add(time.Duration(r.IntN(900)) * time.Second).Format(time.RFC3339))
		b.WriteString(",0.05\n")
	}
	table, err := ReadCSV(strings.NewReader(b.String()), false)
	if err != nil || len(table.Points) != 2000 {
		t.Errorf("%d of 2000 lines are left, %v", len(table.Points), err)
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("time,amount\n2026-03-02T00:00:00Z,1\n1772413200,\n")
	f.Add("1,1\n9e18,-1\n\"a\nb\",c\n")
	f.Fuzz(func(t *testing.T, file string) {
		table, err := ReadCSV(strings.NewReader(file), false)
		if err != nil || len(table.Points) == 0 {
			return
		}
		now := table.Points[len(table.Points)-1].At
		r := Of(Input{Points: table.Points, Watched: table.Watched, Now: now, Limit: event.USD(1)})
		if r.Outcome == "" || !r.Likely.IsZero() && r.Likely.Before(now) {
			t.Errorf("%+v", r)
		}
	})
}
