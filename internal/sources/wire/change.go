package wire

import (
	"encoding/json"
	"strings"

	"gatewatch/internal/core/event"
)

// changeRows are the targets of changes of what the gateway has.
var changeRows = map[string]row{
	"NavigationStateUpdate":   {object: object(readNavigation)},
	"NavigationStateUpdated":  {object: object(readNavigation)},
	"OnModelMappingChanged":   {object: object(readMappingChanged)},
	"Onmodel_mapping_changed": {object: object(readMappingChanged)},
	"OnModelUpdate":           {object: object(readModelUpdate)},
}

// navigation is a navigation state update of the contract, or of the SDK.
type navigation struct {
	entity, action, data, at value
	changed, summary         value
	mappingID, alias, change value // the real gateway's OnModelMappingChanged
	notification             value
}

func (w *navigation) slot(name []byte) *value {
	switch string(name) {
	case "type":
		return &w.entity
	case "action":
		return &w.action
	case "data":
		return &w.data
	case "timestamp":
		return &w.at
	case "changedEntities":
		return &w.changed
	case "summary":
		return &w.summary
	case "mappingId":
		return &w.mappingID
	case "modelAlias":
		return &w.alias
	case "changeType":
		return &w.change
	case "id":
		return &w.notification
	}
	return nil
}

func readNavigation(d *Decoder, w *navigation) {
	if w.changed.given() || w.summary.given() {
		readNavigationSummary(d, w)
		return
	}
	d.need("type", w.entity)
	entity, ok := entityOf(d.word(w.entity))
	if !ok {
		d.wrong("type", "not an entity of navigation state")
	}
	action := d.action("action", w.action)
	if d.bad != "" {
		return
	}
	d.inferDialect(DialectContract)
	ev := event.NavigationChanged{Entity: entity, Action: action, At: d.timestampOrNow(w.at)}
	if w.data.kind() == '{' {
		var e entityData
		d.fill(w.data, false, &e, nil)
		ev.ID = d.id(firstGiven(e.id, e.mappingID, e.providerID, e.keyID, e.virtualKeyID))
		ev.Name = d.text(firstGiven(e.name, e.alias, e.providerName, e.keyName, e.virtualKeyName))
	}
	ev.Data = d.keep(w.data)
	d.emitEvent(ev)
}

// entityData is what an entity calls its id and name.
type entityData struct {
	id, mappingID, providerID, keyID, virtualKeyID     value
	name, alias, providerName, keyName, virtualKeyName value
}

func (w *entityData) slot(name []byte) *value {
	switch string(name) {
	case "id":
		return &w.id
	case "mappingId":
		return &w.mappingID
	case "providerId":
		return &w.providerID
	case "keyId":
		return &w.keyID
	case "virtualKeyId":
		return &w.virtualKeyID
	case "name":
		return &w.name
	case "modelAlias", "alias":
		return &w.alias
	case "providerName":
		return &w.providerName
	case "keyName":
		return &w.keyName
	case "virtualKeyName":
		return &w.virtualKeyName
	}
	return nil
}

// keep copies data to be shown as text: redacted, in UTF-8, without marks that
// turn the writing; nil if it is too large, too deep or null.
func (d *Decoder) keep(v value) json.RawMessage {
	if !v.given() {
		return nil
	}
	if len(v) > maxData || skip(v, 0, 1) != len(v) {
		d.counts.Cleaned++
		return nil
	}
	text := redact(string(v))
	text = strings.Map(func(r rune) rune {
		if h := harmless(r); h != ' ' { // white space between tokens stays
			return h
		}
		return r
	}, text)
	if !json.Valid([]byte(text)) {
		d.counts.Cleaned++
		return nil
	}
	return json.RawMessage(text)
}

func entityOf(word string) (event.Entity, bool) {
	switch strings.NewReplacer("-", "", "_", "", " ", "").Replace(word) {
	case "modelmapping", "modelmappings", "mapping", "mappings":
		return event.EntityModelMapping, true
	case "provider", "providers":
		return event.EntityProvider, true
	case "virtualkey", "virtualkeys", "key", "keys":
		return event.EntityVirtualKey, true
	}
	return "", false
}

// action is a required action.
func (d *Decoder) action(field string, v value) event.Action {
	if !d.need(field, v) {
		return ""
	}
	switch a := event.Action(d.word(v)); a {
	case event.ActionCreated, event.ActionUpdated, event.ActionDeleted,
		event.ActionDisabled, event.ActionEnabled:
		return a
	case event.ActionRestarted: // we conclude it; no gateway tells it
	}
	d.wrong(field, "not an action")
	return ""
}

// fieldList is an object's fields, in order.
type fieldList struct {
	names  []string
	values []value
	index  map[string]int
}

func (w *fieldList) slot(name []byte) *value {
	i, known := w.index[string(name)]
	if !known {
		if w.index == nil {
			w.index = map[string]int{}
		}
		i = len(w.names)
		w.index[string(name)] = i
		w.names, w.values = append(w.names, string(name)), append(w.values, nil)
	}
	return &w.values[i]
}

// readNavigationSummary reads the SDK's form: which kinds of entities changed
// (flags, lists or names), and how many there are of each.
func readNavigationSummary(d *Decoder, w *navigation) {
	var events []event.Event
	at := d.timestampOrNow(w.at)
	seen := map[event.Entity]bool{}
	changed := func(name string, count value) {
		entity, ok := entityOf(strings.ToLower(name))
		if is, flag := count.truth(); !ok || seen[entity] || flag && !is || string(count) == "[]" {
			return
		}
		seen[entity] = true
		events = append(events, event.NavigationChanged{Entity: entity, Action: event.ActionUpdated, At: at})
	}
	switch w.changed.kind() {
	case '{':
		var f fieldList
		d.fill(w.changed, false, &f, nil)
		for i, name := range f.names {
			changed(name, f.values[i])
		}
	case '[':
		d.each(w.changed, func(v value) {
			if v.kind() == '{' {
				var n navigation
				d.fill(v, false, &n, nil)
				v = n.entity
			}
			changed(d.text(v), value("true"))
		})
	}
	events = append(events, d.counted(w.summary, event.NavigationCounted{At: at})...)
	if len(events) == 0 {
		d.wrong("changedEntities", "names no entity, and summary counts none")
		return
	}
	d.inferDialect(DialectContract)
	for _, f := range events {
		d.emitEvent(f)
	}
}

// counted reads a summary such as {"totalProviders":3,"modelMappings":7};
// parts, such as enabled ones, are not counted.
func (d *Decoder) counted(summary value, as event.NavigationCounted) []event.Event {
	if summary.kind() != '{' {
		return nil
	}
	var f fieldList
	d.fill(summary, false, &f, nil)
	var events []event.Event
	for i, name := range f.names {
		entity, ok := entityOf(strings.TrimPrefix(strings.ToLower(name), "total"))
		n, number := f.values[i].number()
		if !ok || !number || n < 0 || n > 1e9 {
			continue
		}
		as.Entity, as.Count = entity, int(n)
		events = append(events, as)
	}
	return events
}

// readMappingChanged reads the real gateway's notification.
func readMappingChanged(d *Decoder, w *navigation) {
	ev := event.NavigationChanged{
		Entity: event.EntityModelMapping, ID: d.needID("mappingId", w.mappingID),
		Name: d.text(w.alias), Action: d.action("changeType", w.change), At: d.timestampOrNow(w.at),
	}
	if d.bad == "" && d.isRepeatedID(d.fresh(w.notification)) {
		d.counts.DuplicateIDs++
		return
	}
	d.emitEvent(ev)
}

// modelUpdate is a mapping or availability notification of one model.
type modelUpdate struct {
	navigation
	modelID, available value
}

func (w *modelUpdate) slot(name []byte) *value {
	switch string(name) {
	case "modelId":
		return &w.modelID
	case "isAvailable":
		return &w.available
	}
	return w.navigation.slot(name)
}

// readModelUpdate reads a notification that is one of two, told apart by its
// fields.
func readModelUpdate(d *Decoder, w *modelUpdate) {
	if w.modelID == nil {
		readMappingChanged(d, &w.navigation)
		return
	}
	readModelChange(event.ModelAvailability)(d, &modelChange{
		model: w.modelID, available: w.available, at: w.at,
	})
}
