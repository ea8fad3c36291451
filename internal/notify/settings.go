package notify

import (
	"time"

	"gatewatch/internal/event"
)

// Settings says what is told, and how. Start from DefaultSettings.
type Settings struct {
	// Off tells nothing; decisions are still made and recorded.
	Off bool
	// Minimum is the least severity that is told; "" means all.
	Minimum event.Severity
	// NoResolved leaves out that something is over.
	NoResolved bool
	// Silent asks for no sound at all; Private leaves names and amounts out.
	Silent  bool
	Private bool
	// HoldWhileLooking holds back what is not critical while the window is in
	// front.
	HoldWhileLooking bool
	// Repeat replaces the rules' own repeat interval of critical alerts that
	// nobody acknowledged; 0 leaves them, negative never repeats.
	Repeat time.Duration
	// PerMinute and PerHour cap new bubbles; 0 means no cap.
	PerMinute, PerHour int
	// Quiet reports whether now is in quiet hours, and until when; nil means
	// never. CriticalPasses lets critical alerts through.
	Quiet          func(now time.Time) (quiet bool, until time.Time)
	CriticalPasses bool
	// Location is whose clock the texts show; nil means time.Local.
	Location *time.Location
}

// DefaultSettings are those of a fresh installation.
func DefaultSettings() Settings {
	return Settings{PerMinute: 4, PerHour: 12, CriticalPasses: true}
}

// Times of gathering and repeating.
const (
	gatherCritical = 500 * time.Millisecond // a burst out of one snapshot, no more
	gatherOther    = 3 * time.Second
	joinFor        = 60 * time.Second // what comes within joins the shown notice
	exemptPer      = 3                // a minute, beyond the cap
	longAway       = 5 * time.Minute  // a shorter absence needs no digest
	dailyDigest    = 24 * time.Hour
	retellWithin   = time.Hour // an intended, undelivered critical notice
	overflowEvery  = 10 * time.Minute
	overflowFresh  = time.Hour
	remindAgain    = 15 * time.Minute // after a held reminder
)

// retryAfter is how long to wait before a failed delivery is tried again; as
// many failures in a row mean that the system blocks us.
var retryAfter = []time.Duration{2 * time.Second, 10 * time.Second}
