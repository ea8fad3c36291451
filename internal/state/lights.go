package state

import (
	"strings"

	"gatewatch/internal/event"
)

// evidence is all signs of a gateway's parts at one time.
type evidence struct {
	at                               int64
	negotiate, core, admin, failures Source // zero where unknown or old
	words                            map[event.Part]partWord
	listsAt                          int64 // a list was last read well
	broken                           int   // lists that answer with errors and did so last
	reports                          bool  // the gateway's report is late on a connected hub
	reportAt                         int64
}

func (s *State) evidence(gateway string, at int64) evidence {
	e := evidence{at: at, words: map[event.Part]partWord{}}
	get := func(name string) Source {
		if src := s.live.Sources[gateway+"/rest:"+name]; src.fresh(at) {
			return src
		}
		return Source{}
	}
	e.negotiate, e.core, e.admin, e.failures = get(event.SourceNegotiate), get(event.SourceCoreWord), get(event.SourceParts), get(event.SourceFailures)
	m := s.partMemory(gateway)
	for p, w := range m.words {
		if src := s.live.Sources[w.from]; src.fresh(at) && src.Outcome == string(event.OutcomeGood) {
			w.at = src.AnsweredAt // said again, or not taken back
			e.words[p] = w
		}
	}
	s.lists(gateway, &e)
	l := s.live.Links[gateway+"/"+webhooks]
	up := l.State == string(event.LinkConnected)
	e.reports, e.reportAt = m.beats && up && at-m.beat > statisticsLate.Milliseconds(), m.beat
	return e
}

// lists counts the lists that need the database.
func (s *State) lists(gateway string, e *evidence) {
	errorsSince := int64(0)
	for _, src := range s.live.Sources {
		name, rest := strings.CutPrefix(src.Source, "rest:")
		if src.Gateway != gateway || !rest || withoutDatabase[name] || !src.fresh(e.at) {
			continue
		}
		switch event.Outcome(src.Outcome) {
		case event.OutcomeGood:
			e.listsAt = max(e.listsAt, src.AnsweredAt)
		case event.OutcomeError:
			e.broken++
			errorsSince = max(errorsSince, src.Since)
		default:
		}
	}
	if e.listsAt > errorsSince { // one that answers shows that the others have troubles of their own
		e.broken = 0
	}
}

// light is a verdict on one part.
type light struct {
	health  event.Health
	reason  string
	because event.Part
	at      int64 // the newest sign it rests on
}

// judge sets the lights. What an answer's status says of readiness is no sign:
// a gateway without its Redis or database calls itself ready.
func (e evidence) judge() map[event.Part]light {
	redis := e.judgeRedis()
	return map[event.Part]light{
		event.PartRedis: redis, event.PartCore: e.judgeCore(redis), event.PartAdmin: e.judgeAdmin(),
		event.PartDatabase: e.judgeDatabase(), event.PartEventBus: e.judgeBus(redis),
	}
}

// judgeRedis believes two signs, or the gateway's own word. A negotiation that
// is answered has been through Redis, so it outweighs what is older.
func (e evidence) judgeRedis() light {
	if w, said := e.words[event.PartRedis]; said && w.Health != event.HealthHealthy {
		return light{event.HealthUnhealthy, say("Core says so", w.Text), "", w.at}
	}
	if e.negotiate.Outcome == string(event.OutcomeGood) {
		return light{health: event.HealthHealthy, at: e.negotiate.AnsweredAt}
	}
	var signs []string
	at := int64(0)
	if e.negotiate.Outcome == string(event.OutcomeSilent) && e.core.Outcome == string(event.OutcomeGood) {
		signs, at = append(signs, "new connections hang though Core answers"), max(at, e.negotiate.AskedAt)
	}
	failing := e.failures.Outcome == string(event.OutcomeSilent) || e.failures.Outcome == string(event.OutcomeError)
	if failing && e.listsAt > 0 && e.broken < 2 && e.words[event.PartDatabase].Health != event.HealthUnhealthy {
		signs, at = append(signs, "the list of failures is not answered though others are"), max(at, e.failures.AskedAt)
	}
	if e.reports {
		signs, at = append(signs, "live events stopped"), max(at, e.reportAt)
	}
	text := sentenceOf(strings.Join(signs, "; "))
	switch {
	case len(signs) >= 2:
		return light{event.HealthUnhealthy, text, "", at}
	case len(signs) == 1:
		return light{event.HealthUnknown, text + " One sign alone does not tell.", "", at}
	}
	if w, said := e.words[event.PartRedis]; said {
		return light{health: event.HealthHealthy, at: w.at}
	}
	return light{event.HealthUnknown, e.negotiate.why(), "", 0}
}

func (e evidence) judgeCore(redis light) light {
	n := e.negotiate
	switch event.Outcome(n.Outcome) {
	case event.OutcomeGood:
		return light{health: event.HealthHealthy, at: n.AnsweredAt}
	case event.OutcomeSilent:
		if redis.health == event.HealthUnhealthy {
			return light{event.HealthDegraded, "New connections hang while Redis does not answer.", event.PartRedis, n.AskedAt}
		}
		if e.core.Outcome == string(event.OutcomeGood) {
			return light{event.HealthUnhealthy, "New connections hang, though it answers when asked how it is.", "", n.AskedAt}
		}
		return light{event.HealthUnhealthy, "It does not answer.", "", n.AskedAt}
	case event.OutcomeError, event.OutcomeShape:
		return light{event.HealthUnhealthy, n.Cause, "", n.AskedAt}
	case event.OutcomeMissing, event.OutcomeRefused, event.OutcomeBarred, event.OutcomeNone:
	}
	return light{event.HealthUnknown, n.why(), "", 0}
}

func (e evidence) judgeAdmin() light {
	a := e.admin
	switch event.Outcome(a.Outcome) {
	case event.OutcomeGood:
		return light{health: event.HealthHealthy, at: a.AnsweredAt}
	case event.OutcomeSilent, event.OutcomeError, event.OutcomeShape:
		if e.listsAt > a.Since {
			return light{health: event.HealthHealthy, at: e.listsAt}
		}
		return light{event.HealthUnhealthy, a.Cause, "", a.AskedAt}
	case event.OutcomeMissing, event.OutcomeRefused, event.OutcomeBarred, event.OutcomeNone:
	}
	return light{event.HealthUnknown, a.why(), "", 0}
}

func (e evidence) judgeDatabase() light {
	w, said := e.words[event.PartDatabase]
	switch {
	case said && w.Health == event.HealthUnhealthy:
		return light{event.HealthUnhealthy, say("The gateway says so", w.Text), "", w.at}
	case e.broken >= 2:
		return light{event.HealthUnhealthy, "The gateway's lists answer with errors.", "", e.at}
	case said && w.Health == event.HealthHealthy:
		return light{health: event.HealthHealthy, at: w.at}
	}
	return light{event.HealthUnknown, e.admin.why(), "", 0}
}

func (e evidence) judgeBus(redis light) light {
	w, said := e.words[event.PartEventBus]
	switch {
	case said && w.Health != event.HealthHealthy:
		return light{event.HealthUnhealthy, say("Core says so", w.Text), "", w.at}
	case e.reports && redis.health == event.HealthUnhealthy:
		return light{event.HealthDegraded, "Live events stopped while Redis does not answer.", event.PartRedis, e.reportAt}
	case e.reports:
		return light{event.HealthDegraded, "Live events stopped: the report that comes each minute is missing.", "", e.reportAt}
	case said:
		return light{health: event.HealthHealthy, at: w.at}
	}
	return light{event.HealthUnknown, e.core.why(), "", 0}
}

// why says why a source tells nothing.
func (s Source) why() string {
	switch {
	case s.Outcome == "":
		return "Not asked yet, or not for long."
	case s.Cause == "":
		return "It was not said."
	}
	return s.Cause
}

func say(what, text string) string {
	if text == "" {
		return what + "."
	}
	return sentenceOf(what + ": " + text)
}

// sentenceOf begins with a capital and ends with a full stop.
func sentenceOf(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + strings.TrimSuffix(s[1:], ".") + "."
}
