//go:build unix && !darwin

package run_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
)

// The settings and the system agree on starting at login, whoever changed it.
func TestStartAtLoginIsRenewed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	paths := config.PathsIn(d.home)
	file := filepath.Join(paths.Autostart, "gatewatch.desktop")
	p := d.start(run.Target{})
	entry := func() string {
		text, _ := os.ReadFile(file)
		return string(text)
	}
	p.RenewLogin(t.Context())
	if entry() != "" || p.Settings().Window.StartAtLogin {
		t.Error("nobody wants to start at login")
	}
	for _, c := range []struct {
		why, file string
		want      bool
	}{
		{"an installer made an entry", "[Desktop Entry]\nExec=/old/gatewatch\n", true},
		{"the desktop switched it off", "[Desktop Entry]\nHidden=true\n", false},
	} {
		if err := os.MkdirAll(paths.Autostart, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(c.file), 0o600); err != nil {
			t.Fatal(err)
		}
		p.RenewLogin(t.Context())
		if now := p.Settings().Window.StartAtLogin; now != c.want {
			t.Errorf("%s: the settings say %v", c.why, now)
		}
		if c.want && (strings.Contains(entry(), "/old/") || !strings.Contains(entry(), "--hidden")) {
			t.Errorf("%s: the entry is not renewed: %s", c.why, entry())
		}
	}
}

// Whether to start at login is asked of who watches a gateway of their own and
// has not said it; later is not remembered, an answer is.
func TestStartAtLoginIsAskedOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := d.start(run.Target{})
	asks := func(want bool, when string) {
		t.Helper()
		if p.AsksAboutLogin() != want {
			t.Errorf("%s: asked is %v", when, !want)
		}
	}
	asks(false, "no gateway is watched")
	if err := p.Change(t.Context(), func(s *config.Settings) {
		s.Profiles = append(s.Profiles, config.Profile{ID: "prod", Label: "Prod", CoreURL: "http://127.0.0.1:1"})
	}); err != nil {
		t.Fatal(err)
	}
	asks(true, "a gateway is watched")
	if err := p.AnswerLogin(t.Context(), "perhaps"); err == nil {
		t.Error("perhaps is an answer")
	}
	for _, a := range []run.LoginAnswer{run.LoginLater, run.LoginNo, run.LoginYes} {
		if err := p.AnswerLogin(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		asks(false, string(a))
		w := p.Settings().Window
		if w.LoginAsked != (a != run.LoginLater) || w.StartAtLogin != (a == run.LoginYes) {
			t.Errorf("%s: %+v", a, w)
		}
	}
	if _, err := os.Stat(filepath.Join(config.PathsIn(d.home).Autostart, "gatewatch.desktop")); err != nil {
		t.Error(err)
	}
}
