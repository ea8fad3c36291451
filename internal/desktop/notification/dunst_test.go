//go:build unix && !darwin

package notification

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"gatewatch/internal/core/event"
	"gatewatch/internal/desktop/notification/dbustest"
	"gatewatch/internal/desktop/notify"
)

// The controls of dunst on the bus.
const (
	dunstPath    = "/org/freedesktop/Notifications"
	dunstControl = "org.dunstproject.cmd0"
)

// dunst runs a real notification daemon on b, on a display of its own.
func dunst(t *testing.T, b *dbustest.Bus) *dbus.Conn {
	t.Helper()
	for _, name := range []string{"Xvfb", "dunst"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed (Debian: apt-get install xvfb dunst)", name)
		}
	}
	number, numberWriter, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer number.Close()
	screen := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "640x480x24", "-nolisten", "tcp")
	screen.ExtraFiles = []*os.File{numberWriter}
	start(t, screen)
	numberWriter.Close()
	display, err := bufio.NewReader(number).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb names no display: %v", err)
	}
	daemon := exec.Command("dunst", "-conf", "/dev/null")
	daemon.Env = append(os.Environ(), "DISPLAY=:"+strings.TrimSpace(display), busVariable+"="+b.Address)
	start(t, daemon)
	conn := b.Connect()
	eventually(t, "dunst on the bus", func() bool {
		var owned bool
		err := conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, serviceName).Store(&owned)
		return err == nil && owned
	})
	return conn
}

// start runs cmd until the end of the test.
func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(dbustest.Patience); !cond(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, dbustest.Patience)
		}
	}
}

// displayed is how many notifications dunst shows.
func displayed(t *testing.T, conn *dbus.Conn) uint32 {
	t.Helper()
	v, err := conn.Object(serviceName, dunstPath).GetProperty(dunstControl + ".displayedLength")
	if err != nil {
		t.Fatal(err)
	}
	n, _ := v.Value().(uint32)
	return n
}

// The whole life of notifications on a real daemon.
func TestDunst(t *testing.T) {
	bus := dbustest.NewBus(t)
	conn := dunst(t, bus)
	s := sender(t, bus, dbustest.Patience)
	c, err := s.Capabilities(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.Driver != "dbus" || !strings.HasPrefix(c.Server, "dunst ") || !c.Actions || !c.Replace {
		t.Errorf("capabilities %+v", c)
	}
	shows := func(n uint32) {
		t.Helper()
		eventually(t, "notifications of dunst", func() bool { return displayed(t, conn) == n })
	}

	send(t, s, notify.Notification{ID: "spend", Title: "team-billing has used 75 % — prod", Severity: event.SeverityWarning})
	shows(1)
	send(t, s, outage)
	shows(2)
	send(t, s, notify.Notification{ID: "spend", Title: "team-billing has used 80 % — prod", Severity: event.SeverityWarning})
	shows(2) // replaced
	send(t, s, notify.Notification{ID: "spend", Title: "team-billing has used 90 % — prod", Severity: event.SeverityCritical, New: true})
	shows(2) // the fresh one instead of the old one
	if err := s.Withdraw(t.Context(), "spend"); err != nil {
		t.Error(err)
	}
	shows(1)

	control := conn.Object(serviceName, dunstPath)
	if err := control.Call(dunstControl+".NotificationAction", 0, uint32(0)).Err; err != nil {
		t.Fatal(err)
	}
	if r := await(t, s); r.ID != outage.ID || r.Action != notify.ActionOpen || r.Route != outage.Route {
		t.Errorf("response %+v", r)
	}

	if err := control.Call(dunstControl+".NotificationCloseLast", 0).Err; err != nil {
		t.Fatal(err)
	}
	shows(0) // dismissed by the user: no click
	select {
	case r := <-s.Responses():
		t.Errorf("a dismissal is reported as %+v", r)
	case <-time.After(200 * time.Millisecond):
	}
}

// A daemon that was killed is none.
func TestDunstDies(t *testing.T) {
	bus := dbustest.NewBus(t)
	conn := dunst(t, bus)
	s := sender(t, bus, dbustest.Patience)
	send(t, s, outage)
	var pid uint32
	if err := conn.BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, serviceName).Store(&pid); err != nil {
		t.Fatal(err)
	}
	daemon, err := os.FindProcess(int(pid))
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "dunst's name to be free", func() bool {
		var owned bool
		err := conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, serviceName).Store(&owned)
		return err == nil && !owned
	})
	if err := s.Send(t.Context(), outage); !errors.Is(err, notify.ErrNoService) {
		t.Errorf("Send: %v, want ErrNoService", err)
	}
}
