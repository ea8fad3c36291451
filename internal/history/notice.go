package history

import (
	"errors"
	"time"

	"gatewatch/internal/event"
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
	// ErrDamaged: the file cannot be read as a database.
	ErrDamaged = errors.New("history: the file is damaged")
	// ErrNotFound: there is no such row, or no such file to read.
	ErrNotFound = errors.New("history: not found")
)

// NoticeCode says what a Notice is about. Codes are stable.
type NoticeCode string

// The codes.
const (
	NoticeSetAside   NoticeCode = "set_aside"   // a damaged or foreign file was renamed
	NoticeNotKept    NoticeCode = "not_kept"    // nothing is written to disk in this run
	NoticeDamaged    NoticeCode = "damaged"     // damage was found while running
	NoticeDiskFull   NoticeCode = "disk_full"   // writing fails for want of room
	NoticeDiskFailed NoticeCode = "disk_failed" // writing fails for another reason
	NoticeWritable   NoticeCode = "writable"    // writing works again
	NoticeOverflow   NoticeCode = "overflow"    // events came faster than they could be kept
)

// Notice is something about the history that the user should know.
type Notice struct {
	Code     NoticeCode
	Severity event.Severity
	Title    string
	// Text says what happened, why, and what to do.
	Text string
	// Path is the file it is about; of NoticeSetAside, its new name.
	Path string
	At   time.Time
}
