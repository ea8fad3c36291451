//go:build unix

package run_test

import (
	"context"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
)

func TestTheSettingsFileIsTakenOverWhileRunning(t *testing.T) {
	paths := config.PathsIn(t.TempDir())
	p, err := run.Start(t.Context(), run.Options{Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(paths.Settings, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	await := func(what string, ok func() bool) {
		t.Helper()
		for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("not within 30 s: %s", what)
			}
		}
	}
	gateways := func() int {
		s, err := p.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(s.Live.Gateways)
	}
	one := "[alerts]\nthresholds = { warning = 0.6, critical = 0.95 }\n[[profiles]]\nid = \"prod\"\nlabel = \"Prod\"\nconnect = false\ncore_url = \"http://127.0.0.1:1\"\n"
	tries := 0
	await("the new threshold and gateway", func() bool {
		tries++ // again, with another content, until noticed: the watcher may not have begun
		write(one + strings.Repeat("#", tries) + "\n")
		time.Sleep(300 * time.Millisecond)
		return p.Settings().Alerts.Thresholds.Critical == 0.95 && gateways() == 1
	})
	before := p.Settings()
	if err := p.Change(t.Context(), func(s *config.Settings) { s.Notifications.Sound = !s.Notifications.Sound }); err != nil {
		t.Fatal(err)
	}
	if read, _, err := config.Load(paths.Settings); err != nil || !reflect.DeepEqual(read, p.Settings()) {
		t.Errorf("what is in force is not what the file says: %v", err)
	}
	if p.Settings().Notifications.Sound == before.Notifications.Sound {
		t.Error("the change is lost")
	}
	write("[alerts")
	await("a damaged file is shown", func() bool {
		s, err := p.Snapshot(t.Context())
		return err == nil && s.Live.App["settings"].Title != ""
	})
	if p.Settings().Alerts.Thresholds.Critical != 0.95 {
		t.Error("a damaged file changed the settings")
	}
	write("[alerts]\nsurprise = 1\n")
	await("the profile is gone", func() bool { return gateways() == 0 })
	if len(p.Problems()) != 1 {
		t.Errorf("%d problems, want the unknown field", len(p.Problems()))
	}
}
