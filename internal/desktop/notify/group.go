package notify

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// group gathers what is notified of together: alerts of one gateway and category,
// beginnings apart from ends.
type group struct {
	key     string
	message text.MessageKind
	waiting []queuedAlert
	due     time.Time // when what waits is sent
	shown   shown
}

// shown is the notification that a group showed last.
type shown struct {
	id       string
	severity event.Severity
	at       time.Time // zero: none
	entries  []queuedAlert
}

// raises reports whether an entry draws attention of its own: it is critical
// and begins, rises or is to be repeated.
func (e *queuedAlert) raises() bool {
	return e.message == text.MessageFiring && e.alert.Severity == event.SeverityCritical
}

// enqueue queues an entry with its group.
func (p *Planner) enqueue(c alert.Change, t *track, r Reason) {
	e := newQueuedAlert(c, r)
	t.lastReason = r
	g, cross := p.groupFor(&e)
	g.waiting = slices.DeleteFunc(g.waiting, func(w queuedAlert) bool { return w.alert.Fingerprint == e.alert.Fingerprint })
	g.waiting = append(g.waiting, e)
	wait := groupWait
	if e.raises() {
		wait = groupWaitCritical
	}
	due := p.last.Add(wait)
	if g.fresh(p.last) && !p.capabilities.Replace && (!e.raises() || cross) {
		due = later(due, g.shown.at.Add(groupInterval)) // nothing to replace: a second notification, later
	}
	if g.due.IsZero() || due.Before(g.due) {
		g.due = due
	}
	// What ends needs no notification of its beginning.
	if e.message == text.MessageResolved {
		p.dropWaiting(e.alert.Fingerprint, g)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// fresh reports whether the group's notification is young enough to be joined.
func (g *group) fresh(now time.Time) bool {
	return !g.shown.at.IsZero() && now.Sub(g.shown.at) < groupInterval
}

// groupFor finds an entry's group. One provider failing on several gateways is
// one incident; cross is true if the entry joined that of another gateway.
func (p *Planner) groupFor(e *queuedAlert) (g *group, cross bool) {
	key := e.alert.Group() + "|" + string(e.message)
	if e.message == text.MessageFiring && strings.HasPrefix(e.alert.Rule, "provider.unhealthy") {
		if other := p.sameProvider(e); other != nil {
			return other, true
		}
	}
	g = p.groups[key]
	if g == nil {
		g = &group{key: key, message: e.message}
		p.groups[key] = g
	}
	return g, false
}

// sameProvider finds a group of one alert: the same provider, unhealthy on
// another gateway within a minute.
func (p *Planner) sameProvider(e *queuedAlert) *group {
	for _, g := range p.groups {
		if g.message != text.MessageFiring {
			continue
		}
		members := slices.Clone(g.waiting)
		if g.fresh(p.last) {
			members = append(members, g.shown.entries...)
		}
		same := len(members) > 0
		for i := range members {
			m := &members[i].alert
			same = same && strings.HasPrefix(m.Rule, "provider.unhealthy") &&
				m.Annotations.Name == e.alert.Annotations.Name && m.Gateway != e.alert.Gateway
		}
		if same {
			return g
		}
	}
	return nil
}

func (p *Planner) dropWaiting(fp string, but *group) {
	p.criticalBatch.waiting = slices.DeleteFunc(p.criticalBatch.waiting, func(w queuedAlert) bool { return w.alert.Fingerprint == fp })
	for _, g := range p.groups {
		if g != but {
			g.waiting = slices.DeleteFunc(g.waiting, func(w queuedAlert) bool { return w.alert.Fingerprint == fp })
		}
	}
}

// awaited reports whether an alert is about to be notified of.
func (p *Planner) awaited(fp string) bool {
	if slices.ContainsFunc(p.criticalBatch.waiting, func(w queuedAlert) bool { return w.alert.Fingerprint == fp }) {
		return true
	}
	for _, g := range p.groups {
		for i := range g.waiting {
			if g.waiting[i].alert.Fingerprint == fp {
				return true
			}
		}
	}
	for _, o := range p.inFlight {
		for i := range o.LogEntries {
			if o.LogEntries[i].Fingerprint == fp {
				return true
			}
		}
	}
	return false
}

// flushGroup makes the group's notification once it is due.
func (p *Planner) flushGroup(g *group) {
	if len(g.waiting) == 0 {
		g.due = time.Time{}
		if !g.fresh(p.last) {
			delete(p.groups, g.key)
		}
		return
	}
	if p.last.Before(g.due) {
		p.wake(g.due)
		return
	}
	ready := p.recheck(g.waiting)
	g.waiting, g.due = nil, time.Time{}
	if len(ready) == 0 {
		return
	}
	slices.SortFunc(ready, bySeverity)
	if g.fresh(p.last) && p.onScreen(g.shown.id) && p.joins(g, ready) {
		p.join(g, ready)
		return
	}
	p.notifyGroup(g, ready)
}

// recheck drops what is no longer worth a notification since it began to wait.
func (p *Planner) recheck(waiting []queuedAlert) []queuedAlert {
	var ready []queuedAlert
	for _, e := range waiting {
		t := p.tracks[e.alert.Fingerprint]
		if t == nil || t.alert.Life != e.alert.Life {
			continue
		}
		if e.message == text.MessageFiring && !t.alert.Status.Open() {
			t.lastReason = HeldOver
			e.reason = HeldOver
			p.decisions = append(p.decisions, p.decision(e))
			continue
		}
		c := alert.Change{Kind: e.kind, Alert: t.alert, At: p.last}
		if r := p.decide(c, t); !r.Sends() {
			p.act(c, t, r)
			continue
		}
		e.alert = t.alert
		ready = append(ready, e)
	}
	return ready
}

// joins reports whether what is ready may slip into the shown notification: it does
// not raise its severity. A new critical alert is always a new notification, but for
// a provider whose failure elsewhere was just notified of.
func (p *Planner) joins(g *group, ready []queuedAlert) bool {
	for i := range ready {
		e := &ready[i]
		crossing := len(g.shown.entries) > 0 && g.shown.entries[0].alert.Gateway != e.alert.Gateway
		if e.raises() && !crossing || e.kind == RepeatDue ||
			e.message != text.MessageResolved && e.alert.Severity.Rank() > g.shown.severity.Rank() {
			return false
		}
	}
	return true
}

// join replaces the group's notification by one that names more.
func (p *Planner) join(g *group, ready []queuedAlert) {
	all := slices.DeleteFunc(slices.Clone(g.shown.entries), func(s queuedAlert) bool {
		t := p.tracks[s.alert.Fingerprint]
		gone := t == nil || t.alert.Life != s.alert.Life || s.message == text.MessageFiring && !t.alert.Status.Open()
		return gone || slices.ContainsFunc(ready, func(r queuedAlert) bool {
			return r.alert.Fingerprint == s.alert.Fingerprint
		})
	})
	for i := range ready {
		ready[i].reason = SentJoinedGroup
	}
	slices.SortFunc(ready, bySeverity)
	all = append(slices.Clone(ready), all...) // what is new is named first
	slices.SortStableFunc(all, func(a, b queuedAlert) int { return cmp.Compare(b.alert.Severity.Rank(), a.alert.Severity.Rank()) })
	n := p.compose(g.message, all, g.shown.id)
	n.Silent = true
	at := g.shown.at
	p.retire(ready, n.ID)
	p.dispatch(g, Dispatch{Notification: n, Replaces: true}, ready)
	g.shown = shown{id: n.ID, severity: n.Severity, at: at, entries: all}
}

// notifyGroup makes a new notification of what is ready, if the rate limit allows it.
func (p *Planner) notifyGroup(g *group, ready []queuedAlert) {
	o := Dispatch{RateLimitExempt: true}
	switch raises := slices.ContainsFunc(ready, func(e queuedAlert) bool { return e.raises() }); {
	case raises && !p.limiter.allowsCritical(p.last):
		p.batchCritical(ready)
		return
	case raises:
		p.limiter.countCritical(p.last)
	case p.endsCritical(g, ready): // whoever heard of it hears that it is over
	case p.limiter.allows(p.last, p.set):
		p.limiter.count(p.last)
		o.RateLimitExempt = false
	default:
		p.rateLimited(ready)
		return
	}
	id := ready[0].alert.Fingerprint
	if g.message == text.MessageResolved && len(ready) == 1 {
		if t := p.tracks[id]; t.notificationID != "" && len(p.Members(t.notificationID)) == 1 {
			id = t.notificationID // the end replaces the beginning
		}
	}
	id = p.unusedID(id, ready)
	o.Notification = p.compose(g.message, ready, id)
	o.Notification.New = g.message == text.MessageFiring
	p.retire(ready, id)
	p.dispatch(g, o, ready)
	g.shown = shown{id: o.Notification.ID, severity: o.Notification.Severity, at: p.last, entries: ready}
}

// endsCritical reports whether what is ready is the end of something critical.
func (p *Planner) endsCritical(g *group, ready []queuedAlert) bool {
	return g.message == text.MessageResolved && slices.ContainsFunc(ready, func(e queuedAlert) bool {
		return e.alert.Severity == event.SeverityCritical
	})
}

// dispatch hands a notification out, with what it says about whom.
func (p *Planner) dispatch(g *group, o Dispatch, entries []queuedAlert) {
	p.serial++
	o.Serial = p.serial
	delete(p.off, o.Notification.ID)
	for i := range entries {
		e := &entries[i]
		s := e.logEntry(o.Notification.ID, p.last)
		if t := p.tracks[s.Fingerprint]; t != nil {
			t.notificationID, t.lastReason = o.Notification.ID, e.reason
		}
		o.prevEntries = append(o.prevEntries, p.logged[s.Fingerprint])
		p.logged[s.Fingerprint] = s
		delete(p.undelivered, s.Fingerprint)
		o.LogEntries = append(o.LogEntries, s)
		d := p.decision(*e)
		d.NotificationID, d.Title, d.Body, d.Silent = o.Notification.ID, o.Notification.Title, o.Notification.Body, o.Notification.Silent
		o.decisions = append(o.decisions, d)
		if t := p.tracks[s.Fingerprint]; t != nil && e.message == text.MessageFiring {
			p.scheduleRepeat(t)
			p.supersede(&t.alert)
		}
	}
	p.queue = append(p.queue, o)
	kept := o
	p.inFlight[o.Serial] = &kept
}

// compose makes the notification of entries.
func (p *Planner) compose(message text.MessageKind, entries []queuedAlert, id string) Notification {
	alerts := make([]alert.Alert, len(entries))
	sev, silent := event.SeverityInfo, true
	for i := range entries {
		alerts[i] = entries[i].alert
		if s := alerts[i].Severity; s.Rank() > sev.Rank() {
			sev = s
		}
		silent = silent && alerts[i].OnFiring == alert.NotifyWithoutSound
	}
	n := Notification{ID: id, Severity: sev, Silent: silent || p.set.Silent, Route: "/alerts", Actions: []Action{ActionOpen}}
	switch message {
	case text.MessageFiring:
		n.Actions = []Action{ActionOpen, ActionAcknowledge, ActionSilence}
	case text.MessageResolved:
		n.Severity, n.Silent = event.SeverityInfo, true
	case text.MessageFlapping:
		n.Severity = event.SeverityWarning
	}
	if len(alerts) == 1 {
		n.Route += "?id=" + url.QueryEscape(alerts[0].Fingerprint)
	} else {
		n.Route += "?group=" + url.QueryEscape(alerts[0].Group())
	}
	n.Title, n.Body = text.AlertGroup(message, described(alerts), p.set.Private, p.set.Location, p.last)
	return n
}

// described gives alerts as their texts need them.
func described(alerts []alert.Alert) []text.Alert {
	out := make([]text.Alert, len(alerts))
	for i := range alerts {
		out[i] = alerts[i].Described()
	}
	return out
}

// retire takes alerts out of the notifications that showed them before another one,
// id, tells of them.
func (p *Planner) retire(entries []queuedAlert, id string) {
	for i := range entries {
		if t := p.tracks[entries[i].alert.Fingerprint]; t != nil && t.notificationID != "" && t.notificationID != id {
			p.withdraw(t)
		}
	}
}

// withdraw takes an alert off the screen: the whole notification that shows it, or
// only its name in it. That is done with the next Plan, when it is known which
// others go with it.
func (p *Planner) withdraw(t *track) {
	if id := t.notificationID; id != "" && p.retracted[id].IsZero() {
		p.retracted[id] = p.last
	}
	t.notificationID = ""
}

// retract takes off the screen, or words anew, the notifications whose alerts were
// withdrawn.
func (p *Planner) retract() {
	for _, id := range slices.Sorted(maps.Keys(p.retracted)) {
		rest := p.Members(id)
		if due := p.retracted[id].Add(groupWait); len(rest) > 0 && p.last.Before(due) {
			p.wake(due) // others may be over, too
			continue
		}
		delete(p.retracted, id)
		if len(rest) > 0 && !p.onScreen(id) {
			continue // nobody sees that it names too many
		}
		delete(p.off, id)
		o := Dispatch{Notification: Notification{ID: id}, Withdraw: true}
		if len(rest) > 0 {
			entries := make([]queuedAlert, 0, len(rest))
			open := false
			for _, fp := range rest {
				open = open || p.tracks[fp].alert.Status.Open()
				entries = append(entries, queuedAlert{alert: p.tracks[fp].alert, message: text.MessageFiring})
			}
			if !open { // it tells ends, or is about to be replaced by one that does
				continue
			}
			slices.SortStableFunc(entries, bySeverity)
			o.Withdraw, o.Replaces = false, true
			o.Notification = p.compose(text.MessageFiring, entries, id)
			if p.listings[id] {
				o.Notification = p.listing(entries, id)
			}
			o.Notification.Silent = true
		}
		p.serial++
		o.Serial = p.serial
		p.queue = append(p.queue, o)
		kept := o
		p.inFlight[o.Serial] = &kept
	}
}
