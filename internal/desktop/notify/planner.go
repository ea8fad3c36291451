package notify

import (
	"maps"
	"slices"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
)

// Planner decides what to show and when. It is pure: it has no clock, no
// goroutine and no lock, and is given what became of what it dispatched. The zero value
// is not usable: see NewPlanner.
type Planner struct {
	set           Settings
	capabilities  Capabilities
	system        alert.SystemState
	last          time.Time
	tracks        map[string]*track // by fingerprint
	logged        map[string]LogEntry
	undelivered   map[string]bool // logged, but intended only, by an earlier run
	groups        map[string]*group
	limiter       rateLimiter
	digest        digest
	over          overflow
	criticalBatch criticalBatch
	// listings are the notifications that begin with the worst of many.
	listings map[string]bool
	// retracted are notifications of which an alert was withdrawn, and when.
	retracted map[string]time.Time
	// off are notifications that tell of alerts and are not on the screen any more.
	off map[string]bool

	queue      []Dispatch // to hand out
	inFlight   map[int64]*Dispatch
	serial     int64
	decisions  []Decision
	logUpdates []LogEntry
	again      time.Time
	wasAway    bool
	shortages  int // of the absence, those that were told
	failures   int // deliveries in a row
	blocked    Reason
}

// track is what the planner knows of an alert.
type track struct {
	alert          alert.Alert
	lastReason     Reason // last decision on this life
	notificationID string // ID of the notification that shows it, "" if none
	repeatAt       time.Time
}

// Dispatch is one thing to do for the user's eyes and ears: a notification, or its withdrawal.
type Dispatch struct {
	// Serial identifies the Dispatch to Done.
	Serial       int64
	Notification Notification
	// Withdraw takes the notification with Notification.ID off the screen instead.
	Withdraw bool
	// LogEntries has the log entry of each alert, as it will be once delivered.
	LogEntries []LogEntry
	// Replaces is true if the notification replaces one that is shown, without
	// drawing attention.
	Replaces bool
	// RateLimitExempt is true if the rate limit did not count it; CriticalBatch, if it has
	// the critical alerts beyond those that a minute takes one by one.
	RateLimitExempt, CriticalBatch bool

	prevEntries []LogEntry // the entries until then, as LogEntries
	decisions   []Decision
	attempt     int
	notBefore   time.Time
}

// Outcome is what became of a decision to notify.
type Outcome string

// The outcomes; "" for decisions not to notify.
const (
	OutcomeDelivered Outcome = "delivered"
	OutcomeFailed    Outcome = "failed"
	OutcomeOff       Outcome = "off" // there is no sender: nothing was shown
)

// Decision says what was decided about notifying of one alert.
type Decision struct {
	At          time.Time        `json:"at,omitzero"`
	Fingerprint string           `json:"fingerprint"` // "" for a digest without alerts
	Life        int64            `json:"life"`
	Rule        string           `json:"rule"`
	Gateway     string           `json:"gateway"`
	Severity    event.Severity   `json:"severity"`
	Kind        alert.ChangeKind `json:"what"`
	Reason      Reason           `json:"reason"`
	Outcome     Outcome          `json:"outcome,omitempty"`
	// NotificationID, Title and Body are of the notification that names it.
	NotificationID string `json:"notice,omitempty"`
	Title          string `json:"title,omitempty"`
	Body           string `json:"body,omitempty"`
	Silent         bool   `json:"silent,omitempty"`
}

// NewPlanner returns a planner that remembers what earlier runs logged.
func NewPlanner(set Settings, entries []LogEntry) *Planner {
	p := &Planner{
		set: set, tracks: map[string]*track{}, logged: map[string]LogEntry{}, undelivered: map[string]bool{},
		groups: map[string]*group{}, inFlight: map[int64]*Dispatch{}, digest: newDigest(), listings: map[string]bool{}, retracted: map[string]time.Time{},
		off: map[string]bool{},
	}
	for _, s := range entries {
		p.logged[s.Fingerprint] = s
		if s.DeliveredAt.IsZero() && s.Status == loggedFiring {
			p.undelivered[s.Fingerprint] = true
		}
	}
	p.limiter.restore(entries)
	return p
}

// Configure takes new settings.
func (p *Planner) Configure(set Settings) { p.set = set }

// SetCapabilities says what the sender's platform can do.
func (p *Planner) SetCapabilities(c Capabilities) { p.capabilities = c }

// SetSystemState says how network, sleep and window are. Call Plan afterwards.
func (p *Planner) SetSystemState(s alert.SystemState, now time.Time) {
	p.tick(now)
	p.system = s
	p.watchAway(p.last)
}

// Restore takes up the alerts that were open when an earlier run ended: those
// that it did not get to send are decided again. Call it before Observe.
func (p *Planner) Restore(open []alert.Alert, now time.Time) {
	p.tick(now)
	var changes []alert.Change
	for _, a := range open {
		if !a.Status.Open() {
			continue
		}
		a.FirstSight = true
		p.tracks[a.Fingerprint] = &track{alert: a, lastReason: Reason(a.NotifyReason)}
		if s, ok := p.logged[a.Fingerprint]; ok && s.Life == a.Life && !p.undelivered[a.Fingerprint] {
			p.tracks[a.Fingerprint].notificationID = s.NotificationID
			p.off[s.NotificationID] = true // it went with that run
			p.scheduleRepeat(p.tracks[a.Fingerprint])
			continue
		}
		if a.Status == alert.StatusFiring {
			changes = append(changes, alert.Change{Kind: alert.Fired, Alert: a, At: now})
		}
	}
	p.Observe(changes, now)
}

// Observe takes changes, in order. It plans nothing that Plan would not give
// at once.
func (p *Planner) Observe(changes []alert.Change, now time.Time) {
	p.tick(now)
	for _, c := range changes {
		p.observe(c)
	}
}

func (p *Planner) observe(c alert.Change) {
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
	switch c.Kind {
	case alert.Forgotten, alert.Dropped:
		if !p.awaited(fp) {
			delete(p.tracks, fp)
		}
		return
	case alert.Acknowledged, alert.Silenced, alert.Muted:
		if c.Kind == alert.Acknowledged {
			t.repeatAt = time.Time{}
		}
		p.withdraw(t) // whoever did that has seen it
	case alert.Unacknowledged:
		p.scheduleRepeat(t)
	default: // the rest change nothing but what is decided
	}
	r := p.decide(c, t)
	if r == "" {
		return
	}
	p.act(c, t, r)
	if c.Kind == alert.Resolved && !p.replaced(t, r) {
		p.withdraw(t) // what is over does not stay on the screen
	}
	if c.Kind == alert.Resolved && r != SentResolved && !r.forDigest() {
		p.logResolved(fp)
	}
}

// replaced reports whether the notification that shows an alert will be replaced by
// the one that tells its end.
func (p *Planner) replaced(t *track, r Reason) bool {
	return r == SentResolved && t.notificationID != "" && len(p.Members(t.notificationID)) == 1
}

// logResolved notes that an alert is over without a word about it, so that a later
// run does not take its next life for this one.
func (p *Planner) logResolved(fp string) {
	if s, ok := p.logged[fp]; ok && s.Status == loggedFiring {
		s.Status = loggedResolved
		p.logged[fp] = s
		p.logUpdates = append(p.logUpdates, s)
	}
}

// LogUpdates returns log entries that changed without a notification since the last call;
// they are to be kept like delivered ones.
func (p *Planner) LogUpdates() []LogEntry {
	w := p.logUpdates
	p.logUpdates = nil
	return w
}

// decide gathers the case and decides.
func (p *Planner) decide(c alert.Change, t *track) Reason {
	fp := c.Alert.Fingerprint
	quiet, _ := p.quiet()
	return Decide(Case{
		Change: c, Now: p.last, LastEntry: p.logged[fp], Undelivered: p.undelivered[fp], LastReason: t.lastReason,
		Quiet: quiet, Away: p.away(), WindowFocused: p.system.WindowFocused, Settings: p.set,
	})
}

// act does what was decided: queue it to be sent, keep it for the digest, or
// only record it.
func (p *Planner) act(c alert.Change, t *track, r Reason) {
	switch {
	case r == SentWithdrawn:
		t.repeatAt = time.Time{}
		p.withdraw(t)
		p.recordDecision(c, t, r)
	case r.Sends():
		p.enqueue(c, t, r)
	case r.forDigest():
		p.digest.add(newQueuedAlert(c, r), p.last)
		p.recordDecision(c, t, r)
	default:
		p.recordDecision(c, t, r)
	}
}

// recordDecision records a decision that shows nothing.
func (p *Planner) recordDecision(c alert.Change, t *track, r Reason) {
	if r == HeldAlreadySent && t.lastReason != "" && !t.lastReason.forDigest() {
		return // decided before, and recorded then
	}
	t.lastReason = r
	p.decisions = append(p.decisions, p.decision(newQueuedAlert(c, r)))
}

func (p *Planner) decision(e queuedAlert) Decision {
	a := &e.alert
	return Decision{
		At: p.last, Fingerprint: a.Fingerprint, Life: a.Life, Rule: a.Rule, Gateway: a.Gateway,
		Severity: a.Severity, Kind: e.kind, Reason: e.reason, Title: a.Title, Body: a.Body,
	}
}

// Decisions returns what was decided since the last call.
func (p *Planner) Decisions() []Decision {
	d := p.decisions
	p.decisions = nil
	return d
}

// Members lists the fingerprints that a notification is about.
func (p *Planner) Members(notice string) []string {
	var fps []string
	for fp, t := range p.tracks {
		if t.notificationID == notice {
			fps = append(fps, fp)
		}
	}
	slices.Sort(fps)
	return fps
}

// Plan returns what is to be done now, and when it wants to be called again
// at the latest (zero: after the next Observe, SetSystemState or Done). Every Dispatch must
// be answered with Done.
func (p *Planner) Plan(now time.Time) (orders []Dispatch, again time.Time) {
	p.tick(now)
	p.again = time.Time{}
	p.watchAway(p.last)
	p.retract()
	p.queueRepeats()
	for _, key := range slices.Sorted(maps.Keys(p.groups)) {
		p.flushGroup(p.groups[key])
	}
	p.flushDigest()
	p.sendCriticalBatch()
	p.flushOverflow()
	p.retract()
	var rest []Dispatch
	for i := range p.queue {
		if o := &p.queue[i]; o.notBefore.After(p.last) {
			p.wake(o.notBefore)
			rest = append(rest, *o)
		} else {
			orders = append(orders, *o)
		}
	}
	p.queue = rest
	return orders, p.again
}

func (p *Planner) wake(t time.Time) {
	if p.again.IsZero() || t.Before(p.again) {
		p.again = t
	}
}

// tick moves time on. If the clock was set back, everything remembered moves
// with it: what was sent a minute ago still was.
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
	for fp, s := range p.logged {
		move(&s.IntendedAt)
		move(&s.DeliveredAt)
		p.logged[fp] = s
	}
	for _, t := range p.tracks {
		move(&t.repeatAt)
	}
	for _, g := range p.groups {
		move(&g.due)
		move(&g.shown.at)
	}
	for id, at := range p.retracted {
		p.retracted[id] = at.Add(d)
	}
	for i := range p.queue {
		move(&p.queue[i].notBefore)
	}
	p.limiter.shift(d)
	p.digest.shift(d)
	move(&p.over.at)
	move(&p.over.due)
	move(&p.over.updated)
	move(&p.over.last)
	move(&p.criticalBatch.due)
	move(&p.system.Since)
	move(&p.system.AwaySince)
}

func (p *Planner) quiet() (bool, time.Time) {
	if p.set.Quiet == nil {
		return false, time.Time{}
	}
	return p.set.Quiet(p.last)
}

// scheduleRepeat sets when an alert is to be repeated.
func (p *Planner) scheduleRepeat(t *track) {
	t.repeatAt = time.Time{}
	every := t.alert.RepeatInterval
	if p.set.RepeatInterval != 0 && !t.alert.RepeatSet {
		every = p.set.RepeatInterval
	}
	s, ok := p.logged[t.alert.Fingerprint]
	if !ok || every <= 0 || t.alert.RepeatInterval <= 0 || t.alert.Acked || t.alert.Severity != event.SeverityCritical {
		return
	}
	t.repeatAt = s.IntendedAt.Add(every)
}

// queueRepeats queues what is due to be repeated.
func (p *Planner) queueRepeats() {
	for _, fp := range slices.Sorted(maps.Keys(p.tracks)) {
		t := p.tracks[fp]
		switch {
		case t.repeatAt.IsZero():
		case t.alert.Status != alert.StatusFiring:
			if t.alert.Status == alert.StatusResolved {
				t.repeatAt = time.Time{}
			}
		case p.last.Before(t.repeatAt):
			p.wake(t.repeatAt)
		default:
			t.repeatAt = p.last.Add(repeatRetry)
			c := alert.Change{Kind: RepeatDue, Alert: t.alert, At: p.last}
			if r := p.decide(c, t); r == SentRepeat {
				p.act(c, t, r)
			}
			p.wake(t.repeatAt)
		}
	}
}
