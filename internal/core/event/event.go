// Package event declares every event that a gateway can report, in Gatewatch's
// own words: what happened, not how it was sent. Decoding of the wire is not
// done here (package wire), and nothing here has a clock, a lock or a
// goroutine.
package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Event is something that a gateway reported: a past-tense struct of this package. The set is closed:
// only types that are registered here can be one.
type Event interface {
	// Kind is the name of the event on disk and in JSON lines.
	Kind() Kind
}

// Kind names an event, such as "spend.recorded".
type Kind string

// Severity says how much something matters to the reader.
type Severity string

// The severities, least first. The zero value counts as SeverityInfo.
const (
	SeverityInfo     Severity = "info"
	SeverityWarning  Severity = "warning"
	SeverityCritical Severity = "critical"
)

// Rank numbers severities: 0 info, 1 warning, 2 critical.
func (s Severity) Rank() int {
	switch s {
	case SeverityCritical:
		return 2
	case SeverityWarning:
		return 1
	case SeverityInfo:
		return 0
	}
	return 0
}

// Identifiers. Gateways send numbers or words; both are kept as text.
type (
	// GatewayID names a gateway profile of ours; it is never empty.
	GatewayID string
	// KeyID is a virtual key's id, in decimal if the gateway counts.
	KeyID string
	// GroupID is a virtual key group's id.
	GroupID string
	// ProviderID is an upstream provider's id.
	ProviderID string
	// TaskID is an asynchronous task's id.
	TaskID string
)

// Via says by which way an event came.
type Via string

// The values of Via.
const (
	ViaHub      Via = "hub"      // pushed by a hub
	ViaREST     Via = "rest"     // read over REST
	ViaComputed Via = "computed" // concluded by us
)

// Source says whence an event came.
type Source struct {
	Gateway GatewayID
	Via     Via
	// Name is the hub ("spend") or the REST topic ("logs"); empty for computed.
	Name string
	// Key is whose virtual key the connection uses, if that is known: spend
	// events of a real gateway do not name their key.
	Key KeyID
	// Slot is our name of that key, where several are watched: it reports their
	// connections apart. "" otherwise.
	Slot string
}

// String is the form used in JSON lines: "hub:spend", "rest:logs", "computed".
func (s Source) String() string {
	if s.Name == "" {
		return string(s.Via)
	}
	return string(s.Via) + ":" + s.Name
}

// Envelope is an event with its number, time and origin. Seq is given by the
// engine, ascending from 1; At is when the event reached us (the gateway's own
// time, where it sent one, is in the body).
type Envelope struct {
	Seq    uint64
	At     time.Time
	Source *Source // never nil, never changed: all events of one origin share it
	Body   Event
}

// ErrUnknownKind is returned by Decode for a kind that this version does not
// know; such rows on disk are skipped and counted.
var ErrUnknownKind = errors.New("event: unknown kind")

var decoders = map[Kind]func([]byte) (Event, error){}

// register makes T decodable by its kind. Called from var blocks only.
func register[T Event]() struct{} {
	var zero T
	k := zero.Kind()
	if _, twice := decoders[k]; twice {
		panic("event: kind registered twice: " + string(k))
	}
	decoders[k] = func(b []byte) (Event, error) {
		var v T
		err := json.Unmarshal(b, &v)
		return v, err
	}
	return struct{}{}
}

// Kinds lists every kind, sorted.
func Kinds() []Kind {
	ks := make([]Kind, 0, len(decoders))
	for k := range decoders {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}

// Decode reads the JSON form of an event, as written by json.Marshal.
func Decode(k Kind, b []byte) (Event, error) {
	d, ok := decoders[k]
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrUnknownKind, k)
	}
	e, err := d(b)
	if err != nil {
		return nil, fmt.Errorf("event: decode %s: %w", k, err)
	}
	return e, nil
}
