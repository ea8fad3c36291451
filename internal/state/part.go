package state

import (
	"time"

	"gatewatch/internal/event"
)

// Part is a light: how one part of a gateway is, from what was seen.
type Part struct {
	ID      string `json:"id"` // "<gateway>/redis"
	Gateway string `json:"gateway"`
	Part    string `json:"part"` // event.Part
	// Health is "healthy", "degraded", "unhealthy" or "unknown".
	Health string `json:"health"`
	// Reason is a sentence: what was seen, or why nothing is known. "" if it is
	// well.
	Reason string `json:"reason"`
	// Because is the part whose trouble explains this one's; "" if its own.
	Because string `json:"because"`
	Since   int64  `json:"since"` // of Health
	// SeenAt is when a sign of it was last seen, good or bad; 0: never.
	SeenAt int64 `json:"seenAt"`
}

// withoutDatabase are lists that answer, empty, without the database.
var withoutDatabase = map[string]bool{"logs": true, event.SourceFailures: true, event.SourceParts: true, event.SourceNegotiate: true, event.SourceCoreWord: true}

// parts lists the lights in the order they are shown.
var parts = []event.Part{event.PartCore, event.PartAdmin, event.PartDatabase, event.PartRedis, event.PartEventBus}

// statisticsLate is how long the report that a gateway sends each minute may
// be missing: it says that events arrive, which pings do not.
const statisticsLate = 90 * time.Second

// webhooks is the hub that it comes by.
const webhooks = "webhooks"

// partMemory is what lights remember of a gateway beyond its sources.
type partMemory struct {
	words map[event.Part]partWord // the gateway's own, newest
	beats bool                    // its report came at least once
	beat  int64                   // since when it is waited for: the last one, or the connection's begin
}

type partWord struct {
	event.PartWord
	from string // the source; once that does not answer, its word is worth nothing
	at   int64
}

func (s *State) partMemory(gateway string) *partMemory {
	m := s.parts[gateway]
	if m == nil {
		m = &partMemory{words: map[event.Part]partWord{}}
		s.parts[gateway] = m
	}
	return m
}

// hear notes what a gateway says of its parts.
func (m *partMemory) hear(from string, words []event.PartWord, at int64) {
	for _, w := range words {
		m.words[w.Part] = partWord{w, from, at}
	}
}

// partReported folds a gateway's word on its database, which is read; what it
// says of other parts is its own alert's matter.
func (s *State) partReported(env *event.Envelope, b event.PartReported) {
	if env.Source.Via != event.ViaREST {
		return
	}
	gid := string(env.Source.Gateway)
	s.partMemory(gid).hear(id(env.Source.Gateway, env.Source.String()),
		[]event.PartWord{{Part: event.Part(b.Part), Health: b.Health, Text: b.Error}}, when(env, b.At))
	s.lightParts(gid, ms(env.At))
}

// awaitBeats begins to wait for the gateway's report: its connection is new, or
// the report came.
func (s *State) awaitBeats(gateway string, at int64, came bool) {
	m := s.partMemory(gateway)
	m.beat, m.beats = max(m.beat, at), m.beats || came
	s.lightParts(gateway, at)
}

// tickParts looks at all lights, as signs become old and reports late. after
// is how long ago that was done: much later than planned means that the
// machine slept, and then nothing was late.
func (s *State) tickParts(at int64, after time.Duration) {
	for gid, m := range s.parts {
		if _, watched := s.live.Gateways[gid]; !watched {
			delete(s.parts, gid)
			continue
		}
		if after > 2*time.Minute {
			m.beat = at
		}
		s.lightParts(gid, at)
	}
}

// nextPart is when a light may change by time alone.
func (s *State) nextPart(next time.Time) time.Time {
	for gid, m := range s.parts {
		if !m.beats || s.live.Links[gid+"/"+webhooks].State != string(event.LinkConnected) {
			continue
		}
		if late := time.UnixMilli(m.beat).Add(statisticsLate + time.Second); late.Before(next) && late.After(time.UnixMilli(s.tickedAt)) {
			next = late
		}
	}
	return next
}

// lightParts judges a gateway's parts by all that was seen of them.
func (s *State) lightParts(gateway string, at int64) {
	if _, watched := s.live.Gateways[gateway]; !watched {
		return
	}
	lights := s.evidence(gateway, at).judge()
	if s.live.Parts[gateway+"/"+string(event.PartRedis)].Health == string(event.HealthUnhealthy) && lights[event.PartRedis].health == event.HealthHealthy {
		s.partMemory(gateway).beat = at // the report that it held back is on its way
		lights = s.evidence(gateway, at).judge()
	}
	for _, p := range parts {
		pid, now := gateway+"/"+string(p), lights[p]
		old, known := s.live.Parts[pid]
		if !known || old.Health != string(now.health) {
			old.Since = at
		}
		next := Part{
			ID: pid, Gateway: gateway, Part: string(p), Health: string(now.health), Reason: now.reason,
			Because: string(now.because), Since: old.Since, SeenAt: max(now.at, old.SeenAt),
		}
		if next != s.live.Parts[pid] {
			s.live.Parts[pid] = next
			s.dirty.parts[pid] = true
		}
	}
}
