package event

import "time"

// PollOutcome is what came of asking a gateway for something.
type PollOutcome string

// The outcomes. The zero value means that it was never asked.
const (
	PollOK           PollOutcome = "good"    // answered, and what it says can be read
	PollFailed       PollOutcome = "error"   // answered with a server's error
	PollTimedOut     PollOutcome = "silent"  // no answer within the time a call may take, or nobody reached
	PollUnreadable   PollOutcome = "shape"   // answered what cannot be read
	PollUnsupported  PollOutcome = "missing" // this gateway has no such list
	PollUnauthorized PollOutcome = "refused" // the key is not accepted; it is not asked again with it
	PollForbidden    PollOutcome = "barred"  // we may not ask now: no permission, a ban, or too often
	PollSkipped      PollOutcome = "none"    // not asked at all; Asked.Cause says why
)

// Polled says that a source of events which is read was asked, and what came of
// it: each read of a list, and each health check of whether a component of the gateway
// works. Its envelope's source says which. What was read is reported by events of
// its own, if it changed; so this is also how it is known that nothing did.
type Polled struct {
	Outcome PollOutcome `json:"outcome"`
	// Cause is a sentence for a person, without secrets; "" if all is well.
	Cause string `json:"cause,omitempty"`
	// SelfReports is what the answer said of components of the gateway.
	SelfReports []SelfReport `json:"parts,omitempty"`
	// LatencyMS is how long the answer took; negative where there was none.
	LatencyMS float64 `json:"latencyMs"`
	// IntervalMS is the interval at which it is asked now; 0 if not at intervals.
	EveryMS int64     `json:"everyMs"`
	At      time.Time `json:"at,omitzero"`
}

// Sources that are asked for the sake of what they show of the gateway's components,
// by the name of their Source.
const (
	SourceNegotiate   = "negotiate" // a hub's negotiation with a virtual key: Core, and Redis behind it
	SourceCoreHealth  = "core"      // Core's self-report
	SourceAdminHealth = "parts"     // Admin's self-report on its database
	SourceFailures    = "failures"  // the list of providers' failures, which is kept in Redis
)

// Component is a component of a gateway that works or does not.
type Component string

// The components.
const (
	ComponentCore     Component = "core"
	ComponentAdmin    Component = "admin"
	ComponentDatabase Component = "database"
	ComponentRedis    Component = "redis"
	ComponentEventBus Component = "event bus"
)

// SelfReport is what a gateway says of one of its components.
type SelfReport struct {
	Component Component `json:"part"`
	Health    Health    `json:"health"`
	Text      string    `json:"text,omitempty"`
}

// Kind implements Event.
func (Polled) Kind() Kind { return "asked" }

var _ = register[Polled]()
