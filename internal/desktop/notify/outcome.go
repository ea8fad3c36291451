package notify

import (
	"errors"
	"maps"
	"slices"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
)

// Blocked says that the system does not show our notifications, or shows them
// again (Reason is "" then).
type Blocked struct {
	Reason Reason
	Err    error // of the last attempt; nil when it works again
	At     time.Time
}

// Done says what became of a Dispatch: nil, or why it failed. It reports
// whether the sender has become blocked or works again.
func (p *Planner) Done(serial int64, err error, now time.Time) (state Blocked, changed bool) {
	p.tick(now)
	o := p.inFlight[serial]
	if o == nil {
		return Blocked{}, false
	}
	if err == nil {
		return p.delivered(o)
	}
	reason := failure(err)
	p.failures++
	if reason == Failed && o.attempt < len(retryAfter) {
		again := *o
		again.notBefore = p.last.Add(retryAfter[o.attempt])
		again.attempt++
		o.attempt = again.attempt
		p.queue = append(p.queue, again)
		return Blocked{}, false
	}
	delete(p.inFlight, serial)
	p.fail(o, reason)
	if p.blocked == reason || p.failures <= len(retryAfter) && reason == Failed {
		return Blocked{}, false
	}
	p.blocked = reason
	return Blocked{Reason: reason, Err: err, At: p.last}, true
}

func failure(err error) Reason {
	switch {
	case errors.Is(err, ErrNotPermitted):
		return FailedNotPermitted
	case errors.Is(err, ErrNoService):
		return FailedNoService
	}
	return Failed
}

// delivered notes that a Dispatch was shown.
func (p *Planner) delivered(o *Dispatch) (Blocked, bool) {
	delete(p.inFlight, o.Serial)
	for _, s := range o.LogEntries {
		if cur := p.logged[s.Fingerprint]; cur.Life == s.Life && cur.IntendedAt.Equal(s.IntendedAt) {
			cur.DeliveredAt = p.last
			p.logged[s.Fingerprint] = cur
		}
	}
	for _, d := range o.decisions {
		d.Outcome = OutcomeDelivered
		p.decisions = append(p.decisions, d)
	}
	p.failures = 0
	p.prune()
	if p.blocked == "" {
		return Blocked{}, false
	}
	p.blocked = ""
	p.redecideFailed()
	return Blocked{At: p.last}, true
}

// fail notes that a Dispatch was given up. Nobody was notified, so the log entry is
// again what it was before; but what is over stays over.
func (p *Planner) fail(o *Dispatch, reason Reason) {
	for i, s := range o.LogEntries {
		if cur := p.logged[s.Fingerprint]; cur.IntendedAt.Equal(s.IntendedAt) && s.Status != loggedResolved {
			switch was := o.prevEntries[i]; {
			case was.Fingerprint == "":
				delete(p.logged, s.Fingerprint)
			default:
				p.logged[s.Fingerprint] = was
				p.undelivered[s.Fingerprint] = was.DeliveredAt.IsZero() && was.Status == loggedFiring
			}
		}
		if t := p.tracks[s.Fingerprint]; t != nil && t.alert.Life == s.Life {
			t.lastReason, t.notificationID, t.repeatAt = reason, "", time.Time{}
		}
	}
	for _, d := range o.decisions {
		d.Reason, d.Outcome = reason, OutcomeFailed
		p.decisions = append(p.decisions, d)
	}
}

// redecideFailed decides anew on critical alerts that could not be shown while the
// system blocked us.
func (p *Planner) redecideFailed() {
	for _, fp := range slices.Sorted(maps.Keys(p.tracks)) {
		t := p.tracks[fp]
		failed := t.lastReason == FailedNotPermitted || t.lastReason == FailedNoService || t.lastReason == Failed
		if failed && t.alert.Status == alert.StatusFiring && t.alert.Severity == event.SeverityCritical {
			p.observe(alert.Change{Kind: alert.Fired, Alert: t.alert, At: p.last})
		}
	}
}

// maxLogEntries bounds the log entries in memory; the oldest of those that are over
// go first. Those of budgets matter for their whole period.
const maxLogEntries = 20_000

func (p *Planner) prune() {
	if len(p.logged) <= maxLogEntries {
		return
	}
	var oldest string
	for fp, s := range p.logged {
		if t := p.tracks[fp]; t != nil && t.alert.Status.Open() {
			continue
		}
		if oldest == "" || s.IntendedAt.Before(p.logged[oldest].IntendedAt) {
			oldest = fp
		}
	}
	delete(p.logged, oldest)
}

// block notes that the sender cannot show anything, before anything was sent.
func (p *Planner) block(reason Reason, err error, now time.Time) (Blocked, bool) {
	p.tick(now)
	if p.blocked != "" {
		return Blocked{}, false
	}
	p.blocked = reason
	return Blocked{Reason: reason, Err: err, At: p.last}, true
}

// test queues a notification that shows what one of this severity looks like.
func (p *Planner) test(s event.Severity) {
	p.serial++
	o := Dispatch{Serial: p.serial, RateLimitExempt: true, Notification: Notification{
		ID: "test-" + string(s), Title: "Test: this is how an alert looks", Severity: s, New: true,
		Body: "Its severity is " + string(s) + ". Nothing is wrong.", Route: "/settings",
		Silent: p.set.Silent, Actions: []Action{ActionOpen},
	}}
	p.queue = append(p.queue, o)
	p.inFlight[o.Serial] = &o
}
