package state

import (
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// Describe gives an event's severity and one plain sentence for the event
// list.
func Describe(env event.Envelope) (event.Severity, string) {
	return severityOf(env.Body), text.Sentence(env)
}

// severities are the topics' parts of severityOf, each in its topic's file: "" for
// what is no worse than news.
var severities = []func(body event.Event) event.Severity{
	spendSeverity, taskSeverity, linkSeverity, pollSeverity, gatewaySeverity, trafficSeverity,
	providerSeverity, changeSeverity, monitoredKeySeverity, moneySeverity,
}

// severityOf is how bad what an event says is in itself.
func severityOf(body event.Event) event.Severity {
	for _, of := range severities {
		if s := of(body); s != "" {
			return s
		}
	}
	return event.SeverityInfo
}

func warnIf(bad bool) event.Severity {
	if bad {
		return event.SeverityWarning
	}
	return ""
}

func severityOfHealth(h event.Health) event.Severity {
	switch h {
	case event.HealthUnhealthy:
		return event.SeverityCritical
	case event.HealthDegraded:
		return event.SeverityWarning
	case event.HealthHealthy, event.HealthUnknown, event.HealthDisabled:
	}
	return event.SeverityInfo
}
