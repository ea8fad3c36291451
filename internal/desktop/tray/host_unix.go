//go:build linux || freebsd || openbsd || netbsd

package tray

import (
	"context"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
)

// The D-Bus names of a tray.
const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	busName     = "org.freedesktop.DBus"
	busPath     = "/org/freedesktop/DBus"
)

// callTimeout bounds each question to the bus.
const callTimeout = 5 * time.Second

// The waits between attempts to reach a bus that is not there.
const (
	firstRetry = 2 * time.Second
	lastRetry  = time.Minute
)

// HostPresent asks whether a panel shows tray icons (StatusNotifierItem) in
// this session. Plain GNOME and small window managers have none. It fails if
// there is no session bus, and never starts one; it takes five seconds at most.
func HostPresent(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	bus, err := connect(ctx)
	if err != nil {
		return false, err
	}
	defer bus.Close()
	return askHost(ctx, bus)
}

// connect opens a private connection that lives until ctx ends.
func connect(ctx context.Context) (*dbus.Conn, error) {
	bus, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx),
		dbus.WithSignalHandler(dbus.NewSequentialSignalHandler()))
	if err != nil {
		return nil, fmt.Errorf("tray: connect to the session bus: %w", err)
	}
	if err = bus.Auth(nil); err == nil {
		err = bus.Hello()
	}
	if err != nil {
		bus.Close()
		return nil, fmt.Errorf("tray: greet the session bus: %w", err)
	}
	return bus, nil
}

// askHost never starts a watcher: one that nobody uses would draw nothing.
func askHost(ctx context.Context, bus *dbus.Conn) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var owned bool
	err := bus.BusObject().CallWithContext(ctx, busName+".NameHasOwner", 0, watcherName).Store(&owned)
	if err != nil {
		return false, fmt.Errorf("tray: ask for a tray: %w", err)
	}
	if !owned {
		return false, nil
	}
	var present bool
	err = bus.Object(watcherName, watcherPath).
		CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart,
			watcherName, "IsStatusNotifierHostRegistered").Store(&present)
	if err != nil {
		return false, fmt.Errorf("tray: ask the tray for a panel: %w", err)
	}
	return present, nil
}

// systemHosts reports whether there is a tray, at first and at each change,
// until ctx ends. It comes back after the bus was away.
func systemHosts(ctx context.Context, report func(hostState)) {
	retry := firstRetry
	for session := 0; ; session++ {
		began := time.Now()
		followHosts(ctx, session, report)
		if ctx.Err() != nil {
			return
		}
		report(hostState{session: session})
		if time.Since(began) > lastRetry {
			retry = firstRetry
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(retry):
			retry = min(2*retry, lastRetry)
		}
	}
}

// followHosts returns when the bus is not there, or no more.
func followHosts(ctx context.Context, session int, report func(hostState)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	giveUp := time.AfterFunc(callTimeout, cancel)
	bus, err := connect(ctx)
	if err != nil || !giveUp.Stop() {
		return
	}
	defer bus.Close()
	signals := make(chan *dbus.Signal, 16)
	bus.Signal(signals)
	if subscribeHosts(ctx, bus) != nil {
		return
	}
	for {
		present, err := askHost(ctx, bus)
		if err != nil && !bus.Connected() {
			return
		}
		report(hostState{present: present, session: session})
		select {
		case _, ok := <-signals:
			if !ok {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// subscribeHosts asks for the signals after which the answer may be another.
func subscribeHosts(ctx context.Context, bus *dbus.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	for _, rule := range [][]dbus.MatchOption{
		{
			dbus.WithMatchSender(busName), dbus.WithMatchObjectPath(busPath), dbus.WithMatchInterface(busName),
			dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, watcherName),
		},
		{dbus.WithMatchInterface(watcherName), dbus.WithMatchMember("StatusNotifierHostRegistered")},
		{dbus.WithMatchInterface(watcherName), dbus.WithMatchMember("StatusNotifierHostUnregistered")},
	} {
		if err := bus.AddMatchSignalContext(ctx, rule...); err != nil {
			return fmt.Errorf("tray: watch for trays: %w", err)
		}
	}
	return nil
}
