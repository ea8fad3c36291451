package text

import (
	"fmt"
	"strconv"
	"time"
)

const day = 24 * time.Hour

// Duration writes a length of time, cut, in one unit or two: "40 s", "12 min",
// "2 h 10 min", "23 h", "3 days". What is not nothing is at least "1 s"; a
// negative length is "0 s".
func Duration(d time.Duration) string {
	switch {
	case d <= 0:
		return "0 s"
	case d < time.Minute:
		return strconv.Itoa(int(max(d/time.Second, 1))) + " s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	case d >= 2*day:
		return Count(int64(d/day)) + " days"
	}
	h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
	if m == 0 || h >= 10 {
		return strconv.Itoa(h) + " h"
	}
	return fmt.Sprintf("%d h %d min", h, m)
}

// About writes a duration of which both ends are known to some seconds: "about 40 s",
// "about 3 min", above an hour as Duration.
func About(d time.Duration) string {
	switch {
	case d < 5*time.Second:
		return "a moment"
	case d < 95*time.Second:
		d = d.Round(10 * time.Second)
		if d == time.Minute {
			return "about 1 min"
		}
		return "about " + strconv.Itoa(int(max(d, 10*time.Second)/time.Second)) + " s"
	}
	return "about " + Duration(d.Round(time.Minute))
}

// Age writes how long ago: "now" within two seconds, then "9 s ago".
func Age(d time.Duration) string {
	if d < 2*time.Second {
		return "now"
	}
	return Duration(d) + " ago"
}

// Latency writes milliseconds as a measure: "0.4 ms", "412 ms", "1.2 s", from
// a minute on as a Duration. Negative is unknown.
func Latency(ms float64) string {
	switch {
	case !(ms >= 0): // NaN too
		return Unknown
	case ms == 0:
		return "0 ms"
	case ms < 0.05:
		return "< 0.1 ms"
	case nearest(float64(ms*10)) < 100:
		return strconv.FormatFloat(nearest(float64(ms*10))/10, 'f', -1, 64) + " ms"
	case nearest(ms) < 1000:
		return strconv.FormatFloat(nearest(ms), 'f', 0, 64) + " ms"
	case nearest(ms/100) < 600:
		return strconv.FormatFloat(nearest(ms/100)/10, 'f', 1, 64) + " s"
	}
	return Duration(max(time.Duration(ms)*time.Millisecond, time.Minute))
}

// Clock writes a time of day, "14:02", with the day where that is not the day
// of now: "Nov 22, 14:02". A zero time is unknown; a nil loc is the local one.
func Clock(at, now time.Time, loc *time.Location) string {
	if at.IsZero() {
		return Unknown
	}
	t, n := at.In(zone(loc)), now.In(zone(loc))
	if t.YearDay() == n.YearDay() && t.Year() == n.Year() {
		return t.Format("15:04")
	}
	return DayClock(at, loc)
}

// DayClock writes a time of another day: "Nov 22, 14:02". A zero time is
// unknown; a nil loc is the local one.
func DayClock(at time.Time, loc *time.Location) string {
	if at.IsZero() {
		return Unknown
	}
	return at.In(zone(loc)).Format("Jan 2, 15:04")
}

func zone(loc *time.Location) *time.Location {
	if loc == nil {
		return time.Local
	}
	return loc
}
