//go:build unix

package run_test

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
)

// onFirst is a log that does something at its first line.
type onFirst struct{ do func() }

func (h onFirst) Enabled(context.Context, slog.Level) bool  { return true }
func (h onFirst) Handle(context.Context, slog.Record) error { h.do(); return nil }
func (h onFirst) WithAttrs([]slog.Attr) slog.Handler        { return h }
func (h onFirst) WithGroup(string) slog.Handler             { return h }
func newOnFirst(do func()) *slog.Logger                     { return slog.New(onFirst{sync.OnceFunc(do)}) }

func darkFile(t *testing.T, path string) {
	t.Helper()
	writeSettings(t, path, "[window]\ntheme = \"dark\"\n")
}

func writeSettings(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// running starts the program for the test's time.
func running(t *testing.T, o run.Options) *run.Program {
	t.Helper()
	p, err := run.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return p
}

func awaitTheme(t *testing.T, p *run.Program, want config.Theme) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); p.Settings().Window.Theme != want; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the theme in force is %q, want %q", p.Settings().Window.Theme, want)
		}
	}
}

func TestAFileThatChangesWhileTheProgramStartsIsTakenOver(t *testing.T) {
	paths := config.PathsIn(t.TempDir())
	// What is wrong in the file is logged once it was read, long before anybody
	// watches it.
	writeSettings(t, paths.Settings, "surprise = 1\n")
	p := running(t, run.Options{Paths: paths, Log: newOnFirst(func() { darkFile(t, paths.Settings) })})
	awaitTheme(t, p, config.ThemeDark)
}

func TestAFileThatIsPutBackRightAfterOurOwnSaveIsTakenOver(t *testing.T) {
	paths := config.PathsIn(t.TempDir())
	var told atomic.Int32
	p := running(t, run.Options{Paths: paths, OnSettings: func() { told.Add(1) }})
	darkFile(t, paths.Settings)
	awaitTheme(t, p, config.ThemeDark)
	if err := p.Change(t.Context(), func(s *config.Settings) { s.Window.Theme = config.ThemeLight }); err != nil {
		t.Fatal(err)
	}
	darkFile(t, paths.Settings) // before anybody looked at what we wrote
	awaitTheme(t, p, config.ThemeDark)
	for end := time.Now().Add(10 * time.Second); told.Load() < 2; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the window was told %d times, want 2", told.Load())
		}
	}
	darkFile(t, paths.Settings) // the same again
	time.Sleep(500 * time.Millisecond)
	if told.Load() != 2 {
		t.Errorf("the window was told %d times, want 2: nothing changed", told.Load())
	}
}

func TestASaveDoesNotOverwriteAnEditThatNobodyNoticedYet(t *testing.T) {
	paths := config.PathsIn(t.TempDir())
	p := running(t, run.Options{Paths: paths})
	darkFile(t, paths.Settings)
	awaitTheme(t, p, config.ThemeDark)
	// Within the 200 ms in which editors write: nobody has looked at it yet.
	writeSettings(t, paths.Settings, "[window]\ntheme = \"dark\"\n[notifications]\nper_hour = 33\n"+
		"[[profiles]]\nid = \"far\"\nlabel = \"Far\"\nconnect = false\ncore_url = \"http://127.0.0.1:1\"\n")
	if err := p.Change(t.Context(), func(s *config.Settings) { s.Window.CloseToTray = false }); err != nil {
		t.Fatal(err)
	}
	read, _, err := config.Load(paths.Settings)
	if err != nil || read.Notifications.PerHour != 33 || read.Window.CloseToTray || len(read.Profiles) != 1 {
		t.Fatalf("the file says %+v, %v", read, err)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		s, err := p.Snapshot(t.Context())
		if err == nil && s.Live.Gateways["far"].Label == "Far" && p.Settings().Notifications.PerHour == 33 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("what was written by hand is not in force")
		}
	}
}
