package text

import (
	"fmt"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// BooksOfKey says how what is known here of a key's calls differs from what the
// gateway makes of its own log.
func BooksOfKey(name string, key event.KeyID, here, there event.NanoUSD) string {
	return fmt.Sprintf("%s: %s here, %s by the gateway's log", named(name, "key "+string(key)), Money(here), Money(there))
}

// BooksOfGroup says by how much a group's total moved without a transaction.
func BooksOfGroup(name string, group event.GroupID, n event.NanoUSD) string {
	return fmt.Sprintf("%s: its total moved by %s that no transaction shows", named(name, "group "+string(group)), Money(n))
}

// BooksDiffer is what differs between two times as one clause, at most three
// of it; "" if nothing does.
func BooksDiffer(words []string, from, to, now time.Time) string {
	if len(words) == 0 {
		return ""
	}
	more := ""
	if n := len(words) - 3; n > 0 {
		words, more = words[:3], " and "+Count(n)+" more"
	}
	return strings.Join(words, "; ") + more + " (" + Clock(from, now, nil) + " to " + Clock(to, now, nil) + ")"
}
