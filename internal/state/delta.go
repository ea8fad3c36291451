package state

import "maps"

// Delta is what one or more events changed: absolute things by id, never
// increments, so that losing or merging deltas is always safe. A nil thing
// says: gone. Absent topics did not change.
type Delta struct {
	Gateways     map[string]*Gateway     `json:"gateways,omitempty"`
	Links        map[string]*Link        `json:"links,omitempty"`
	Keys         map[string]*KeySpend    `json:"keys,omitempty"`
	Groups       map[string]*Group       `json:"groups,omitempty"`
	Burn         map[string]*Burn        `json:"burn,omitempty"`
	Providers    map[string]*Provider    `json:"providers,omitempty"`
	Tasks        map[string]*Task        `json:"tasks,omitempty"`
	Nav          map[string]*Nav         `json:"nav,omitempty"`
	Transactions map[string]*Transaction `json:"transactions,omitempty"`
	Discoveries  map[string]*Discovery   `json:"discoveries,omitempty"`
	Changes      map[string]*Change      `json:"changes,omitempty"`
	Events       map[string]*EventLine   `json:"events,omitempty"`
	Alerts       map[string]*AlertLine   `json:"alerts,omitempty"`
	App          map[string]*AppFact     `json:"app,omitempty"`
	Parts        map[string]*Part        `json:"parts,omitempty"`
	Coverage     map[string]*Coverage    `json:"coverage,omitempty"`
	Sources      map[string]*Source      `json:"sources,omitempty"`
	Watched      map[string]*Watch       `json:"watched,omitempty"`
}

// Merge folds a newer delta in. Of two changes to one thing the newer stands.
func (d *Delta) Merge(newer Delta) {
	merge(&d.Gateways, newer.Gateways)
	merge(&d.Links, newer.Links)
	merge(&d.Keys, newer.Keys)
	merge(&d.Groups, newer.Groups)
	merge(&d.Burn, newer.Burn)
	merge(&d.Providers, newer.Providers)
	merge(&d.Tasks, newer.Tasks)
	merge(&d.Nav, newer.Nav)
	merge(&d.Transactions, newer.Transactions)
	merge(&d.Discoveries, newer.Discoveries)
	merge(&d.Changes, newer.Changes)
	merge(&d.Events, newer.Events)
	merge(&d.Alerts, newer.Alerts)
	merge(&d.App, newer.App)
	merge(&d.Parts, newer.Parts)
	merge(&d.Coverage, newer.Coverage)
	merge(&d.Sources, newer.Sources)
	merge(&d.Watched, newer.Watched)
}

func merge[T any](into *map[string]*T, newer map[string]*T) {
	if len(newer) == 0 {
		return
	}
	if *into == nil {
		*into = make(map[string]*T, len(newer))
	}
	maps.Copy(*into, newer)
}

// Len is how many things changed.
func (d *Delta) Len() int {
	return len(d.Gateways) + len(d.Links) + len(d.Keys) + len(d.Groups) + len(d.Burn) +
		len(d.Providers) + len(d.Tasks) + len(d.Nav) + len(d.Transactions) +
		len(d.Discoveries) + len(d.Changes) + len(d.Events) + len(d.Alerts) + len(d.App) +
		len(d.Parts) + len(d.Coverage) + len(d.Sources) + len(d.Watched)
}

// Empty reports whether nothing changed.
func (d *Delta) Empty() bool { return d.Len() == 0 }

// Each calls yield once for every change, as a delta that holds nothing else,
// the weightiest topics first.
func (d *Delta) Each(yield func(Delta)) {
	each(d.App, func(m map[string]*AppFact) { yield(Delta{App: m}) })
	each(d.Alerts, func(m map[string]*AlertLine) { yield(Delta{Alerts: m}) })
	each(d.Gateways, func(m map[string]*Gateway) { yield(Delta{Gateways: m}) })
	each(d.Parts, func(m map[string]*Part) { yield(Delta{Parts: m}) })
	each(d.Links, func(m map[string]*Link) { yield(Delta{Links: m}) })
	each(d.Watched, func(m map[string]*Watch) { yield(Delta{Watched: m}) })
	each(d.Keys, func(m map[string]*KeySpend) { yield(Delta{Keys: m}) })
	each(d.Groups, func(m map[string]*Group) { yield(Delta{Groups: m}) })
	each(d.Burn, func(m map[string]*Burn) { yield(Delta{Burn: m}) })
	each(d.Providers, func(m map[string]*Provider) { yield(Delta{Providers: m}) })
	each(d.Tasks, func(m map[string]*Task) { yield(Delta{Tasks: m}) })
	each(d.Nav, func(m map[string]*Nav) { yield(Delta{Nav: m}) })
	each(d.Transactions, func(m map[string]*Transaction) { yield(Delta{Transactions: m}) })
	each(d.Discoveries, func(m map[string]*Discovery) { yield(Delta{Discoveries: m}) })
	each(d.Changes, func(m map[string]*Change) { yield(Delta{Changes: m}) })
	each(d.Coverage, func(m map[string]*Coverage) { yield(Delta{Coverage: m}) })
	each(d.Sources, func(m map[string]*Source) { yield(Delta{Sources: m}) })
	each(d.Events, func(m map[string]*EventLine) { yield(Delta{Events: m}) })
}

func each[T any](things map[string]*T, yield func(map[string]*T)) {
	for id, thing := range things {
		yield(map[string]*T{id: thing})
	}
}
