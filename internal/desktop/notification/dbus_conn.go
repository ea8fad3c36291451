//go:build unix && !darwin

package notification

import (
	"context"
	"errors"
	"os"
	"strconv"
	"time"

	"github.com/godbus/dbus/v5"

	"gatewatch/internal/core/text"
	"gatewatch/internal/desktop/notify"
)

// busVariable names the session bus; noBus in it says that there is none.
const (
	busVariable = "DBUS_SESSION_BUS_ADDRESS"
	noBus       = "disabled:"
)

// closedExpired is a reason in the signal NotificationClosed.
const closedExpired = 1

var errNoBus = errors.New("there is no session bus")

// sessionAddress finds the session's bus where desktops put it. It never
// starts one: a bus of our own would have no desktop on it.
func sessionAddress() (string, error) {
	switch address := os.Getenv(busVariable); address {
	case "", noBus, "autolaunch:":
	default:
		return address, nil
	}
	folder := os.Getenv("XDG_RUNTIME_DIR")
	if folder == "" {
		folder = "/run/user/" + strconv.Itoa(os.Getuid())
	}
	path := folder + "/bus"
	if _, err := os.Stat(path); err != nil {
		return "", errNoBus
	}
	return "unix:path=" + dbus.EscapeBusAddressValue(path), nil
}

// connect makes sure that there is a connection. Called with mu held.
func (s *dbusSender) connect(ctx context.Context) error {
	if s.closed {
		return errClosed
	}
	if s.bus != nil && s.bus.Connected() {
		return nil
	}
	s.bus = nil
	s.forget()
	address, err := s.o.Address, error(nil)
	if address == "" {
		if address, err = sessionAddress(); err != nil {
			return busError{err}
		}
	}
	bus, err := s.dial(ctx, address)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err() // a bus that does not answer is no missing one
		}
		return busError{err}
	}
	signals := make(chan *dbus.Signal, 16)
	bus.Signal(signals)
	s.bus = bus
	s.work.Go(func() { s.listen(bus, signals) })
	if err := s.subscribe(ctx); err != nil {
		bus.Close()
		return err
	}
	return nil
}

// dial opens a connection of our own, which lives as long as s: the shared one
// of godbus may be closed by others.
func (s *dbusSender) dial(ctx context.Context, address string) (*dbus.Conn, error) {
	bus, err := dbus.Dial(address, dbus.WithContext(s.lifetime),
		dbus.WithSignalHandler(dbus.NewSequentialSignalHandler()))
	if err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, func() { bus.Close() })()
	if err = bus.Auth(nil); err == nil {
		err = bus.Hello()
	}
	if err != nil {
		bus.Close()
		return nil, err
	}
	return bus, nil
}

// subscribe subscribes to the signals of the service.
func (s *dbusSender) subscribe(ctx context.Context) error {
	err := s.bus.AddMatchSignalContext(ctx,
		dbus.WithMatchSender("org.freedesktop.DBus"),
		dbus.WithMatchInterface("org.freedesktop.DBus"),
		dbus.WithMatchMember("NameOwnerChanged"),
		dbus.WithMatchArg(0, serviceName))
	if err != nil {
		return err
	}
	return s.bus.AddMatchSignalContext(ctx,
		dbus.WithMatchSender(serviceName),
		dbus.WithMatchObjectPath(servicePath),
		dbus.WithMatchInterface(serviceIface))
}

// listen takes signals until the connection ends. That closes the channel too,
// but not if it ended before the channel was known to it.
func (s *dbusSender) listen(bus *dbus.Conn, signals <-chan *dbus.Signal) {
	for {
		select {
		case sig, open := <-signals:
			if !open {
				return
			}
			s.dispatch(bus, sig)
		case <-bus.Context().Done():
			return
		}
	}
}

// dispatch handles one signal and passes on what the user did.
func (s *dbusSender) dispatch(bus *dbus.Conn, sig *dbus.Signal) {
	s.mu.Lock()
	response, ok := s.handleSignal(bus, sig)
	s.mu.Unlock()
	if !ok {
		return
	}
	select {
	case s.responses <- response:
	default:
		s.o.Log.Warn("a click on a notice is lost: nobody reads them")
	}
}

// handleSignal takes one signal. It returns what the user did, if that is what the
// signal says. Called with mu held.
func (s *dbusSender) handleSignal(bus *dbus.Conn, sig *dbus.Signal) (r notify.Response, ok bool) {
	if s.bus != bus {
		return r, false // of a connection that was given up
	}
	if sig.Name == "org.freedesktop.DBus.NameOwnerChanged" && sig.Sender == "org.freedesktop.DBus" {
		s.ownerChanged(sig.Body)
		return r, false
	}
	if s.service == nil || sig.Sender != s.service.owner || len(sig.Body) < 2 {
		return r, false // not from the service, or of a former one
	}
	number, _ := sig.Body[0].(uint32)
	b := s.onScreen.numbered(number)
	if b == nil {
		return r, false // another program's
	}
	switch sig.Name {
	case serviceIface + ".ActionInvoked":
		key, _ := sig.Body[1].(string)
		if action, ok := actionOf(key); ok {
			return notify.Response{ID: b.id, Action: action, Route: b.route}, true
		}
	case serviceIface + ".NotificationClosed":
		// Whatever the reason, it is not a click. What has expired may still
		// be listed by the desktop and clicked there.
		if reason, _ := sig.Body[1].(uint32); reason == closedExpired {
			b.expired = true
		} else {
			s.onScreen.drop(b)
			s.leave()
		}
	}
	return r, false
}

// ownerChanged notes that another daemon took over, or none. The numbers of
// the former mean nothing to it, or something else.
func (s *dbusSender) ownerChanged(body []any) {
	if len(body) != 3 || body[0] != serviceName {
		return
	}
	if s.service != nil && body[2] != s.service.owner {
		s.forget()
	}
}

// forget drops what is known of the service, whose name has another owner.
func (s *dbusSender) forget() {
	s.service, s.onScreen = nil, shownNotifications{}
}

// queryServer finds out who the service is and what it can do. The bus starts one if
// it knows how.
func (s *dbusSender) queryServer(ctx context.Context) (*service, error) {
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	var name, vendor, version, spec, owner string
	reply := s.call(ctx, serviceName, "GetServerInformation")
	if err := reply.Store(&name, &vendor, &version, &spec); err != nil {
		return nil, err
	}
	if err := s.bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetNameOwner", 0, serviceName).Store(&owner); err != nil {
		return nil, err
	}
	var list []string
	if err := s.call(ctx, owner, "GetCapabilities").Store(&list); err != nil {
		return nil, err
	}
	if s.service == nil || s.service.owner != owner {
		s.forget()
		s.service = &service{owner: owner, bus: busID(ctx, s.bus)}
		s.o.Log.Info("found a notification service", "server", text.Clean(name+" "+version))
	}
	s.service.name = text.Clean(name + " " + version)
	s.service.capabilities = make(map[string]bool)
	for _, c := range list {
		s.service.capabilities[c] = true
	}
	now := s.service
	s.takeBack(ctx)
	return now, nil
}

// call makes one call and waits for its answer, or for the end of ctx, which
// has a deadline.
func (s *dbusSender) call(ctx context.Context, to, method string, args ...any) *dbus.Call {
	defer s.unblock(ctx)()
	return s.bus.Object(to, servicePath).CallWithContext(ctx, serviceIface+"."+method, 0, args...)
}

// unblock closes the connection if a write to it is stuck well after ctx's
// end: that happens when the bus itself has stopped and its buffer is full.
// The caller calls the returned function when the write is done.
func (s *dbusSender) unblock(ctx context.Context) (done func() bool) {
	bus, after := s.bus, s.o.Timeout
	if deadline, ok := ctx.Deadline(); ok {
		after = time.Until(deadline) + time.Second
	}
	return time.AfterFunc(after, func() { bus.Close() }).Stop
}
