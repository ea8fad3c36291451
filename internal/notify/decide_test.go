package notify

import (
	"testing"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/event"
)

// TestDecide names every reason once: who is told, and who is not, and why.
func TestDecide(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	said := Said{Fingerprint: "f", Life: 7, Severity: event.SeverityWarning, Status: saidFiring, Intended: now, Delivered: now}
	c := func(what alert.What, more ...func(*Case)) Case {
		c := Case{Now: now, Settings: DefaultSettings(), Change: alert.Change{What: what, Alert: alert.Alert{
			Fingerprint: "f", Life: 7, Rule: "provider.unhealthy", Severity: event.SeverityWarning, Status: alert.StatusFiring,
			Tell: alert.TellNotice, TellEnd: alert.TellNotice,
		}}}
		for _, m := range more {
			m(&c)
		}
		return c
	}
	al := func(f func(*alert.Alert)) func(*Case) { return func(c *Case) { f(&c.Change.Alert) } }
	told := func(c *Case) { c.Last = said }
	critical := al(func(a *alert.Alert) { a.Severity = event.SeverityCritical })
	gone := al(func(a *alert.Alert) { a.Status, a.End = alert.StatusResolved, alert.EndGone })
	for _, row := range []struct {
		name string
		c    Case
		want Reason
	}{
		{"began", c(alert.Began), ""},
		{"fired", c(alert.Fired), SentFirst},
		{"fired, told before", c(alert.Fired, told), HeldTold},
		{"resumed, told before", c(alert.Resumed, told), HeldTold},
		{"resumed, never told", c(alert.Resumed), SentFirst},
		{"a new life", c(alert.Fired, told, al(func(a *alert.Alert) { a.Life = 8 })), SentFirst},
		{"a new life in an epoch that was told", c(alert.Fired, told, al(func(a *alert.Alert) { a.Life, a.OncePerEpoch = 8, true })), HeldEpoch},
		{"a new life at first sight", c(alert.Fired, told, al(func(a *alert.Alert) { a.Life, a.FirstSight = 8, true })), HeldTold},
		{"intended by an earlier run", c(alert.Fired, told, func(c *Case) { c.Lost = true }), SentRetold},
		{"rose", c(alert.Rose, told, critical), SentRise},
		{"rose to what was told", c(alert.Rose, told), HeldTold},
		{"reminder", c(Reminder, told, critical), SentReminder},
		{"reminder of what is acknowledged", c(Reminder, told, critical, al(func(a *alert.Alert) { a.Acked = true })), HeldTold},
		{"released", c(alert.Released), SentReleased},
		{"released, skipped before", c(alert.Released, func(c *Case) { c.Before = HeldHigher }), HeldHigher},
		{"off", c(alert.Fired, func(c *Case) { c.Settings.Off = true }), HeldOff},
		{"timeline", c(alert.Fired, al(func(a *alert.Alert) { a.Tell = alert.TellNever })), HeldTimeline},
		{"minimum", c(alert.Fired, func(c *Case) { c.Settings.Minimum = event.SeverityCritical }), HeldMinimum},
		{"flapping", c(alert.Fired, al(func(a *alert.Alert) { a.Flapping = true })), HeldFlapping},
		{"away", c(alert.Fired, func(c *Case) { c.Away = true }), HeldAway},
		{"just woke", c(alert.Fired, critical, al(func(a *alert.Alert) { a.InhibitedBy = "I1" })), HeldAway},
		{"settling", c(alert.Fired, al(func(a *alert.Alert) { a.Settling = true })), HeldSettling},
		{"inhibited", c(alert.Fired, critical, al(func(a *alert.Alert) { a.InhibitedBy = "gateway.unreachable" })), HeldInhibited},
		{"a higher threshold", c(alert.Fired, al(func(a *alert.Alert) { a.Rule, a.InhibitedBy = "budget.used", "budget.used" })), HeldHigher},
		{"acknowledged", c(alert.Released, al(func(a *alert.Alert) { a.Acked = true })), HeldAcked},
		{"snoozed", c(alert.Fired, al(func(a *alert.Alert) { a.SnoozedUntil = now.Add(time.Hour) })), HeldSnoozed},
		{"a snooze that is over", c(alert.Fired, al(func(a *alert.Alert) { a.SnoozedUntil = now })), SentFirst},
		{"quiet hours", c(alert.Fired, func(c *Case) { c.Quiet = true }), HeldQuiet},
		{"quiet hours, critical", c(alert.Fired, critical, func(c *Case) { c.Quiet = true }), SentFirst},
		{"quiet hours, critical too", c(alert.Fired, critical, func(c *Case) { c.Quiet, c.Settings.CriticalPasses = true, false }), HeldQuiet},
		{"looking", c(alert.Fired, func(c *Case) { c.Looking, c.Settings.HoldWhileLooking = true, true }), HeldLooking},
		{"looking, critical", c(alert.Fired, critical, func(c *Case) { c.Looking, c.Settings.HoldWhileLooking = true, true }), SentFirst},
		{"for the digest", c(alert.Fired, al(func(a *alert.Alert) { a.Tell = alert.TellDigest })), HeldDigest},
		{"unstable", c(alert.Unstable), SentUnstable},
		{"unstable, inhibited", c(alert.Unstable, al(func(a *alert.Alert) { a.InhibitedBy = "x" })), HeldInhibited},
		{"settled", c(alert.Settled, gone, func(c *Case) { c.Last = said; c.Last.Status = saidUnstable }), SentSettled},
		{"settled, never said unstable", c(alert.Settled, gone), HeldUntold},
		{"settled while it fires, never told", c(alert.Settled, critical), SentFirst},
		{"resolved", c(alert.Resolved, gone, told), SentResolved},
		{"resolved, never told", c(alert.Resolved, gone), HeldUntold},
		{"resolved, but not worth a notice", c(alert.Resolved, gone, told, al(func(a *alert.Alert) { a.TellEnd = alert.TellNever })), HeldNoEnd},
		{"resolved, ends are not wanted", c(alert.Resolved, gone, told, func(c *Case) { c.Settings.NoResolved = true }), HeldNoEnd},
		{"resolved at night", c(alert.Resolved, gone, told, func(c *Case) { c.Quiet = true }), HeldQuiet},
		{"ended without news", c(alert.Resolved, told, al(func(a *alert.Alert) { a.End = alert.EndDeleted })), HeldNoNews},
		{"contradicted", c(alert.Resolved, told, al(func(a *alert.Alert) { a.End = alert.EndContradicted })), SentWithdrawn},
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
