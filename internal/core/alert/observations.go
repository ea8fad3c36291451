package alert

import (
	"time"

	"gatewatch/internal/core/event"
)

// The bounds of what is remembered of single events.
const (
	maxRings              = 4096 // keys and models watched for loops
	maxObservedChanges    = 256
	maxObservedComponents = 256
)

// observationID names an event within its gateway.
type observationID struct{ gateway, kind, name string }

// requestID is whose requests are counted for loops.
type requestID struct {
	gateway event.GatewayID
	key     event.KeyID
	model   string
}

// observedChange is something that an administrator altered.
type observedChange struct {
	entity, subject, name string
	action                event.Action
	old, new              string
	after                 time.Time // it was not so then, where nobody watched until at
	read                  time.Time // it was not so then, by the list that it was found in
	at, own               time.Time // when it was told, and when it was made by the gateway's own account; zero: it gives none
}

// when is the time that is said of a change.
func (c *observedChange) when() time.Time {
	if c.own.IsZero() || c.own.After(c.at) {
		return c.at
	}
	return c.own
}

type observedHealth struct {
	health    event.Health
	since, at time.Time
}

type observedAlert struct {
	event.GatewayAlert
	at time.Time
}

// observations remembers single events that rules need and the live state does not
// hold.
type observations struct {
	changes    map[observationID]*observedChange
	components map[observationID]observedHealth
	alerts     map[observationID]observedAlert
	requests   map[requestID]*requestRing
	paces      map[string]*pace // by key id
	uses       map[modelID]*modelUse
	prices     map[observationID]*priceChange
	began      map[string]time.Time // by gateway: the first event of it
	pushes     pushReconciler
	fresh      bool // requests came since loops were last looked for
	looked     time.Time
}

func newObservations() observations {
	return observations{
		changes: map[observationID]*observedChange{}, components: map[observationID]observedHealth{},
		alerts: map[observationID]observedAlert{}, requests: map[requestID]*requestRing{}, paces: map[string]*pace{},
		uses: map[modelID]*modelUse{}, prices: map[observationID]*priceChange{},
		began:  map[string]time.Time{},
		pushes: newPushReconciler(),
	}
}

// Observe shows the evaluator one event that the state took as news, or an
// event.Measurement, in order. It keeps what rules need of it and never
// blocks; call Eval afterwards.
func (e *Evaluator) Observe(env event.Envelope) {
	f, g := &e.observed, string(env.Source.Gateway)
	if _, known := f.began[g]; !known && len(f.began) < maxObservedComponents {
		f.began[g] = env.At
	}
	e.derived.observe(env)
	f.pushes.observe(env)
	if b, ok := env.Body.(event.NavigationChanged); ok && b.Entity == event.EntityModelCost {
		f.price(g, &b, env.At) // a price says the same whenever it was changed
	}
	if whileAway(env.Body) {
		return // it is listed; nobody is called for what may be a day old
	}
	switch b := env.Body.(type) {
	case *event.SpendRecorded:
		f.request(env, b)
	case event.ConfigurationChanged:
		f.change(g, &observedChange{
			entity: "configuration", subject: b.Setting, name: b.Name(),
			action: event.ActionUpdated, old: b.Old, new: b.New, at: env.At, own: b.Own, read: b.After,
		})
	case event.NavigationChanged:
		if b.ID != "" || b.Name != "" {
			f.change(g, &observedChange{
				entity: string(b.Entity), subject: nameOr(b.ID, b.Name), name: nameOr(b.Name, b.ID),
				action: b.Action, at: env.At, own: b.Own, read: b.After,
			})
		}
	case event.KeyChanged:
		f.change(g, &observedChange{
			entity: string(event.EntityVirtualKey), subject: string(b.Key),
			name: nameOr(b.Name, string(b.Key)), action: b.Action, after: b.Since, at: env.At, own: b.Own, read: b.After,
		})
	case event.ComponentReported:
		if env.Source.Via != event.ViaREST { // what was read of it is a health check: see checkImpaired
			f.part(g, b, env.At)
		}
	case event.GatewayAlert:
		f.alert(g, b, env.At)
	}
}

// whileAway reports whether a change was found by comparing with the lists of an
// earlier run: nobody knows when it was made.
func whileAway(e event.Event) bool {
	switch b := e.(type) {
	case event.ConfigurationChanged:
		return !b.Since.IsZero()
	case event.NavigationChanged:
		return !b.Since.IsZero()
	case event.KeyChanged: // whose key is gone is to know it, whenever that was
		return !b.Since.IsZero() && b.Action != event.ActionDeleted
	}
	return false
}

func (f *observations) request(env event.Envelope, b *event.SpendRecorded) {
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
	r.add(at.UnixMilli(), b.Amount, b.Input)
	f.pay(env.Source.Gateway, b, at, env.At)
	f.use(env.Source.Gateway, b, at, env.At)
	f.fresh = true
}

// dropIdleRing makes room by forgetting whose last request is oldest.
func (f *observations) dropIdleRing() {
	var oldest requestID
	var at int64
	for id, r := range f.requests {
		if last := r.newest(0).at; at == 0 || last < at {
			oldest, at = id, last
		}
	}
	delete(f.requests, oldest)
}

// change keeps the newest change of a subject by what was done.
func (f *observations) change(gateway string, c *observedChange) {
	id := observationID{gateway, c.entity + " " + string(c.action), c.subject}
	if _, known := f.changes[id]; !known && len(f.changes) >= maxObservedChanges {
		var oldest observationID
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

func (f *observations) part(gateway string, b event.ComponentReported, at time.Time) {
	id := observationID{gateway: gateway, name: b.Component}
	old, known := f.components[id]
	if !known && len(f.components) >= maxObservedComponents {
		return
	}
	p := observedHealth{health: b.Health, since: at, at: at}
	if known && old.health == b.Health {
		p.since = old.since
	}
	f.components[id] = p
}

// alert keeps alerts of the gateway's own that are meant for people.
func (f *observations) alert(gateway string, b event.GatewayAlert, at time.Time) {
	if b.Category != event.AlertHealth && b.Category != event.AlertSecurity {
		return
	}
	id := observationID{gateway: gateway, name: nameOr(b.ID, nameOr(b.Component, b.Title))}
	if _, known := f.alerts[id]; !known && (len(f.alerts) >= maxObservedComponents || b.State == event.AlertResolved) {
		return
	}
	f.alerts[id] = observedAlert{b, at}
}

// sweep drops what is too old to matter.
func (f *observations) sweep(now time.Time) {
	for id, c := range f.changes {
		if now.Sub(c.at) >= changeLives {
			delete(f.changes, id)
		}
	}
	for id, p := range f.prices {
		if now.Sub(p.at) >= priceLives {
			delete(f.prices, id)
		}
	}
	for id, u := range f.uses {
		if now.Sub(time.Unix(u.last*60, 0)) > 2*firstLives {
			delete(f.uses, id)
		}
	}
	for id, a := range f.alerts {
		if a.State == event.AlertResolved && now.Sub(a.at) > changeLives {
			delete(f.alerts, id)
		}
	}
}

// shift moves all times by d, after the clock was set back.
func (f *observations) shift(d time.Duration) {
	for _, c := range f.changes {
		c.at = c.at.Add(d)
	}
	for id, p := range f.components {
		p.since, p.at = p.since.Add(d), p.at.Add(d)
		f.components[id] = p
	}
	for id, a := range f.alerts {
		a.at = a.at.Add(d)
		f.alerts[id] = a
	}
	for _, p := range f.prices {
		p.at = p.at.Add(d)
	}
	f.looked = f.looked.Add(d)
	f.pushes.shift(d)
}
