package text

import (
	"time"

	"gatewatch/internal/core/event"
)

// ActionExpired is Annotations.Action of a key whose expiry has passed.
const ActionExpired = "expired"

// LiveEvents is Annotations.Component of a gateway whose events stopped for no
// known reason.
const LiveEvents = "live events"

// EitherComponent is Annotations.Component where the signs leave two.
const EitherComponent = "event bus or its Redis"

// Annotations are the numbers and names that an alert's text is made of. It is
// comparable: two equal Annotations make the same text. Zero values are left out of
// texts.
type Annotations struct {
	Name string `json:"name,omitempty"` // of the entity, for people
	// UsedRatio is the share of a budget, 0–1; Spend and Limit its amounts.
	UsedRatio float64       `json:"used,omitempty"`
	Spend     event.NanoUSD `json:"spend,omitempty"`
	Limit     event.NanoUSD `json:"limit,omitempty"`
	// Prepaid is true where Limit is a balance that was paid in.
	Prepaid bool `json:"prepaid,omitempty"`
	// PaidIn is all that was ever paid in, 0 if that is not known.
	PaidIn event.NanoUSD `json:"paidIn,omitempty"`
	// Freed says what gave a budget room, with FreedBy, FreedLimit and FreedRatio:
	// what was paid in, and the limit and the used share before.
	Freed      Freed         `json:"freed,omitempty"`
	FreedBy    event.NanoUSD `json:"freedBy,omitempty"`
	FreedLimit event.NanoUSD `json:"freedLimit,omitempty"`
	FreedRatio float64       `json:"freedRatio,omitempty"`

	PerHour event.NanoUSD `json:"perHour,omitempty"` // at the current rate
	// LastHour was spent in as many minutes of the last hour as are known. LastHourOfIt is
	// true where all of that is part of Spend: its budget period is older than the hour.
	LastHour        event.NanoUSD `json:"lastHour,omitempty"`
	LastHourMinutes int64         `json:"lastHourMinutes,omitempty"`
	LastHourOfIt    bool          `json:"lastHourOfIt,omitempty"`
	Resets          time.Time     `json:"resets,omitzero"`
	// Left is the time until Resets as a text says it, rounded up.
	Left time.Duration `json:"left,omitempty"`
	Keys int           `json:"keys,omitempty"` // affected
	// Refused are the keys that a gateway refuses, each with our name of it and the
	// gateway's; "" of the latter for one that it never knew.
	Refused string `json:"refused,omitempty"`
	// Others are keys that are not affected.
	Others int `json:"others,omitempty"`
	// Early and Late are the range of a forecast around Likely, by the errors of
	// Tried earlier ones; RateSince is when the rate changed to Times the usual.
	Early     time.Time `json:"early,omitzero"`
	Likely    time.Time `json:"likely,omitzero"`
	Tried     int       `json:"tried,omitempty"`
	Times     float64   `json:"times,omitempty"`
	Late      time.Time `json:"late,omitzero"`
	RateSince time.Time `json:"rateSince,omitzero"`
	// Baseline is what Spend is compared with; Equal counts requests of Model that are of one kind.
	// Young is true where that is of the day before, for want of weeks.
	Baseline event.NanoUSD `json:"usual,omitempty"`
	Young    bool          `json:"young,omitempty"`
	Equal    int           `json:"equal,omitempty"`
	Model    string        `json:"model,omitempty"`
	Tokens   int           `json:"tokens,omitempty"` // that each of these sent
	// Failed of Requests did; Models are affected, Uncovered of them have no
	// fallback.
	Failed        int     `json:"failed,omitempty"`
	Requests      int     `json:"requests,omitempty"`
	Models        int     `json:"models,omitempty"`
	Uncovered     int     `json:"uncovered,omitempty"`
	P95MS         float64 `json:"p95Ms,omitempty"`
	BaselineP95MS float64 `json:"usualP95,omitempty"`
	// Error is what the gateway said; HTTPStatus that of its answer; Cause a class of
	// failure in a word or two.
	Error      string    `json:"error,omitempty"`
	HTTPStatus int       `json:"code,omitempty"`
	Cause      string    `json:"cause,omitempty"`
	From       time.Time `json:"from,omitzero"` // since when, where that is not Alert.Since
	// NotBefore is when it was not so yet, where it happened between then and From and
	// nobody watched.
	NotBefore time.Time `json:"notBefore,omitzero"`
	// EndUnseen is true if it ended while nobody watched: it lasted at most as long.
	EndUnseen bool `json:"endUnseen,omitempty"`
	// NotRead is when it was not so yet by the read of the list before the one of From.
	NotRead time.Time `json:"notRead,omitzero"`
	// Component is what is down of a gateway or of a connection: "Redis", "spend".
	Component string `json:"part,omitempty"`
	// Medium, Progress (0–100), Idle and Step describe a task.
	Medium   string        `json:"medium,omitempty"`
	Progress float64       `json:"progress,omitempty"`
	Idle     time.Duration `json:"idle,omitempty"`
	Step     time.Duration `json:"step,omitempty"`
	// Action is what was done to the entity; Old and New a setting's values.
	Action string `json:"action,omitempty"`
	Old    string `json:"old,omitempty"`
	New    string `json:"new,omitempty"`
	// LastFailed is the newest failure of a provider, Served what succeeded since.
	LastFailed time.Time `json:"lastFailed,omitzero"`
	Served     int       `json:"served,omitempty"`
	// Signs are what a conclusion on a gateway rests on.
	Signs Signs `json:"signs,omitzero"`
}
