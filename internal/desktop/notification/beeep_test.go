//go:build unix && !darwin

package notification

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/desktop/notification/dbustest"
	"gatewatch/internal/desktop/notify"
)

// command puts a shell script named notify-send before everything else: it
// writes its arguments to the returned file, one a line. Nothing else is found.
func command(t *testing.T, then string) (file string) {
	t.Helper()
	folder := t.TempDir()
	file = filepath.Join(folder, "arguments")
	script := "#!/bin/sh\nprintf '%s\\n' \"$@\" > '" + file + "'\n" + then + "\n"
	if err := os.WriteFile(filepath.Join(folder, "notify-send"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder)
	return file
}

// nameAnew forgets the name that the library was given by another test: a
// program has one.
func nameAnew() { ourName = sync.Once{} }

// noSession makes it so that there is no session bus.
func noSession(t *testing.T) {
	t.Helper()
	nameAnew()
	t.Setenv(busVariable, "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
}

func TestOpenFallsBackOnCommands(t *testing.T) {
	noSession(t)
	file := command(t, "")
	s := Open(Options{})
	defer s.Close()
	c, err := s.Capabilities(t.Context())
	if diff := cmp.Diff(notify.Capabilities{Driver: "beeep"}, c); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	n := notify.Notification{ID: "x", Title: "--help", Body: "-<b>evil</b> & co", Severity: event.SeverityCritical}
	if err := s.Send(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(string(b), "\n")[:4]
	if diff := cmp.Diff([]string{"‐-help", "‐‹b›evil‹/b› & co", "-a", "Gatewatch"}, got); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
	if a := os.Getenv(busVariable); a != noBus {
		t.Errorf("%s=%q: beeep could have started a bus", busVariable, a)
	}
}

func TestOpenWithNothing(t *testing.T) {
	noSession(t)
	t.Setenv("PATH", t.TempDir())
	s := Open(Options{})
	defer s.Close()
	if err := s.Send(t.Context(), outage); !errors.Is(err, notify.ErrNoService) {
		t.Errorf("Send: %v, want ErrNoService", err)
	}
	if _, err := s.Capabilities(t.Context()); !errors.Is(err, notify.ErrNoService) {
		t.Errorf("Capabilities: %v, want ErrNoService", err)
	}
}

func TestOpenPrefersDBus(t *testing.T) {
	bus := dbustest.NewBus(t)
	bus.Setenv()
	service := bus.Notifications(allCapabilities...)
	file := command(t, "")
	nameAnew()
	s := Open(Options{App: "Test"})
	defer s.Close()
	send(t, s, outage)
	if c := service.WaitCalls(1)[0]; c.App != "Test" {
		t.Errorf("app %q", c.App)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the command was run as well")
	}
}

func TestOpenPrefersNative(t *testing.T) {
	native := newRecorder("native", nil)
	s := Open(Options{Native: native})
	give(t, s)
	if err := s.Close(); err != nil || native.closed != 1 || len(native.sent) != 1 {
		t.Errorf("%v; closed %d times, sent %q", err, native.closed, native.sent)
	}
}

// A failing command means that nothing shows notifications.
func TestCommandFails(t *testing.T) {
	noSession(t)
	command(t, "exit 1")
	s := newBeeep(Options{}.withDefaults(), hasCommand)
	defer s.Close()
	if err := s.Send(t.Context(), outage); !errors.Is(err, notify.ErrNoService) {
		t.Errorf("Send: %v, want ErrNoService", err)
	}
}

// A command that hangs costs one deadline and one goroutine, not one a notification.
func TestCommandHangs(t *testing.T) {
	release := make(chan struct{})
	returned := make(chan struct{}, 1)
	s := newBeeep(Options{Timeout: 50 * time.Millisecond}.withDefaults(), func() error { return nil })
	defer s.Close()
	s.show = func(string, string, any) error { <-release; returned <- struct{}{}; return nil }
	s.alert = s.show
	if err := s.Send(t.Context(), outage); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("first: %v, want DeadlineExceeded", err)
	}
	if err := s.Send(t.Context(), outage); !errors.Is(err, errBusy) {
		t.Errorf("second: %v, want errBusy", err)
	}
	close(release)
	<-returned
	for deadline := time.Now().Add(dbustest.Patience); ; {
		err := s.Send(t.Context(), outage)
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("after it came back: %v", err)
		}
	}
}

// Standard output carries JSON lines: no bell in it.
func TestNoBellOnStandardOutput(t *testing.T) {
	noSession(t)
	command(t, "")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = w
	defer func() { os.Stdout = stdout }()
	s := newBeeep(Options{}.withDefaults(), hasCommand)
	defer s.Close()
	sendErr := s.Send(t.Context(), outage)
	w.Close()
	var written [16]byte
	n, _ := r.Read(written[:])
	os.Stdout = stdout
	if sendErr != nil || n != 0 {
		t.Errorf("%v; wrote %q", sendErr, written[:n])
	}
}
