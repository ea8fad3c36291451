package text

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// Alert is an alert as its texts need it. Zero values are left out of texts.
type Alert struct {
	Rule, Category string
	Severity       event.Severity
	Gateway, Label string // its id, and its name for people
	// Several is true if more gateways are watched, so that texts name this one;
	// WholePlane, if it is about all connections to a half of it.
	Several, WholePlane bool
	// Thing tells what alerts of a gateway are about apart; "" if nothing does.
	Thing string
	// Threshold is the share that was crossed, 0 if none was; Used the share to
	// tell, 0–1 and above.
	Threshold, Used float64
	// Since is when the condition began, ClearedAt when it ceased; zero while it
	// holds.
	Since, ClearedAt time.Time
	// Transitions counts the changes of an unstable alert since FlapSince.
	Transitions int
	FlapSince   time.Time
	// DataAt is the time of the data that was last looked at; KeepFiring how long it
	// must be over to end; Ended why it ended, "" while it lasts.
	DataAt      time.Time
	KeepFiring  time.Duration
	Ended       string
	Annotations Annotations
}

// categoryProvider is the category of alerts on providers.
const categoryProvider = "provider"

// MessageKind is what of an alert a text says.
type MessageKind string

// What can be said.
const (
	MessageFiring   MessageKind = "firing"
	MessageResolved MessageKind = "resolved"
	MessageFlapping MessageKind = "unstable"
)

// message is an alert with what its text needs besides.
type message struct {
	*Alert
	f   *Annotations
	loc *time.Location
	now time.Time
}

// AlertText makes the texts of one alert. Private leaves names and amounts out.
func AlertText(say MessageKind, a *Alert, private bool, loc *time.Location, now time.Time) (title, body string) {
	p, s, t := alertTexts[a.Rule].title, alertTexts[a.Rule].body, newMessage(a, loc, now)
	switch {
	case private && say == MessageResolved && t.unseen():
		return "An alert is over", ""
	case private:
		return p.nameless(say)
	case say == MessageFlapping:
		title = t.fitTitle(t.unstable(), func(name, gw string) string {
			if name == "" {
				return gatewayName(gw) + " is unstable"
			}
			if t.WholePlane || t.f.Component == LiveEvents {
				return name + " are unstable" + at(gw)
			}
			return name + " is unstable" + at(gw)
		})
		return title, fitBody(fmt.Sprintf("%d changes in %s.", a.Transitions, Duration(now.Sub(a.FlapSince))),
			"You will hear again when it settles.")
	case say == MessageResolved && t.unseen():
		return t.fitTitle(t.f.Name, t.unseenTitle), fitBody(t.unseenBody()...)
	case say == MessageResolved && p.resolved != nil:
		title = t.fitTitle(t.f.Name, func(name, gw string) string { return p.resolved(t, name, gw) })
		if s.resolved == nil {
			return title, fitBody("After " + Duration(t.lasted()) + ".")
		}
		return title, fitBody(s.resolved(t)...)
	case p.firing == nil: // a rule of a newer version
		return t.fitTitle(a.Rule, func(name, gw string) string { return name + at(gw) }), ""
	}
	if say == MessageResolved {
		title = t.fitTitle(t.f.Name, func(name, gw string) string {
			return strings.TrimSuffix(p.firing(t, name, gw), at(gw)) + " (over)" + at(gw)
		})
		return title, fitBody("After " + Duration(t.lasted()) + ".")
	}
	return t.fitTitle(t.f.Name, func(name, gw string) string { return p.firing(t, name, gw) }), fitBody(s.firing(t)...)
}

// unstable is what comes and goes: "" if that is the gateway itself.
func (t *message) unstable() string {
	if t.f.Name == "" && t.f.Component != "" {
		return thePart(t)
	}
	return t.f.Name
}

// fitTitle makes a title that fits: what it is about comes first; its gateway comes
// last, and only among several.
func (t *message) fitTitle(name string, build func(name, gw string) string) string {
	return fitTitle(name, t.Label, func(name, gw string) string {
		title := build(name, gw)
		if !t.Several || gw == "" {
			title = strings.TrimSuffix(title, at(gw))
		}
		return title
	})
}

// nameless has the texts for privacy mode.
func (p alertTitle) nameless(say MessageKind) (title, body string) {
	switch {
	case say == MessageFlapping:
		return "Something is unstable", "You will hear again when it settles."
	case say == MessageResolved && p.privateResolved != "":
		return p.privateResolved, ""
	case say == MessageResolved:
		return "An alert is over", ""
	}
	return cmp.Or(p.private, "A new alert"), "Open Gatewatch to see it."
}

// newMessage prepares an alert's text. What comes from outside is made safe to show.
func newMessage(a *Alert, loc *time.Location, now time.Time) *message {
	f := a.Annotations
	for _, s := range []*string{
		&f.Name, &f.Error, &f.Model, &f.Component, &f.Medium, &f.Action, &f.Old, &f.New, &f.Cause,
	} {
		*s = Clean(*s)
	}
	return &message{Alert: a, f: &f, loc: loc, now: now}
}

// clock writes a time of day as seen from now.
func (t *message) clock(at time.Time) string { return Clock(at, t.now, t.loc) }
