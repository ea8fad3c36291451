package text

import (
	"cmp"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// The lengths of the status item's texts in UTF-16 units: a Windows tooltip ends
// after 127; wider menu lines push menus off small screens.
const (
	MaxTooltip  = 127
	maxLine     = 64
	maxReason   = 60
	maxHeadline = 72
)

// StatusNoData is the headline before anything was concluded.
const StatusNoData = "No data yet"

// StatusHeadline is the menu's first line: the outlook in short.
func StatusHeadline(says string) string { return shortenUnits(says, maxHeadline) }

// StatusAlert is the menu's line of one alert, with how long it lasts; that is
// left out where it is 0.
func StatusAlert(s event.Severity, title string, lasts time.Duration) string {
	tail := ""
	if lasts > 0 {
		tail = ", " + coarse(lasts)
	}
	return severitySign(s) + " " + shortenUnits(Clean(title), maxReason-units(tail)) + tail
}

func severitySign(s event.Severity) string {
	switch s {
	case event.SeverityCritical:
		return "⬣"
	case event.SeverityWarning:
		return "△"
	case event.SeverityInfo:
	}
	return "○"
}

// leastName is how much of a gateway's name its line has at least, in UTF-16 units.
const leastName = 24

// StatusGateway is the menu's line of one gateway.
func StatusGateway(name string, state event.LinkState, cause string) string {
	mark := "⊘"
	switch state {
	case event.LinkConnected:
		mark = "●"
	case event.LinkConnecting, event.LinkReconnecting:
		mark = "◌"
	case event.LinkDisconnected, event.LinkError:
	}
	// A long name leaves room for how it is and, as far as it goes, why.
	tail, why := " "+mark+" "+string(state), because(cause)
	room := max(maxLine-units(tail)-units(why), leastName)
	return shortenUnits(shortenUnits(Clean(name), room)+tail+why, maxLine)
}

// StatusMore counts what a menu has no room for.
func StatusMore(n int) string { return Count(n) + " more …" }

// StatusSpend is the menu's line of spend: "Spend $1.84/h over 15 min · today $23.10".
// The rate is as RateOver says it. A rate that is "" and a day that is negative are
// not known, and left out; asOf is of when today is, where it could not be read
// again since; atLeast: not all of the day was seen.
func StatusSpend(rate string, today event.NanoUSD, asOf string, atLeast bool) string {
	var known []string
	if rate != "" {
		known = append(known, "Spend "+rate)
	}
	if today >= 0 {
		words := "today "
		if atLeast {
			words += AtLeast
		}
		words += Money(today)
		if asOf != "" {
			words += " as of " + asOf
		}
		known = append(known, words)
	}
	switch {
	case len(known) == 0:
		return "Spend is not known yet"
	case rate == "":
		return "Spent " + known[0]
	}
	return strings.Join(known, " · ")
}

// The status item's lines that are always the same.
const (
	StatusBudgets      = "Budgets"
	StatusProviders    = "Providers"
	StatusSettings     = "Settings …"
	StatusUpdates      = "Check for updates"
	StatusWarningsOnly = "Warnings only, for"
)

// StatusBudget is the menu's line of one budget: "team-billing 82 % of $500,
// until Dec 3, 14:00". A negative limit is not known; a zero time and a gateway that
// need not be named are left out.
func StatusBudget(name, gateway string, used float64, limit event.NanoUSD, lasts time.Time) string {
	tail := ofGateway(gateway) + " " + Share(used)
	if limit >= 0 {
		tail += " of " + ShortMoney(limit)
	}
	if !lasts.IsZero() {
		tail += ", until " + DayClock(lasts, nil)
	}
	return shortenUnits(Clean(name), maxLine-units(tail)) + tail
}

// mostGateway is how much of a gateway's name stands behind another name, in UTF-16 units.
const mostGateway = 20

// ofGateway names a gateway behind what names alone do not tell apart.
func ofGateway(gateway string) string {
	if gateway == "" {
		return ""
	}
	return " (" + shortenUnits(Clean(gateway), mostGateway) + ")"
}

// StatusProvider is the menu's line of one provider; health is as it is stored,
// such as "unhealthy". Of one that is past it is only known how it was: it has not
// the sign of what is well. A gateway that need not be named is "".
func StatusProvider(name, gateway, health string, past bool) string {
	sign, word := "◌", "not known"
	switch health {
	case "healthy":
		sign, word = "○", ""
	case "degraded", "unhealthy":
		sign, word = "△", health
		if health == "unhealthy" {
			sign = "⬣"
		}
	case "disabled":
		sign, word = "⊘", health
	}
	if past && health == "healthy" {
		sign, word = "◌", health
	}
	if past && sign+word != "◌not known" {
		word = "was " + cmp.Or(word, health)
	}
	if word != "" {
		word = " — " + word
	}
	word = ofGateway(gateway) + word
	return sign + " " + shortenUnits(Clean(name), maxLine-units(word)-2) + word
}

// StatusTasks heads the menu's tasks: "Tasks: 3 running · 1 not known · 1 stuck".
func StatusTasks(running, lost, stuck int) string {
	head := "Tasks: " + Count(running) + " running"
	if running == 0 && lost > 0 {
		head = "Tasks: " + Count(lost) + " not known"
	} else if lost > 0 {
		head += " · " + Count(lost) + " not known"
	}
	if stuck > 0 {
		head += " · " + Count(stuck) + " stuck"
	}
	return head
}

// StatusTask is the menu's line of one task that runs: "video task_one — 64 %".
// One with a negative progress waits; of one that is lost nobody knows how it is.
func StatusTask(medium, task string, progress float64, lost bool) string {
	tail := " — queued"
	switch {
	case lost:
		tail = " — not known"
	case progress >= 0:
		tail = " — " + Share(progress/100)
	}
	return shortenUnits(Clean(medium+" "+task), maxLine-units(tail)) + tail
}

// StatusUnmute is the menu's line that ends a silence of everything.
func StatusUnmute(left time.Duration) string { return "Unmute (" + coarse(left) + " left)" }

// StatusTooltip is "Gatewatch — 1 critical: OpenAI unhealthy (prod) · $1.84/h over
// 15 min · updated now", with "muted" where notifications are. A rate that is "" is
// left out, and so is a negative age. When it gets too long, the reason is cut, not
// the rest.
func StatusTooltip(headline, rate string, updated time.Duration, muted bool) string {
	var tail strings.Builder
	if muted {
		tail.WriteString(" · muted")
	}
	if rate != "" {
		tail.WriteString(" · " + rate)
	}
	if updated >= 0 {
		tail.WriteString(" · updated " + coarseAge(updated))
	}
	const name = "Gatewatch — "
	room := MaxTooltip - units(name) - units(tail.String())
	return name + shortenUnits(headline, room) + tail.String()
}

// coarseAge is an Age that changes each 10 seconds, because each change is a
// redraw.
func coarseAge(d time.Duration) string {
	if d < time.Minute {
		return Age(d.Truncate(10 * time.Second))
	}
	return coarse(d) + " ago"
}

// coarse is a Duration of whole minutes, and from two hours on of whole hours.
func coarse(d time.Duration) string {
	if d >= 2*time.Hour {
		return Duration(d.Truncate(time.Hour))
	}
	return Duration(max(d.Truncate(time.Minute), time.Minute))
}

func because(cause string) string {
	if cause = Clean(cause); cause == "" {
		return ""
	}
	return ": " + cause
}

// StatusAcknowledgeAll acknowledges what the menu counts: "Acknowledge all (4)".
func StatusAcknowledgeAll(open int) string { return "Acknowledge all (" + Count(open) + ")" }
