package notify

import (
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
)

// TestDecide names every reason once: who is told, and who is not, and why.
func TestDecide(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	entry := LogEntry{Fingerprint: "f", Life: 7, Severity: event.SeverityWarning, Status: loggedFiring, IntendedAt: now, DeliveredAt: now}
	c := func(what alert.ChangeKind, more ...func(*Case)) Case {
		c := Case{Now: now, Settings: DefaultSettings(), Change: alert.Change{Kind: what, Alert: alert.Alert{
			Fingerprint: "f", Life: 7, Rule: "provider.unhealthy", Severity: event.SeverityWarning, Status: alert.StatusFiring,
			OnFiring: alert.NotifyNow, OnResolved: alert.NotifyNow,
		}}}
		for _, m := range more {
			m(&c)
		}
		return c
	}
	al := func(f func(*alert.Alert)) func(*Case) { return func(c *Case) { f(&c.Change.Alert) } }
	told := func(c *Case) { c.LastEntry = entry }
	critical := al(func(a *alert.Alert) { a.Severity = event.SeverityCritical })
	gone := al(func(a *alert.Alert) { a.Status, a.EndReason = alert.StatusResolved, alert.EndCleared })
	unseen := func(why alert.EndReason) func(*Case) {
		return al(func(a *alert.Alert) {
			a.Status, a.EndReason, a.Category = alert.StatusResolved, why, alert.CategoryProvider
		})
	}
	for _, row := range []struct {
		name string
		c    Case
		want Reason
	}{
		{"began", c(alert.BecamePending), ""},
		{"fired", c(alert.Fired), SentFirst},
		{"fired, told before", c(alert.Fired, told), HeldAlreadySent},
		{"resumed, told before", c(alert.FiredAgain, told), HeldAlreadySent},
		{"resumed, never told", c(alert.FiredAgain), SentFirst},
		{"a new life", c(alert.Fired, told, al(func(a *alert.Alert) { a.Life = 8 })), SentFirst},
		{"a new life in a budget period that was notified of", c(alert.Fired, told, al(func(a *alert.Alert) { a.Life, a.OncePerPeriod = 8, true })), HeldOncePerPeriod},
		{"a new life at first sight", c(alert.Fired, told, al(func(a *alert.Alert) { a.Life, a.FirstSight = 8, true })), HeldAlreadySent},
		{"intended by an earlier run", c(alert.Fired, told, func(c *Case) { c.Undelivered = true }), SentRetried},
		{"rose", c(alert.SeverityRaised, told, critical), SentSeverityRaised},
		{"rose to what was told", c(alert.SeverityRaised, told), HeldAlreadySent},
		{"reminder", c(RepeatDue, told, critical), SentRepeat},
		{"reminder of what is acknowledged", c(RepeatDue, told, critical, al(func(a *alert.Alert) { a.Acked = true })), HeldAlreadySent},
		{"released", c(alert.Unsuppressed), SentUnsuppressed},
		{"released, skipped before", c(alert.Unsuppressed, func(c *Case) { c.LastReason = HeldHigherThreshold }), HeldHigherThreshold},
		{"off", c(alert.Fired, func(c *Case) { c.Settings.Off = true }), HeldOff},
		{"timeline", c(alert.Fired, al(func(a *alert.Alert) { a.OnFiring = alert.NotifyNever })), HeldListOnly},
		{"minimum", c(alert.Fired, func(c *Case) { c.Settings.Minimum = event.SeverityCritical }), HeldMinimum},
		{"flapping", c(alert.Fired, al(func(a *alert.Alert) { a.Flapping = true })), HeldFlapping},
		{"away", c(alert.Fired, func(c *Case) { c.Away = true }), HeldAway},
		{"just woke", c(alert.Fired, critical, al(func(a *alert.Alert) { a.InhibitedBy = alert.InhibitAway })), HeldAway},
		{"settling", c(alert.Fired, al(func(a *alert.Alert) { a.AwaitingRecheck = true })), HeldAwaitingRecheck},
		{"inhibited", c(alert.Fired, critical, al(func(a *alert.Alert) { a.InhibitedBy = "gateway.unreachable" })), HeldInhibited},
		{"a higher threshold", c(alert.Fired, al(func(a *alert.Alert) { a.Rule, a.InhibitedBy = "budget.used", "budget.used" })), HeldHigherThreshold},
		{"acknowledged", c(alert.Unsuppressed, al(func(a *alert.Alert) { a.Acked = true })), HeldAcked},
		{"silenced", c(alert.Fired, al(func(a *alert.Alert) { a.SilencedUntil = now.Add(time.Hour) })), HeldSilenced},
		{"muted", c(alert.Fired, al(func(a *alert.Alert) { a.SilencedUntil, a.Muted = now.Add(time.Hour), true })), HeldMuted},
		{"a silence that is over", c(alert.Fired, al(func(a *alert.Alert) { a.SilencedUntil = now })), SentFirst},
		{"quiet hours", c(alert.Fired, func(c *Case) { c.Quiet = true }), HeldQuiet},
		{"quiet hours, critical", c(alert.Fired, critical, func(c *Case) { c.Quiet = true }), SentFirst},
		{"quiet hours, critical too", c(alert.Fired, critical, func(c *Case) { c.Quiet, c.Settings.CriticalPasses = true, false }), HeldQuiet},
		{"looking", c(alert.Fired, func(c *Case) { c.WindowFocused, c.Settings.HoldWhileFocused = true, true }), HeldWindowFocused},
		{"looking, critical", c(alert.Fired, critical, func(c *Case) { c.WindowFocused, c.Settings.HoldWhileFocused = true, true }), SentFirst},
		{"for the digest", c(alert.Fired, al(func(a *alert.Alert) { a.OnFiring = alert.NotifyInDigest })), HeldDigest},
		{"unstable", c(alert.FlappingStarted), SentFlapping},
		{"unstable, inhibited", c(alert.FlappingStarted, al(func(a *alert.Alert) { a.InhibitedBy = "x" })), HeldInhibited},
		{"settled", c(alert.FlappingEnded, gone, func(c *Case) { c.LastEntry = entry; c.LastEntry.Status = loggedFlapping }), SentFlappingEnded},
		{"settled, never said unstable", c(alert.FlappingEnded, gone), HeldNeverSent},
		{"settled while it fires, never told", c(alert.FlappingEnded, critical), SentFirst},
		{"resolved", c(alert.Resolved, gone, told), SentResolved},
		{"it ended in a short absence that is over", c(alert.Resolved, gone, told, al(func(a *alert.Alert) { a.InhibitedBy = alert.InhibitAway })), SentResolved},
		{"resolved, never told", c(alert.Resolved, gone), HeldNeverSent},
		{"resolved, told in the window", c(alert.Resolved, gone, func(c *Case) { c.LastReason = HeldWindowFocused }), HeldNoNews},
		{"resolved, but not worth a notice", c(alert.Resolved, gone, told, al(func(a *alert.Alert) { a.OnResolved = alert.NotifyNever })), HeldResolvedUnwanted},
		{"resolved, ends are not wanted", c(alert.Resolved, gone, told, func(c *Case) { c.Settings.NoResolved = true }), HeldResolvedUnwanted},
		{"resolved at night", c(alert.Resolved, gone, told, func(c *Case) { c.Quiet = true }), HeldQuiet},
		{"ended without news", c(alert.Resolved, told, al(func(a *alert.Alert) { a.EndReason = alert.EndDeleted })), HeldNoNews},
		{"nobody calls the provider any more", c(alert.Resolved, critical, told, unseen(alert.EndExpired)), SentResolved},
		{"an administrator switched the provider off", c(alert.Resolved, critical, told, unseen(alert.EndDisabled)), SentResolved},
		{"a warning that nobody calls any more", c(alert.Resolved, told, unseen(alert.EndExpired)), HeldNoNews},
		{"another alert says that the gateway switched it off", c(alert.Resolved, critical, told, unseen(alert.EndInhibited)), HeldNoNews},
		{"nobody calls it, and it was never told", c(alert.Resolved, critical, unseen(alert.EndExpired)), HeldNeverSent},
		{"contradicted", c(alert.Resolved, told, al(func(a *alert.Alert) { a.EndReason = alert.EndContradicted })), SentWithdrawn},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Decide(row.c); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

// Privacy mode leaves names and amounts out.
func TestPrivacyMode(t *testing.T) {
	s := newSim(t)
	s.set.Private = true
	s.p.Configure(s.set)
	s.at(0, func() { s.key("prod", "7", "team-billing", 95, 100, "2026-11-01") })
	s.at(time.Minute, nil)
	s.want("+500ms critical: A budget is nearly used up")
}

// An alert that waits to be told with others, and is released meanwhile, is told
// with them once.
func TestOneAlertIsInABatchOnce(t *testing.T) {
	s := newSim(t)
	waits := func(fp string, r Reason) queuedAlert {
		return queuedAlert{alert: alert.Alert{Fingerprint: fp}, reason: r}
	}
	s.p.batchCritical([]queuedAlert{waits("a", SentFirst), waits("b", SentFirst)})
	s.p.batchCritical([]queuedAlert{waits("a", SentUnsuppressed)})
	var got []string
	for _, e := range s.p.criticalBatch.waiting {
		got = append(got, e.alert.Fingerprint)
	}
	if want := []string{"b", "a"}; !slices.Equal(got, want) {
		t.Errorf("%q wait, want %q", got, want)
	}
}

// TestTheWindowsReasonHasOneName: package alert knows it by a name of its own.
func TestTheWindowsReasonHasOneName(t *testing.T) {
	if HeldWindowFocused != alert.ToldInWindow {
		t.Errorf("%q is not %q", HeldWindowFocused, alert.ToldInWindow)
	}
}
