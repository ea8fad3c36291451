package text

import (
	"fmt"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// Forecast is what is foreseen of a budget, as its texts need it.
type Forecast struct {
	Outcome                         string // as package forecast names it
	Earliest, Likely, Latest, Reset time.Time
	// PartlyLimited is set where some of several have a limit and others none.
	PartlyLimited            bool
	LastHour                 event.NanoUSD
	LastHourWatched, Watched time.Duration
	// Tried is how often the same forecast was made of the same spending before,
	// TypicalError the median of its errors, as a share.
	Tried        int
	TypicalError float64
	// Since is when spending changed to Times the usual; zero: it did not.
	Since time.Time
	Times float64
}

// ForecastHead says when a budget is used up, in one sentence.
func ForecastHead(f *Forecast, now time.Time, loc *time.Location) string {
	clock := func(t time.Time) string { return Clock(t, now, loc) }
	switch f.Outcome {
	case "forecast":
		s := "Likely used up " + clock(f.Likely) + "; " + ForecastRange(f, now, loc)
		if !f.Reset.IsZero() {
			s += "; the reset is " + clock(f.Reset)
		}
		return s + "."
	case "on_pace":
		s := "On pace: not used up before the reset, " + clock(f.Reset)
		if !f.Earliest.IsZero() && f.Earliest.Before(f.Reset) {
			s += ", though it may be from " + clock(f.Earliest) + " on"
		}
		return s + "."
	case "too_irregular":
		return "Spending is too irregular to forecast."
	case "too_little_data":
		if f.Watched <= 0 {
			return "Too early to forecast: when it was spent is not known yet."
		}
		return "Too early to forecast: since the first spending " + Duration(f.Watched) + " are known of the 24 h it takes."
	case "reached":
		return "Used up."
	case "not_within_a_year":
		return "Not used up within a year at this rate."
	case "no_limit":
		if f.PartlyLimited {
			return "There is no limit to reach together: some keys have one, and others have none."
		}
		return "There is no limit to reach."
	}
	return ""
}

// ForecastRange is the range alone: "between Dec 3, 09:00 and Dec 4, 11:00 in 8
// of 10 cases".
func ForecastRange(f *Forecast, now time.Time, loc *time.Location) string {
	if f.Latest.IsZero() {
		return "from " + Clock(f.Earliest, now, loc) + " on in 9 of 10 cases"
	}
	return "between " + Clock(f.Earliest, now, loc) + " and " + Clock(f.Latest, now, loc) + " in 8 of 10 cases"
}

// ForecastBasis says what a forecast rests on; "" where there is none.
func ForecastBasis(f *Forecast, now time.Time, loc *time.Location) string {
	var says []string
	if f.Outcome == "too_irregular" || f.Outcome == "too_little_data" {
		says = append(says, forecastLastHour(f, now, loc))
	}
	if change := ForecastChange(f, now, loc); change != "" {
		says = append(says, change)
	}
	if f.Outcome == "forecast" || f.Outcome == "on_pace" {
		switch {
		case f.Tried > 0:
			says = append(says, fmt.Sprintf("The same forecast was tried %s on this spending; half of its errors were within %s.", times(f.Tried), Share(f.TypicalError)))
		default:
			says = append(says, "There was nothing yet to try the same forecast on; the range is a guess.")
		}
	}
	return strings.Join(says, " ")
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return Count(n) + " times"
}

// forecastLastHour says what is known where nothing can be foreseen: a forecast is
// minutes old where it is read, so the hour before it has a time.
func forecastLastHour(f *Forecast, now time.Time, loc *time.Location) string {
	if f.LastHourWatched <= 0 {
		return "Nothing of the hour before " + Clock(now, now, loc) + " is known."
	}
	return Money(f.LastHour) + " in the hour before " + Clock(now, now, loc) + ", of which " + Duration(f.LastHourWatched) + " are known."
}

// ForecastChange says that spending changed; "" if it did not.
func ForecastChange(f *Forecast, now time.Time, loc *time.Location) string {
	switch {
	case f.Since.IsZero():
		return ""
	case f.Times >= 100:
		return "Spending is more than 100 times the usual since " + Clock(f.Since, now, loc) + "."
	case f.Times > 1:
		return fmt.Sprintf("Spending is %.1f times the usual since %s.", f.Times, Clock(f.Since, now, loc))
	}
	return "Spending is down to " + Share(f.Times) + " of the usual since " + Clock(f.Since, now, loc) + "."
}

// CalendarReset says that a budget begins anew; like its siblings it follows a
// name in a calendar.
func CalendarReset() string { return "has its budget reset" }

// CalendarResets says so of several, whose names it follows.
func CalendarResets() string { return "have their budgets reset" }

// CalendarExpiry says that a key expires.
func CalendarExpiry() string { return "expires" }

// CalendarExhaustion says that a budget is likely used up.
func CalendarExhaustion(between string) string { return "is likely out of budget, " + between }

// CalendarTopup says that money was added to a balance.
func CalendarTopup(amount event.NanoUSD) string { return "was topped up by " + Money(amount) }
