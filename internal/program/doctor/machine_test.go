package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"gatewatch/internal/core/event"
	"gatewatch/internal/desktop/notify"
	"gatewatch/internal/foundation/lock"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/store/config"
	"gatewatch/internal/store/history"
)

func TestAWellComputer(t *testing.T) {
	m := healthy(t)
	write(t, m.Paths.Settings, "")
	r := look(t, Options{Machine: m, Note: "Nothing but this computer."})
	expect(t, r, "computer/settings: ok", "computer/folder: ok", "computer/lock: ok", "computer/history: info history_none",
		"computer/keychain: ok", "computer/notifications: ok", "computer/tray: ok")
	if r.Result != Info || r.Exit() != 0 || len(r.Sections) != 1 {
		t.Errorf("result %q, exit %d, %d sections", r.Result, r.Exit(), len(r.Sections))
	}
	if f := find(t, r, "computer/notifications"); !strings.Contains(f.Text, "dunst 1.9.0") {
		t.Errorf("says %q", f.Text)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestSettingsFile(t *testing.T) {
	for text, want := range map[string]string{
		"[[profiles]]\nid = \"prod\"\ncore_url = \"https://a.example.com\"\n": "ok",
		"[alerts]\nmin_budget = \"many\"\n":                                   "warning settings_problems",
		"[later]\nnews = 1\n":                                                 "info settings_unknown",
		"[[[":                                                                 "critical settings_unreadable",
	} {
		m := healthy(t)
		write(t, m.Paths.Settings, text)
		r := look(t, Options{Machine: m})
		expect(t, r, "computer/settings: "+want)
		if f := find(t, r, "computer/settings"); want == "warning settings_problems" && f.detail("line 2, alerts.min_budget") == "" {
			t.Errorf("details %v", f.Details)
		}
	}
	m := healthy(t)
	m.Settings = func() (s config.Settings, list []config.Problem, err error) {
		write(t, m.Paths.Settings, "")
		for i := range 50 {
			list = append(list, config.Problem{Line: i + 1, Path: "x", Message: "bad"})
		}
		return s, list, nil
	}
	if f := find(t, look(t, Options{Machine: m}), "computer/settings"); len(f.Details) > maxProblems+2 || f.detail("more") != "30" {
		t.Errorf("details %v", f.Details)
	}
}

func TestDataFolder(t *testing.T) {
	m := healthy(t)
	if err := os.Remove(m.Paths.Data); err != nil {
		t.Fatal(err)
	}
	expect(t, look(t, Options{Machine: m}), "computer/folder: info folder_none", "computer/lock: skipped", "computer/history: skipped")
	write(t, m.Paths.Data, "")
	expect(t, look(t, Options{Machine: m}), "computer/folder: critical folder_is_file")
	if runtime.GOOS == "windows" {
		return // no such rights there
	}
	m = healthy(t)
	if err := os.Chmod(m.Paths.Data, 0o755); err != nil { //nolint:gosec // what is to be found
		t.Fatal(err)
	}
	expect(t, look(t, Options{Machine: m}), "computer/folder: warning folder_open")
	if os.Getuid() == 0 {
		return // root may write anywhere
	}
	if err := os.Chmod(m.Paths.Data, 0o500); err != nil { //nolint:gosec // the owner must be able to look
		t.Fatal(err)
	}
	expect(t, look(t, Options{Machine: m}), "computer/folder: critical folder_read_only")
}

func TestWhoWrites(t *testing.T) {
	m := healthy(t)
	l, err := lock.Acquire(t.Context(), m.Paths.Lock, "watch")
	if err != nil {
		t.Fatal(err)
	}
	expect(t, look(t, Options{Machine: m}), "computer/lock: ok") // it is this process
	write(t, m.Paths.Lock, `{"pid":1,"role":"window","since":"2026-11-22T10:00:00Z"}`)
	r := look(t, Options{Machine: m})
	expect(t, r, "computer/lock: info lock_held")
	if f := find(t, r, "computer/lock"); !strings.Contains(f.Text, "(window, process 1)") {
		t.Errorf("says %q", f.Text)
	}
	if err := l.Release(); err != nil {
		t.Error(err)
	}
}

func TestHistoryFile(t *testing.T) {
	m := healthy(t)
	db, _, err := history.Open(t.Context(), m.Paths.History, history.Options{})
	if err != nil {
		t.Fatal(err)
	}
	db.Record(event.Envelope{Seq: 1, Source: &event.Source{}, Body: event.ComponentReported{Component: "database"}})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	r := look(t, Options{Machine: m})
	expect(t, r, "computer/history: ok")
	if f := find(t, r, "computer/history"); !strings.Contains(f.Text, "1 event in") {
		t.Errorf("says %q", f.Text)
	}
	write(t, m.Paths.History, strings.Repeat("no database ", 1000))
	if f := find(t, look(t, Options{Machine: m}), "computer/history"); f.Result != Warning {
		t.Errorf("damaged: %+v", f)
	}
}

func TestDesktop(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Machine)
		want   []string
	}{
		{"no keychain", func(m *Machine) { m.Keychain = failing(secret.ErrNoKeychain) }, []string{"keychain: warning keychain_none"}},
		{"a locked keychain", func(m *Machine) { m.Keychain = failing(secret.ErrLocked) }, []string{"keychain: warning keychain_locked"}},
		{"a keychain that hangs", func(m *Machine) { m.Keychain = failing(secret.ErrTimeout) }, []string{"keychain: warning keychain_waits"}},
		{"no service", func(m *Machine) { m.Notifications = silentService(notify.ErrNoService) }, []string{"notifications: warning notifications_none"}},
		{"blocked", func(m *Machine) { m.Notifications = silentService(notify.ErrNotPermitted) }, []string{"notifications: warning notifications_blocked"}},
		{"a service that hangs", func(m *Machine) { m.Notifications = silentService(context.DeadlineExceeded) }, []string{"notifications: warning notifications_fail"}},
		{"no tray", func(m *Machine) { m.Tray = func(context.Context) (bool, error) { return false, nil } }, []string{"tray: info tray_none"}},
		{"a tray that fails", func(m *Machine) { m.Tray = func(context.Context) (bool, error) { return false, errors.New("no bus") } }, []string{"tray: info tray_unknown"}},
		{"a server", func(m *Machine) {
			m.Desktop = func() bool { return false }
			m.Keychain, m.Notifications = failing(secret.ErrNoKeychain), silentService(notify.ErrNoService)
			m.Tray = func(context.Context) (bool, error) { return false, errors.New("no bus") }
		}, []string{"keychain: info keychain_none", "notifications: info notifications_none", "tray: info tray_none"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := healthy(t)
			tt.change(&m)
			r := look(t, Options{Machine: m})
			for _, w := range tt.want {
				expect(t, r, "computer/"+w)
			}
		})
	}
}

func failing(err error) func(context.Context) error {
	return func(context.Context) error { return fmt.Errorf("%w: a reason", err) }
}

func silentService(err error) func(context.Context) (notify.Capabilities, error) {
	return func(context.Context) (notify.Capabilities, error) {
		return notify.Capabilities{}, fmt.Errorf("desktop: %w", err)
	}
}

// TestTheRealComputer asks this one: whatever it has, it answers in time.
func TestTheRealComputer(t *testing.T) {
	paths := config.PathsIn(t.TempDir())
	keys := secret.NewStore(secret.Options{})
	t.Cleanup(func() { _ = keys.Close(context.Background()) })
	m := System(paths, keys)
	r := look(t, Options{Machine: m})
	expect(t, r, "computer/settings: info settings_none", "computer/folder: info folder_none")
	if _, err := os.Stat(paths.Data); err == nil {
		t.Error("looking has made the data folder")
	}
}
