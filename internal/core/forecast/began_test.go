package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// jumped is a series of $6 an hour that jumps to so many times that.
type jumped struct {
	perHour, times float64 // perHour bookings make the usual spending
	more           float64 // times as many make it since: the rest of it is dearer ones
	minutes        bool    // summed up by the minute, as the books are
	jump           time.Time
}

func (j *jumped) until(r *rand.Rand, now time.Time) []Point {
	usual, since := made{from: j.jump.AddDate(0, 0, -10)}, made{from: j.jump}
	usual.until(r, j.jump, j.perHour, 0.6, func(time.Time) float64 { return 6 })
	since.until(r, now, j.perHour*j.more, 0.6, func(time.Time) float64 { return 6 * j.times })
	usual.points = slices.DeleteFunc(usual.points, func(p Point) bool { return !p.At.Before(j.jump) })
	points := sorted(append(usual.points, since.points...), now)
	if j.minutes {
		return summed(points, func(at time.Time) time.Time { return at.Truncate(time.Minute) })
	}
	return points
}

// summed is what was spent by the times that bookings are known of.
func summed(points []Point, at func(time.Time) time.Time) (sums []Point) {
	for _, p := range points {
		if n := len(sums); n > 0 && sums[n-1].At.Equal(at(p.At)) {
			sums[n-1].Amount += p.Amount
		} else {
			sums = append(sums, Point{at(p.At), p.Amount})
		}
	}
	return sums
}

func (j *jumped) String() string {
	return fmt.Sprintf("%g times the usual from %s on, of %g bookings an hour and %g times as many, by the minute: %t", j.times, j.jump.Format(time.TimeOnly), j.perHour, j.more, j.minutes)
}

// The time that is said of a jump is when it began, from the first time on that it is said,
// and how much is said is what was spent since then.
func TestAJumpIsSaidSinceItBegan(t *testing.T) {
	said := 0
	for _, began := range []time.Duration{18*time.Hour + 41*time.Minute, 10*time.Hour + 58*time.Minute + 25*time.Second} {
		for i, c := range []jumped{
			{perHour: 60, times: 5, more: 5, minutes: true},
			{perHour: 20, times: 8, more: 8},
			{perHour: 30, times: 30, more: 10, minutes: true},
			{perHour: 200, times: 12, more: 2},
			{perHour: 12, times: 40, more: 20, minutes: true},
		} {
			c.jump = monday.AddDate(0, 0, 14).Add(began)
			for _, minutes := range []float64{4.5, 7, 9.7, 12, 19.2, 31, 58, 100, 400} {
				now := c.jump.Add(time.Duration(minutes * float64(time.Minute)))
				points := c.until(rand.New(rand.NewPCG(uint64(i), 3)), now)
				ch := Of(Input{Points: points, Now: now, Limit: event.USD(1e6)}).Change
				if ch == nil {
					continue
				}
				said++
				if d := ch.Since.Sub(c.jump); d < -5*time.Minute || d > 8*time.Minute {
					t.Errorf("%v: after %g min said since %s", &c, minutes, ch.Since.Format(time.TimeOnly))
				}
				if times := spentUntil(points, ch.Since, now).Dollars() / 6 / now.Sub(ch.Since).Hours(); math.Abs(ch.Times/times-1) > 0.25 {
					t.Errorf("%v: after %g min said %.1f times, want %.1f", &c, minutes, ch.Times, times)
				}
			}
		}
	}
	if said < 70 {
		t.Errorf("only %d of 90 jumps were said", said)
	}
}

// What was not watched within a jump is no time at which less was spent.
func TestAJumpAcrossAGapIsSaidSinceItBegan(t *testing.T) {
	c := jumped{perHour: 60, times: 8, more: 8, minutes: true, jump: monday.AddDate(0, 0, 14).Add(18*time.Hour + 41*time.Minute)}
	for _, gap := range []time.Duration{-30 * time.Minute, 10 * time.Minute, 25 * time.Minute} {
		from, now := c.jump.Add(gap), c.jump.Add(80*time.Minute)
		to := from.Add(30 * time.Minute)
		points := slices.DeleteFunc(c.until(rand.New(rand.NewPCG(1, 3)), now), func(p Point) bool { return !p.At.Before(from) && p.At.Before(to) })
		watched := []Span{{points[0].At, from}, {to, now}}
		ch := Of(Input{Points: points, Now: now, Limit: event.USD(1e6), Watched: watched}).Change
		if ch == nil || ch.Since.Sub(c.jump).Abs() > 4*time.Minute {
			t.Errorf("with a gap from %s on: %+v", from.Format(time.TimeOnly), ch)
			continue
		}
		known := now.Sub(c.jump)
		if gap > 0 {
			known -= to.Sub(from)
		}
		if times := spentUntil(points, c.jump, now).Dollars() / 6 / known.Hours(); math.Abs(ch.Times/times-1) > 0.1 {
			t.Errorf("with a gap from %s on: %.1f times, want %.1f", from.Format(time.TimeOnly), ch.Times, times)
		}
	}
}

// Of what is known by the hour no minute is said.
func TestAJumpThatIsKnownByTheHourIsSaidByTheHour(t *testing.T) {
	c := jumped{perHour: 60, times: 8, more: 8, jump: monday.AddDate(0, 0, 14).Add(6*time.Hour + 41*time.Minute)}
	now := c.jump.Add(15 * time.Hour)
	byMinute := now.Add(-12 * time.Hour).Truncate(time.Hour)
	points := summed(c.until(rand.New(rand.NewPCG(1, 3)), now), func(at time.Time) time.Time {
		if at.Before(byMinute) {
			return at.Truncate(time.Hour).Add(30 * time.Minute)
		}
		return at.Truncate(time.Minute)
	})
	ch := Of(Input{Points: points, Now: now, Limit: event.USD(1e6)}).Change
	if ch == nil || ch.Since.Minute() != 0 || ch.Since.Sub(c.jump).Abs() > time.Hour || math.Abs(ch.Times-8) > 1.2 {
		t.Errorf("%+v", ch)
	}
}
