package notify

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// digest keeps what goes into one notification: after an absence, after quiet
// hours, or daily.
type digest struct {
	entries map[string]queuedAlert // by fingerprint, the latest of each
	since   time.Time              // of the first entry
	from    time.Time              // the absence or the quiet hours began
	due     time.Time              // when it is due; zero: not yet
	always  bool                   // send it even if nothing happened but spend
}

func newDigest() digest { return digest{entries: map[string]queuedAlert{}} }

const digestID = "digest"

func (d *digest) add(e queuedAlert, now time.Time) {
	if len(d.entries) == 0 {
		d.since = now
	}
	d.entries[e.alert.Fingerprint] = e
}

func (d *digest) shift(by time.Duration) {
	for _, t := range []*time.Time{&d.since, &d.from, &d.due} {
		if !t.IsZero() {
			*t = t.Add(by)
		}
	}
}

// away reports whether alerts go to the digest for now: conditions are unknown, or
// the digest is about to be sent.
func (p *Planner) away() bool { return p.wasAway }

// watchAway notices the end of an absence. What the evaluator lets go then
// arrives a moment later, so the digest waits as long as any other gathering.
func (p *Planner) watchAway(now time.Time) {
	away, until := p.system.Away(now)
	switch {
	case away:
		if !p.wasAway {
			p.wasAway, p.digest.due, p.shortages = true, time.Time{}, 0
		}
		if from := p.system.AwaySince; !from.IsZero() && (p.digest.from.IsZero() || from.Before(p.digest.from)) {
			p.digest.from = from
		}
		if !until.IsZero() {
			p.wake(until)
		}
	case p.wasAway && p.digest.due.IsZero():
		p.digest.due = now.Add(groupWait)
		p.wake(p.digest.due)
	case len(p.system.Shortages) > p.shortages && p.digest.due.IsZero(): // read only after the digest was sent
		p.digest.from, p.digest.due = p.system.AwaySince, now.Add(groupWait)
		p.wake(p.digest.due)
	}
}

// flushDigest sends what was kept, once it is time.
func (p *Planner) flushDigest() {
	d := &p.digest
	switch quiet, until := p.quiet(); {
	case !d.due.IsZero() && p.last.Before(d.due):
		p.wake(d.due)
	case !d.due.IsZero():
		p.returned()
	case p.wasAway || len(d.entries) == 0:
	case quiet:
		if d.from.IsZero() {
			d.from = d.since
		}
		p.wake(until)
	case d.waits(HeldQuiet):
		p.flush(p.last.Sub(cmp.Or(d.from, d.since)), p.system.Spent > 0 || p.system.TasksDone > 0)
	case p.last.Sub(d.since) >= dailyDigest:
		p.daily()
	default:
		p.wake(d.since.Add(dailyDigest))
	}
}

func (d *digest) waits(r Reason) bool {
	for _, e := range d.entries {
		if e.reason == r {
			return true
		}
	}
	return false
}

// returned ends an absence: a long one with one digest, a short one as if it
// had not been.
func (p *Planner) returned() {
	d := &p.digest
	p.wasAway = false
	away := p.system.Since.Sub(d.from)
	short := len(p.system.Shortages) > p.shortages
	if d.from.IsZero() || away < longAway {
		from := d.from
		p.resume()
		if short && !from.IsZero() {
			p.digestOrder(away, nil, nil)
		}
		return
	}
	p.flush(away, short || p.system.Spent > 0 || p.system.TasksDone > 0)
}

// resume decides anew on everything that waited.
func (p *Planner) resume() {
	d := &p.digest
	waited := d.sorted()
	keep := d.since
	*d = newDigest()
	for _, e := range waited {
		t := p.tracks[e.alert.Fingerprint]
		if t == nil || t.alert.Life != e.alert.Life {
			continue
		}
		if e.reason == HeldDigest {
			d.add(e, keep)
			d.since = keep
			continue
		}
		c := alert.Change{Kind: e.kind, Alert: t.alert, At: p.last}
		if e.message == text.MessageFiring && !t.alert.Status.Open() {
			c.Kind = alert.Resolved
		}
		if r := p.decide(c, t); r != "" {
			p.act(c, t, r)
		}
	}
	for key := range p.groups {
		p.flushGroup(p.groups[key])
	}
}

func (d *digest) sorted() []queuedAlert {
	es := slices.Collect(maps.Values(d.entries))
	slices.SortFunc(es, bySeverity)
	return es
}

// flush sends all that waited as one notification: what is still open, and what is
// over.
func (p *Planner) flush(away time.Duration, spendToo bool) {
	d := &p.digest
	var open, solved []queuedAlert
	for _, e := range d.sorted() {
		t := p.tracks[e.alert.Fingerprint]
		if t == nil || e.reason == HeldDigest {
			continue
		}
		if d.ours(&t.alert) {
			continue
		}
		if t.alert.Life != e.alert.Life || !t.alert.Status.Open() {
			solved = append(solved, p.solved(e, t))
			continue
		}
		e.alert = t.alert
		if p.openForDigest(&e, t) {
			open = append(open, e)
		}
	}
	*d = newDigest()
	if len(open) == 0 && len(solved) == 0 && !spendToo {
		return
	}
	p.digestOrder(away, open, solved)
}

// solved is an alert that waited and is over; that it is tells the end of one that was
// told.
func (p *Planner) solved(e queuedAlert, t *track) queuedAlert {
	e.reason, e.message = "", text.MessageResolved
	if p.logged[e.alert.Fingerprint].Status == loggedFiring {
		e.reason = SentResolved
	}
	if t.alert.Life == e.alert.Life {
		e.alert = t.alert
	}
	p.logResolved(e.alert.Fingerprint)
	return e
}

// ours reports whether an alert is of our own absence: connections that were
// lost and found again in it are no news.
func (d *digest) ours(a *alert.Alert) bool {
	over := a.Status == alert.StatusRecovering || !a.Status.Open()
	return over && a.Category == alert.CategoryConnection && !d.from.IsZero() && !a.Since.Before(d.from)
}

// openForDigest reports whether an alert that waited is still news: not what
// was notified of before, acknowledged, or is inhibited by another.
func (p *Planner) openForDigest(e *queuedAlert, t *track) bool {
	c := alert.Change{Kind: alert.Unsuppressed, Alert: t.alert, At: p.last}
	c.Alert.InhibitedBy = inhibitedNow(&t.alert)
	r := p.decide(c, t)
	if r.Sends() {
		e.reason, e.message = SentDigest, text.MessageFiring
		return true
	}
	p.recordDecision(c, t, r)
	return false
}

// inhibitedNow is what inhibits an alert besides the absence that just ended.
func inhibitedNow(a *alert.Alert) string {
	if a.InhibitedBy == alert.InhibitAway {
		return ""
	}
	return a.InhibitedBy
}

// digestOrder sends what was kept; what of solved was told is told to be over.
func (p *Planner) digestOrder(away time.Duration, open, solved []queuedAlert) {
	alerts := make([]alert.Alert, len(open))
	sev := event.SeverityInfo
	for i := range open {
		alerts[i] = open[i].alert
		if s := alerts[i].Severity; s.Rank() > sev.Rank() {
			sev = s
		}
	}
	var over []alert.Alert
	told := open
	for _, e := range solved {
		over = append(over, e.alert)
		if e.reason == SentResolved {
			told = append(told, e)
		}
	}
	n := Notification{
		ID: digestID, Severity: sev, Silent: p.set.Silent || sev == event.SeverityInfo, New: true,
		Route: "/alerts", Actions: []Action{ActionOpen},
	}
	n.Title, n.Body = text.Digest(text.Away{
		For: away, Open: described(alerts), Solved: described(over), Tasks: p.system.TasksDone, Spent: p.system.Spent, Shortages: p.system.Shortages[p.shortages:],
	}, p.set.Private, p.set.Location, p.last)
	p.shortages = len(p.system.Shortages)
	p.dispatch(nil, Dispatch{Notification: n, RateLimitExempt: true}, told)
}

// daily sends what is worth a line a day.
func (p *Planner) daily() {
	d := &p.digest
	var news []queuedAlert
	for _, e := range d.sorted() {
		if e.reason == HeldDigest {
			e.reason = SentDigest
			news = append(news, e)
		}
	}
	*d = newDigest()
	if len(news) == 0 || !p.limiter.allows(p.last, p.set) {
		return
	}
	p.limiter.count(p.last)
	n := p.compose(text.MessageFiring, news, digestID)
	n.Silent, n.Actions = true, []Action{ActionOpen}
	p.dispatch(nil, Dispatch{Notification: n}, news)
}
