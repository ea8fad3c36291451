package wire

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"gatewatch/internal/event"
)

// maxChanges bounds the names of changed fields of one change.
const maxChanges = 50

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
	d.learn(DialectContract)
	fact := event.NavigationChanged{Entity: entity, Action: action, At: d.at(w.at)}
	if w.data.kind() == '{' {
		var e entityData
		d.fill(w.data, false, &e)
		fact.ID = d.id(firstGiven(e.id, e.mappingID, e.providerID, e.keyID, e.virtualKeyID))
		fact.Name = d.text(firstGiven(e.name, e.alias, e.providerName, e.keyName, e.virtualKeyName))
	}
	fact.Data = d.keep(w.data)
	d.tell(fact)
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

// readNavigationSummary reads the SDK's form: which sorts of entities changed
// (flags, lists or names), and how many there are of each.
func readNavigationSummary(d *Decoder, w *navigation) {
	var facts []event.Event
	at := d.at(w.at)
	seen := map[event.Entity]bool{}
	changed := func(name string, count value) {
		entity, ok := entityOf(strings.ToLower(name))
		if is, flag := count.truth(); !ok || seen[entity] || flag && !is || string(count) == "[]" {
			return
		}
		seen[entity] = true
		facts = append(facts, event.NavigationChanged{Entity: entity, Action: event.ActionUpdated, At: at})
	}
	switch w.changed.kind() {
	case '{':
		var f fieldList
		d.fill(w.changed, false, &f)
		for i, name := range f.names {
			changed(name, f.values[i])
		}
	case '[':
		d.each(w.changed, func(v value) {
			if v.kind() == '{' {
				var n navigation
				d.fill(v, false, &n)
				v = n.entity
			}
			changed(d.text(v), value("true"))
		})
	}
	facts = append(facts, d.counted(w.summary, event.NavigationCounted{At: at})...)
	if len(facts) == 0 {
		d.wrong("changedEntities", "names no entity, and summary counts none")
		return
	}
	d.learn(DialectContract)
	for _, f := range facts {
		d.tell(f)
	}
}

// counted reads a summary such as {"totalProviders":3,"modelMappings":7};
// parts, such as enabled ones, are not counted.
func (d *Decoder) counted(summary value, as event.NavigationCounted) []event.Event {
	if summary.kind() != '{' {
		return nil
	}
	var f fieldList
	d.fill(summary, false, &f)
	var facts []event.Event
	for i, name := range f.names {
		entity, ok := entityOf(strings.TrimPrefix(strings.ToLower(name), "total"))
		n, number := f.values[i].number()
		if !ok || !number || n < 0 || n > 1e9 {
			continue
		}
		as.Entity, as.Count = entity, int(n)
		facts = append(facts, as)
	}
	return facts
}

// readMappingChanged reads the real gateway's notification.
func readMappingChanged(d *Decoder, w *navigation) {
	fact := event.NavigationChanged{
		Entity: event.EntityModelMapping, ID: d.needID("mappingId", w.mappingID),
		Name: d.text(w.alias), Action: d.action("changeType", w.change), At: d.at(w.at),
	}
	if d.bad == "" && d.seen.again(d.fresh(w.notification)) {
		d.counts.Repeats++
		return
	}
	d.tell(fact)
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

// keyEvent is a virtual key event in any of its forms.
type keyEvent struct {
	key, virtualKey, name, virtualName     value
	action, updateType, eventType          value
	changes, updated, newStatus            value
	at, changedAt, updatedAt, deletedAt    value
	reason, notification, enabled, details value
}

func (w *keyEvent) slot(name []byte) *value {
	switch string(name) {
	case "keyId":
		return &w.key
	case "virtualKeyId":
		return &w.virtualKey
	case "keyName", "name":
		return &w.name
	case "virtualKeyName":
		return &w.virtualName
	case "action":
		return &w.action
	case "updateType":
		return &w.updateType
	case "eventType":
		return &w.eventType
	case "changes":
		return &w.changes
	case "updatedProperties":
		return &w.updated
	case "newStatus":
		return &w.newStatus
	case "timestamp":
		return &w.at
	case "changedAt":
		return &w.changedAt
	case "updatedAt":
		return &w.updatedAt
	case "deletedAt":
		return &w.deletedAt
	case "deletionReason", "statusChangeReason":
		return &w.reason
	case "id":
		return &w.notification
	case "isEnabled":
		return &w.enabled
	case "details":
		return &w.details
	}
	return nil
}

// keyChanged is what all forms have in common.
func (d *Decoder) keyChanged(w *keyEvent) event.KeyChanged {
	return event.KeyChanged{
		Key:     event.KeyID(d.needID("keyId", firstGiven(w.key, w.virtualKey))),
		Name:    d.text(firstGiven(w.name, w.virtualName)),
		Changes: d.changes(firstGiven(w.changes, w.updated)),
		At:      d.at(w.at, w.changedAt, w.updatedAt, w.deletedAt),
	}
}

// readKeyEvent reads the contract's form and those that are like it.
func readKeyEvent(d *Decoder, w *keyEvent) {
	fact := d.keyChanged(w)
	fact.Action = d.action("action", firstGiven(w.action, w.updateType, w.eventType))
	if d.bad == "" && d.seen.again(d.fresh(w.notification)) {
		d.counts.Repeats++
		return
	}
	d.tell(fact)
}

// readKeyAction makes a reader for a target that says the action itself.
func readKeyAction(action event.Action) func(*Decoder, *keyEvent) {
	return func(d *Decoder, w *keyEvent) {
		fact := d.keyChanged(w)
		fact.Action = action
		if reason := d.text(w.reason); reason != "" {
			fact.Changes = append(fact.Changes, reason)
		}
		d.tell(fact)
	}
}

// readKeyStatusChanged reads a change of a key's status.
func readKeyStatusChanged(d *Decoder, w *keyEvent) {
	fact := d.keyChanged(w)
	status := d.needText("newStatus", w.newStatus)
	switch strings.ToLower(status) {
	case "disabled", "inactive", "suspended", "revoked", "expired":
		fact.Action = event.ActionDisabled
	case "enabled", "active":
		fact.Action = event.ActionEnabled
	default:
		fact.Action = event.ActionUpdated
	}
	fact.Changes = append(fact.Changes, "status: "+status)
	d.tell(fact)
}

// changeItem is a change with its field's name.
type changeItem struct{ field value }

func (w *changeItem) slot(name []byte) *value {
	switch string(name) {
	case "field", "property", "name":
		return &w.field
	}
	return nil
}

// changes reads a list of changed fields: names, objects that hold one, or an
// object whose fields they are. nil if there are none.
func (d *Decoder) changes(v value) []string {
	var names []string
	add := func(s string) {
		if s != "" && len(names) < maxChanges {
			names = append(names, s)
		}
	}
	switch v.kind() {
	case '[':
		d.each(v, func(e value) {
			if len(names) >= maxChanges {
				return
			}
			if e.kind() == '{' {
				var w changeItem
				d.fill(e, false, &w)
				e = w.field
			}
			add(d.secretless(d.text(e)))
		})
	case '{':
		var f fieldList
		d.fill(v, false, &f)
		for _, n := range f.names {
			s, _ := clean(n, maxRunes)
			add(s)
		}
	case '"':
		add(d.secretless(d.text(v)))
	}
	return names
}

// secretless hides what looks like a credential.
func (d *Decoder) secretless(s string) string { return redact(s) }

// configuration is a configuration event of the contract.
type configuration struct{ category, setting, old, next, at value }

func (w *configuration) slot(name []byte) *value {
	switch string(name) {
	case "category":
		return &w.category
	case "setting":
		return &w.setting
	case "oldValue":
		return &w.old
	case "newValue":
		return &w.next
	case "timestamp":
		return &w.at
	}
	return nil
}

func readConfiguration(d *Decoder, w *configuration) {
	fact := event.ConfigurationChanged{
		Category: d.needText("category", w.category), Setting: d.needText("setting", w.setting),
		At: d.at(w.at),
	}
	fact.Old, fact.New = d.setting(fact.Setting, w.old), d.setting(fact.Setting, w.next)
	d.tell(fact)
}

// setting is a setting's value as text, JSON if it was no string; a secret
// one is hidden.
func (d *Decoder) setting(name string, v value) string {
	if !v.given() {
		return ""
	}
	if secretName.MatchString(name) {
		return hidden
	}
	s, ok := v.unquote()
	if !ok {
		var b bytes.Buffer
		if json.Compact(&b, v[:min(len(v), 1<<16)]) != nil {
			b.Reset()
			b.Write(v[:min(len(v), maxData)])
		}
		s = b.String()
	}
	s, altered := clean(redact(s), maxRunes)
	if altered {
		d.counts.Cleaned++
	}
	return s
}

// readKeySettings reads the positional form of ConfigurationChanged: a key
// whose settings a batch changed. Its third argument is text for people.
func readKeySettings(d *Decoder, args []value) {
	key := event.KeyID(d.needID("virtualKeyId", arg(args, 0)))
	kind := d.needText("configurationType", arg(args, 1))
	changes := d.changes(arg(args, 2))
	if kind != "VirtualKeySettings" {
		next, _ := clean(strings.Join(changes, ", "), maxRunes)
		d.tell(event.ConfigurationChanged{
			Category: kind, Setting: "virtualKey:" + string(key), New: next, At: d.now,
		})
		return
	}
	fact := event.KeyChanged{Key: key, Action: event.ActionUpdated, Changes: changes, At: d.now}
	if slices.Contains(changes, "IsEnabled: False") {
		fact.Action = event.ActionDisabled
	} else if slices.Contains(changes, "IsEnabled: True") {
		fact.Action = event.ActionEnabled
	}
	d.tell(fact)
}

// keyStatus is a VirtualKeyStatus.
type keyStatus struct{ key, name, enabled, spend, limit, expires, at value }

func (w *keyStatus) slot(name []byte) *value {
	switch string(name) {
	case "keyId":
		return &w.key
	case "keyName":
		return &w.name
	case "isEnabled":
		return &w.enabled
	case "currentSpend":
		return &w.spend
	case "maxBudget":
		return &w.limit
	case "expiresAt":
		return &w.expires
	case "timestamp":
		return &w.at
	}
	return nil
}

// readKeyStatus reads what a key is. In August its spend is that of the whole
// group and its budget the group's balance: neither is told then, nor while
// the dialect is unknown.
func readKeyStatus(d *Decoder, w *keyStatus) {
	enabled, ok := w.enabled.truth()
	if !ok {
		d.wrong("isEnabled", "missing or not a boolean")
	}
	fact := event.KeyRead{
		Key: event.KeyID(d.needID("keyId", w.key)), Name: d.text(w.name), Enabled: enabled,
		Expires: d.date(w.expires), At: d.at(w.at),
	}
	if d.Dialect() == DialectJuly {
		fact.Spend, _ = d.money("currentSpend", w.spend)
		fact.HasSpend = w.spend.given()
		fact.Limit, _ = d.money("maxBudget", w.limit)
		fact.HasLimit = w.limit.given()
	}
	d.tell(fact)
}
