package wire

import (
	"net/url"

	"gatewatch/internal/core/event"
)

// webhookRows are the targets of deliveries to webhooks.
var webhookRows = map[string]row{
	"DeliverySucceeded":          {object: object(readDelivery(event.WebhookDelivered))},
	"DeliveryFailed":             {object: object(readDelivery(event.WebhookFailed))},
	"DeliveryAttempted":          {object: object(readDelivery(event.WebhookAttempted))},
	"RetryScheduled":             {object: object(readDelivery(event.WebhookRetrying))},
	"CircuitBreakerStateChanged": {object: object(readCircuitBreaker)},
}

// delivery is how a delivery to a webhook went.
type delivery struct {
	url, status, attempt, number, next, total  value
	final, permanent, err, message, reason, at value
	currentState                               value
}

func (w *delivery) slot(name []byte) *value {
	switch string(name) {
	case "url":
		return &w.url
	case "statusCode":
		return &w.status
	case "attemptCount":
		return &w.attempt
	case "attemptNumber":
		return &w.number
	case "nextAttemptNumber":
		return &w.next
	case "totalAttempts":
		return &w.total
	case "isFinal":
		return &w.final
	case "isPermanentFailure":
		return &w.permanent
	case "error":
		return &w.err
	case "errorMessage":
		return &w.message
	case "reason":
		return &w.reason
	case "timestamp":
		return &w.at
	case "currentState":
		return &w.currentState
	}
	return nil
}

// host is a webhook's host: the rest of its address may hold secrets.
func (d *Decoder) host(v value) string {
	if !d.need("url", v) {
		return ""
	}
	s, _ := v.unquote()
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		d.wrong("url", "not an address")
		return ""
	}
	host, _ := clean(u.Hostname(), maxRunes)
	return host
}

// readDelivery makes a reader for one outcome. Of the fields that a gateway
// sends twice, one of each pair is always at its default.
func readDelivery(outcome event.WebhookOutcome) func(*Decoder, *delivery) {
	return func(d *Decoder, w *delivery) {
		final, _ := w.final.truth()
		permanent, _ := w.permanent.truth()
		message := d.text(w.message)
		if message == "" {
			message = d.text(firstGiven(w.err, w.reason))
		}
		d.emitEvent(event.WebhookReported{
			Host: d.host(w.url), Outcome: outcome, Status: w.status.whole(),
			Attempt: max(0, w.attempt.whole(), w.number.whole(), w.next.whole(), w.total.whole()),
			Final:   final || permanent || outcome == event.WebhookDelivered,
			Error:   message, At: d.timestampOrNow(w.at),
		})
	}
}

func readCircuitBreaker(d *Decoder, w *delivery) {
	state := d.needText("currentState", w.currentState)
	ev := event.GatewayAlert{
		Category: event.AlertWebhook, Severity: event.SeverityWarning, State: event.AlertActive,
		Component: d.host(w.url), Title: "webhook circuit breaker " + state,
		Message: d.text(w.reason), At: d.timestampOrNow(w.at),
	}
	if state == "Closed" {
		ev.Severity, ev.State = event.SeverityInfo, event.AlertResolved
	}
	ev.Title, _ = clean(ev.Title, maxRunes)
	d.emitEvent(ev)
}
