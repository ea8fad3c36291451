package cause

import (
	"cmp"
	"maps"
	"slices"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// Hit is who depends on a provider, by what was used in the hour before and the
// mappings as they are.
type Hit struct {
	// Known is false where the gateway's mappings were never read: then Why says why,
	// and nothing else says anything. Where they were read, but cannot be now, Why says
	// that, and they are as of AsOf (Unix ms).
	Known  bool       `json:"known"`
	Why    string     `json:"why"`
	AsOf   int64      `json:"asOf"`
	Models []HitModel `json:"models"`
	Keys   []HitKey   `json:"keys"`
	Tasks  []string   `json:"tasks"` // that run, by their ids
	// PerHour is what these keys spent on these models in the hour before, nano-dollars,
	// and Alone what of it has no other provider.
	PerHour int64 `json:"perHour"`
	Alone   int64 `json:"alone"`
	// Minutes is how many minutes of that hour were watched, Untold what was spent in it
	// of which no model is known.
	Minutes int64 `json:"minutes"`
	Untold  int64 `json:"untold"`
}

// HitModel is a model that the provider serves.
type HitModel struct {
	Model    string `json:"model"`
	Fallback bool   `json:"fallback"` // another provider in service has it, too
	PerHour  int64  `json:"perHour"`
}

// HitKey is a key that used one of the models.
type HitKey struct {
	Key     string   `json:"key"`
	Name    string   `json:"name"`
	Models  []string `json:"models"`
	PerHour int64    `json:"perHour"`
	Alone   bool     `json:"alone"` // one of them has no other provider
}

// WhoIsHit lists who depends on a provider, who spends most first. watched is how
// many minutes of the hour that uses are of were watched.
func WhoIsHit(live *state.Live, gateway, provider string, uses []Use, watched int64) Hit {
	h := Hit{Models: []HitModel{}, Keys: []HitKey{}, Tasks: []string{}, Minutes: watched}
	p := live.Providers[gateway+"/"+provider]
	if h.read(live, &p, gateway); !h.Known {
		return h
	}
	models := map[string]*HitModel{}
	for _, m := range p.Aliases {
		models[m] = &HitModel{Model: m, Fallback: hasFallback(live, &p, m)}
	}
	keys := map[string]*HitKey{}
	for _, u := range uses {
		m := models[u.Model]
		if u.Model == "" && (u.Provider == "" || u.Provider == p.Name) {
			h.Untold += int64(u.Amount)
		}
		if m == nil || u.Provider != "" && u.Provider != p.Name && m.Fallback {
			continue // served by another one
		}
		k := keys[u.Key]
		if k == nil {
			k = &HitKey{Key: u.Key, Name: live.Keys[gateway+"/"+u.Key].Name, Models: []string{}}
			keys[u.Key] = k
		}
		if !slices.Contains(k.Models, u.Model) {
			k.Models = append(k.Models, u.Model)
		}
		k.PerHour += int64(u.Amount)
		m.PerHour += int64(u.Amount)
		h.PerHour += int64(u.Amount)
		if !m.Fallback {
			k.Alone = true
			h.Alone += int64(u.Amount)
		}
	}
	for _, m := range models {
		h.Models = append(h.Models, *m)
	}
	slices.SortFunc(h.Models, func(a, b HitModel) int {
		return cmp.Or(cmp.Compare(b.PerHour, a.PerHour), cmp.Compare(a.Model, b.Model))
	})
	for _, k := range slices.SortedFunc(maps.Values(keys), func(a, b *HitKey) int {
		return cmp.Or(cmp.Compare(b.PerHour, a.PerHour), cmp.Compare(a.Key, b.Key))
	}) {
		slices.Sort(k.Models)
		h.Keys = append(h.Keys, *k)
	}
	for _, t := range live.Tasks {
		if t.Gateway == gateway && t.FinishedAt == 0 && models[t.Model] != nil {
			h.Tasks = append(h.Tasks, t.Task)
		}
	}
	slices.Sort(h.Tasks)
	return h
}

// read says whether a gateway's mappings were read, and why not, or not any more.
func (h *Hit) read(live *state.Live, p *state.Provider, gateway string) {
	list, asked := live.PollTargets[gateway+"/rest:mappings"]
	h.Known = p.ID != "" && (p.Served >= 0 || list.SucceededAt > 0)
	switch {
	case p.ID == "":
		h.Why = text.HitNoProvider
	case asked && list.Outcome != string(event.PollOK):
		if h.Why, h.AsOf = list.Cause, list.SucceededAt; !h.Known || h.Why == "" {
			h.Why = text.HitMappingsUnread(list.Cause)
		}
	case !h.Known:
		h.Why = text.HitMappingsNotAsked
	}
}

// hasFallback reports whether another provider that is in service has a model, too.
func hasFallback(live *state.Live, p *state.Provider, model string) bool {
	for _, o := range live.Providers {
		if o.Gateway == p.Gateway && o.ID != p.ID && slices.Contains(o.Aliases, model) &&
			o.Health != string(event.HealthDisabled) && o.Health != string(event.HealthUnhealthy) && !o.SwitchedOff {
			return true
		}
	}
	return false
}
