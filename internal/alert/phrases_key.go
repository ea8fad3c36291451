package alert

import (
	"fmt"
	"time"
)

// Sentences of alerts on keys.

// expiryBody says when a key expires or expired, and what follows.
func expiryBody(t *telling) []string {
	on := "On " + t.day(t.f.Resets) + "."
	if t.f.Action == actionExpired {
		return []string{on, "Its requests are refused until it is renewed."}
	}
	return []string{on, "Its requests are refused from then on."}
}

// day is a time of another day: "30 Nov 14:02".
func (t *telling) day(at time.Time) string { return at.In(t.zone()).Format("2 Jan 15:04") }

// refusedTitle names the key where a gateway refuses one of several.
func refusedTitle(t *telling, name, gw string) string {
	switch {
	case t.f.Keys == 1:
		return "Gateway " + gw + " refused key \"" + name + "\""
	case t.f.Keys > 1:
		return "Gateway " + gw + " refused " + plural(t.f.Keys, "key")
	case t.f.Cause != "":
		return "Gateway " + gw + " does not let us in"
	}
	return "Gateway " + gw + " refused the key"
}

func refusedBody(t *telling) []string {
	refused := fmt.Sprintf("%s: %d.", sentencePart(t.f.Part), t.f.Code)
	which, others := "", ""
	if t.f.Keys > 1 {
		which = shorten(t.f.Name, 40) + "."
	}
	switch {
	case t.f.Others == 1:
		others = "The other key goes on."
	case t.f.Others > 1:
		others = fmt.Sprintf("The other %d keys go on.", t.f.Others)
	}
	what := "It may have been rotated: update it in Settings."
	switch {
	case t.f.Cause != "":
		what = t.f.Cause
	case t.f.Keys > 1:
		what = "Update them in Settings."
	}
	return []string{which, refused, others, what}
}
