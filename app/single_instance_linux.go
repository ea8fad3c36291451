//go:build linux

package app

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"gatewatch/internal/desktop/display"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
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

// handOverTimeout is how long the first window has to take a link, or, if it is
// about to end, to be gone: it may be writing its history.
const handOverTimeout = 15 * time.Second

// claim makes this process the one whose window a home has, until release. If
// there is another one, it is given our wish and handed is true; it may refuse,
// with a fault. heard is called for each wish that comes, in a goroutine of the
// bus; errEnding of it says that none is taken any more, because the window is
// ending. Without a session bus every window is on its own.
func claim(ctx context.Context, w wish, heard func(wish) error) (release func(), handed bool, err error) {
	alone := func() {}
	ctx, cancel := context.WithTimeout(ctx, handOverTimeout)
	defer cancel()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return alone, false, nil //nolint:nilerr // as it is said above
	}
	if err := conn.Export(application{heard}, busPath, busInterface); err != nil {
		_ = conn.Close()
		return alone, false, fault.New(fault.Internal, "The window cannot be offered to other programs.", err)
	}
	name := nameOf(w)
	for {
		var reply dbus.RequestNameReply
		err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.RequestName", 0,
			name, uint32(dbus.NameFlagDoNotQueue)).Store(&reply)
		if err == nil && reply == dbus.RequestNameReplyPrimaryOwner {
			return func() { _ = conn.Close() }, false, nil
		}
		if err == nil {
			err = hand(ctx, conn, name, w)
		}
		var no dbus.Error
		refused := errors.As(err, &no) && no.Name == errorRefused
		if err == nil || refused {
			_ = conn.Close()
		}
		switch {
		case err == nil:
			return alone, true, nil
		case refused:
			return alone, false, fault.New(fault.Usage, no.Error(), nil)
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

// nameOf is the name on the bus of the window of a home.
func nameOf(w wish) string {
	if other := w.window(config.HomePaths().Settings); other != "" {
		return busName + ".h" + other
	}
	return busName
}

// handAgain is the time between two attempts.
const handAgain = 200 * time.Millisecond

// Errors that a window answers with.
const (
	errorEnding  = "org.gatewatch.Error.Ending"
	errorRefused = "org.gatewatch.Error.Refused"
)

// hand gives a wish to the window that there is. What is no link goes as
// platform data, which the interface has for such things; the names of the token
// are those of its specification.
func hand(ctx context.Context, conn *dbus.Conn, name string, w wish) error {
	more := map[string]dbus.Variant{
		"hidden": dbus.MakeVariant(w.hidden), "no-notify": dbus.MakeVariant(w.silent),
		"profile": dbus.MakeVariant(onBus(w.profile)), "core": dbus.MakeVariant(onBus(w.core)), "admin": dbus.MakeVariant(onBus(w.admin)),
	}
	if !w.hidden || w.link != "" { // it is to come up
		token := dbus.MakeVariant(onBus(display.Token(ctx)))
		more["activation-token"], more["desktop-startup-id"] = token, token
	}
	first := conn.Object(name, busPath)
	if w.link == "" {
		return first.CallWithContext(ctx, busInterface+".Activate", 0, more).Err
	}
	return first.CallWithContext(ctx, busInterface+".Open", 0, []string{onBus(w.link)}, more).Err
}

// onBus makes text that may be on the bus: UTF-8 without NUL, and not endless.
func onBus(s string) string {
	if len(s) > linkMost {
		s = s[:linkMost+1] // enough to be known as too long
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// application is what other programs may call: the part of
// org.freedesktop.Application that opens things.
type application struct{ heard func(wish) error }

// Activate brings the window up.
func (a application) Activate(more map[string]dbus.Variant) *dbus.Error {
	return a.Open([]string{""}, more)
}

// Open opens links.
func (a application) Open(links []string, more map[string]dbus.Variant) *dbus.Error {
	var w wish
	var startup string
	for name, into := range map[string]any{
		"hidden": &w.hidden, "no-notify": &w.silent, "profile": &w.profile, "core": &w.core, "admin": &w.admin,
		"activation-token": &w.token, "desktop-startup-id": &startup,
	} {
		if v, given := more[name]; given {
			_ = v.Store(into) // of another type: as if it were not given
		}
	}
	if w.token == "" {
		w.token = startup // of a launcher that knows only X
	}
	for _, link := range links {
		w.link = link
		err := a.heard(w)
		switch {
		case errors.Is(err, errEnding):
			return dbus.NewError(errorEnding, []any{"Gatewatch is about to end."})
		case err != nil:
			return dbus.NewError(errorRefused, []any{fault.Of(err).Message})
		}
	}
	return nil
}
