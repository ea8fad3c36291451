package rest

import (
	"encoding/json"
	"strings"
	"time"

	"gatewatch/internal/event"
)

// named pairs fields with the gateway's names for them, to tell which differ.
type named []struct {
	name   string
	differ bool
}

func (n named) names() (list []string) {
	for _, f := range n {
		if f.differ {
			list = append(list, f.name)
		}
	}
	return list
}

// actionOf says what was done, from whether it was and is enabled.
func actionOf(was, is flag) event.Action {
	switch {
	case was.on == is.on || !was.ok || !is.ok:
		return event.ActionUpdated
	case is.on:
		return event.ActionEnabled
	}
	return event.ActionDisabled
}

// keyRead is the state of a key as of a read. Where keys have budgets, one
// without a limit says so: it may have had one before.
func keyRead(k Key, at time.Time) event.KeyRead {
	return event.KeyRead{
		Key: event.KeyID(k.ID), Name: string(k.Name), Group: event.GroupID(k.Group), Enabled: k.Enabled.on,
		Expires: k.Expires.Time, Spend: k.Spend.nano, HasSpend: k.Spend.ok, Limit: k.Limit.nano, HasLimit: k.Limit.ok || k.Spend.ok,
		Period: k.Period.Time, Resets: resets(k, at), At: at,
	}
}

// resets is when a key's budget period ends, as far as the gateway tells:
// July's word on how long one is, counted from its beginning. Zero if it has
// none.
func resets(k Key, at time.Time) time.Time {
	var years, months, days int
	switch strings.ToLower(string(k.Duration)) {
	case "daily":
		days = 1
	case "weekly":
		days = 7
	case "monthly":
		months = 1
	case "yearly":
		years = 1
	}
	if years+months+days == 0 || k.Period.IsZero() || k.Period.Before(at.AddDate(-10, 0, 0)) {
		return time.Time{}
	}
	end := k.Period.Time
	for n := 1; !end.After(at); n++ { // the gateway moves the beginning when it next books
		end = k.Period.AddDate(n*years, n*months, n*days)
	}
	return end
}

// keyFields names what differs between two reads of a key. What it has spent
// is not a change that somebody made. July moves the time of the last change
// with every booking, August only if somebody changed something.
func keyFields(a, b Key) []string {
	list := named{
		{"keyName", a.Name != b.Name},
		{"allowedModels", a.Models != b.Models},
		{"virtualKeyGroupId", a.Group != b.Group},
		{"isEnabled", a.Enabled != b.Enabled},
		{"expiresAt", a.Expires != b.Expires},
		{"metadata", a.Metadata != b.Metadata},
		{"rateLimitRpm", a.PerMin != b.PerMin},
		{"rateLimitRpd", a.PerDay != b.PerDay},
		{"description", a.Note != b.Note},
		{"maxBudget", a.Limit != b.Limit},
		{"budgetDuration", a.Duration != b.Duration},
		{"budgetStartDate", a.Period != b.Period},
	}.names()
	if list == nil && a.Updated != b.Updated && !b.Spend.ok {
		list = []string{"updatedAt"}
	}
	return list
}

// keyFacts tells what a list of keys shows anew.
func keyFacts(d delta[Key], count int, at time.Time) (facts []event.Event) {
	change := func(k Key, a event.Action, fields []string) {
		facts = append(facts, event.KeyChanged{Key: event.KeyID(k.ID), Name: string(k.Name), Action: a, Changes: fields, At: at})
	}
	for _, k := range d.created {
		facts = append(facts, keyRead(k, at))
		if !d.first {
			change(k, event.ActionCreated, nil)
		}
	}
	for _, k := range d.found {
		facts = append(facts, keyRead(k, at))
	}
	for _, c := range d.updated {
		facts = append(facts, keyRead(c.now, at))
		if fields := keyFields(c.old, c.now); fields != nil {
			change(c.now, actionOf(c.old.Enabled, c.now.Enabled), fields)
		}
	}
	for _, k := range d.deleted {
		change(k, event.ActionDeleted, nil)
	}
	return counted(facts, d.moved(), event.EntityVirtualKey, count, at)
}

// counted adds how many there are, if that moved.
func counted(facts []event.Event, moved bool, e event.Entity, n int, at time.Time) []event.Event {
	if !moved {
		return facts
	}
	return append(facts, event.NavigationCounted{Entity: e, Count: n, At: at})
}

// providerFields names what differs between two reads of a provider.
func providerFields(a, b Provider) []string {
	return named{
		{"providerName", a.Name != b.Name},
		{"providerType", a.Type != b.Type},
		{"baseUrl", a.BaseURL != b.BaseURL || a.APIBase != b.APIBase},
		{"isEnabled", a.Enabled != b.Enabled},
		{"keyCount", a.Keys != b.Keys},
	}.names()
}

// providerFacts tells what a list of providers shows anew. Those that the
// gateway switched off itself are left out of it: nobody changed them, and
// their health says so.
func providerFacts(d delta[Provider], count int, switchedOff func(id string) bool, at time.Time) (facts []event.Event) {
	change := func(p Provider, a event.Action, fields []string) {
		facts = append(facts, event.NavigationChanged{
			Entity: event.EntityProvider, Action: a, ID: string(p.ID), Name: string(p.Name), Data: fieldData(fields), At: at,
		})
	}
	if !d.first {
		for _, p := range d.created {
			change(p, event.ActionCreated, nil)
		}
	}
	for _, c := range d.updated {
		a := actionOf(c.old.Enabled, c.now.Enabled)
		if a == event.ActionDisabled && switchedOff(c.now.id()) {
			continue
		}
		if fields := providerFields(c.old, c.now); fields != nil {
			change(c.now, a, fields)
		}
	}
	for _, p := range d.deleted {
		change(p, event.ActionDeleted, nil)
	}
	return counted(facts, d.moved(), event.EntityProvider, count, at)
}

// fieldData is the names of changed fields as data of a change; nil for none.
func fieldData(fields []string) json.RawMessage {
	if len(fields) == 0 {
		return nil
	}
	b, err := json.Marshal(map[string][]string{"changes": fields})
	if err != nil {
		return nil // strings always can be written
	}
	return b
}

// mappingFields names what differs between two reads of a mapping.
func mappingFields(a, b Mapping) []string {
	return named{
		{"modelAlias", a.Alias != b.Alias},
		{"modelId", a.Model != b.Model},
		{"providerModelId", a.Upstream != b.Upstream},
		{"providerId", a.Provider != b.Provider},
		{"priority", a.Priority != b.Priority},
		{"isEnabled", a.Enabled != b.Enabled},
		{"isDefault", a.Default != b.Default},
		{"maxContextTokensOverride", a.Context != b.Context},
		{"notes", a.Note != b.Note},
		{"updatedAt", a.Updated != b.Updated},
	}.names()
}

// told reports whether a hub already told a change of a mapping.
type told func(id string, a event.Action) bool

// mappingFacts tells what a list of mappings shows anew: the mappings that
// changed, unless a hub told it before, and the models that a provider has now
// and had not. nameOf gives a provider's name; nil means to leave models out.
func mappingFacts(d delta[Mapping], count int, before told, nameOf func(id string) string, at time.Time) (facts []event.Event) {
	change := func(m Mapping, a event.Action, fields []string) {
		if before(m.id(), a) {
			return
		}
		facts = append(facts, event.NavigationChanged{
			Entity: event.EntityModelMapping, Action: a, ID: m.id(), Name: m.name(), Data: fieldData(fields), At: at,
		})
	}
	if !d.first {
		for _, m := range d.created {
			change(m, event.ActionCreated, nil)
		}
	}
	for _, c := range d.updated {
		fields := mappingFields(c.old, c.now)
		if len(fields) > 1 && fields[len(fields)-1] == "updatedAt" {
			fields = fields[:len(fields)-1] // it goes without saying
		}
		change(c.now, event.ActionUpdated, fields)
	}
	for _, m := range d.deleted {
		change(m, event.ActionDeleted, nil)
	}
	if !d.first && nameOf != nil {
		facts = append(facts, discovered(d.created, nameOf, at)...)
	}
	return counted(facts, d.moved(), event.EntityModelMapping, count, at)
}

// discovered groups new mappings by provider, in the order in which they came.
func discovered(created []Mapping, nameOf func(id string) string, at time.Time) (facts []event.Event) {
	index := map[string]int{}
	var all []event.ModelsDiscovered
	for _, m := range created {
		id := string(m.Provider)
		if id == "" || m.Upstream == "" {
			continue
		}
		i, known := index[id]
		if !known {
			i = len(all)
			index[id] = i
			all = append(all, event.ModelsDiscovered{Provider: event.ProviderID(id), Name: nameOf(id), At: at})
		}
		all[i].Models = append(all[i].Models, string(m.Upstream))
	}
	for _, f := range all {
		facts = append(facts, f)
	}
	return facts
}

// settingFacts tells what a list of settings shows anew.
func settingFacts(d delta[Setting], at time.Time) (facts []event.Event) {
	change := func(old, now Setting) {
		key := string(now.Key)
		if key == "" {
			key = string(old.Key)
		}
		facts = append(facts, event.ConfigurationChanged{
			Category: category(key), Setting: key, Old: string(old.Value), New: string(now.Value), At: at,
		})
	}
	if !d.first {
		for _, s := range d.created {
			change(Setting{}, s)
		}
	}
	for _, c := range d.updated {
		if c.old.print != c.now.print {
			change(c.old, c.now)
		}
	}
	for _, s := range d.deleted {
		change(s, Setting{})
	}
	return facts
}

// category is the part of a setting's name before its first dot or underscore.
func category(key string) string {
	if i := strings.IndexAny(key, "._"); i > 0 {
		return key[:i]
	}
	return "general"
}
