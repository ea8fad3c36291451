// Package notify decides who hears of an alert, and why, and remembers who
// did. Showing a notice is the work of a Sender (package desktop).
package notify

import (
	"context"
	"errors"

	"gatewatch/internal/event"
)

// Notice is one thing to tell the user, as a native notification.
type Notice struct {
	// ID identifies what the notice is about (an alert's fingerprint or a
	// group's key). A notice with the ID of one that is still shown replaces
	// it where the platform can.
	ID       string
	Title    string // at most 45 characters; plain text
	Body     string // at most 110 characters; plain text
	Severity event.Severity
	// Silent asks for no sound: resolves, and updates of a shown notice.
	Silent bool
	// New asks for a new bubble even if one with this ID is shown: a rise to
	// critical must not slip in silently.
	New bool
	// Route is the page to open on a click, such as "/alerts?id=…".
	Route   string
	Actions []Action
}

// Action is a button of a notice.
type Action string

// The actions.
const (
	ActionOpen        Action = "open"
	ActionAcknowledge Action = "acknowledge"
	ActionSnooze      Action = "snooze"
)

// Response is what the user did with a notice. A dismissal is none.
type Response struct {
	ID     string // the Notice's
	Action Action // ActionOpen for a click on the body
	Route  string // the Notice's
}

// Errors that a Sender's Send wraps.
var (
	// ErrNoService: this desktop has nothing that shows notifications.
	ErrNoService = errors.New("notify: no notification service")
	// ErrNotPermitted: the system blocks our notifications.
	ErrNotPermitted = errors.New("notify: notifications are not permitted")
)

// Capabilities says what a Sender's platform can do, as found at run time.
type Capabilities struct {
	Driver  string // such as "dbus" or "beeep"
	Server  string // the service's own name and version; "" if unknown
	Replace bool   // a notice can replace a shown one
	Actions bool   // buttons and clicks are reported
	Sound   bool
}

// Sender shows notices. Its methods may block for the service's time (a burst
// on dunst takes 127 ms each), so only the announcer's goroutine calls them.
type Sender interface {
	// Send shows n or replaces the notice with the same ID.
	Send(ctx context.Context, n Notice) error
	// Withdraw takes the notice with this ID off the screen, if it is there.
	Withdraw(ctx context.Context, id string) error
	// Responses carries what users did; closed by Close. Never nil.
	Responses() <-chan Response
	// Capabilities asks the service anew. It fails with ErrNoService.
	Capabilities(ctx context.Context) (Capabilities, error)
	Close() error
}
