package run

import (
	"context"
	"maps"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
)

// SetThresholds gives a gateway, one of its groups or one of its keys
// thresholds of its own, or takes them away: a zero share inherits. At most
// one of group and key is given.
func (p *Program) SetThresholds(ctx context.Context, id event.GatewayID, group event.GroupID, key event.KeyID, own config.Thresholds) error {
	if _, stored := p.Settings().Profile(id); !stored {
		return fault.New(fault.Usage, "Only a gateway that is stored can have thresholds of its own. Add it under Connections first.", nil)
	}
	p.mu.Lock()
	profile, listed := p.profiles[id]
	if !listed {
		profile, _ = p.settings.Profile(id)
	}
	switch {
	case group != "":
		profile.Groups = maps.Clone(profile.Groups)
		setOrDelete(&profile.Groups, group, own)
	case key != "":
		profile.Keys = maps.Clone(profile.Keys)
		setOrDelete(&profile.Keys, key, own)
	default:
		profile.Thresholds = own
	}
	before := p.profiles[id]
	err := p.keepLocked(profile)
	if err != nil && listed {
		p.profiles[id] = before
	}
	p.mu.Unlock()
	if err == nil {
		p.applySettings(ctx)
	}
	return err
}

func setOrDelete[K comparable](m *map[K]config.Thresholds, k K, own config.Thresholds) {
	if *m == nil {
		*m = map[K]config.Thresholds{}
	}
	(*m)[k] = own
	if own == (config.Thresholds{}) {
		delete(*m, k)
	}
}
