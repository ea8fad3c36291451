package state

import (
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// await notes that money is of a key which no list and no hub has told of yet.
func (p *moneyTracker) await(key event.KeyID, today int64) {
	if p.awaited == nil {
		p.awaited = map[event.KeyID]int64{}
	}
	p.awaited[key] += today
}

// arrived gives a key that is told of for the first time what was booked for it
// before: the log may be read before the list of keys. It is called before the key
// has a place among the others.
func (s *State) arrived(g event.GatewayID, key event.KeyID, m *keyTracker) {
	p := s.money[string(g)]
	if p == nil || p.awaited == nil {
		return
	}
	if _, is := p.awaited[key]; !is {
		return
	}
	s.flow(string(g), p) // what is there already is then all in it
	n := p.awaited[key]
	delete(p.awaited, key)
	p.noKey -= n
	m.today += n
	p.book.Cells(p.midnight-24*60, func(c ledger.Change) {
		if c.Key == key && (c.Kind == ledger.Logged || c.Kind == ledger.Pushed) {
			m.rates.add(int64(c.Minute)*minute, int64(c.Nano))
		}
	})
	s.touch(m)
}
