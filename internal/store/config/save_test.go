package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
)

func TestSaveAndLoadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder", "settings.toml")
	want := fullSettings()
	if _, _, err := save(path, want); err != nil {
		t.Fatal(err)
	}
	got, problems := load(t, path)
	if len(problems) != 0 {
		t.Error(problems)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".settings-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestSaveKeepsWhatItDoesNotUnderstand(t *testing.T) {
	path := write(t, `
future = 2027-01-01
[window]
theme = "pink"
transparency = 0.5
[alerts.rules."from.tomorrow"]
off = true
colour = "red"
[holograms]
empty = {}
[[quiet_hours.spans]]
from = "22:00"
to = "seven"
[[profiles]]
id = "a"
core_url = "ftp://typo"
shape = "round"
[profiles.network]
magic = 1
[[profiles]]
label = "no id"
note = "mine"
`)
	s, problems := load(t, path)
	if len(problems) != 10 {
		t.Fatalf("problems: %v", problems)
	}
	s.Window.CloseToTray = false
	if _, _, err := save(path, s); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, kept := range []string{
		"2027-01-01", "pink", "transparency = 0.5", "from.tomorrow", "colour = 'red'", "[holograms]",
		"seven", "ftp://typo", "shape = 'round'", "magic = 1", "note = 'mine'", "close_to_tray = false",
	} {
		if !strings.Contains(string(text), kept) {
			t.Errorf("lost: %s", kept)
		}
	}
	again, problemsAgain := load(t, path)
	if diff := cmp.Diff(s, again, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if len(problemsAgain) != len(problems) {
		t.Errorf("problems are now %v", problemsAgain)
	}

	// A value that is set anew replaces the bad one; a profile that is removed
	// takes what lay in it along.
	s.Window.Theme = config.ThemeLight
	s.Profiles = nil
	if _, _, err := save(path, s); err != nil {
		t.Fatal(err)
	}
	text, err = os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"pink", "ftp://typo", "magic", "shape"} {
		if strings.Contains(string(text), gone) {
			t.Errorf("still there: %s\n%s", gone, text)
		}
	}
}

func TestSaveRefusesWhatLoadWould(t *testing.T) {
	path := write(t, "")
	s := config.Default()
	s.Alerts.Thresholds.Warning = 3
	s.Profiles = []config.Profile{{ID: "x", CoreURL: "https://u:hunter2@h"}, {ID: "x"}}
	_, _, err := save(path, s)
	if fault.Of(err).Code != fault.Misconfigured {
		t.Fatalf("got %v", err)
	}
	for _, says := range []string{"alerts.thresholds.warning", "profiles[0].core_url", "profiles[1]"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("the error does not name %s: %v", says, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error shows a secret: %v", err)
	}
	if text, _ := os.ReadFile(path); len(text) != 0 {
		t.Errorf("written all the same: %q", text)
	}
}

func TestSaveFollowsALink(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "dotfiles", "gatewatch.toml")
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(target, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "settings.toml")
	err := os.Symlink(target, link)
	if _, missing := os.Lstat(link); runtime.GOOS == "windows" && (err != nil || missing != nil) {
		t.Skip("this Windows makes no links for everybody")
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := save(link, fullSettings()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced by a file")
	}
	if got, problems := load(t, target); len(problems) > 0 || !cmp.Equal(fullSettings(), got, cmpopts.EquateEmpty()) {
		t.Errorf("what it leads to was not written: %v", problems)
	}
}

// Whoever reads while others save sees one complete file or another.
func TestSaveLeavesNoHalfFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	if _, _, err := save(path, fullSettings()); err != nil {
		t.Fatal(err)
	}
	other := config.Default()
	other.Window.Theme = config.ThemeLight
	var writers sync.WaitGroup
	for _, s := range []config.Settings{fullSettings(), other} {
		writers.Go(func() {
			for range 20 {
				if _, _, err := save(path, s); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		if s, problems := load(t, path); len(problems) > 0 || s.Window.Theme == config.ThemeAuto {
			t.Errorf("a half file was read: %v", problems)
		}
	}
}

func TestUnwritableFolder(t *testing.T) {
	file := write(t, "")
	_, _, err := save(filepath.Join(file, "settings.toml"), config.Default())
	if f := fault.Of(err); f.Code != fault.Misconfigured || errors.Is(err, config.ErrCorrupt) {
		t.Errorf("got %v", err)
	}
}

func TestCloneSharesNothing(t *testing.T) {
	a := fullSettings()
	b := a.Clone()
	b.Profiles[0].Keys["7"] = config.Thresholds{}
	b.Profiles[0].Label = "x"
	b.Alerts.Rules["new"] = config.RuleOverride{}
	b.QuietHours.Spans[0].Days[0] = "sat"
	b.Reconnect.Schedule[0] = 0
	b.Network.Transports[0] = config.WebSockets
	if diff := cmp.Diff(fullSettings(), a); diff != "" {
		t.Errorf("the original changed: %s", diff)
	}
}
