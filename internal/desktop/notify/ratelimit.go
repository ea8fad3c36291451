package notify

import (
	"maps"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// rateLimiter counts new bubbles of the last hour: those that the rate limit
// counts, and critical ones.
type rateLimiter struct {
	sent, critical []time.Time
}

func (c *rateLimiter) shift(d time.Duration) {
	for _, ts := range [][]time.Time{c.sent, c.critical} {
		for i := range ts {
			ts[i] = ts[i].Add(d)
		}
	}
}

// restore counts the notifications of an earlier run: a crash loop must not ring more
// often than one long run. It counts as that did: what went out at one moment is
// one, critical if any of it began so, and the end of something critical is none.
func (c *rateLimiter) restore(entries []LogEntry) {
	type sort struct{ critical, ends, joined bool }
	sorts := map[time.Time]sort{}
	for _, s := range entries {
		at := s.IntendedAt.UTC().Round(0)
		k := sorts[at]
		k.critical = k.critical || s.Severity == event.SeverityCritical && s.Status == loggedFiring
		k.ends = k.ends || s.Severity == event.SeverityCritical && s.Status == loggedResolved
		k.joined = k.joined || s.Reason == SentJoinedGroup
		sorts[at] = k
	}
	for _, at := range slices.SortedFunc(maps.Keys(sorts), time.Time.Compare) {
		switch k := sorts[at]; {
		case k.joined: // into one that was counted
		case k.critical:
			c.critical = append(c.critical, at)
		case !k.ends:
			c.sent = append(c.sent, at)
		}
	}
}

func within(ts []time.Time, now time.Time, d time.Duration) int {
	n := 0
	for _, t := range ts {
		if now.Sub(t) < d {
			n++
		}
	}
	return n
}

func (c *rateLimiter) allows(now time.Time, set Settings) bool {
	return (set.PerMinute <= 0 || within(c.sent, now, time.Minute) < set.PerMinute) &&
		(set.PerHour <= 0 || within(c.sent, now, time.Hour) < set.PerHour)
}

func (c *rateLimiter) allowsCritical(now time.Time) bool {
	return within(c.critical, now, time.Minute) < criticalPer
}

func (c *rateLimiter) count(now time.Time)         { c.sent = counted(c.sent, now) }
func (c *rateLimiter) countCritical(now time.Time) { c.critical = counted(c.critical, now) }

func counted(ts []time.Time, now time.Time) []time.Time {
	ts = slices.DeleteFunc(ts, func(t time.Time) bool { return now.Sub(t) >= time.Hour })
	return append(ts, now)
}

// criticalBatch is the critical alerts beyond the few that a minute takes one by one:
// they are sent in one notification, by name, before the first is a minute old.
type criticalBatch struct {
	waiting []queuedAlert
	due     time.Time
}

// batchCritical puts entries into the batch; one that waits there already, such as
// one that is released meanwhile, is not two.
func (p *Planner) batchCritical(entries []queuedAlert) {
	p.criticalBatch.waiting = slices.DeleteFunc(p.criticalBatch.waiting, func(w queuedAlert) bool {
		return slices.ContainsFunc(entries, func(e queuedAlert) bool { return e.alert.Fingerprint == w.alert.Fingerprint })
	})
	if len(p.criticalBatch.waiting) == 0 {
		p.criticalBatch.due = p.last.Add(criticalBatchWait)
	}
	p.criticalBatch.waiting = append(p.criticalBatch.waiting, entries...)
	p.wake(p.criticalBatch.due)
}

// sendCriticalBatch sends the batch once it is due.
func (p *Planner) sendCriticalBatch() {
	c := &p.criticalBatch
	if len(c.waiting) == 0 {
		return
	}
	if p.last.Before(c.due) {
		p.wake(c.due)
		return
	}
	ready := p.recheck(c.waiting)
	c.waiting = nil
	if len(ready) == 0 {
		return
	}
	slices.SortFunc(ready, bySeverity)
	o := Dispatch{RateLimitExempt: true, CriticalBatch: true, Notification: p.listing(ready, p.unusedID(ready[0].alert.Fingerprint, ready))}
	o.Notification.New = true
	p.retire(ready, o.Notification.ID)
	p.dispatch(nil, o, ready)
}

// overflow is the one notification for all below critical that the rate limit held
// back.
type overflow struct {
	entries []queuedAlert // held back, as they were then
	fresh   []queuedAlert // of these, not shown yet
	due     time.Time     // to show them; zero: nothing new
	at      time.Time     // last shown as a new bubble
	updated time.Time     // last shown at all
	last    time.Time     // last alert held back
}

const overflowID = "overflow"

// maxListings bounds the memory of which notifications are listings.
const maxListings = 256

// rateLimited holds entries back because there were too many notifications.
func (p *Planner) rateLimited(entries []queuedAlert) {
	o := &p.over
	if p.last.Sub(o.last) > overflowFresh {
		o.entries = nil
	}
	o.last = p.last
	for _, e := range entries {
		e.reason = HeldRateLimited
		t := p.tracks[e.alert.Fingerprint]
		if t != nil {
			t.lastReason = HeldRateLimited
		}
		p.decisions = append(p.decisions, p.decision(e))
		if e.message == text.MessageResolved {
			p.logResolved(e.alert.Fingerprint)
			if t != nil {
				p.withdraw(t)
			}
			continue // the list shows it; it is not one more to look at
		}
		o.fresh = append(o.fresh, e)
	}
	if o.due.IsZero() && len(o.fresh) > 0 {
		o.due = p.last.Add(groupWait)
	}
}

// flushOverflow names what was held back, the worst first.
func (p *Planner) flushOverflow() {
	o := &p.over
	if o.due.IsZero() {
		return
	}
	listed := slices.DeleteFunc(p.stillOpen(o.entries), func(e queuedAlert) bool { return p.tracks[e.alert.Fingerprint].notificationID != overflowID })
	showing := !o.at.IsZero() && p.last.Sub(o.at) < overflowFresh && len(listed) > 0
	inPlace := p.onScreen(overflowID)
	switch {
	case showing && !inPlace:
		o.due = later(o.due, o.at.Add(overflowEvery))
	case showing:
		o.due = later(o.due, o.updated.Add(groupInterval))
	}
	if p.last.Before(o.due) {
		p.wake(o.due)
		return
	}
	if p.off[overflowID] {
		listed = nil // told, and seen or not
	}
	fresh := p.stillOpen(o.fresh)
	o.due, o.fresh, o.entries = time.Time{}, nil, append(listed, fresh...)
	if len(fresh) == 0 {
		return
	}
	slices.SortStableFunc(o.entries, bySeverity)
	n := p.listing(o.entries, overflowID)
	n.Silent, n.New = n.Silent || showing, !showing
	for i := range fresh {
		fresh[i].reason = SentJoinedGroup
	}
	o.updated = p.last
	if !showing || !inPlace {
		o.at = p.last
	}
	p.dispatch(nil, Dispatch{Notification: n, Replaces: showing && inPlace, RateLimitExempt: true}, fresh)
}

// stillOpen are the entries whose alerts are open and as they were.
func (p *Planner) stillOpen(entries []queuedAlert) (open []queuedAlert) {
	for _, e := range entries {
		if t := p.tracks[e.alert.Fingerprint]; t != nil && t.alert.Life == e.alert.Life && t.alert.Status.Open() {
			e.alert = t.alert
			open = append(open, e)
		}
	}
	return open
}

// listing is a notification that begins with the worst of its alerts and names the
// others.
func (p *Planner) listing(entries []queuedAlert, id string) Notification {
	n := p.compose(text.MessageFiring, entries, id)
	if len(entries) == 1 {
		return n
	}
	alerts := make([]text.Alert, len(entries))
	for i := range entries {
		alerts[i] = entries[i].alert.Described()
	}
	if len(p.listings) >= maxListings {
		clear(p.listings)
	}
	p.listings[id] = true
	n.Route, n.Actions = "/alerts", []Action{ActionOpen}
	n.Title, n.Body = text.Listing(alerts, p.set.Private, p.set.Location, p.last)
	return n
}
