package alert

import (
	"gatewatch/internal/core/event"
)

func monitoringRules() []Rule {
	return []Rule{
		{
			ID: "gateway.alert", Title: "Alert of the gateway", Category: CategoryConnection, Severity: warning,
			OnFiring: NotifyNow, OnFiringFrom: warning, OnResolved: NotifyNow, check: checkGatewayAlert,
		},
	}
}

// checkGatewayAlert passes on what the gateway's own monitoring says.
func checkGatewayAlert(v *evalContext, yield func(Result)) {
	for id, g := range v.observed.alerts {
		s := gatewayResult(id.gateway)
		s.Kind, s.Entity, s.StateID = "alert", id.name, id.gateway+"/"+id.name
		s.Severity, s.At = g.Severity, g.at.UnixMilli()
		s.Annotations = Annotations{Name: nameOr(g.Title, nameOr(g.Component, "Gateway alert")), Error: g.Message}
		if g.State == event.AlertResolved {
			s.condition = conditionNotMet
		}
		yield(s)
	}
}
