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

// TestEverySettingIsDocumented walks all that can be written.
func TestEverySettingIsDocumented(t *testing.T) {
	doc := readDoc(t, "../../../docs/deployment.md")
	yes, hour := true, time.Hour
	s := Default()
	s.Alerts.Rules["ID"] = RuleOverride{Off: new(true), Severity: event.SeverityInfo, For: &hour, KeepFiringFor: &hour, RepeatInterval: &hour}
	s.QuietHours.Spans = []QuietSpan{{}}
	s.Profiles = []Profile{{
		ID:          "id",
		VirtualKeys: []VirtualKey{{ID: "1", Label: "l", Key: "4", Name: "n"}},
		Webhooks:    []string{"https://hooks.example.com/x"},
		Network:     NetworkOverride{Proxy: "p", CAFile: "f", ClientCert: "c", ClientKey: "k", SkipNegotiation: &yes, AllowQueryToken: &yes},
		Thresholds:  Thresholds{Warning: 0.1, Critical: 0.2},
		Groups:      map[event.GroupID]Thresholds{"ID": {Warning: 0.1}},
		Keys:        map[event.KeyID]Thresholds{"ID": {Warning: 0.1}},
	}}
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
			name := path[strings.LastIndexByte(path, '.')+1:]
			if name != "version" && !regexp.MustCompile("[`.]"+name+"`").MatchString(doc) {
				t.Errorf("docs/deployment.md does not explain %s", path)
			}
		}
	}
	walk("", s.encode())
}
