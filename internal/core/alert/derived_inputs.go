package alert

import (
	"maps"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// Bounds of what Observe gathers for the rules.
const (
	maxDerived = 10_000 // entities of a kind; as many keys as the live state has
	// retiredLasts is how long two retirements of a provider are one piece of
	// news.
	retiredLasts = newModels
	maxRetired   = 500 // models of one provider; a text names the first only
)

// derivedInputs are the inputs that follow from events alone. A map that SetInputs
// was given goes before one of these.
type derivedInputs struct {
	traffic   map[string]Traffic
	rejected  map[string]Rejection
	uncharged map[string]Audit
	expiries  map[string]time.Time
	retired   map[string]Retirement
	rest      map[string]bool
	resets    map[string]time.Time
	models    map[string]covered
	paid      map[string]PaidErrors
}

// covered is how many models a provider serves, and how many only it does.
type covered struct{ served, alone int }

func newDerivedInputs() derivedInputs {
	return derivedInputs{
		traffic: map[string]Traffic{}, rejected: map[string]Rejection{}, uncharged: map[string]Audit{},
		expiries: map[string]time.Time{}, retired: map[string]Retirement{}, rest: map[string]bool{},
		resets: map[string]time.Time{}, models: map[string]covered{}, paid: map[string]PaidErrors{},
	}
}

// inputs adds what was measured to what was given.
func (m *derivedInputs) inputs(given Inputs) Inputs {
	given.Traffic = or(given.Traffic, m.traffic)
	given.Rejected = or(given.Rejected, m.rejected)
	given.Uncharged = or(given.Uncharged, m.uncharged)
	given.Paid = or(given.Paid, m.paid)
	given.Expiries = or(given.Expiries, m.expiries)
	given.Retired = or(given.Retired, m.retired)
	given.REST = or(given.REST, m.rest)
	given.Resets = or(given.Resets, m.resets)
	return given
}

func or[V any](given, measured map[string]V) map[string]V {
	if given != nil {
		return given
	}
	return measured
}

// note sets m[id], unless there are too many.
func note[V any](m map[string]V, id string, v V) {
	if _, known := m[id]; known || len(m) < maxDerived {
		m[id] = v
	}
}

// observe takes an event in; it reports whether it was one for it.
func (m *derivedInputs) observe(env event.Envelope) {
	g := string(env.Source.Gateway)
	switch b := env.Body.(type) {
	case event.TrafficMeasured:
		m.tookTraffic(g+"/"+string(b.Provider), env.At, b)
	case event.AuditMeasured:
		note(m.uncharged, g, Audit{Calls: b.Calls, Uncharged: b.Uncharged, At: env.At})
		m.tookPaid(g, env.At, b.Keys)
	case event.ModelsRead:
		note(m.models, g+"/"+string(b.Provider), covered{b.Served, b.WithoutFallback})
	case event.ModelsRetired:
		m.retire(g+"/"+string(b.Provider), env.At, b.Models)
	case event.CredentialRejected:
		note(m.rejected, g+"/"+string(b.Provider), Rejection{Status: b.Status, Count: b.Count, Since: b.Since, At: b.At})
	case event.CredentialAccepted:
		if r, ok := m.rejected[g+"/"+string(b.Provider)]; ok {
			r.Cleared = true
			m.rejected[g+"/"+string(b.Provider)] = r
		}
	case event.NavigationChanged:
		if r, ok := m.rejected[g+"/"+b.ID]; ok && b.Entity == event.EntityProvider {
			r.Old = true
			m.rejected[g+"/"+b.ID] = r
		}
	case event.KeyRead:
		m.tookKey(g+"/"+string(b.Key), b)
	case event.KeyChanged:
		if b.Action == event.ActionDeleted {
			delete(m.expiries, g+"/"+string(b.Key))
			delete(m.resets, g+"/"+string(b.Key))
		}
	case event.LinkChanged:
		m.tookLink(g, b)
	}
}

func (m *derivedInputs) tookTraffic(id string, at time.Time, b event.TrafficMeasured) {
	t := Traffic{
		Requests: b.Recent.Requests, Failed: b.Recent.Failed, P95MS: b.P95MS, BaselineP95MS: b.BaselineP95MS, At: at,
		LastFailed: b.LastFailed, Served: b.Served, Row: b.Row, RowSince: b.RowSince,
	}
	if b.Shared { // whose requests they are nobody can say
		t.Requests, t.Failed = 0, 0
	}
	if r, ok := m.models[id]; ok {
		t.Models, t.Uncovered = r.served, r.alone
	}
	note(m.traffic, id, t)
}

// tookPaid notes which keys paid for errors; of a key that is not told of any more
// there are none.
func (m *derivedInputs) tookPaid(gateway string, at time.Time, keys []event.KeyTraffic) {
	maps.DeleteFunc(m.paid, func(id string, p PaidErrors) bool { return strings.HasPrefix(id, gateway+"/") })
	for _, k := range keys {
		if k.PaidErrors > 0 {
			note(m.paid, gateway+"/"+string(k.Key), PaidErrors{k.PaidErrors, k.Requests, k.PaidFor, at})
		}
	}
}

func (m *derivedInputs) tookKey(id string, b event.KeyRead) {
	note(m.expiries, id, b.Expires)
	if b.Resets.IsZero() {
		delete(m.resets, id)
	} else {
		note(m.resets, id, b.Resets)
	}
}

// tookLink notes whether the gateway's lists can be read. One that refuses the
// key does answer.
func (m *derivedInputs) tookLink(gateway string, b event.LinkChanged) {
	if b.Hub != restLink {
		return
	}
	switch b.State {
	case event.LinkConnected:
		note(m.rest, gateway, true)
	case event.LinkReconnecting, event.LinkError:
		note(m.rest, gateway, b.Class == "auth" || b.Class == "forbidden" || b.Class == "rate_limited")
	case event.LinkDisconnected, event.LinkConnecting:
		delete(m.rest, gateway)
	}
}

// restLink is the name of the connection that reads a gateway's lists.
const restLink = "rest"

// retire adds models to those of a provider that vanished lately.
func (m *derivedInputs) retire(id string, at time.Time, models []string) {
	r := m.retired[id]
	if at.Sub(r.At) > retiredLasts {
		r = Retirement{}
	}
	r.Models, r.At = slices.Concat(r.Models, models), at
	r.Models = r.Models[:min(len(r.Models), maxRetired)]
	note(m.retired, id, r)
}

// shift moves all times by d, after the clock was set back.
func (m *derivedInputs) shift(d time.Duration) {
	for id, t := range m.traffic {
		t.At, t.LastFailed, t.RowSince = t.At.Add(d), t.LastFailed.Add(d), t.RowSince.Add(d)
		m.traffic[id] = t
	}
	for id, a := range m.uncharged {
		a.At = a.At.Add(d)
		m.uncharged[id] = a
	}
	for id, p := range m.paid {
		p.At = p.At.Add(d)
		m.paid[id] = p
	}
	for id, r := range m.retired {
		r.At = r.At.Add(d)
		m.retired[id] = r
	}
}

// sweep drops what no longer says anything.
func (m *derivedInputs) sweep(now time.Time) {
	maps.DeleteFunc(m.traffic, func(_ string, t Traffic) bool { return now.Sub(t.At) > absentAfter })
	maps.DeleteFunc(m.retired, func(_ string, r Retirement) bool { return now.Sub(r.At) > absentAfter })
	maps.DeleteFunc(m.rejected, func(_ string, r Rejection) bool { return r.Cleared && now.Sub(r.At) > resolvedRetention })
}
