package wire

import (
	"gatewatch/internal/core/event"
)

// alertRows are the targets of the gateway's own monitoring and announcements.
var alertRows = map[string]row{
	"RateLimitWarning":          {object: object(readRateLimitObject), positional: readRateLimit},
	"Onrate_limit":              {object: object(readRateLimitObject)},
	"SystemAnnouncement":        {object: object(readAnnouncement), positional: readAnnounced},
	"Onsystem_announcement":     {object: object(readAnnouncement)},
	"ServiceDegraded":           {object: object(readService(event.HealthDegraded)), positional: readServiceDegraded},
	"Onservice_degradation":     {object: object(readService(event.HealthDegraded))},
	"ServiceRestored":           {object: object(readService(event.HealthHealthy)), positional: readServiceRestored},
	"Onservice_restoration":     {object: object(readService(event.HealthHealthy))},
	"UnusualSpendingDetected":   {object: object(readUnusualSpending)},
	"SystemHealthSnapshot":      {object: object(readHealthSnapshot)},
	"ActiveAlerts":              {list: readHealthAlerts},
	"NewAlert":                  {object: object(readHealthAlert)},
	"ComponentAlert":            {object: object(readHealthAlert)},
	"AlertAcknowledged":         {object: object(readAlertDone(event.AlertAcknowledged))},
	"AlertResolved":             {object: object(readAlertDone(event.AlertResolved))},
	"AlertRuleUpdated":          {object: object(readAlertRule("alert rule"))},
	"AlertRuleDeleted":          {positional: readAlertRuleGone("alert rule")},
	"AlertSuppressionCreated":   {object: object(readAlertRule("alert suppression"))},
	"AlertSuppressionCancelled": {positional: readAlertRuleGone("alert suppression")},
	"ComponentHealthUpdated":    {object: object(readComponent)},
	"SecurityAlert":             {object: object(readSecurityAlert)},
}

// healthAlert is an alert of the gateway's own health monitoring, or what was
// done with one.
type healthAlert struct {
	id, alertID, severity, component, title, message value
	state, acknowledged, triggeredAt, updatedAt      value
	resolution, notes, resolvedAt, acknowledgedAt    value
}

func (w *healthAlert) slot(name []byte) *value {
	switch string(name) {
	case "id":
		return &w.id
	case "alertId":
		return &w.alertID
	case "severity":
		return &w.severity
	case "component":
		return &w.component
	case "title":
		return &w.title
	case "message":
		return &w.message
	case "state":
		return &w.state
	case "isAcknowledged":
		return &w.acknowledged
	case "triggeredAt":
		return &w.triggeredAt
	case "lastUpdated":
		return &w.updatedAt
	case "resolution":
		return &w.resolution
	case "notes":
		return &w.notes
	case "resolvedAt":
		return &w.resolvedAt
	case "acknowledgedAt":
		return &w.acknowledgedAt
	}
	return nil
}

// readHealthAlert reads a whole alert.
func readHealthAlert(d *Decoder, w *healthAlert) {
	alert := event.GatewayAlert{
		ID: d.needID("id", w.id), Category: event.AlertHealth, State: event.AlertActive,
		Component: d.text(w.component), Title: d.text(w.title), Message: d.text(w.message),
		At: d.past(w.triggeredAt),
	}
	d.need("severity", w.severity)
	alert.Severity = severityOf(d.word(w.severity, "info", "warning", "error", "critical"))
	if alert.Severity == "" {
		d.wrong("severity", "not a severity")
	}
	switch d.word(w.state, "active", "acknowledged", "resolved", "suppressed", "expired") {
	case "resolved", "expired":
		alert.State = event.AlertResolved
	case "acknowledged", "suppressed":
		alert.State = event.AlertAcknowledged
	}
	if is, _ := w.acknowledged.truth(); is && alert.State == event.AlertActive {
		alert.State = event.AlertAcknowledged
	}
	d.emitEvent(alert)
}

var healthAlertObject = object(readHealthAlert)

// readHealthAlerts reads all active alerts.
func readHealthAlerts(d *Decoder, list value) {
	n := 0
	out := d.each(list, func(v value) {
		n++
		if healthAlertObject(d, v, false) != filled {
			d.wrong("alerts", "hold something that is no alert")
		}
	})
	if out != filled {
		d.wrong("alerts", "not a list")
	}
	if n == 0 {
		d.emitEvent(event.Reply{Target: d.target, Text: "no alert is active", At: d.now})
	}
}

// readAlertDone makes a reader of what was done with an alert.
func readAlertDone(state event.AlertState) func(*Decoder, *healthAlert) {
	return func(d *Decoder, w *healthAlert) {
		d.emitEvent(event.GatewayAlert{
			ID: d.needID("alertId", w.alertID), Category: event.AlertHealth,
			Severity: event.SeverityInfo, State: state,
			Message: d.text(firstGiven(w.resolution, w.notes)),
			At:      d.timestampOrNow(w.resolvedAt, w.acknowledgedAt),
		})
	}
}

// component is a component of the gateway as its health monitoring sees it.
type component struct{ name, status, checkedAt, latency, err value }

func (w *component) slot(name []byte) *value {
	switch string(name) {
	case "name":
		return &w.name
	case "status":
		return &w.status
	case "lastCheck":
		return &w.checkedAt
	case "responseTimeMs":
		return &w.latency
	case "errorMessage":
		return &w.err
	}
	return nil
}

func readComponent(d *Decoder, w *component) {
	d.emitEvent(event.ComponentReported{
		Component: d.needText("name", w.name), Health: d.health("status", w.status),
		LatencyMS: w.latency.optional(), Error: d.text(w.err), At: d.past(w.checkedAt),
	})
}

var componentObject = object(readComponent)

// healthSnapshot is the state of all components. Its alerts come as ActiveAlerts
// too; its performance figures are placeholders.
type healthSnapshot struct{ components value }

func (w *healthSnapshot) slot(name []byte) *value {
	if string(name) == "components" {
		return &w.components
	}
	return nil
}

func readHealthSnapshot(d *Decoder, w *healthSnapshot) {
	if !d.need("components", w.components) {
		return
	}
	n := 0
	out := d.each(w.components, func(v value) {
		n++
		if componentObject(d, v, false) != filled {
			d.wrong("components", "hold something that is no component")
		}
	})
	if out != filled {
		d.wrong("components", "not a list")
	}
	if n == 0 {
		d.emitEvent(event.Reply{Target: d.target, Text: "no component is monitored", At: d.now})
	}
}

// announcement is a notification of the gateway with a message.
type announcement struct {
	message, description, category, alertType, resource value
	service, reason, priority, at, notification         value
	endpoint, remaining, percentageUsed                 value
}

func (w *announcement) slot(name []byte) *value {
	switch string(name) {
	case "message":
		return &w.message
	case "description":
		return &w.description
	case "category":
		return &w.category
	case "alertType", "activityType":
		return &w.alertType
	case "affectedResource":
		return &w.resource
	case "service":
		return &w.service
	case "reason":
		return &w.reason
	case "priority":
		return &w.priority
	case "timestamp":
		return &w.at
	case "id":
		return &w.notification
	case "endpoint":
		return &w.endpoint
	case "remaining":
		return &w.remaining
	case "percentageUsed":
		return &w.percentageUsed
	}
	return nil
}

// priority reads a notification's priority as a severity.
func (d *Decoder) priority(v value) event.Severity {
	switch d.word(v, "low", "medium", "high", "critical") {
	case "critical":
		return event.SeverityCritical
	case "high":
		return event.SeverityWarning
	}
	return event.SeverityInfo
}

func readAnnouncement(d *Decoder, w *announcement) {
	alert := event.GatewayAlert{
		ID: d.fresh(w.notification), Category: event.AlertAnnouncement, State: event.AlertActive,
		Severity: d.priority(w.priority), Title: d.text(w.category),
		Message: d.needText("message", w.message), At: d.timestampOrNow(w.at),
	}
	d.emitOnce(alert)
}

// emitOnce emits an alert unless one with its ID came before.
func (d *Decoder) emitOnce(a event.GatewayAlert) {
	if d.bad == "" && d.isRepeatedID(a.ID) {
		d.counts.DuplicateIDs++
		return
	}
	d.emitEvent(a)
}

func readAnnounced(d *Decoder, args []value) {
	d.emitEvent(event.GatewayAlert{
		Category: event.AlertAnnouncement, Severity: d.priority(arg(args, 1)),
		State: event.AlertActive, Message: d.needText("message", arg(args, 0)), At: d.now,
	})
}

func readSecurityAlert(d *Decoder, w *announcement) {
	d.emitOnce(event.GatewayAlert{
		ID: d.fresh(w.notification), Category: event.AlertSecurity, State: event.AlertActive,
		Severity: d.priority(w.priority), Component: d.text(w.resource),
		Title: d.text(w.alertType), Message: d.needText("description", w.description), At: d.timestampOrNow(w.at),
	})
}

func readUnusualSpending(d *Decoder, w *announcement) {
	d.emitEvent(event.GatewayAlert{
		Category: event.AlertSpending, Severity: event.SeverityWarning, State: event.AlertActive,
		Title: d.text(w.alertType), Message: d.needText("description", w.description),
		Key: d.key, At: d.timestampOrNow(w.at),
	})
}

func readRateLimit(d *Decoder, args []value) {
	d.rateLimit(arg(args, 0), arg(args, 2), nil)
}

func readRateLimitObject(d *Decoder, w *announcement) {
	d.rateLimit(w.remaining, w.endpoint, w.at)
}

func (d *Decoder) rateLimit(remaining, endpoint, at value) {
	n, ok := remaining.number()
	if !ok {
		d.wrong("remaining", "missing or not a number")
	}
	severity := event.SeverityInfo
	if n <= 0 {
		severity = event.SeverityWarning
	}
	d.emitEvent(event.GatewayAlert{
		Category: event.AlertRateLimit, Severity: severity, State: event.AlertActive,
		Component: d.text(endpoint), Title: "rate limit",
		Message: d.text(remaining) + " requests left", Key: d.key, At: d.timestampOrNow(at),
	})
}

func readServiceDegraded(d *Decoder, args []value) {
	d.emitEvent(event.ComponentReported{
		Component: d.needText("service", arg(args, 0)), Health: event.HealthDegraded,
		LatencyMS: -1, Error: d.text(arg(args, 1)), At: d.now,
	})
}

func readServiceRestored(d *Decoder, args []value) {
	d.emitEvent(event.ComponentReported{
		Component: d.needText("service", arg(args, 0)), Health: event.HealthHealthy, LatencyMS: -1, At: d.now,
	})
}

// readService makes a reader of the object forms of the same.
func readService(health event.Health) func(*Decoder, *announcement) {
	return func(d *Decoder, w *announcement) {
		d.emitEvent(event.ComponentReported{
			Component: d.needText("service", w.service), Health: health,
			LatencyMS: -1, Error: d.text(w.reason), At: d.timestampOrNow(w.at),
		})
	}
}

// alertRule is a rule or a suppression of the gateway's alerting.
type alertRule struct{ id, name, pattern, reason, enabled, active value }

func (w *alertRule) slot(name []byte) *value {
	switch string(name) {
	case "id":
		return &w.id
	case "name":
		return &w.name
	case "alertPattern":
		return &w.pattern
	case "reason":
		return &w.reason
	case "isEnabled":
		return &w.enabled
	case "isActive":
		return &w.active
	}
	return nil
}

func readAlertRule(category string) func(*Decoder, *alertRule) {
	return func(d *Decoder, w *alertRule) {
		next := "changed"
		if is, ok := firstGiven(w.enabled, w.active).truth(); ok && !is {
			next = "off"
		}
		if about := d.text(firstGiven(w.name, w.pattern)); about != "" {
			next += ": " + about
		}
		next, _ = clean(next, maxRunes)
		d.emitEvent(event.ConfigurationChanged{
			Category: category, Setting: d.needID("id", w.id), New: next, At: d.now,
		})
	}
}

func readAlertRuleGone(category string) func(*Decoder, []value) {
	return func(d *Decoder, args []value) {
		d.emitEvent(event.ConfigurationChanged{
			Category: category, Setting: d.needID("id", arg(args, 0)), New: "removed", At: d.now,
		})
	}
}
