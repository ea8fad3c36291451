package notify

// Reason says why the user was notified of an alert, or why not. It is kept with
// every decision and shown on the alert's page. The values are stored: they
// may be added to, not changed.
type Reason string

// Reasons to notify.
const (
	SentFirst          Reason = "first"      // it began
	SentSeverityRaised Reason = "rise"       // its severity rose
	SentUnsuppressed   Reason = "released"   // what suppressed it is over and it is still true
	SentRepeat         Reason = "reminder"   // critical and unacknowledged for long
	SentRetried        Reason = "told again" // an earlier run could not finish sending it
	SentResolved       Reason = "resolved"   // it is over
	SentFlapping       Reason = "unstable"   // it flaps
	SentFlappingEnded  Reason = "settled"    // it no longer flaps
	SentDigest         Reason = "digest"     // in the digest
	SentWithdrawn      Reason = "withdrawn"  // the gateway's claim was wrong: taken off the screen
	SentJoinedGroup    Reason = "joined"     // joined a notification that was already shown
)

// Reasons not to notify.
const (
	HeldOff              Reason = "held: notifications are off"
	HeldListOnly         Reason = "held: shown in the list only"
	HeldMinimum          Reason = "held: below the least severity"
	HeldAlreadySent      Reason = "held: already told"
	HeldOncePerPeriod    Reason = "held: already told in this budget period"
	HeldHigherThreshold  Reason = "skipped: higher threshold"
	HeldInhibited        Reason = "held: explained by another alert"
	HeldAwaitingRecheck  Reason = "held: waiting for a second look"
	HeldFlapping         Reason = "held: unstable"
	HeldAcked            Reason = "held: acknowledged"
	HeldSilenced         Reason = "held: snoozed"
	HeldMuted            Reason = "held: muted"
	HeldQuiet            Reason = "held: quiet hours, in the digest"
	HeldAway             Reason = "held: away, in the digest"
	HeldDigest           Reason = "held: for the digest"
	HeldWindowFocused    Reason = "held: the window is in front"
	HeldRateLimited      Reason = "capped"
	HeldOver             Reason = "held: over before it was told"
	HeldNeverSent        Reason = "held: its beginning was not told"
	HeldResolvedUnwanted Reason = "held: its end is not worth a notice"
	HeldNoNews           Reason = "held: ended without news"
)

// Reasons why sending failed.
const (
	FailedNotPermitted Reason = "failed: not permitted"
	FailedNoService    Reason = "failed: no notification service"
	Failed             Reason = "failed"
)

// Sends reports whether r is a reason to notify.
func (r Reason) Sends() bool {
	switch r {
	case SentFirst, SentSeverityRaised, SentUnsuppressed, SentRepeat, SentRetried, SentResolved, SentFlapping,
		SentFlappingEnded, SentDigest, SentWithdrawn, SentJoinedGroup:
		return true
	default:
		return false
	}
}

// forDigest reports whether r puts an alert into the next digest.
func (r Reason) forDigest() bool { return r == HeldQuiet || r == HeldAway || r == HeldDigest }
