package text

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// AlertGroup makes the texts of several alerts in one notification; alerts must not be
// empty, and a single one has its own texts. Private leaves names and amounts
// out.
func AlertGroup(say MessageKind, alerts []Alert, private bool, loc *time.Location, now time.Time) (title, body string) {
	alerts = things(say, alerts)
	if len(alerts) == 1 {
		return AlertText(say, &alerts[0], private, loc, now)
	}
	n := strconv.Itoa(countThings(alerts))
	what, same := oneNoun(say, alerts)
	where := oneGateway(alerts)
	if p, ok := crossGateway(alerts); ok && say == MessageFiring && !private {
		title = fitTitle(p, n, func(name, n string) string { return name + " is unhealthy on " + n + " gateways" })
		return title, fitBody(names(alerts, func(a *Alert) string { return a.Label }, len(alerts)) + ".")
	}
	if same && what == "budgets above" {
		what += aboveWhat(alerts)
	}
	if private {
		return clip(n+" "+what, MaxTitle), "Open Gatewatch to see them."
	}
	title = fitTitle("", where, func(_, gw string) string {
		if gw == "" || !alerts[0].Several {
			return n + " " + what
		}
		return n + " " + what + at(gw)
	})
	return title, groupBody(say, alerts, same, where, loc, now)
}

// things leaves one alert of each thing of which all say the same: a budget that was
// past a threshold and used up is fine again once. Of those the last step is kept.
func things(say MessageKind, alerts []Alert) []Alert {
	var kept []Alert
	for i := range alerts {
		a := &alerts[i]
		same := slices.IndexFunc(kept, func(b Alert) bool {
			return a.Thing != "" && a.Thing == b.Thing && a.Gateway == b.Gateway && a.nounOf(say) == b.nounOf(say)
		})
		switch {
		case same < 0:
			kept = append(kept, *a)
		case a.step() > kept[same].step():
			kept[same] = *a
		}
	}
	return kept
}

// step orders the alerts of one budget: what is used up is past every threshold.
func (a *Alert) step() float64 {
	if a.Rule == ruleExhausted {
		return math.Inf(1)
	}
	return a.Threshold
}

// countThings counts what alerts are about: one on keys may be about several.
func countThings(alerts []Alert) int {
	n := 0
	for i := range alerts {
		n++
		if alertTexts[alerts[i].Rule].title.eachKey {
			n += max(0, alerts[i].Annotations.Keys-1)
		}
	}
	return n
}

// groupBody names up to three of the alerts, and says how many more.
func groupBody(say MessageKind, alerts []Alert, same bool, where string, loc *time.Location, now time.Time) string {
	whole := say == MessageResolved && !same // what is so now, not what is over
	brief := func(a *Alert) string {
		t := newMessage(a, loc, now)
		s := t.brief(say)
		switch {
		case whole:
			alone := *a
			alone.Several = false
			s, _ = AlertText(say, &alone, false, loc, now)
		case !same:
			s = cmp.Or(t.subject(), t.Label) + " " + t.shortNoun()
		}
		if where == "" && !strings.HasPrefix(s, a.Label+" ") {
			s += " (" + a.Label + ")"
		}
		return s
	}
	body := names(alerts, brief, 3)
	if whole && strings.Contains(body, "…") {
		whole = false
		body = names(alerts, brief, 3)
	}
	if len(alerts) > 3 {
		rest := ""
		if say == MessageFiring && alerts[0].Category == categoryProvider && where != "" {
			rest = "Gateway itself answers."
		}
		return fitBody(ended(body), rest)
	}
	return fitBody(ended(body))
}

// ended has a full stop, but for one that was cut: its "…" ends it.
func ended(s string) string {
	if strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}

// names lists up to most of them, each cut at a space only if all of them have not the
// room that there is, and counts the rest.
func names(alerts []Alert, brief func(*Alert) string, most int) string {
	shown := alerts[:min(len(alerts), most)]
	parts := make([]string, 0, len(shown))
	for i := range shown {
		parts = append(parts, Clean(brief(&shown[i])))
	}
	s := strings.Join(parts, ", ")
	if utf8.RuneCountInString(s) > MaxBody-14 {
		room := (MaxBody - 14) / max(len(shown), 1)
		for i := range parts {
			parts[i] = clip(parts[i], room-2)
		}
		s = strings.Join(parts, ", ")
	}
	if more := countThings(alerts[len(shown):]); more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// oneNoun is the noun of several alerts: that of their rule if it is one,
// else a general one of their category.
func oneNoun(say MessageKind, alerts []Alert) (noun string, same bool) {
	for i := range alerts {
		n := alerts[i].nounOf(say)
		if i > 0 && n != noun {
			return general(say, alerts), false
		}
		noun = n
	}
	if say == MessageFlapping {
		return "things are unstable", true
	}
	return noun, true
}

// nounOf is what several alerts like this one are called.
func (a *Alert) nounOf(say MessageKind) string {
	p := alertTexts[a.Rule].title
	switch {
	case say != MessageResolved:
		return p.plural
	case a.unseen():
		return "alerts over"
	}
	return cmp.Or(p.pluralResolved, "alerts over")
}

func general(say MessageKind, alerts []Alert) string {
	if say == MessageResolved {
		return "alerts over"
	}
	noun := alerts[0].Category + " alerts"
	for i := range alerts {
		if alerts[i].Category != alerts[0].Category {
			return "alerts"
		}
	}
	return noun
}

// subject is what an alert is about, in a list; "" if that has no name.
func (t *message) subject() string {
	if p := alertTexts[t.Rule].title; p.subject != nil {
		return p.subject(t)
	}
	return t.f.Name
}

// shortNoun is what an alert says of its entity in a word or two.
func (t *message) shortNoun() string {
	title := alertTexts[t.Rule].title
	if title.shortOf != nil {
		return title.shortOf(t)
	}
	if title.short != "" {
		return cmp.Or(t.f.Action, title.short) // "expired"
	}
	_, word, _ := strings.Cut(t.Rule, ".")
	return word
}

func oneGateway(alerts []Alert) string {
	for i := range alerts {
		if alerts[i].Gateway != alerts[0].Gateway || alerts[i].Rule == "gateway.unreachable" {
			return ""
		}
	}
	return alerts[0].Label
}

// crossGateway reports whether the alerts are of one provider on several
// gateways, and which.
func crossGateway(alerts []Alert) (name string, ok bool) {
	seen := map[string]bool{}
	for i := range alerts {
		a := &alerts[i]
		if !strings.HasPrefix(a.Rule, "provider.unhealthy") || a.Annotations.Name != alerts[0].Annotations.Name {
			return "", false
		}
		seen[a.Gateway] = true
	}
	return alerts[0].Annotations.Name, len(seen) == len(alerts) && len(seen) > 1
}

// aboveWhat says above which threshold budgets are, and how many of them are above a
// higher one: " 75 %, 2 of them above 90 %".
func aboveWhat(alerts []Alert) string {
	least, most, n := alerts[0].Threshold, 0.0, 0
	for i := range alerts {
		switch th := alerts[i].Threshold; {
		case th > most:
			most, n = th, 1
		case th == most:
			n++
		}
		least = min(least, alerts[i].Threshold)
	}
	s := " " + SetShare(least)
	if most > least {
		s += fmt.Sprintf(", %d of them above %s", n, SetShare(most))
	}
	return s
}
