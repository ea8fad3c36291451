package event

import "time"

// Delivery is how we come to know of a topic.
type Delivery string

// The deliveries, best first.
const (
	DeliveryPushed      Delivery = "pushed"    // a connected hub reports it by itself
	DeliveryPolled      Delivery = "polled"    // it is read at intervals
	DeliveryUnavailable Delivery = "none"      // this gateway does not report it, or not now
	DeliveryForbidden   Delivery = "forbidden" // our keys do not open it, or there is none
)

// DeliveryChanged says how one topic of a gateway, or one of its hubs, can be
// seen. It is reported when that was found out and whenever it becomes another.
type DeliveryChanged struct {
	// Topic is what can be seen ("spend"), or a hub ("hub:spend").
	Topic    string   `json:"topic"`
	Delivery Delivery `json:"way"`
	// IntervalMS is the interval of reads, if it is (also) read; else 0.
	EveryMS int64 `json:"everyMs"`
	// Sources are what it comes from, as Source.String writes them.
	Sources []string `json:"sources,omitempty"`
	// Reason is a sentence or two for a person: why not better than Delivery says,
	// and what is missing in it. "" if nothing needs to be said.
	Reason string `json:"reason,omitempty"`
	// Partly is true where what is pushed is not all, and the rest is not read.
	Partly bool      `json:"partly,omitempty"`
	At     time.Time `json:"at,omitzero"`
}

// Kind implements Event.
func (DeliveryChanged) Kind() Kind { return "coverage.found" }

var _ = register[DeliveryChanged]()
