package event

import "time"

// SpendRecorded says that a request of a virtual key was paid for. It is the
// event that comes by the hundred thousand, so it alone is an Event by its
// pointer: many are made in one piece, and used again with their Batch. Nobody
// changes one that was emitted; who keeps one keeps what Envelope.Keep returns.
type SpendRecorded struct {
	Key      KeyID   `json:"key"`
	Name     string  `json:"name,omitempty"` // of the key, where the gateway says
	Amount   NanoUSD `json:"amount"`         // of this request, nano-dollars
	Model    string  `json:"model,omitempty"`
	Provider string  `json:"provider,omitempty"`
	// Total is the key's spend with this request included, nano-dollars.
	// HasTotal is false where the gateway sent none that can be believed.
	Total NanoUSD `json:"total,omitempty"`
	// Request identifies the spend, where the gateway says: two events with
	// one request id are one spend. Empty where unknown.
	Request string    `json:"request,omitempty"`
	At      time.Time `json:"at,omitzero"` // the gateway's time; zero if it sent none
	// HasTotal goes with Total. OfGroup is true if Total is the whole group's
	// instead, which HasTotal then is not about. Rounded is true if the amount had more than
	// nine decimals. Together at the end they keep the struct at 128 bytes:
	// one is made for every spend.
	HasTotal bool `json:"hasTotal,omitempty"`
	OfGroup  bool `json:"ofGroup,omitempty"`
	Rounded  bool `json:"rounded,omitempty"`
	// LimitTold is true if it came with the key's limit, which a KeyRead before it has
	// where that is another one.
	LimitTold bool `json:"limitTold,omitempty"`
	// Input is how many tokens were sent with the request; 0 where the gateway did
	// not say. It stands here to fill what the struct's size leaves.
	Input uint32 `json:"input,omitempty"`
}

// SpendLimitReported says that the gateway announced a spend limit crossed.
// It is a claim: our own percentage is Spend ÷ Limit.
type SpendLimitReported struct {
	Key   KeyID   `json:"key"`
	Name  string  `json:"name,omitempty"` // of the key, where the gateway says
	Spend NanoUSD `json:"spend"`          // nano-dollars; 0 means it sent none of this key
	Limit NanoUSD `json:"limit"`          // nano-dollars; 0 means it sent none
	// Ratio is the gateway's own share, 0–1 (and above); negative if unsent.
	Ratio    float64   `json:"ratio"`
	Severity Severity  `json:"severity"`
	Message  string    `json:"message,omitempty"`
	At       time.Time `json:"at,omitzero"`
}

// KeyRead says what a read of a virtual key showed: the state of it as of
// then, not a change.
type KeyRead struct {
	Key   KeyID   `json:"key"`
	Name  string  `json:"name,omitempty"`
	Group GroupID `json:"group,omitempty"`
	// Enabled is unknown where the gateway did not say.
	Enabled Reading[bool] `json:"enabled,omitzero"`
	Expires time.Time     `json:"expires,omitzero"`
	// Spend is of the key itself (July and contract gateways); HasSpend says
	// whether it was told.
	Spend    NanoUSD `json:"spend,omitempty"`
	HasSpend bool    `json:"hasSpend,omitempty"`
	// Limit is the key's own (July and contract gateways): none where the
	// gateway has limits and this key has none, unknown where it was not told.
	// A limit of 0 is one: nothing may be spent.
	Limit Reading[NanoUSD] `json:"limit,omitzero"`
	// LimitUntold is true where what tells of its spend tells no limit (any more).
	LimitUntold bool      `json:"limitUntold,omitempty"`
	Period      time.Time `json:"period,omitzero"` // start of the budget's period; zero if none
	// Resets is when that period ends; zero if it does not, or nobody says.
	Resets time.Time `json:"resets,omitzero"`
	// Since is set where Spend is our own sum of the request log, which has no
	// streamed requests, and says where the sum begins; else zero.
	Since time.Time `json:"since,omitzero"`
	At    time.Time `json:"at,omitzero"`
}

// GroupRead says what a read of a virtual key group's prepaid balance showed.
type GroupRead struct {
	Group GroupID `json:"group"`
	Name  string  `json:"name,omitempty"`
	// Balance is what is left, Credits what was ever added, Spent what was ever
	// spent; each unknown where the gateway did not tell it.
	Balance  Reading[NanoUSD] `json:"balance,omitzero"`
	Credits  Reading[NanoUSD] `json:"credits,omitzero"`
	Spent    Reading[NanoUSD] `json:"spent,omitzero"`
	KeyCount int              `json:"keyCount"`
	// PeriodID and Base describe the newest top-up: used = (Base − Balance) ÷
	// Base. Epoch is "" until the group's transactions were read.
	PeriodID       string    `json:"epoch,omitempty"`
	OpeningBalance NanoUSD   `json:"base,omitempty"`
	Began          time.Time `json:"began,omitzero"` // the budget period; zero where that is not known
	// Unattributed is what was spent since the budget period began and no row of the request
	// log explains; HasUnattributed says whether it is known.
	Unattributed    NanoUSD `json:"other,omitempty"`
	HasUnattributed bool    `json:"hasOther,omitempty"`
	// Gone is true if the group is not there any more; only Group, Name and At
	// then mean something.
	Gone bool      `json:"gone,omitempty"`
	At   time.Time `json:"at,omitzero"`
	// There is At by the gateway's clock, which its spends go by; zero where
	// that is not known.
	There time.Time `json:"there,omitzero"`
}

// GroupCredited says that money was added to a group's prepaid balance.
type GroupCredited struct {
	Group       GroupID   `json:"group"`
	Name        string    `json:"name,omitempty"`
	Transaction string    `json:"transaction"` // the gateway's id of it
	Amount      NanoUSD   `json:"amount"`
	Balance     NanoUSD   `json:"balance"` // just after it
	Note        string    `json:"note,omitempty"`
	At          time.Time `json:"at,omitzero"`
}

// GroupDebited says that a group's balance was debited for something that the
// request log does not show and a hub should have reported: the gateway calls it
// "Usage deducted". What it deducts for requests in the log is not reported.
type GroupDebited struct {
	Group       GroupID   `json:"group"`
	Name        string    `json:"name,omitempty"`
	Transaction string    `json:"transaction"` // the gateway's id of it
	Amount      NanoUSD   `json:"amount"`
	Balance     NanoUSD   `json:"balance"` // just after it
	At          time.Time `json:"at,omitzero"`
}

// Kind implements Event.
func (*SpendRecorded) Kind() Kind { return "spend.recorded" }

// Kind implements Event.
func (SpendLimitReported) Kind() Kind { return "spend.limit_reported" }

// Kind implements Event.
func (KeyRead) Kind() Kind { return "key.read" }

// Kind implements Event.
func (GroupRead) Kind() Kind { return "group.read" }

// Kind implements Event.
func (GroupCredited) Kind() Kind { return "group.credited" }

// Kind implements Event.
func (GroupDebited) Kind() Kind { return "group.debited" }

var (
	_ = register[*SpendRecorded]()
	_ = register[SpendLimitReported]()
	_ = register[KeyRead]()
	_ = register[GroupRead]()
	_ = register[GroupCredited]()
	_ = register[GroupDebited]()
)
