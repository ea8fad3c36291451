package alert

import (
	"time"

	"gatewatch/internal/event"
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

// End says why an alert resolved.
type End string

// The ends. Only EndGone is good news worth telling.
const (
	EndGone         End = "gone"         // the condition no longer holds
	EndEpoch        End = "epoch"        // a new budget period or top-up began
	EndContradicted End = "contradicted" // the gateway's claim proved wrong
	EndDisabled     End = "disabled"     // an administrator switched the thing off
	EndDeleted      End = "deleted"      // the entity or its gateway is no more
	EndExpired      End = "expired"      // a point event that has been shown long enough
	EndRuleOff      End = "rule off"     // the rule was switched off
	EndExplained    End = "explained"    // another alert says why
)

// Category is a field of interest; alerts of one gateway and category are
// told together.
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
	// of rule, gateway, entity, dimension and epoch. Never of a value, a
	// severity, a text or a time.
	Fingerprint string `json:"fingerprint"`
	// Life tells the lives of one fingerprint apart; it grows.
	Life int64 `json:"life"`

	Rule       string         `json:"rule"`
	Category   Category       `json:"category"`
	Severity   event.Severity `json:"severity"`
	Gateway    string         `json:"gateway"`
	Label      string         `json:"label"` // the gateway's name for people
	EntityKind string         `json:"entityKind"`
	Entity     string         `json:"entity"` // its own id
	// Thing is the entity's id in the live state.
	Thing     string `json:"thing"`
	Dimension string `json:"dimension,omitempty"` // such as the threshold "0.9"
	Epoch     string `json:"epoch,omitempty"`
	// SourceEpoch is the epoch as the state named it when last looked at.
	SourceEpoch string `json:"sourceEpoch,omitempty"`

	Status Status    `json:"status"`
	End    End       `json:"end,omitempty"`
	Since  time.Time `json:"since"`  // the condition began
	Fired  time.Time `json:"fired"`  // it became firing, in this life
	Gone   time.Time `json:"gone"`   // the condition ceased; zero while it holds
	Ended  time.Time `json:"ended"`  // resolved
	Seen   time.Time `json:"seen"`   // data last looked at
	DataAt time.Time `json:"dataAt"` // the gateway's time of that data

	Title string  `json:"title"` // at most 45 characters
	Body  string  `json:"body"`  // at most 110 characters
	Facts Facts   `json:"facts"`
	Value float64 `json:"value"` // such as the used share; negative: none
	Count int64   `json:"count"` // times it fired within this life
	Trust Trust   `json:"trust,omitempty"`

	Acked        bool      `json:"acked,omitempty"`
	AckNote      string    `json:"ackNote,omitempty"`
	AckedAt      time.Time `json:"ackedAt"`
	SnoozedUntil time.Time `json:"snoozedUntil"` // zero: not snoozed
	Flapping     bool      `json:"flapping,omitempty"`
	Transitions  int       `json:"transitions,omitempty"` // of the flapping spell
	FlapSince    time.Time `json:"flapSince"`
	Stale        bool      `json:"stale,omitempty"`
	// InhibitedBy is the rule whose alert explains this one, or "" ; Held is
	// what that is called for people. Settling is true when it cleared a
	// moment ago and this alert is still waiting for its second look.
	InhibitedBy string `json:"inhibitedBy,omitempty"`
	Held        string `json:"held,omitempty"`
	Settling    bool   `json:"settling,omitempty"`
	// Root is the fingerprint of the inhibiting alert, or "".
	Root string `json:"root,omitempty"`

	// Told is what became of telling it (a reason of package notify), and
	// ToldAt when; ToldLife is the life that was shown to the user, 0 if none.
	Told     string    `json:"told,omitempty"`
	ToldAt   time.Time `json:"toldAt"`
	ToldLife int64     `json:"toldLife,omitempty"`

	// Tell and TellEnd are the rule's wishes, see Rule; Repeat is after how
	// long an unacknowledged critical alert is told again.
	Tell    Tell          `json:"tell"`
	TellEnd Tell          `json:"tellEnd"`
	Repeat  time.Duration `json:"repeat"`
	// OncePerEpoch alerts are told once in an epoch, however often they fire.
	OncePerEpoch bool `json:"oncePerEpoch,omitempty"`
	// FirstSight is true if the condition held at the first look after the
	// start: it may have been told by an earlier run.
	FirstSight bool `json:"firstSight,omitempty"`
}

// Group is the key of alerts that are told together.
func (a *Alert) Group() string { return a.Gateway + "|" + string(a.Category) }

// Incident is the key of alerts that belong together: by gateway, category
// and what explains them all.
func (a *Alert) Incident() string { return a.Group() + "|" + a.Root }

// What is what happened to an alert.
type What string

// The happenings.
const (
	Began        What = "began"     // pending
	Dropped      What = "dropped"   // pending, then gone: nobody needs to know
	Fired        What = "fired"     // pending → firing
	Rose         What = "rose"      // its severity rose
	Fell         What = "fell"      // its severity fell
	Ceased       What = "ceased"    // firing → recovering
	Resumed      What = "resumed"   // recovering → firing
	Resolved     What = "resolved"  // see Alert.End
	Inhibited    What = "inhibited" // another alert explains it
	Released     What = "released"  // no longer inhibited or snoozed, and still true
	Unstable     What = "unstable"  // it began to flap
	Settled      What = "settled"   // it stopped flapping; Status says how it is
	Verified     What = "verified"  // the gateway's claim was confirmed
	Acknowledged What = "acked"     // by the user
	Unacked      What = "unacked"   // by the user
	Snoozed      What = "snoozed"   // by the user
	Updated      What = "updated"   // its numbers or flags changed
	Forgotten    What = "forgotten" // it left the list of resolved alerts
)

// Change is one happening, with a copy of the alert as it is after it.
type Change struct {
	What  What      `json:"what"`
	From  Status    `json:"from"`
	Alert Alert     `json:"alert"`
	At    time.Time `json:"at"`
	// AfterAway is true for Released if what held the alert back was being
	// offline, asleep or starting.
	AfterAway bool `json:"afterAway,omitempty"`
}
