package event

import "time"

// Heartbeat says that a stream which reports at regular intervals is alive.
// It carries nothing else worth showing.
type Heartbeat struct {
	// Stream names what beats, such as "webhooks".
	Stream string    `json:"stream"`
	At     time.Time `json:"at,omitzero"`
}

// Reply says what a hub answered to something that we asked of it, such as a
// subscription.
type Reply struct {
	Target string `json:"target"` // such as "SubscribedToProvider"
	// Text is what the answer says, at most 200 runes.
	Text string `json:"text,omitempty"`
	// Refused is true if the hub said no.
	Refused bool      `json:"refused,omitempty"`
	At      time.Time `json:"at,omitzero"`
}

// AlertState is where an alert of the gateway's own is in its life.
type AlertState string

// The states of a gateway's alert.
const (
	AlertActive       AlertState = "active"
	AlertAcknowledged AlertState = "acknowledged"
	AlertResolved     AlertState = "resolved"
)

// AlertCategory sorts alerts of the gateway's own.
type AlertCategory string

// The categories. Only health and security are meant to be reported to the user
// by themselves; the others are lines of the event list.
const (
	AlertHealth       AlertCategory = "health"
	AlertSecurity     AlertCategory = "security"
	AlertSpending     AlertCategory = "spend"
	AlertRateLimit    AlertCategory = "rate_limit"
	AlertAnnouncement AlertCategory = "announcement"
	AlertWebhook      AlertCategory = "webhook"
	AlertNotification AlertCategory = "notification" // of the gateway's own list
)

// GatewayAlert says that the gateway itself raised, acknowledged or resolved
// an alert, or announced something. It is the gateway's claim, not ours.
type GatewayAlert struct {
	// ID tells alerts apart; two with one ID are the same alert. "" where the
	// gateway gave none.
	ID       string        `json:"id,omitempty"`
	Category AlertCategory `json:"category"`
	Severity Severity      `json:"severity"`
	State    AlertState    `json:"state"`
	// Component is the component of the gateway it is about; "" if unsaid.
	Component string    `json:"component,omitempty"`
	Title     string    `json:"title,omitempty"`
	Message   string    `json:"message,omitempty"`
	Key       KeyID     `json:"key,omitempty"` // whose connection reported it; "" if of nobody
	At        time.Time `json:"at,omitzero"`
}

// ComponentReported says how a component of the gateway (its database, its event bus, a
// service) is, by its own report.
type ComponentReported struct {
	Component string `json:"part"`
	Health    Health `json:"health"`
	// LatencyMS is negative where unknown.
	LatencyMS float64   `json:"latencyMs"`
	Error     string    `json:"error,omitempty"`
	At        time.Time `json:"at,omitzero"`
}

// RefreshTopic names what should be read anew over REST.
type RefreshTopic string

// The topics of RefreshAdvised.
const (
	RefreshBudget    RefreshTopic = "budget"    // the key's group, or the key where keys have budgets
	RefreshProviders RefreshTopic = "providers" // health of providers
	RefreshSpend     RefreshTopic = "spend"     // totals of keys
)

// RefreshAdvised says that the gateway pushed something which is no event by
// itself, but a reason to read a topic at once. A budget alert of a gateway
// that mixes up its numbers is one.
type RefreshAdvised struct {
	Topic  RefreshTopic `json:"topic"`
	Key    KeyID        `json:"key,omitempty"`
	Reason string       `json:"reason"`
	At     time.Time    `json:"at,omitzero"`
}

// ModelAspect is what changed of a model.
type ModelAspect string

// The aspects.
const (
	ModelAvailability ModelAspect = "availability"
	ModelCapabilities ModelAspect = "capabilities"
	ModelPricing      ModelAspect = "pricing"
)

// ModelChanged says that a known model can do something else, costs something
// else, or came or went.
type ModelChanged struct {
	Provider ProviderID  `json:"provider,omitempty"`
	Model    string      `json:"model"`
	Aspect   ModelAspect `json:"aspect"`
	Changes  []string    `json:"changes,omitempty"` // plain words
	At       time.Time   `json:"at,omitzero"`
}

// WebhookOutcome is how a delivery went.
type WebhookOutcome string

// The outcomes.
const (
	WebhookDelivered WebhookOutcome = "delivered"
	WebhookAttempted WebhookOutcome = "attempted"
	WebhookFailed    WebhookOutcome = "failed"
	WebhookRetrying  WebhookOutcome = "retrying"
)

// WebhookReported says how a delivery to a webhook went.
type WebhookReported struct {
	// Host is the receiver's host: paths and queries of webhooks often hold
	// secrets and are not kept.
	Host    string         `json:"host"`
	Outcome WebhookOutcome `json:"outcome"`
	Status  int            `json:"status,omitempty"`  // HTTP; 0 where unknown
	Attempt int            `json:"attempt,omitempty"` // from 1; 0 where unknown
	// Final is true if the gateway will not try again.
	Final bool      `json:"final,omitempty"`
	Error string    `json:"error,omitempty"`
	At    time.Time `json:"at,omitzero"`
}

// Kind implements Event.
func (Heartbeat) Kind() Kind { return "heartbeat" }

// Kind implements Event.
func (Reply) Kind() Kind { return "reply" }

// Kind implements Event.
func (GatewayAlert) Kind() Kind { return "gateway.alert" }

// Kind implements Event.
func (ComponentReported) Kind() Kind { return "gateway.part_reported" }

// Kind implements Event.
func (RefreshAdvised) Kind() Kind { return "read.advised" }

// Kind implements Event.
func (ModelChanged) Kind() Kind { return "model.changed" }

// Kind implements Event.
func (WebhookReported) Kind() Kind { return "webhook.reported" }

var (
	_ = register[Heartbeat]()
	_ = register[Reply]()
	_ = register[GatewayAlert]()
	_ = register[ComponentReported]()
	_ = register[RefreshAdvised]()
	_ = register[ModelChanged]()
	_ = register[WebhookReported]()
)
