package app

import "gatewatch/internal/core/state"

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
	Key    string `json:"key"`  // the gateway's id of it; "" until it reported it
	Name   string `json:"name"` // the gateway's name of it
	Paused bool   `json:"paused"`
	// StoredIn says where the key is: "keychain", "file", "memory", "environment", or ""
	// where it is missing.
	StoredIn string `json:"storedIn"`
}

// KeyPlace is where keys are kept that are given now.
type KeyPlace struct {
	At     string `json:"at"`     // "keychain", "file" (a passphrase encrypts it) or "memory"
	Locked bool   `json:"locked"` // it can only be used once the user opens it
	File   string `json:"file"`   // the file of keys, whether it is there or not
	Why    string `json:"why"`    // why it is memory; "" otherwise
	// Wanted is that the user wants memory where there is no keychain.
	Wanted bool `json:"wanted"`
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
	// EnvironmentKeys is how many virtual keys are in use that the environment
	// gave, and that Keys therefore does not list.
	EnvironmentKeys int `json:"environmentKeys"`
	// MasterKeyStoredIn is GatewayKey.Kept for the master key.
	MasterKeyStoredIn string       `json:"masterKeyStoredIn"`
	Keys              []GatewayKey `json:"keys"`
	Webhooks          []string     `json:"webhooks"`
	Network           OwnNetwork   `json:"network"`
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
	Webhooks []string   `json:"webhooks"`
	Network  OwnNetwork `json:"network"`
}

// ProbeCheck is one thing that was looked at once: result is "ok", "info",
// "warning", "critical" or "skipped".
type ProbeCheck struct {
	Section string `json:"section"`
	Title   string `json:"title"`
	Result  string `json:"result"`
	Text    string `json:"text"`
	Do      string `json:"do"` // what to do about it; "" if nothing
}

// RuleView is one rule of alerting with the numbers in force.
type RuleView struct {
	ID              string `json:"id"`
	Title           string `json:"title"`
	Category        string `json:"category"`
	Severity        string `json:"severity"`
	Enabled         bool   `json:"enabled"`
	ForMS           int64  `json:"forMs"`
	KeepFiringForMS int64  `json:"keepFiringForMs"`
	// RepeatMS is the wait before a critical alert of it is told again, 0 never;
	// -1 is what holds for all, or a rule that never repeats.
	RepeatMS int64 `json:"repeatMs"`
	Repeats  bool  `json:"repeats"` // it can
	Notify   bool  `json:"notify"`
	Changed  bool  `json:"changed"` // by the user
}

// RuleInput changes a rule. Negative times and an empty severity leave the
// rule's own.
type RuleInput struct {
	ID              string `json:"id"`
	Enabled         bool   `json:"enabled"`
	Severity        string `json:"severity"`
	ForMS           int64  `json:"forMs"`
	KeepFiringForMS int64  `json:"keepFiringForMs"`
	RepeatMS        int64  `json:"repeatMs"`
}

// EventQuery asks for stored events. Empty strings and lists ask for all.
type EventQuery struct {
	Gateway    string   `json:"gateway"`
	Kinds      []string `json:"kinds"`
	Severities []string `json:"severities"`
	Text       string   `json:"text"`
	// Keys, Providers and Task are ids as the gateway has them; of lists one suffices.
	Keys      []string `json:"keys"`
	Providers []string `json:"providers"`
	Task      string   `json:"task"`
	From      int64    `json:"from"` // 0: no bound
	To        int64    `json:"to"`   // 0: no bound
	Before    int64    `json:"before"`
	Limit     int      `json:"limit"` // 1–500
}

// SavedSearch is a search of events that the user named.
type SavedSearch struct {
	Name string `json:"name"`
	// Search is what the page makes of it; Go only keeps it.
	Search string `json:"search"`
}

// EventPage is a page of events, newest first. Next is the Before of the next
// page; 0 at the end.
type EventPage struct {
	Events []state.EventLine `json:"events"`
	Next   int64             `json:"next"`
}

// SpendQuery asks for spend over time, of one key or of all, split by
// "provider", "model", "key", or "" for one sum. Series beyond Top are summed
// as "other"; the last is text.NotAttributed where some of it has no provider,
// model or key, so that the series together are what was spent.
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
	// Undated is what was spent in none of the steps, for nobody knows in which.
	Undated []state.Undated `json:"undated"`
}

// SpendLine is one series: nano-dollars per step, negative where nothing was
// recorded.
type SpendLine struct {
	Name string `json:"name"`
	// ID is, of a line of one key, the key's id in the live state; else "".
	ID     string  `json:"id"`
	Values []int64 `json:"values"`
	// Undated is what of it is in no step, nano-dollars.
	Undated int64 `json:"undated"`
}

// Decision is one decision about notifying the user of an alert.
type Decision struct {
	At       int64  `json:"at"`
	Status   string `json:"status"`
	Severity string `json:"severity"`
	Reason   string `json:"reason"`
	Notified bool   `json:"notified"`
	Text     string `json:"text"`
	// Words say the reason in a sentence.
	Words string `json:"words"`
}

// Thresholds are shares of a budget; All has every one, ascending.
type Thresholds struct {
	Warning  float64   `json:"warning"`
	Critical float64   `json:"critical"`
	All      []float64 `json:"all"`
}

// NotificationSettings say what is notified of, and how.
type NotificationSettings struct {
	Enabled          bool   `json:"enabled"`
	Minimum          string `json:"minimum"` // least severity of a native notification
	SendResolved     bool   `json:"sendResolved"`
	Tasks            bool   `json:"tasks"`
	Sound            bool   `json:"sound"`
	Privacy          bool   `json:"privacy"`
	RepeatIntervalMS int64  `json:"repeatIntervalMs"` // 0: never
	PerMinute        int    `json:"perMinute"`
	PerHour          int    `json:"perHour"`
}

// QuietHours are times in which only critical alerts are notified of.
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
	Network       NetworkSettings      `json:"network"`
	Updates       UpdateSettings       `json:"updates"`
	Reconnect     ReconnectSettings    `json:"reconnect"`
	Retention     RetentionSettings    `json:"retention"`
}

// UpdateSettings say where a newer version would be named; see config.Updates.
type UpdateSettings struct {
	Daily   bool   `json:"daily"`
	Address string `json:"address"`
	Key     string `json:"key"`
}

// UpdateAnswer is what a look for a newer version found.
type UpdateAnswer struct {
	Kind    string `json:"kind"`    // "current", "newer", "older", "refused", "unreachable" or "unset"
	Version string `json:"version"` // that is named; "" if none is believed
	Notes   string `json:"notes"`   // address of what is new
	Text    string `json:"text"`    // the answer in a sentence
	At      int64  `json:"at"`
}

// NetworkSettings say how gateways are reached; see config.Network.
type NetworkSettings struct {
	Proxy           string   `json:"proxy"` // "": the environment's; "direct": none
	CAFile          string   `json:"caFile"`
	ClientCert      string   `json:"clientCert"`
	ClientKey       string   `json:"clientKey"`
	SkipNegotiation bool     `json:"skipNegotiation"`
	AllowQueryToken bool     `json:"allowQueryToken"`
	Transports      []string `json:"transports"` // in the order they are tried
}

// ReconnectSettings are the waits after a lost connection.
type ReconnectSettings struct {
	ScheduleMS []int64 `json:"scheduleMs"`
	MaxMS      int64   `json:"maxMs"`
}

// RetentionSettings say how long history is kept.
type RetentionSettings struct {
	EventsMS     int64 `json:"eventsMs"`
	SumsMS       int64 `json:"sumsMs"`
	MaxMegabytes int   `json:"maxMegabytes"`
}

// OwnThresholds are those that a gateway, or one of its groups or keys, has of
// its own; a share of 0 inherits.
type OwnThresholds struct {
	Gateway  string  `json:"gateway"`
	Group    string  `json:"group"`
	Key      string  `json:"key"`
	Warning  float64 `json:"warning"`
	Critical float64 `json:"critical"`
}

// ImportResult says what imported settings change, by their places in the file,
// and what of them cannot be used.
type ImportResult struct {
	Changes  []ImportChange `json:"changes"`
	Problems []string       `json:"problems"`
}

// ImportChange is a setting that becomes another; "" where it is not in the file.
type ImportChange struct {
	Path string `json:"path"`
	From string `json:"from"`
	To   string `json:"to"`
}

// SettingsView is the settings in force, where they are kept, and what in
// that file was not understood.
type SettingsView struct {
	SettingsInput
	LoginAsked bool            `json:"loginAsked"` // the user has said whether to start at login
	TextSize   int             `json:"textSize"`   // how large the window is drawn, in per cent
	Own        []OwnThresholds `json:"own"`
	File       string          `json:"file"`
	Problems   []string        `json:"problems"`
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
