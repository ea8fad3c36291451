package event

import "time"

// Outcome is what came of asking a gateway for something.
type Outcome string

// The outcomes. The zero value means that it was never asked.
const (
	OutcomeGood    Outcome = "good"    // answered, and what it says can be read
	OutcomeError   Outcome = "error"   // answered with a server's error, or the connection broke
	OutcomeSilent  Outcome = "silent"  // no answer within the time a call may take
	OutcomeShape   Outcome = "shape"   // answered what cannot be read
	OutcomeMissing Outcome = "missing" // this gateway has no such thing
	OutcomeRefused Outcome = "refused" // the key is not accepted; it is not asked again with it
	OutcomeBarred  Outcome = "barred"  // we may not ask now: no permission, a ban, or too often
	OutcomeNone    Outcome = "none"    // not asked at all; Asked.Cause says why
)

// Asked says that a source of facts which is read was asked, and what came of
// it: each read of a list, and each look at whether a part of the gateway
// works. Its envelope's source says which. What was read is told by facts of
// its own, if it changed; so this is also how it is known that nothing did.
type Asked struct {
	Outcome Outcome `json:"outcome"`
	// Cause is a sentence for a person, without secrets; "" if all is well.
	Cause string `json:"cause,omitempty"`
	// Parts is what the answer said of parts of the gateway.
	Parts []PartWord `json:"parts,omitempty"`
	// LatencyMS is how long the answer took; negative where there was none.
	LatencyMS float64 `json:"latencyMs"`
	// EveryMS is the interval at which it is asked now; 0 if not at intervals.
	EveryMS int64     `json:"everyMs"`
	At      time.Time `json:"at"`
}

// Sources that are asked for the sake of what they show of the gateway's parts,
// by the name of their Source.
const (
	SourceNegotiate = "negotiate" // a hub's negotiation with a virtual key: Core, and Redis behind it
	SourceCoreWord  = "core"      // Core's word on itself
	SourceParts     = "parts"     // Admin's word on its database
	SourceFailures  = "failures"  // the list of providers' failures, which is kept in Redis
)

// Part is a part of a gateway that works or does not.
type Part string

// The parts.
const (
	PartCore     Part = "core"
	PartAdmin    Part = "admin"
	PartDatabase Part = "database"
	PartRedis    Part = "redis"
	PartEventBus Part = "event bus"
)

// PartWord is a gateway's own word on one of its parts.
type PartWord struct {
	Part   Part   `json:"part"`
	Health Health `json:"health"`
	Text   string `json:"text,omitempty"`
}

// Kind implements Event.
func (Asked) Kind() Kind { return "asked" }

var _ = register[Asked]()
