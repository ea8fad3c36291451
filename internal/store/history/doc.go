// Package history keeps what happened, and answers questions about it: events,
// rollups of spend, alerts with their timeline, the notification log with the
// reasons, and silences. It is one SQLite file.
//
// It is not the state that the pages show (package state), and it decides
// nothing: rows go in as they are given and come out the same. It knows none
// of the types of packages alert and notify; its own rows are plain structs
// with an opaque JSON body.
//
// # Who may write
//
// One process at a time writes a file; the caller guards that with a lock file.
// Others use OpenReadOnly.
//
// # Goroutines
//
// Open starts two, and Close waits for both. The writer owns the only
// connection that writes. The maintainer asks the writer, now and then, to
// delete what is too old. Queries run on the caller's goroutine, on read-only
// connections of their own; the writer never waits for them.
//
// # What blocks
//
// Record, AddSpend, PutAlert, AddDecision and AddTimeline never wait for
// the disk: they hand over under a mutex held for a few instructions, and what
// they hand over is on disk within about 250 ms, in a storm of events within about a second.
// LogIntended, LogDelivered and the
// other methods that take a context wait for their commit.
//
// # What is lost, and when
//
// A killed process loses at most what was handed over in the last 250 ms, in
// a storm of events in the last second. What
// a method waited for is kept; what LogIntended, ReplaceSilences and SetMeta
// returned nil for survives a power cut as well. If the
// disk is slower than the events for long, the newest events are not kept; how
// many is in a row of kind KindGap in their place, and in Stats.
package history
