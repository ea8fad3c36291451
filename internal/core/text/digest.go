package text

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// Away is what happened while nobody was looking.
type Away struct {
	For          time.Duration
	Open, Solved []Alert
	Tasks        int
	Spent        event.NanoUSD
	Shortages    []Shortage
}

// Shortage is a group that was out of money from one time to another, when so
// much was added. Its times are the gateway's.
type Shortage struct {
	Name     string
	From, To time.Time
	Added    event.NanoUSD
}

// sentence says when it was out, such as "Research was out from 09:59 to 10:00,
// $20 added.", for the digest.
func (s *Shortage) sentence(loc *time.Location, now time.Time) string {
	return Clean(s.Name) + " was out from " + Clock(s.From, now, loc) + " to " + Clock(s.To, now, loc) + ", " + ShortMoney(s.Added) + " added."
}

// maxShortages is how many a digest tells one by one.
const maxShortages = 4

// Digest makes the texts of what happened while nobody was looking.
func Digest(was Away, private bool, loc *time.Location, now time.Time) (title, body string) {
	title = "While you were away (" + Duration(was.For) + ")"
	var sentences []string
	say := func(what string, alerts []Alert) {
		if len(alerts) == 0 {
			return
		}
		s := fmt.Sprintf("%d %s", countThings(alerts), what)
		if !private {
			s += ": " + names(alerts, func(a *Alert) string {
				t := newMessage(a, loc, now)
				return cmp.Or(t.subject(), t.Label) + " " + t.shortNoun()
			}, 2)
		}
		sentences = append(sentences, s+".")
	}
	say("still open", things(MessageFiring, was.Open))
	say("solved", things(MessageResolved, was.Solved))
	if was.Spent > 0 && !private {
		sentences = append(sentences, ShortMoney(was.Spent)+" spent.")
	}
	if was.Tasks > 0 {
		sentences = append(sentences, Plural(was.Tasks, "task")+" done.")
	}
	body = fitBody(sentences...)
	if private || len(was.Shortages) == 0 {
		return title, body
	}
	all := []string{body} // what happened to money is said whole
	for i := range was.Shortages[:min(len(was.Shortages), maxShortages)] {
		all = append(all, was.Shortages[i].sentence(loc, now))
	}
	if more := len(was.Shortages) - maxShortages; more > 0 {
		all = append(all, fmt.Sprintf("%d more ran out and have money again.", more))
	}
	return title, strings.TrimSpace(strings.Join(all, " "))
}

// Listing makes the texts of alerts that were too many to tell one by one, the
// worst first: it says what that one is, and names the others.
func Listing(alerts []Alert, private bool, loc *time.Location, now time.Time) (title, body string) {
	title, body = AlertText(MessageFiring, &alerts[0], private, loc, now)
	if len(alerts) == 1 {
		return title, body
	}
	others := fmt.Sprintf(", and %d more", len(alerts)-1)
	if where := at(Clean(oneGateway(alerts))); strings.HasSuffix(title, where) { // the gateway of all comes last
		title = strings.TrimSuffix(title, where) + others + where
	} else {
		title += others
	}
	if private {
		return title, "Open Gatewatch to see them."
	}
	var rest []string
	for i := range alerts[1:min(len(alerts), maxListed)] {
		a := &alerts[i+1]
		t := newMessage(a, loc, now)
		rest = append(rest, Shorten(cmp.Or(t.subject(), t.f.Component, t.Label)+" "+t.shortNoun(), 60))
	}
	body = strings.Join(rest, ", ")
	if more := len(alerts) - maxListed; more > 0 {
		body += fmt.Sprintf(" and %d more", more)
	}
	return title, body + "."
}

// maxListed is how many alerts one text names.
const maxListed = 20
