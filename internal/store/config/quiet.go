package config

import (
	"fmt"
	"slices"
	"time"
)

// QuietHours is when notifications wait; package notify is asked what does (decide.go). Everything is still watched, shown
// and kept.
type QuietHours struct {
	Enabled bool `json:"enabled"`
	// CriticalPasses lets critical alerts through.
	CriticalPasses bool        `json:"criticalPasses"`
	Spans          []QuietSpan `json:"spans"`
}

// QuietSpan is a span of local time on some weekdays. A span whose To is not
// after its From goes over midnight: it belongs to the day it begins on.
type QuietSpan struct {
	Days []Weekday `json:"days"` // empty means every day
	From Clock     `json:"from"`
	To   Clock     `json:"to"`
}

// Weekday is a day by its short English name.
type Weekday string

var weekdays = []Weekday{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// Clock is a time of day in minutes since midnight, 0 to 1439. In the file it
// is written "22:30".
type Clock int

// String writes c as "22:30".
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// ParseClock reads "22:30".
func ParseClock(s string) (Clock, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("config: %q is not a time of day such as \"22:30\"", s)
	}
	return Clock(t.Hour()*60 + t.Minute()), nil
}

// Quiet reports whether at, in its own zone, is inside quiet hours, and when
// they end; overlapping spans count as one. The wall clock decides, so a span
// is shorter or longer by an hour on a night in which the clocks change. For
// spans that cover the whole week, until is about a week away.
func (q QuietHours) Quiet(at time.Time) (quiet bool, until time.Time) {
	if !q.Enabled {
		return false, time.Time{}
	}
	until = at
	for until.Sub(at) < 7*day {
		end, inside := q.endOf(until)
		if !inside {
			break
		}
		until = end
	}
	if until.Equal(at) {
		return false, time.Time{}
	}
	return true, until
}

// endOf gives the latest end of the spans that at is inside of.
func (q QuietHours) endOf(at time.Time) (end time.Time, inside bool) {
	for _, span := range q.Spans {
		for _, ago := range []int{0, 1} { // begun today, or yesterday
			y, m, d := at.AddDate(0, 0, -ago).Date()
			began := span.From.on(y, m, d, at.Location())
			over := 0
			if span.To <= span.From {
				over = 1
			}
			ends := span.To.on(y, m, d+over, at.Location())
			if !span.hasDay(began.Weekday()) || at.Before(began) || !at.Before(ends) {
				continue
			}
			if !inside || ends.After(end) {
				end, inside = ends, true
			}
		}
	}
	return end, inside
}

func (s QuietSpan) hasDay(d time.Weekday) bool {
	return len(s.Days) == 0 || slices.Contains(s.Days, weekdays[d])
}

func (c Clock) on(y int, m time.Month, d int, loc *time.Location) time.Time {
	return time.Date(y, m, d, int(c)/60, int(c)%60, 0, 0, loc)
}
