package rest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"gatewatch/internal/sources/wire"
)

// Key is a virtual key as the Admin API lists it, of either gateway.
type Key struct {
	ID       text   `json:"id"`
	Name     text   `json:"keyName"`
	Models   words  `json:"allowedModels"`
	Group    text   `json:"virtualKeyGroupId"` // none in July
	Enabled  flag   `json:"isEnabled"`
	Expires  stamp  `json:"expiresAt"`
	Created  stamp  `json:"createdAt"`
	Updated  stamp  `json:"updatedAt"`
	Metadata digest `json:"metadata"`
	PerMin   text   `json:"rateLimitRpm"`
	PerDay   text   `json:"rateLimitRpd"`
	Note     text   `json:"description"`
	Limit    money  `json:"maxBudget"` // these four only in July
	Spend    money  `json:"currentSpend"`
	Duration text   `json:"budgetDuration"`
	Period   stamp  `json:"budgetStartDate"`
}

// Group is a virtual key group with its prepaid balance (August only).
type Group struct {
	ID      text  `json:"id"`
	Name    text  `json:"groupName"`
	Balance money `json:"balance"`
	Credits money `json:"lifetimeCreditsAdded"`
	Spent   money `json:"lifetimeSpent"`
	Keys    count `json:"virtualKeyCount"`
	Created stamp `json:"createdAt"`
}

// Transaction is a movement of a group's balance.
type Transaction struct {
	ID      text  `json:"id"`
	Type    count `json:"transactionType"`
	Amount  money `json:"amount"`
	After   money `json:"balanceAfter"`
	Note    text  `json:"description"`
	By      text  `json:"initiatedBy"`
	Created stamp `json:"createdAt"`
}

// Types of a Transaction.
const (
	typeCredit = 1 // money was added
	typeDebit  = 2
)

// direct reports whether a transaction was charged at once, for a request that
// the log does not show and the spend hub reports: async images, batches, audio.
// The others sum up, per key and flush, what the log shows.
func (t Transaction) direct() bool {
	return t.Type.n == typeDebit && t.By != "AdminUser" && strings.EqualFold(string(t.Note), "Usage deducted")
}

// Provider is an upstream provider's credential.
type Provider struct {
	ID      text   `json:"id"`
	Type    text   `json:"providerType"`
	Name    text   `json:"providerName"`
	BaseURL digest `json:"baseUrl"`
	APIBase digest `json:"apiBase"` // July's word for it
	Enabled flag   `json:"isEnabled"`
	Created stamp  `json:"createdAt"`
	Updated stamp  `json:"updatedAt"`
	Keys    count  `json:"keyCount"` // not sent in July
}

// ProviderKey is one of a provider's keys.
type ProviderKey struct {
	ID      text   `json:"id"`
	Name    text   `json:"keyName"`
	Enabled flag   `json:"isEnabled"`
	Primary flag   `json:"isPrimary"`
	Secret  text   `json:"apiKey"` // masked by the gateway
	BaseURL digest `json:"baseUrl"`
	Created stamp  `json:"createdAt"`
	Updated stamp  `json:"updatedAt"`
}

// ProviderError is a failed call to a provider.
type ProviderError struct {
	Provider text  `json:"providerId"`
	Type     text  `json:"errorType"`
	Message  text  `json:"errorMessage"`
	At       stamp `json:"occurredAt"`
	Fatal    flag  `json:"isFatal"`
}

// Mapping says which provider serves a model.
type Mapping struct {
	ID       text   `json:"id"`
	Alias    text   `json:"modelAlias"`
	Model    text   `json:"modelId"` // in July the alias
	Upstream text   `json:"providerModelId"`
	Provider text   `json:"providerId"`
	Priority text   `json:"priority"`
	Enabled  flag   `json:"isEnabled"`
	Default  flag   `json:"isDefault"`
	Context  text   `json:"maxContextTokensOverride"`
	Note     digest `json:"notes"`
	Created  stamp  `json:"createdAt"`
	Updated  stamp  `json:"updatedAt"`
}

// name is what requests call the model.
func (m Mapping) name() string {
	if m.Alias != "" {
		return string(m.Alias)
	}
	return string(m.Model)
}

// Setting is a global setting. A value that is a secret is never kept: Value
// is a mask then, and print says whether it is the same one.
type Setting struct {
	Key     text
	Value   text
	Created stamp
	Updated stamp
	print   [sha256.Size]byte
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Setting) UnmarshalJSON(b []byte) error {
	var w struct {
		Key     text            `json:"key"`
		Value   json.RawMessage `json:"value"`
		Created stamp           `json:"createdAt"`
		Updated stamp           `json:"updatedAt"`
		Print   text            `json:"print"` // of the form in which it is kept
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return fmt.Errorf("setting: %w", err)
	}
	value, ok := scalar(w.Value)
	if !ok && string(w.Value) != "null" {
		value = string(w.Value)
	}
	*s = Setting{Key: w.Key, Created: w.Created, Updated: w.Updated, print: sha256.Sum256([]byte(value))}
	if hexed, kept := strings.CutPrefix(string(w.Print), digestMark); kept && len(hexed) == 2*sha256.Size {
		if _, err := hex.Decode(s.print[:], []byte(hexed)); err == nil {
			s.Value = text(value)
			return nil
		}
	}
	s.Value = text(wire.Clean(wire.Redact(string(w.Key), value)))
	return nil
}

// ModelCost is a price (August only): of which models it is, and what a million
// tokens, an image, a minute or a second cost, in the gateway's own figures.
type ModelCost struct {
	ID      text  `json:"id"`
	Name    text  `json:"costName"`
	Models  words `json:"associatedModelAliases"`
	Active  flag  `json:"isActive"`
	Input   money `json:"inputCostPerMillionTokens"`
	Output  money `json:"outputCostPerMillionTokens"`
	Cached  money `json:"cachedInputCostPerMillionTokens"`
	Written money `json:"cachedInputWriteCostPerMillionTokens"`
	Embed   money `json:"embeddingCostPerMillionTokens"`
	Image   money `json:"imageCostPerImage"`
	Video   money `json:"videoCostPerSecond"`
	Audio   money `json:"audioCostPerMinute"`
	Batch   money `json:"batchProcessingMultiplier"`
	Created stamp `json:"createdAt"`
	Updated stamp `json:"updatedAt"`
}

// Release is which version of itself a gateway runs, and since when.
type Release struct {
	Version text
	Built   text
	Started stamp
}

// UnmarshalJSON implements json.Unmarshaler: the gateway's report on itself, or
// our own form of it.
func (r *Release) UnmarshalJSON(b []byte) error {
	var w struct {
		Version struct {
			App   text `json:"appVersion"`
			Built text `json:"buildDate"`
		} `json:"version"`
		Runtime struct {
			Started stamp `json:"startTime"`
		} `json:"runtime"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	*r = Release{w.Version.App, w.Version.Built, w.Runtime.Started}
	return nil
}

// MarshalJSON implements json.Marshaler: what UnmarshalJSON reads.
func (r Release) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{
		"version": map[string]any{"appVersion": r.Version, "buildDate": r.Built},
		"runtime": map[string]any{"startTime": r.Started},
	})
}

// LogRow is a request that was paid for (August only).
type LogRow struct {
	ID       count `json:"id"`
	Key      text  `json:"virtualKeyId"`
	Model    text  `json:"modelName"`
	Cost     money `json:"cost"`
	Duration real  `json:"responseTimeMs"`
	Input    count `json:"inputTokens"`
	At       stamp `json:"timestamp"`
}

// AuditRow is a request in the billing audit (August only).
type AuditRow struct {
	ID       text  `json:"id"`
	At       stamp `json:"timestamp"`
	Type     text  `json:"eventType"`
	Key      text  `json:"virtualKeyId"`
	Provider text  `json:"providerType"` // the name of the type, or "unknown"
	Status   count `json:"httpStatusCode"`
	Cost     money `json:"calculatedCost"`
	Path     text  `json:"requestPath"`
}

// Notification is a line of the gateway's own list of notifications.
type Notification struct {
	ID       text  `json:"id"`
	Key      text  `json:"virtualKeyId"`
	KeyName  text  `json:"virtualKeyName"`
	Type     text  `json:"type"`
	Severity text  `json:"severity"`
	Message  text  `json:"message"`
	Created  stamp `json:"createdAt"`
}

// KeyCost is what a key cost in a span of time, by the request log.
type KeyCost struct {
	Key  text  `json:"virtualKeyId"`
	Cost money `json:"totalCost"`
}

// Check is the newest check of a provider by the gateway (July only).
type Check struct {
	Status   text  `json:"status"` // a number or a word
	Message  text  `json:"statusMessage"`
	Duration real  `json:"responseTimeMs"`
	At       stamp `json:"lastCheckedUtc"`
	// Endpoint is what was asked, "Unknown" if nothing really was. Only the
	// longer list of checks has it.
	Endpoint text `json:"endpointUrl"`
}

// Monitor says whether the gateway checks a provider (July only).
type Monitor struct {
	Provider text `json:"providerName"`
	On       flag `json:"monitoringEnabled"`
}

// readChecks reads an object of checks by the provider's name.
func readChecks(body []byte) (map[string]Check, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil || raw == nil {
		return nil, fmt.Errorf("%w: no object", ErrUnreadable)
	}
	checks := make(map[string]Check, len(raw))
	for name, r := range raw {
		var c Check
		if len(r) > 0 && r[0] == '{' && json.Unmarshal(r, &c) == nil {
			checks[wire.Clean(name)] = c
		}
	}
	return checks, nil
}

// readHealthy reads the gateway's self-report on its database. The two gateways
// spell it differently.
func readHealthy(body []byte) (bool, error) {
	var w struct {
		Status text `json:"status"`
	}
	if body = bytes.TrimSpace(body); len(body) == 0 || body[0] != '{' || json.Unmarshal(body, &w) != nil {
		return false, fmt.Errorf("%w: no object", ErrUnreadable)
	}
	return strings.EqualFold(string(w.Status), "healthy"), nil
}

// readCosts reads what keys cost: a list within an object.
func readCosts(body []byte) ([]KeyCost, error) {
	var w struct {
		Keys *[]KeyCost `json:"virtualKeys"`
	}
	if err := json.Unmarshal(body, &w); err != nil || w.Keys == nil {
		return nil, fmt.Errorf("%w: no costs", ErrUnreadable)
	}
	return *w.Keys, nil
}
