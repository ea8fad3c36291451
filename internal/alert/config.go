package alert

import (
	"slices"
	"strconv"
	"time"

	"gatewatch/internal/event"
)

// Threshold is a used share of a budget that matters.
type Threshold struct {
	At       float64        `json:"at"` // 0–1
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

// UserThresholds makes thresholds of a user's shares, such as 0.8 and 0.95:
// the highest is critical, the others are warnings. A single one is critical.
func UserThresholds(shares ...float64) []Threshold {
	shares = slices.Clone(shares)
	slices.Sort(shares)
	shares = slices.Compact(shares)
	ts := make([]Threshold, 0, len(shares))
	for i, s := range shares {
		t := Threshold{At: s, Severity: event.SeverityWarning}
		if i == len(shares)-1 {
			t.Severity = event.SeverityCritical
		}
		ts = append(ts, t)
	}
	return ts
}

// Thresholds inherit: a key's own, else its group's, else its gateway's, else
// Default. Maps are keyed by the ids of the live state; nil maps are empty.
type Thresholds struct {
	Default  []Threshold
	Gateways map[string][]Threshold
	Groups   map[string][]Threshold
	Keys     map[string][]Threshold
}

// of gives the thresholds of a key (key and group set) or a group.
func (t *Thresholds) of(gateway, group, key string) []Threshold {
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
	// Watched are the keys (ids of the live state) whose tasks are told;
	// empty means all.
	Watched map[string]bool
	// StaleAfter is how old polled data may be before alerts on it are marked
	// stale.
	StaleAfter time.Duration
	// Location is whose clock texts show; nil means time.Local.
	Location *time.Location
	// Inhibitions that are switched off, by their id ("I1" … "I8").
	InhibitionsOff map[string]bool
}

// DefaultConfig is what a fresh installation watches.
func DefaultConfig() Config {
	return Config{
		Thresholds: Thresholds{Default: DefaultThresholds()},
		MinBudget:  event.PerUSD,
		StaleAfter: 180 * time.Second, // three polls of the slowest common source
	}
}

// Situation is what surrounds us. The zero value is: online, awake, started
// long ago, nobody looking.
type Situation struct {
	// Offline is true while there is no network.
	Offline bool
	// Since is when we started, woke up or came back online; Grace is how long
	// after it remote conditions wait for their first snapshot (30 s; 0 for
	// the demo), and Ready ends that early: all snapshots are in.
	Since time.Time
	Grace time.Duration
	Ready bool
	// AwayFrom is since when nothing was watched before Since (asleep, not
	// running, offline); zero if unknown.
	AwayFrom time.Time
	// Looking is true while the window is in front; Locked while the screen
	// is locked.
	Looking bool
	Locked  bool
	// Spent and TasksDone are what happened while away, for the digest.
	Spent     event.NanoUSD
	TasksDone int
}

// DefaultGrace is how long after a start or a wake remote conditions wait:
// Wi-Fi, name resolution, TLS and several hubs take their time.
const DefaultGrace = 30 * time.Second

// Away reports whether remote conditions cannot be judged at now, and until
// when at the latest (zero: unknown).
func (s Situation) Away(now time.Time) (away bool, until time.Time) {
	if s.Offline {
		return true, time.Time{}
	}
	if s.Since.IsZero() || s.Ready || s.Grace <= 0 {
		return false, time.Time{}
	}
	until = s.Since.Add(s.Grace)
	return now.Before(until), until
}
