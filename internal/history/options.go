package history

import (
	"log/slog"
	"time"

	"gatewatch/internal/event"
)

// Options says how a history is kept. The zero value is good.
type Options struct {
	// Describe gives an event's severity and its line of text. Nil: info, and
	// the kind. Called on the writer's goroutine.
	Describe func(event.Envelope) (event.Severity, string)
	// Booking says whether an event is a booking to be added to the sums of
	// spend, and which. It is called by Record on the caller's goroutine, in
	// order, so it may keep state and refuse repeats; sum and event then get
	// to the disk together (and the sum alone if the event finds no room).
	// Nil: sums come from AddSpend alone.
	// Use one of the two ways, not both: history does not recognise repeats.
	Booking func(event.Envelope) (Spend, bool)
	// Report is told what the user should know: that the disk is full, that it
	// is not any more. Called on the writer's goroutine; it must not block and
	// must not call the DB. Nil: nobody is told.
	Report func(Notice)
	// Now is the clock. Nil: time.Now.
	Now func() time.Time
	// Location is where a day of the daily sums begins. Nil: time.Local.
	Location *time.Location
	// Skip lists kinds that Record does not store. Nil: every kind is stored.
	Skip []event.Kind
	// Queue is how many events may wait for the writer; 0: 65,536, about
	// one second of what the writer can do, and some 20 MB if it is full.
	Queue int
	// Batch is how many events one transaction takes; 0: 4,000. With 1,000 a
	// storm costs a quarter more: sums and words are written once a batch.
	Batch int
	// Every is how long an event waits for company; 0: 250 ms.
	Every time.Duration
	// KeepEvents and KeepSums are how long rows are kept; 0: 90 and 400 days.
	// Alerts that ended, decisions and the said-log are kept like sums.
	KeepEvents, KeepSums time.Duration
	// MaxBytes is how large the file may get before the oldest events are
	// forgotten early; 0: 1 GiB.
	MaxBytes int64
	// MaintainEvery is the time between two rounds of forgetting; 0: 10
	// minutes. Negative: only when Maintain is called.
	MaintainEvery time.Duration
	// CheckFor limits how long Open looks for damage; 0: 1 s. What is left is
	// looked at later by the maintainer, and told by Report.
	CheckFor time.Duration
	// Log gets what a developer wants to know. Nil: nothing is logged.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Describe == nil {
		o.Describe = func(env event.Envelope) (event.Severity, string) {
			return event.SeverityInfo, string(env.Body.Kind())
		}
	}
	if o.Report == nil {
		o.Report = func(Notice) {}
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
	o.Queue = orDefault(o.Queue, 65_536)
	o.Batch = orDefault(o.Batch, 4000)
	o.Every = orDefault(o.Every, 250*time.Millisecond)
	o.KeepEvents = orDefault(o.KeepEvents, 90*24*time.Hour)
	o.KeepSums = orDefault(o.KeepSums, 400*24*time.Hour)
	o.MaxBytes = orDefault(o.MaxBytes, 1<<30)
	o.MaintainEvery = orDefault(o.MaintainEvery, 10*time.Minute)
	o.CheckFor = orDefault(o.CheckFor, time.Second)
	return o
}

func orDefault[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
