package notify

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/event"
)

// digest keeps what is to be told in one go: after an absence, after quiet
// hours, or daily.
type digest struct {
	entries map[string]entry // by fingerprint, the latest of each
	since   time.Time        // of the first entry
	from    time.Time        // the absence or the quiet hours began
	due     time.Time        // when to tell; zero: not yet
	always  bool             // tell it even if nothing happened but spend
}

func newDigest() digest { return digest{entries: map[string]entry{}} }

const digestID = "digest"

func (d *digest) add(e entry, now time.Time) {
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

// away reports whether alerts go to the digest for now: we cannot judge, or
// the digest is about to be told.
func (p *Planner) away() bool { return p.wasAway }

// watchAway notices the end of an absence. What the evaluator lets go then
// arrives a moment later, so the digest waits as long as any other gathering.
func (p *Planner) watchAway(now time.Time) {
	away, until := p.sit.Away(now)
	switch {
	case away:
		if !p.wasAway {
			p.wasAway, p.digest.due = true, time.Time{}
		}
		if from := p.sit.AwayFrom; !from.IsZero() && (p.digest.from.IsZero() || from.Before(p.digest.from)) {
			p.digest.from = from
		}
		if !until.IsZero() {
			p.wake(until)
		}
	case p.wasAway && p.digest.due.IsZero():
		p.digest.due = now.Add(gatherOther)
		p.wake(p.digest.due)
	}
}

// tellDigest tells what was kept, once it is time.
func (p *Planner) tellDigest() {
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
		p.flush(p.last.Sub(cmp.Or(d.from, d.since)), true)
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
	away := p.sit.Since.Sub(d.from)
	if d.from.IsZero() || away < longAway {
		p.resume()
		return
	}
	p.flush(away, p.sit.Spent > 0 || p.sit.TasksDone > 0)
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
		c := alert.Change{What: e.what, Alert: t.alert, At: p.last}
		if e.say == alert.SayFiring && !t.alert.Status.Open() {
			c.What = alert.Resolved
		}
		if r := p.decide(c, t); r != "" {
			p.act(c, t, r)
		}
	}
	for key := range p.groups {
		p.tellGroup(p.groups[key])
	}
}

func (d *digest) sorted() []entry {
	es := slices.Collect(maps.Values(d.entries))
	slices.SortFunc(es, bySeverity)
	return es
}

// flush tells all that waited as one notice: what is still open, and how many
// are over.
func (p *Planner) flush(away time.Duration, spendToo bool) {
	d := &p.digest
	var open []entry
	solved := 0
	for _, e := range d.sorted() {
		t := p.tracks[e.alert.Fingerprint]
		if t == nil || e.reason == HeldDigest {
			continue
		}
		if t.alert.Life != e.alert.Life || !t.alert.Status.Open() {
			solved++
			p.closeWord(e.alert.Fingerprint)
			continue
		}
		e.alert = t.alert
		if p.openForDigest(&e, t) {
			open = append(open, e)
		}
	}
	*d = newDigest()
	if len(open) == 0 && solved == 0 && !(spendToo && (p.sit.Spent > 0 || p.sit.TasksDone > 0)) {
		return
	}
	p.digestOrder(away, open, solved)
}

// openForDigest reports whether an alert that waited is still news: not what
// was told before, acknowledged, or is explained by another.
func (p *Planner) openForDigest(e *entry, t *track) bool {
	c := alert.Change{What: alert.Released, Alert: t.alert, At: p.last}
	c.Alert.InhibitedBy = inhibitedNow(&t.alert)
	r := p.decide(c, t)
	if r.Told() {
		e.reason, e.say = SentDigest, alert.SayFiring
		return true
	}
	p.hold(c, t, r)
	return false
}

// inhibitedNow is what explains an alert besides the absence that just ended.
func inhibitedNow(a *alert.Alert) string {
	if a.InhibitedBy == "I1" {
		return ""
	}
	return a.InhibitedBy
}

func (p *Planner) digestOrder(away time.Duration, open []entry, solved int) {
	alerts := make([]alert.Alert, len(open))
	sev := event.SeverityInfo
	for i := range open {
		alerts[i] = open[i].alert
		if s := alerts[i].Severity; s.Rank() > sev.Rank() {
			sev = s
		}
	}
	n := Notice{
		ID: digestID, Severity: sev, Silent: p.set.Silent || sev == event.SeverityInfo, New: true,
		Route: "/alerts", Actions: []Action{ActionOpen},
	}
	n.Title, n.Body = alert.Digest(away, alerts, solved, p.sit.TasksDone, p.sit.Spent, p.set.Private, p.set.Location, p.last)
	p.order(nil, Order{Notice: n, Exempt: true}, open)
}

// daily tells what is worth a line a day.
func (p *Planner) daily() {
	d := &p.digest
	var news []entry
	for _, e := range d.sorted() {
		if e.reason == HeldDigest {
			e.reason = SentDigest
			news = append(news, e)
		}
	}
	*d = newDigest()
	if len(news) == 0 || !p.cap.allows(p.last, p.set) {
		return
	}
	p.cap.count(p.last)
	n := p.notice(alert.SayFiring, news, digestID)
	n.Silent, n.Actions = true, []Action{ActionOpen}
	p.order(nil, Order{Notice: n}, news)
}
