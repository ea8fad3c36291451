package notify

import (
	"maps"
	"slices"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/event"
)

// Planner decides what to show and when. It is pure: it has no clock, no
// goroutine and no lock, and is told what became of its orders. The zero value
// is not usable: see NewPlanner.
type Planner struct {
	set    Settings
	can    Capabilities
	sit    alert.Situation
	last   time.Time
	tracks map[string]*track // by fingerprint
	said   map[string]Said
	lost   map[string]bool // said, but intended only, by an earlier run
	groups map[string]*group
	cap    capGauge
	digest digest
	over   overflow

	orders    []Order // to hand out
	out       map[int64]*Order
	serial    int64
	decisions []Decision
	words     []Said
	again     time.Time
	wasAway   bool
	failures  int // deliveries in a row
	blocked   Reason
}

// track is what the planner knows of an alert.
type track struct {
	alert    alert.Alert
	decided  Reason // last decision on this life
	notice   string // ID of the notice that shows it, "" if none
	remindAt time.Time
}

// Order is one thing to do for the user's eyes and ears.
type Order struct {
	// Serial identifies the order to Done.
	Serial int64
	Notice Notice
	// Withdraw takes the notice with Notice.ID off the screen instead.
	Withdraw bool
	// About is the last word on each alert, as it will be once delivered.
	About []Said
	// InPlace is true if the notice replaces one that is shown, without
	// drawing attention.
	InPlace bool
	// Exempt is true if the order was not counted by the cap.
	Exempt bool

	before    []Said // the last words until then, as About
	decisions []Decision
	attempt   int
	notBefore time.Time
}

// Outcome is what became of a decision to tell.
type Outcome string

// The outcomes; "" for decisions not to tell.
const (
	OutcomeDelivered Outcome = "delivered"
	OutcomeFailed    Outcome = "failed"
	OutcomeOff       Outcome = "off" // there is no sender: nothing was shown
)

// Decision says what was decided about telling one alert.
type Decision struct {
	At          time.Time      `json:"at"`
	Fingerprint string         `json:"fingerprint"` // "" for a digest without alerts
	Life        int64          `json:"life"`
	Rule        string         `json:"rule"`
	Gateway     string         `json:"gateway"`
	Severity    event.Severity `json:"severity"`
	What        alert.What     `json:"what"`
	Reason      Reason         `json:"reason"`
	Outcome     Outcome        `json:"outcome,omitempty"`
	// Notice, Title and Body are of the notice that tells it.
	Notice string `json:"notice,omitempty"`
	Title  string `json:"title,omitempty"`
	Body   string `json:"body,omitempty"`
	Silent bool   `json:"silent,omitempty"`
}

// NewPlanner returns a planner that remembers what earlier runs said.
func NewPlanner(set Settings, said []Said) *Planner {
	p := &Planner{
		set: set, tracks: map[string]*track{}, said: map[string]Said{}, lost: map[string]bool{},
		groups: map[string]*group{}, out: map[int64]*Order{}, digest: newDigest(),
	}
	for _, s := range said {
		p.said[s.Fingerprint] = s
		if s.Delivered.IsZero() && s.Status == saidFiring {
			p.lost[s.Fingerprint] = true
		}
	}
	p.cap.recall(said)
	return p
}

// Configure takes new settings.
func (p *Planner) Configure(set Settings) { p.set = set }

// Can tells what the sender's platform can do.
func (p *Planner) Can(c Capabilities) { p.can = c }

// Situate tells what surrounds us. Call Plan afterwards.
func (p *Planner) Situate(s alert.Situation, now time.Time) {
	p.tick(now)
	p.sit = s
	p.watchAway(p.last)
}

// Restore takes up the alerts that were open when an earlier run ended: those
// that it did not get to tell are decided again. Call it before Take.
func (p *Planner) Restore(open []alert.Alert, now time.Time) {
	p.tick(now)
	var changes []alert.Change
	for _, a := range open {
		if !a.Status.Open() {
			continue
		}
		a.FirstSight = true
		p.tracks[a.Fingerprint] = &track{alert: a, decided: Reason(a.Told)}
		if s, ok := p.said[a.Fingerprint]; ok && s.Life == a.Life && !p.lost[a.Fingerprint] {
			p.tracks[a.Fingerprint].notice = s.Notice
			p.schedule(p.tracks[a.Fingerprint])
			continue
		}
		if a.Status == alert.StatusFiring {
			changes = append(changes, alert.Change{What: alert.Fired, Alert: a, At: now})
		}
	}
	p.Take(changes, now)
}

// Take hears of changes, in order. It plans nothing that Plan would not give
// at once.
func (p *Planner) Take(changes []alert.Change, now time.Time) {
	p.tick(now)
	for _, c := range changes {
		p.take(c)
	}
}

func (p *Planner) take(c alert.Change) {
	fp := c.Alert.Fingerprint
	t := p.tracks[fp]
	if t == nil {
		t = &track{}
		p.tracks[fp] = t
	}
	if t.alert.Life != c.Alert.Life {
		*t = track{}
	}
	t.alert = c.Alert
	switch c.What {
	case alert.Forgotten, alert.Dropped:
		if !p.awaited(fp) {
			delete(p.tracks, fp)
		}
		return
	case alert.Acknowledged:
		t.remindAt = time.Time{}
	case alert.Unacked:
		p.schedule(t)
	default: // the rest change nothing but what is decided
	}
	r := p.decide(c, t)
	if r == "" {
		return
	}
	p.act(c, t, r)
	if c.What == alert.Resolved && r != SentResolved && !r.later() {
		p.closeWord(fp)
	}
}

// closeWord notes that an alert is over without a word about it, so that a later
// run does not take its next life for this one.
func (p *Planner) closeWord(fp string) {
	if s, ok := p.said[fp]; ok && s.Status == saidFiring {
		s.Status = saidResolved
		p.said[fp] = s
		p.words = append(p.words, s)
	}
}

// Words returns last words that changed without a notice since the last call;
// they are to be kept like delivered ones.
func (p *Planner) Words() []Said {
	w := p.words
	p.words = nil
	return w
}

// decide gathers the case and decides.
func (p *Planner) decide(c alert.Change, t *track) Reason {
	fp := c.Alert.Fingerprint
	quiet, _ := p.quiet()
	return Decide(Case{
		Change: c, Now: p.last, Last: p.said[fp], Lost: p.lost[fp], Before: t.decided,
		Quiet: quiet, Away: p.away(), Looking: p.sit.Looking, Settings: p.set,
	})
}

// act does what was decided: queue it to be told, keep it for the digest, or
// only record it.
func (p *Planner) act(c alert.Change, t *track, r Reason) {
	switch {
	case r == SentWithdrawn:
		p.withdraw(t)
		p.hold(c, t, r)
	case r.Told():
		p.gather(c, t, r)
	case r.later():
		p.digest.add(entryOf(c, r), p.last)
		p.hold(c, t, r)
	default:
		p.hold(c, t, r)
	}
}

// hold records a decision that shows nothing.
func (p *Planner) hold(c alert.Change, t *track, r Reason) {
	if r == HeldTold && t.decided != "" && !t.decided.later() {
		return // said before, and recorded then
	}
	t.decided = r
	p.decisions = append(p.decisions, p.decision(entryOf(c, r)))
}

func (p *Planner) decision(e entry) Decision {
	a := &e.alert
	return Decision{
		At: p.last, Fingerprint: a.Fingerprint, Life: a.Life, Rule: a.Rule, Gateway: a.Gateway,
		Severity: a.Severity, What: e.what, Reason: e.reason,
	}
}

// Decisions returns what was decided since the last call.
func (p *Planner) Decisions() []Decision {
	d := p.decisions
	p.decisions = nil
	return d
}

// Members lists the fingerprints that a notice is about.
func (p *Planner) Members(notice string) []string {
	var fps []string
	for fp, t := range p.tracks {
		if t.notice == notice {
			fps = append(fps, fp)
		}
	}
	slices.Sort(fps)
	return fps
}

// Plan returns what is to be done now, and when it wants to be called again
// at the latest (zero: after the next Take, Situate or Done). Every order must
// be answered with Done.
func (p *Planner) Plan(now time.Time) (orders []Order, again time.Time) {
	p.tick(now)
	p.again = time.Time{}
	p.watchAway(p.last)
	p.remind()
	for _, key := range slices.Sorted(maps.Keys(p.groups)) {
		p.tellGroup(p.groups[key])
	}
	p.tellDigest()
	p.tellOverflow()
	var rest []Order
	for i := range p.orders {
		if o := &p.orders[i]; o.notBefore.After(p.last) {
			p.wake(o.notBefore)
			rest = append(rest, *o)
		} else {
			orders = append(orders, *o)
		}
	}
	p.orders = rest
	return orders, p.again
}

func (p *Planner) wake(t time.Time) {
	if p.again.IsZero() || t.Before(p.again) {
		p.again = t
	}
}

// tick moves time on. If the clock was set back, everything remembered moves
// with it: what was told a minute ago still was.
func (p *Planner) tick(now time.Time) {
	now = now.Round(0)
	if !p.last.IsZero() && now.Before(p.last) {
		p.shift(now.Sub(p.last))
	}
	p.last = now
}

func (p *Planner) shift(d time.Duration) {
	move := func(t *time.Time) {
		if !t.IsZero() {
			*t = t.Add(d)
		}
	}
	for fp, s := range p.said {
		move(&s.Intended)
		move(&s.Delivered)
		p.said[fp] = s
	}
	for _, t := range p.tracks {
		move(&t.remindAt)
	}
	for _, g := range p.groups {
		move(&g.due)
		move(&g.shown.at)
	}
	for i := range p.orders {
		move(&p.orders[i].notBefore)
	}
	p.cap.shift(d)
	p.digest.shift(d)
	move(&p.over.at)
	move(&p.over.due)
	move(&p.over.updated)
	move(&p.over.last)
	move(&p.sit.Since)
	move(&p.sit.AwayFrom)
}

func (p *Planner) quiet() (bool, time.Time) {
	if p.set.Quiet == nil {
		return false, time.Time{}
	}
	return p.set.Quiet(p.last)
}

// schedule sets when an alert is to be repeated.
func (p *Planner) schedule(t *track) {
	t.remindAt = time.Time{}
	every := t.alert.Repeat
	if p.set.Repeat != 0 {
		every = p.set.Repeat
	}
	s, ok := p.said[t.alert.Fingerprint]
	if !ok || every <= 0 || t.alert.Repeat <= 0 || t.alert.Acked || t.alert.Severity != event.SeverityCritical {
		return
	}
	t.remindAt = s.Intended.Add(every)
}

// remind queues what is due to be repeated.
func (p *Planner) remind() {
	for _, fp := range slices.Sorted(maps.Keys(p.tracks)) {
		t := p.tracks[fp]
		switch {
		case t.remindAt.IsZero():
		case t.alert.Status != alert.StatusFiring:
			if t.alert.Status == alert.StatusResolved {
				t.remindAt = time.Time{}
			}
		case p.last.Before(t.remindAt):
			p.wake(t.remindAt)
		default:
			t.remindAt = p.last.Add(remindAgain)
			c := alert.Change{What: Reminder, Alert: t.alert, At: p.last}
			if r := p.decide(c, t); r == SentReminder {
				p.act(c, t, r)
			}
			p.wake(t.remindAt)
		}
	}
}
