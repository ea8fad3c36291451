package state

import (
	"strings"

	"gatewatch/internal/event"
)

// providerMemory is a provider's last hour, a letter a minute.
type providerMemory struct {
	cells  [60]byte
	minute int64 // of the newest cell; 0: none yet
}

// letter of a health in Provider.Hour.
func letter(h string) byte {
	switch event.Health(h) {
	case event.HealthHealthy:
		return 'h'
	case event.HealthDegraded:
		return 'd'
	case event.HealthUnhealthy:
		return 'u'
	case event.HealthDisabled:
		return 'x'
	case event.HealthUnknown:
		return '.'
	}
	return '.'
}

// worst of a minute is what its cell shows.
const badness = ".hxdu"

// note brings the hour up to minute m, carrying the health that held since.
func (p *providerMemory) note(m int64, held, now string) {
	if p.minute == 0 {
		for i := range p.cells {
			p.cells[i] = '.'
		}
		p.minute = m
	}
	for k := max(p.minute+1, m-59); k <= m; k++ {
		p.cells[k%60] = letter(held)
	}
	p.minute = max(p.minute, m)
	if m > p.minute-60 {
		c := &p.cells[m%60]
		if n := letter(now); rank(n) > rank(*c) {
			*c = n
		}
	}
}

func rank(c byte) int {
	for i := range len(badness) {
		if badness[i] == c {
			return i
		}
	}
	return 0
}

// hour is the cells, oldest first.
func (p *providerMemory) hour() string {
	b := make([]byte, 60)
	for k := range int64(60) {
		b[59-k] = p.cells[((p.minute-k)%60+60)%60]
	}
	return string(b)
}

// provider returns the shown provider, new if need be; ok is false if there
// are too many.
func (s *State) provider(g event.GatewayID, p event.ProviderID, name string) (Provider, *providerMemory, bool) {
	pid := id(g, string(p))
	mem := s.history[pid]
	if mem == nil {
		if len(s.history) >= maxProviders {
			s.Overflow++
			return Provider{}, nil, false
		}
		mem = &providerMemory{}
		s.history[pid] = mem
	}
	v, known := s.live.Providers[pid]
	if !known {
		v = Provider{
			ID: pid, Gateway: string(g), Provider: string(p), Health: string(event.HealthUnknown),
			LatencyMS: -1, Models: []string{}, NewModels: []string{}, HourRequests: -1, HourFailed: -1,
			P95MS: -1, UsualP95MS: -1, Served: -1, Uncovered: -1,
		}
	}
	if name != "" {
		v.Name = name
	}
	return v, mem, true
}

func (s *State) healthChanged(env *event.Envelope, b event.ProviderHealthChanged) {
	p, mem, ok := s.provider(env.Source.Gateway, b.Provider, b.Name)
	if !ok {
		return
	}
	at := when(env, b.At)
	if at < p.UpdatedAt {
		return // a latecomer
	}
	held := p.Health
	if p.Health != string(b.Health) {
		if p.UpdatedAt != 0 {
			p.Changes++
		}
		p.Health, p.Since = string(b.Health), at
	}
	p.LatencyMS, p.Error, p.SwitchedOff = b.LatencyMS, b.Error, b.SwitchedOff
	p.Source, p.UpdatedAt = env.Source.String(), at
	mem.note(at/minute, held, p.Health)
	p.Hour = mem.hour()
	s.live.Providers[p.ID] = p
	s.dirty.providers[p.ID] = true
}

func (s *State) modelsDiscovered(env *event.Envelope, b event.ModelsDiscovered) {
	p, mem, ok := s.provider(env.Source.Gateway, b.Provider, b.Name)
	if !ok {
		return
	}
	at := when(env, b.At)
	all, added := sortedUnion(p.Models, b.Models, maxModels)
	p.Models = all
	if len(added) > 0 {
		p.NewModels, p.DiscoveredAt = added[:min(len(added), maxModels)], at
	}
	if mem.minute == 0 {
		mem.note(at/minute, p.Health, p.Health)
		p.Hour = mem.hour()
	}
	s.live.Providers[p.ID] = p
	s.dirty.providers[p.ID] = true
	s.found.push(Discovery{
		ID: seqID(env.Seq), Gateway: string(env.Source.Gateway), Provider: string(b.Provider),
		Name: p.Name, Models: b.Models[:min(len(b.Models), 100)],
		New: append([]string{}, added[:min(len(added), 100)]...), Source: s.textOf(env.Source), At: at,
	})
}

// providerDeleted forgets a provider. Some gateways know it by its name.
func (s *State) providerDeleted(g event.GatewayID, b event.NavigationChanged) {
	for _, own := range []string{b.ID, b.Name} {
		pid := id(g, own)
		if p, known := s.live.Providers[pid]; known && (own == b.ID || p.Name == b.Name) {
			delete(s.live.Providers, pid)
			delete(s.history, pid)
			s.dirty.providers[pid] = true
			return
		}
	}
}

// ProviderTitle is what to call the provider of a booking. A gateway's hubs
// name its sort only, its request log is matched with its name: the sort of one
// provider is that provider; of several nobody can say which one it was, and
// the sort is called so. What is neither stays as it was told.
func (l *Live) ProviderTitle(gateway, told string) string {
	if told == "" {
		return ""
	}
	name, of := "", 0
	named := false
	for _, p := range l.Providers {
		if p.Gateway != gateway {
			continue
		}
		named = named || p.Name == told
		if strings.EqualFold(p.Sort, told) {
			name, of = p.Name, of+1
		}
	}
	switch {
	case of > 1:
		return told + " (type)"
	case of == 1 && !named && name != "":
		return name
	}
	return told
}
