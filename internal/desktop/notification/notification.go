// Package notification shows native notifications: it has a notify.Sender for
// each desktop system. It does not decide what is shown, when, or how often
// (package notify does), and it knows nothing of alerts or gateways.
//
// On Linux and the BSDs a notification is one call to the desktop's
// notification service over D-Bus, on a connection of our own; where there is
// no such service, beeep and the commands it knows are tried. On Windows it is
// a toast with buttons. On macOS it is beeep's, unless the caller has something
// better (Options.Native).
//
// Every Sender of this package may be used by several goroutines, never calls
// back, and gives up a call after Options.Timeout. Goroutines that it starts
// are its own and are waited for by Close.
package notification

import (
	"log/slog"
	"time"

	"gatewatch/internal/desktop/notify"
)

// DefaultTimeout is how long one call to a notification service may take. A
// burst on a slow service (dunst) takes 127 ms a notification; a service that needs
// seconds does not work.
const DefaultTimeout = 5 * time.Second

// responseQueue is how many clicks wait for the reader of Responses. A person
// makes few; what does not fit is logged and dropped.
const responseQueue = 32

// Options says how notifications look and where they go. The zero value is usable.
type Options struct {
	// App is the name shown with each notification; "" means "Gatewatch".
	App string
	// DesktopEntry is the base name of the installed .desktop file, by which
	// desktops group notifications and find the name and icon; "" means "gatewatch".
	DesktopEntry string
	// Icon is the name of an installed icon or a path; "" means DesktopEntry.
	// Where the service draws images, the severity's own picture is sent too.
	Icon string
	// Address is the D-Bus address; "" means the session's own bus. Ignored
	// where D-Bus is not used.
	Address string
	// Timeout bounds each call to the system; 0 means DefaultTimeout.
	Timeout time.Duration
	// Left is a file in which is what is on the screen, so that the next run can
	// take away what one that was killed has left there; "" is nowhere. Only D-Bus
	// needs it: other systems take nothing back.
	Left string
	// Native, if not nil, is tried before the drivers of this package, such as
	// the window toolkit's own notifications in a macOS bundle. The Sender
	// that Open returns owns it.
	Native notify.Sender
	// Log receives what cannot be returned; nil means nowhere. Titles, bodies
	// and names are never logged.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.App == "" {
		o.App = "Gatewatch"
	}
	if o.DesktopEntry == "" {
		o.DesktopEntry = "gatewatch"
	}
	if o.Icon == "" {
		o.Icon = o.DesktopEntry
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Open returns the best Sender for this system. It neither blocks nor fails:
// whether anything shows notifications is found out by Capabilities and by each
// Send, because services come and go. The caller closes it.
func Open(o Options) notify.Sender {
	o = o.withDefaults()
	senders := platform(o)
	if o.Native != nil {
		senders = append([]notify.Sender{o.Native}, senders...)
	}
	if len(senders) == 1 {
		return senders[0]
	}
	return Fallback(senders...)
}
