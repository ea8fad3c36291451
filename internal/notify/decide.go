package notify

import (
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/event"
)

// Reminder is the happening that the planner adds to those of package alert:
// a critical alert went unacknowledged for its repeat interval.
const Reminder alert.What = "reminder"

// Said is the last word on an alert. It is kept on disk so that a restart
// neither repeats nor loses a word.
type Said struct {
	Fingerprint string         `json:"fingerprint"`
	Life        int64          `json:"life"`
	Severity    event.Severity `json:"severity"`
	// Status is "firing", "resolved" or "unstable".
	Status string `json:"status"`
	Reason Reason `json:"reason"`
	Notice string `json:"notice"` // the Notice's ID
	// Intended is when the notice was handed to the system, Delivered when the
	// system took it; zero if it never did.
	Intended  time.Time `json:"intended"`
	Delivered time.Time `json:"delivered"`
}

// The statuses of Said.
const (
	saidFiring   = "firing"
	saidResolved = "resolved"
	saidUnstable = "unstable"
)

// Case is one happening with all that a decision depends on.
type Case struct {
	Change alert.Change
	Now    time.Time
	// Last is the last word on this fingerprint; the zero value if none.
	Last Said
	// Lost is true if Last was intended by an earlier run and not delivered.
	Lost bool
	// Before is the last decision on this life of the alert, "" if none.
	Before Reason
	// Quiet is true within quiet hours, Away while remote conditions cannot be
	// judged or the digest of an absence is being made.
	Quiet, Away bool
	Looking     bool
	Settings    Settings
}

// Decide says whether to tell of a happening, and why. It is pure. The reason
// is "" for happenings that are nobody's news.
func Decide(c Case) Reason {
	switch c.Change.What {
	case alert.Fired, alert.Resumed, alert.Rose, alert.Released, alert.Unacked, Reminder:
		return decideFiring(c)
	case alert.Unstable:
		return decideUnstable(c)
	case alert.Settled:
		return decideSettled(c)
	case alert.Resolved:
		return decideResolved(c)
	case alert.Began, alert.Dropped, alert.Fell, alert.Ceased, alert.Inhibited, alert.Verified,
		alert.Acknowledged, alert.Snoozed, alert.Updated, alert.Forgotten:
		return ""
	}
	return ""
}

func decideFiring(c Case) Reason {
	a := &c.Change.Alert
	if c.Before == HeldHigher && c.Change.What != alert.Rose {
		return HeldHigher // a skipped threshold stays skipped
	}
	if told, why := c.told(); told && !c.repeats() {
		return why
	}
	if r := c.unwanted(); r != "" {
		return r
	}
	if a.Flapping {
		return HeldFlapping
	}
	if r := c.heldBack(); r != "" {
		return r
	}
	if a.Tell == alert.TellDigest {
		return HeldDigest
	}
	switch {
	case c.Change.What == Reminder:
		return SentReminder
	case c.Change.What == alert.Rose:
		return SentRise
	case c.Lost:
		return SentRetold
	case c.Change.What == alert.Released:
		return SentReleased
	}
	return SentFirst
}

// told reports whether this life, or this epoch, was told already.
func (c *Case) told() (bool, Reason) {
	a, last := &c.Change.Alert, &c.Last
	switch {
	case last.Fingerprint == "" || c.Lost:
		return false, ""
	case last.Life == a.Life && last.Status == saidFiring:
		return true, HeldTold
	case last.Life == a.Life && last.Status == saidResolved:
		return true, HeldTold
	case a.OncePerEpoch && last.Status != "":
		return true, HeldEpoch
	case a.FirstSight && last.Status == saidFiring:
		return true, HeldTold // by an earlier run, and it never ended
	}
	return false, ""
}

// repeats reports whether something told may be told once more.
func (c *Case) repeats() bool {
	switch c.Change.What {
	case alert.Rose, alert.Released, alert.Resumed: // it may have risen while it was held back
		return c.Change.Alert.Severity.Rank() > c.Last.Severity.Rank()
	case Reminder:
		return !c.Change.Alert.Acked
	default:
		return false
	}
}

// unwanted gives the reason why such an alert is never told, if there is one.
func (c *Case) unwanted() Reason {
	a := &c.Change.Alert
	switch {
	case c.Settings.Off:
		return HeldOff
	case a.Tell == alert.TellNever:
		return HeldTimeline
	case a.Severity.Rank() < c.Settings.Minimum.Rank():
		return HeldMinimum
	}
	return ""
}

// heldBack gives the reason why this is not the moment, if there is one.
func (c *Case) heldBack() Reason {
	a := &c.Change.Alert
	critical := a.Severity == event.SeverityCritical
	switch {
	case c.Away || a.InhibitedBy == "I1":
		return HeldAway
	case a.Settling:
		return HeldSettling
	case a.InhibitedBy != "" && higher(a):
		return HeldHigher
	case a.InhibitedBy != "":
		return HeldInhibited
	case a.Acked:
		return HeldAcked
	case a.SnoozedUntil.After(c.Now):
		return HeldSnoozed
	case c.Quiet && !(critical && c.Settings.CriticalPasses):
		return HeldQuiet
	case c.Looking && c.Settings.HoldWhileLooking && !critical:
		return HeldLooking
	}
	return ""
}

// higher reports whether a budget alert is held back by a higher threshold of
// the same budget, and not by its group's.
func higher(a *alert.Alert) bool {
	return a.Rule == "budget.used" && (a.InhibitedBy == "budget.used" || a.InhibitedBy == "budget.exhausted")
}

func decideUnstable(c Case) Reason {
	if r := c.unwanted(); r != "" {
		return r
	}
	if r := c.heldBack(); r != "" {
		return r
	}
	return SentUnstable
}

// decideSettled closes what Unstable opened. Where that was not told, the
// current state is judged as if it had just begun.
func decideSettled(c Case) Reason {
	a := &c.Change.Alert
	if c.Last.Status != saidUnstable {
		if a.Status == alert.StatusFiring {
			c.Change.What = alert.Fired
			return decideFiring(c)
		}
		return HeldUntold
	}
	if r := c.unwanted(); r != "" {
		return r
	}
	if r := c.heldBack(); r != "" {
		return r
	}
	return SentSettled
}

func decideResolved(c Case) Reason {
	a := &c.Change.Alert
	shown := c.Last.Life == a.Life && c.Last.Status == saidFiring && !c.Lost
	switch {
	case a.End == alert.EndContradicted && shown:
		return SentWithdrawn
	case a.End != alert.EndGone:
		return HeldNoNews
	case c.Settings.Off:
		return HeldOff
	case !shown && c.Away && c.Before.later():
		return HeldAway // it came and went: the digest counts it
	case !shown:
		return HeldUntold
	case a.TellEnd == alert.TellNever || c.Settings.NoResolved:
		return HeldNoEnd
	case a.Flapping:
		return HeldFlapping
	case c.Away || a.InhibitedBy == "I1":
		return HeldAway
	case a.SnoozedUntil.After(c.Now):
		return HeldSnoozed
	case c.Quiet:
		return HeldQuiet
	}
	return SentResolved
}
