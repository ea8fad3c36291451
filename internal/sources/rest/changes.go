package rest

import (
	"encoding/json"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

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
// without a limit says so with a null: it may have had one before.
func keyRead(k Key, at time.Time) event.KeyRead {
	limit := k.Limit.limit()
	if k.Group != "" && !k.Limit.ok && !k.Limit.huge {
		limit = event.NotKnown[event.NanoUSD](event.ReadingNotOffered, "On this gateway a group of keys has a balance, a key has no limit of its own.")
	}
	return event.KeyRead{
		Key: event.KeyID(k.ID), Name: string(k.Name), Group: event.GroupID(k.Group), Enabled: k.Enabled.reading(),
		Expires: k.Expires.Time, Spend: k.Spend.nano, HasSpend: k.Spend.ok, Limit: limit,
		Period: k.Period.Time, Resets: periodEnd(k, at), At: at,
	}
}

// periodEnd is when a key's budget period ends, as far as the gateway reports:
// July's figure of how long one is, counted from its beginning. Zero if it has
// none.
func periodEnd(k Key, at time.Time) time.Time {
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
// with every spend, August only if somebody changed something.
func keyFields(a, b Key, groupName func(text) string) []event.FieldChange {
	list := named{
		{"keyName", a.Name != b.Name, string(a.Name), string(b.Name)},
		{"allowedModels", a.Models != b.Models, string(a.Models), string(b.Models)},
		{"virtualKeyGroupId", a.Group != b.Group, groupName(a.Group), groupName(b.Group)},
		{"isEnabled", a.Enabled != b.Enabled, a.Enabled.says(), b.Enabled.says()},
		{"expiresAt", a.Expires != b.Expires, a.Expires.says(), b.Expires.says()},
		{"metadata", a.Metadata != b.Metadata, hidden, hidden},
		{"rateLimitRpm", a.PerMin != b.PerMin, string(a.PerMin), string(b.PerMin)},
		{"rateLimitRpd", a.PerDay != b.PerDay, string(a.PerDay), string(b.PerDay)},
		{"description", a.Note != b.Note, string(a.Note), string(b.Note)},
		{"maxBudget", a.Limit != b.Limit, a.Limit.says(), b.Limit.says()},
		{"budgetDuration", a.Duration != b.Duration, string(a.Duration), string(b.Duration)},
		{"budgetStartDate", a.Period != b.Period, a.Period.says(), b.Period.says()},
	}.values()
	if list == nil && a.Updated != b.Updated && !b.Spend.ok {
		list = []event.FieldChange{{Field: "updatedAt"}}
	}
	return list
}

// keyEvents reports what a list of keys shows anew. groupName names a group.
func keyEvents(d delta[Key], count int, groupName func(text) string, at time.Time) (events []event.Event) {
	defer func() { events = between(events, &d) }()
	change := func(k Key, a event.Action, told stamp, since time.Time, values []event.FieldChange) {
		events = append(events, event.KeyChanged{
			Key: event.KeyID(k.ID), Name: string(k.Name), Action: a, Changes: fieldNames(values), At: at,
			Comparison: event.Comparison{Values: values, Since: since, Own: ownTime(told, since, at), Models: k.Models.list()},
		})
	}
	for _, k := range d.created {
		events = append(events, keyRead(k, at))
		if !d.first {
			change(k, event.ActionCreated, k.Created, d.since, nil)
		}
	}
	for _, k := range d.backfilled {
		events = append(events, keyRead(k, at))
	}
	if d.first {
		for _, k := range d.news().created {
			change(k, event.ActionCreated, k.Created, d.news().since, nil)
		}
	}
	for _, c := range d.news().updated {
		events = append(events, keyRead(c.now, at))
		if fields := keyFields(c.old, c.now, groupName); fields != nil {
			told := c.now.Updated
			if c.now.Spend.ok {
				told = stamp{} // it moves with each spend
			}
			change(c.now, actionOf(c.old.Enabled, c.now.Enabled), told, d.news().since, fields)
		}
	}
	for _, k := range d.news().deleted {
		change(k, event.ActionDeleted, stamp{}, d.news().goneSince[k.id()], nil)
	}
	return counted(events, d.moved(), event.EntityVirtualKey, count, at)
}

// counted adds how many there are, if that moved.
func counted(events []event.Event, moved bool, e event.Entity, n int, at time.Time) []event.Event {
	if !moved {
		return events
	}
	return append(events, event.NavigationCounted{Entity: e, Count: n, At: at})
}

// providerFields names what differs between two reads of a provider.
func providerFields(a, b Provider) []event.FieldChange {
	return named{
		{"providerName", a.Name != b.Name, string(a.Name), string(b.Name)},
		{"providerType", a.Type != b.Type, string(a.Type), string(b.Type)},
		{"baseUrl", a.BaseURL != b.BaseURL || a.APIBase != b.APIBase, hidden, hidden},
		{"isEnabled", a.Enabled != b.Enabled, a.Enabled.says(), b.Enabled.says()},
		{"keyCount", a.Keys != b.Keys, a.Keys.says(), b.Keys.says()},
	}.values()
}

// providerEvents reports what a list of providers shows anew. Those that the
// gateway switched off itself are left out of it: nobody changed them, and
// their health says so.
func providerEvents(d delta[Provider], count int, switchedOff func(id string) bool, at time.Time) (events []event.Event) {
	defer func() { events = between(events, &d) }()
	news := d.news()
	change := func(p Provider, a event.Action, told stamp, since time.Time, values []event.FieldChange) {
		events = append(events, event.NavigationChanged{
			Entity: event.EntityProvider, Action: a, ID: string(p.ID), Name: string(p.Name), Data: fieldData(fieldNames(values)), At: at,
			Comparison: event.Comparison{Values: values, Since: since, Own: ownTime(told, since, at), Provider: event.ProviderID(p.ID)},
		})
	}
	for _, p := range news.created {
		change(p, event.ActionCreated, p.Created, news.since, nil)
	}
	for _, c := range news.updated {
		a := actionOf(c.old.Enabled, c.now.Enabled)
		if a == event.ActionDisabled && switchedOff(c.now.id()) {
			continue
		}
		if fields := providerFields(c.old, c.now); fields != nil {
			change(c.now, a, c.now.Updated, news.since, fields)
		}
	}
	for _, p := range news.deleted {
		change(p, event.ActionDeleted, stamp{}, news.goneSince[p.id()], nil)
	}
	return counted(events, d.moved(), event.EntityProvider, count, at)
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
func mappingFields(a, b Mapping, nameOf func(id string) string) []event.FieldChange {
	provider := func(id text) string {
		if name := nameOf(string(id)); name != "" {
			return name
		}
		return string(id)
	}
	return named{
		{"modelAlias", a.Alias != b.Alias, string(a.Alias), string(b.Alias)},
		{"modelId", a.Model != b.Model && a.Upstream == b.Upstream, string(a.Model), string(b.Model)},
		{"providerModelId", a.Upstream != b.Upstream, string(a.Upstream), string(b.Upstream)},
		{"providerId", a.Provider != b.Provider, provider(a.Provider), provider(b.Provider)},
		{"priority", a.Priority != b.Priority, string(a.Priority), string(b.Priority)},
		{"isEnabled", a.Enabled != b.Enabled, a.Enabled.says(), b.Enabled.says()},
		{"isDefault", a.Default != b.Default, a.Default.says(), b.Default.says()},
		{"maxContextTokensOverride", a.Context != b.Context, string(a.Context), string(b.Context)},
		{"notes", a.Note != b.Note, hidden, hidden},
		{"updatedAt", a.Updated != b.Updated, hidden, hidden},
	}.values()
}

// alreadyPushed reports whether a hub already pushed a change of a mapping.
type alreadyPushed func(id string, a event.Action) bool

// mappingEvents reports what a list of mappings shows anew: the mappings that
// changed, and the models that a provider has now and had not. Of a change that
// a hub pushed before only what it was is added. nameOf gives a provider's name;
// found is false where models are left out.
func mappingEvents(d delta[Mapping], count int, before alreadyPushed, nameOf func(id string) string, found bool, at time.Time) (events []event.Event) {
	defer func() { events = between(events, &d) }()
	news := d.news()
	change := func(m Mapping, a event.Action, told stamp, since time.Time, values []event.FieldChange) {
		c := event.Comparison{
			Values: values, Since: since, Own: ownTime(told, since, at), Provider: event.ProviderID(m.Provider), Models: []string{m.name()},
		}
		if since.IsZero() && before(m.id(), a) {
			events = append(events, event.ChangeCompared{Entity: event.EntityModelMapping, Action: a, ID: m.id(), At: at, Comparison: c})
			return
		}
		events = append(events, event.NavigationChanged{
			Entity: event.EntityModelMapping, Action: a, ID: m.id(), Name: m.name(), Data: fieldData(fieldNames(values)), At: at, Comparison: c,
		})
	}
	for _, m := range news.created {
		change(m, event.ActionCreated, m.Created, news.since, nil)
	}
	for _, c := range news.updated {
		fields := mappingFields(c.old, c.now, nameOf)
		if len(fields) > 1 && fields[len(fields)-1].Field == "updatedAt" {
			fields = fields[:len(fields)-1] // it goes without saying
		}
		if len(fields) > 0 {
			change(c.now, event.ActionUpdated, c.now.Updated, news.since, fields)
		}
	}
	for _, m := range news.deleted {
		change(m, event.ActionDeleted, stamp{}, news.goneSince[m.id()], nil)
	}
	if found {
		events = append(events, discovered(news.created, nameOf, at)...)
	}
	return counted(events, d.moved(), event.EntityModelMapping, count, at)
}

// discovered groups new mappings by provider, in the order in which they came.
func discovered(created []Mapping, nameOf func(id string) string, at time.Time) (events []event.Event) {
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
		events = append(events, f)
	}
	return events
}

// settingEvents reports what a list of settings shows anew.
func settingEvents(d delta[Setting], at time.Time) (events []event.Event) {
	defer func() { events = between(events, &d) }()
	news := d.news()
	change := func(old, now Setting, told stamp, since time.Time) {
		key := string(now.Key)
		if key == "" {
			key = string(old.Key)
		}
		events = append(events, event.ConfigurationChanged{
			Category: category(key), Setting: key, Old: string(old.Value), New: string(now.Value), At: at,
			Comparison: event.Comparison{Since: since, Own: ownTime(told, since, at)},
		})
	}
	for _, s := range news.created {
		change(Setting{}, s, s.Created, news.since)
	}
	for _, c := range news.updated {
		if c.old.print != c.now.print {
			change(c.old, c.now, c.now.Updated, news.since)
		}
	}
	for _, s := range news.deleted {
		change(s, Setting{}, stamp{}, news.goneSince[s.id()])
	}
	return events
}

// category is the part of a setting's name before its first dot or underscore.
func category(key string) string {
	if i := strings.IndexAny(key, "._"); i > 0 {
		return key[:i]
	}
	return "general"
}
