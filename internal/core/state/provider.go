package state

import (
	"strings"

	"gatewatch/internal/core/event"
)

// healthTimeline is a provider's last hour, a letter a minute.
type healthTimeline struct {
	cells  [60]byte
	minute int64 // of the newest cell; 0: none yet
}

// foldProvider folds the health of providers and their models in.
func (s *State) foldProvider(env *event.Envelope) (known, news bool) {
	switch b := env.Body.(type) {
	case event.ProviderHealthChanged:
		s.healthChanged(env, b)
	case event.ModelsDiscovered:
		s.modelsDiscovered(env, b)
	default:
		return false, false
	}
	return true, true
}

func providerSeverity(body event.Event) event.Severity {
	if b, is := body.(event.ProviderHealthChanged); is {
		return severityOfHealth(b.Health)
	}
	return ""
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

// badness orders the letters of health; the worst of a minute is what its cell shows.
const badness = ".hxdu"

// note brings the hour up to minute m, carrying the health that held since. Minutes
// in between of which nobody took notice are gaps: the program slept or stood still.
func (p *healthTimeline) note(m int64, held, now string) {
	if p.minute == 0 {
		for i := range p.cells {
			p.cells[i] = '.'
		}
		p.minute = m
	}
	carried := letter(held)
	if m-p.minute > tickedMinutes {
		p.pass(m-1, '.')
	}
	p.pass(m, carried)
	if m > p.minute-60 {
		c := &p.cells[m%60]
		if n := letter(now); healthRank(n) > healthRank(*c) {
			*c = n
		}
	}
}

// tickedMinutes is how many minutes may pass between two looks at the clock, which
// are a minute apart, before the program counts as asleep meanwhile.
const tickedMinutes = 2

// pass brings the hour up to minute m, each cell on the way being c.
func (p *healthTimeline) pass(m int64, c byte) {
	for k := max(p.minute+1, m-59); k <= m; k++ {
		p.cells[k%60] = c
	}
	p.minute = max(p.minute, m)
}

// stripOf is the hour that an earlier run kept; nil if it is none.
func stripOf(s Strip) *healthTimeline {
	if len(s.Cells) != 60 || s.Minute <= 0 {
		return nil
	}
	t := &healthTimeline{minute: s.Minute}
	for k := range int64(60) {
		c := s.Cells[59-k]
		if strings.IndexByte(badness, c) < 0 {
			c = '.'
		}
		t.cells[((s.Minute-k)%60+60)%60] = c
	}
	return t
}

// heardOf reports whether a provider's health is known to hold now: what told of it
// still answers, or is still connected.
func (s *State) heardOf(p *Provider, at int64) bool {
	via, name, _ := strings.Cut(p.Source, ":")
	switch event.Via(via) {
	case event.ViaREST:
		t, asked := s.live.PollTargets[p.Gateway+"/"+p.Source]
		return !asked || t.fresh(at) && t.Outcome == string(event.PollOK)
	case event.ViaHub:
		any := false
		for _, l := range s.live.Links {
			if l.Gateway == p.Gateway && l.Hub == name {
				if l.State == string(event.LinkConnected) {
					return true
				}
				any = true
			}
		}
		return !any
	case event.ViaComputed:
	}
	return true
}

func healthRank(c byte) int {
	for i := range len(badness) {
		if badness[i] == c {
			return i
		}
	}
	return 0
}

// hour is the cells, oldest first.
func (p *healthTimeline) hour() string {
	b := make([]byte, 60)
	for k := range int64(60) {
		b[59-k] = p.cells[((p.minute-k)%60+60)%60]
	}
	return string(b)
}

// provider returns the shown provider, new if need be; ok is false if there
// are too many.
func (s *State) provider(g event.GatewayID, p event.ProviderID, name string) (Provider, *healthTimeline, bool) {
	pid := id(g, string(p))
	mem := s.healthTimelines[pid]
	if mem == nil {
		if len(s.healthTimelines) >= maxProviders {
			s.Overflow++
			return Provider{}, nil, false
		}
		mem = &healthTimeline{}
		s.healthTimelines[pid] = mem
	}
	v, known := s.live.Providers[pid]
	if !known {
		v = Provider{
			ID: pid, Gateway: string(g), Provider: string(p), Health: string(event.HealthUnknown),
			LatencyMS: -1, Models: []string{}, NewModels: []string{}, Aliases: []string{}, HourRequests: -1, HourFailed: -1,
			P95MS: -1, BaselineP95MS: -1, Served: -1, WithoutFallback: -1,
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
	at := eventTime(env, b.At)
	if at < p.UpdatedAt {
		return // a late event
	}
	held := p.Health
	if p.Health != string(b.Health) {
		if p.UpdatedAt != 0 {
			p.Changes++
		}
		p.Health, p.Since = string(b.Health), at
	}
	if b.SwitchedOff && !p.SwitchedOff && p.UpdatedAt != 0 {
		s.switchedOff(env, &p, at, ms(b.SwitchedOffAt))
	}
	p.LatencyMS, p.Error, p.SwitchedOff = b.LatencyMS, b.Error, b.SwitchedOff
	p.Source, p.UpdatedAt = env.Source.String(), at
	mem.note(at/minute, held, p.Health)
	p.HealthTimeline = mem.hour()
	s.live.Providers[p.ID] = p
	s.dirty.providers[p.ID] = true
}

// switchedOff lists that the gateway took a provider out of service: it stands among the
// changes as what an administrator does to it stands there. own is when, by the gateway's
// account, ms; 0 where it gives none.
func (s *State) switchedOff(env *event.Envelope, p *Provider, at, own int64) {
	c := s.newChange(env, string(event.EntityProvider), ActionSwitchedOff, at)
	c.Subject, c.Name, c.Provider = p.Provider, p.Name, p.Provider
	c.Details = append(c.Details, "isEnabled")
	c.Values = append(c.Values, ChangedValue{Field: "isEnabled", Old: "true", New: "false"})
	if env.Source.Via == event.ViaREST {
		c.FoundAt = at
	}
	if own > 0 {
		c.At, c.Own = own, true
	} else {
		c.After = p.UpdatedAt
	}
	s.addChange(c)
}

func (s *State) modelsDiscovered(env *event.Envelope, b event.ModelsDiscovered) {
	p, mem, ok := s.provider(env.Source.Gateway, b.Provider, b.Name)
	if !ok {
		return
	}
	at := eventTime(env, b.At)
	all, added := sortedUnion(p.Models, b.Models, maxModels)
	p.Models = all
	if len(added) > 0 {
		p.NewModels, p.DiscoveredAt = added[:min(len(added), maxModels)], at
	}
	if mem.minute == 0 {
		mem.note(at/minute, p.Health, p.Health)
		p.HealthTimeline = mem.hour()
	}
	s.live.Providers[p.ID] = p
	s.dirty.providers[p.ID] = true
	s.discoveries.push(Discovery{
		ID: seqID(env.Seq), Gateway: string(env.Source.Gateway), Provider: string(b.Provider),
		Name: p.Name, Models: b.Models[:min(len(b.Models), 100)],
		New: append([]string{}, added[:min(len(added), 100)]...), Source: s.sourceText(env.Source), At: at,
	})
}

// providerDeleted drops a provider. Some gateways know it by its name.
func (s *State) providerDeleted(g event.GatewayID, b event.NavigationChanged) {
	for _, own := range []string{b.ID, b.Name} {
		pid := id(g, own)
		if p, known := s.live.Providers[pid]; known && (own == b.ID || p.Name == b.Name) {
			delete(s.live.Providers, pid)
			delete(s.healthTimelines, pid)
			s.dirty.providers[pid] = true
			return
		}
	}
}

// ProviderTitle is what to call the provider of a spend. A gateway's hubs
// name its type only, its request log is matched with its name: the type of one
// provider is that provider; of several nobody can say which one it was, and
// the type is called so. What is neither stays as it was reported.
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
		if strings.EqualFold(p.Type, told) {
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
