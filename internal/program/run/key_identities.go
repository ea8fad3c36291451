package run

import (
	"context"
	"sync"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/config"
)

// keyIdentities gathers what gateways report of our keys, to be written into the
// profiles. The engine's goroutine adds, another one takes. The zero value
// gathers and wakes nobody.
type keyIdentities struct {
	mu   sync.Mutex
	keys map[event.GatewayID]map[string]event.MonitoredKeyChanged // by slot; guarded by mu
	bell chan struct{}                                            // capacity 1, or nil: there is something to take
}

// Record implements engine.Recorder.
func (l *keyIdentities) Record(env event.Envelope) {
	b, ok := env.Body.(event.MonitoredKeyChanged)
	if !ok || b.Key == "" {
		return
	}
	l.mu.Lock()
	if l.keys == nil {
		l.keys = map[event.GatewayID]map[string]event.MonitoredKeyChanged{}
	}
	if l.keys[env.Source.Gateway] == nil {
		l.keys[env.Source.Gateway] = map[string]event.MonitoredKeyChanged{}
	}
	l.keys[env.Source.Gateway][b.Slot] = b
	l.mu.Unlock()
	select {
	case l.bell <- struct{}{}:
	default:
	}
}

func (l *keyIdentities) take() map[event.GatewayID]map[string]event.MonitoredKeyChanged {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.keys
	l.keys = nil
	return all
}

// identityDelay gathers what comes at a start, so that the file is written once.
const identityDelay = 2 * time.Second

// startKeyIdentities writes down which id and name a gateway has for our keys: a
// key that it does not let in later can then be named and looked up.
func (p *Program) startKeyIdentities(ctx context.Context) {
	p.background(ctx, "what was learnt", func(ctx context.Context) error {
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-p.identities.bell:
			}
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(identityDelay):
			}
			for id, keys := range p.identities.take() {
				p.saveKeyIdentities(id, keys)
			}
		}
	})
}

// saveKeyIdentities notes in a profile what its gateway reported of its keys. Of two
// processes the one that writes history does it.
func (p *Program) saveKeyIdentities(id event.GatewayID, keys map[string]event.MonitoredKeyChanged) {
	if !p.writer {
		return
	}
	err := p.editKeys(id, func(x *config.Profile) (news bool, err error) {
		for slot, w := range keys {
			if v := x.VirtualKey(slot); v != nil && (v.Key != w.Key || v.Name != w.Name) {
				v.Key, v.Name, news = w.Key, w.Name, true
			}
		}
		return news, nil
	})
	if err != nil {
		p.log.Warn("what a gateway told of its keys is not written down", "gateway", string(id), "cause", err)
	}
}

// retainMonitoredKeys drops what is shown of keys that are watched no more.
func (p *Program) retainMonitoredKeys(ctx context.Context, id event.GatewayID, k credentials) {
	var slots []string
	for _, v := range k.virtual {
		slots = append(slots, v.Slot)
	}
	if err := p.engine.Do(ctx, func(s *state.State) { s.RetainMonitoredKeys(string(id), slots) }); err != nil {
		p.log.Warn("dropping keys that are not watched", "cause", err)
	}
}
