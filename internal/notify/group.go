package notify

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/event"
)

// group gathers what is told together: alerts of one gateway and category,
// beginnings apart from ends.
type group struct {
	key     string
	say     alert.Say
	waiting []entry
	due     time.Time // when to tell what waits
	shown   shown
}

// shown is the notice that a group showed last.
type shown struct {
	id       string
	severity event.Severity
	at       time.Time // zero: none
	entries  []entry
}

// raises reports whether an entry draws attention of its own: it is critical
// and begins, rises or is to be repeated.
func (e *entry) raises() bool {
	return e.say == alert.SayFiring && e.alert.Severity == event.SeverityCritical
}

// gather queues an entry with its group.
func (p *Planner) gather(c alert.Change, t *track, r Reason) {
	e := entryOf(c, r)
	t.decided = r
	g, cross := p.groupFor(&e)
	g.waiting = slices.DeleteFunc(g.waiting, func(w entry) bool { return w.alert.Fingerprint == e.alert.Fingerprint })
	g.waiting = append(g.waiting, e)
	wait := gatherOther
	if e.raises() {
		wait = gatherCritical
	}
	due := p.last.Add(wait)
	if g.fresh(p.last) && !p.can.Replace && (!e.raises() || cross) {
		due = later(due, g.shown.at.Add(joinFor)) // nothing to replace: a second bubble, later
	}
	if g.due.IsZero() || due.Before(g.due) {
		g.due = due
	}
	// What ends need not be told to have begun.
	if e.say == alert.SayResolved {
		p.dropWaiting(e.alert.Fingerprint, g)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// fresh reports whether the group's notice is young enough to be joined.
func (g *group) fresh(now time.Time) bool {
	return !g.shown.at.IsZero() && now.Sub(g.shown.at) < joinFor
}

// groupFor finds an entry's group. One provider failing on several gateways is
// one incident; cross is true if the entry joined that of another gateway.
func (p *Planner) groupFor(e *entry) (g *group, cross bool) {
	key := e.alert.Group() + "|" + string(e.say)
	if e.say == alert.SayFiring && strings.HasPrefix(e.alert.Rule, "provider.unhealthy") {
		if other := p.sameProvider(e); other != nil {
			return other, true
		}
	}
	g = p.groups[key]
	if g == nil {
		g = &group{key: key, say: e.say}
		p.groups[key] = g
	}
	return g, false
}

// sameProvider finds a group of one alert: the same provider, unhealthy on
// another gateway within a minute.
func (p *Planner) sameProvider(e *entry) *group {
	for _, g := range p.groups {
		if g.say != alert.SayFiring {
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
				m.Facts.Name == e.alert.Facts.Name && m.Gateway != e.alert.Gateway
		}
		if same {
			return g
		}
	}
	return nil
}

func (p *Planner) dropWaiting(fp string, but *group) {
	for _, g := range p.groups {
		if g != but {
			g.waiting = slices.DeleteFunc(g.waiting, func(w entry) bool { return w.alert.Fingerprint == fp })
		}
	}
}

// awaited reports whether an alert is about to be told.
func (p *Planner) awaited(fp string) bool {
	for _, g := range p.groups {
		for i := range g.waiting {
			if g.waiting[i].alert.Fingerprint == fp {
				return true
			}
		}
	}
	for _, o := range p.out {
		for i := range o.About {
			if o.About[i].Fingerprint == fp {
				return true
			}
		}
	}
	return false
}

// tellGroup makes the group's notice once it is due.
func (p *Planner) tellGroup(g *group) {
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
	if g.fresh(p.last) && p.can.Replace && p.joins(g, ready) {
		p.join(g, ready)
		return
	}
	p.tellNew(g, ready)
}

// recheck drops what is no longer worth telling since it began to wait.
func (p *Planner) recheck(waiting []entry) []entry {
	var ready []entry
	for _, e := range waiting {
		t := p.tracks[e.alert.Fingerprint]
		if t == nil || t.alert.Life != e.alert.Life {
			continue
		}
		if e.say == alert.SayFiring && !t.alert.Status.Open() {
			t.decided = HeldOver
			e.reason = HeldOver
			p.decisions = append(p.decisions, p.decision(e))
			continue
		}
		c := alert.Change{What: e.what, Alert: t.alert, At: p.last}
		if r := p.decide(c, t); !r.Told() {
			p.act(c, t, r)
			continue
		}
		e.alert = t.alert
		ready = append(ready, e)
	}
	return ready
}

// joins reports whether what is ready may slip into the shown notice: it does
// not raise its severity. A new critical alert is always a new notice, but for
// a provider that was just told to fail elsewhere.
func (p *Planner) joins(g *group, ready []entry) bool {
	for i := range ready {
		e := &ready[i]
		crossing := len(g.shown.entries) > 0 && g.shown.entries[0].alert.Gateway != e.alert.Gateway
		if e.raises() && !crossing || e.what == Reminder ||
			e.say != alert.SayResolved && e.alert.Severity.Rank() > g.shown.severity.Rank() {
			return false
		}
	}
	return true
}

// join replaces the group's notice by one that names more.
func (p *Planner) join(g *group, ready []entry) {
	all := slices.DeleteFunc(slices.Clone(g.shown.entries), func(s entry) bool {
		t := p.tracks[s.alert.Fingerprint]
		gone := t == nil || t.alert.Life != s.alert.Life || s.say == alert.SayFiring && !t.alert.Status.Open()
		return gone || slices.ContainsFunc(ready, func(r entry) bool {
			return r.alert.Fingerprint == s.alert.Fingerprint
		})
	})
	for i := range ready {
		ready[i].reason = SentUpdated
	}
	all = append(all, ready...)
	slices.SortStableFunc(all, bySeverity)
	n := p.notice(g.say, all, g.shown.id)
	n.Silent = true
	at := g.shown.at
	p.order(g, Order{Notice: n, InPlace: true}, ready)
	g.shown = shown{id: n.ID, severity: n.Severity, at: at, entries: all}
}

// tellNew makes a new notice of what is ready, if the cap allows it.
func (p *Planner) tellNew(g *group, ready []entry) {
	exempt := slices.ContainsFunc(ready, func(e entry) bool { return p.exempt(&e) })
	o := Order{}
	switch {
	case p.cap.allows(p.last, p.set):
		p.cap.count(p.last)
	case exempt && p.cap.allowsExempt(p.last):
		p.cap.countExempt(p.last)
		o.Exempt = true
	default:
		p.capped(ready)
		return
	}
	id := ready[0].alert.Fingerprint
	if g.say == alert.SayResolved && len(ready) == 1 {
		if t := p.tracks[id]; t.notice != "" && len(p.Members(t.notice)) == 1 {
			id = t.notice // the end replaces the beginning
		}
	}
	o.Notice = p.notice(g.say, ready, id)
	o.Notice.New = g.say == alert.SayFiring
	p.order(g, o, ready)
	g.shown = shown{id: o.Notice.ID, severity: o.Notice.Severity, at: p.last, entries: ready}
}

// exempt reports whether an entry may pass the cap: what stops work at once,
// and the first word of an incident.
func (p *Planner) exempt(e *entry) bool {
	if e.say != alert.SayFiring {
		return false
	}
	switch e.alert.Rule {
	case "gateway.auth", "budget.exhausted":
		return true
	case "provider.unhealthy", "provider.unhealthy.derived":
		return !p.incidentTold(e)
	}
	return false
}

// incidentTold reports whether the user already knows that providers of this
// gateway are in trouble: another one was told and is still open.
func (p *Planner) incidentTold(e *entry) bool {
	group := e.alert.Group()
	for fp, t := range p.tracks {
		if fp != e.alert.Fingerprint && t.alert.Status.Open() && t.alert.Group() == group {
			if s, ok := p.said[fp]; ok && s.Life == t.alert.Life {
				return true
			}
		}
	}
	return false
}

// order hands a notice out, with what it says about whom.
func (p *Planner) order(g *group, o Order, entries []entry) {
	p.serial++
	o.Serial = p.serial
	for i := range entries {
		e := &entries[i]
		s := e.said(o.Notice.ID, p.last)
		if t := p.tracks[s.Fingerprint]; t != nil {
			t.notice, t.decided = o.Notice.ID, e.reason
		}
		o.before = append(o.before, p.said[s.Fingerprint])
		p.said[s.Fingerprint] = s
		delete(p.lost, s.Fingerprint)
		o.About = append(o.About, s)
		d := p.decision(*e)
		d.Notice, d.Title, d.Body, d.Silent = o.Notice.ID, o.Notice.Title, o.Notice.Body, o.Notice.Silent
		o.decisions = append(o.decisions, d)
		if t := p.tracks[s.Fingerprint]; t != nil && e.say == alert.SayFiring {
			p.schedule(t)
		}
	}
	p.orders = append(p.orders, o)
	kept := o
	p.out[o.Serial] = &kept
}

// notice words what is told of entries.
func (p *Planner) notice(say alert.Say, entries []entry, id string) Notice {
	alerts := make([]alert.Alert, len(entries))
	sev, silent := event.SeverityInfo, true
	for i := range entries {
		alerts[i] = entries[i].alert
		if s := alerts[i].Severity; s.Rank() > sev.Rank() {
			sev = s
		}
		silent = silent && alerts[i].Tell == alert.TellSilent
	}
	n := Notice{ID: id, Severity: sev, Silent: silent || p.set.Silent, Route: "/alerts", Actions: []Action{ActionOpen}}
	switch say {
	case alert.SayFiring:
		n.Actions = []Action{ActionOpen, ActionAcknowledge, ActionSnooze}
	case alert.SayResolved:
		n.Severity, n.Silent = event.SeverityInfo, true
	case alert.SayUnstable:
		n.Severity = event.SeverityWarning
	}
	if len(alerts) == 1 {
		n.Route += "?id=" + url.QueryEscape(alerts[0].Fingerprint)
	} else {
		n.Route += "?group=" + url.QueryEscape(alerts[0].Group())
	}
	n.Title, n.Body = alert.Group(say, alerts, p.set.Private, p.set.Location, p.last)
	return n
}

// withdraw takes a wrong claim off the screen: the whole notice, or only its
// name in it.
func (p *Planner) withdraw(t *track) {
	id := t.notice
	t.notice, t.remindAt = "", time.Time{}
	if id == "" {
		return
	}
	rest := p.Members(id)
	p.serial++
	o := Order{Serial: p.serial, Notice: Notice{ID: id}, Withdraw: true}
	if len(rest) > 0 {
		entries := make([]entry, 0, len(rest))
		for _, fp := range rest {
			entries = append(entries, entry{alert: p.tracks[fp].alert, say: alert.SayFiring})
		}
		o.Withdraw, o.InPlace = false, true
		o.Notice = p.notice(alert.SayFiring, entries, id)
		o.Notice.Silent = true
	}
	p.orders = append(p.orders, o)
	kept := o
	p.out[o.Serial] = &kept
}
