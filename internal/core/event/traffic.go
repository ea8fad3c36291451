package event

import "time"

// Measurement is an event that is measured over and over. It is folded in, shown
// and evaluated, but it is no news: no list has it and no history keeps it.
type Measurement interface {
	Event
	measured()
}

// Traffic is the traffic of one span of time. The zero value is no traffic.
type Traffic struct {
	Requests int `json:"requests"`
	Failed   int `json:"failed"` // of these, by no fault of the caller (HTTP 5xx)
}

// TrafficMeasured says what the gateway's own books show of the requests to
// one provider.
type TrafficMeasured struct {
	Provider ProviderID `json:"provider"`
	Name     string     `json:"name,omitempty"`
	// ProviderType is what its gateway calls its type of provider where it names no
	// provider, such as "OpenAICompatible"; "" where unknown.
	ProviderType string `json:"sort,omitempty"`
	// Recent is the last five minutes, or since the provider was changed, without
	// requests that the caller got wrong (HTTP 4xx); Hour is all of the last hour.
	Recent Traffic `json:"recent"`
	Hour   Traffic `json:"hour"`
	// Shared is true if Recent and Hour are of all providers of its type: the
	// gateway names the type only, and there are several.
	Shared bool `json:"shared,omitempty"`
	// P95MS is how long all but the slowest twentieth of the requests of the
	// last five minutes took, BaselineP95MS the same of up to seven days; negative
	// where too few are known to be of this provider.
	P95MS         float64 `json:"p95Ms"`
	BaselineP95MS float64 `json:"usualP95"`
	// LastFailed is the newest failure since the provider was changed, zero if
	// there is none known; Served counts what succeeded since. Row are the
	// failures since the newest success, RowSince is the first of them. A
	// provider whose successes nobody can tell from others' has no Row.
	LastFailed time.Time `json:"lastFailed,omitzero"`
	Served     int       `json:"served,omitempty"`
	Row        int       `json:"row,omitempty"`
	RowSince   time.Time `json:"rowSince,omitzero"`
	At         time.Time `json:"at,omitzero"`
}

// KeyTraffic is what one virtual key asked for.
type KeyTraffic struct {
	Key KeyID `json:"key"`
	Traffic
	// PaidErrors are requests that ended in an error and were charged all the
	// same, PaidFor what they cost.
	PaidErrors int     `json:"paidErrors,omitempty"`
	PaidFor    NanoUSD `json:"paidFor,omitempty"`
}

// AuditMeasured says what the gateway's billing audit shows of the last hour.
type AuditMeasured struct {
	// Calls are generation calls that succeeded; Uncharged of them streamed an
	// answer without usage numbers, so that nobody paid for them.
	Calls     int     `json:"calls"`
	Uncharged int     `json:"uncharged"`
	All       Traffic `json:"all"`
	// Keys are those with any request, at most 1000, by id.
	Keys []KeyTraffic `json:"keys,omitempty"`
	// Since is from when on the audit was read; later than an hour ago for a
	// while after a start, or on a gateway that is busier than can be read.
	Since time.Time `json:"since,omitzero"`
	At    time.Time `json:"at,omitzero"`
}

// ModelsRead says which models a provider serves: all of them, as of a read.
type ModelsRead struct {
	Provider ProviderID `json:"provider"`
	Name     string     `json:"name,omitempty"`
	Models   []string   `json:"models"` // by the provider's own names, sorted
	// Served is how many models callers can ask of it, by the gateway's names;
	// Uncovered of them no other provider serves.
	Served          int       `json:"served"`
	WithoutFallback int       `json:"uncovered"`
	Aliases         []string  `json:"aliases,omitempty"` // the gateway's names that lead to it, also while it is off; sorted
	At              time.Time `json:"at,omitzero"`
}

// ModelsRetired says that no mapping leads to these models of a provider any
// more.
type ModelsRetired struct {
	Provider ProviderID `json:"provider"`
	Name     string     `json:"name,omitempty"`
	Models   []string   `json:"models"`
	At       time.Time  `json:"at,omitzero"`
}

// CredentialRejected says that a provider refuses the gateway's credential, or
// will not serve it for want of money, and that it is in service nonetheless.
type CredentialRejected struct {
	Provider ProviderID `json:"provider"`
	Name     string     `json:"name,omitempty"`
	Reason   string     `json:"reason"`           // as the gateway calls it, such as "InsufficientBalance"
	Status   int        `json:"status,omitempty"` // HTTP; 0 where unknown
	Count    int        `json:"count"`            // within ten minutes
	Since    time.Time  `json:"since,omitzero"`   // the first of these
	At       time.Time  `json:"at,omitzero"`      // the last
}

// CredentialAccepted says that a request to a provider succeeded after the
// last refusal.
type CredentialAccepted struct {
	Provider ProviderID `json:"provider"`
	Name     string     `json:"name,omitempty"`
	At       time.Time  `json:"at,omitzero"` // of the request
}

// Kind implements Event.
func (TrafficMeasured) Kind() Kind { return "traffic.measured" }

// Kind implements Event.
func (AuditMeasured) Kind() Kind { return "audit.measured" }

// Kind implements Event.
func (ModelsRead) Kind() Kind { return "models.read" }

// Kind implements Event.
func (ModelsRetired) Kind() Kind { return "models.retired" }

// Kind implements Event.
func (CredentialRejected) Kind() Kind { return "credential.rejected" }

// Kind implements Event.
func (CredentialAccepted) Kind() Kind { return "credential.accepted" }

func (TrafficMeasured) measured() {}
func (AuditMeasured) measured()   {}
func (ModelsRead) measured()      {}

var (
	_ = register[TrafficMeasured]()
	_ = register[AuditMeasured]()
	_ = register[ModelsRead]()
	_ = register[ModelsRetired]()
	_ = register[CredentialRejected]()
	_ = register[CredentialAccepted]()

	_ Measurement = TrafficMeasured{}
	_ Measurement = AuditMeasured{}
	_ Measurement = ModelsRead{}
)
