package forecast

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// A gateway may have been watched for long: of a key that spends for some
// minutes only that says nothing.
func TestNothingIsForeseenOfYoungSpending(t *testing.T) {
	for _, c := range []struct {
		age  time.Duration
		want Outcome
	}{{10 * time.Minute, TooLittleData}, {3 * time.Hour, TooLittleData}, {23 * time.Hour, TooLittleData}, {25 * time.Hour, Foreseen}} {
		now := monday.AddDate(0, 0, 10)
		in := Input{Now: now, Watched: []Span{{monday, now}}}
		for at := now.Add(-c.age); at.Before(now); at = at.Add(30 * time.Second) {
			in.Points = append(in.Points, Point{at, event.USD(0.5)})
		}
		in.Spent = sumOf(in.Points)
		in.Limit = in.Spent + event.USD(100)
		r := Of(in)
		if r.Outcome != c.want || r.Likely.IsZero() != (c.want == TooLittleData) {
			t.Errorf("of %s of spending: %s, likely %s, tried %d times; want %s", c.age, r.Outcome, r.Likely, r.Tried, c.want)
		}
		if least := r.Watched >= LeastWatched; least != (c.want == Foreseen) {
			t.Errorf("of %s of spending %s count as watched", c.age, r.Watched)
		}
	}
}
