// Package notify decides whether the user is notified of an alert, and why, and
// keeps a log of it. It does not decide what an alert is (package alert) and
// shows nothing: that is the work of a Sender (package notification).
//
// A Planner decides and has no clock and no goroutine; a Dispatcher owns the one
// goroutine that hands out what the Planner plans. The notification log is
// stored by package history; quiet hours are computed by package config.
package notify

import (
	"context"
	"errors"

	"gatewatch/internal/core/event"
)

// Notification is what the user is shown, as a native notification.
type Notification struct {
	// ID identifies what the notification is about (an alert's fingerprint or a
	// group's key). A notification with the ID of one that is still shown replaces
	// it where the platform can.
	ID       string
	Title    string // plain text
	Body     string // at most 110 characters; plain text
	Severity event.Severity
	// Silent asks for no sound: resolves, and updates of a shown notification.
	Silent bool
	// New asks for a new notification even if one with this ID is shown: a rise to
	// critical must not slip in silently.
	New bool
	// Route is the page to open on a click, such as "/alerts?id=…".
	Route   string
	Actions []Action
}

// HasSound says whether n is heard: what is critical alone, and not that if it
// is to be silent.
func (n *Notification) HasSound() bool {
	return n.Severity == event.SeverityCritical && !n.Silent
}

// Action is a button of a notification.
type Action string

// The actions.
const (
	ActionOpen        Action = "open"
	ActionAcknowledge Action = "acknowledge"
	ActionSilence     Action = "snooze"
)

// Response is what the user did with a notification. A dismissal is none.
type Response struct {
	ID     string // the Notification's
	Action Action // ActionOpen for a click on the body
	Route  string // the Notification's
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
	Replace bool   // a notification can replace a shown one
	Actions bool   // buttons and clicks are reported
	Sound   bool
}

// Sender shows notifications. Its methods may block for the service's time (a burst
// on dunst takes 127 ms each), so only the Dispatcher's goroutine calls them.
type Sender interface {
	// Send shows n or replaces the notification with the same ID.
	Send(ctx context.Context, n Notification) error
	// Withdraw takes the notification with this ID off the screen, if it is there.
	Withdraw(ctx context.Context, id string) error
	// Responses carries what users did; closed by Close. Never nil.
	Responses() <-chan Response
	// Capabilities asks the service anew. It fails with ErrNoService.
	Capabilities(ctx context.Context) (Capabilities, error)
	Close() error
}
