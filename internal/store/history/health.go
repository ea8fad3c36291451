package history

import (
	"errors"
	"time"

	"gatewatch/internal/core/event"
)

// Errors that methods of DB wrap.
var (
	// ErrClosed: the DB was closed.
	ErrClosed = errors.New("history: closed")
	// ErrReadOnly: the DB was opened by OpenReadOnly.
	ErrReadOnly = errors.New("history: opened for reading only")
	// ErrFull: the disk has no room; nothing was written.
	ErrFull = errors.New("history: the disk is full")
	// ErrNewer: the file was written by a later version of Gatewatch.
	ErrNewer = errors.New("history: the file is of a later version")
	// ErrForeign: the file is a database of some other program.
	ErrForeign = errors.New("history: the file is not a history of Gatewatch")
	// ErrCorrupt: the file cannot be read as a database.
	ErrCorrupt = errors.New("history: the file is damaged")
	// ErrNotFound: there is no such row, or no such file to read.
	ErrNotFound = errors.New("history: not found")
)

// HealthCode says what a HealthEvent is about. Codes are stable.
type HealthCode string

// The codes.
const (
	HealthSetAside   HealthCode = "set_aside"   // a corrupt or foreign file was renamed
	HealthMemoryOnly HealthCode = "not_kept"    // nothing is written to disk, until HealthRecovered
	HealthCorrupt    HealthCode = "damaged"     // corruption was found while running
	HealthDiskFull   HealthCode = "disk_full"   // writing fails for want of room
	HealthDiskFailed HealthCode = "disk_failed" // writing fails for another reason
	HealthRecovered  HealthCode = "writable"    // writing works again
	HealthOverflow   HealthCode = "overflow"    // events came faster than they could be kept
)

// HealthEvent is something about the history that the user should know.
type HealthEvent struct {
	Code     HealthCode
	Severity event.Severity
	Title    string
	// Text says what happened, why, and what to do.
	Text string
	// Path is the file it is about; of HealthSetAside, its new name.
	Path string
	At   time.Time
}
