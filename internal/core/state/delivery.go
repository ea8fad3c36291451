package state

import (
	"slices"

	"gatewatch/internal/core/event"
)

// TopicDelivery is how a topic of a gateway, or one of its hubs, can be seen.
type TopicDelivery struct {
	ID         string `json:"id"` // "<gateway>/spend", "<gateway>/hub:spend"
	Gateway    string `json:"gateway"`
	Topic      string `json:"topic"`
	Delivery   string `json:"delivery"` // event.Delivery
	IntervalMS int64  `json:"intervalMs"`
	// Sources are what it comes from: "hub:spend" is a Link, "rest:logs" a
	// Source of the same gateway.
	Sources []string `json:"sources"`
	Reason  string   `json:"reason"`
	Partly  bool     `json:"partly"` // what is pushed is not all, and the rest is not read
	Since   int64    `json:"since"`  // of Delivery and Reason
}

// maxDeliveries bounds the topics of all gateways; one has about thirty.
const maxDeliveries = 2000

// deliveryGracePeriod is how long a delivery must have been the known one for another to
// be news: at the start everything is found out, step by step.
const deliveryGracePeriod = int64(10_000)

// foldDelivery folds how topics can be seen in.
func (s *State) foldDelivery(env *event.Envelope) (known, news bool) {
	if b, is := env.Body.(event.DeliveryChanged); is {
		return true, s.deliveryChanged(env, b)
	}
	return false, false
}

// deliveryChanged folds what can be seen of a topic. It is news only if it was
// delivered otherwise before, for a while.
func (s *State) deliveryChanged(env *event.Envelope, b event.DeliveryChanged) bool {
	cid := id(env.Source.Gateway, b.Topic)
	old, known := s.live.Deliveries[cid]
	if !known && len(s.live.Deliveries) >= maxDeliveries {
		s.Overflow++
		return false
	}
	c := TopicDelivery{
		ID: cid, Gateway: string(env.Source.Gateway), Topic: b.Topic, Delivery: string(b.Delivery), IntervalMS: b.EveryMS,
		Sources: append([]string{}, b.Sources...), Reason: b.Reason, Partly: b.Partly, Since: eventTime(env, b.At),
	}
	if known && old.Delivery == c.Delivery && old.Reason == c.Reason && old.Partly == c.Partly {
		c.Since = old.Since
		if old.IntervalMS == c.IntervalMS && slices.Equal(old.Sources, c.Sources) {
			return false
		}
	}
	s.live.Deliveries[cid] = c
	s.dirty.deliveries[cid] = true
	if b.Topic == "spend" {
		s.moneyOf(env.Source.Gateway).partly = b.Partly
	}
	s.showAnew(string(env.Source.Gateway))
	return known && old.Delivery != c.Delivery && c.Since-old.Since >= deliveryGracePeriod
}
