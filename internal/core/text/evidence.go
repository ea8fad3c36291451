package text

import (
	"fmt"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// Sign is one thing that was seen, and that a conclusion on a gateway rests on.
// It is comparable.
type Sign struct {
	Of SignOf `json:"of"`
	// Outcome is how asking ended, an event.PollOutcome; or, of what a gateway says
	// of itself, an event.Health.
	Outcome string `json:"outcome"`
	// Since is when it was first so, At when it was so last.
	Since time.Time `json:"since,omitzero"`
	At    time.Time `json:"at,omitzero"`
	// Times is how often in a row it was so, or how many they are.
	Times int    `json:"times,omitempty"`
	Said  string `json:"said,omitempty"` // what the gateway said, or how long was waited
}

// SignOf says what was asked.
type SignOf string

// What is asked, or listened to.
const (
	SignConnect     SignOf = "connect"  // Core, for a connection of a hub
	SignCoreHealth  SignOf = "core"     // Core, how it is
	SignAdminHealth SignOf = "admin"    // Admin, how it is
	SignDatabase    SignOf = "database" // what Admin says of its database
	SignFailures    SignOf = "failures" // Admin, for the errors of providers
	SignLists       SignOf = "lists"    // Admin's lists that answered last
	SignBroken      SignOf = "broken"   // Admin's lists that do not answer
	SignLinks       SignOf = "links"    // connections that are down
)

// Signs are what was seen, in the order in which it is told; the rest is empty.
// They are comparable.
type Signs [8]Sign

// Add adds one that is not empty, if there is room.
func (s *Signs) Add(one Sign) {
	for i := range s {
		if s[i].Of == "" {
			s[i] = one
			return
		}
	}
}

// exact writes a time of day with its seconds, to be looked up elsewhere.
func (t *message) exact(at time.Time) string {
	s := t.clock(at)
	if len(s) == len("15:04") {
		s += at.In(zone(t.loc)).Format(":05")
	}
	return s
}

// manyTries is from how many tries on their number is not told any more, so that
// a text does not change with each.
const manyTries = 10

// sign says what was seen, for a person who wants to check it.
func (t *message) sign(s *Sign) string {
	well := s.Outcome == string(event.PollOK)
	switch s.Of {
	case SignConnect:
		if well {
			return "Core grants connections, the last at " + t.clock(s.At) + "."
		}
		return "Core has not granted a connection since " + t.exact(s.Since) + t.tries(s) + "."
	case SignCoreHealth:
		return t.health("Core", s)
	case SignAdminHealth:
		return t.health("Admin", s)
	case SignDatabase:
		if s.Outcome == string(event.HealthHealthy) {
			return "Admin says that its database is well."
		}
		return "Admin says that its database is not well" + t.words(s) + "."
	case SignFailures:
		if well {
			return "Admin's list of provider errors answers, the last time at " + t.clock(s.At) + "."
		}
		return "Admin's list of provider errors " + t.notAnswered(s) + "."
	case SignLists:
		return fmt.Sprintf("%s of Admin answered, the last at %s.", Plural(s.Times, "list"), t.clock(s.At))
	case SignBroken:
		return fmt.Sprintf("%s of Admin answer with errors or not at all, since %s.", Plural(s.Times, "list"), t.exact(s.Since))
	case SignLinks:
		verb := " are down"
		if s.Times == 1 {
			verb = " is down"
		}
		return Plural(s.Times, "connection") + verb + t.words(s) + "."
	}
	return ""
}

// health says how a half answered when asked how it is, or what it said.
func (t *message) health(who string, s *Sign) string {
	switch event.PollOutcome(s.Outcome) {
	case event.PollOK:
		if s.Said != "" {
			return who + " says of itself: " + stop(Shorten(Clean(s.Said), 80))
		}
		return who + " answers when asked how it is."
	default:
		return who + " " + t.notAnswered(s) + " when asked how it is."
	}
}

// notAnswered says that something does not answer, or with what.
func (t *message) notAnswered(s *Sign) string {
	if s.Outcome == string(event.PollTimedOut) {
		return "has not answered in time since " + t.exact(s.Since) + t.tries(s)
	}
	return "has answered with errors or could not be reached since " + t.exact(s.Since) + t.tries(s)
}

func (t *message) words(s *Sign) string {
	if s.Said == "" {
		return ""
	}
	return " (" + strings.TrimSuffix(Shorten(Clean(s.Said), 80), ".") + ")"
}

func (t *message) tries(s *Sign) string {
	switch {
	case s.Times <= 0:
		return ""
	case s.Times == 1:
		return ", 1 try"
	case s.Times > manyTries:
		return fmt.Sprintf(", more than %d tries", manyTries)
	}
	return fmt.Sprintf(", %d tries", s.Times)
}

// signs are all signs in words.
func (t *message) signs() (all []string) {
	for i := range t.f.Signs {
		if s := t.sign(&t.f.Signs[i]); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// proof is what an alert of a rule rests on, and what ends it.
type proof struct {
	seen func(t *message) []string
	ends func(t *message) string
}

// Evidence says what an alert rests on, in sentences that a person can check, and
// what would end it; of one that is over, what ended it. Without a word for its
// rule both are empty.
func Evidence(a *Alert, loc *time.Location, now time.Time) (seen []string, ends string) {
	p, known := proofs[a.Rule]
	if !known {
		return nil, ""
	}
	t := newMessage(a, loc, now)
	for _, s := range p.seen(t) {
		if s = stop(Clean(s)); s != "" {
			seen = append(seen, s)
		}
	}
	if !a.DataAt.IsZero() {
		seen = append(seen, "The reading that this rests on is of "+t.exact(a.DataAt)+".")
	}
	if a.Ended != "" {
		return seen, sentence(t.endWord())
	}
	ends = p.ends(t)
	if a.KeepFiring > 0 && ends != "" {
		ends += " and stays so for " + Duration(a.KeepFiring)
	}
	return seen, sentence(ends)
}

// endWords are why an alert ended, by the reason that is kept of it.
var endWords = map[string]string{
	"gone": "it ended: what it rests on was seen to be over", "epoch": "it ended: a new budget period, a top-up or another limit began",
	"threshold": "it ended: its threshold was removed or changed in the settings", "normal": "it ended: it was called normal",
	"contradicted": "it ended: what the gateway claimed proved wrong", "disabled": "it ended: somebody switched off what it was about",
	"deleted": "it ended: what it was about is no more", "expired": "it ended: it has been shown for long enough, or nobody used it since",
	"limit not known": "it ended: its limit is not known any more, and so neither is how much of it is used",
	"rule off":        "it ended: its rule was switched off", "explained": "it ended: another alert says why",
	"unforeseen": "it ended: nothing is foreseen of it any more",
}
