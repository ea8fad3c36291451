package alert

import (
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/state"
)

// Facts.Action of a key whose expiry has passed.
const actionExpired = "expired"

const (
	expiryNotice = 7 * 24 * time.Hour
	expiryUrgent = 24 * time.Hour
	// expiredLately is how long ago a key may have expired to begin an alert.
	// One that was left to lie for longer was meant to expire; an alert that
	// is open by then stays so.
	expiredLately = expiryNotice
)

// checkExpiring holds for a key from a week before it expires until it is
// renewed or deleted. The day of its expiry is the epoch: an expiry that passes
// is no news after the warning of the day before, and neither is one that is
// moved within its day.
func checkExpiring(v *view, yield func(Sample)) {
	for id, at := range v.in.Expiries {
		k, ok := v.live.Keys[id]
		if !ok || k.Status == "deleted" || at.IsZero() {
			continue
		}
		left := at.Sub(v.now)
		if left > expiryNotice {
			v.wake(at.Add(-expiryNotice))
			continue
		}
		yield(v.expiry(&k, at, left))
	}
}

// expiry is the sample of a key that expires in less than a week, or expired.
func (v *view) expiry(k *state.KeySpend, at time.Time, left time.Duration) Sample {
	s := expirySample(k, at)
	switch {
	case left <= 0:
		s.Severity, s.Facts.Action = event.SeverityWarning, actionExpired
		if left <= -expiredLately {
			s.v = keeps
		}
		return s
	case left <= expiryUrgent:
		s.Severity = event.SeverityWarning
	}
	// Rounded up, so that its text is made anew at the very moment of the next.
	unit := unitOf(left)
	s.Facts.Left = (left + unit - 1).Truncate(unit)
	v.wake(at.Add(unit - s.Facts.Left))
	return s
}

// unitOf is how exactly a text tells the time left. Each divides the limits at
// which something else changes.
func unitOf(left time.Duration) time.Duration {
	switch {
	case left > 2*24*time.Hour:
		return 24 * time.Hour
	case left > 2*time.Hour:
		return time.Hour
	}
	return time.Minute
}

func expirySample(k *state.KeySpend, at time.Time) Sample {
	return Sample{
		Gateway: k.Gateway, Kind: "key", Entity: k.Key, Thing: k.ID, Severity: event.SeverityInfo,
		Epoch: at.UTC().Format(time.DateOnly), Value: -1, Facts: Facts{Name: named(k.Name, "key ", k.Key), Resets: at},
	}
}

// lookExpiring ends when the key was read to expire later or never; a list that
// was not read yet says nothing.
func lookExpiring(v *view, a *Alert) Sample {
	k, ok := v.live.Keys[a.Thing]
	if !ok {
		return v.absent(a)
	}
	if k.Status == "deleted" {
		return Sample{v: ended, End: EndDeleted}
	}
	at, read := v.in.Expiries[a.Thing]
	s := expirySample(&k, at)
	s.Epoch, s.Facts.Action = a.SourceEpoch, a.Facts.Action
	s.v = fails
	if !read {
		s.v = unknown
	}
	return s
}
