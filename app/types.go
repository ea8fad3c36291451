package app

import "gatewatch/internal/state"

// The structs of this file pass to and from the page; TypeScript types are
// generated from them. They are plain: times are Unix milliseconds, durations
// milliseconds, money nano-dollars.

// Snapshot is everything shown now, as of frame Seq.
type Snapshot struct {
	Seq     uint64     `json:"seq"`
	Live    state.Live `json:"live"`
	Version string     `json:"version"`
	Demo    bool       `json:"demo"`
}

// GatewayKey is one virtual key of a stored gateway; never the key itself.
type GatewayKey struct {
	ID     string `json:"id"` // ours
	Label  string `json:"label"`
	Key    string `json:"key"`  // the gateway's id of it; "" until it told it
	Name   string `json:"name"` // the gateway's name of it
	Paused bool   `json:"paused"`
	// Kept says where the key is: "keychain", "memory", "environment", or ""
	// where it is missing.
	Kept string `json:"kept"`
}

// GatewayProfile is one stored gateway. It never holds a key.
type GatewayProfile struct {
	ID            string `json:"id"`
	Label         string `json:"label"`
	Colour        string `json:"colour"`
	Production    bool   `json:"production"`
	CoreURL       string `json:"coreUrl"`
	AdminURL      string `json:"adminUrl"`
	HasVirtualKey bool   `json:"hasVirtualKey"` // any
	HasMasterKey  bool   `json:"hasMasterKey"`
	Enabled       bool   `json:"enabled"`
	Demo          bool   `json:"demo"`
	// MasterKept is GatewayKey.Kept for the master key.
	MasterKept string       `json:"masterKept"`
	Keys       []GatewayKey `json:"keys"`
	Webhooks   []string     `json:"webhooks"`
}

// GatewayInput is a profile to make (ID "") or to change. With Demo the
// addresses are not used: the built-in demo gateway is watched.
type GatewayInput struct {
	ID         string `json:"id"`
	Label      string `json:"label"`
	Colour     string `json:"colour"`
	Production bool   `json:"production"`
	CoreURL    string `json:"coreUrl"`
	AdminURL   string `json:"adminUrl"`
	Enabled    bool   `json:"enabled"`
	Demo       bool   `json:"demo"`
	// Webhooks are addresses whose deliveries are followed, host and path.
	Webhooks []string `json:"webhooks"`
}

// RuleView is one rule of alerting with the numbers in force.
type RuleView struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Category string `json:"category"`
	Severity string `json:"severity"`
	Enabled  bool   `json:"enabled"`
	ForMS    int64  `json:"forMs"`
	KeepMS   int64  `json:"keepMs"`
	Notify   bool   `json:"notify"`
	Changed  bool   `json:"changed"` // by the user
}

// RuleInput changes a rule. Negative times and an empty severity leave the
// rule's own.
type RuleInput struct {
	ID       string `json:"id"`
	Enabled  bool   `json:"enabled"`
	Severity string `json:"severity"`
	ForMS    int64  `json:"forMs"`
	KeepMS   int64  `json:"keepMs"`
	Notify   bool   `json:"notify"`
}

// EventQuery asks for stored events. Empty strings and lists ask for all.
type EventQuery struct {
	Gateway    string   `json:"gateway"`
	Kinds      []string `json:"kinds"`
	Severities []string `json:"severities"`
	Text       string   `json:"text"`
	From       int64    `json:"from"` // 0: no bound
	To         int64    `json:"to"`   // 0: no bound
	Before     int64    `json:"before"`
	Limit      int      `json:"limit"` // 1–500
}

// EventPage is a page of events, newest first. Next is the Before of the next
// page; 0 at the end.
type EventPage struct {
	Events []state.EventLine `json:"events"`
	Next   int64             `json:"next"`
}

// SpendQuery asks for spend over time, of one key or of all, split by
// "provider", "model", "key", or "" for one sum. Series beyond Top are summed
// as "other".
type SpendQuery struct {
	Gateway string `json:"gateway"`
	Key     string `json:"key"`
	By      string `json:"by"`
	From    int64  `json:"from"`
	To      int64  `json:"to"`
	StepMS  int64  `json:"stepMs"`
	Top     int    `json:"top"`
}

// SpendSeries has one value per step for every series.
type SpendSeries struct {
	From   int64       `json:"from"`
	StepMS int64       `json:"stepMs"`
	Series []SpendLine `json:"series"`
}

// SpendLine is one series: nano-dollars per step, negative where nothing was
// recorded.
type SpendLine struct {
	Name   string  `json:"name"`
	Values []int64 `json:"values"`
}

// Decision is one judgement about telling the user of an alert.
type Decision struct {
	At       int64  `json:"at"`
	Status   string `json:"status"`
	Severity string `json:"severity"`
	Reason   string `json:"reason"`
	Told     bool   `json:"told"`
	Text     string `json:"text"`
}

// Thresholds are shares of a budget; All has every one, ascending.
type Thresholds struct {
	Warning  float64   `json:"warning"`
	Critical float64   `json:"critical"`
	All      []float64 `json:"all"`
}

// NotificationSettings say what is told, and how.
type NotificationSettings struct {
	Enabled   bool   `json:"enabled"`
	Minimum   string `json:"minimum"` // least severity of a native notification
	Recovered bool   `json:"recovered"`
	Tasks     bool   `json:"tasks"`
	Sound     bool   `json:"sound"`
	Privacy   bool   `json:"privacy"`
	RepeatMS  int64  `json:"repeatMs"` // 0: never
	PerMinute int    `json:"perMinute"`
	PerHour   int    `json:"perHour"`
}

// QuietHours are times in which only critical alerts are told.
type QuietHours struct {
	Enabled        bool        `json:"enabled"`
	CriticalPasses bool        `json:"criticalPasses"`
	Spans          []QuietSpan `json:"spans"`
}

// QuietSpan is local times such as "22:00"; an end before its start is the
// next morning. Days are 0 Sunday to 6 Saturday, of the start.
type QuietSpan struct {
	Days []int  `json:"days"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Appearance says how the window looks and behaves.
type Appearance struct {
	Theme        string `json:"theme"` // "auto", "light" or "dark"
	CloseToTray  bool   `json:"closeToTray"`
	StartHidden  bool   `json:"startHidden"`
	StartAtLogin bool   `json:"startAtLogin"`
}

// SettingsInput is what the user can set.
type SettingsInput struct {
	Thresholds    Thresholds           `json:"thresholds"`
	MinBudget     int64                `json:"minBudget"`
	Notifications NotificationSettings `json:"notifications"`
	QuietHours    QuietHours           `json:"quietHours"`
	Appearance    Appearance           `json:"appearance"`
}

// SettingsView is the settings in force, where they are kept, and what in
// that file was not understood.
type SettingsView struct {
	SettingsInput
	File     string   `json:"file"`
	Problems []string `json:"problems"`
}

// TestResult says what became of a test notification.
type TestResult struct {
	Delivered bool   `json:"delivered"`
	Driver    string `json:"driver"`
	Message   string `json:"message"`
}

// About says what this program is.
type About struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	Wails   string `json:"wails"`
	OS      string `json:"os"`
	DataDir string `json:"dataDir"`
	LogFile string `json:"logFile"`
}
