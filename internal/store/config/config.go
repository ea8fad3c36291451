// Package config reads, checks and writes the settings, and knows where the
// program's files are. It is not a store of secrets: a profile only says
// whether a key is kept in the keychain (package secret holds it).
//
// Everything here is called from any goroutine and keeps no state of its own;
// Watch runs on its caller's goroutine and owns nothing beyond its return.
package config

import (
	"time"

	"gatewatch/internal/core/event"
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
	Keys          Keys          `json:"keys"`
	Updates       Updates       `json:"updates"`
	Window        Window        `json:"window"`
	Retention     Retention     `json:"retention"`
}

// Alerts says when something deserves attention.
type Alerts struct {
	// Thresholds are the gateway-wide defaults; see Settings.ThresholdsFor.
	Thresholds Thresholds `json:"thresholds"`
	// ExtraThresholds are further shares of a budget that are notified of, each once: a warning
	// below the critical threshold, critical above it.
	ExtraThresholds []float64 `json:"more"`
	// MinBudget holds back budget alerts of budgets below it, in
	// nano-dollars; 0 holds back none.
	MinBudget event.NanoUSD `json:"minBudget"`
	// Rules overrides rules by their id. Ids that this version does not know
	// are kept; see Settings.UnknownRules.
	Rules map[string]RuleOverride `json:"rules"`
	// Normal is what the user called normal of what rules found unusual.
	Normal []Normal `json:"normal"`
}

// Normal is something that a rule found unusual and the user called normal.
type Normal struct {
	Rule      string          `json:"rule"`
	Gateway   event.GatewayID `json:"gateway"`
	Kind      string          `json:"kind"` // of entity
	Entity    string          `json:"entity"`
	Dimension string          `json:"dimension,omitempty"` // such as a model
	// Value is what it was, in the rule's measure; what is well above it is told
	// again. 0: whatever it is.
	Value float64 `json:"value,omitempty"`
	Title string  `json:"title,omitempty"` // what the alert said
}

// Same reports whether another is of the same finding, whatever its value.
func (n *Normal) Same(o Normal) bool {
	return n.Rule == o.Rule && n.Gateway == o.Gateway && n.Kind == o.Kind && n.Entity == o.Entity && n.Dimension == o.Dimension
}

// RuleOverride changes one rule. The zero value changes nothing.
type RuleOverride struct {
	// Off switches the rule off, or on where it is off by itself; nil leaves
	// it.
	Off *bool `json:"off,omitempty"`
	// Severity replaces the rule's own; "" leaves it.
	Severity event.Severity `json:"severity,omitempty"`
	// For is how long the condition must hold; nil leaves the rule's own.
	For *time.Duration `json:"for,omitempty"`
	// KeepFiringFor is how long the condition must be gone; nil leaves the rule's own.
	KeepFiringFor *time.Duration `json:"keep,omitempty"`
	// RepeatInterval is the wait before a critical alert of it that nobody
	// acknowledged is notified of again, 0 for never; nil leaves what holds for all.
	RepeatInterval *time.Duration `json:"repeat,omitempty"`
}

// Notifications says what is notified of, and how.
type Notifications struct {
	Enabled bool `json:"enabled"`
	// Minimum is the least severity that raises a native notification.
	Minimum event.Severity `json:"minimum"`
	// SendResolved also notifies that an alert is over.
	SendResolved bool `json:"recovered"`
	// Tasks also notifies that a watched task is done.
	Tasks bool `json:"tasks"`
	Sound bool `json:"sound"`
	// Private leaves amounts and names out of the notification.
	Private bool `json:"private"`
	// RepeatInterval is the wait before a critical alert that nobody acknowledged is
	// notified of again; 0 never repeats.
	RepeatInterval time.Duration `json:"repeat"`
	// PerMinute and PerHour limit the notifications; what exceeds them is gathered
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

// Updates says where a newer version would be named. Nothing is ever installed.
type Updates struct {
	Daily   bool   `json:"daily"`   // look once a day
	Address string `json:"address"` // of a signed version file; "" for none
	Key     string `json:"key"`     // ed25519 public key that it is signed with, base64
}

// Keys says what becomes of keys where there is no keychain.
type Keys struct {
	// InMemory is that the user knows that keys end with the program, and wants
	// it so.
	InMemory bool `json:"inMemory"`
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
	// StartAtLogin is what is wanted; the system's autostart entry is made by app.
	StartAtLogin bool `json:"startAtLogin"`
	// LoginAsked is that the user has said whether to start at login.
	LoginAsked bool `json:"loginAsked"`
	// TextSize is how large everything is drawn, in per cent.
	TextSize int `json:"textSize"`
}

// How large the window may be drawn, in per cent: below, letters are too small to
// be read, and above, a page does not fit a small screen any more.
const (
	LeastTextSize = 70
	MostTextSize  = 200
)

// Retention says how long history is kept.
type Retention struct {
	Events time.Duration `json:"events"` // single events
	Sums   time.Duration `json:"sums"`   // rollups of spend
	// MaxMegabytes caps the history file; the oldest events go first.
	MaxMegabytes int `json:"maxMegabytes"`
}

// Default returns the settings of a fresh installation: no profiles.
func Default() Settings {
	return Settings{
		Profiles: []Profile{},
		Alerts: Alerts{
			Thresholds:      Thresholds{Warning: 0.75, Critical: 0.90},
			ExtraThresholds: []float64{},
			MinBudget:       event.PerUSD,
			Rules:           map[string]RuleOverride{},
		},
		Notifications: Notifications{
			Enabled: true, Minimum: event.SeverityWarning, SendResolved: true, Sound: true,
			RepeatInterval: 4 * time.Hour, PerMinute: 4, PerHour: 12,
		},
		QuietHours: QuietHours{CriticalPasses: true, Spans: []QuietSpan{}},
		Reconnect: Reconnect{
			Schedule: []time.Duration{0, 2 * time.Second, 10 * time.Second, 30 * time.Second},
			Max:      30 * time.Second,
		},
		Network:   Network{Transports: AllTransports()},
		Window:    Window{Theme: ThemeAuto, CloseToTray: true, TextSize: 100},
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
