//go:build linux

package app

import (
	"context"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"gatewatch/internal/fault"
)

// claims says that claim is this system's way to have one window only. The
// toolkit's own ends the second program with status 1, which callers such as
// xdg-open take for a failure, and only after it has begun to start.
const claims = true

// The window's name on the session bus, and the freedesktop interface for
// programs that are opened from elsewhere.
const (
	busName      = "org.gatewatch.Window"
	busPath      = dbus.ObjectPath("/org/gatewatch/Window")
	busInterface = "org.freedesktop.Application"
)

// handPatience is how long the first window has to take a link, or, if it is
// about to end, to be gone: it may be writing its history.
const handPatience = 15 * time.Second

// claim makes this process the one whose window links are handed to, until
// release. If there is another one, it is given the link ("" only brings its
// window up) and handed is true. opened is called for each link that comes, in
// a goroutine of the bus; it returns false to take none any more, because the
// window is ending. Without a session bus every window is on its own.
func claim(ctx context.Context, link string, opened func(link string) bool) (release func(), handed bool, err error) {
	alone := func() {}
	ctx, cancel := context.WithTimeout(ctx, handPatience)
	defer cancel()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return alone, false, nil //nolint:nilerr // as it is said above
	}
	if err := conn.Export(application{opened}, busPath, busInterface); err != nil {
		_ = conn.Close()
		return alone, false, fault.New(fault.Internal, "The window cannot be offered to other programs.", err)
	}
	for {
		var reply dbus.RequestNameReply
		err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.RequestName", 0,
			busName, uint32(dbus.NameFlagDoNotQueue)).Store(&reply)
		if err == nil && reply == dbus.RequestNameReplyPrimaryOwner {
			return func() { _ = conn.Close() }, false, nil
		}
		if err == nil {
			err = hand(ctx, conn, link)
		}
		if err == nil {
			_ = conn.Close()
			return alone, true, nil
		}
		select {
		case <-ctx.Done():
			_ = conn.Close()
			return alone, false, fault.New(fault.Unreachable,
				"Gatewatch is running already, but does not answer. End it, or wait until it has ended, and start it again.", err)
		case <-time.After(handAgain):
		}
	}
}

// handAgain is the time between two attempts.
const handAgain = 200 * time.Millisecond

// hand gives a link to the window that there is.
func hand(ctx context.Context, conn *dbus.Conn, link string) error {
	none := map[string]dbus.Variant{}
	first := conn.Object(busName, busPath)
	if link == "" {
		return first.CallWithContext(ctx, busInterface+".Activate", 0, none).Err
	}
	if len(link) > linkMost {
		link = link[:linkMost+1] // enough to be known as too long
	}
	// Text on the bus is UTF-8 without NUL.
	link = strings.ReplaceAll(strings.ToValidUTF8(link, "\uFFFD"), "\x00", "\uFFFD")
	return first.CallWithContext(ctx, busInterface+".Open", 0, []string{link}, none).Err
}

// application is what other programs may call: the part of
// org.freedesktop.Application that opens things.
type application struct{ opened func(link string) bool }

// Activate brings the window up.
func (a application) Activate(map[string]dbus.Variant) *dbus.Error {
	return a.Open([]string{""}, nil)
}

// Open opens links.
func (a application) Open(links []string, _ map[string]dbus.Variant) *dbus.Error {
	for _, link := range links {
		if !a.opened(link) {
			return dbus.NewError("org.gatewatch.Error.Ending", []any{"Gatewatch is about to end."})
		}
	}
	return nil
}
