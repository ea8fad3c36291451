package notify

// Reason says why somebody was told of an alert, or why not. It is kept with
// every decision and shown on the alert's page. The values are stored: they
// may be added to, not changed.
type Reason string

// Reasons to tell.
const (
	SentFirst     Reason = "first"      // it began
	SentRise      Reason = "rise"       // its severity rose
	SentReleased  Reason = "released"   // what held it back is over and it is still true
	SentReminder  Reason = "reminder"   // critical and unacknowledged for long
	SentRetold    Reason = "told again" // an earlier run could not finish telling it
	SentResolved  Reason = "resolved"   // it is over
	SentUnstable  Reason = "unstable"   // it flaps
	SentSettled   Reason = "settled"    // it no longer flaps
	SentDigest    Reason = "digest"     // in the digest
	SentWithdrawn Reason = "withdrawn"  // the gateway's claim was wrong: taken off the screen
	SentUpdated   Reason = "joined"     // joined a notice that was already shown
)

// Reasons not to tell.
const (
	HeldOff       Reason = "held: notifications are off"
	HeldTimeline  Reason = "held: shown in the list only"
	HeldMinimum   Reason = "held: below the least severity"
	HeldTold      Reason = "held: already told"
	HeldEpoch     Reason = "held: already told in this budget period"
	HeldHigher    Reason = "skipped: higher threshold"
	HeldInhibited Reason = "held: explained by another alert"
	HeldSettling  Reason = "held: waiting for a second look"
	HeldFlapping  Reason = "held: unstable"
	HeldAcked     Reason = "held: acknowledged"
	HeldSnoozed   Reason = "held: snoozed"
	HeldQuiet     Reason = "held: quiet hours, in the digest"
	HeldAway      Reason = "held: away, in the digest"
	HeldDigest    Reason = "held: for the digest"
	HeldLooking   Reason = "held: the window is in front"
	HeldCapped    Reason = "capped"
	HeldOver      Reason = "held: over before it was told"
	HeldUntold    Reason = "held: its beginning was not told"
	HeldNoEnd     Reason = "held: its end is not worth a notice"
	HeldNoNews    Reason = "held: ended without news"
)

// Reasons why telling failed.
const (
	FailedNotPermitted Reason = "failed: not permitted"
	FailedNoService    Reason = "failed: no notification service"
	Failed             Reason = "failed"
)

// Told reports whether r is a reason to tell.
func (r Reason) Told() bool {
	switch r {
	case SentFirst, SentRise, SentReleased, SentReminder, SentRetold, SentResolved, SentUnstable,
		SentSettled, SentDigest, SentWithdrawn, SentUpdated:
		return true
	default:
		return false
	}
}

// later reports whether r puts an alert into the next digest.
func (r Reason) later() bool { return r == HeldQuiet || r == HeldAway || r == HeldDigest }
