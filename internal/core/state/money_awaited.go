package state

import "gatewatch/internal/core/event"

// awaitedKey is the money of a key which no list and no hub has told of yet.
type awaitedKey struct {
	today int64 // what of noKey is its
	rates rates
}

// await is what is kept of such a key.
func (p *moneyTracker) await(key event.KeyID) *awaitedKey {
	if p.awaited == nil {
		p.awaited = map[event.KeyID]*awaitedKey{}
	}
	if p.awaited[key] == nil {
		p.awaited[key] = &awaitedKey{}
	}
	return p.awaited[key]
}

// arrived gives a key that is told of for the first time what was booked for it
// before: the log may be read before the list of keys. It is called before the key
// has a place among the others.
func (s *State) arrived(g event.GatewayID, key event.KeyID, m *keyTracker) {
	p := s.money[string(g)]
	if p == nil || p.awaited[key] == nil {
		return
	}
	s.flow(string(g), p) // what is there already is then all in it
	of := p.awaited[key]
	delete(p.awaited, key)
	p.noKey -= of.today
	m.today += of.today
	m.rates = of.rates
	s.touch(m)
}
