package alert

import (
	"time"

	"gatewatch/internal/event"
)

// Bounds of what is remembered of single facts.
const (
	maxRings       = 4096 // keys and models watched for loops
	maxChangeFacts = 256
	maxPartFacts   = 256
)

// factID names a fact within its gateway.
type factID struct{ gateway, kind, name string }

// requestID is whose requests are counted for loops.
type requestID struct {
	gateway event.GatewayID
	key     event.KeyID
	model   string
}

// changeFact is something that an administrator altered.
type changeFact struct {
	entity, subject, name string
	action                event.Action
	old, new              string
	at                    time.Time
}

type partFact struct {
	health    event.Health
	since, at time.Time
}

type alertFact struct {
	event.GatewayAlert
	at time.Time
}

// facts remembers single facts that rules judge and the live state does not
// hold.
type facts struct {
	changes  map[factID]*changeFact
	parts    map[factID]partFact
	alerts   map[factID]alertFact
	requests map[requestID]*requestRing
	silence  silence
	fresh    bool // requests came since loops were last looked for
	looked   time.Time
}

func newFacts() facts {
	return facts{
		changes: map[factID]*changeFact{}, parts: map[factID]partFact{},
		alerts: map[factID]alertFact{}, requests: map[requestID]*requestRing{},
		silence: newSilence(),
	}
}

// Observe shows the evaluator one fact that the state took as news, or an
// event.Measurement, in order. It keeps what rules need of it and never
// blocks; call Eval afterwards.
func (e *Evaluator) Observe(env event.Envelope) {
	f, g := &e.facts, string(env.Source.Gateway)
	e.measured.take(env)
	f.silence.observe(env)
	switch b := env.Body.(type) {
	case *event.SpendRecorded:
		f.request(env, b)
	case event.ConfigurationChanged:
		f.change(g, &changeFact{
			entity: "configuration", subject: b.Setting, name: b.Name(),
			action: event.ActionUpdated, old: b.Old, new: b.New, at: env.At,
		})
	case event.NavigationChanged:
		if b.ID != "" || b.Name != "" {
			f.change(g, &changeFact{
				entity: string(b.Entity), subject: nameOr(b.ID, b.Name), name: nameOr(b.Name, b.ID),
				action: b.Action, at: env.At,
			})
		}
	case event.KeyChanged:
		f.change(g, &changeFact{
			entity: string(event.EntityVirtualKey), subject: string(b.Key),
			name: nameOr(b.Name, string(b.Key)), action: b.Action, at: env.At,
		})
	case event.PartReported:
		if env.Source.Via != event.ViaREST { // what was read of it is a light: see checkImpaired
			f.part(g, b, env.At)
		}
	case event.GatewayAlert:
		f.alert(g, b, env.At)
	}
}

func (f *facts) request(env event.Envelope, b *event.SpendRecorded) {
	if b.Amount <= 0 {
		return
	}
	id := requestID{env.Source.Gateway, b.Key, b.Model}
	r := f.requests[id]
	if r == nil {
		if len(f.requests) >= maxRings {
			f.dropIdleRing()
		}
		r = &requestRing{}
		f.requests[id] = r
	}
	at := b.At
	if at.IsZero() {
		at = env.At
	}
	r.add(at.UnixMilli(), b.Amount)
	f.fresh = true
}

// dropIdleRing makes room by forgetting whose last request is oldest.
func (f *facts) dropIdleRing() {
	var oldest requestID
	var at int64
	for id, r := range f.requests {
		if last := r.at[(r.n-1)%len(r.at)]; at == 0 || last < at {
			oldest, at = id, last
		}
	}
	delete(f.requests, oldest)
}

// change keeps the newest change of a subject by what was done.
func (f *facts) change(gateway string, c *changeFact) {
	id := factID{gateway, c.entity + " " + string(c.action), c.subject}
	if _, known := f.changes[id]; !known && len(f.changes) >= maxChangeFacts {
		var oldest factID
		var at time.Time
		for other, o := range f.changes {
			if at.IsZero() || o.at.Before(at) {
				oldest, at = other, o.at
			}
		}
		delete(f.changes, oldest)
	}
	f.changes[id] = c
}

func (f *facts) part(gateway string, b event.PartReported, at time.Time) {
	id := factID{gateway: gateway, name: b.Part}
	old, known := f.parts[id]
	if !known && len(f.parts) >= maxPartFacts {
		return
	}
	p := partFact{health: b.Health, since: at, at: at}
	if known && old.health == b.Health {
		p.since = old.since
	}
	f.parts[id] = p
}

// alert keeps alerts of the gateway's own that are meant for people.
func (f *facts) alert(gateway string, b event.GatewayAlert, at time.Time) {
	if b.Category != event.AlertHealth && b.Category != event.AlertSecurity {
		return
	}
	id := factID{gateway: gateway, name: nameOr(b.ID, nameOr(b.Component, b.Title))}
	if _, known := f.alerts[id]; !known && (len(f.alerts) >= maxPartFacts || b.State == event.AlertResolved) {
		return
	}
	f.alerts[id] = alertFact{b, at}
}

// sweep forgets what is too old to matter.
func (f *facts) sweep(now time.Time) {
	for id, c := range f.changes {
		if now.Sub(c.at) >= changeLives {
			delete(f.changes, id)
		}
	}
	for id, a := range f.alerts {
		if a.State == event.AlertResolved && now.Sub(a.at) > changeLives {
			delete(f.alerts, id)
		}
	}
}

// shift moves all times by d, after the clock was set back.
func (f *facts) shift(d time.Duration) {
	for _, c := range f.changes {
		c.at = c.at.Add(d)
	}
	for id, p := range f.parts {
		p.since, p.at = p.since.Add(d), p.at.Add(d)
		f.parts[id] = p
	}
	for id, a := range f.alerts {
		a.at = a.at.Add(d)
		f.alerts[id] = a
	}
	f.looked = f.looked.Add(d)
	f.silence.shift(d)
}

// loops finds keys that look like a program gone wild. It looks at most every
// few seconds: a loop takes minutes to show.
func (e *Evaluator) findLoops(now time.Time) {
	f := &e.facts
	if !f.fresh && len(e.loops) == 0 || now.Sub(f.looked) < loopLook {
		if f.fresh {
			e.wake(f.looked.Add(loopLook))
		}
		return
	}
	f.fresh, f.looked = false, now
	clear(e.loops)
	for id, r := range f.requests {
		if r.n < loopRequests {
			continue
		}
		if l, is := r.loopAt(now); is {
			l.model = id.model
			thing := string(id.gateway) + "/" + string(id.key)
			if old := e.loops[thing]; old == nil || l.n > old.n {
				e.loops[thing] = &l
			}
		}
	}
	if len(e.loops) > 0 {
		e.wake(now.Add(time.Minute)) // it may cease without another event
	}
}
