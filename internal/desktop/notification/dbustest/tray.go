//go:build unix

package dbustest

import (
	"slices"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// The names of a tray.
const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	itemName    = "org.kde.StatusNotifierItem"
	menuName    = "com.canonical.dbusmenu"
)

// Tray is a StatusNotifierWatcher with a panel. Its methods may be called from
// any goroutine.
type Tray struct {
	t   testing.TB
	bus *Bus

	mu    sync.Mutex
	conn  *dbus.Conn
	props *prop.Properties
	items []*Item
}

// Tray puts a tray with a panel on the bus.
func (b *Bus) Tray() *Tray {
	b.t.Helper()
	tray := &Tray{t: b.t, bus: b}
	tray.Return()
	return tray
}

// Return starts the tray, as after a restart of the panel: it knows no items.
func (y *Tray) Return() {
	y.t.Helper()
	conn := y.bus.Connect()
	err := conn.ExportMethodTable(map[string]any{
		"RegisterStatusNotifierItem": y.register,
		"RegisterStatusNotifierHost": func(string) *dbus.Error { return nil },
	}, watcherPath, watcherName)
	if err != nil {
		y.t.Fatal(err)
	}
	props, err := prop.Export(conn, watcherPath, prop.Map{watcherName: {
		"IsStatusNotifierHostRegistered": {Value: true, Emit: prop.EmitTrue},
		"RegisteredStatusNotifierItems":  {Value: []string{}, Emit: prop.EmitTrue},
		"ProtocolVersion":                {Value: int32(0), Emit: prop.EmitTrue},
	}})
	if err != nil {
		y.t.Fatal(err)
	}
	y.mu.Lock()
	y.conn, y.props, y.items = conn, props, nil
	y.mu.Unlock()
	y.followOwners(conn)
	reply, err := conn.RequestName(watcherName, dbus.NameFlagDoNotQueue)
	if err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		y.t.Fatalf("own %s: reply %v, %v", watcherName, reply, err)
	}
}

// followOwners drops the items of clients that leave.
func (y *Tray) followOwners(conn *dbus.Conn) {
	y.t.Helper()
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	err := conn.AddMatchSignal(dbus.WithMatchSender("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"))
	if err != nil {
		y.t.Fatal(err)
	}
	go func() { // ends with the connection
		for sig := range signals {
			if len(sig.Body) == 3 && sig.Body[2] == "" {
				y.mu.Lock()
				y.items = slices.DeleteFunc(y.items, func(i *Item) bool { return sig.Body[0] == i.Owner })
				y.mu.Unlock()
			}
		}
	}()
}

// Vanish ends the tray like a crash of the panel.
func (y *Tray) Vanish() {
	y.mu.Lock()
	conn := y.conn
	y.mu.Unlock()
	_ = conn.Close()
}

// SetPanel says whether a panel draws the icons that the watcher knows.
func (y *Tray) SetPanel(present bool) {
	y.t.Helper()
	y.mu.Lock()
	conn, props := y.conn, y.props
	y.mu.Unlock()
	props.SetMust(watcherName, "IsStatusNotifierHostRegistered", present)
	signal := watcherName + ".StatusNotifierHostRegistered"
	if !present {
		signal = watcherName + ".StatusNotifierHostUnregistered"
	}
	if err := conn.Emit(watcherPath, signal); err != nil {
		y.t.Errorf("emit %s: %v", signal, err)
	}
}

// register is RegisterStatusNotifierItem: service is a bus name or, from some
// programs, the item's path.
func (y *Tray) register(service string, sender dbus.Sender) *dbus.Error {
	path := dbus.ObjectPath("/StatusNotifierItem")
	if p := dbus.ObjectPath(service); p.IsValid() {
		path = p
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	item := &Item{tray: y, Owner: string(sender), path: path}
	y.items = slices.DeleteFunc(y.items, func(i *Item) bool { return i.Owner == item.Owner })
	y.items = append(y.items, item)
	return nil
}

// Items lists the icons in the tray.
func (y *Tray) Items() []*Item {
	y.mu.Lock()
	defer y.mu.Unlock()
	return slices.Clone(y.items)
}

// WaitItem waits until exactly one icon is there and returns it.
func (y *Tray) WaitItem() *Item {
	y.t.Helper()
	waitFor(y.t, "one icon in the tray", func() bool { return len(y.Items()) == 1 })
	return y.Items()[0]
}

// WaitEmpty waits until no icon is there.
func (y *Tray) WaitEmpty() {
	y.t.Helper()
	waitFor(y.t, "an empty tray", func() bool { return len(y.Items()) == 0 })
}
