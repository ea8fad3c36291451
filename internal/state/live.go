package state

// The structs in this file are what pages, the tray and JSON lines show. They
// are plain: times are Unix milliseconds (0: unknown), money is nano-dollars,
// ratios are 0–1, and a negative number means unknown wherever its comment
// says so. A thing's id is "<gateway>/<its own id>", the key of its map.

// Live is everything that is shown now, by topic and id. Maps are never nil
// in what New and Clone return.
type Live struct {
	Gateways     map[string]Gateway     `json:"gateways"`
	Links        map[string]Link        `json:"links"`
	Keys         map[string]KeySpend    `json:"keys"`
	Groups       map[string]Group       `json:"groups"`
	Burn         map[string]Burn        `json:"burn"` // by gateway
	Providers    map[string]Provider    `json:"providers"`
	Tasks        map[string]Task        `json:"tasks"`
	Nav          map[string]Nav         `json:"nav"` // by gateway/entity
	Transactions map[string]Transaction `json:"transactions"`
	Discoveries  map[string]Discovery   `json:"discoveries"`
	Changes      map[string]Change      `json:"changes"`
	Events       map[string]EventLine   `json:"events"`
	Alerts       map[string]AlertLine   `json:"alerts"`
	App          map[string]AppFact     `json:"app"`
	Parts        map[string]Part        `json:"parts"`    // by gateway/part
	Coverage     map[string]Coverage    `json:"coverage"` // by gateway/topic
	Sources      map[string]Source      `json:"sources"`  // by gateway/source
	Watched      map[string]Watch       `json:"watched"`  // by gateway/slot of the profile
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
	// no such half.
	Core    string `json:"core"`
	Admin   string `json:"admin"`
	Overall string `json:"overall"`
	// Cause is why Overall is not "connected", a sentence; else "".
	Cause string `json:"cause"`
	// NextAt is the soonest planned attempt; 0 if none.
	NextAt int64 `json:"nextAt"`
	// LastEventAt is when anything was last heard of it.
	LastEventAt int64 `json:"lastEventAt"`
	// BurnPerHour is what all keys spend now, nano-dollars an hour over the
	// last 15 minutes (negative: not enough history yet); Today is the spend
	// seen since local midnight.
	BurnPerHour int64 `json:"burnPerHour"`
	Today       int64 `json:"today"`
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
}

// Link is our connection to one hub.
type Link struct {
	ID        string `json:"id"`
	Gateway   string `json:"gateway"`
	Hub       string `json:"hub"`
	Plane     string `json:"plane"` // "core" or "admin"
	Slot      string `json:"slot"`  // of the watched key, where several have such a link; see Watch
	State     string `json:"state"` // event.LinkState
	Class     string `json:"class"` // sort of cause, see event.LinkChanged
	Cause     string `json:"cause"`
	Attempt   int    `json:"attempt"`
	NextAt    int64  `json:"nextAt"`
	Since     int64  `json:"since"` // of State
	Transport string `json:"transport"`
	// ConnectedAt and LostAt tell the last time each happened.
	ConnectedAt int64 `json:"connectedAt"`
	LostAt      int64 `json:"lostAt"`
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
	// Total is the key's spend; -1 until a total was told. TotalSince is set
	// where it is our own sum of the gateway's request log from then on, which
	// has no streamed requests; else 0.
	Total      int64 `json:"total"`
	TotalSince int64 `json:"totalSince"`
	// Limit is the key's own limit; 0 if none is known.
	Limit int64 `json:"limit"`
	// Epoch names the budget period that Total and Limit belong to.
	Epoch string `json:"epoch"`
	// Used is Total ÷ Limit as computed by us; negative: unknown.
	Used float64 `json:"used"`
	// Reported is the gateway's own figure; negative if it sent none.
	Reported float64 `json:"reported"`
	// ReportedLevel is "", "warning" or "critical": the gateway's claim, of
	// the spend ReportedSpend at the time ReportedAt.
	ReportedLevel string `json:"reportedLevel"`
	ReportedSpend int64  `json:"reportedSpend"`
	ReportedAt    int64  `json:"reportedAt"`
	// Trust is "claimed", "verified" or "contradicted" where the gateway made
	// a claim; else "".
	Trust      string `json:"trust"`
	LastAmount int64  `json:"lastAmount"`
	LastModel  string `json:"lastModel"`
	Requests   int64  `json:"requests"` // bookings seen since start
	Seen       int64  `json:"seen"`     // their sum
	// Rate15m, Rate1h and Rate24h are nano-dollars an hour; negative: not
	// enough history yet.
	Rate15m int64 `json:"rate15m"`
	Rate1h  int64 `json:"rate1h"`
	Rate24h int64 `json:"rate24h"`
	// Trend is "up", "down", "stable" or "unknown" (see trendOf).
	Trend     string `json:"trend"`
	Source    string `json:"source"` // of Total, such as "hub:spend"
	UpdatedAt int64  `json:"updatedAt"`
	// HourRequests and HourFailed are what it asked for in the last hour, by
	// the gateway's billing audit; negative: not read.
	HourRequests int64 `json:"hourRequests"`
	HourFailed   int64 `json:"hourFailed"`
	Expires      int64 `json:"expires"` // 0: never, or unknown
	Resets       int64 `json:"resets"`  // end of the budget's period; 0: none
	// Refused counts totals that were older than what was known.
	Refused int64 `json:"refused"`
}

// Group is a virtual key group's prepaid balance.
type Group struct {
	ID      string  `json:"id"`
	Gateway string  `json:"gateway"`
	Group   string  `json:"group"`
	Name    string  `json:"name"`
	Balance int64   `json:"balance"`
	Credits int64   `json:"credits"`
	Spent   int64   `json:"spent"`
	Epoch   string  `json:"epoch"`
	Base    int64   `json:"base"`
	Used    float64 `json:"used"` // negative: unknown
	// Other is what was spent in this epoch and no row of the request log
	// explains; negative: unknown.
	Other    int64 `json:"other"`
	KeyCount int   `json:"keyCount"`
	// Rate15m, Rate1h and Rate24h are nano-dollars an hour from balance
	// movements; negative: unknown.
	Rate15m int64 `json:"rate15m"`
	Rate1h  int64 `json:"rate1h"`
	Rate24h int64 `json:"rate24h"`
	// Trend is "up", "down", "stable" or "unknown" (see trendOf).
	Trend     string `json:"trend"`
	Source    string `json:"source"`
	UpdatedAt int64  `json:"updatedAt"`
}

// Burn is a gateway's spend per minute over the last hour.
type Burn struct {
	ID string `json:"id"`
	// EndsAt is the end of the newest minute; PerMinute has 60 entries of
	// nano-dollars, oldest first.
	EndsAt    int64   `json:"endsAt"`
	PerMinute []int64 `json:"perMinute"`
}

// Provider is an upstream provider's health and models.
type Provider struct {
	ID       string `json:"id"`
	Gateway  string `json:"gateway"`
	Provider string `json:"provider"`
	Name     string `json:"name"`
	// Sort is what its gateway calls its sort of provider where it names none,
	// see ProviderTitle; "" where unknown.
	Sort string `json:"sort"`
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
	// billing audit; of all providers of its sort if Shared; negative: not
	// known. P95MS is of the last minutes, UsualP95MS of up to seven days;
	// negative: too few are known.
	HourRequests int64   `json:"hourRequests"`
	HourFailed   int64   `json:"hourFailed"`
	Shared       bool    `json:"shared"`
	P95MS        float64 `json:"p95Ms"`
	UsualP95MS   float64 `json:"usualP95Ms"`
	TrafficAt    int64   `json:"trafficAt"`
	// Served is how many models callers can ask of it, Uncovered of them no
	// other provider serves; negative: not read.
	Served    int64 `json:"served"`
	Uncovered int64 `json:"uncovered"`
	// Hour is the last 60 minutes, oldest first, one letter each:
	// h healthy, d degraded, u unhealthy, x disabled, '.' no data.
	Hour string `json:"hour"`
}

// Task is an asynchronous job.
type Task struct {
	ID       string  `json:"id"`
	Gateway  string  `json:"gateway"`
	Task     string  `json:"task"`
	Medium   string  `json:"medium"`   // "video", "image" or "batch"
	Status   string  `json:"status"`   // "queued", "processing", "completed", "failed"
	Progress float64 `json:"progress"` // 0–100
	// RemainingMS is the time to go; negative: unknown. Estimated is true if
	// it is our extrapolation, not the gateway's word.
	RemainingMS int64  `json:"remainingMs"`
	Estimated   bool   `json:"estimated"`
	ResultURL   string `json:"resultUrl"`
	Error       string `json:"error"`
	Message     string `json:"message"`
	Model       string `json:"model"`
	Key         string `json:"key"`
	StartedAt   int64  `json:"startedAt"`
	UpdatedAt   int64  `json:"updatedAt"`
	FinishedAt  int64  `json:"finishedAt"` // 0 while it runs
	Source      string `json:"source"`
}

// Nav is the navigation state of one sort of entity on one gateway.
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
	// Source is what told the count or the last change, such as "rest:keys".
	Source string `json:"source"`
}

// Transaction is one booking of a virtual key.
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
	Models   []string `json:"models"` // as told, at most 100
	New      []string `json:"new"`    // not known before
	Source   string   `json:"source"`
	At       int64    `json:"at"`
}

// EntityGroup is Change.Entity of a virtual key group.
const EntityGroup = "key_group"

// Change is something an administrator altered.
type Change struct {
	ID      string   `json:"id"` // the event's number
	Gateway string   `json:"gateway"`
	Entity  string   `json:"entity"`  // an event.Entity, "configuration" or EntityGroup
	Action  string   `json:"action"`  // an event.Action, or "credited"
	Subject string   `json:"subject"` // id of what was altered
	Name    string   `json:"name"`
	Details []string `json:"details"`
	Old     string   `json:"old"`
	New     string   `json:"new"`
	Source  string   `json:"source"` // what told it, such as "rest:keys"
	At      int64    `json:"at"`
}

// EventLine is one line of the event list.
type EventLine struct {
	Seq      int64  `json:"seq"`
	Gateway  string `json:"gateway"`
	Kind     string `json:"kind"`
	Severity string `json:"severity"` // "info", "warning", "critical"
	Source   string `json:"source"`
	Text     string `json:"text"` // one sentence, plain
	At       int64  `json:"at"`
}

// AlertLine is one alert as shown.
type AlertLine struct {
	ID       string `json:"id"` // fingerprint
	Rule     string `json:"rule"`
	Gateway  string `json:"gateway"`
	Category string `json:"category"` // "spend", "provider", "task", "connection", "change"
	Severity string `json:"severity"`
	// Status is "pending", "firing", "recovering" or "resolved".
	Status string `json:"status"`
	Title  string `json:"title"`
	Body   string `json:"body"`
	// Entity is what it is about: kind and id, such as "key" and "7".
	EntityKind string  `json:"entityKind"`
	Entity     string  `json:"entity"`
	Since      int64   `json:"since"` // began
	EndedAt    int64   `json:"endedAt"`
	UpdatedAt  int64   `json:"updatedAt"`
	Value      float64 `json:"value"` // such as the used share; negative: none
	Acked      bool    `json:"acked"`
	AckNote    string  `json:"ackNote"`
	SnoozedTo  int64   `json:"snoozedTo"` // 0: not snoozed
	Flapping   bool    `json:"flapping"`
	Stale      bool    `json:"stale"`
	Trust      string  `json:"trust"`     // "claimed", "verified", "contradicted" or ""
	Inhibited  string  `json:"inhibited"` // title of what explains it, or ""
	// Told says whether and why the user was told: a notify reason.
	Told   string `json:"told"`
	ToldAt int64  `json:"toldAt"`
	Count  int64  `json:"count"` // times it fired within this life
}

// AppFact is something about Gatewatch itself that the user should see, such
// as "the desktop has no notification service".
type AppFact struct {
	ID       string `json:"id"` // such as "notifications", "tray", "keychain", "history"
	Severity string `json:"severity"`
	Title    string `json:"title"`
	Text     string `json:"text"` // what happened, why, what to do
	At       int64  `json:"at"`
}
