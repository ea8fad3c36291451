package alert

import (
	"time"

	"gatewatch/internal/event"
)

// Facts are the numbers and names that an alert's text is made of. It is
// comparable: two equal Facts make the same text. Zero values are left out of
// texts.
type Facts struct {
	Name string `json:"name,omitempty"` // of the entity, for people
	// Used is the share of a budget, 0–1; Spend and Limit its amounts.
	Used  float64       `json:"used,omitempty"`
	Spend event.NanoUSD `json:"spend,omitempty"`
	Limit event.NanoUSD `json:"limit,omitempty"`
	// Prepaid is true where Limit is a balance that was paid in.
	Prepaid bool          `json:"prepaid,omitempty"`
	PerHour event.NanoUSD `json:"perHour,omitempty"` // at the current rate
	Resets  time.Time     `json:"resets"`
	// Left is the time until Resets as a text tells it, rounded up.
	Left time.Duration `json:"left,omitempty"`
	Keys int           `json:"keys,omitempty"` // affected
	// Others are keys that are not affected.
	Others int `json:"others,omitempty"`
	// Early and Late are the range of a forecast; RateSince is when the rate
	// changed.
	Early     time.Time `json:"early"`
	Late      time.Time `json:"late"`
	RateSince time.Time `json:"rateSince"`
	// Usual is what Spend usually is; Equal counts equal requests of Model.
	Usual event.NanoUSD `json:"usual,omitempty"`
	Equal int           `json:"equal,omitempty"`
	Model string        `json:"model,omitempty"`
	// Failed of Requests did; Models are affected, Uncovered of them have no
	// fallback.
	Failed    int     `json:"failed,omitempty"`
	Requests  int     `json:"requests,omitempty"`
	Models    int     `json:"models,omitempty"`
	Uncovered int     `json:"uncovered,omitempty"`
	P95MS     float64 `json:"p95Ms,omitempty"`
	UsualP95  float64 `json:"usualP95,omitempty"`
	// Error is what the gateway said; Code an HTTP status; Cause a class of
	// failure in a word or two.
	Error string    `json:"error,omitempty"`
	Code  int       `json:"code,omitempty"`
	Cause string    `json:"cause,omitempty"`
	From  time.Time `json:"from"` // since when, where that is not Alert.Since
	// Part is the part of a gateway or of a connection: "Redis", "spend".
	Part string `json:"part,omitempty"`
	// Medium, Progress (0–100), Idle and Step describe a task.
	Medium   string        `json:"medium,omitempty"`
	Progress float64       `json:"progress,omitempty"`
	Idle     time.Duration `json:"idle,omitempty"`
	Step     time.Duration `json:"step,omitempty"`
	// Action is what was done to the entity; Old and New a setting's values.
	Action string `json:"action,omitempty"`
	Old    string `json:"old,omitempty"`
	New    string `json:"new,omitempty"`
}
