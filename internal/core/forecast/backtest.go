package forecast

import (
	"math"
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

// Try is a forecast made of the beginning of a series, with what came of it.
type Try struct {
	At, Truth time.Time
	Result    Result
	Naive     time.Time // by the mean rate since the period began; zero: never
}

// Error is how far the likely time was from the truth, as a share of the time
// that was left; positive is too late.
func (t *Try) Error() float64 { return shareOff(t.At, t.Truth, t.Result.Likely) }

// NaiveError is the same of the mean rate since the period began.
func (t *Try) NaiveError() float64 { return shareOff(t.At, t.Truth, t.Naive) }

func shareOff(at, truth, said time.Time) float64 {
	if said.IsZero() {
		return math.Inf(1)
	}
	return float64(said.Sub(truth)) / float64(truth.Sub(at))
}

// Covered reports whether the range held the truth, to the minute.
func (t *Try) Covered() bool {
	return !t.Truth.Before(t.Result.Earliest.Add(-time.Minute)) &&
		(t.Result.Latest.IsZero() || !t.Truth.After(t.Result.Latest.Add(time.Minute)))
}

// Shown reports whether a range was shown.
func (t *Try) Shown() bool {
	return t.Result.Outcome == Foreseen || t.Result.Outcome == OnPace && !t.Result.Likely.IsZero()
}

// Score sums tries up. Shares are of those that were shown, TooIrregular of all.
// A figure is NaN where nothing was shown.
type Score struct {
	Tries, Shown                                  int
	MedianError, LateShare, Coverage, LargestLate float64
	TooIrregular                                  float64
	// NaiveMedianError and NaiveLateShare are of the same tries that were shown;
	// where none was, of all.
	NaiveMedianError, NaiveLateShare float64
}

// late is from which share on a forecast is called too late: 1.5 times the time
// that was left.
const late = 0.5

// ScoreOf sums tries up.
func ScoreOf(tries []Try) Score {
	s := Score{Tries: len(tries), LargestLate: math.Inf(-1)}
	var errors, naive, all []float64
	covered, lates := 0, 0
	for i := range tries {
		t := &tries[i]
		all = append(all, t.NaiveError())
		if t.Result.Outcome == TooIrregular {
			s.TooIrregular++
		}
		if !t.Shown() {
			continue
		}
		e := t.Error()
		errors, naive = append(errors, math.Abs(e)), append(naive, t.NaiveError())
		s.LargestLate = max(s.LargestLate, e)
		if t.Covered() {
			covered++
		}
		if e > late {
			lates++
		}
	}
	if len(naive) == 0 {
		naive = all
	}
	s.Shown = len(errors)
	n := float64(s.Shown)
	s.MedianError, s.LateShare, s.Coverage = medianOf(errors), float64(lates)/n, float64(covered)/n
	s.TooIrregular /= float64(len(tries))
	naiveLate := 0
	for i, e := range naive {
		if e > late {
			naiveLate++
		}
		naive[i] = math.Abs(e)
	}
	s.NaiveMedianError, s.NaiveLateShare = medianOf(naive), float64(naiveLate)/float64(len(naive))
	return s
}

func medianOf(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	v = slices.Clone(v)
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// TryAt makes a forecast with what a series has up to a time, and holds it
// against the rest; ok is false if the amount is not reached after that time
// within the series. Points are in order of time; began is when the period did.
func TryAt(in Input, began time.Time) (t Try, ok bool) {
	var sum event.NanoUSD
	i := 0
	for ; i < len(in.Points) && !in.Points[i].At.After(in.Now); i++ {
		if !in.Points[i].At.Before(began) {
			sum += in.Points[i].Amount
		}
	}
	if in.Limit <= sum {
		return t, false
	}
	t.At, in.Spent = in.Now, sum
	for rest := sum; i < len(in.Points); i++ {
		if rest += in.Points[i].Amount; rest >= in.Limit {
			t.Truth = in.Points[i].At
			break
		}
	}
	if t.Truth.IsZero() {
		return t, false
	}
	t.Naive = naive(sum, in.Limit, began, in.Now)
	t.Result = Of(in)
	return t, true
}

// naive continues the mean rate since the period began.
func naive(spent, limit event.NanoUSD, began, now time.Time) time.Time {
	if spent <= 0 {
		return time.Time{}
	}
	hours := float64(limit-spent) / float64(spent) * now.Sub(began).Hours()
	if hours > farthest*10 {
		return time.Time{}
	}
	return now.Add(time.Duration(hours * float64(time.Hour)))
}

// Ahead are the times ahead of which Backtest takes amounts, where no limit is
// given.
var Ahead = []time.Duration{12 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour}

// maxOrigins bounds how many times of a series Backtest tries.
const maxOrigins = 120

// Backtest tries the forecast over a series: each six hours from a day after its
// beginning on, or less often in a long one. Its limit is in.Limit; where that
// is 0, what was really spent in each of Ahead. in.Now ends what is looked at.
func Backtest(in Input, began time.Time) []Try {
	in.Points = sorted(in.Points, in.Now)
	if len(in.Points) == 0 {
		return nil
	}
	end := in.Points[len(in.Points)-1].At
	first := in.Points[0].At.Add(LeastWatched + time.Hour)
	step := 6 * time.Hour
	for step*maxOrigins < end.Sub(first) {
		step += 6 * time.Hour
	}
	step += time.Hour / 2 // not always at the same time of the day
	var tries []Try
	for at := first; at.Before(end); at = at.Add(step) {
		in.Now = at
		if in.Limit > 0 {
			if t, ok := TryAt(in, began); ok {
				tries = append(tries, t)
			}
			continue
		}
		for _, ahead := range Ahead {
			if at.Add(ahead).After(end) {
				break
			}
			one := in
			one.Limit = spentUntil(in.Points, began, at.Add(ahead))
			if t, ok := TryAt(one, began); ok {
				tries = append(tries, t)
			}
		}
	}
	return tries
}

func spentUntil(points []Point, from, to time.Time) (sum event.NanoUSD) {
	for _, p := range points {
		if !p.At.Before(from) && !p.At.After(to) {
			sum += p.Amount
		}
	}
	return sum
}
