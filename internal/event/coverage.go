package event

import "time"

// Way is how we come to know of a topic.
type Way string

// The ways, best first.
const (
	WayPushed    Way = "pushed"    // a connected hub tells it by itself
	WayPolled    Way = "polled"    // it is read at intervals
	WayNone      Way = "none"      // this gateway does not tell it, or not now
	WayForbidden Way = "forbidden" // our keys do not open it, or there is none
)

// CoverageFound says how one topic of a gateway, or one of its hubs, can be
// seen. It is told when that was found out and whenever it becomes another.
type CoverageFound struct {
	// Topic is what can be seen ("spend"), or a hub ("hub:spend").
	Topic string `json:"topic"`
	Way   Way    `json:"way"`
	// EveryMS is the interval of reads, if it is (also) read; else 0.
	EveryMS int64 `json:"everyMs"`
	// Sources are what it comes from, as Source.String writes them.
	Sources []string `json:"sources,omitempty"`
	// Reason is a sentence or two for a person: why not better than Way says,
	// and what is missing in it. "" if nothing needs to be said.
	Reason string    `json:"reason,omitempty"`
	At     time.Time `json:"at"`
}

// Kind implements Event.
func (CoverageFound) Kind() Kind { return "coverage.found" }

var _ = register[CoverageFound]()
