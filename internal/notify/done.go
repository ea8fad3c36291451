package notify

import (
	"errors"
	"maps"
	"slices"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/event"
)

// Blocked says that the system does not show our notices, or shows them
// again (Reason is "" then).
type Blocked struct {
	Reason Reason
	Err    error // of the last attempt; nil when it works again
	At     time.Time
}

// Done says what became of an order: nil, or why it failed. It reports
// whether the sender has become blocked or works again.
func (p *Planner) Done(serial int64, err error, now time.Time) (state Blocked, changed bool) {
	p.tick(now)
	o := p.out[serial]
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
		p.orders = append(p.orders, again)
		return Blocked{}, false
	}
	delete(p.out, serial)
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

// delivered notes that an order was shown.
func (p *Planner) delivered(o *Order) (Blocked, bool) {
	delete(p.out, o.Serial)
	for _, s := range o.About {
		if cur := p.said[s.Fingerprint]; cur.Life == s.Life && cur.Intended.Equal(s.Intended) {
			cur.Delivered = p.last
			p.said[s.Fingerprint] = cur
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
	p.retell()
	return Blocked{At: p.last}, true
}

// fail notes that an order was given up. Nobody was told, so the last word is
// again what it was before; but what is over stays over.
func (p *Planner) fail(o *Order, reason Reason) {
	for i, s := range o.About {
		if cur := p.said[s.Fingerprint]; cur.Intended.Equal(s.Intended) && s.Status != saidResolved {
			switch was := o.before[i]; {
			case was.Fingerprint == "":
				delete(p.said, s.Fingerprint)
			default:
				p.said[s.Fingerprint] = was
				p.lost[s.Fingerprint] = was.Delivered.IsZero() && was.Status == saidFiring
			}
		}
		if t := p.tracks[s.Fingerprint]; t != nil && t.alert.Life == s.Life {
			t.decided, t.notice, t.remindAt = reason, "", time.Time{}
		}
	}
	for _, d := range o.decisions {
		d.Reason, d.Outcome = reason, OutcomeFailed
		p.decisions = append(p.decisions, d)
	}
}

// retell decides anew on critical alerts that could not be shown while the
// system blocked us.
func (p *Planner) retell() {
	for _, fp := range slices.Sorted(maps.Keys(p.tracks)) {
		t := p.tracks[fp]
		failed := t.decided == FailedNotPermitted || t.decided == FailedNoService || t.decided == Failed
		if failed && t.alert.Status == alert.StatusFiring && t.alert.Severity == event.SeverityCritical {
			p.take(alert.Change{What: alert.Fired, Alert: t.alert, At: p.last})
		}
	}
}

// maxSaid bounds the memory of last words; the oldest of those that are over
// go first. Those of budgets matter for their whole period.
const maxSaid = 20_000

func (p *Planner) prune() {
	if len(p.said) <= maxSaid {
		return
	}
	var oldest string
	for fp, s := range p.said {
		if t := p.tracks[fp]; t != nil && t.alert.Status.Open() {
			continue
		}
		if oldest == "" || s.Intended.Before(p.said[oldest].Intended) {
			oldest = fp
		}
	}
	delete(p.said, oldest)
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

// test orders a notice that shows what one of this severity looks like.
func (p *Planner) test(s event.Severity) {
	p.serial++
	o := Order{Serial: p.serial, Exempt: true, Notice: Notice{
		ID: "test-" + string(s), Title: "Test: this is how an alert looks", Severity: s, New: true,
		Body: "Its severity is " + string(s) + ". Nothing is wrong.", Route: "/settings",
		Silent: p.set.Silent, Actions: []Action{ActionOpen},
	}}
	p.orders = append(p.orders, o)
	p.out[o.Serial] = &o
}
