package run

import (
	"context"
	"time"

	"github.com/godbus/dbus/v5"
)

// What the system says of sleep and of the network.
const (
	logindInterface = "org.freedesktop.login1.Manager"
	logindPath      = dbus.ObjectPath("/org/freedesktop/login1")
	networkName     = "org.freedesktop.NetworkManager"
	networkPath     = dbus.ObjectPath("/org/freedesktop/NetworkManager")
)

// systemBusAgain is how long a system bus that is gone is left alone.
const systemBusAgain = 30 * time.Second

// followSystem calls woke after the computer slept, and moved when the network
// changed, as logind and NetworkManager tell it, until ctx ends. It only makes
// them known sooner: the clock and the interfaces are looked at all the same.
func followSystem(ctx context.Context, woke, moved func()) {
	for ctx.Err() == nil {
		listenToSystem(ctx, woke, moved)
		select {
		case <-ctx.Done():
		case <-time.After(systemBusAgain):
		}
	}
}

// listenToSystem listens until the bus is gone or ctx ends.
func listenToSystem(ctx context.Context, woke, moved func()) {
	conn, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
	if err != nil {
		return // a system without one
	}
	defer func() { _ = conn.Close() }()
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchObjectPath(logindPath), dbus.WithMatchInterface(logindInterface), dbus.WithMatchMember("PrepareForSleep")},
		{dbus.WithMatchObjectPath(networkPath), dbus.WithMatchInterface(networkName), dbus.WithMatchMember("StateChanged")},
	} {
		if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
			return
		}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case s, open := <-signals:
			if !open {
				return
			}
			hearSystem(s, woke, moved)
		}
	}
}

// hearSystem sorts a signal. PrepareForSleep(true) comes before sleep, when
// there is nothing to do.
func hearSystem(s *dbus.Signal, woke, moved func()) {
	switch s.Name {
	case logindInterface + ".PrepareForSleep":
		if len(s.Body) == 1 && s.Body[0] == false {
			woke()
		}
	case networkName + ".StateChanged":
		moved()
	}
}
