// Package config reads, checks and writes the settings, and knows where the
// program's files are. It is not a store of secrets: a profile only says
// whether a key is kept in the keychain (package secret holds it).
//
// Everything here is called from any goroutine and keeps no state of its own;
// Watch runs on its caller's goroutine and owns nothing beyond its return.
package config

import (
	"time"

	"gatewatch/internal/event"
)

// Version is the version of the settings file that this program writes.
const Version = 1

// Settings is everything that the user can set. Start from Default: the zero
// value is not usable. It is a plain value; Clone makes an independent copy.
type Settings struct {
	Profiles      []Profile     `json:"profiles"`
	Alerts        Alerts        `json:"alerts"`
	Notifications Notifications `json:"notifications"`
	QuietHours    QuietHours    `json:"quietHours"`
	Reconnect     Reconnect     `json:"reconnect"`
	Network       Network       `json:"network"`
	Window        Window        `json:"window"`
	Retention     Retention     `json:"retention"`
}

// Alerts says when something deserves attention.
type Alerts struct {
	// Thresholds are the gateway-wide defaults; see Settings.ThresholdsFor.
	Thresholds Thresholds `json:"thresholds"`
	// More are further shares of a budget that are told, each once: a warning
	// below the critical threshold, critical above it.
	More []float64 `json:"more"`
	// MinBudget holds back budget alerts of budgets below it, in
	// nano-dollars; 0 holds back none.
	MinBudget event.NanoUSD `json:"minBudget"`
	// Rules overrides rules by their id. Ids that this version does not know
	// are kept; see Settings.UnknownRules.
	Rules map[string]RuleOverride `json:"rules"`
}

// RuleOverride changes one rule. The zero value changes nothing.
type RuleOverride struct {
	Off bool `json:"off"`
	// Severity replaces the rule's own; "" leaves it.
	Severity event.Severity `json:"severity,omitempty"`
	// For is how long the condition must hold; nil leaves the rule's own.
	For *time.Duration `json:"for,omitempty"`
	// Keep is how long the condition must be gone; nil leaves the rule's own.
	Keep *time.Duration `json:"keep,omitempty"`
}

// Notifications says what is told, and how.
type Notifications struct {
	Enabled bool `json:"enabled"`
	// Minimum is the least severity that raises a native notification.
	Minimum event.Severity `json:"minimum"`
	// Recovered also tells that an alert is over.
	Recovered bool `json:"recovered"`
	// Tasks also tells that a watched task is done.
	Tasks bool `json:"tasks"`
	Sound bool `json:"sound"`
	// Private leaves amounts and names out of the bubble.
	Private bool `json:"private"`
	// Repeat is the wait before a critical alert that nobody acknowledged is
	// told again; 0 never repeats.
	Repeat time.Duration `json:"repeat"`
	// PerMinute and PerHour cap the bubbles; what exceeds them is gathered
	// into one.
	PerMinute int `json:"perMinute"`
	PerHour   int `json:"perHour"`
}

// Reconnect is the schedule of attempts after a lost connection.
type Reconnect struct {
	// Schedule holds the waits before the first attempts, in order; never
	// empty. A wait of 0 means "soon": the hub never retries within 0.5 s.
	Schedule []time.Duration `json:"schedule"`
	// Max is the longest wait once the schedule is used up; attempts go on
	// for ever.
	Max time.Duration `json:"max"`
}

// Theme is how the window looks.
type Theme string

// The themes.
const (
	ThemeAuto  Theme = "auto"
	ThemeLight Theme = "light"
	ThemeDark  Theme = "dark"
)

// Window says how the window behaves.
type Window struct {
	Theme Theme `json:"theme"`
	// CloseToTray keeps watching when the window is closed.
	CloseToTray bool `json:"closeToTray"`
	StartHidden bool `json:"startHidden"`
	// StartAtLogin is the wish; the system's autostart entry is made by app.
	StartAtLogin bool `json:"startAtLogin"`
}

// Retention says how long history is kept.
type Retention struct {
	Events time.Duration `json:"events"` // single events
	Sums   time.Duration `json:"sums"`   // hourly sums of spend
	// MaxMegabytes caps the history file; the oldest events go first.
	MaxMegabytes int `json:"maxMegabytes"`
}

// Default returns the settings of a fresh installation: no profiles.
func Default() Settings {
	return Settings{
		Profiles: []Profile{},
		Alerts: Alerts{
			Thresholds: Thresholds{Warning: 0.75, Critical: 0.90},
			More:       []float64{},
			MinBudget:  event.PerUSD,
			Rules:      map[string]RuleOverride{},
		},
		Notifications: Notifications{
			Enabled: true, Minimum: event.SeverityWarning, Recovered: true, Sound: true,
			Repeat: 4 * time.Hour, PerMinute: 4, PerHour: 12,
		},
		QuietHours: QuietHours{CriticalPasses: true, Spans: []QuietSpan{}},
		Reconnect: Reconnect{
			Schedule: []time.Duration{0, 2 * time.Second, 10 * time.Second, 30 * time.Second},
			Max:      30 * time.Second,
		},
		Network:   Network{Transports: AllTransports()},
		Window:    Window{Theme: ThemeAuto, CloseToTray: true},
		Retention: Retention{Events: 90 * day, Sums: 400 * day, MaxMegabytes: 1024},
	}
}

const day = 24 * time.Hour

// Problem is something in the settings file that could not be used as it
// stands. What it is about is never lost: Save writes it back.
type Problem struct {
	Line int    `json:"line"` // in the file, from 1; 0 if it is not known
	Path string `json:"path"` // such as "alerts.thresholds.warning"
	// Message says what is wrong and what is done instead, without the value
	// of anything that might be a secret.
	Message string `json:"message"`
	// Unknown marks a field that this version does not know: a newer version
	// or a typing error.
	Unknown bool `json:"unknown"`
}
