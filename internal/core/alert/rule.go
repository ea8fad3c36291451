package alert

import (
	"time"

	"gatewatch/internal/core/event"
)

// NotificationPolicy says whether a rule's alerts are worth a notification.
type NotificationPolicy string

// The policies.
const (
	NotifyNever        NotificationPolicy = "never"  // timeline and list only
	NotifyNow          NotificationPolicy = "notice" // a notification
	NotifyWithoutSound NotificationPolicy = "silent" // a notification without sound
	NotifyInDigest     NotificationPolicy = "digest" // only within the next digest
)

// Rule is a condition to watch, as data: the settings page, the docs and the
// evaluator read the same value.
type Rule struct {
	ID       string         `json:"id"` // such as "provider.unhealthy"
	Title    string         `json:"title"`
	Category Category       `json:"category"`
	Severity event.Severity `json:"severity"` // where a sample does not say
	// For is how long the condition must hold before it fires; KeepFiringFor how long
	// it must be gone before it is resolved.
	For           time.Duration `json:"for"`
	KeepFiringFor time.Duration `json:"keep"`
	// RepeatInterval is after how long an unacknowledged critical alert is notified of
	// again; 0 means never.
	RepeatInterval time.Duration `json:"repeat"`
	// RepeatSet is true if the user set that for this rule, above what holds for all.
	RepeatSet bool `json:"repeatSet,omitempty"`
	// Escalate raises the severity to EscalateTo after firing that long; 0
	// means never.
	Escalate   time.Duration  `json:"escalate,omitempty"`
	EscalateTo event.Severity `json:"escalateTo,omitempty"`
	// PointInTime rules are of events, not of conditions: they end when the event
	// is no longer shown, without news.
	PointInTime bool `json:"point,omitempty"`
	// OnFiring is for its beginning, from severity OnFiringFrom on; OnResolved for its
	// end, from severity OnResolvedFrom on ("" means all).
	OnFiring       NotificationPolicy `json:"tell"`
	OnFiringFrom   event.Severity     `json:"tellFrom"`
	OnResolved     NotificationPolicy `json:"tellEnd"`
	OnResolvedFrom event.Severity     `json:"tellEndFrom,omitempty"`
	// OncePerPeriod rules speak once per budget period.
	OncePerPeriod bool `json:"oncePerEpoch,omitempty"`
	// DetectFlapping is true if the flap filter watches it; FlapOnlyWhenFired, that only changes
	// of an alert that has fired count: a connection that blinks while Wi-Fi
	// roams is nobody's news.
	DetectFlapping    bool `json:"flaps,omitempty"`
	FlapOnlyWhenFired bool `json:"flapsOpen,omitempty"`
	// Habit rules are of what is unusual: what the user called normal is not told again.
	Habit bool `json:"habit,omitempty"`
	// Off rules are not looked at unless the settings switch them on.
	Off bool `json:"off,omitempty"`
	// Rank orders rules of one entity by which inhibits which; see Inhibition.LowerRankOnly.
	Rank int `json:"rank"`
	// Needs names an input that this rule has nothing to say without, see
	// Inputs; "" if the live state is enough.
	Needs string `json:"needs,omitempty"`

	// check yields a sample for every entity of which the condition holds,
	// nearly holds or is unknown.
	check func(v *evalContext, yield func(Result))
	// recheck evaluates one alert's entity that check did not yield; nil means: the
	// condition is gone, if the entity is still there.
	recheck func(v *evalContext, a *Alert) Result
}

// condition says whether a condition holds.
type condition uint8

const (
	conditionMet        condition = iota // it holds
	conditionHysteresis                  // not enough to begin, enough to go on
	conditionNotMet                      // it does not hold
	conditionUnknown                     // nobody can say: neither begins nor ends
	conditionEnded                       // it is over for another reason, see Sample.End
)

// Result is one entity that a rule looked at.
type Result struct {
	Gateway     string
	Kind        string // of entity: "key", "provider" …
	Entity      string // its own id
	StateID     string // its id in the live state
	Dimension   string
	Period      string
	Severity    event.Severity // "" means the rule's
	Annotations Annotations
	Value       float64 // negative: none
	Trust       Trust
	EndReason   EndReason // for conditionEnded; of conditionNotMet, why it ends if that stays: "" is EndCleared
	At          int64     // Unix milliseconds of the data; 0 unknown
	LookedAt    int64     // Unix milliseconds of when it was tried last whether it is still so; 0: it is seen all the time
	Source      string    // whence the data came, such as "hub:spend"
	stale       bool
	// ripe is true if the condition has held for long enough already.
	ripe      bool
	condition condition
}

// Setting changes one rule. The zero value changes nothing.
type Setting struct {
	// On and Off switch the rule; both false leaves it as it is.
	On, Off  bool
	Severity event.Severity // "" leaves it
	// For, Keep and Repeat replace the rule's; nil leaves them.
	For, KeepFiringFor, RepeatInterval *time.Duration
}

// apply gives the rule as changed.
func (s Setting) apply(r Rule) Rule {
	switch {
	case s.Off:
		r.Off = true
	case s.On:
		r.Off = false
	}
	if s.Severity != "" {
		r.Severity = s.Severity
	}
	for _, f := range []struct {
		to   *time.Duration
		from *time.Duration
	}{{&r.For, s.For}, {&r.KeepFiringFor, s.KeepFiringFor}, {&r.RepeatInterval, s.RepeatInterval}} {
		if f.from != nil {
			*f.to = max(0, *f.from)
		}
	}
	r.RepeatSet = s.RepeatInterval != nil
	return r
}
