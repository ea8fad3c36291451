package event

import "time"

// Plane is the API of a gateway that a hub belongs to.
type Plane string

// The planes.
const (
	PlaneCore  Plane = "core"
	PlaneAdmin Plane = "admin"
)

// LinkState is where a connection to a hub is in its life:
//
//	disconnected ──▶ connecting ──▶ connected
//	      ▲              │  ▲           │ lost
//	   by hand           ▼  │           ▼
//	      └────────── error │◀── reconnecting
//
// Error means that trying again soon cannot mend it (see LinkChanged.Class).
type LinkState string

// The states.
const (
	LinkDisconnected LinkState = "disconnected"
	LinkConnecting   LinkState = "connecting"
	LinkConnected    LinkState = "connected"
	LinkReconnecting LinkState = "reconnecting"
	LinkError        LinkState = "error"
)

// LinkChanged says that our connection to one hub changed its state.
type LinkChanged struct {
	Hub   string    `json:"hub"` // such as "spend"
	Plane Plane     `json:"plane"`
	State LinkState `json:"state"`
	// Class sorts the cause: "network", "gateway_down", "rate_limited", "auth",
	// "forbidden", "misconfigured", "tls", "no_tls", "server_closed", "too_big", "not_sticky",
	// "unsupported", "rejected", "idle" (disconnected because nothing is wanted of it), "keychain"
	// (the keychain withholds the key), "no_key" (nobody has it), "" where there is
	// none.
	Class string `json:"class,omitempty"`
	// Cause is a sentence for a person, without secrets.
	Cause string `json:"cause,omitempty"`
	// Attempt counts from 1 since the connection was last up; 0 when up.
	Attempt int `json:"attempt,omitempty"`
	// NextAt is when the next attempt is made; zero if none is planned.
	NextAt    time.Time `json:"nextAt,omitzero"`
	Transport string    `json:"transport,omitempty"` // once connected
	At        time.Time `json:"at,omitzero"`
}

// LinksReset says that the connections to a gateway that were reported so far
// are no more: it is not watched now, or by new ones. How its keys were watched
// went with them.
type LinksReset struct {
	At time.Time `json:"at,omitzero"`
}

// LinkMeasured reports the counters of a connection, now and then.
type LinkMeasured struct {
	Hub          string    `json:"hub"`
	Plane        Plane     `json:"plane"`
	Events       uint64    `json:"events"`                // delivered to us since start
	Bytes        uint64    `json:"bytes"`                 // received since start
	Unrecognised uint64    `json:"unrecognised"`          // unknown target or unreadable
	BadFrames    uint64    `json:"badFrames"`             // malformed, empty, unknown type
	Dropped      uint64    `json:"dropped"`               // given up because we were slow
	Connects     uint64    `json:"connects"`              // successful connections
	RoundTripMS  float64   `json:"roundTripMs"`           // of the last probe; negative if none
	LastReceived time.Time `json:"lastReceived,omitzero"` // of anything
	LastEvent    time.Time `json:"lastEvent,omitzero"`    // of an event, whether it says anything or not
	At           time.Time `json:"at,omitzero"`
}

// Resynchronised says that a link is up again after a gap (first is false) or
// for the first time, that its subscriptions are made and what could be read
// anew was read.
type Resynchronised struct {
	Hub   string `json:"hub"`
	Plane Plane  `json:"plane"`
	First bool   `json:"first"`
	// GapMS is how long nothing came, in milliseconds; 0 on first.
	GapMS int64 `json:"gapMs"`
	// Reason is "reconnected" or "backlog_dropped".
	Reason string    `json:"reason"`
	At     time.Time `json:"at,omitzero"`
}

// BacklogDropped says that we were too slow and gave up Count queued messages
// rather than make the gateway wait.
type BacklogDropped struct {
	Hub   string    `json:"hub"`
	Plane Plane     `json:"plane"`
	Count int       `json:"count"`
	At    time.Time `json:"at,omitzero"`
}

// Unrecognised says that something came that this version cannot read. It is
// shown, counted and kept, never silently dropped.
type Unrecognised struct {
	Hub    string `json:"hub"`
	Target string `json:"target"` // cleaned of control characters, at most 100 runes
	Reason string `json:"reason"`
	// Sample is the beginning of the payload as text, cleaned and redacted,
	// at most 200 runes.
	Sample string    `json:"sample,omitempty"`
	Bytes  int       `json:"bytes"`
	At     time.Time `json:"at,omitzero"`
}

// Kind implements Event.
func (LinkChanged) Kind() Kind { return "link.changed" }

// Kind implements Event.
func (LinkMeasured) Kind() Kind { return "link.measured" }

// Kind implements Event.
func (Resynchronised) Kind() Kind { return "link.resynchronised" }

// Kind implements Event.
func (LinksReset) Kind() Kind { return "link.reset" }

// Kind implements Event.
func (BacklogDropped) Kind() Kind { return "link.backlog_dropped" }

// Kind implements Event.
func (Unrecognised) Kind() Kind { return "unrecognised" }

var (
	_ = register[LinkChanged]()
	_ = register[LinkMeasured]()
	_ = register[Resynchronised]()
	_ = register[LinksReset]()
	_ = register[BacklogDropped]()
	_ = register[Unrecognised]()
)
