package alert

import (
	"slices"
	"strconv"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// Threshold is a used share of a budget that matters.
type Threshold struct {
	Ratio    float64        `json:"at"` // 0–1
	Severity event.Severity `json:"severity"`
}

// dimension names a threshold within a fingerprint, such as "0.9".
func (e *Evaluator) dimension(at float64) string {
	if d, ok := e.dimensions[at]; ok {
		return d
	}
	d := strconv.FormatFloat(at, 'f', -1, 64)
	e.dimensions[at] = d
	return d
}

// DefaultThresholds are 50 % (timeline only), 75 % and 90 %.
func DefaultThresholds() []Threshold {
	return []Threshold{
		{0.50, event.SeverityInfo}, {0.75, event.SeverityWarning}, {0.90, event.SeverityCritical},
	}
}

// Thresholds inherit: a key's own, else its group's, else its gateway's, else
// Default. Maps are keyed by the ids of the live state; nil maps are empty.
type Thresholds struct {
	Default  []Threshold
	Gateways map[string][]Threshold
	Groups   map[string][]Threshold
	Keys     map[string][]Threshold
	// Members are those of keys within groups, where both have some of their
	// own: a key that has one of two takes the other from its group.
	Members map[Member][]Threshold
}

// Member is a key within a group, by their ids in the live state.
type Member struct{ Group, Key string }

// of gives the thresholds of a key (key and group set) or a group.
func (t *Thresholds) of(gateway, group, key string) []Threshold {
	if key != "" && len(t.Members) > 0 {
		if ts, ok := t.Members[Member{group, key}]; ok {
			return ts
		}
	}
	if key != "" && len(t.Keys) > 0 {
		if ts, ok := t.Keys[key]; ok {
			return ts
		}
	}
	if group != "" && len(t.Groups) > 0 {
		if ts, ok := t.Groups[group]; ok {
			return ts
		}
	}
	if len(t.Gateways) > 0 {
		if ts, ok := t.Gateways[gateway]; ok {
			return ts
		}
	}
	return t.Default
}

// Config says what is watched. Start from DefaultConfig.
type Config struct {
	// Rules changes built-in rules by their id; ids that this version does
	// not know change nothing, see Evaluator.UnknownRules.
	Rules      map[string]Setting
	Thresholds Thresholds
	// MinBudget holds budget.used back for budgets below it; 0 means none is
	// too small.
	MinBudget event.NanoUSD
	// Watched are the keys (ids of the live state) whose tasks are notified of;
	// empty means all.
	Watched map[string]bool
	// StaleAfter is how old polled data may be before alerts on it are marked
	// stale.
	StaleAfter time.Duration
	// Location is whose clock texts show; nil means time.Local.
	Location *time.Location
	// Normal is what rules of habits do not tell of any more.
	Normal []Normal
	// InhibitionsOff are switched off, by their id (InhibitGatewayDown).
	InhibitionsOff map[string]bool
}

// Normal is what a Habit rule found of an entity, and the user called normal.
type Normal struct {
	Rule, Gateway, Kind, Entity, Dimension string
	// Value is what it was; what is well above it is told all the same. 0 covers
	// everything.
	Value float64
}

// normalMargin is up to how many times what was called normal still is.
const normalMargin = 1.5

// covers reports whether a value is normal.
func (n *Normal) covers(value float64) bool { return n.Value <= 0 || value <= normalMargin*n.Value }

// normal reports whether the user called a finding normal.
func (e *Evaluator) normal(r *Rule, gateway, kind, entity, dimension string, value float64) bool {
	if !r.Habit {
		return false
	}
	return slices.ContainsFunc(e.cfg.Normal, func(n Normal) bool {
		return n.Rule == r.ID && n.Gateway == gateway && n.Kind == kind && n.Entity == entity && n.Dimension == dimension && n.covers(value)
	})
}

// DefaultConfig is what a fresh installation watches.
func DefaultConfig() Config {
	return Config{
		Thresholds: Thresholds{Default: DefaultThresholds()},
		MinBudget:  event.PerUSD,
		StaleAfter: 180 * time.Second, // three polls of the slowest common source
	}
}

// SystemState is what surrounds us. The zero value is: online, awake, started
// long ago, nobody looking.
type SystemState struct {
	// Offline is true while there is no network.
	Offline bool
	// Since is when we started, woke up or came back online; Grace is how long
	// after it remote conditions wait for their first snapshot (30 s; 0 for
	// the demo), and Ready ends that early: all snapshots are in.
	Since time.Time
	Grace time.Duration
	Ready bool
	// AwaySince is since when nothing was watched before Since (asleep, not
	// running, offline); zero if unknown.
	AwaySince time.Time
	// WindowFocused is true while the window is in front; Locked while the screen
	// is locked.
	WindowFocused bool
	Locked        bool
	// Spent and TasksDone are what happened while away, for the digest, and
	// Shortages the groups that ran out of money then and have some again, in the
	// order in which that became known.
	Spent     event.NanoUSD
	TasksDone int
	Shortages []Shortage
}

// Shortage is a group that was out of money for a while.
type Shortage = text.Shortage

// DefaultGrace is how long after a start or a wake remote conditions wait:
// Wi-Fi, name resolution, TLS and several hubs take their time.
const DefaultGrace = 30 * time.Second

// Away reports whether remote conditions are unknown at now, and until
// when at the latest (zero: unknown).
func (s SystemState) Away(now time.Time) (away bool, until time.Time) {
	if s.Offline {
		return true, time.Time{}
	}
	if s.Since.IsZero() || s.Ready || s.Grace <= 0 {
		return false, time.Time{}
	}
	until = s.Since.Add(s.Grace)
	return now.Before(until), until
}
