package rest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gatewatch/internal/event"
)

// How long what changes rarely is believed: a provider's keys, and which
// providers a July gateway checks.
const (
	keysLive     = time.Hour
	monitorsLive = 5 * time.Minute
)

// readProviders reads the providers of an August gateway and what went wrong
// with them. If the failures cannot be read, every health stays as it was.
func readProviders(ctx context.Context, w *Watcher) ([]event.Event, bool, error) {
	s := &w.world
	d, soon, err := rowsAt(ctx, w, pathProviders, &s.providers)
	if err != nil {
		return nil, false, err
	}
	if s.health == nil {
		s.health, s.off, s.upstream = map[string]event.ProviderHealthChanged{}, map[string]evidence{}, map[string]upstream{}
		s.errorsWait = w.waits(30 * time.Second)
		s.errorsWait.MaxInterval = failuresSlow
	}
	for _, p := range d.deleted {
		delete(s.health, p.id())
		delete(s.off, p.id())
		delete(s.upstream, p.id())
		delete(s.rejected, p.id())
	}
	d.updated = slices.DeleteFunc(d.updated, func(c change[Provider]) bool {
		held := actionOf(c.old.Enabled, c.now.Enabled) == event.ActionDisabled
		if held {
			s.heldOff = append(s.heldOff, c)
		}
		return held
	})
	byGateway := func(id string) bool { return s.health[id].SwitchedOff }
	facts := providerFacts(d, len(s.providers.rows), byGateway, s.now)
	if d.moved() || len(d.updated)+len(s.heldOff) > 0 { // what serves a model changed
		facts = append(facts, w.modelFacts()...)
	}
	failures, ok := w.readErrors(ctx)
	if !ok {
		return facts, soon, nil
	}
	health, err := w.derive(ctx, failures)
	if err != nil {
		s.errorsDue = s.now.Add(s.errorsWait.NextBackOff())
	} else {
		facts = append(facts, providerFacts(delta[Provider]{updated: s.heldOff}, 0, byGateway, s.now)...)
		s.heldOff = nil
		s.errorsWait.Reset()
	}
	return append(facts, health...), soon, nil
}

// readErrors reads the failures of late by provider. A gateway without its
// Redis lets this call hang; so it has waits of its own.
func (w *Watcher) readErrors(ctx context.Context) (map[string][]ProviderError, bool) {
	s := &w.world
	if s.now.Before(s.errorsDue) {
		return nil, false
	}
	began := time.Now()
	read, err := w.errorsAt(ctx, pathErrors)
	if ctx.Err() == nil {
		w.failuresTold(err, began, w.everyOf(topicProviders))
	}
	if err != nil {
		s.errorsDue = s.now.Add(s.errorsWait.NextBackOff())
		return nil, false
	}
	if had := s.errorsSeen; len(read) == 0 && had { // believed when it says so twice
		s.errorsSeen = false
		return nil, false
	}
	s.errorsSeen = len(read) > 0
	by := map[string][]ProviderError{}
	for _, x := range read {
		by[string(x.Provider)] = append(by[string(x.Provider)], x)
	}
	return by, true
}

func (w *Watcher) errorsAt(ctx context.Context, path string) ([]ProviderError, error) {
	body, err := w.opts.Client.Once(ctx, path, failuresWithin)
	if err != nil {
		return nil, err
	}
	read, err := readList[ProviderError](body)
	return read.rows, err
}

// derive judges every provider and returns what is worth telling.
func (w *Watcher) derive(ctx context.Context, failures map[string][]ProviderError) (facts []event.Event, err error) {
	s := &w.world
	calls, there := s.calls(), w.opts.Client.There(s.now)
	s.providers.each(func(p Provider) {
		if err != nil {
			return
		}
		e := evidence{provider: p, errors: failures[p.id()], offAt: s.off[p.id()].offAt, offWhy: s.off[p.id()].offWhy}
		if e.keys, err = w.keysOf(ctx, p); err != nil {
			return
		}
		if e.errors, err = w.moreErrors(ctx, &e); err != nil {
			return
		}
		if c := calls[p.id()]; c.n > 0 {
			e.calls, e.latency = c.n, c.sum/float64(c.n)
		}
		e.served = there.Sub(s.charged(p)) <= window
		h := e.judge(s.now)
		s.off[p.id()] = evidence{offAt: e.offAt, offWhy: e.offWhy}
		if worthTelling(s.health[p.id()], h) {
			s.health[p.id()] = h
			facts = append(facts, h)
		}
		facts = append(facts, w.credential(&e)...) // behind the health: a switch-off explains it
	})
	return facts, err
}

// moreErrors asks once for the failures of one provider that is off, if those
// of all do not say why: they may have been crowded out.
func (w *Watcher) moreErrors(ctx context.Context, e *evidence) ([]ProviderError, error) {
	if !e.provider.Enabled.ok || e.provider.Enabled.on {
		return e.errors, nil
	}
	if _, why := e.switchedOffBy(); why || e.offAt.Equal(e.provider.Updated.Time) || w.world.health[e.provider.id()].Health == event.HealthDisabled {
		return e.errors, nil
	}
	more, err := w.errorsAt(ctx, fmt.Sprintf("%s&providerId=%s", pathErrors, safe(e.provider.id())))
	return append(more, e.errors...), err
}

// served counts calls and adds their times up.
type served struct {
	n   int
	sum float64
}

// calls counts what each provider served within window, of models that only it
// serves.
func (s *world) calls() map[string]served {
	only, by := s.only(), map[string]served{}
	for _, r := range s.served {
		if p := only[string(r.Model)]; p != "" && s.now.Sub(r.At.Time) <= window {
			c := by[p]
			c.n++
			c.sum += r.Duration.n
			by[p] = c
		}
	}
	return by
}

// keysOf reads a provider's keys if they may have changed.
func (w *Watcher) keysOf(ctx context.Context, p Provider) ([]ProviderKey, error) {
	s := &w.world
	u := s.upstream[p.id()]
	if u.known && u.of == p && s.now.Sub(u.at) < keysLive || p.Keys.n == 0 {
		return u.keys, nil
	}
	body, err := w.opts.Client.Get(ctx, fmt.Sprintf("%s/%s/keys", pathProviders, safe(p.id())))
	if err != nil && !NotFound(err) {
		return nil, err
	}
	read := list[ProviderKey]{}
	if err == nil {
		if read, err = readList[ProviderKey](body); err != nil {
			return nil, err
		}
	}
	s.upstream[p.id()] = upstream{read.rows, p, s.now, true}
	return read.rows, nil
}

// readProvidersJuly reads the providers of a July gateway and its own checks of
// them.
func readProvidersJuly(ctx context.Context, w *Watcher) ([]event.Event, bool, error) {
	s := &w.world
	d, soon, err := rowsAt(ctx, w, pathProviders, &s.providers)
	if err != nil {
		return nil, false, err
	}
	facts := providerFacts(d, len(s.providers.rows), func(string) bool { return false }, s.now)
	if d.moved() || len(d.updated) > 0 {
		facts = append(facts, w.modelFacts()...)
	}
	if s.health == nil {
		s.health = map[string]event.ProviderHealthChanged{}
	}
	checks, err := w.readStatus(ctx)
	switch {
	case NotFound(err):
		return facts, soon, err // is it still a gateway of July?
	case err != nil, len(checks) == 0 && len(s.monitors) > 0 && len(s.health) > 0:
		return facts, soon, nil // the list is right, every health stays as it was
	}
	settle := w.orders.takeHealth()
	s.providers.each(func(p Provider) {
		var last *Check
		if c, ok := checks[string(p.Name)]; ok {
			last = &c
		}
		h := checkHealth(p, last, monitored(string(p.Name), s.monitors, s.endpoints[string(p.Name)]), s.now)
		if settle || worthTelling(s.health[p.id()], h) {
			s.health[p.id()] = h
			facts = append(facts, h)
		}
	})
	return facts, soon, nil
}

// readStatus reads the newest check of each provider and, now and then, which
// are checked at all.
func (w *Watcher) readStatus(ctx context.Context) (map[string]Check, error) {
	if err := w.readMonitors(ctx); err != nil {
		return nil, err
	}
	body, err := w.opts.Client.Get(ctx, pathStatus)
	if err != nil {
		return nil, err
	}
	return readChecks(body)
}

// readMonitors reads now and then which providers are checked, and at which
// address.
func (w *Watcher) readMonitors(ctx context.Context) error {
	s := &w.world
	if !s.monitorsAt.IsZero() && s.now.Sub(s.monitorsAt) < monitorsLive {
		return nil
	}
	body, err := w.opts.Client.Get(ctx, pathMonitors)
	if err != nil {
		return err
	}
	monitors, err := readList[Monitor](body)
	if err != nil {
		return err
	}
	if len(monitors.rows) == 0 && len(s.monitors) > 0 && !s.monitorsGone {
		s.monitorsGone = true // believed when it says so twice
		return nil
	}
	s.monitorsGone = false
	if body, err = w.opts.Client.Get(ctx, pathStatuses); err != nil {
		return err
	}
	checks, err := readChecks(body)
	if err != nil {
		return err
	}
	s.monitors, s.endpoints, s.monitorsAt = monitors.rows, map[string]string{}, s.now
	for name, c := range checks {
		s.endpoints[name] = string(c.Endpoint)
	}
	return nil
}
