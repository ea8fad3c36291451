package state

import "gatewatch/internal/core/event"

// giveName puts into an event the name that its key, group or provider is known
// by, where the event itself has none: the same thing is called the same in
// lists, lines, notifications, the history and exports. A name that the gateway sent
// along stands. Spends are named by spendRecorded, which knows their key.
func (s *State) giveName(env *event.Envelope) {
	g := env.Source.Gateway
	switch b := env.Body.(type) {
	case event.SpendLimitReported:
		if b.Name = s.nameOfKey(g, b.Key, b.Name); b.Name != "" {
			env.Body = b
		}
	case event.KeyChanged:
		if b.Name = s.nameOfKey(g, b.Key, b.Name); b.Name != "" {
			env.Body = b
		}
	case event.GroupCredited:
		if b.Name = s.nameOfGroup(g, b.Group, b.Name); b.Name != "" {
			env.Body = b
		}
	case event.GroupDebited:
		if b.Name = s.nameOfGroup(g, b.Group, b.Name); b.Name != "" {
			env.Body = b
		}
	case event.ProviderHealthChanged:
		if b.Name = s.nameOfProvider(g, b.Provider, b.Name); b.Name != "" {
			env.Body = b
		}
	case event.ModelsDiscovered:
		if b.Name = s.nameOfProvider(g, b.Provider, b.Name); b.Name != "" {
			env.Body = b
		}
	}
}

func (s *State) nameOfKey(g event.GatewayID, key event.KeyID, told string) string {
	if m := s.spend[id(g, string(key))]; told == "" && m != nil {
		return m.view.Name
	}
	return told
}

func (s *State) nameOfGroup(g event.GatewayID, group event.GroupID, told string) string {
	if told == "" {
		return s.live.Groups[id(g, string(group))].Name
	}
	return told
}

func (s *State) nameOfProvider(g event.GatewayID, provider event.ProviderID, told string) string {
	if told == "" {
		return s.live.Providers[id(g, string(provider))].Name
	}
	return told
}
