package history

import (
	"log/slog"
	"time"

	"gatewatch/internal/core/event"
)

// Options says how a history is kept. The zero value is good.
type Options struct {
	// Describe gives an event's severity and its line of text. Nil: info, and
	// the kind. Called on the writer's goroutine.
	Describe func(event.Envelope) (event.Severity, string)
	// SpendOf says whether an event is a spend to be added to the rollups of
	// spend, and which. It is called by Record on the caller's goroutine, in
	// order, so it may keep state and refuse duplicates; rollup and event then get
	// to the disk together (and the sum alone if the event finds no room).
	// Nil: rollups come from AddSpend alone.
	// Use one of the two ways, not both: history does not recognise duplicates.
	SpendOf func(event.Envelope) (Spend, bool)
	// OnHealthEvent is called with what the user should know: that the disk is full, that it
	// is not any more. Called on the writer's goroutine; it must not block and
	// must not call the DB. Nil: nobody is called.
	OnHealthEvent func(HealthEvent)
	// Now is the clock. Nil: time.Now.
	Now func() time.Time
	// Location is where a day of the daily rollups begins. Nil: time.Local.
	Location *time.Location
	// Skip lists kinds that Record does not store. Nil: every kind is stored.
	Skip []event.Kind
	// QueueSize is how many events may wait for the writer; 0: 65,536, about
	// one second of what the writer can do, and some 20 MB if it is full.
	QueueSize int
	// BatchSize is how many events one transaction takes; 0: 8,000. With 1,000 a
	// storm costs a quarter more: rollups and the search index are written once a batch.
	BatchSize int
	// FlushInterval is how long an event waits for company; 0: 250 ms. In a storm it is
	// four times that.
	FlushInterval time.Duration
	// EventRetention and RollupRetention are how long rows are kept; 0: 90 and 400 days.
	// Alerts that ended, decisions and the notification log are kept like rollups.
	EventRetention, RollupRetention time.Duration
	// MaxBytes is how large the file may get before the oldest events are
	// forgotten early; 0: 1 GiB.
	MaxBytes int64
	// MaintenanceInterval is the time between two rounds of forgetting; 0: 10
	// minutes. Negative: only when Maintain is called.
	MaintenanceInterval time.Duration
	// CheckTimeout limits how long Open looks for corruption; 0: 1 s. What is left is
	// looked at later by the maintainer, and reported by OnHealthEvent.
	CheckTimeout time.Duration
	// RetryInterval is how often a history in memory looks whether a file can be
	// written by now; 0: 15 s. MayKeep is asked before each look, on the writer's
	// goroutine: an error says not yet. Nil: it may.
	RetryInterval time.Duration
	MayKeep       func() error
	// Log gets what a developer wants to know. Nil: nothing is logged.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Describe == nil {
		o.Describe = func(env event.Envelope) (event.Severity, string) {
			return event.SeverityInfo, string(env.Body.Kind())
		}
	}
	if o.OnHealthEvent == nil {
		o.OnHealthEvent = func(HealthEvent) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Location == nil {
		o.Location = time.Local
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.QueueSize = orDefault(o.QueueSize, 65_536)
	o.BatchSize = orDefault(o.BatchSize, 8000)
	o.FlushInterval = orDefault(o.FlushInterval, 250*time.Millisecond)
	o.EventRetention = orDefault(o.EventRetention, 90*24*time.Hour)
	o.RollupRetention = orDefault(o.RollupRetention, 400*24*time.Hour)
	o.MaxBytes = orDefault(o.MaxBytes, 1<<30)
	o.MaintenanceInterval = orDefault(o.MaintenanceInterval, 10*time.Minute)
	o.RetryInterval = orDefault(o.RetryInterval, 15*time.Second)
	if o.MayKeep == nil {
		o.MayKeep = func() error { return nil }
	}
	o.CheckTimeout = orDefault(o.CheckTimeout, time.Second)
	return o
}

func orDefault[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
