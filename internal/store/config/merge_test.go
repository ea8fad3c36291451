package config_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gatewatch/internal/store/config"
)

// save writes settings that were made from what the file says now.
func save(path string, s config.Settings) (config.Settings, []config.Problem, error) {
	before, _, err := config.Load(path)
	if err != nil {
		before = config.Default()
	}
	return config.Save(path, before, s)
}

func TestSaveLeavesWhatSomebodyElseWroteMeanwhile(t *testing.T) {
	base := config.Default()
	base.Profiles = []config.Profile{{ID: "a", Label: "A", Connect: true}, {ID: "b", Label: "B", Connect: true}}
	path := write(t, "")
	if _, _, err := config.Save(path, config.Default(), base); err != nil {
		t.Fatal(err)
	}
	// Somebody edits the file, and nobody has noticed yet.
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.Replace(string(text), `label = 'A'`, `label = 'Alpha'`, 1)
	edited = strings.Replace(edited, `per_hour = 12`, `per_hour = 30`, 1)
	edited = strings.Replace(edited, `theme = 'auto'`, `theme = 'dark'`, 1)
	if err := os.WriteFile(path, []byte(edited), 0o600); err != nil {
		t.Fatal(err)
	}
	mine := base.Clone()
	mine.Alerts.Thresholds.Warning = 0.6
	mine.Window.Theme = config.ThemeLight
	mine.Profiles[0].Production = true
	mine.Profiles = append(mine.Profiles[:1], config.Profile{ID: "c", Label: "C", Connect: true})

	got, _, err := config.Save(path, base, mine)
	if err != nil {
		t.Fatal(err)
	}
	want := mine.Clone()
	want.Notifications.PerHour = 30                                     // theirs
	want.Profiles[0].Label = "Alpha"                                    // theirs; production is mine
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" { // of the theme, mine
		t.Error(diff)
	}
	read, _, err := config.Load(path)
	if diff := cmp.Diff(want, read, cmpopts.EquateEmpty()); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestSaveRefusesWhatDoesNotGoTogether(t *testing.T) {
	path := write(t, "[alerts.thresholds]\ncritical = 0.8\n")
	mine := config.Default()
	mine.Alerts.Thresholds.Warning = 0.85
	_, _, err := config.Save(path, config.Default(), mine)
	if err == nil || !strings.Contains(err.Error(), "changed meanwhile") {
		t.Fatalf("got %v", err)
	}
	if text, _ := os.ReadFile(path); !strings.Contains(string(text), "critical = 0.8") {
		t.Errorf("the file was changed to %q", text)
	}
}

func TestReloadKeepsTheOldValueOfWhatIsWrong(t *testing.T) {
	path := write(t, "[alerts.thresholds]\nwarning = 0.5\n[reconnect]\nmax = \"20s\"\n")
	before, _, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("[alerts.thresholds]\nwarning = \"much\"\n[reconnect]\nmax = \"soon\"\n[window]\ntheme = \"dark\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, problems, err := config.Reload(path, before)
	if err != nil || len(problems) != 2 {
		t.Fatalf("%v %v", problems, err)
	}
	if s.Alerts.Thresholds.Warning != 0.5 || s.Reconnect.Max != 20*time.Second || s.Window.Theme != config.ThemeDark {
		t.Errorf("in force: %+v %+v %+v", s.Alerts.Thresholds, s.Reconnect, s.Window)
	}
	if p := problems[0]; p.Line != 2 || !strings.Contains(p.Message, "0.5 is used instead") {
		t.Errorf("said: %+v", p)
	}
	// What was written there is not lost by the next save of something else.
	next := s.Clone()
	next.Notifications.PerHour = 30
	if _, _, err := config.Save(path, s, next); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(path)
	for _, part := range []string{"much", "soon", "per_hour = 30"} {
		if !strings.Contains(string(text), part) {
			t.Errorf("the file lost %q:\n%s", part, text)
		}
	}
}
