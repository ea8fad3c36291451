package alert

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Parts of sentences that several texts share.

func (t *telling) zone() *time.Location {
	if t.loc == nil {
		return time.Local
	}
	return t.loc
}

// since is when it began, by the gateway's word if there is one.
func (t *telling) since() time.Time {
	if !t.f.From.IsZero() {
		return t.f.From
	}
	return t.Since
}

// lasted is how long the alert's condition held.
func (t *telling) lasted() time.Duration {
	end := t.Gone
	if end.IsZero() {
		end = t.now
	}
	return max(0, end.Sub(t.Since))
}

// usedAtLeast is the used share, never below the threshold that was crossed:
// where the gateway rounds up, its threshold and not 74 % is told.
func (t *telling) usedAtLeast() float64 {
	if t.Status == StatusResolved {
		return t.f.Used
	}
	if th := thresholdOf(t.Dimension); t.f.Used < th && t.f.Used >= th-claimSlack || t.f.Used <= 0 {
		return th
	}
	return t.f.Used
}

func (t *telling) ofLimit() string {
	if t.f.Limit <= 0 {
		return ""
	}
	return Money(t.f.Spend) + " of " + Money(t.f.Limit) + "."
}

// remaining is how long the rest lasts at the current rate; 0 if unknown.
func (t *telling) remaining() time.Duration {
	left := t.f.Limit - t.f.Spend
	if t.f.PerHour <= 0 || left <= 0 {
		return 0
	}
	hours := left.Dollars() / t.f.PerHour.Dollars()
	const most = 400 * 24
	if hours > most {
		return 0
	}
	return time.Duration(hours * float64(time.Hour))
}

func (t *telling) lasts() string {
	d, reset := t.remaining(), t.resetsIn()
	switch {
	case d > 0 && reset != "":
		return "At the last hour's rate it lasts about " + lasting(d) + "; resets in " + reset + "."
	case d > 0:
		return "At the last hour's rate it lasts about " + lasting(d) + "."
	case reset != "":
		return "Resets in " + reset + "."
	}
	return ""
}

func (t *telling) left() string {
	if d := t.remaining(); d > 0 {
		return "About " + lasting(d) + " left at the current rate."
	}
	return ""
}

func (t *telling) resetsIn() string {
	if d := t.f.Resets.Sub(t.now); !t.f.Resets.IsZero() && d > 0 {
		return span(d)
	}
	return ""
}

// resetOrRaised says how a budget came to have room again.
func (t *telling) resetOrRaised() string {
	if t.f.Limit <= 0 {
		return ""
	}
	return "Reset or raised: now " + percent(t.f.Used) + " of " + Money(t.f.Limit) + " used."
}

func (t *telling) affected() string {
	if t.f.Keys <= 0 {
		return ""
	}
	return plural(t.f.Keys, "key") + " affected."
}

func (t *telling) models() string {
	if t.f.Models <= 0 {
		return ""
	}
	return plural(t.f.Models, "model") + " affected."
}

func (t *telling) failedShare() string {
	return percent(float64(t.f.Failed) / float64(max(t.f.Requests, 1)))
}

func (t *telling) failures() string {
	if t.f.Requests <= 0 || t.f.Failed <= 0 {
		return ""
	}
	return fmt.Sprintf("%s of %d requests failed in 5 min.", t.failedShare(), t.f.Requests)
}

func (t *telling) fallback() string {
	if t.f.Uncovered <= 0 {
		return ""
	}
	return fmt.Sprintf("%d of %s have no fallback.", t.f.Uncovered, plural(t.f.Models, "model"))
}

func (t *telling) slow() string {
	switch {
	case t.f.P95MS <= 0:
		return ""
	case t.f.UsualP95 > 0:
		return fmt.Sprintf("It takes %s, usually %s.", millis(t.f.P95MS), millis(t.f.UsualP95))
	}
	return "It takes " + millis(t.f.P95MS) + "."
}

func millis(ms float64) string {
	if ms < 1000 {
		return strconv.Itoa(int(ms)) + " ms"
	}
	return strconv.FormatFloat(ms/1000, 'f', 1, 64) + " s"
}

func (t *telling) looksLikeLoop() string {
	if t.f.Equal <= 0 {
		return ""
	}
	return fmt.Sprintf("Looks like a loop: %d equal requests to %s.", t.f.Equal, shorten(clean(t.f.Model), 40))
}

func (t *telling) more(word string) string {
	if t.f.Models <= 1 {
		return "."
	}
	return fmt.Sprintf(" and %d %s.", t.f.Models-1, word)
}

func (t *telling) oldNew() string {
	if t.f.Old == "" && t.f.New == "" {
		return ""
	}
	return shorten(clean(t.f.Old), 20) + " → " + shorten(clean(t.f.New), 20) + "."
}

// days writes a forecast's range by weekdays.
func (t *telling) days(early, late time.Time) string {
	a, b := early.In(t.zone()).Format("Mon"), late.In(t.zone()).Format("Mon")
	if a == b {
		return a
	}
	return a + "–" + b
}

func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

func (t *telling) brief() string {
	if p := phrases[t.Rule]; p.brief != nil {
		return p.brief(t)
	}
	return t.f.Name
}

func unusual(_ *telling, name, gw string) string {
	return "Unusual spend on key \"" + name + "\"" + at(gw)
}

func healthyAgain(_ *telling, name, gw string) string { return name + " is healthy again" + at(gw) }

func wasDown(t *telling) []string { return []string{"Was down " + span(t.lasted()) + "."} }

func ofKey(name string) string {
	if name == "" {
		return ""
	}
	return " — key \"" + name + "\""
}

func medium(m string) string {
	switch m {
	case "":
		return "Task"
	}
	return capital(m)
}

func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

func stop(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

func sentencePart(s string) string {
	if s == "" {
		return "Answer"
	}
	return capital(s)
}

func entityNoun(kind string) string {
	switch kind {
	case "provider":
		return "Provider"
	case "model_mapping":
		return "Mapping"
	case "virtual_key":
		return "Virtual key"
	}
	return "Setting"
}

func eventBus(part string) bool {
	p := strings.ToLower(part)
	return strings.Contains(p, "bus") || strings.Contains(p, "rabbit") || strings.Contains(p, "masstransit")
}

// oneNoun is the noun of several alerts: that of their rule if it is one,
// else a general one of their category.
func oneNoun(say Say, alerts []Alert) (noun string, same bool) {
	for i := range alerts {
		p := phrases[alerts[i].Rule]
		n := p.many
		if say == SayResolved {
			n = nameOr(p.manyOver, "alerts over")
		}
		if i > 0 && n != noun {
			return general(say, alerts), false
		}
		noun = n
	}
	if say == SayUnstable {
		return "things are unstable", true
	}
	return noun, true
}

func general(say Say, alerts []Alert) string {
	if say == SayResolved {
		return "alerts over"
	}
	noun := string(alerts[0].Category) + " alerts"
	for i := range alerts {
		if alerts[i].Category != alerts[0].Category {
			return "alerts"
		}
	}
	return noun
}

// shortNoun is what an alert says of its entity in a word or two.
func shortNoun(a *Alert) string {
	switch a.Rule {
	case "budget.used":
		return "near its limit"
	case "budget.exhausted":
		return "out of budget"
	case "provider.unhealthy", "provider.unhealthy.derived":
		return "unhealthy"
	case "provider.degraded":
		return "degraded"
	case "provider.credentials":
		return "rejected our key"
	case "provider.switched_off":
		return "switched off"
	case "gateway.unreachable":
		return "does not answer"
	case "spend.spike", "spend.loop":
		return "unusual spend"
	case "task.failed":
		return "failed"
	case "task.stuck":
		return "stuck"
	case "hub.down":
		return "paused"
	case "hub.silent":
		return "stuck"
	case "key.expiring":
		return nameOr(a.Facts.Action, "expiring")
	}
	_, word, _ := strings.Cut(a.Rule, ".")
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
		if !strings.HasPrefix(a.Rule, "provider.unhealthy") || a.Facts.Name != alerts[0].Facts.Name {
			return "", false
		}
		seen[a.Gateway] = true
	}
	return alerts[0].Facts.Name, len(seen) == len(alerts) && len(seen) > 1
}

func leastThreshold(alerts []Alert) float64 {
	least := 0.0
	for i := range alerts {
		if th := thresholdOf(alerts[i].Dimension); least == 0 || th < least {
			least = th
		}
	}
	return least
}
