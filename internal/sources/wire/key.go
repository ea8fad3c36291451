package wire

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"gatewatch/internal/core/event"
)

// keyRows are the targets of virtual keys and their settings.
var keyRows = map[string]row{
	"VirtualKeyUpdate":        {object: object(readKeyEvent)},
	"VirtualKeyEvent":         {object: object(readKeyEvent)},
	"ConfigurationChange":     {object: object(readConfiguration)},
	"ConfigurationChanged":    {object: object(readConfiguration), positional: readKeySettings},
	"VirtualKeyStatus":        {object: object(readKeyStatus)},
	"VirtualKeyCreated":       {object: object(readKeyAction(event.ActionCreated))},
	"VirtualKeyUpdated":       {object: object(readKeyAction(event.ActionUpdated))},
	"VirtualKeyDeleted":       {object: object(readKeyAction(event.ActionDeleted))},
	"VirtualKeyStatusChanged": {object: object(readKeyStatusChanged)},
}

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
		At:      d.timestampOrNow(w.at, w.changedAt, w.updatedAt, w.deletedAt),
	}
}

// readKeyEvent reads the contract's form and those that are like it.
func readKeyEvent(d *Decoder, w *keyEvent) {
	ev := d.keyChanged(w)
	ev.Action = d.action("action", firstGiven(w.action, w.updateType, w.eventType))
	if d.bad == "" && d.isRepeatedID(d.fresh(w.notification)) {
		d.counts.DuplicateIDs++
		return
	}
	d.emitEvent(ev)
}

// readKeyAction makes a reader for a target that says the action itself.
func readKeyAction(action event.Action) func(*Decoder, *keyEvent) {
	return func(d *Decoder, w *keyEvent) {
		ev := d.keyChanged(w)
		ev.Action = action
		if reason := d.text(w.reason); reason != "" {
			ev.Changes = append(ev.Changes, reason)
		}
		d.emitEvent(ev)
	}
}

// readKeyStatusChanged reads a change of a key's status.
func readKeyStatusChanged(d *Decoder, w *keyEvent) {
	ev := d.keyChanged(w)
	status := d.needText("newStatus", w.newStatus)
	switch strings.ToLower(status) {
	case "disabled", "inactive", "suspended", "revoked", "expired":
		ev.Action = event.ActionDisabled
	case "enabled", "active":
		ev.Action = event.ActionEnabled
	default:
		ev.Action = event.ActionUpdated
	}
	ev.Changes = append(ev.Changes, "status: "+status)
	d.emitEvent(ev)
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
	ev := event.ConfigurationChanged{
		Category: d.needText("category", w.category), Setting: d.needText("setting", w.setting),
		At: d.timestampOrNow(w.at),
	}
	ev.Old, ev.New = d.setting(ev.Setting, w.old), d.setting(ev.Setting, w.next)
	d.emitEvent(ev)
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
		d.emitEvent(event.ConfigurationChanged{
			Category: kind, Setting: "virtualKey:" + string(key), New: next, At: d.now,
		})
		return
	}
	ev := event.KeyChanged{Key: key, Action: event.ActionUpdated, Changes: changes, At: d.now}
	if slices.Contains(changes, "IsEnabled: False") {
		ev.Action = event.ActionDisabled
	} else if slices.Contains(changes, "IsEnabled: True") {
		ev.Action = event.ActionEnabled
	}
	d.emitEvent(ev)
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
// group and its budget the group's balance: neither is reported then, nor while
// the dialect is unknown.
func readKeyStatus(d *Decoder, w *keyStatus) {
	enabled, ok := w.enabled.truth()
	if !ok {
		d.wrong("isEnabled", "missing or not a boolean")
	}
	ev := event.KeyRead{
		Key: event.KeyID(d.needID("keyId", w.key)), Name: d.text(w.name), Enabled: event.Known(enabled),
		Expires: d.date(w.expires), At: d.timestampOrNow(w.at),
	}
	if d.Dialect() == DialectJuly {
		ev.Spend, _ = d.money("currentSpend", w.spend)
		ev.HasSpend = w.spend.given()
		if ev.Limit = event.NotKnown[event.NanoUSD](event.ReadingNone, ""); w.limit.given() {
			ev.Limit = limitOf(w.limit)
		}
	}
	d.emitEvent(ev)
}
