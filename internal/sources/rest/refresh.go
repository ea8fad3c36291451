package rest

import (
	"sync"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/sources/wire"
)

// refreshRequests is what others want of a Poller, kept until its goroutine takes them.
type refreshRequests struct {
	wake chan struct{}

	mu      sync.Mutex
	visible bool // guarded by mu, as all below
	changed bool // shown is another
	paused  bool
	refresh bool
	up      bool
	key     bool
	again   bool // by hand, or because the network changed
	recheck bool
	// accepted: a hub was let in with the key.
	accepted bool
	advised  map[string]bool            // topics
	claimed  map[event.KeyID]bool       // keys of whose budget a hub claimed something
	health   bool                       // a hub claimed something of a provider's health
	pushed   map[pushedChange]time.Time // by a hub, when
}

// pushedChange is a change of a mapping that a hub pushed.
type pushedChange struct {
	id     string
	action event.Action
}

// How long a hub's push of a mapping is remembered, and how many.
const (
	pushMemory = 10 * time.Minute
	maxPushed  = 2000
)

func (o *refreshRequests) post(set func(*refreshRequests)) {
	o.mu.Lock()
	set(o)
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (o *refreshRequests) isShown() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.visible
}

// wasPushed reports whether a hub pushed a change of a mapping; once for each.
func (o *refreshRequests) wasPushed(id string, a event.Action) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	at, ok := o.pushed[pushedChange{id, a}]
	delete(o.pushed, pushedChange{id, a})
	return ok && time.Since(at) < pushMemory
}

// claim notes that a hub claimed something of a key's budget; "" is a key that
// it did not name.
func (o *refreshRequests) claim(k event.KeyID) {
	if o.claimed == nil || len(o.claimed) >= maxPushed {
		o.claimed = map[event.KeyID]bool{}
	}
	o.claimed[k] = true
}

// takeClaims returns the keys of claims since the last call.
func (o *refreshRequests) takeClaims() map[event.KeyID]bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	c := o.claimed
	o.claimed = nil
	return c
}

// takeHealth reports whether a hub pushed a provider's health since the last
// call: what is read then is reported, also if it is what was read before.
func (o *refreshRequests) takeHealth() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	h := o.health
	o.health = false
	return h
}

// SetVisible says whether the window is visible; data is then read more often.
func (w *Poller) SetVisible(shown bool) {
	w.requests.post(func(o *refreshRequests) { o.changed = o.changed || o.visible != shown; o.visible = shown })
}

// Pause ends reading until Resume.
func (w *Poller) Pause() { w.requests.post(func(o *refreshRequests) { o.paused = true }) }

// Resume ends a pause and reads everything anew, also with a key that was
// refused.
func (w *Poller) Resume() {
	w.requests.post(func(o *refreshRequests) { o.paused, o.refresh, o.again = false, true, true })
}

// Refresh asks again which gateway it is and reads everything anew, because a
// connection to it came back.
func (w *Poller) Refresh() { w.requests.post(func(o *refreshRequests) { o.refresh = true }) }

// HubConnected says that the gateway answers another connection: if it could not be
// asked yet which one it is, it is asked now.
func (w *Poller) HubConnected() { w.requests.post(func(o *refreshRequests) { o.up = true }) }

// HandlePush takes what a hub of the gateway pushed. Some of that is a reason to read
// a topic at once, and what a hub pushed of a mapping is not reported again.
func (w *Poller) HandlePush(e event.Event) {
	if !w.active.Load() {
		return
	}
	switch b := e.(type) {
	case event.RefreshAdvised:
		if b.Topic == event.RefreshBudget {
			w.requests.post(func(o *refreshRequests) { o.claim(b.Key) })
		}
		w.requestRefresh(map[event.RefreshTopic][]string{
			event.RefreshBudget: {topicGroups, topicKeys}, event.RefreshProviders: {topicProviders}, event.RefreshSpend: {topicLogs, topicGroups, topicKeys},
		}[b.Topic]...)
	case event.ProviderHealthChanged:
		w.requests.post(func(o *refreshRequests) { o.health = true })
		w.requestRefresh(topicProviders)
	case event.NavigationChanged:
		if b.Entity != event.EntityModelMapping {
			return
		}
		w.requests.post(func(o *refreshRequests) {
			if o.pushed == nil || len(o.pushed) >= maxPushed {
				o.pushed = map[pushedChange]time.Time{}
			}
			o.pushed[pushedChange{b.ID, b.Action}] = time.Now()
		})
		w.requestRefresh(topicMappings)
	}
}

func (w *Poller) requestRefresh(names ...string) {
	w.requests.post(func(o *refreshRequests) {
		if o.advised == nil {
			o.advised = map[string]bool{}
		}
		for _, n := range names {
			o.advised[n] = true
		}
	})
}

// applyRequests does what was requested; Run's goroutine calls it.
func (w *Poller) applyRequests() {
	o := &w.requests
	o.mu.Lock()
	changed, paused, refresh, up, key, recheck, advised := o.changed, o.paused, o.refresh, o.up, o.key, o.recheck, o.advised
	again, accepted := o.again, o.accepted
	o.changed, o.refresh, o.up, o.key, o.recheck, o.advised = false, false, false, false, false, nil
	o.again, o.accepted = false, false
	o.mu.Unlock()
	now := time.Now()
	if paused && !w.paused && w.link.State != "" && !w.refused {
		w.emitLink(event.LinkDisconnected, "", "", time.Time{})
	}
	w.paused = paused
	if up && !w.probeAt.IsZero() {
		w.probeAt = earliest(w.probeAt, now)
	}
	if accepted {
		w.refusals = 0
	}
	switch barred := w.refused || now.Before(w.blocked); {
	case key && w.refused:
		w.refused, w.blocked, w.refreshed, w.refusals, refresh = false, time.Time{}, time.Time{}, 0, true
	case barred && (accepted || again && now.Sub(w.tried) >= refusedGap && now.Sub(w.refusedAt) >= byHandGap):
		w.tryAgain(now)
		refresh = false
	}
	if recheck {
		w.observed.errorsDue = time.Time{}
	}
	for _, p := range w.polls {
		if changed && w.requests.isShown() && !p.ran.IsZero() { // the window is visible again
			p.due = earliest(p.due, p.ran.Add(p.visibleInterval))
		}
		if advised[p.name] || recheck && p.name == topicProviders {
			p.due = earliest(p.due, latest(now, p.ran.Add(adviceGap)))
		}
	}
	if refresh {
		w.refreshAll(latest(now, w.refreshed.Add(refreshGap)))
	}
}

// refreshAll plans a probe and, after it, a read of everything.
func (w *Poller) refreshAll(at time.Time) {
	w.refreshed, w.probeAt, w.suspect = at, at, false
	for _, p := range w.polls {
		p.off, p.due = false, earliest(p.due, at)
	}
	if w.dialect == wire.DialectUnknown {
		w.probeWait.Reset()
	}
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
