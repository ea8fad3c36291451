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
	if d.bad == "" && d.again(d.fresh(w.notification)) {
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
				d.fill(e, false, &w, nil)
				e = w.field
			}
			add(d.secretless(d.text(e)))
		})
	case '{':
		var f fieldList
		d.fill(v, false, &f, nil)
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
