package history

import (
	"encoding/json"
	"time"

	"gatewatch/internal/core/event"
)

// The rows. Times are kept to the millisecond; the zero time is kept as such.
// Body fields are JSON that history does not look into; nil is kept as null.

// Event is one stored event.
type Event struct {
	// Seq ascends over all runs: the envelope's number plus DB.SeqBase.
	Seq      int64           `json:"seq"`
	At       time.Time       `json:"at,omitzero"`
	Gateway  event.GatewayID `json:"gateway"`
	Kind     event.Kind      `json:"kind"`
	Severity event.Severity  `json:"severity"`
	Source   string          `json:"source"` // "hub:spend", "rest:logs", "computed"
	// Key, Provider and Task are what it is about, "" where it is not.
	Key      event.KeyID  `json:"key,omitempty"`
	Provider string       `json:"provider,omitempty"`
	Task     event.TaskID `json:"task,omitempty"`
	Text     string       `json:"text"` // one plain sentence
	// Body is the event as event.Decode reads it. An event larger than 256 KiB is
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

// Spend is one accepted spend, or several of one hour.
type Spend struct {
	Gateway  event.GatewayID
	Key      event.KeyID
	Model    string
	Provider string
	At       time.Time
	Amount   event.NanoUSD
	Requests int64 // 0 counts as 1
}

// Alert is one alert: a rule on one entity, in one budget period.
type Alert struct {
	Fingerprint string          `json:"fingerprint"`
	Rule        string          `json:"rule"`
	Gateway     event.GatewayID `json:"gateway"`
	Category    string          `json:"category"`
	EntityKind  string          `json:"entityKind"`
	Entity      string          `json:"entity"`
	Period      string          `json:"period,omitempty"`
	Severity    event.Severity  `json:"severity"`
	Status      string          `json:"status"` // pending, firing, recovering, resolved
	// Incident is what it belongs to; "" for none: it was never raised.
	Incident string `json:"incident,omitempty"`
	// Spell numbers the times at which it was open; it grows. A time that is over is closed.
	Spell     int64     `json:"spell,omitempty"`
	Title     string    `json:"title"`
	Since     time.Time `json:"since,omitzero"`
	EndedAt   time.Time `json:"endedAt,omitzero"` // zero while it lasts
	UpdatedAt time.Time `json:"updatedAt,omitzero"`
	// Body is the whole of it, to load it from.
	Body json.RawMessage `json:"body,omitempty"`
}

// TimelineEntry is one step of an incident.
type TimelineEntry struct {
	ID          int64          `json:"id"` // given by history
	Incident    string         `json:"incident"`
	Fingerprint string         `json:"fingerprint,omitempty"`
	At          time.Time      `json:"at,omitzero"`
	What        string         `json:"what"` // such as "firing", "acknowledged"
	Severity    event.Severity `json:"severity"`
	Text        string         `json:"text"`
}

// Incident is alerts of one cause that were open at the same time, with what happened to them.
type Incident struct {
	ID        string          `json:"id"`
	Gateway   event.GatewayID `json:"gateway"`
	Category  string          `json:"category"`
	Severity  event.Severity  `json:"severity"` // the worst of its alerts
	Title     string          `json:"title"`    // of the alert that is the cause, else of the worst
	Since     time.Time       `json:"since,omitzero"`
	EndedAt   time.Time       `json:"endedAt,omitzero"` // zero while any lasts
	UpdatedAt time.Time       `json:"updatedAt,omitzero"`
	Alerts    []Alert         `json:"alerts"`    // as they were in it, oldest first
	Timeline  []TimelineEntry `json:"timeline"`  // oldest first
	Decisions []Decision      `json:"decisions"` // oldest first
}

// Decision says that the user was notified of an alert or was not, and why.
type Decision struct {
	ID          int64          `json:"id"` // given by history
	Fingerprint string         `json:"fingerprint"`
	Incident    string         `json:"incident,omitempty"`
	At          time.Time      `json:"at,omitzero"`
	Reason      string         `json:"reason"` // a code, such as "first" or "quiet_hours"
	Notified    bool           `json:"notified"`
	Severity    event.Severity `json:"severity"`
	// Title and Text are the notification as it was or would have been shown.
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Notification is an entry of the notification log: intended before it is tried, delivered after it worked.
type Notification struct {
	ID          int64          `json:"id"` // given by Intend
	Fingerprint string         `json:"fingerprint"`
	Period      string         `json:"period,omitempty"`
	Severity    event.Severity `json:"severity"`
	IntendedAt  time.Time      `json:"intendedAt,omitzero"`
	// DeliveredAt is zero until it was shown.
	DeliveredAt time.Time `json:"deliveredAt,omitzero"`
	// GivenUp says why it will not be tried again, such as "digest" or
	// "not permitted"; "" if it was delivered or is still to be.
	GivenUp string `json:"givenUp,omitempty"`
	// Body is what LogIntended was given, such as the notification.
	Body json.RawMessage `json:"body,omitempty"`
}

// Silence is what the user wants no notification of until a time
// or a silence.
type Silence struct {
	ID    string `json:"id"`
	Scope string `json:"scope"` // instance, entity, category, gateway, all
	// Target is what is silenced within the scope, such as a fingerprint.
	Target    string          `json:"target"`
	Gateway   event.GatewayID `json:"gateway,omitempty"`
	CreatedAt time.Time       `json:"createdAt,omitzero"`
	// Until is when it ends; zero: when what it is about is resolved.
	Until time.Time `json:"until,omitzero"`
	// Critical is true if it also covers what is critical.
	Critical bool            `json:"critical"`
	Note     string          `json:"note,omitempty"`
	Body     json.RawMessage `json:"body,omitempty"`
}
