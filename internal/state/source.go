package state

import (
	"time"

	"gatewatch/internal/event"
)

// Source is something of a gateway that is read at intervals, and how that
// goes. A value whose Source it is ("rest:keys") is as old as AnsweredAt, not
// as its last change.
type Source struct {
	ID      string `json:"id"` // "<gateway>/rest:keys"
	Gateway string `json:"gateway"`
	Source  string `json:"source"` // as values name it, such as "rest:keys"
	// Outcome is of the last time it was asked, see event.Outcome; Since is
	// when it was first so.
	Outcome string `json:"outcome"`
	Since   int64  `json:"since"`
	Cause   string `json:"cause"`
	AskedAt int64  `json:"askedAt"`
	// AnsweredAt is when it was last read well; 0: never.
	AnsweredAt int64 `json:"answeredAt"`
	// BeforeAt is the time of the good read before that one; 0: there was none.
	BeforeAt int64 `json:"beforeAt"`
	// EveryMS is the interval in force, 0 if it is not asked at intervals.
	// StaleMS is the age from which AnsweredAt makes its values stale.
	EveryMS   int64   `json:"everyMs"`
	StaleMS   int64   `json:"staleMs"`
	LatencyMS float64 `json:"latencyMs"` // of the last answer; negative: none
}

// StaleAfter is the age from which what a source said counts as old: three
// intervals, as one read may fail and the next be late, and not below what two
// missed heartbeats of the slowest stream need.
func StaleAfter(every time.Duration) time.Duration { return max(3*every, 90*time.Second) }

// maxSources bounds the sources of all gateways; one has about fifteen.
const maxSources = 1000

// asked folds one read in. It is news only if it went another way than the one
// before: every source is asked again and again.
func (s *State) asked(env *event.Envelope, b event.Asked) bool {
	gid := string(env.Source.Gateway)
	sid := id(env.Source.Gateway, env.Source.String())
	src, known := s.live.Sources[sid]
	if !known {
		if len(s.live.Sources) >= maxSources {
			s.Overflow++
			return false
		}
		src = Source{ID: sid, Gateway: gid, Source: env.Source.String()}
	}
	at := when(env, b.At)
	if env.Source.Name == event.SourceNegotiate && known && src.Outcome != string(event.OutcomeGood) && b.Outcome == event.OutcomeGood {
		m := s.partMemory(gid) // what was down brought no reports, and the next one is a minute away
		m.beat = max(m.beat, at)
	}
	news := src.Outcome != string(b.Outcome) && (known || b.Outcome != event.OutcomeGood && b.Outcome != event.OutcomeNone)
	if src.Outcome != string(b.Outcome) {
		src.Outcome, src.Since = string(b.Outcome), at
	}
	src.Cause, src.AskedAt, src.LatencyMS = b.Cause, at, b.LatencyMS
	src.EveryMS = b.EveryMS
	src.StaleMS = StaleAfter(time.Duration(b.EveryMS) * time.Millisecond).Milliseconds()
	if b.Outcome == event.OutcomeGood {
		src.BeforeAt, src.AnsweredAt = src.AnsweredAt, at
		s.synced(env, at)
		s.answered(env, at)
		s.heard(env)
	}
	s.live.Sources[sid] = src
	s.dirty.sources[sid] = true
	m := s.partMemory(gid)
	m.hear(sid, b.Parts, at)
	s.lightParts(gid, ms(env.At))
	return news
}

// fresh reports whether the source was asked lately enough to say something.
func (s Source) fresh(at int64) bool {
	return s.Outcome != "" && (s.EveryMS == 0 || at-s.AskedAt <= s.StaleMS)
}

// restLink is the connection that reads the lists of the Admin API.
const restLink = "rest"

// answered notes that the Admin API answered: no event comes that way, and
// without this its connection would look as if it brought nothing. What Core is
// asked is not its doing.
func (s *State) answered(env *event.Envelope, at int64) {
	if env.Source.Via != event.ViaREST || env.Source.Name == event.SourceNegotiate || env.Source.Name == event.SourceCoreWord {
		return
	}
	if l, known := s.live.Links[id(env.Source.Gateway, restLink)]; known && l.LastEventAt < at {
		l.LastEventAt, l.LastReceived = at, at
		s.putLink(l)
	}
}

// counted maps the lists that show how many there are of something.
var counted = map[string]event.Entity{
	"keys": event.EntityVirtualKey, "mappings": event.EntityModelMapping, "providers": event.EntityProvider,
}

// synced notes that a count was read again, though it may not have changed.
func (s *State) synced(env *event.Envelope, at int64) {
	e, is := counted[env.Source.Name]
	if !is {
		return
	}
	n, known := s.live.Nav[id(env.Source.Gateway, string(e))]
	if known && n.Count >= 0 && n.LastSync < at {
		n.LastSync = at
		s.putNav(n)
	}
}
