package alert

import (
	"time"

	"gatewatch/internal/core/event"
)

// Status is where an alert is in its life:
//
//	       holds          for "for"
//	(ok) ───────▶ pending ─────────▶ firing ◀──────── again ────┐
//	  ▲              │                 │ gone                    │
//	  └──── gone ────┘                 └────────▶ recovering ────┘
//	                                                │ gone for "keep"
//	                                                ▼
//	                                            resolved
type Status string

// The statuses. An alert that never got past pending is forgotten as StatusOK.
const (
	StatusOK         Status = "ok"
	StatusPending    Status = "pending"
	StatusFiring     Status = "firing"
	StatusRecovering Status = "recovering"
	StatusResolved   Status = "resolved"
)

// Open reports whether an alert is shown among those that need attention.
func (s Status) Open() bool { return s == StatusFiring || s == StatusRecovering }

// EndReason says why an alert resolved.
type EndReason string

// The reasons why an alert ended. Only EndCleared is good news worth a notification.
const (
	EndCleared      EndReason = "gone"            // the condition no longer holds
	EndNewPeriod    EndReason = "epoch"           // a new budget period or top-up began
	EndContradicted EndReason = "contradicted"    // the gateway's claim proved wrong
	EndDisabled     EndReason = "disabled"        // an administrator switched the provider off
	EndDeleted      EndReason = "deleted"         // the entity or its gateway is no more
	EndExpired      EndReason = "expired"         // a point event that has been shown long enough
	EndRuleOff      EndReason = "rule off"        // the rule was switched off
	EndNormal       EndReason = "normal"          // the user called it normal
	EndThreshold    EndReason = "threshold"       // its threshold was removed or changed in the settings
	EndLimitUnknown EndReason = "limit not known" // nobody tells the budget's limit any more
	EndInhibited    EndReason = "explained"       // another alert says why
	EndUnforeseen   EndReason = "unforeseen"      // nothing is foreseen of it any more
)

// Category is a field of interest; alerts of one gateway and category are
// notified of together.
type Category string

// The categories.
const (
	CategorySpend      Category = "spend"
	CategoryProvider   Category = "provider"
	CategoryTask       Category = "task"
	CategoryConnection Category = "connection"
	CategoryChange     Category = "change"
)

// Trust says how sure a gateway's claim is.
type Trust string

// The trusts; "" where the gateway made no claim.
const (
	TrustClaimed      Trust = "claimed"
	TrustVerified     Trust = "verified"
	TrustContradicted Trust = "contradicted"
)

// Alert is one rule on one entity, with its life. It is plain and may be kept
// as JSON. Times are wall-clock times without a monotonic part; zero means
// "never" or "not".
type Alert struct {
	// Fingerprint identifies the alert across restarts and rewording: a hash
	// of rule, gateway, entity, dimension and budget period. Never of a value, a
	// severity, a text or a time.
	Fingerprint string `json:"fingerprint"`
	// Life numbers the lives of one fingerprint; it grows.
	Life int64 `json:"life"`

	Rule       string         `json:"rule"`
	Category   Category       `json:"category"`
	Severity   event.Severity `json:"severity"`
	Gateway    string         `json:"gateway"`
	Label      string         `json:"label"` // the gateway's name for people
	EntityKind string         `json:"entityKind"`
	Entity     string         `json:"entity"` // its own id
	// StateID is the entity's id in the live state.
	StateID   string `json:"thing"`
	Dimension string `json:"dimension,omitempty"` // such as the threshold "0.9"
	Period    string `json:"epoch,omitempty"`
	// SourcePeriod is the budget period as the state named it when last looked at.
	SourcePeriod string `json:"sourceEpoch,omitempty"`

	Status      Status    `json:"status"`
	EndReason   EndReason `json:"end,omitempty"`
	Since       time.Time `json:"since,omitzero"`  // the condition began
	FiredAt     time.Time `json:"fired,omitzero"`  // it became firing, in this life
	ClearedAt   time.Time `json:"gone,omitzero"`   // the condition ceased; zero while it holds
	ResolvedAt  time.Time `json:"ended,omitzero"`  // resolved
	EvaluatedAt time.Time `json:"seen,omitzero"`   // data last looked at
	DataAt      time.Time `json:"dataAt,omitzero"` // the gateway's time of that data

	// Several is true if more gateways are watched, so that texts name this one.
	Several bool `json:"several,omitempty"`

	Title string `json:"title"` // what it is about comes first
	// BeganAs is the title while it held: that of an end does not say what began.
	BeganAs string `json:"beganAs,omitempty"`
	Body    string `json:"body"` // at most MaxBody characters
	// Evidence is what it rests on, a sentence a line; Ends says what would end it,
	// or what ended it.
	Evidence    string      `json:"evidence,omitempty"`
	Ends        string      `json:"ends,omitempty"`
	Annotations Annotations `json:"facts"`
	Value       float64     `json:"value"` // such as the used share; negative: none
	Count       int64       `json:"count"` // times it fired within this life
	Trust       Trust       `json:"trust,omitempty"`

	Acked         bool      `json:"acked,omitempty"`
	AckNote       string    `json:"ackNote,omitempty"`
	AckedAt       time.Time `json:"ackedAt,omitzero"`
	SilencedUntil time.Time `json:"snoozedUntil,omitzero"` // zero: not silenced
	// Muted: what silences it silences others as well. It is then notified of to
	// nobody, and listed all the same.
	Muted       bool      `json:"muted,omitempty"`
	Flapping    bool      `json:"flapping,omitempty"`
	Transitions int       `json:"transitions,omitempty"` // of the flapping spell
	FlapSince   time.Time `json:"flapSince,omitzero"`
	Stale       bool      `json:"stale,omitempty"`
	// InhibitedBy is the rule whose alert inhibits this one, or "" ; InhibitorTitle is
	// what that is called for people. Settling is true when it cleared a
	// moment ago and this alert is still waiting for its recheck.
	InhibitedBy     string `json:"inhibitedBy,omitempty"`
	InhibitorTitle  string `json:"held,omitempty"`
	AwaitingRecheck bool   `json:"settling,omitempty"`
	// Root is the fingerprint of the inhibiting alert, or "".
	Root string `json:"root,omitempty"`

	// Spell numbers the times at which it was open, within a life or another; it grows. One that is shown as over
	// and comes back begins another. SpellSince is when it began.
	Spell      int64     `json:"spell,omitempty"`
	SpellSince time.Time `json:"spellSince,omitzero"`
	// IncidentID names what it is a part of, see incidentOf; "" until it fired.
	IncidentID string `json:"incident,omitempty"`

	// NotifyReason is what became of notifying of it (a reason of package notify), and
	// NotifyDecidedAt when; NotifiedLife is the life that was shown to the user, 0 if none.
	NotifyReason    string    `json:"told,omitempty"`
	NotifyDecidedAt time.Time `json:"toldAt,omitzero"`
	NotifiedLife    int64     `json:"toldLife,omitempty"`

	// OnFiring and OnResolved are the rule's policy, see Rule; RepeatInterval is after how
	// long an unacknowledged critical alert is notified of again.
	OnFiring       NotificationPolicy `json:"tell"`
	OnResolved     NotificationPolicy `json:"tellEnd"`
	RepeatInterval time.Duration      `json:"repeat"`
	RepeatSet      bool               `json:"repeatSet,omitempty"` // by the user, for this rule
	// OncePerPeriod alerts are notified of once in a budget period, however often they fire.
	OncePerPeriod bool `json:"oncePerEpoch,omitempty"`
	// LimitBack is true if the one before, of the same limit, ended within a day as the limit
	// was raised: it was lowered again since, and what was told before holds no more.
	LimitBack bool `json:"limitBack,omitempty"`
	// FirstSight is true if the condition held at the first Eval after the
	// start: an earlier run may have notified of it.
	FirstSight bool `json:"firstSight,omitempty"`
}

// Group is the key of alerts that are notified of together.
func (a *Alert) Group() string { return a.Gateway + "|" + string(a.Category) }

// ChangeKind is what happened to an alert.
type ChangeKind string

// The happenings.
const (
	BecamePending     ChangeKind = "began"     // pending
	Dropped           ChangeKind = "dropped"   // pending, then gone: nobody needs to know
	Fired             ChangeKind = "fired"     // pending → firing
	SeverityRaised    ChangeKind = "rose"      // its severity rose
	SeverityLowered   ChangeKind = "fell"      // its severity fell
	StartedRecovering ChangeKind = "ceased"    // firing → recovering
	FiredAgain        ChangeKind = "resumed"   // recovering → firing
	Resolved          ChangeKind = "resolved"  // see Alert.End
	Inhibited         ChangeKind = "inhibited" // another alert inhibits it
	Unsuppressed      ChangeKind = "released"  // no longer inhibited or silenced, and still true
	FlappingStarted   ChangeKind = "unstable"  // it began to flap
	FlappingEnded     ChangeKind = "settled"   // it stopped flapping; Status says how it is
	ClaimVerified     ChangeKind = "verified"  // the gateway's claim was confirmed
	Acknowledged      ChangeKind = "acked"     // by the user
	Unacknowledged    ChangeKind = "unacked"   // by the user
	Silenced          ChangeKind = "snoozed"   // by the user
	Muted             ChangeKind = "muted"     // by the user, with others
	Updated           ChangeKind = "updated"   // its numbers or flags changed
	Forgotten         ChangeKind = "forgotten" // it left the list of resolved alerts
)

// Change is one happening, with a copy of the alert as it is after it.
type Change struct {
	Kind  ChangeKind `json:"what"`
	From  Status     `json:"from"`
	Alert Alert      `json:"alert"`
	At    time.Time  `json:"at,omitzero"`
	// WasAway is true for Unsuppressed if what suppressed the alert was being
	// offline, asleep or starting.
	WasAway bool `json:"afterAway,omitempty"`
}
