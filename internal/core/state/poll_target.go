package state

import (
	"time"

	"gatewatch/internal/core/event"
)

// PollTarget is something of a gateway that is read at intervals, and how that
// goes. A value whose Source it is ("rest:keys") is as old as SucceededAt, not
// as its last change.
type PollTarget struct {
	ID      string `json:"id"` // "<gateway>/rest:keys"
	Gateway string `json:"gateway"`
	Source  string `json:"source"` // as values name it, such as "rest:keys"
	// Outcome is of the last time it was asked, see event.Outcome; Since is
	// when it was first so.
	Outcome string `json:"outcome"`
	Since   int64  `json:"since"`
	// Times is how often in a row it was so.
	Times    int64  `json:"times"`
	Cause    string `json:"cause"`
	PolledAt int64  `json:"polledAt"`
	// SucceededAt is when it was last read well; 0: never.
	SucceededAt int64 `json:"succeededAt"`
	// PreviousSuccessAt is the time of the good read before that one; 0: there was none.
	PreviousSuccessAt int64 `json:"previousSuccessAt"`
	// IntervalMS is the interval in force, 0 if it is not asked at intervals.
	// StaleAfterMS is the age from which SucceededAt makes its values stale.
	IntervalMS   int64   `json:"intervalMs"`
	StaleAfterMS int64   `json:"staleAfterMs"`
	LatencyMS    float64 `json:"latencyMs"` // of the last answer; negative: none
}

// foldPoll folds how polls went in.
func (s *State) foldPoll(env *event.Envelope) (known, news bool) {
	if b, is := env.Body.(event.Polled); is {
		return true, s.polled(env, b)
	}
	return false, false
}

func pollSeverity(body event.Event) event.Severity {
	if b, is := body.(event.Polled); is {
		return warnIf(b.Outcome != event.PollOK && b.Outcome != event.PollSkipped && b.Outcome != event.PollUnsupported)
	}
	return ""
}

// StaleAfter is the age from which what a source said counts as old: three
// intervals, as one read may fail and the next be late, and not below what two
// missed heartbeats of the slowest stream need.
func StaleAfter(every time.Duration) time.Duration { return max(3*every, 90*time.Second) }

// maxPollTargets bounds the sources of all gateways; one has about fifteen.
const maxPollTargets = 1000

// polled folds one read in. It is news only if its outcome is another than that of the one
// before: every source is asked again and again.
func (s *State) polled(env *event.Envelope, b event.Polled) bool {
	gid := string(env.Source.Gateway)
	sid := id(env.Source.Gateway, env.Source.String())
	src, known := s.live.PollTargets[sid]
	if !known {
		if len(s.live.PollTargets) >= maxPollTargets {
			s.Overflow++
			return false
		}
		src = PollTarget{ID: sid, Gateway: gid, Source: env.Source.String()}
	}
	at := eventTime(env, b.At)
	if env.Source.Name == event.SourceNegotiate && known && src.Outcome != string(event.PollOK) && b.Outcome == event.PollOK {
		m := s.componentTracker(gid) // what was down brought no reports, and the next one is a minute away
		m.heartbeatAt = max(m.heartbeatAt, at)
	}
	news := src.Outcome != string(b.Outcome) && (known || b.Outcome != event.PollOK && b.Outcome != event.PollSkipped)
	if src.Outcome != string(b.Outcome) {
		src.Outcome, src.Since, src.Times = string(b.Outcome), at, 0
	}
	src.Times++
	src.Cause, src.PolledAt, src.LatencyMS = b.Cause, at, b.LatencyMS
	src.IntervalMS = b.EveryMS
	src.StaleAfterMS = StaleAfter(time.Duration(b.EveryMS) * time.Millisecond).Milliseconds()
	if b.Outcome == event.PollOK {
		src.PreviousSuccessAt, src.SucceededAt = src.SucceededAt, at
		s.synced(env, at)
		s.adminAnswered(env, at)
		if env.Source.Via == event.ViaREST {
			s.forgetPicture(gid, env.Source.Name)
		}
		s.markContact(env)
	}
	s.live.PollTargets[sid] = src
	s.dirty.pollTargets[sid] = true
	if b.Outcome == event.PollOK {
		s.answered(src)
	} else {
		s.unanswered(src)
	}
	if news {
		s.showAnew(gid)
	}
	m := s.componentTracker(gid)
	m.recordSelfReports(sid, b.SelfReports, at)
	s.checkComponents(gid, ms(env.At))
	return news
}

// fresh reports whether the source was asked lately enough to say something.
func (s PollTarget) fresh(at int64) bool {
	return s.Outcome != "" && (s.IntervalMS == 0 || at-s.PolledAt <= s.StaleAfterMS)
}

// restLink is the connection that reads the lists of the Admin API.
const restLink = "rest"

// adminAnswered notes that the Admin API answered: no event comes that way, and
// without this its connection would look as if it brought nothing. What Core is
// asked is not its doing.
func (s *State) adminAnswered(env *event.Envelope, at int64) {
	if env.Source.Via != event.ViaREST || env.Source.Name == event.SourceNegotiate || env.Source.Name == event.SourceCoreHealth {
		return
	}
	if l, known := s.live.Links[id(env.Source.Gateway, restLink)]; known && l.LastEventAt < at {
		l.LastEventAt, l.LastReceived = at, at
		s.putLink(l)
	}
}

// entityOfList maps the lists that show how many there are of something.
var entityOfList = map[string]event.Entity{
	"keys": event.EntityVirtualKey, "mappings": event.EntityModelMapping, "providers": event.EntityProvider,
}

// synced notes that a count was read again, though it may not have changed.
func (s *State) synced(env *event.Envelope, at int64) {
	e, is := entityOfList[env.Source.Name]
	if !is {
		return
	}
	n, known := s.live.Nav[id(env.Source.Gateway, string(e))]
	if known && n.Count >= 0 && n.LastSync < at {
		n.LastSync = at
		s.putNav(n)
	}
}
