package notify

import (
	"slices"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// RepeatDue is the change that the planner adds to those of package alert:
// a critical alert went unacknowledged for its repeat interval.
const RepeatDue alert.ChangeKind = "reminder"

// LogEntry is an entry of the notification log: what was sent last of an alert.
// It is kept on disk so that a restart neither repeats nor loses a notification.
type LogEntry struct {
	Fingerprint string         `json:"fingerprint"`
	Life        int64          `json:"life"`
	Severity    event.Severity `json:"severity"`
	// Status is "firing", "resolved" or "unstable".
	Status         string `json:"status"`
	Reason         Reason `json:"reason"`
	NotificationID string `json:"notice"` // Notification.ID
	// IntendedAt is when the notification was handed to the system, DeliveredAt when the
	// system took it; zero if it never did.
	IntendedAt  time.Time `json:"intended,omitzero"`
	DeliveredAt time.Time `json:"delivered,omitzero"`
	// Freed is what gave a budget room, where it was told that it has some.
	Freed text.Freed `json:"freed,omitempty"`
}

// The statuses of a LogEntry.
const (
	loggedFiring   = "firing"
	loggedResolved = "resolved"
	loggedFlapping = "unstable"
)

// Case is one change with all that a decision depends on.
type Case struct {
	Change alert.Change
	Now    time.Time
	// LastEntry is the log entry of this fingerprint; the zero value if none.
	LastEntry LogEntry
	// Undelivered is true if LastEntry was intended by an earlier run and not delivered.
	Undelivered bool
	// LastReason is the last decision on this life of the alert, "" if none.
	LastReason Reason
	// Quiet is true within quiet hours, Away while remote conditions cannot be
	// evaluated or the digest of an absence is being made.
	Quiet, Away   bool
	WindowFocused bool
	Settings      Settings
}

// Decide says whether to notify of a change, and why. It is pure. The reason
// is "" for changes that are nobody's news.
func Decide(c Case) Reason {
	switch c.Change.Kind {
	case alert.Fired, alert.FiredAgain, alert.SeverityRaised, alert.Unsuppressed, alert.Unacknowledged, RepeatDue:
		return decideFiring(c)
	case alert.FlappingStarted:
		return decideUnstable(c)
	case alert.FlappingEnded:
		return decideSettled(c)
	case alert.Resolved:
		return decideResolved(c)
	case alert.BecamePending, alert.Dropped, alert.SeverityLowered, alert.StartedRecovering, alert.Inhibited, alert.ClaimVerified,
		alert.Acknowledged, alert.Silenced, alert.Muted, alert.Updated, alert.Forgotten:
		return ""
	}
	return ""
}

func decideFiring(c Case) Reason {
	a := &c.Change.Alert
	if c.LastReason == HeldHigherThreshold && c.Change.Kind != alert.SeverityRaised {
		return HeldHigherThreshold // a skipped threshold stays skipped
	}
	if notified, why := c.alreadyNotified(); notified && !c.repeats() {
		return why
	}
	if r := c.unwanted(); r != "" {
		return r
	}
	if a.Flapping {
		return HeldFlapping
	}
	if r := c.suppressed(); r != "" {
		return r
	}
	if a.OnFiring == alert.NotifyInDigest {
		return HeldDigest
	}
	switch {
	case c.Change.Kind == RepeatDue:
		return SentRepeat
	case c.Change.Kind == alert.SeverityRaised:
		return SentSeverityRaised
	case c.Undelivered:
		return SentRetried
	case c.Change.Kind == alert.Unsuppressed:
		return SentUnsuppressed
	}
	return SentFirst
}

// alreadyNotified reports whether this life, or this budget period, was notified of already.
func (c *Case) alreadyNotified() (bool, Reason) {
	a, last := &c.Change.Alert, &c.LastEntry
	switch {
	case last.Fingerprint == "" || c.Undelivered:
		return false, ""
	case last.Life == a.Life && last.Status == loggedFiring:
		return true, HeldAlreadySent
	case last.Life == a.Life && last.Status == loggedResolved:
		return true, HeldAlreadySent
	case a.OncePerPeriod && last.Status != "" && last.Freed != text.FreedByLimit && !a.LimitBack:
		return true, HeldOncePerPeriod
	case a.FirstSight && last.Status == loggedFiring:
		return true, HeldAlreadySent // by an earlier run, and it never ended
	}
	return false, ""
}

// repeats reports whether what was notified of may be notified of again.
func (c *Case) repeats() bool {
	switch c.Change.Kind {
	case alert.SeverityRaised, alert.Unsuppressed, alert.FiredAgain: // it may have risen while it was suppressed
		return c.Change.Alert.Severity.Rank() > c.LastEntry.Severity.Rank()
	case RepeatDue:
		return !c.Change.Alert.Acked
	default:
		return false
	}
}

// unwanted gives the reason why such an alert is never notified of, if there is one.
func (c *Case) unwanted() Reason {
	a := &c.Change.Alert
	switch {
	case c.Settings.Off:
		return HeldOff
	case a.OnFiring == alert.NotifyNever:
		return HeldListOnly
	case a.Severity.Rank() < c.Settings.Minimum.Rank() && !slices.Contains(c.Settings.Always, a.Rule):
		return HeldMinimum
	}
	return ""
}

// suppressed gives the reason why this is not the moment, if there is one.
func (c *Case) suppressed() Reason {
	a := &c.Change.Alert
	critical := a.Severity == event.SeverityCritical
	switch {
	case c.Away || a.InhibitedBy == alert.InhibitAway:
		return HeldAway
	case a.AwaitingRecheck:
		return HeldAwaitingRecheck
	case a.InhibitedBy != "" && higher(a):
		return HeldHigherThreshold
	case a.InhibitedBy != "":
		return HeldInhibited
	case a.Acked:
		return HeldAcked
	case a.SilencedUntil.After(c.Now):
		return silenced(a)
	case c.Quiet && !(critical && c.Settings.CriticalPasses):
		return HeldQuiet
	case c.WindowFocused && c.Settings.HoldWhileFocused && !critical:
		return HeldWindowFocused
	}
	return ""
}

// silenced is why a silenced alert is held back: by itself, or with others.
func silenced(a *alert.Alert) Reason {
	if a.Muted {
		return HeldMuted
	}
	return HeldSilenced
}

// higher reports whether a budget alert is inhibited by a higher threshold of
// the same budget, and not by its group's.
func higher(a *alert.Alert) bool {
	return a.Rule == "budget.used" && (a.InhibitedBy == "budget.used" || a.InhibitedBy == "budget.exhausted")
}

func decideUnstable(c Case) Reason {
	if r := c.unwanted(); r != "" {
		return r
	}
	if r := c.suppressed(); r != "" {
		return r
	}
	return SentFlapping
}

// decideSettled ends what decideUnstable began. Where nobody was notified of that,
// the current state is decided on as if it had just begun.
func decideSettled(c Case) Reason {
	a := &c.Change.Alert
	if c.LastEntry.Status != loggedFlapping {
		if a.Status == alert.StatusFiring {
			c.Change.Kind = alert.Fired
			return decideFiring(c)
		}
		return HeldNeverSent
	}
	if r := c.unwanted(); r != "" {
		return r
	}
	if r := c.suppressed(); r != "" {
		return r
	}
	return SentFlappingEnded
}

// endsUnseen reports whether what is critical ended though it was not seen to be well
// again: a provider that nobody calls or asks any more. Who was told that it failed is
// told that, too.
func endsUnseen(a *alert.Alert) bool {
	unseen := a.EndReason == alert.EndExpired || a.EndReason == alert.EndDisabled
	return unseen && a.Severity == event.SeverityCritical && a.Category == alert.CategoryProvider
}

func decideResolved(c Case) Reason {
	a := &c.Change.Alert
	shown := c.LastEntry.Life == a.Life && c.LastEntry.Status == loggedFiring && !c.Undelivered
	switch {
	case a.EndReason == alert.EndContradicted && shown:
		return SentWithdrawn
	case a.EndReason != alert.EndCleared && !endsUnseen(a):
		return HeldNoNews
	case c.Settings.Off:
		return HeldOff
	case !shown && c.Away && c.LastReason.forDigest():
		return HeldAway // it came and went: the digest counts it
	case !shown && c.LastReason == HeldWindowFocused:
		return HeldNoNews // the window told that it began, and shows that it is over
	case !shown:
		return HeldNeverSent
	case a.OnResolved == alert.NotifyNever || c.Settings.NoResolved:
		return HeldResolvedUnwanted
	case a.Flapping:
		return HeldFlapping
	case c.Away: // what held it back when it ended may still be written on it
		return HeldAway
	case a.SilencedUntil.After(c.Now):
		return silenced(a)
	case c.Quiet:
		return HeldQuiet
	}
	return SentResolved
}
