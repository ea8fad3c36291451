package rest

import (
	"maps"
	"slices"

	"gatewatch/internal/core/event"
	"gatewatch/internal/sources/wire"
)

// modelEvents reports which models providers serve, where that is another than
// was reported, and which of them went.
func (w *Poller) modelEvents() (events []event.Event) {
	s := &w.observed
	if !s.mappings.known {
		return nil
	}
	if s.models == nil {
		s.models = map[string]event.ModelsRead{}
	}
	now := w.served()
	for id, was := range s.models {
		if _, still := now[id]; !still { // not one mapping is left
			now[id] = event.ModelsRead{Provider: was.Provider, Name: was.Name, At: s.now}
		}
	}
	for _, id := range slices.SortedFunc(maps.Keys(now), compareIDs) {
		m, was := now[id], s.models[id]
		if was.Provider != "" && slices.Equal(was.Models, m.Models) && slices.Equal(was.Aliases, m.Aliases) && was.Name == m.Name && was.Served == m.Served && was.WithoutFallback == m.WithoutFallback {
			continue
		}
		gone := slices.DeleteFunc(slices.Clone(was.Models), func(x string) bool { return slices.Contains(m.Models, x) })
		if len(gone) > 0 {
			events = append(events, event.ModelsRetired{Provider: m.Provider, Name: m.Name, Models: gone, At: s.now})
		}
		events = append(events, m)
		s.models[id] = m
		if len(m.Models) == 0 {
			delete(s.models, id)
		}
	}
	return events
}

// served lists what each provider serves, by the provider's id.
func (w *Poller) served() map[string]event.ModelsRead {
	s := &w.observed
	serving := map[string]map[string]bool{} // providers by model, where the mapping is on
	models := map[string]map[string]bool{}  // models by provider
	aliases := map[string]map[string]bool{} // names that lead to a provider, in service or not
	for _, m := range s.mappings.rows {
		p := string(m.Provider)
		if p == "" {
			continue
		}
		if models[p] == nil {
			models[p], aliases[p] = map[string]bool{}, map[string]bool{}
		}
		if m.Enabled.on {
			aliases[p][m.name()] = true
		}
		if m.Upstream != "" {
			models[p][string(m.Upstream)] = true
		}
		if m.Enabled.on && s.inService(p) {
			if serving[m.name()] == nil {
				serving[m.name()] = map[string]bool{}
			}
			serving[m.name()][p] = true
		}
	}
	all := make(map[string]event.ModelsRead, len(models))
	for p, has := range models {
		r := event.ModelsRead{
			Provider: event.ProviderID(p), Name: string(s.providers.rows[p].Name), Models: slices.Sorted(maps.Keys(has)), At: s.now,
			Aliases: slices.Sorted(maps.Keys(aliases[p])),
		}
		if w.dialect == wire.DialectJuly && r.Name != "" {
			r.Provider = event.ProviderID(r.Name) // it is known by its name there
		}
		all[p] = r
	}
	for _, by := range serving {
		for p := range by {
			r := all[p]
			r.Served++
			if len(by) == 1 {
				r.WithoutFallback++
			}
			all[p] = r
		}
	}
	return all
}

// inService reports whether a provider is not known to be off.
func (s *observedState) inService(id string) bool {
	p, known := s.providers.rows[id]
	return !known || !p.Enabled.ok || p.Enabled.on
}
