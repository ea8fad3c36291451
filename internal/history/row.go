package history

import (
	"encoding/json"
	"time"

	"gatewatch/internal/event"
)

// The rows. Times are kept to the millisecond; the zero time is kept as such.
// Body fields are JSON that history does not look into; nil is kept as null.

// Event is one stored event.
type Event struct {
	// Seq ascends over all runs: the envelope's number plus DB.SeqBase.
	Seq      int64           `json:"seq"`
	At       time.Time       `json:"at"`
	Gateway  event.GatewayID `json:"gateway"`
	Kind     event.Kind      `json:"kind"`
	Severity event.Severity  `json:"severity"`
	Source   string          `json:"source"` // "hub:spend", "rest:logs", "computed"
	// Key, Provider and Task are what it is about, "" where it is not.
	Key      event.KeyID  `json:"key,omitempty"`
	Provider string       `json:"provider,omitempty"`
	Task     event.TaskID `json:"task,omitempty"`
	Text     string       `json:"text"` // one plain sentence
	// Body is the fact as event.Decode reads it. A fact larger than 256 KiB is
	// kept as {}.
	Body json.RawMessage `json:"body"`
}

// KindGap is the kind of a row that stands for events which were not kept. Its
// body is a Gap; event.Decode does not know it.
const KindGap event.Kind = "history.gap"

// Gap says how many events were not kept, and of which time.
type Gap struct {
	Count    int64  `json:"count"`
	FirstSeq uint64 `json:"firstSeq"` // the engine's numbers
	LastSeq  uint64 `json:"lastSeq"`
	From     int64  `json:"from"` // Unix milliseconds
	To       int64  `json:"to"`
}

// Spend is one accepted booking, or several of one hour.
type Spend struct {
	Gateway  event.GatewayID
	Key      event.KeyID
	Model    string
	Provider string
	At       time.Time
	Amount   event.NanoUSD
	Requests int64 // 0 counts as 1
}

// Instance is one alert: a rule on one entity, in one epoch.
type Instance struct {
	Fingerprint string          `json:"fingerprint"`
	Rule        string          `json:"rule"`
	Gateway     event.GatewayID `json:"gateway"`
	Category    string          `json:"category"`
	EntityKind  string          `json:"entityKind"`
	Entity      string          `json:"entity"`
	Epoch       string          `json:"epoch,omitempty"`
	Severity    event.Severity  `json:"severity"`
	Status      string          `json:"status"` // pending, firing, recovering, resolved
	// Incident is what it belongs to; "" for none.
	Incident  string    `json:"incident,omitempty"`
	Title     string    `json:"title"`
	Since     time.Time `json:"since"`
	EndedAt   time.Time `json:"endedAt,omitzero"` // zero while it lasts
	UpdatedAt time.Time `json:"updatedAt"`
	// Body is the whole of it, to load it from.
	Body json.RawMessage `json:"body,omitempty"`
}

// TimelineEntry is one thing that happened in an incident.
type TimelineEntry struct {
	ID          int64          `json:"id"` // given by history
	Incident    string         `json:"incident"`
	Fingerprint string         `json:"fingerprint,omitempty"`
	At          time.Time      `json:"at"`
	What        string         `json:"what"` // such as "firing", "acknowledged"
	Severity    event.Severity `json:"severity"`
	Text        string         `json:"text"`
}

// Incident is the alerts that are told together, with what happened to them.
type Incident struct {
	ID        string          `json:"id"`
	Gateway   event.GatewayID `json:"gateway"`
	Category  string          `json:"category"`
	Severity  event.Severity  `json:"severity"` // the worst of its instances
	Title     string          `json:"title"`    // of the worst instance
	Since     time.Time       `json:"since"`
	EndedAt   time.Time       `json:"endedAt,omitzero"` // zero while any lasts
	UpdatedAt time.Time       `json:"updatedAt"`
	Instances []Instance      `json:"instances"` // oldest first
	Timeline  []TimelineEntry `json:"timeline"`  // oldest first
	Decisions []Decision      `json:"decisions"` // oldest first
}

// Decision says that the user was told of an alert or was not, and why.
type Decision struct {
	ID          int64          `json:"id"` // given by history
	Fingerprint string         `json:"fingerprint"`
	Incident    string         `json:"incident,omitempty"`
	At          time.Time      `json:"at"`
	Reason      string         `json:"reason"` // a code, such as "first" or "quiet_hours"
	Told        bool           `json:"told"`
	Severity    event.Severity `json:"severity"`
	// Title and Text are the notice as it was or would have been shown.
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Said is one telling: intended before it is tried, delivered after it worked.
type Said struct {
	ID          int64          `json:"id"` // given by Intend
	Fingerprint string         `json:"fingerprint"`
	Epoch       string         `json:"epoch,omitempty"`
	Severity    event.Severity `json:"severity"`
	IntendedAt  time.Time      `json:"intendedAt"`
	// DeliveredAt is zero until it was shown.
	DeliveredAt time.Time `json:"deliveredAt,omitzero"`
	// GivenUp says why it will not be tried again, such as "digest" or
	// "not permitted"; "" if it was delivered or is still to be.
	GivenUp string `json:"givenUp,omitempty"`
	// Body is what Intend was given, such as the notice.
	Body json.RawMessage `json:"body,omitempty"`
}

// Silence is the user's wish not to hear of something until a time: a snooze
// or a silence.
type Silence struct {
	ID    string `json:"id"`
	Scope string `json:"scope"` // instance, entity, category, gateway, all
	// Target is what is silenced within the scope, such as a fingerprint.
	Target    string          `json:"target"`
	Gateway   event.GatewayID `json:"gateway,omitempty"`
	CreatedAt time.Time       `json:"createdAt"`
	// Until is when it ends; zero: when what it is about is resolved.
	Until time.Time `json:"until,omitzero"`
	// Critical is true if it also covers what is critical.
	Critical bool            `json:"critical"`
	Note     string          `json:"note,omitempty"`
	Body     json.RawMessage `json:"body,omitempty"`
}

// Ack says that the user has seen an alert.
type Ack struct {
	Fingerprint string          `json:"fingerprint"`
	By          string          `json:"by,omitempty"`
	Note        string          `json:"note,omitempty"`
	At          time.Time       `json:"at"`
	Until       time.Time       `json:"until,omitzero"` // zero: until resolved
	Severity    event.Severity  `json:"severity"`       // when it was seen
	Body        json.RawMessage `json:"body,omitempty"`
}
