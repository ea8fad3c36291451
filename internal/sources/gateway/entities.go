package gateway

import (
	"slices"
	"sync"

	"gatewatch/internal/core/event"
)

// maxSubscriptions bounds the calls that subscribe to single keys, and those
// for single providers: the server makes them one after another at every
// reconnect, and events wait behind them.
const maxSubscriptions = 50

// knownEntities is which keys and providers a gateway has shown to have, for
// subscriptions to each. Its methods may be called from any goroutine.
type knownEntities struct {
	mu        sync.Mutex
	keys      []event.KeyID      // guarded by mu, as all below
	providers []event.ProviderID // in the order they came
	named     map[event.ProviderID]string
}

func newKnownEntities() *knownEntities { return &knownEntities{named: map[event.ProviderID]string{}} }

// observe takes an event; it reports whether a key or provider is new.
func (k *knownEntities) observe(e event.Event) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch b := e.(type) {
	case event.KeyRead:
		return k.key(b.Key)
	case event.ProviderHealthChanged:
		return k.provider(b.Provider, b.Name)
	case event.ModelsRead:
		return k.provider(b.Provider, b.Name)
	case event.NavigationChanged:
		switch {
		case b.ID == "" || b.Action == event.ActionDeleted:
		case b.Entity == event.EntityProvider:
			return k.provider(event.ProviderID(b.ID), b.Name)
		case b.Entity == event.EntityVirtualKey:
			return k.key(event.KeyID(b.ID))
		}
	}
	return false
}

func (k *knownEntities) key(id event.KeyID) bool {
	if id == "" || len(k.keys) >= maxSubscriptions || slices.Contains(k.keys, id) {
		return false
	}
	k.keys = append(k.keys, id)
	return true
}

func (k *knownEntities) provider(id event.ProviderID, name string) bool {
	if id == "" || len(k.providers) >= maxSubscriptions || slices.Contains(k.providers, id) {
		return false
	}
	if name == "" {
		name = string(id)
	}
	k.providers, k.named[id] = append(k.providers, id), name
	return true
}

// names lists the providers by name.
func (k *knownEntities) names() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []string
	for _, id := range k.providers {
		out = append(out, k.named[id])
	}
	return out
}

// subscriptions lists the calls of the Admin hub for all that is known and has
// a number.
func (k *knownEntities) subscriptions() []subscription {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []subscription
	for _, id := range k.keys {
		if n, ok := number(string(id)); ok {
			out = append(out, subscription{"SubscribeToVirtualKey", n})
		}
	}
	for _, id := range k.providers {
		if n, ok := number(string(id)); ok {
			out = append(out, subscription{"SubscribeToProvider", n})
		}
	}
	return out
}
