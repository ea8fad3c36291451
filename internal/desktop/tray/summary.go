package tray

import (
	"time"

	"gatewatch/internal/core/event"
)

// Summary is how things are, as much of it as the tray can show. The zero
// value says that nothing is known yet. The texts may come from a gateway and may
// hold anything; StatusItemOf cleans them.
type Summary struct {
	// Critical and Warning count the firing alerts that nobody has
	// acknowledged.
	Critical, Warning int
	// Reasons are those alerts in words, the weightiest first. More than
	// MaxReasons are not shown singly.
	Reasons []Reason

	// Condition and Says are the outlook of all gateways, as the first page has it:
	// its condition, and its sentence in short. The zero values say that nothing was
	// concluded yet.
	Condition, Says string
	// Up is true if there is any connection.
	Up bool
	// Gateways are listed when there is more than one.
	Gateways []Gateway

	// SpendPerHour is over the last SpendMinutes minutes, and at least that where
	// SpendAtLeast; it is shown if HasSpend, SpentToday if HasToday.
	SpendPerHour event.NanoUSD
	SpendMinutes int64
	SpendAtLeast bool
	HasSpend     bool
	SpentToday   event.NanoUSD
	HasToday     bool
	TodayAtLeast bool      // not all of the day was seen
	TodayAsOf    time.Time // of what could not be read again since; else zero

	// Budgets are the tightest, tightest first, of BudgetCount; Providers what
	// fails first, of ProviderCount. More than MaxBudgets and MaxProviders are
	// not shown singly.
	Budgets       []Budget
	BudgetCount   int
	Providers     []Provider
	ProviderCount int
	// Tasks are those that have not ended, newest first: Running, of which Stuck
	// have not moved for long, and Lost, of which nobody knows how they are. More
	// than MaxTasks are not shown singly.
	Tasks                []Task
	Running, Lost, Stuck int

	// Updated is when data last came that can be trusted; zero if never. Heard is when
	// anything came, be it a sign of life.
	Updated, Heard time.Time
	// SilencedUntil is until when notifications are held back; zero or past if they are
	// not.
	SilencedUntil time.Time
	// Updates is true if a newer version can be looked for. A Tray sets it itself.
	Updates bool
	// Now is the time that the summary is of. A Tray sets it itself.
	Now time.Time
}

// Reason is an alert in words, such as "OpenAI unhealthy — prod, 4 min".
type Reason struct {
	Severity event.Severity
	Text     string
	Route    string    // the page to open on a click; "" means the alerts
	Since    time.Time // when it began; zero leaves out how long it lasts
}

// Budget is a key or a group of keys with a limit.
type Budget struct {
	Name    string
	Gateway string        // its name, where another gateway has a budget of this name; else ""
	Used    float64       // share of the limit
	Limit   event.NanoUSD // negative: not known
	Route   string
	Lasts   time.Time // when it is likely used up, before any reset; zero: not foreseen
}

// Provider is an upstream provider, with its health as state.Provider has it; of one
// that is Past it is only known how it was.
type Provider struct {
	Name, Health, Route string
	Past                bool
	Gateway             string // its name, where another gateway has a provider of this name; else ""
}

// Task is a task that has not ended; a negative progress is one that waits.
type Task struct {
	Medium, Name string
	Progress     float64 // 0–100
	Lost         bool    // what told of it is gone: nobody knows how it is
	Route        string
}

// Gateway is one gateway's connection.
type Gateway struct {
	ID    event.GatewayID
	State event.LinkState
	Cause string // why it is not connected; may be empty
}
