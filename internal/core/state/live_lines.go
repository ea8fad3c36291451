package state

import "gatewatch/internal/core/event"

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
	// BeganAs is the title while it held, of one that is over, too; "" if nobody knows.
	BeganAs string `json:"-"`
	// Was is the title that one that is over had, as of the past; "" while it is open, or if nobody knows.
	Was  string `json:"was,omitempty"`
	Body string `json:"body"`
	// Evidence is what it rests on, a sentence a line; Ends says what would end it,
	// or what ended it.
	Evidence string `json:"evidence"`
	Ends     string `json:"ends"`
	// Entity is what it is about: kind and id, such as "key" and "7".
	EntityKind string  `json:"entityKind"`
	Entity     string  `json:"entity"`
	Since      int64   `json:"since"` // began
	EndedAt    int64   `json:"endedAt"`
	UpdatedAt  int64   `json:"updatedAt"`
	Value      float64 `json:"value"` // such as the used share; negative: none
	// Threshold is the share of a budget that it is past, which tells several alerts on one
	// budget apart; 0 of anything else.
	Threshold     float64 `json:"threshold"`
	Acked         bool    `json:"acked"`
	AckNote       string  `json:"ackNote"`
	SilencedUntil int64   `json:"silencedUntil"` // 0: not silenced by itself
	MutedUntil    int64   `json:"mutedUntil"`    // silenced with others, and listed all the same; 0: not
	Flapping      bool    `json:"flapping"`
	Stale         bool    `json:"stale"`
	Trust         string  `json:"trust"`       // "claimed", "verified", "contradicted" or ""
	InhibitedBy   string  `json:"inhibitedBy"` // title of what inhibits it, or ""
	// NotifyReason says whether and why the user was notified: a notify reason.
	NotifyReason    string `json:"notifyReason"`
	NotifyDecidedAt int64  `json:"notifyDecidedAt"`
	// Notified is true once the user was shown a notification of it, whatever was
	// decided since.
	Notified bool  `json:"notified"`
	Count    int64 `json:"count"` // times it fired within this life
	Habit    bool  `json:"habit"` // it can be called normal
}

// Rank orders alerts by severity: the higher, the weightier.
func (a *AlertLine) Rank() int { return event.Severity(a.Severity).Rank() }

// AppCondition is something about Gatewatch itself that the user should see, such
// as "the desktop has no notification service".
type AppCondition struct {
	ID       string `json:"id"` // such as "notifications", "tray", "keychain", "history"
	Severity string `json:"severity"`
	Title    string `json:"title"`
	Text     string `json:"text"` // what happened, why, what to do
	At       int64  `json:"at"`
}
