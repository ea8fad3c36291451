package alert

import (
	"time"

	"gatewatch/internal/core/event"
)

func changeRules() []Rule {
	return []Rule{
		{
			ID: "key.deleted", Title: "Virtual key deleted", Category: CategoryChange, Severity: warning,
			OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNever, PointInTime: true, check: checkKeyDeleted,
		},
		{
			ID: "key.changed", Title: "Virtual key changed", Category: CategoryChange, Severity: info,
			OnFiring: NotifyNever, OnFiringFrom: warning, OnResolved: NotifyNever, PointInTime: true, check: checkKeyChanged,
		},
		{
			ID: "config.changed", Title: "Configuration changed", Category: CategoryChange, Severity: info,
			OnFiring: NotifyNever, OnFiringFrom: warning, OnResolved: NotifyNever, PointInTime: true, check: checkConfig,
		},
	}
}

// changeLives is how long a change is shown as firing.
const changeLives = 10 * time.Minute

func checkConfig(v *evalContext, yield func(Result)) {
	changes(v, yield, func(c *observedChange) bool { return c.entity != string(event.EntityVirtualKey) })
}

func checkKeyChanged(v *evalContext, yield func(Result)) {
	changes(v, yield, func(c *observedChange) bool {
		return c.entity == string(event.EntityVirtualKey) && c.action != event.ActionDeleted
	})
}

func checkKeyDeleted(v *evalContext, yield func(Result)) {
	changes(v, yield, func(c *observedChange) bool {
		return c.entity == string(event.EntityVirtualKey) && c.action == event.ActionDeleted
	})
}

func changes(v *evalContext, yield func(Result), wanted func(*observedChange) bool) {
	for id, c := range v.observed.changes {
		if !wanted(c) || v.now.Sub(c.at) >= changeLives {
			continue
		}
		name := c.name
		if k := v.live.Keys[id.gateway+"/"+c.subject]; c.entity == string(event.EntityVirtualKey) && name == c.subject && k.Name != "" {
			name = k.Name // who reported the change did not know it
		}
		yield(Result{
			Gateway: id.gateway, Kind: c.entity, Entity: c.subject, StateID: id.gateway + "/" + c.subject,
			Dimension: string(c.action), Value: -1, At: c.at.UnixMilli(),
			Annotations: Annotations{
				Name: name, Action: string(c.action), From: c.when(), NotBefore: c.after, NotRead: c.read, Old: c.old, New: c.new, Component: c.entity,
			},
		})
	}
}
