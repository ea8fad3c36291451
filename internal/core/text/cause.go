package text

import (
	"fmt"
	"strings"
	"time"
)

// CauseChange says what was altered: "Price bulk was updated: $2.5 → $5".
func CauseChange(entity, name, action, field, old, now string) string {
	s := entityNoun(entity) + " " + name + " was " + action
	if old == "" && now == "" {
		return s
	}
	return s + ": " + strings.TrimSpace(field+" "+named(old, "nothing")) + " → " + named(now, "nothing")
}

// CauseBefore says how long before an alert something was.
func CauseBefore(ago time.Duration) string {
	if ago < time.Minute {
		return "in the same minute"
	}
	return Duration(ago.Truncate(time.Minute)) + " before"
}

// CauseNoticedAfter says how long after an alert began something was noticed that may
// have been before it.
func CauseNoticedAfter(later time.Duration) string {
	return "noticed " + Duration(max(later, time.Second).Truncate(time.Second)) + " after it began"
}

// CauseSometime says that nobody knows when it was.
func CauseSometime() string { return "while Gatewatch was not running" }

// CauseOften says how rare it is: how many other changes of it were seen in the time
// that it was watched, not known if that is 0.
func CauseOften(others int, watched time.Duration) string {
	within := ""
	if watched > 0 {
		within = " in " + Duration(watched)
	}
	if others == 0 {
		return "the only change of it that was seen" + within
	}
	return "one of " + Plural(others+1, "change") + " of it that were seen" + within
}

// CauseSame says that it is about the same thing.
func CauseSame(kind string) string { return "the same " + strings.ReplaceAll(kind, "_", " ") }

// CauseInGroup says that it is a key of the group.
func CauseInGroup() string { return "a key of this group" }

// CauseOnPath says that it lies between key and provider.
func CauseOnPath() string { return "on the way from key to provider" }

// CauseWhole says that it is about the gateway as a whole.
func CauseWhole() string { return "about the gateway as a whole" }

// CauseElsewhere says that nothing connects it.
func CauseElsewhere() string { return "nothing known connects it" }

// CausePrice says how many times dearer something became.
func CausePrice(ratio float64) string { return fmt.Sprintf("%.1f times as dear", ratio) }

// CauseMoreCalls says that a price does not explain it.
func CauseMoreCalls(times float64) string {
	return fmt.Sprintf("but there were %.0f times as many calls", times)
}

// CauseSameCalls says that more use does not explain it.
func CauseSameCalls() string { return "but there were not more calls than before" }

// Why it is not known who is hit.
const (
	HitNoProvider       = "The gateway does not list this provider."
	HitMappingsNotAsked = "The gateway's mappings were not read yet."
)

// HitMappingsUnread says that the mappings are not read, and why where that is known.
func HitMappingsUnread(cause string) string {
	return Sentences("The gateway's mappings are not read.", cause)
}

// CauseAlert is what an alert that began before is called: one on a budget by the share that
// was passed then, as its title says what is used by now.
func CauseAlert(title string, threshold float64) string {
	name, rest, used := strings.Cut(title, " has used ")
	_, where, share := strings.Cut(rest, "%")
	if threshold <= 0 || !used || !share {
		return title
	}
	return name + " passed " + Share(threshold) + where
}
