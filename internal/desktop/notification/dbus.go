//go:build unix && !darwin

package notification

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/godbus/dbus/v5"

	"gatewatch/internal/desktop/notify"
)

// The D-Bus names of the notification service.
const (
	serviceName  = "org.freedesktop.Notifications"
	servicePath  = "/org/freedesktop/Notifications"
	serviceIface = serviceName
)

// maxShown is how many notifications are remembered for replacing and for clicks.
// Some services never say that a notification is gone; the oldest is then forgotten.
const maxShown = 256

// maxUnanswered is how many notifications may be without an answer from the service. More
// are not sent, so that a service that has stopped is not buried.
const maxUnanswered = 8

// Errors of the D-Bus driver.
var (
	errClosed = errors.New("desktop: the sender is closed")
	errStuck  = errors.New("desktop: the notification service does not answer")
)

// dbusSender shows notifications with the desktop's notification service.
//
// mu is held while a notification is on its way to the service, so that a signal
// about the new notification is handled only when its number is known. One goroutine
// for each connection reads the signals.
type dbusSender struct {
	o         Options
	responses chan notify.Response
	lifetime  context.Context // of the connections
	cancel    context.CancelFunc
	work      sync.WaitGroup // goroutines of ours

	mu       sync.Mutex
	closed   bool
	bus      *dbus.Conn // nil if there is none
	service  *service   // nil if it is to be asked who it is
	onScreen shownNotifications
	sent     uint64 // notifications so far
	tookBack bool   // what an earlier run left on the screen
}

// service is a notification daemon as it described itself when it was found.
type service struct {
	owner        string // its own name on the bus; another daemon has another
	bus          string // which bus
	name         string // and version
	capabilities map[string]bool
	unanswered   int // notifications given up that it may still show
}

func newDBus(o Options) *dbusSender {
	s := &dbusSender{o: o, responses: make(chan notify.Response, responseQueue)}
	s.lifetime, s.cancel = context.WithCancel(context.Background())
	return s
}

// Send shows n. If the service was replaced meanwhile by another one, it is
// given to that one.
func (s *dbusSender) Send(ctx context.Context, n notify.Notification) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.send(ctx, n)
	if lost := disconnected(err); lost || gone(err) {
		if lost {
			s.bus.Close()
		}
		s.forget()
		err = s.send(ctx, n)
	}
	return wrap("show a notice", err)
}

// Withdraw closes the notification with this ID, if there is one.
func (s *dbusSender) Withdraw(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.onScreen.shown(id)
	if b == nil || s.service == nil || s.bus == nil || !s.bus.Connected() {
		return nil // what was shown went with its service
	}
	s.onScreen.drop(b)
	s.leave()
	return wrap("withdraw a notice", s.close(ctx, b.number))
}

// Shows implements notify.Screen.
func (s *dbusSender) Shows(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.onScreen.shown(id) != nil
}

func (s *dbusSender) Responses() <-chan notify.Response { return s.responses }

// Capabilities asks the service for its name and its capabilities.
func (s *dbusSender) Capabilities(ctx context.Context) (notify.Capabilities, error) {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	now, err := s.queryServer(ctx)
	if err != nil {
		return notify.Capabilities{}, wrap("ask for capabilities", err)
	}
	return notify.Capabilities{
		Driver:  "dbus",
		Server:  now.name,
		Replace: true,
		Actions: now.capabilities["actions"],
		Sound:   now.capabilities["sound"],
	}, nil
}

// Close leaves the notifications on the screen: what they say is still so.
func (s *dbusSender) Close() error {
	s.cancel() // ends whatever is under way, and with it the lock
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	if s.bus != nil {
		s.bus.Close()
	}
	s.mu.Unlock()
	s.work.Wait()
	if first {
		close(s.responses)
	}
	return nil
}

// wrap says what failed, and whether it is for want of a service.
func wrap(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case absent(err):
		return fmt.Errorf("desktop: %s: %w: %w", what, notify.ErrNoService, err)
	case named(err, "org.freedesktop.DBus.Error.AccessDenied"):
		return fmt.Errorf("desktop: %s: %w: %w", what, notify.ErrNotPermitted, err)
	default:
		return fmt.Errorf("desktop: %s: %w", what, err)
	}
}

// busError is a failure to reach the session bus.
type busError struct{ error }

func (e busError) Unwrap() error { return e.error }

// absent reports whether err means that nothing here shows notifications.
func absent(err error) bool {
	var bus busError
	return errors.As(err, &bus) || named(err,
		"org.freedesktop.DBus.Error.ServiceUnknown",
		"org.freedesktop.DBus.Error.NameHasNoOwner",
		"org.freedesktop.DBus.Error.Spawn.ExecFailed",
		"org.freedesktop.DBus.Error.Spawn.ChildExited",
		"org.freedesktop.DBus.Error.Spawn.ChildSignaled",
		"org.freedesktop.DBus.Error.Spawn.Failed",
		"org.freedesktop.DBus.Error.Spawn.ServiceNotFound",
		"org.freedesktop.systemd1.NoSuchUnit",
		"org.freedesktop.systemd1.LoadFailed",
	)
}

// gone reports whether err means that the daemon we spoke to left. A call that
// it left without an answer counts too: its notifications left with it.
func gone(err error) bool {
	return named(err,
		"org.freedesktop.DBus.Error.ServiceUnknown",
		"org.freedesktop.DBus.Error.NameHasNoOwner",
		"org.freedesktop.DBus.Error.NoReply",
	)
}

// disconnected reports whether err means that a connection that we had broke:
// then it is neither an answer nor one of our own decisions.
func disconnected(err error) bool {
	var answer dbus.Error
	var bus busError
	return err != nil && !errors.As(err, &answer) && !errors.As(err, &bus) &&
		!errors.Is(err, errClosed) && !errors.Is(err, errStuck) &&
		!errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled)
}

// named reports whether err is a D-Bus error of one of these names.
func named(err error, names ...string) bool {
	var e dbus.Error
	return errors.As(err, &e) && slices.Contains(names, e.Name)
}
