//go:build unix

package dbustest

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
)

// The names of a notification service.
const (
	notificationsName = "org.freedesktop.Notifications"
	notificationsPath = "/org/freedesktop/Notifications"
)

// Reasons for which a notification leaves the screen.
const (
	closedExpired   = 1
	closedDismissed = 2
	closedByCall    = 3
)

// Call is one call of Notify with all that came with it.
type Call struct {
	App      string
	Replaces uint32
	Icon     string
	Title    string
	Body     string
	Actions  []string // key, label, key, label, …
	Hints    map[string]dbus.Variant
	Timeout  int32 // milliseconds; -1 leaves it to the service

	Number uint32 // that was given to it
}

// Urgency is the hint of that name: 0 low, 1 normal, 2 critical; 255 if unset.
func (c Call) Urgency() byte {
	if u, ok := c.Hints["urgency"].Value().(byte); ok {
		return u
	}
	return 255
}

// Text is the hint of that name, if it is a string.
func (c Call) Text(hint string) string {
	s, _ := c.Hints[hint].Value().(string)
	return s
}

// Silent reports the hint suppress-sound.
func (c Call) Silent() bool {
	s, _ := c.Hints["suppress-sound"].Value().(bool)
	return s
}

// Notifications is a notification service. Its methods may be called from any
// goroutine.
type Notifications struct {
	t            testing.TB
	bus          *Bus
	capabilities []string

	mu      sync.Mutex
	conn    *dbus.Conn
	frozen  chan struct{} // nil unless frozen; closed by Thaw
	next    uint32
	calls   []Call
	screen  []Call // what a user sees, oldest first
	closed  []uint32
	askedBy int
}

// Notifications puts a notification service on the bus that announces these
// capabilities, such as "actions" and "body-markup".
func (b *Bus) Notifications(capabilities ...string) *Notifications {
	b.t.Helper()
	n := &Notifications{t: b.t, bus: b, capabilities: capabilities}
	n.Return()
	b.t.Cleanup(n.Thaw)
	return n
}

// Return starts the service, as a new process would: with a connection of its
// own, an empty screen, and numbers from 1.
func (n *Notifications) Return() {
	n.t.Helper()
	conn := n.bus.Connect()
	err := conn.ExportMethodTable(map[string]any{
		"Notify":               n.notify,
		"CloseNotification":    n.closeNotification,
		"GetCapabilities":      n.getCapabilities,
		"GetServerInformation": n.getServerInformation,
	}, notificationsPath, notificationsName)
	if err != nil {
		n.t.Fatal(err)
	}
	n.mu.Lock()
	n.conn, n.next, n.screen = conn, 0, nil
	n.mu.Unlock()
	reply, err := conn.RequestName(notificationsName, dbus.NameFlagDoNotQueue)
	if err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		n.t.Fatalf("own %s: reply %v, %v", notificationsName, reply, err)
	}
}

// Vanish ends the service like a crash. What it was asked and has not answered
// stays unanswered.
func (n *Notifications) Vanish() {
	n.mu.Lock()
	conn := n.conn
	n.mu.Unlock()
	_ = conn.Close()
}

// Freeze makes the service answer nothing, until Thaw.
func (n *Notifications) Freeze() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.frozen == nil {
		n.frozen = make(chan struct{})
	}
}

// Thaw lets a frozen service do what it was asked meanwhile.
func (n *Notifications) Thaw() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.frozen != nil {
		close(n.frozen)
		n.frozen = nil
	}
}

// Calls lists every call of Notify so far.
func (n *Notifications) Calls() []Call {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.calls)
}

// WaitCalls waits until Notify was called that often and returns the calls.
func (n *Notifications) WaitCalls(count int) []Call {
	n.t.Helper()
	waitFor(n.t, "calls of Notify", func() bool { return len(n.Calls()) >= count })
	return n.Calls()
}

// Screen lists the notifications that a user sees, oldest first.
func (n *Notifications) Screen() []Call {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.screen)
}

// WaitScreen waits until exactly that many notifications are seen.
func (n *Notifications) WaitScreen(count int) []Call {
	n.t.Helper()
	waitFor(n.t, "notifications on the screen", func() bool { return len(n.Screen()) == count })
	return n.Screen()
}

// Closed lists the numbers that CloseNotification was called with.
func (n *Notifications) Closed() []uint32 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.closed)
}

// Asked says how often GetCapabilities was called.
func (n *Notifications) Asked() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.askedBy
}

// Invoke does what a click does: on the notification ("default") or on a button. The
// notification then leaves, as on most desktops.
func (n *Notifications) Invoke(number uint32, key string) {
	n.t.Helper()
	n.emit("ActionInvoked", number, key)
	n.leave(number, closedDismissed)
}

// InvokeListed clicks on a notification that left the screen but is still listed.
func (n *Notifications) InvokeListed(number uint32, key string) {
	n.t.Helper()
	n.emit("ActionInvoked", number, key)
}

// Dismiss does what a user does who wants a notification away.
func (n *Notifications) Dismiss(number uint32) { n.t.Helper(); n.leave(number, closedDismissed) }

// Expire takes a notification away because its time is over.
func (n *Notifications) Expire(number uint32) { n.t.Helper(); n.leave(number, closedExpired) }

func (n *Notifications) leave(number, reason uint32) {
	n.t.Helper()
	n.mu.Lock()
	n.screen = slices.DeleteFunc(n.screen, func(c Call) bool { return c.Number == number })
	n.mu.Unlock()
	n.emit("NotificationClosed", number, reason)
}

func (n *Notifications) emit(signal string, args ...any) {
	n.t.Helper()
	n.mu.Lock()
	conn := n.conn
	n.mu.Unlock()
	err := conn.Emit(notificationsPath, notificationsName+"."+signal, args...)
	if err != nil && !errors.Is(err, dbus.ErrClosed) { // the service may be on its way out
		n.t.Errorf("emit %s: %v", signal, err)
	}
}

// thawed waits while the service is frozen.
func (n *Notifications) thawed() {
	n.mu.Lock()
	frozen := n.frozen
	n.mu.Unlock()
	if frozen != nil {
		<-frozen
	}
}

// The methods on the bus.

func (n *Notifications) notify(app string, replaces uint32, icon, title, body string, actions []string,
	hints map[string]dbus.Variant, timeout int32,
) (uint32, *dbus.Error) {
	n.thawed()
	n.mu.Lock()
	defer n.mu.Unlock()
	c := Call{
		App: app, Replaces: replaces, Icon: icon, Title: title, Body: body,
		Actions: actions, Hints: hints, Timeout: timeout, Number: replaces,
	}
	at := slices.IndexFunc(n.screen, func(s Call) bool { return replaces != 0 && s.Number == replaces })
	if at < 0 {
		n.next++
		c.Number = n.next
		n.screen = append(n.screen, c)
	} else {
		n.screen[at] = c
	}
	n.calls = append(n.calls, c)
	return c.Number, nil
}

func (n *Notifications) closeNotification(number uint32) *dbus.Error {
	n.thawed()
	n.mu.Lock()
	n.closed = append(n.closed, number)
	shown := slices.ContainsFunc(n.screen, func(c Call) bool { return c.Number == number })
	n.mu.Unlock()
	if !shown {
		return &dbus.Error{Name: "org.freedesktop.Notifications.Error.InvalidId"}
	}
	n.leave(number, closedByCall)
	return nil
}

func (n *Notifications) getCapabilities() ([]string, *dbus.Error) {
	n.thawed()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.askedBy++
	return n.capabilities, nil
}

func (n *Notifications) getServerInformation() (name, vendor, version, spec string, err *dbus.Error) {
	n.thawed()
	return "test service", "Gatewatch", "1.0", "1.2", nil
}
