package state

import "gatewatch/internal/core/event"

// The structs in this file are what pages, the tray and JSON lines show. They
// are plain: times are Unix milliseconds (0: unknown), money is nano-dollars,
// ratios are 0–1, and a negative number means unknown wherever its comment
// says so. An entry's id is "<gateway>/<its own id>", the key of its map.

// Live is everything that is shown now, by topic and id. Maps are never nil
// in what New and Clone return.
type Live struct {
	Gateways      map[string]Gateway         `json:"gateways"`
	Links         map[string]Link            `json:"links"`
	Keys          map[string]KeySpend        `json:"keys"`
	Groups        map[string]Group           `json:"groups"`
	Burn          map[string]Burn            `json:"burn"` // by gateway
	Providers     map[string]Provider        `json:"providers"`
	Tasks         map[string]Task            `json:"tasks"`
	Nav           map[string]Nav             `json:"nav"` // by gateway/entity
	Transactions  map[string]Transaction     `json:"transactions"`
	Discoveries   map[string]Discovery       `json:"discoveries"`
	Changes       map[string]Change          `json:"changes"`
	Events        map[string]EventLine       `json:"events"`
	Alerts        map[string]AlertLine       `json:"alerts"`
	App           map[string]AppCondition    `json:"app"`
	Components    map[string]ComponentHealth `json:"components"`    // by gateway/component
	Deliveries    map[string]TopicDelivery   `json:"deliveries"`    // by gateway/topic
	PollTargets   map[string]PollTarget      `json:"pollTargets"`   // by gateway/source
	MonitoredKeys map[string]MonitoredKey    `json:"monitoredKeys"` // by gateway/slot of the profile
	Outlooks      map[string]Outlook         `json:"outlooks"`      // by gateway; "" of all together
	Forecasts     map[string]Forecast        `json:"forecasts"`     // by ForecastID
}

// Outlook is how things are, in a sentence; see package outlook.
type Outlook struct {
	ID string `json:"id"` // the gateway, "" of all together
	// Condition is "ok" only if connections, providers and budgets are known
	// and well; "unsure" if nothing bad is known and not all is; else
	// "warning", "critical", "busy", "stale" or "offline".
	Condition string `json:"condition"`
	Head      string `json:"head"`
	Rest      string `json:"rest"` // what it rests on
	// Short is the same in a line, for the tray: what is worst with its weight, or
	// the head.
	Short string `json:"short"`
	// Unknown are clauses: what calm would need and is not known.
	Unknown []string `json:"unknown"`
	// Hindrance is why something as a whole is not known: "pending",
	// "forbidden", "unreachable" or "unauthorized", the worst; "" if nothing is.
	Hindrance   string `json:"hindrance"`
	LastEventAt int64  `json:"lastEventAt"`
	// HeardAt is when anything came last, be it a sign of life.
	HeardAt int64 `json:"heardAt"`
	Hubs    Hubs  `json:"hubs"`
}

// Hubs counts what pushes: Connected are up for every key that they are connected
// with, Partly for some of them.
type Hubs struct {
	Offered   int `json:"offered"`
	Connected int `json:"connected"`
	Partly    int `json:"partly"`
}

// Gateway is one watched gateway as a whole.
type Gateway struct {
	ID         string `json:"id"`
	Label      string `json:"label"`
	Colour     string `json:"colour"` // a name of the theme, such as "blue"
	Production bool   `json:"production"`
	Demo       bool   `json:"demo"`
	// Core, Admin and Overall are "disconnected", "connecting", "connected",
	// "reconnecting", "error" or, Overall only, "partial"; "" where there is
	// no such plane.
	Core    string `json:"core"`
	Admin   string `json:"admin"`
	Overall string `json:"overall"`
	// Cause is why Overall is not "connected", a sentence; else "".
	Cause string `json:"cause"`
	// NextAt is the soonest planned attempt; 0 if none.
	NextAt int64 `json:"nextAt"`
	// LastEventAt is when anything last came from it.
	LastEventAt int64 `json:"lastEventAt"`
	// BurnPerHour is what it spends now, logged or not, nano-dollars an hour, over the
	// BurnSpan minutes of the last 15 that were watched, or why that is not known.
	BurnPerHour event.Reading[event.NanoUSD] `json:"burnPerHour" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	BurnSpan    int64                        `json:"burnSpan"`
	// Today is what was spent since local midnight, or why that is not known:
	// what its keys did (see KeySpend.Today), TodayNoKey that no key is known of,
	// and TodayAdjusted that administrators took from groups.
	Today         event.Reading[event.NanoUSD] `json:"today" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	TodayNoKey    int64                        `json:"todayNoKey"`
	TodayAdjusted int64                        `json:"todayAdjusted"`
	// TodayUnlogged is what of today groups were debited for calls that no row
	// of the log shows; TodayUndebited what the log shows and no group was
	// debited for, though later debits are known; TodayPending what still may be.
	TodayUnlogged  int64 `json:"todayUnlogged"`
	TodayUndebited int64 `json:"todayUndebited"`
	TodayPending   int64 `json:"todayPending"`
	// BooksDiffer says how what is known here differs from the gateway's own
	// books, a clause; "" if they agreed when they were compared last, at
	// BooksCheckedAt (0: not yet).
	BooksDiffer    string `json:"booksDiffer"`
	BooksCheckedAt int64  `json:"booksCheckedAt"`
	// Calls are generation calls that succeeded in the last hour, Uncharged of
	// them nobody paid for; HourRequests are all requests, of which HourFailed
	// failed at the gateway or behind it. By the gateway's billing audit, read at AuditAt
	// from AuditSince on; negative: not read.
	Calls        int64 `json:"calls"`
	Uncharged    int64 `json:"uncharged"`
	HourRequests int64 `json:"hourRequests"`
	HourFailed   int64 `json:"hourFailed"`
	AuditSince   int64 `json:"auditSince"`
	AuditAt      int64 `json:"auditAt"`
	// PictureAt is when what an earlier run knew was last so, while some of that is
	// still shown for want of anything newer; see Remembered of the entries. 0 else.
	PictureAt int64 `json:"pictureAt"`
}

// Link is our connection to one hub.
type Link struct {
	ID        string `json:"id"`
	Gateway   string `json:"gateway"`
	Hub       string `json:"hub"`
	Plane     string `json:"plane"` // "core" or "admin"
	Slot      string `json:"slot"`  // of the watched key, where several have such a link; see Watch
	State     string `json:"state"` // event.LinkState
	Class     string `json:"class"` // class of the cause, see event.LinkChanged
	Cause     string `json:"cause"`
	Attempt   int    `json:"attempt"`
	NextAt    int64  `json:"nextAt"`
	Since     int64  `json:"since"` // of State
	Transport string `json:"transport"`
	// ConnectedAt and LostAt report the last time each happened.
	ConnectedAt int64 `json:"connectedAt"`
	LostAt      int64 `json:"lostAt"`
	// FailedAt is when an attempt to connect failed last; for rules alone.
	FailedAt int64 `json:"-"`
	// LastEventAt is, of the connection that reads lists, of the last answer.
	LastEventAt  int64 `json:"lastEventAt"`
	LastReceived int64 `json:"lastReceived"`
	// AnyEventAt is when an event came last that may have said nothing; those
	// of which we know are in LastEventAt at once.
	AnyEventAt   int64   `json:"anyEventAt"`
	Events       int64   `json:"events"`
	Bytes        int64   `json:"bytes"`
	Unrecognised int64   `json:"unrecognised"`
	BadFrames    int64   `json:"badFrames"`
	Dropped      int64   `json:"dropped"`
	Connects     int64   `json:"connects"`
	Resyncs      int64   `json:"resyncs"`
	RoundTripMS  float64 `json:"roundTripMs"` // negative: unknown
}

// KeySpend is what a virtual key has cost.
type KeySpend struct {
	ID      string `json:"id"`
	Gateway string `json:"gateway"`
	Key     string `json:"key"`
	Name    string `json:"name"`  // "" where unknown
	Group   string `json:"group"` // the key group's own id, or ""
	// Status is "enabled", "disabled", "deleted" or "unknown".
	Status string `json:"status"`
	// Total is the key's spend, not known until a total was reported. TotalSince is set
	// where it is our own sum from then on, of the gateway's request log, which
	// has no streamed requests, and of what its group was debited for it beside
	// (Unlogged: batches, images), and what it cost other groups since their
	// newest top-ups before it came to this one (Elsewhere); else 0.
	Total      event.Reading[event.NanoUSD] `json:"total" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	TotalSince int64                        `json:"totalSince"`
	Unlogged   int64                        `json:"unlogged"`
	Elsewhere  int64                        `json:"elsewhere"`
	// MovedAt is when it came to its group from another one; 0: it did not, or not as
	// far as is known. What it spent before is in its rates and in today.
	MovedAt int64 `json:"movedAt"`
	// Limit is the key's own limit, see event.KeyRead: a number in JSON, or an
	// object that says why there is none to show.
	Limit event.Reading[event.NanoUSD] `json:"limit" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	// LimitUntoldAt, for rules, is since when its spend is told and its limit is not; else 0.
	LimitUntoldAt int64 `json:"-"`
	// PeriodID names the budget period that Total and Limit belong to.
	PeriodID string `json:"periodId"`
	// UsedRatio is Total ÷ Limit as computed by us.
	UsedRatio event.Reading[float64] `json:"usedRatio" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	// ReportedRatio is the gateway's own figure; negative if it sent none.
	ReportedRatio float64 `json:"reportedRatio"`
	// ReportedLevel is "", "warning" or "critical": the gateway's claim, of
	// the spend ReportedSpend at the time ReportedAt.
	ReportedLevel string `json:"reportedLevel"`
	ReportedSpend int64  `json:"reportedSpend"`
	ReportedAt    int64  `json:"reportedAt"`
	// Trust is "claimed", "verified" or "contradicted" where the gateway made a claim; else "".
	Trust string `json:"trust"`
	// LastAmount and LastModel are of the newest call that is known, made at
	// LastAt; 0: none is.
	LastAmount    int64  `json:"lastAmount"`
	LastModel     string `json:"lastModel"`
	LastAt        int64  `json:"lastAt"`
	Requests      int64  `json:"requests"`      // spends seen since start
	ObservedTotal int64  `json:"observedTotal"` // their sum
	// Today is what it spent since local midnight, as far as it is known to be this key's.
	Today event.Reading[event.NanoUSD] `json:"today" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	// Rate15m is nano-dollars an hour, over the RateSpan minutes of the last 15 that were
	// watched; not known where these are too few, or there is nothing but one spend.
	// LastHour and LastDay are amounts, at least that where but HourSpan and DaySpan were watched.
	RateSpan int64                        `json:"rateSpan"`
	HourSpan int64                        `json:"hourSpan"`
	DaySpan  int64                        `json:"daySpan"`
	Rate15m  event.Reading[event.NanoUSD] `json:"rate15m" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	LastHour event.Reading[event.NanoUSD] `json:"lastHour" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	LastDay  event.Reading[event.NanoUSD] `json:"lastDay" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	// Trend is "up", "down", "stable" or "unknown" (see trendOf).
	Trend     string `json:"trend"`
	Source    string `json:"source"` // of Total, such as "hub:spend"
	UpdatedAt int64  `json:"updatedAt"`
	// HourRequests and HourFailed are what it asked for in the last hour, by
	// the gateway's billing audit; negative: not read.
	HourRequests int64 `json:"hourRequests"`
	HourFailed   int64 `json:"hourFailed"`
	// PaidErrors are calls of that hour that ended in an error and were charged all
	// the same, PaidFor what they cost.
	PaidErrors int64 `json:"paidErrors"`
	PaidFor    int64 `json:"paidFor"`
	Expires    int64 `json:"expires"`   // 0: never, or unknown
	PeriodEnd  int64 `json:"periodEnd"` // end of the budget's period; 0: none
	// StaleTotals counts totals that were older than what was known.
	StaleTotals int64 `json:"staleTotals"`
	// Remembered is when all this was so, where it is of an earlier run and was
	// not read again yet; 0 else. So of groups, providers, tasks and counts.
	Remembered int64 `json:"remembered"`
}

// Group is a virtual key group's prepaid balance.
type Group struct {
	ID      string `json:"id"`
	Gateway string `json:"gateway"`
	Group   string `json:"group"`
	Name    string `json:"name"`
	// Balance is what is left, Credits what was ever added, Spent what was
	// ever spent: each a number in JSON, or an object that says why it is not
	// known.
	Balance        event.Reading[event.NanoUSD] `json:"balance" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	Credits        event.Reading[event.NanoUSD] `json:"credits" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	Spent          event.Reading[event.NanoUSD] `json:"spent" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	PeriodID       string                       `json:"periodId"`
	OpeningBalance int64                        `json:"openingBalance"`
	// UsedRatio is never below 0: of a balance above the newest top-up it is 0.
	UsedRatio event.Reading[float64] `json:"usedRatio" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	// Unattributed is what was spent in this budget period and no row of the request log
	// explains; negative: unknown.
	Unattributed int64 `json:"unattributed"`
	KeyCount     int   `json:"keyCount"`
	// Today is what it spent since local midnight.
	Today event.Reading[event.NanoUSD] `json:"today" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	// What was spent of its newest top-up (OpeningBalance − Balance) is the
	// totals of its keys without what they cost others, what keys had of it that are elsewhere or gone now
	// (Former), what administrators took (Adjusted), and NoKey, which no key is
	// known of; negative: the log has more than was debited. None of it is known
	// unless PartsKnown.
	PartsKnown bool         `json:"partsKnown"`
	Former     []GroupShare `json:"former"`
	Adjusted   int64        `json:"adjusted"`
	NoKey      int64        `json:"noKey"`
	// Rate15m is nano-dollars an hour, LastHour and LastDay are amounts; see KeySpend.
	RateSpan int64                        `json:"rateSpan"`
	HourSpan int64                        `json:"hourSpan"`
	DaySpan  int64                        `json:"daySpan"`
	Rate15m  event.Reading[event.NanoUSD] `json:"rate15m" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	LastHour event.Reading[event.NanoUSD] `json:"lastHour" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	LastDay  event.Reading[event.NanoUSD] `json:"lastDay" ts_type:"number | { status: string; why?: string; value?: number; since?: number }"`
	// Trend is "up", "down", "stable" or "unknown" (see trendOf).
	Trend      string `json:"trend"`
	Source     string `json:"source"`
	UpdatedAt  int64  `json:"updatedAt"`
	Remembered int64  `json:"remembered"` // see KeySpend
}

// GroupShare is what a key had of a group that it does not belong to any more.
type GroupShare struct {
	Key   string `json:"key"`
	Name  string `json:"name"` // "" where unknown
	Spent int64  `json:"spent"`
}

// Provider is an upstream provider's health and models.
type Provider struct {
	ID       string `json:"id"`
	Gateway  string `json:"gateway"`
	Provider string `json:"provider"`
	Name     string `json:"name"`
	// Type is what its gateway calls its type of provider where it names none,
	// see ProviderTitle; "" where unknown.
	Type string `json:"type"`
	// Health is "healthy", "degraded", "unhealthy", "disabled" or "unknown".
	Health      string  `json:"health"`
	SwitchedOff bool    `json:"switchedOff"` // by the gateway itself
	LatencyMS   float64 `json:"latencyMs"`   // negative: unknown
	Error       string  `json:"error"`
	Since       int64   `json:"since"` // of Health
	Source      string  `json:"source"`
	UpdatedAt   int64   `json:"updatedAt"`
	// Changes counts changes of Health since start.
	Changes int64 `json:"changes"`
	// Models are known models, sorted, at most 500; NewModels the ones added
	// by the last discovery.
	Models       []string `json:"models"`
	NewModels    []string `json:"newModels"`
	DiscoveredAt int64    `json:"discoveredAt"`
	// HourRequests and HourFailed are of the last hour, by the gateway's
	// billing audit; of all providers of its type if Shared; negative: not
	// known. P95MS is of the last minutes, BaselineP95MS of up to seven days;
	// negative: too few are known.
	HourRequests  int64   `json:"hourRequests"`
	HourFailed    int64   `json:"hourFailed"`
	Shared        bool    `json:"shared"`
	P95MS         float64 `json:"p95Ms"`
	BaselineP95MS float64 `json:"baselineP95Ms"`
	TrafficAt     int64   `json:"trafficAt"`
	// RecentRequests and RecentFailed are of the last five minutes, see
	// event.TrafficMeasured, and so are the others; 0 or none where whose requests
	// they are nobody can say. Times are Unix milliseconds, 0: none.
	RecentRequests int64 `json:"recentRequests"`
	RecentFailed   int64 `json:"recentFailed"`
	LastFailedAt   int64 `json:"lastFailedAt"`
	ServedSince    int64 `json:"servedSince"` // calls, after the newest failure
	FailedInRow    int64 `json:"failedInRow"` // calls, after the newest success
	RowSince       int64 `json:"rowSince"`    // the first of these
	// Served is how many models callers can ask of it, Uncovered of them no
	// other provider serves; negative: not read.
	Served          int64 `json:"served"`
	WithoutFallback int64 `json:"withoutFallback"`
	// Aliases are the names by which callers ask for its models, also while it is
	// off; sorted, at most 500.
	Aliases []string `json:"aliases"`
	// HealthTimeline is the last 60 minutes, oldest first, one letter each:
	// h healthy, d degraded, u unhealthy, x disabled, '.' no data.
	HealthTimeline string `json:"healthTimeline"`
	Remembered     int64  `json:"remembered"` // see KeySpend
}

// Nav is the navigation state of one kind of entity on one gateway.
type Nav struct {
	ID      string `json:"id"`
	Gateway string `json:"gateway"`
	Entity  string `json:"entity"` // event.Entity
	// Count of entities; -1 until counted.
	Count int `json:"count"`
	// Created, Updated and Deleted count changes since start.
	Created  int64 `json:"created"`
	Updated  int64 `json:"updated"`
	Deleted  int64 `json:"deleted"`
	LastSync int64 `json:"lastSync"`
	// Source is what reported the count or the last change, such as "rest:keys".
	Source     string `json:"source"`
	Remembered int64  `json:"remembered"` // see KeySpend
}

// Transaction is one spend of a virtual key.
type Transaction struct {
	ID       string `json:"id"` // the event's number
	Gateway  string `json:"gateway"`
	Key      string `json:"key"`
	KeyName  string `json:"keyName"`
	Amount   int64  `json:"amount"`
	Total    int64  `json:"total"` // -1 where untold
	Model    string `json:"model"`
	Provider string `json:"provider"` // see Live.ProviderTitle
	Source   string `json:"source"`
	At       int64  `json:"at"`
}

// Discovery is one finding of models.
type Discovery struct {
	ID       string   `json:"id"` // the event's number
	Gateway  string   `json:"gateway"`
	Provider string   `json:"provider"`
	Name     string   `json:"name"`
	Models   []string `json:"models"` // as reported, at most 100
	New      []string `json:"new"`    // not known before
	Source   string   `json:"source"`
	At       int64    `json:"at"`
}
