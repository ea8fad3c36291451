package rest

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// healthSpan is how long a failure or a success says something about a provider.
const healthSpan = 10 * time.Minute

// A gateway switches a provider off within this time of the failure that made
// it do so.
const (
	beforeSwitch = 5 * time.Second
	afterSwitch  = time.Second
)

// providerSignals is what is known of one provider of an August gateway, which has no
// health of its own to report. How the gateway's components are is not concluded here
// but in package state (health_check.go).
type providerSignals struct {
	provider Provider
	errors   []ProviderError // of this provider, in any order
	// keys are its keys where they were read; nil where they were not.
	keys []ProviderKey
	// autoDisabledAt is the time of the change for which the gateway was found to have
	// switched it off; zero if it never was. The failure that shows it is
	// forgotten by the gateway before the provider is switched on again.
	autoDisabledAt time.Time
	// autoDisabledReason is what was said then.
	autoDisabledReason string
	// calls is the served requests of models that only this provider serves,
	// within healthSpan; latency is their mean in milliseconds.
	calls   int
	latency float64
	// served: the audit, which does not say how long it took, has a success
	// within healthSpan, and no other provider is of this type.
	served bool
	// over is the newest failure since which so many calls were served that failures up
	// to it are over; zero if there is none such.
	over time.Time
}

// servedEnough is how many calls in a row a provider serves until its failures are
// over, as for the alert on it.
const servedEnough = 10

// health derives a provider's health. The first rule that fits decides. Failures
// say nothing about a provider that was changed since, and the counters that
// the gateway keeps of them never go down, so they are not used.
func (e *providerSignals) health(now time.Time) event.ProviderHealthChanged {
	p := e.provider
	h := event.ProviderHealthChanged{
		Provider: event.ProviderID(p.ID), Name: string(p.Name), Health: event.HealthUnknown, LatencyMS: -1, At: now,
	}
	if p.Enabled.ok && !p.Enabled.on {
		e.judgeOff(&h)
		return h
	}
	e.autoDisabledAt, e.autoDisabledReason = time.Time{}, ""
	fatal, other := e.recent(now)
	switch {
	case p.Keys.ok && p.Keys.n == 0, len(e.keys) > 0 && !slices.ContainsFunc(e.keys, func(k ProviderKey) bool { return k.Enabled.on }):
		h.Health, h.Error = event.HealthUnhealthy, "no usable key"
	case len(fatal) > 0:
		h.Health, h.Error = event.HealthDegraded, byType(fatal)+"; the next one may switch it off"
	case len(other) > 0:
		h.Health, h.Error = event.HealthDegraded, byType(other)+" in 10 minutes"
	case e.calls > 0:
		h.Health, h.LatencyMS = event.HealthHealthy, math.Round(e.latency*10)/10
	case e.served:
		h.Health = event.HealthHealthy
	}
	return h
}

// judgeOff says who switched a provider off: the gateway, if it was changed
// just when a call failed for good.
func (e *providerSignals) judgeOff(h *event.ProviderHealthChanged) {
	at := e.provider.Updated.Time
	if why, ok := e.switchedOffBy(); ok {
		e.autoDisabledAt, e.autoDisabledReason = at, why
	}
	if !e.autoDisabledAt.IsZero() && e.autoDisabledAt.Equal(at) {
		h.Health, h.SwitchedOff, h.Error = event.HealthUnhealthy, true, e.autoDisabledReason
		h.SwitchedOffAt = ownTime(e.provider.Updated, time.Time{}, h.At)
		return
	}
	e.autoDisabledAt, e.autoDisabledReason = time.Time{}, ""
	h.Health, h.Error = event.HealthDisabled, "switched off by an administrator"
}

func (e *providerSignals) switchedOffBy() (why string, ok bool) {
	at := e.provider.Updated.Time
	if at.IsZero() {
		return "", false
	}
	var cause ProviderError
	for _, x := range e.errors {
		if d := x.At.Sub(at); x.Fatal.on && d >= -beforeSwitch && d <= afterSwitch && x.At.After(cause.At.Time) {
			cause = x
		}
	}
	if cause.At.IsZero() {
		return "", false
	}
	return fmt.Sprintf("switched off by the gateway at %s: %s; it stays off until an administrator enables it",
		at.UTC().Format("15:04:05 UTC"), describe(cause)), true
}

// statusInText finds the status in what the gateway says of a failed call; it
// sends it nowhere else.
var statusInText = regexp.MustCompile(`error: (\d{3})\b`)

// describe names a failure: "InvalidApiKey (401)".
func describe(x ProviderError) string {
	if m := statusInText.FindStringSubmatch(string(x.Message)); m != nil {
		return fmt.Sprintf("%s (%s)", x.Type, m[1])
	}
	return string(x.Type)
}

// recent sorts the failures that still count.
func (e *providerSignals) recent(now time.Time) (fatal, other []ProviderError) {
	for _, x := range e.errors {
		switch {
		case now.Sub(x.At.Time) > healthSpan:
		case !x.Fatal.on && !x.At.After(e.over):
		case !x.Fatal.on:
			other = append(other, x)
		case x.At.After(e.provider.Updated.Time):
			fatal = append(fatal, x)
		}
	}
	return fatal, other
}

// byType counts failures: "2 × ServiceUnavailable, 1 × RateLimitExceeded".
func byType(list []ProviderError) string {
	count := map[text]int{}
	var types []text
	for _, x := range list {
		if count[x.Type]++; count[x.Type] == 1 {
			types = append(types, x.Type)
		}
	}
	slices.SortFunc(types, func(a, b text) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(string(a), string(b))
	})
	var parts []string
	for _, t := range types {
		parts = append(parts, fmt.Sprintf("%d × %s", count[t], t))
	}
	return strings.Join(parts, ", ")
}

// checkedKinds are the providers that a July gateway really asks; for all
// others it says "online" without asking anybody.
var checkedKinds = []string{"openai", "anthropic", "google"}

// monitored reports whether a July gateway really checks a provider: it is
// configured so, its kind can be, and something was asked. endpoint is "" where
// it is not known.
func monitored(name string, monitors []Monitor, endpoint string) bool {
	on := slices.ContainsFunc(monitors, func(m Monitor) bool { return strings.EqualFold(string(m.Provider), name) && m.On.on })
	return on && slices.Contains(checkedKinds, strings.ToLower(name)) && !strings.EqualFold(endpoint, "unknown")
}

// checkHealth is a provider's health by a July gateway's own check, and unknown
// for one that is not checked. c is nil if there was no check yet.
func checkHealth(p Provider, c *Check, checked bool, now time.Time) event.ProviderHealthChanged {
	h := event.ProviderHealthChanged{
		Provider: event.ProviderID(p.Name), Name: string(p.Name), Health: event.HealthUnknown, LatencyMS: -1, At: now,
	}
	switch {
	case p.Enabled.ok && !p.Enabled.on:
		h.Health, h.Error = event.HealthDisabled, "switched off by an administrator"
	case !checked:
		h.Error = "not monitored"
	case c == nil:
		h.Error = "not checked yet"
	default:
		switch strings.ToLower(string(c.Status)) {
		case "0", "online":
			h.Health = event.HealthHealthy
		case "1", "offline":
			h.Health, h.Error = event.HealthUnhealthy, string(c.Message)
		}
		if c.Duration.ok {
			h.LatencyMS = math.Round(c.Duration.n*10) / 10
		}
	}
	return h
}

// restateInterval is how often a health that is not good is reported again although it is
// the same, so that it does not count as old.
const restateInterval = 100 * time.Second

// worthEmitting reports whether a health is to be reported after the last one reported.
func worthEmitting(last, now event.ProviderHealthChanged) bool {
	if last.Provider == "" || last.Health != now.Health || last.Error != now.Error || last.SwitchedOff != now.SwitchedOff || last.Name != now.Name {
		return true
	}
	if now.At.Sub(last.At) < restateInterval {
		return false
	}
	moved := math.Abs(now.LatencyMS-last.LatencyMS) > 0.25*math.Max(last.LatencyMS, 1)
	return moved || now.Health == event.HealthUnhealthy || now.Health == event.HealthDegraded
}
