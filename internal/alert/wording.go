package alert

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatewatch/internal/event"
)

// Say is what about an alert is told.
type Say string

// What can be said.
const (
	SayFiring   Say = "firing"
	SayResolved Say = "resolved"
	SayUnstable Say = "unstable"
)

// phrase makes the texts of one rule. A nil field has a general text instead.
type phrase struct {
	// title is made of the entity's name and the gateway's.
	title func(t *telling, name, gw string) string
	body  func(t *telling) []string // sentences
	// over is the title of its end; overBody its body.
	over     func(t *telling, name, gw string) string
	overBody func(t *telling) []string
	// many is the noun of several, such as "providers unhealthy"; manyOver of
	// several that are over; brief is one of them in a list.
	many, manyOver string
	brief          func(t *telling) string
	// hush is the title in privacy mode; hushOver of its end.
	hush, hushOver string
}

// telling is an alert with what its text needs besides.
type telling struct {
	*Alert
	f   *Facts
	loc *time.Location
	now time.Time
}

func at(gw string) string { return " — " + gw }

// Group makes the texts of several alerts told together; alerts must not be
// empty, and a single one has its own texts. Private leaves names and amounts
// out.
func Group(say Say, alerts []Alert, private bool, loc *time.Location, now time.Time) (title, body string) {
	if len(alerts) == 1 {
		return Text(say, &alerts[0], private, loc, now)
	}
	n := strconv.Itoa(len(alerts))
	what, same := oneNoun(say, alerts)
	where := oneGateway(alerts)
	if p, ok := crossGateway(alerts); ok && say == SayFiring && !private {
		title = fitTitle(p, n, func(name, n string) string { return name + " is unhealthy on " + n + " gateways" })
		return title, fitBody(names(alerts, func(a *Alert) string { return a.Label }, len(alerts)) + ".")
	}
	if same && what == "budgets above" {
		what += " " + percent(leastThreshold(alerts))
	}
	if private {
		return clip(n+" "+what, MaxTitle), "Open Gatewatch to see them."
	}
	title = fitTitle("", where, func(_, gw string) string {
		if gw == "" {
			return n + " " + what
		}
		return n + " " + what + at(gw)
	})
	return title, groupBody(say, alerts, same, where, loc, now)
}

// groupBody names up to three of the alerts, and says how many more.
func groupBody(say Say, alerts []Alert, same bool, where string, loc *time.Location, now time.Time) string {
	brief := func(a *Alert) string {
		t := tell(a, loc, now)
		s := t.brief()
		if !same {
			s = nameOr(t.f.Name, t.Label) + " " + shortNoun(a)
		}
		if where == "" {
			s += " (" + a.Label + ")"
		}
		return s
	}
	body := names(alerts, brief, 3)
	if len(alerts) > 3 {
		rest := ""
		if say == SayFiring && alerts[0].Category == CategoryProvider && where != "" {
			rest = "Gateway itself answers."
		}
		return fitBody(body+".", rest)
	}
	return fitBody(body + ".")
}

// names lists up to most of them and counts the rest.
func names(alerts []Alert, brief func(*Alert) string, most int) string {
	shown := alerts[:min(len(alerts), most)]
	room := (MaxBody - 14) / max(len(shown), 1)
	parts := make([]string, 0, len(shown))
	for i := range shown {
		parts = append(parts, shorten(clean(brief(&shown[i])), room-2))
	}
	s := strings.Join(parts, ", ")
	if more := len(alerts) - len(shown); more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// Digest makes the texts of what happened while nobody was looking.
func Digest(away time.Duration, open []Alert, solved, tasks int, spent event.NanoUSD, private bool, loc *time.Location, now time.Time) (title, body string) {
	title = "While you were away (" + span(away) + ")"
	var sentences []string
	if n := len(open); n > 0 {
		s := fmt.Sprintf("%d still open", n)
		if !private {
			s += ": " + names(open, func(a *Alert) string {
				t := tell(a, loc, now)
				return nameOr(t.f.Name, t.Label) + " " + shortNoun(a)
			}, 2)
		}
		sentences = append(sentences, s+".")
	}
	if solved > 0 {
		sentences = append(sentences, fmt.Sprintf("%d solved.", solved))
	}
	if spent > 0 && !private {
		sentences = append(sentences, Money(spent)+" spent.")
	}
	if tasks > 0 {
		sentences = append(sentences, plural(tasks, "task")+" done.")
	}
	return title, fitBody(sentences...)
}

// Overflow makes the texts of alerts that were too many to tell one by one.
func Overflow(n int) (title, body string) {
	return plural(n, "more alert"), "Open the list to see them."
}

// Text makes the texts of one alert. Private leaves names and amounts out.
func Text(say Say, a *Alert, private bool, loc *time.Location, now time.Time) (title, body string) {
	p, t := phrases[a.Rule], tell(a, loc, now)
	switch {
	case private:
		return p.private(say)
	case say == SayUnstable:
		title = fitTitle(t.f.Name, a.Label, func(name, gw string) string {
			if name == "" {
				return "Gateway " + gw + " is unstable"
			}
			return name + " is unstable" + at(gw)
		})
		return title, fitBody(fmt.Sprintf("%d changes in %s.", a.Transitions, span(now.Sub(a.FlapSince))),
			"You will hear again when it settles.")
	case say == SayResolved && p.over != nil:
		title = fitTitle(t.f.Name, a.Label, func(name, gw string) string { return p.over(t, name, gw) })
		if p.overBody == nil {
			return title, fitBody("After " + span(t.lasted()) + ".")
		}
		return title, fitBody(p.overBody(t)...)
	case p.title == nil: // a rule of a newer version
		return fitTitle(a.Rule, a.Label, func(name, gw string) string { return name + at(gw) }), ""
	}
	title = fitTitle(t.f.Name, a.Label, func(name, gw string) string { return p.title(t, name, gw) })
	if say == SayResolved {
		return clip("Over: "+title, MaxTitle), fitBody("After " + span(t.lasted()) + ".")
	}
	return title, fitBody(p.body(t)...)
}

func (p *phrase) private(say Say) (title, body string) {
	switch {
	case say == SayUnstable:
		return "Something is unstable", "You will hear again when it settles."
	case say == SayResolved && p.hushOver != "":
		return p.hushOver, ""
	case say == SayResolved:
		return "An alert is over", ""
	}
	return nameOr(p.hush, "A new alert"), "Open Gatewatch to see it."
}

// render makes the texts of an alert anew where something they say changed.
func (in *instance) render(loc *time.Location, now time.Time) {
	if !in.dirty {
		return
	}
	in.dirty = false
	say := SayFiring
	if in.Status == StatusResolved && in.End == EndGone {
		say = SayResolved
	}
	in.Title, in.Body = Text(say, &in.Alert, false, loc, now)
}

// tell prepares an alert's text. What comes from outside is made safe to show.
func tell(a *Alert, loc *time.Location, now time.Time) *telling {
	f := a.Facts
	for _, s := range []*string{
		&f.Name, &f.Error, &f.Model, &f.Part, &f.Medium, &f.Action, &f.Old, &f.New, &f.Cause,
	} {
		*s = clean(*s)
	}
	return &telling{Alert: a, f: &f, loc: loc, now: now}
}
