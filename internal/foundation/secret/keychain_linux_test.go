package secret_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatewatch/internal/foundation/secret"
)

// TestRealKeychain uses a gnome-keyring of its own, on a bus of its own, with
// a home of its own; it never sees the user's.
func TestRealKeychain(t *testing.T) {
	daemon := startKeyring(t)
	s := secret.NewStore(secret.Options{Service: "gatewatch-test", Deadline: 20 * time.Second})
	key := secret.New("sk-" + strings.Repeat("ü", 200))
	if b, err := s.Set(t.Context(), prodMaster, key); b != secret.Keychain || err != nil {
		t.Fatalf("Set: %q, %v", b, err)
	}
	again := secret.NewStore(secret.Options{Service: "gatewatch-test", Deadline: 20 * time.Second})
	expect(t, again, prodMaster, key.Reveal(), secret.Keychain)
	expect(t, again, prodKey, "", secret.Nowhere)
	if err := again.Forget(t.Context(), prodMaster); err != nil {
		t.Error(err)
	}
	expect(t, secret.NewStore(secret.Options{Service: "gatewatch-test", Deadline: 20 * time.Second}), prodMaster, "", secret.Nowhere)

	// A frozen daemon: the call ends all the same, and when the daemon is back
	// it has what was given meanwhile.
	signal(t, daemon, syscall.SIGSTOP)
	slow := secret.NewStore(secret.Options{Service: "gatewatch-test", Deadline: 200 * time.Millisecond})
	b, err := slow.Set(t.Context(), prodKey, secret.New("while frozen"))
	if b != secret.Memory || !errors.Is(err, secret.ErrTimeout) {
		t.Errorf("Set: %q, %v", b, err)
	}
	signal(t, daemon, syscall.SIGCONT)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := slow.Close(ctx); err != nil {
		t.Fatal(err)
	}
	expect(t, again, prodKey, "while frozen", secret.Keychain)
}

func TestNoBusIsNoKeychain(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	s := secret.NewStore(secret.Options{})
	if f := s.Get(t.Context(), prodKey); !errors.Is(f.Keychain, secret.ErrNoKeychain) {
		t.Errorf("got %+v", f)
	}
}

func signal(t *testing.T, p *os.Process, sig os.Signal) {
	t.Helper()
	if err := p.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

// startKeyring starts a bus and an unlocked keychain that the library will
// find, and returns the keychain's process.
func startKeyring(t *testing.T) *os.Process {
	t.Helper()
	for _, program := range []string{"dbus-daemon", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed (Debian: dbus, gnome-keyring)", program)
		}
	}
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"} {
		t.Setenv(name, home)
	}
	bus := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address=1")
	out, err := bus.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start(t, bus)
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))

	ring := exec.Command("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	ring.Stdin = strings.NewReader("a password of this test")
	start(t, ring)
	owned := []string{"--session", "--dest=org.freedesktop.DBus", "--print-reply", "/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		reply, err := exec.Command("dbus-send", owned...).CombinedOutput()
		if err == nil && strings.Contains(string(reply), "boolean true") {
			return ring.Process
		}
		if time.Now().After(deadline) {
			t.Fatalf("the keychain did not come up: %v: %s", err, reply)
		}
	}
}

func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGCONT)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}
