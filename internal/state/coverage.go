package state

import (
	"slices"

	"gatewatch/internal/event"
)

// Coverage is how a topic of a gateway, or one of its hubs, can be seen.
type Coverage struct {
	ID      string `json:"id"` // "<gateway>/spend", "<gateway>/hub:spend"
	Gateway string `json:"gateway"`
	Topic   string `json:"topic"`
	Way     string `json:"way"` // event.Way
	EveryMS int64  `json:"everyMs"`
	// Sources are what it comes from: "hub:spend" is a Link, "rest:logs" a
	// Source of the same gateway.
	Sources []string `json:"sources"`
	Reason  string   `json:"reason"`
	Since   int64    `json:"since"` // of Way and Reason
}

// maxCoverage bounds the topics of all gateways; one has about thirty.
const maxCoverage = 2000

// coverageSettles is how long a way must have been the known one for another to
// be news: at the start everything is found out, step by step.
const coverageSettles = int64(10_000)

// coverageFound folds what can be seen of a topic. It is news only if it was
// seen in another way before, for a while.
func (s *State) coverageFound(env *event.Envelope, b event.CoverageFound) bool {
	cid := id(env.Source.Gateway, b.Topic)
	old, known := s.live.Coverage[cid]
	if !known && len(s.live.Coverage) >= maxCoverage {
		s.Overflow++
		return false
	}
	c := Coverage{
		ID: cid, Gateway: string(env.Source.Gateway), Topic: b.Topic, Way: string(b.Way), EveryMS: b.EveryMS,
		Sources: append([]string{}, b.Sources...), Reason: b.Reason, Since: when(env, b.At),
	}
	if known && old.Way == c.Way && old.Reason == c.Reason {
		c.Since = old.Since
		if old.EveryMS == c.EveryMS && slices.Equal(old.Sources, c.Sources) {
			return false
		}
	}
	s.live.Coverage[cid] = c
	s.dirty.coverage[cid] = true
	return known && old.Way != c.Way && c.Since-old.Since >= coverageSettles
}
