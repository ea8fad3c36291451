package config

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

func readDoc(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestTheReadmesExampleWorks loads every TOML block of the README.
func TestTheReadmesExampleWorks(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(readDoc(t, "../../../README.md"), -1)
	if len(blocks) == 0 {
		t.Fatal("the README has no example of the settings")
	}
	for _, b := range blocks {
		s, tr, err := decode([]byte(b[1]))
		if err != nil || len(tr.problems) > 0 {
			t.Errorf("%v, %v", err, tr)
		}
		if len(s.Profiles) != 1 || len(s.QuietHours.Spans) != 1 {
			t.Errorf("not all of it was read: %+v", s)
		}
	}
}

// everySetting gives the paths of all that can be written, in no order.
func everySetting() []string {
	yes, hour := true, time.Hour
	s := Default()
	s.Alerts.Rules["ID"] = RuleOverride{Off: new(true), Severity: event.SeverityInfo, For: &hour, KeepFiringFor: &hour, RepeatInterval: &hour}
	s.QuietHours.Spans = []QuietSpan{{}}
	s.Profiles = []Profile{{
		ID:          "id",
		VirtualKeys: []VirtualKey{{ID: "1", Label: "l", Key: "4", Name: "n"}},
		Webhooks:    []string{"https://hooks.example.com/x"},
		Network: NetworkOverride{
			Proxy: "p", CAFile: "f", ClientCert: "c", ClientKey: "k",
			SkipNegotiation: &yes, AllowQueryToken: &yes, Transports: AllTransports(),
		},
		Thresholds: Thresholds{Warning: 0.1, Critical: 0.2},
		Groups:     map[event.GroupID]Thresholds{"ID": {Warning: 0.1}},
		Keys:       map[event.KeyID]Thresholds{"ID": {Warning: 0.1}},
	}}
	var paths []string
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case section:
			for name, next := range v {
				walk(join(path, name), next)
			}
		case []section:
			for _, next := range v {
				walk(path, next)
			}
		default:
			paths = append(paths, path)
		}
	}
	walk("", s.encode())
	return paths
}

// TestEverySettingIsDocumented walks all that can be written.
func TestEverySettingIsDocumented(t *testing.T) {
	doc := readDoc(t, "../../../docs/deployment.md")
	for _, path := range everySetting() {
		name := path[strings.LastIndexByte(path, '.')+1:]
		if name != "version" && !regexp.MustCompile("[`.]"+name+"`").MatchString(doc) {
			t.Errorf("docs/deployment.md does not explain %s", path)
		}
	}
}

// TestEverySettingIsHeldAgainstTheWindow looks for all that can be written in the
// table of the wired test that changes it in the file and looks at the window.
func TestEverySettingIsHeldAgainstTheWindow(t *testing.T) {
	table := readDoc(t, "../../../frontend/wired/table.wired.ts")
	// Rules, keys, thresholds and the parts of a span have tests of their own.
	elsewhere := regexp.MustCompile(`^(version|alerts\.rules\..*|quiet_hours\.spans\..*|profiles\.(id|master_key_stored|(virtual_keys|thresholds|groups|keys)\..*))$`)
	for _, path := range everySetting() {
		row := regexp.MustCompile(`(?m)^  '?` + regexp.QuoteMeta(strings.TrimPrefix(path, "profiles.")) + `'?: \[`)
		if !elsewhere.MatchString(path) && !row.MatchString(table) {
			t.Errorf("frontend/wired/table.wired.ts has no row for %s", path)
		}
	}
}
