package alert

import (
	"time"

	"gatewatch/internal/event"
)

// Tell says whether a rule's alerts are worth a notification.
type Tell string

// The ways of telling.
const (
	TellNever  Tell = "never"  // timeline and list only
	TellNotice Tell = "notice" // a notification
	TellSilent Tell = "silent" // a notification without sound
	TellDigest Tell = "digest" // only within the next digest
)

// Rule is a condition to watch, as data: the settings page, the docs and the
// evaluator read the same value.
type Rule struct {
	ID       string         `json:"id"` // such as "provider.unhealthy"
	Title    string         `json:"title"`
	Category Category       `json:"category"`
	Severity event.Severity `json:"severity"` // where a sample does not say
	// For is how long the condition must hold before it fires; Keep how long
	// it must be gone before it is resolved.
	For  time.Duration `json:"for"`
	Keep time.Duration `json:"keep"`
	// Repeat is after how long an unacknowledged critical alert is told
	// again; 0 means never.
	Repeat time.Duration `json:"repeat"`
	// Escalate raises the severity to EscalateTo after firing that long; 0
	// means never.
	Escalate   time.Duration  `json:"escalate,omitempty"`
	EscalateTo event.Severity `json:"escalateTo,omitempty"`
	// Point rules are of events, not of conditions: they end when the event
	// is no longer shown, without news.
	Point bool `json:"point,omitempty"`
	// Tell is for its beginning, from severity TellFrom on; TellEnd for its
	// end, from severity TellEndFrom on ("" means all).
	Tell        Tell           `json:"tell"`
	TellFrom    event.Severity `json:"tellFrom"`
	TellEnd     Tell           `json:"tellEnd"`
	TellEndFrom event.Severity `json:"tellEndFrom,omitempty"`
	// OncePerEpoch rules speak once per budget epoch.
	OncePerEpoch bool `json:"oncePerEpoch,omitempty"`
	// Flaps is true if the flap filter watches it; FlapsOpen, that only changes
	// of an alert that has fired count: a connection that blinks while Wi-Fi
	// roams is nobody's news.
	Flaps     bool `json:"flaps,omitempty"`
	FlapsOpen bool `json:"flapsOpen,omitempty"`
	// Off rules are not looked at unless the settings switch them on.
	Off bool `json:"off,omitempty"`
	// Rank orders rules of one entity by how much they explain; see I5, I7.
	Rank int `json:"rank"`
	// Needs names an input that this rule has nothing to say without, see
	// Inputs; "" if the live state is enough.
	Needs string `json:"needs,omitempty"`

	// check yields a sample for every entity of which the condition holds,
	// nearly holds or is unknown.
	check func(v *view, yield func(Sample))
	// look judges one alert's entity that check did not yield; nil means: the
	// condition is gone, if the entity is still there.
	look func(v *view, a *Alert) Sample
}

// verdict says whether a condition holds.
type verdict uint8

const (
	holds   verdict = iota // it holds
	keeps                  // not enough to begin, enough to go on
	fails                  // it does not hold
	unknown                // nobody can say: neither begins nor ends
	ended                  // it is over for another reason, see Sample.End
)

// Sample is one entity that a rule looked at.
type Sample struct {
	Gateway   string
	Kind      string // of entity: "key", "provider" …
	Entity    string // its own id
	Thing     string // its id in the live state
	Dimension string
	Epoch     string
	Severity  event.Severity // "" means the rule's
	Facts     Facts
	Value     float64 // negative: none
	Trust     Trust
	End       End    // for verdict ended
	At        int64  // Unix milliseconds of the data; 0 unknown
	Source    string // whence the data came, such as "hub:spend"
	stale     bool
	v         verdict
}

// Setting changes one rule. The zero value changes nothing.
type Setting struct {
	// On and Off switch the rule; both false leaves it as it is.
	On, Off  bool
	Severity event.Severity // "" leaves it
	// For, Keep and Repeat replace the rule's; nil leaves them.
	For, Keep, Repeat *time.Duration
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
	}{{&r.For, s.For}, {&r.Keep, s.Keep}, {&r.Repeat, s.Repeat}} {
		if f.from != nil {
			*f.to = max(0, *f.from)
		}
	}
	return r
}
