//go:build unix

// Package dbustest is the other side of the desktop's D-Bus for tests: a real
// bus daemon of the test's own, and on it a notification service and a tray
// that record what they are told and do what a user would do.
//
// It is no part of the program. Everything it starts ends with the test.
package dbustest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// Patience is how long the Wait methods wait before they fail the test. Test
// machines are slow now and then; nothing waits that long on success.
const Patience = 20 * time.Second

// sessionConfig allows everything, and names no folder of service files, so
// that nothing that is installed on the machine is started by a call.
const sessionConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=%s</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// Bus is a bus daemon. Its methods may be called from any goroutine.
type Bus struct {
	// Address is what clients connect to. It stays over Stop and Start.
	Address string

	t      testing.TB
	config string
	mu     sync.Mutex
	daemon *exec.Cmd
}

// NewBus starts a bus daemon that ends with the test. It skips the test if the
// machine has no dbus-daemon.
func NewBus(t testing.TB) *Bus {
	t.Helper()
	if _, err := exec.LookPath("dbus-daemon"); err != nil {
		t.Skip("dbus-daemon is not installed (Debian: apt-get install dbus-daemon)")
	}
	folder, err := os.MkdirTemp("", "dbustest") //nolint:usetesting // a socket's path has 108 bytes; TempDir's holds the test's name
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	socket := filepath.Join(folder, "bus")
	b := &Bus{t: t, Address: "unix:path=" + socket, config: filepath.Join(folder, "session.conf")}
	if err := os.WriteFile(b.config, fmt.Appendf(nil, sessionConfig, socket), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Start()
	t.Cleanup(b.Stop)
	return b
}

// Setenv makes the bus the session's for the rest of the test, in this process
// and those that it starts.
func (b *Bus) Setenv() {
	b.t.Helper()
	b.t.Setenv("DBUS_SESSION_BUS_ADDRESS", b.Address)
}

// Start runs the daemon; it returns when clients can connect.
func (b *Bus) Start() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.daemon != nil {
		return
	}
	cmd := exec.Command("dbus-daemon", "--config-file="+b.config, "--nofork", "--nopidfile", "--print-address")
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "unix:") {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		b.t.Fatalf("dbus-daemon said %q: %v", line, err)
	}
	b.daemon = cmd
}

// Stop kills the daemon: every client loses its connection.
func (b *Bus) Stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.daemon == nil {
		return
	}
	_ = b.daemon.Process.Kill()
	_ = b.daemon.Wait()
	b.daemon = nil
}

// Freeze stops the daemon's process: clients stay connected and nothing is
// answered, until Thaw.
func (b *Bus) Freeze() { b.signal(syscall.SIGSTOP) }

// Thaw lets a frozen daemon go on.
func (b *Bus) Thaw() { b.signal(syscall.SIGCONT) }

func (b *Bus) signal(s syscall.Signal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.daemon == nil {
		return
	}
	if err := b.daemon.Process.Signal(s); err != nil {
		b.t.Errorf("signal the bus: %v", err)
	}
}

// Connect opens a client's connection that ends with the test.
func (b *Bus) Connect() *dbus.Conn {
	b.t.Helper()
	conn, err := dbus.Connect(b.Address, dbus.WithSignalHandler(dbus.NewSequentialSignalHandler()))
	if err != nil {
		b.t.Fatalf("connect to the test's bus: %v", err)
	}
	b.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// waitFor fails the test unless cond becomes true within Patience.
func waitFor(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(Patience); !cond(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, Patience)
		}
	}
}
