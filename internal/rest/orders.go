package rest

import (
	"sync"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/wire"
)

// orders is what others want of a Watcher, kept until its goroutine looks.
type orders struct {
	wake chan struct{}

	mu      sync.Mutex
	shown   bool // guarded by mu, as all below
	changed bool // shown is another
	paused  bool
	refresh bool
	up      bool
	key     bool
	doubt   bool
	advised map[string]bool          // topics
	claimed map[event.KeyID]bool     // keys of whose budget a hub claimed something
	health  bool                     // a hub claimed something of a provider's health
	told    map[toldChange]time.Time // by a hub, when
}

// toldChange is a change of a mapping that a hub told.
type toldChange struct {
	id     string
	action event.Action
}

// How long a hub's word on a mapping is remembered, and how many.
const (
	toldLives = 10 * time.Minute
	maxTold   = 2000
)

func (o *orders) give(set func(*orders)) {
	o.mu.Lock()
	set(o)
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (o *orders) isShown() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.shown
}

// before reports whether a hub told a change of a mapping; once for each.
func (o *orders) before(id string, a event.Action) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	at, ok := o.told[toldChange{id, a}]
	delete(o.told, toldChange{id, a})
	return ok && time.Since(at) < toldLives
}

// claim notes that a hub claimed something of a key's budget; "" is a key that
// it did not name.
func (o *orders) claim(k event.KeyID) {
	if o.claimed == nil || len(o.claimed) >= maxTold {
		o.claimed = map[event.KeyID]bool{}
	}
	o.claimed[k] = true
}

// takeClaims returns the keys of claims since the last call.
func (o *orders) takeClaims() map[event.KeyID]bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	c := o.claimed
	o.claimed = nil
	return c
}

// takeHealth reports whether a hub told of a provider's health since the last
// call: what is read then is told, also if it is what was read before.
func (o *orders) takeHealth() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	h := o.health
	o.health = false
	return h
}

// SetShown says whether somebody looks; data is then read more often.
func (w *Watcher) SetShown(shown bool) {
	w.orders.give(func(o *orders) { o.changed = o.changed || o.shown != shown; o.shown = shown })
}

// Pause ends reading until Resume.
func (w *Watcher) Pause() { w.orders.give(func(o *orders) { o.paused = true }) }

// Resume ends a pause and reads everything anew.
func (w *Watcher) Resume() { w.orders.give(func(o *orders) { o.paused, o.refresh = false, true }) }

// Refresh asks again which gateway it is and reads everything anew, because a
// connection to it came back.
func (w *Watcher) Refresh() { w.orders.give(func(o *orders) { o.refresh = true }) }

// Up says that the gateway answers another connection: if it could not be
// asked yet which one it is, it is asked now.
func (w *Watcher) Up() { w.orders.give(func(o *orders) { o.up = true }) }

// Heard tells what a hub of the gateway told. Some of that is a reason to read
// a topic at once, and what a hub told of a mapping is not told again.
func (w *Watcher) Heard(e event.Event) {
	if !w.active.Load() {
		return
	}
	switch b := e.(type) {
	case event.ReadAdvised:
		if b.Topic == event.ReadBudget {
			w.orders.give(func(o *orders) { o.claim(b.Key) })
		}
		w.advise(map[event.ReadTopic][]string{
			event.ReadBudget: {topicGroups, topicKeys}, event.ReadProviders: {topicProviders}, event.ReadSpend: {topicLogs, topicGroups, topicKeys},
		}[b.Topic]...)
	case event.ProviderHealthChanged:
		w.orders.give(func(o *orders) { o.health = true })
		w.advise(topicProviders)
	case event.NavigationChanged:
		if b.Entity != event.EntityModelMapping {
			return
		}
		w.orders.give(func(o *orders) {
			if o.told == nil || len(o.told) >= maxTold {
				o.told = map[toldChange]time.Time{}
			}
			o.told[toldChange{b.ID, b.Action}] = time.Now()
		})
		w.advise(topicMappings)
	}
}

func (w *Watcher) advise(names ...string) {
	w.orders.give(func(o *orders) {
		if o.advised == nil {
			o.advised = map[string]bool{}
		}
		for _, n := range names {
			o.advised[n] = true
		}
	})
}

// obey does what was ordered; Run's goroutine calls it.
func (w *Watcher) obey() {
	o := &w.orders
	o.mu.Lock()
	changed, paused, refresh, up, key, doubt, advised := o.changed, o.paused, o.refresh, o.up, o.key, o.doubt, o.advised
	o.changed, o.refresh, o.up, o.key, o.doubt, o.advised = false, false, false, false, false, nil
	o.mu.Unlock()
	now := time.Now()
	if paused && !w.paused && w.link.State != "" && !w.refused {
		w.tellLink(event.LinkDisconnected, "", "", time.Time{})
	}
	w.paused = paused
	if up && !w.probeAt.IsZero() {
		w.probeAt = earliest(w.probeAt, now)
	}
	if key && w.refused {
		w.refused, w.blocked, w.refreshed, refresh = false, time.Time{}, time.Time{}, true
	}
	if doubt {
		w.world.errorsDue = time.Time{}
	}
	for _, p := range w.polls {
		if changed && w.orders.isShown() && !p.ran.IsZero() { // somebody looks again
			p.due = earliest(p.due, p.ran.Add(p.shown))
		}
		if advised[p.name] || doubt && p.name == topicProviders {
			p.due = earliest(p.due, latest(now, p.ran.Add(adviceGap)))
		}
	}
	if refresh {
		w.refreshAll(latest(now, w.refreshed.Add(refreshGap)))
	}
}

// refreshAll plans a probe and, after it, a read of everything.
func (w *Watcher) refreshAll(at time.Time) {
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
