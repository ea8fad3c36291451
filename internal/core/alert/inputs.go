package alert

import (
	"time"

	"gatewatch/internal/core/event"
)

// Inputs is what rules need beyond the live state: what is measured over REST,
// taken from history or asked of the system. Each map may be nil: Traffic,
// Rejected, Uncharged, Paid, Expiries, Retired, REST and Resets are then what Observe
// derived from events; rules that need another one have nothing to say. Whoever
// sets it gives it away.
type Inputs struct {
	// Baselines is a key's usual spend at this hour of the week, by key id: from the
	// history's hourly rollups. For spend.spike.
	Baselines map[string]SpendBaseline
	// Peaks is the most that a key spent in ten minutes of the last days, by key
	// id: from the history. For spend.runaway.
	Peaks map[string]event.NanoUSD
	// Traffic is what happened at a provider in the last 5 minutes, by
	// provider id: from the billing audit and the request log. For
	// provider.unhealthy (derived) and provider.degraded.
	Traffic map[string]Traffic
	// Rejected are providers that refuse the gateway's credential, by
	// provider id: from the gateway's error report. For provider.credentials.
	Rejected map[string]Rejection
	// Stalled are streams that should have spoken, by link id: REST showed a
	// change that the hub pushes, and nothing came. For hub.silent.
	Stalled map[string]StalledStream
	// Uncharged is the billing audit of the last hour, by gateway. For
	// spend.uncharged.
	Uncharged map[string]Audit
	// Paid are errors of the last hour that a key paid for, by key id: from the
	// billing audit. For spend.errors.
	Paid map[string]PaidErrors
	// Idle are keys that are usually active now and are not, by key id: from
	// the history. For key.silent.
	Idle map[string]time.Duration
	// Models is when a model was first paid for, by gateway/model, and Books since
	// when payments of a gateway are known, by gateway: from the history. For
	// model.first.
	Models, Books map[string]time.Time
	// TaskTimes is how long tasks of a model take, by gateway/model: from the
	// history. For task.stuck.
	TaskTimes map[string]TaskTimes
	// Expiries are when keys expire, by key id: zero if never, absent if that
	// was not read. For key.expiring.
	Expiries map[string]time.Time
	// Retired are models that vanished from a provider's list, by provider
	// id. For model.retired.
	Retired map[string]Retirement
	// REST is whether REST of a gateway answers; absent where it has none.
	REST map[string]bool
	// Resets is when a budget period ends, by key or group id, for texts.
	Resets map[string]time.Time
}

// SpendBaseline is what a key usually spends in 15 minutes of this hour of the week.
type SpendBaseline struct {
	Median, Deviation event.NanoUSD // the median absolute deviation
	// Young is true of a key that is not known for weeks yet: Median is then a
	// quarter of its dearest hour of the day before.
	Young bool
}

// Traffic is a provider's last 5 minutes.
type Traffic struct {
	Requests      int // without the client's own errors
	Failed        int
	P95MS         float64 // negative: unknown
	BaselineP95MS float64 // of 7 days; negative: unknown
	Models        int     // it serves
	Uncovered     int     // of these, without a fallback
	// LastFailed is the newest failure, Served what succeeded since; Row are the
	// failures since the newest success, RowSince the first of them.
	LastFailed time.Time
	Served     int
	Row        int
	RowSince   time.Time
	At         time.Time
}

// Rejection is a provider's refusal of the gateway's credential.
type Rejection struct {
	Status int       // HTTP
	Count  int       // within 10 minutes
	Since  time.Time // the first
	At     time.Time // the last
	// Cleared is true once a request has succeeded since.
	Cleared bool
	// Old is true once the provider was changed since: the cause may be gone,
	// so this begins no alert.
	Old bool
}

// StalledStream is a stream that says nothing although something happened.
type StalledStream struct {
	Since  time.Time     // of the last event
	Booked event.NanoUSD // meanwhile; 0 where it is not about money
	Stream string        // of the stream, such as "spend"
	At     time.Time     // REST showed it
}

// Audit is an hour of the gateway's billing audit.
type Audit struct {
	Calls     int // successful generation calls
	Uncharged int // of these, not charged for want of usage numbers
	At        time.Time
}

// PaidErrors are calls of the last hour that ended in an error and were charged.
type PaidErrors struct {
	Count    int
	Requests int // of the key in that hour
	Cost     event.NanoUSD
	At       time.Time
}

// TaskTimes is how long tasks take.
type TaskTimes struct {
	N    int           // tasks measured
	P99  time.Duration // start to end
	Step time.Duration // between two reports, usually
}

// Retirement is what a provider no longer lists.
type Retirement struct {
	Models []string
	At     time.Time
}
