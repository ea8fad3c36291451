package event

import "time"

// Health is how well a provider works.
type Health string

// The healths. Unknown is never shown as healthy; Disabled means switched off
// by an administrator.
const (
	HealthUnknown   Health = "unknown"
	HealthHealthy   Health = "healthy"
	HealthDegraded  Health = "degraded"
	HealthUnhealthy Health = "unhealthy"
	HealthDisabled  Health = "disabled"
)

// ProviderHealthChanged says how a provider is, as pushed, read or derived.
type ProviderHealthChanged struct {
	// Provider is the id or, of a gateway that only names providers, the name.
	Provider ProviderID `json:"provider"`
	Name     string     `json:"name,omitempty"`
	Health   Health     `json:"health"`
	// LatencyMS is in milliseconds; negative where unknown.
	LatencyMS float64 `json:"latencyMs"`
	Error     string  `json:"error,omitempty"`
	// SwitchedOff is true if the gateway itself took the provider out of
	// service; it stays so until an administrator enables it.
	SwitchedOff bool `json:"switchedOff,omitempty"`
	// SwitchedOffAt is when it did so, by its own account; zero where it gives none.
	SwitchedOffAt time.Time `json:"switchedOffAt,omitzero"`
	At            time.Time `json:"at,omitzero"`
}

// ModelsDiscovered says which models a provider was found to have.
type ModelsDiscovered struct {
	Provider ProviderID `json:"provider"`
	Name     string     `json:"name,omitempty"`
	Models   []string   `json:"models"`
	At       time.Time  `json:"at,omitzero"`
}

// Kind implements Event.
func (ProviderHealthChanged) Kind() Kind { return "provider.health_changed" }

// Kind implements Event.
func (ModelsDiscovered) Kind() Kind { return "models.discovered" }

var (
	_ = register[ProviderHealthChanged]()
	_ = register[ModelsDiscovered]()
)
