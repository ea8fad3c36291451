package notify

import (
	"time"

	"gatewatch/internal/core/event"
)

// Settings says what is notified of, and how. Start from DefaultSettings.
type Settings struct {
	// Off sends nothing; decisions are still made and recorded.
	Off bool
	// Minimum is the least severity that is notified of; "" means all.
	Minimum event.Severity
	// Always are rules that are told whatever their severity.
	Always []string
	// NoResolved leaves out that something is over.
	NoResolved bool
	// Silent asks for no sound at all; Private leaves names and amounts out.
	Silent  bool
	Private bool
	// HoldWhileFocused holds back what is not critical while the window is in
	// front.
	HoldWhileFocused bool
	// RepeatInterval replaces the rules' own repeat interval of critical alerts that
	// nobody acknowledged; 0 leaves them, negative never repeats.
	RepeatInterval time.Duration
	// PerMinute and PerHour cap new bubbles below critical; 0 means no cap.
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
	groupWaitCritical = 500 * time.Millisecond // a burst out of one snapshot, no more
	groupWait         = 3 * time.Second
	groupInterval     = 60 * time.Second // what comes within joins the shown notification
	criticalPer       = 3                // a minute, one by one
	criticalBatchWait = 45 * time.Second // the others wait so long for one another
	longAway          = 5 * time.Minute  // a shorter absence needs no digest
	dailyDigest       = 24 * time.Hour
	redeliverWithin   = time.Hour // an intended, undelivered critical notification
	overflowEvery     = 10 * time.Minute
	overflowFresh     = time.Hour
	repeatRetry       = 15 * time.Minute // after a held repeat
)

// retryAfter is how long to wait before a failed delivery is tried again; as
// many failures in a row mean that the system blocks us.
var retryAfter = []time.Duration{2 * time.Second, 10 * time.Second}
