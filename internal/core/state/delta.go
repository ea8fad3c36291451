package state

import "maps"

// Delta is what one or more events changed: absolute entries by id, never
// increments, so that losing or merging deltas is always safe. A nil entry
// says: gone. Absent topics did not change.
type Delta struct {
	Gateways      map[string]*Gateway         `json:"gateways,omitempty"`
	Links         map[string]*Link            `json:"links,omitempty"`
	Keys          map[string]*KeySpend        `json:"keys,omitempty"`
	Groups        map[string]*Group           `json:"groups,omitempty"`
	Burn          map[string]*Burn            `json:"burn,omitempty"`
	Providers     map[string]*Provider        `json:"providers,omitempty"`
	Tasks         map[string]*Task            `json:"tasks,omitempty"`
	Nav           map[string]*Nav             `json:"nav,omitempty"`
	Transactions  map[string]*Transaction     `json:"transactions,omitempty"`
	Discoveries   map[string]*Discovery       `json:"discoveries,omitempty"`
	Changes       map[string]*Change          `json:"changes,omitempty"`
	Events        map[string]*EventLine       `json:"events,omitempty"`
	Alerts        map[string]*AlertLine       `json:"alerts,omitempty"`
	App           map[string]*AppCondition    `json:"app,omitempty"`
	Components    map[string]*ComponentHealth `json:"components,omitempty"`
	Deliveries    map[string]*TopicDelivery   `json:"deliveries,omitempty"`
	PollTargets   map[string]*PollTarget      `json:"pollTargets,omitempty"`
	MonitoredKeys map[string]*MonitoredKey    `json:"monitoredKeys,omitempty"`
	Outlooks      map[string]*Outlook         `json:"outlooks,omitempty"`
	Forecasts     map[string]*Forecast        `json:"forecasts,omitempty"`
}

// Merge folds a newer delta in. Of two changes to one entry the newer stands.
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
	merge(&d.Components, newer.Components)
	merge(&d.Deliveries, newer.Deliveries)
	merge(&d.PollTargets, newer.PollTargets)
	merge(&d.MonitoredKeys, newer.MonitoredKeys)
	merge(&d.Outlooks, newer.Outlooks)
	merge(&d.Forecasts, newer.Forecasts)
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

// Len is how many entries changed.
func (d *Delta) Len() int {
	return len(d.Gateways) + len(d.Links) + len(d.Keys) + len(d.Groups) + len(d.Burn) +
		len(d.Providers) + len(d.Tasks) + len(d.Nav) + len(d.Transactions) +
		len(d.Discoveries) + len(d.Changes) + len(d.Events) + len(d.Alerts) + len(d.App) +
		len(d.Components) + len(d.Deliveries) + len(d.PollTargets) + len(d.MonitoredKeys) + len(d.Outlooks) + len(d.Forecasts)
}

// Empty reports whether nothing changed.
func (d *Delta) Empty() bool { return d.Len() == 0 }
