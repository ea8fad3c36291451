package alert

import (
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

const (
	expiryNotice = 7 * 24 * time.Hour
	expiryUrgent = 24 * time.Hour
	// expiredLately is how long ago a key may have expired to begin an alert.
	// One that was left to lie for longer was meant to expire; an alert that
	// is open by then stays so.
	expiredLately = expiryNotice
)

func expiryRules() []Rule {
	return []Rule{
		{
			ID: "key.expiring", Title: "Key expires soon or has expired", Category: CategorySpend, Severity: info,
			OnFiring: NotifyNow, OnFiringFrom: info, OnResolved: NotifyNever, OncePerPeriod: true,
			Needs: "Expiries", check: checkExpiring, recheck: recheckExpiring,
		},
	}
}

// checkExpiring holds for a key from a week before it expires until it is
// renewed or deleted. The day of its expiry is the budget period: an expiry that passes
// is no news after the warning of the day before, and neither is one that is
// moved within its day.
func checkExpiring(v *evalContext, yield func(Result)) {
	for id, at := range v.in.Expiries {
		k, ok := v.live.Keys[id]
		if !ok || k.Status == "deleted" || at.IsZero() {
			continue
		}
		left := at.Sub(v.now)
		if left > expiryNotice {
			v.scheduleEval(at.Add(-expiryNotice))
			continue
		}
		yield(v.expiry(&k, at, left))
	}
}

// expiry is the sample of a key that expires in less than a week, or expired.
func (v *evalContext) expiry(k *state.KeySpend, at time.Time, left time.Duration) Result {
	s := expiryResult(k, at)
	switch {
	case left <= 0:
		s.Severity, s.Annotations.Action = event.SeverityWarning, text.ActionExpired
		if left <= -expiredLately {
			s.condition = conditionHysteresis
		}
		return s
	case left <= expiryUrgent:
		s.Severity = event.SeverityWarning
	}
	// Rounded up, so that its text is made anew at the very moment of the next.
	unit := unitOf(left)
	s.Annotations.Left = (left + unit - 1).Truncate(unit)
	v.scheduleEval(at.Add(unit - s.Annotations.Left))
	return s
}

// unitOf is how exactly a text says the time left. Each divides the limits at
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

func expiryResult(k *state.KeySpend, at time.Time) Result {
	return Result{
		Gateway: k.Gateway, Kind: "key", Entity: k.Key, StateID: k.ID, Severity: event.SeverityInfo,
		Period: at.UTC().Format(time.DateOnly), Value: -1, Annotations: Annotations{Name: named(k.Name, "key ", k.Key), Resets: at},
	}
}

// recheckExpiring ends when the key was read to expire later or never; a list that
// was not read yet says nothing.
func recheckExpiring(v *evalContext, a *Alert) Result {
	k, ok := v.live.Keys[a.StateID]
	if !ok {
		return v.absent(a)
	}
	if k.Status == "deleted" {
		return Result{condition: conditionEnded, EndReason: EndDeleted}
	}
	at, read := v.in.Expiries[a.StateID]
	s := expiryResult(&k, at)
	s.Period, s.Annotations.Action = a.SourcePeriod, a.Annotations.Action
	s.condition = conditionNotMet
	if !read {
		s.condition = conditionUnknown
	}
	return s
}
