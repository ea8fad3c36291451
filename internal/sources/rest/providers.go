package rest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

// How long what changes rarely is believed: a provider's keys, and which
// providers a July gateway checks.
const (
	keysLive     = time.Hour
	monitorsLive = 5 * time.Minute
)

// readProviders reads the providers of an August gateway and what went wrong
// with them. If the failures cannot be read, every health stays as it was.
func readProviders(ctx context.Context, w *Poller) ([]event.Event, bool, error) {
	s := &w.observed
	d, soon, err := rowsAt(ctx, w, topicProviders, pathProviders, &s.providers)
	if err != nil {
		return nil, false, err
	}
	if s.health == nil {
		s.health, s.off, s.upstream = map[string]event.ProviderHealthChanged{}, map[string]providerSignals{}, map[string]upstream{}
		s.errorsWait = w.waits(30 * time.Second)
		s.errorsWait.MaxInterval = providerErrorsMaxInterval
	}
	for _, p := range d.deleted {
		delete(s.health, p.id())
		delete(s.off, p.id())
		delete(s.upstream, p.id())
		delete(s.rejected, p.id())
	}
	n := d.news()
	n.updated = slices.DeleteFunc(n.updated, func(c change[Provider]) bool {
		held := actionOf(c.old.Enabled, c.now.Enabled) == event.ActionDisabled
		if held {
			s.heldOff, s.heldSince = append(s.heldOff, c), n.since
		}
		return held
	})
	byGateway := func(id string) bool { return s.health[id].SwitchedOff }
	events := providerEvents(d, len(s.providers.rows), byGateway, s.now)
	if d.moved() || len(n.updated)+len(s.heldOff) > 0 { // what serves a model changed
		events = append(events, w.modelEvents()...)
	}
	failures, ok := w.readErrors(ctx)
	if !ok {
		return events, soon, nil
	}
	w.logSoon(failures)
	health, err := w.deriveHealth(ctx, failures)
	if err != nil {
		s.errorsDue = s.now.Add(s.errorsWait.NextBackOff())
	} else {
		events = append(events, providerEvents(delta[Provider]{updated: s.heldOff, since: s.heldSince}, 0, byGateway, s.now)...)
		s.heldOff = nil
		s.errorsWait.Reset()
	}
	return append(append(events, health...), w.streaks()...), soon, nil
}

// logSettles is how long a call may take to be in the request log.
const logSettles = 3 * time.Second

// logSoon has the log read behind new failures: what was served since is only there.
func (w *Poller) logSoon(failures map[string][]ProviderError) {
	var newest time.Time
	for _, of := range failures {
		for _, x := range of {
			newest = latest(newest, x.At.Time)
		}
	}
	for _, p := range w.polls {
		if at := w.here(newest).Add(logSettles); !newest.IsZero() && p.name == topicLogs && !p.failed && p.ran.Before(at) {
			p.due = earliest(p.due, at)
		}
	}
}

// readErrors reads the failures of late by provider. A gateway without its
// Redis lets this call hang; so it has waits of its own.
func (w *Poller) readErrors(ctx context.Context) (map[string][]ProviderError, bool) {
	s := &w.observed
	if s.now.Before(s.errorsDue) {
		return nil, false
	}
	began := time.Now()
	read, err := w.errorsAt(ctx, pathErrors)
	if ctx.Err() == nil {
		w.reportProviderErrors(err, began, w.everyOf(topicProviders))
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
	s.failures = by
	return by, true
}

func (w *Poller) errorsAt(ctx context.Context, path string) ([]ProviderError, error) {
	body, err := w.opts.Client.Once(ctx, path, providerErrorsTimeout)
	if err != nil {
		return nil, err
	}
	read, err := readList[ProviderError](body)
	return read.rows, err
}

// deriveHealth derives the health of every provider and returns what is worth reporting.
func (w *Poller) deriveHealth(ctx context.Context, failures map[string][]ProviderError) (events []event.Event, err error) {
	s := &w.observed
	calls, there := s.calls(), w.opts.Client.GatewayTime(s.now)
	s.providers.each(func(p Provider) {
		if err != nil {
			return
		}
		e := providerSignals{provider: p, errors: failures[p.id()], autoDisabledAt: s.off[p.id()].autoDisabledAt, autoDisabledReason: s.off[p.id()].autoDisabledReason}
		if e.keys, err = w.keysOf(ctx, p); err != nil {
			return
		}
		if e.errors, err = w.moreErrors(ctx, &e); err != nil {
			return
		}
		if c := calls[p.id()]; c.n > 0 {
			e.calls, e.latency = c.n, c.sum/float64(c.n)
		}
		e.served = there.Sub(s.charged(p)) <= healthSpan
		if k := s.streakOf(p); k.served >= servedEnough {
			e.over = k.failed
		}
		h := e.health(s.now)
		s.off[p.id()] = providerSignals{autoDisabledAt: e.autoDisabledAt, autoDisabledReason: e.autoDisabledReason}
		if worthEmitting(s.health[p.id()], h) {
			s.health[p.id()] = h
			events = append(events, h)
		}
		events = append(events, w.credential(&e)...) // behind the health: a switch-off explains it
	})
	return events, err
}

// moreErrors asks once for the failures of one provider that is off, if those
// of all do not say why: they may have been crowded out.
func (w *Poller) moreErrors(ctx context.Context, e *providerSignals) ([]ProviderError, error) {
	if !e.provider.Enabled.ok || e.provider.Enabled.on {
		return e.errors, nil
	}
	if _, why := e.switchedOffBy(); why || e.autoDisabledAt.Equal(e.provider.Updated.Time) || w.observed.health[e.provider.id()].Health == event.HealthDisabled {
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

// calls counts what each provider served within healthSpan, of models that only it
// serves.
func (s *observedState) calls() map[string]served {
	only, by := s.soleProviders(), map[string]served{}
	for _, r := range s.served {
		if p := only[string(r.Model)]; p != "" && s.now.Sub(r.At.Time) <= healthSpan {
			c := by[p]
			c.n++
			c.sum += r.Duration.n
			by[p] = c
		}
	}
	return by
}

// keysOf reads a provider's keys if they may have changed.
func (w *Poller) keysOf(ctx context.Context, p Provider) ([]ProviderKey, error) {
	s := &w.observed
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
	if err == nil {
		s.credentials = append(s.credentials, w.compareCredentials(p, read)...)
	}
	return read.rows, nil
}

// readProvidersJuly reads the providers of a July gateway and its own checks of
// them.
func readProvidersJuly(ctx context.Context, w *Poller) ([]event.Event, bool, error) {
	s := &w.observed
	d, soon, err := rowsAt(ctx, w, topicProviders, pathProviders, &s.providers)
	if err != nil {
		return nil, false, err
	}
	events := providerEvents(d, len(s.providers.rows), func(string) bool { return false }, s.now)
	if d.moved() || len(d.updated) > 0 {
		events = append(events, w.modelEvents()...)
	}
	if s.health == nil {
		s.health = map[string]event.ProviderHealthChanged{}
	}
	checks, err := w.readStatus(ctx)
	switch {
	case NotFound(err):
		return events, soon, err // is it still a gateway of July?
	case err != nil, len(checks) == 0 && len(s.monitors) > 0 && len(s.health) > 0:
		return events, soon, nil // the list is right, every health stays as it was
	}
	settle := w.requests.takeHealth()
	s.providers.each(func(p Provider) {
		var last *Check
		if c, ok := checks[string(p.Name)]; ok {
			last = &c
		}
		h := checkHealth(p, last, monitored(string(p.Name), s.monitors, s.endpoints[string(p.Name)]), s.now)
		if settle || worthEmitting(s.health[p.id()], h) {
			s.health[p.id()] = h
			events = append(events, h)
		}
	})
	return events, soon, nil
}

// readStatus reads the newest check of each provider and, now and then, which
// are checked at all.
func (w *Poller) readStatus(ctx context.Context) (map[string]Check, error) {
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
func (w *Poller) readMonitors(ctx context.Context) error {
	s := &w.observed
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
