package config_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gatewatch/internal/store/config"
)

type change struct {
	s   config.Settings
	err error
}

// watch runs Watch until the test ends and checks that it leaves nothing.
func watch(t *testing.T, path string) <-chan change {
	t.Helper()
	before := goleak.IgnoreCurrent()
	ctx, cancel := context.WithCancel(context.Background())
	changes := make(chan change, 100)
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		first := sync.OnceFunc(func() { close(ready) })
		ended <- config.WatchFile(ctx, path, func() {
			s, _, err := config.Load(path)
			changes <- change{s, err}
			first()
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		goleak.VerifyNone(t, before)
	})
	select {
	case <-ready:
	case err := <-ended:
		ended <- err
		t.Fatal(err)
	}
	return changes
}

// await waits for a change that suits.
func await(t *testing.T, changes <-chan change, what string, suits func(change) bool) {
	t.Helper()
	deadline := time.After(time.Minute)
	for {
		select {
		case c := <-changes:
			if suits(c) {
				return
			}
		case <-deadline:
			t.Fatalf("no change to %s was seen", what)
		}
	}
}

func TestWatchSeesEveryWayToChangeAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "not", "yet", "settings.toml")
	changes := watch(t, path)

	s := config.Default()
	s.Window.Theme = config.ThemeDark
	if _, _, err := save(path, s); err != nil {
		t.Fatal(err)
	}
	await(t, changes, "a saved file", func(c change) bool { return c.err == nil && c.s.Window.Theme == config.ThemeDark })

	if err := os.WriteFile(path, []byte("[window]\ntheme = \"light\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	await(t, changes, "a file written in place", func(c change) bool { return c.err == nil && c.s.Window.Theme == config.ThemeLight })

	if err := os.WriteFile(path, []byte("[window\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	await(t, changes, "a damaged file", func(c change) bool { return errors.Is(c.err, config.ErrCorrupt) })

	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	await(t, changes, "no file", func(c change) bool { return c.err == nil && c.s.Window.Theme == config.ThemeAuto })
}

func TestWatchTellsAtItsStartAndThenOfTheFileAlone(t *testing.T) {
	path := write(t, "[window]\ntheme = \"dark\"\n")
	changes := watch(t, path)
	if c := <-changes; c.s.Window.Theme != config.ThemeDark {
		t.Errorf("told of %+v at the start", c.s.Window)
	}
	now := time.Now()
	if err := os.Chtimes(path, now, now); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".swp", []byte("[window]\ntheme = \"auto\"\n"), 0o600); err != nil { // another file
		t.Fatal(err)
	}
	// What comes next is the first that is told: a later change shows that the
	// earlier ones have been passed over.
	time.Sleep(300 * time.Millisecond) // let them settle by themselves
	if err := os.WriteFile(path, []byte("[window]\ntheme = \"light\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	select {
	case c := <-changes:
		if c.s.Window.Theme != config.ThemeLight {
			t.Errorf("told of %+v", c.s.Window)
		}
	case <-time.After(time.Minute):
		t.Fatal("the change was not told")
	}
}

func TestAFileThatIsWrittenAgainAndAgainIsReadAllTheSame(t *testing.T) {
	path := write(t, "[window]\ntheme = \"dark\"\n")
	changes := watch(t, path)
	<-changes
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if err := os.WriteFile(path, []byte("[window]\ntheme = \"light\"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		select {
		case <-changes:
			return
		default:
		}
		if time.Now().After(end) {
			t.Fatal("it was not read in a minute")
		}
	}
}
