package text

import (
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// RateOver is what is spent an hour, with the minutes that it is the mean of:
// "$15.70/h over 12 min", "at least $15.70/h over 12 min".
func RateOver(perHour event.NanoUSD, minutes int64, atLeast bool) string {
	words := Rate(perHour) + " over " + Count(int(minutes)) + " min"
	if atLeast {
		words = AtLeast + words
	}
	return words
}

// SpendSummary is what a gateway spends, in a sentence: "Production: today
// $5.89, of late $15.70/h over 12 min." What is not known is said so, and why; what
// could not be read again is said with its time.
func SpendSummary(label string, today, perHour event.Reading[event.NanoUSD], minutes int64, now time.Time, loc *time.Location) string {
	words := "today " + Reading(today, now, loc)
	switch n, known := perHour.Get(); {
	case known:
		words += ", of late " + RateOver(n, minutes, perHour.Status() == event.ReadingPartial)
	case today.Known() && today.Since().IsZero():
		words += ", what is spent now is not known: " + perHour.Why()
	}
	return label + ": " + words + "."
}

// Reading is an amount, with its time where it could not be read again since:
// "$5.89 as of 21:40"; as a lower bound, "at least $2.91"; or the word for its absence, and why: "no permission (no
// master key)".
func Reading(r event.Reading[event.NanoUSD], now time.Time, loc *time.Location) string {
	n, known := r.Get()
	if !known {
		words := r.Status().Words()
		if why := strings.TrimSuffix(r.Why(), "."); why != "" {
			words += " (" + why + ")"
		}
		return words
	}
	words := Money(n)
	if r.Status() == event.ReadingPartial {
		words = AtLeast + words
	}
	if at := r.Since(); !at.IsZero() {
		words += " as of " + Clock(at, now, loc)
	}
	return words
}

// AtLeast stands before an amount of which not all parts were seen.
const AtLeast = "at least "

// The names of what of a day's spend is no key's or group's, and of what the
// request log and the groups' books say otherwise.
const (
	SpendNoKey     = "not attributed to a key"
	SpendNoGroup   = "not attributed to a group"
	SpendAdjusted  = "taken by administrators"
	SpendUnlogged  = "debited, and not in the request log"
	SpendUndebited = "logged, and never debited"
	SpendPending   = "logged, and not debited yet"
)

// SpendPart is a part of a sum: "Platform $3.00", "$0.20 not attributed to a
// key".
func SpendPart(name, id, what string, n event.NanoUSD) string {
	switch {
	case what != "":
		return Money(n) + " " + what
	case name == "":
		return id + " " + Money(n)
	}
	return name + " " + Money(n)
}

// NotAttributed names the series of what was spent and is of no provider, model
// or key that is known: debits that no row of a request log shows, and what
// administrators took. The page knows the line by it.
const NotAttributed = "not attributed"
