// Package scorecard judges what a person was told by what really happened: a
// scenario is causes with a beginning and an end, and every notification, every line
// that stays listed and every bubble that stays on the screen is held against
// them. It knows no rule and no gateway; it is given words and causes.
package scorecard

import (
	"slices"
	"time"
)

// Telling says whether a person is to hear of a cause.
type Telling string

// The tellings.
const (
	Must   Telling = "must be told"
	Listed Telling = "is only to be listed"
	May    Telling = "may be told"
)

// Cause is something that happened to a gateway, and what a person is to be
// told of it.
type Cause struct {
	Name string // a kind, such as "provider switched off"
	// Rules may tell it, of one of Entities: ids of things, or what an alert on a
	// gateway is about, such as "redis". Empty Entities are any.
	Rules    []string
	Entities []string
	// Severities that are right; empty are any.
	Severities []string
	// Begin and End are when it was so. A zero End is never.
	Begin, End time.Time
	// With are rules that may list its consequences while it lasts, and tell
	// nothing.
	With []string
	// Within is how late it may be told; EndWithin the same of its end. For
	// Settle after its end a monitor cannot know that it is over.
	Within, EndWithin, Settle time.Duration
	Tell                      Telling
	// OnResolved is true if a person who was told of it must hear of its end.
	TellEnd bool
}

// on reports whether it is so at a time.
func (c *Cause) on(at time.Time) bool {
	return !at.Before(c.Begin) && (c.End.IsZero() || at.Before(c.End))
}

// lasts reports whether a monitor may take it to be so at a time, if it learns
// of its end that late.
func (c *Cause) lasts(at time.Time, late time.Duration) bool {
	return !at.Before(c.Begin) && (c.End.IsZero() || !at.After(c.End.Add(late)))
}

// near is 0 if it is so at a time, 1 if a monitor may take it to be so, else 2.
func (c *Cause) near(at time.Time) int {
	switch {
	case c.on(at):
		return 0
	case c.lasts(at, c.EndWithin):
		return 1
	}
	return 2
}

// about reports whether words of a rule on one of these entities are about it.
func (c *Cause) about(rule string, entities []string) bool {
	if !slices.Contains(c.Rules, rule) {
		return false
	}
	if len(c.Entities) == 0 {
		return true
	}
	return slices.ContainsFunc(entities, func(e string) bool { return slices.Contains(c.Entities, e) })
}

// Word is one thing that a person was told of one alert.
type Word struct {
	At       time.Time
	Rule     string
	Entities []string // every name that the thing has, for Cause.Entities
	Severity string
	Title    string
	// Over is true if it told the end, Again if it reminded or told a rise of
	// severity.
	Over, Again bool
	// Anonymous is true if it does not name what it is about.
	Anonymous bool
}

// Verdict is what became of a word.
type Verdict string

// The verdicts.
const (
	Right     Verdict = "right"
	Late      Verdict = "late"
	Wrong     Verdict = "wrong entity or cause"
	Repeated  Verdict = "repeated"
	After     Verdict = "after the end"
	False     Verdict = "false"
	Anonymous Verdict = "anonymous"
)

// Verdicts lists them in the order in which they are shown.
var Verdicts = []Verdict{Right, Late, Wrong, Repeated, After, False, Anonymous}

// Outcome is what became of a cause.
type Outcome string

// The outcomes.
const (
	Told       Outcome = "told"
	OnlyListed Outcome = "rightly only listed"
	Missing    Outcome = "missing"
	EndMissing Outcome = "end missing" // told, and its end was not
	Unneeded   Outcome = "not told, nor needed"
)

// Outcomes lists them in the order in which they are shown.
var Outcomes = []Outcome{Told, OnlyListed, Unneeded, Missing, EndMissing}

// Look is what could be seen at one moment.
type Look struct {
	At time.Time
	// Cause is the one that it is a look after, After how long after its end.
	Cause string
	After time.Duration
	// Open are the lines of the list that are open, without single events;
	// Status is what `status` exits with, Bubbles what is still on the screen.
	Open    []Line
	Status  int
	Bubbles []Bubble
}

// Line is an open alert of the list.
type Line struct {
	Rule, Title string
	Entities    []string
	Pending     bool
	Severity    string
}

// Bubble is a notification that is still on the screen.
type Bubble struct {
	Title string
	// About are the alerts that it tells, as they are now.
	About []Line
	Over  bool // it tells an end
}
