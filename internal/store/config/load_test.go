package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "settings.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, path string) (config.Settings, []config.Problem) {
	t.Helper()
	s, problems, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return s, problems
}

func TestNoFileIsTheDefaults(t *testing.T) {
	s, problems := load(t, filepath.Join(t.TempDir(), "none", "settings.toml"))
	if diff := cmp.Diff(config.Default(), s); diff != "" {
		t.Error(diff)
	}
	if len(problems) != 0 {
		t.Error(problems)
	}
	if err := s.Validate(); err != nil {
		t.Errorf("the defaults are not valid: %v", err)
	}
}

const full = `
version = 1
[alerts]
min_budget = "2.50"
thresholds = { warning = 0.8, critical = 0.95 }
[alerts.rules."provider.unhealthy"]
severity = "warning"
for = "30s"
keep = "2m"
[alerts.rules."task.done"]
off = true
[notifications]
enabled = false
minimum = "critical"
repeat = "90m"
per_hour = 20
[quiet_hours]
enabled = true
[[quiet_hours.spans]]
days = ["mon", "tue"]
from = "22:00"
to = "07:30"
[reconnect]
schedule = ["1s", "5s"]
max = "1m"
[network]
proxy = "http://proxy.example.com:3128"
transports = ["ServerSentEvents", "LongPolling"]
[window]
theme = "dark"
[retention]
events = "30d"
[[profiles]]
id = "prod"
label = "Production"
colour = "#c92a2a"
production = true
core_url = "https://llm.example.com/"
admin_url = "https://llm.example.com/admin"
master_key_stored = true
[profiles.thresholds]
warning = 0.5
[profiles.groups.12]
critical = 0.99
[profiles.keys.7]
warning = 0.6
[profiles.network]
allow_query_token = true
ca_file = "/etc/ssl/own.pem"
[[profiles]]
id = "lab"
connect = false
core_url = "http://127.0.0.1:5000"
`

func fullSettings() config.Settings {
	s := config.Default()
	half, two, yes := 30*time.Second, 2*time.Minute, true
	s.Alerts.Thresholds = config.Thresholds{Warning: 0.8, Critical: 0.95}
	s.Alerts.MinBudget = event.USD(2.5)
	s.Alerts.Rules = map[string]config.RuleOverride{
		"provider.unhealthy": {Severity: event.SeverityWarning, For: &half, KeepFiringFor: &two},
		"task.done":          {Off: &yes},
	}
	s.Notifications.Enabled = false
	s.Notifications.Minimum = event.SeverityCritical
	s.Notifications.RepeatInterval = 90 * time.Minute
	s.Notifications.PerHour = 20
	s.QuietHours.Enabled = true
	s.QuietHours.Spans = []config.QuietSpan{{Days: []config.Weekday{"mon", "tue"}, From: 22 * 60, To: 7*60 + 30}}
	s.Reconnect = config.Reconnect{Schedule: []time.Duration{time.Second, 5 * time.Second}, Max: time.Minute}
	s.Network.Proxy = "http://proxy.example.com:3128"
	s.Network.Transports = []config.Transport{config.ServerSentEvents, config.LongPolling}
	s.Window.Theme = config.ThemeDark
	s.Retention.Events = 30 * 24 * time.Hour
	s.Profiles = []config.Profile{
		{
			ID: "prod", Label: "Production", Colour: "#c92a2a", Production: true, Connect: true,
			CoreURL: "https://llm.example.com", AdminURL: "https://llm.example.com/admin", MasterKeyStored: true,
			Thresholds: config.Thresholds{Warning: 0.5},
			Groups:     map[event.GroupID]config.Thresholds{"12": {Critical: 0.99}},
			Keys:       map[event.KeyID]config.Thresholds{"7": {Warning: 0.6}},
			Network:    config.NetworkOverride{AllowQueryToken: &yes, CAFile: "/etc/ssl/own.pem"},
		},
		{ID: "lab", Label: "lab", CoreURL: "http://127.0.0.1:5000"},
	}
	return s
}

func TestLoadReadsEverything(t *testing.T) {
	s, problems := load(t, write(t, full))
	if len(problems) != 0 {
		t.Errorf("problems: %v", problems)
	}
	if diff := cmp.Diff(fullSettings(), s, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestBadValueFallsBackAndIsReported(t *testing.T) {
	const quiet = "[[quiet_hours.spans]]\nfrom = \"22:00\"\n"
	for name, c := range map[string]struct {
		text string
		line int
		path string
		says string
	}{
		"percent":            {"[alerts.thresholds]\nwarning = 75", 2, "alerts.thresholds.warning", "0.75 for 75 %"},
		"not a number":       {"[alerts.thresholds]\nwarning = \"much\"", 2, "alerts.thresholds.warning", "share"},
		"nan":                {"[alerts.thresholds]\nwarning = nan", 2, "alerts.thresholds.warning", "share"},
		"above critical":     {"[alerts.thresholds]\nwarning = 0.95", 2, "alerts.thresholds.warning", "below the critical one"},
		"money":              {"[alerts]\nmin_budget = -1", 2, "alerts.min_budget", "dollars"},
		"duration":           {"[notifications]\nrepeat = 14400", 2, "notifications.repeat", "such as"},
		"duration too long":  {"[notifications]\nrepeat = \"100d\"", 2, "notifications.repeat", "7d"},
		"word":               {"\n[window]\ntheme = \"pink\"", 3, "window.theme", "auto"},
		"bool":               {"[window]\nclose_to_tray = \"yes\"", 2, "window.close_to_tray", "true or false"},
		"count":              {"[notifications]\nper_minute = 0", 2, "notifications.per_minute", "from 1 to 60"},
		"empty list":         {"[reconnect]\nschedule = []", 2, "reconnect.schedule", "from 1"},
		"bad entry":          {"[reconnect]\nschedule = [\"0s\", 2]", 2, "reconnect.schedule", "Entry 2"},
		"twice":              {"[network]\ntransports = [\"LongPolling\", \"LongPolling\"]", 2, "network.transports", "twice"},
		"proxy with secret":  {"[network]\nproxy = \"http://u:hunter2@p:1\"", 2, "network.proxy", "HTTPS_PROXY"},
		"half a certificate": {"[network]\nclient_cert = \"a.pem\"", 2, "network.client_cert", "both"},
		"not a table":        {"window = 1", 1, "window", "[window]"},
		"not tables":         {"profiles = [1]", 1, "profiles", "[[profiles]]"},
		"span":               {quiet + "to = \"7 o'clock\"", 3, "quiet_hours.spans[0].to", "time of day"},
		"rule":               {"[alerts.rules.\"a.b\"]\nfor = \"soon\"", 2, `alerts.rules."a.b".for`, "such as"},
		"no id":              {"[[profiles]]\nlabel = \"x\"", 1, "profiles[0]", "needs an id"},
		"bad id":             {"[[profiles]]\nid = \"Prod 1\"", 1, "profiles[0]", "needs an id"},
		"second of two":      {"[[profiles]]\nid = \"a\"\n[[profiles]]\nid = \"a\"", 3, "profiles[1]", "already"},
		"address":            {"[[profiles]]\nid = \"a\"\ncore_url = \"ftp://x\"", 3, "profiles[0].core_url", "https://"},
		"half an address":    {"[[profiles]]\nid = \"a\"\ncore_url = \"http://127.0.\"", 3, "profiles[0].core_url", "https://"},
		"no IPv4 address":    {"[[profiles]]\nid = \"a\"\nadmin_url = \"http://127.0.0.256:80\"", 3, "profiles[0].admin_url", "https://"},
		"half a proxy":       {"[network]\nproxy = \"http://10.0\"", 2, "network.proxy", "direct"},
		"address with key":   {"[[profiles]]\nid = \"a\"\ncore_url = \"https://u:hunter2@x\"", 3, "profiles[0].core_url", "credentials"},
		"label":              {"[[profiles]]\nid = \"a\"\nlabel = \"a\\nb\"", 3, "profiles[0].label", "one line"},
		"inherited":          {"[[profiles]]\nid = \"a\"\n[profiles.keys.7]\nwarning = 0.92", 4, "profiles[0].keys.7.warning", "0.9 here"},
	} {
		t.Run(name, func(t *testing.T) {
			s, problems := load(t, write(t, c.text))
			if len(problems) != 1 {
				t.Fatalf("want one problem, got %v", problems)
			}
			p := problems[0]
			if p.Line != c.line || p.Path != c.path || !strings.Contains(p.Message, c.says) || p.Unknown {
				t.Errorf("got %+v, want line %d, path %s, saying %q", p, c.line, c.path, c.says)
			}
			if strings.Contains(p.Message, "hunter2") {
				t.Errorf("the message shows a secret: %s", p.Message)
			}
			if err := s.Validate(); err != nil {
				t.Errorf("what Load returns is not valid: %v", err)
			}
			s.Profiles = nil
			want := config.Default()
			want.Profiles = nil
			if name == "rule" {
				want.Alerts.Rules["a.b"] = config.RuleOverride{}
			}
			if diff := cmp.Diff(want, s, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("not the defaults: %s", diff)
			}
		})
	}
}

func TestUnknownFieldsAreReportedWithTheirLine(t *testing.T) {
	_, problems := load(t, write(t, `
future = 3
[window]
transparency = 0.5
[[profiles]]
id = "a"
virtual_key = "sk-live-123456"
[holograms]
on = true
`))
	want := []config.Problem{
		{Line: 2, Path: "future", Unknown: true},
		{Line: 4, Path: "window.transparency", Unknown: true},
		{Line: 7, Path: "profiles[0].virtual_key", Unknown: true},
		{Line: 8, Path: "holograms", Unknown: true},
	}
	if diff := cmp.Diff(want, problems, cmpopts.IgnoreFields(config.Problem{}, "Message")); diff != "" {
		t.Error(diff)
	}
	for _, p := range problems {
		if strings.Contains(p.Message, "sk-live") {
			t.Errorf("the message shows the key: %s", p.Message)
		}
		if p.Path == "profiles[0].virtual_key" && !strings.Contains(p.Message, "keychain") {
			t.Errorf("a key in the file is not warned of: %s", p.Message)
		}
	}
}

func TestDamagedFileIsReportedAndNotOverwritten(t *testing.T) {
	const text = "[window]\ntheme = \"dark\"\nclose_to_tray = maybe\n"
	path := write(t, text)
	s, _, err := config.Load(path)
	if !errors.Is(err, config.ErrCorrupt) {
		t.Fatalf("got %v", err)
	}
	if f := fault.Of(err); f.Code != fault.Misconfigured || !strings.Contains(f.Message, "line 3") {
		t.Errorf("the fault is %q: %s", f.Code, f.Message)
	}
	if diff := cmp.Diff(config.Default(), s); diff != "" {
		t.Error(diff)
	}
	if _, _, err := save(path, s); !errors.Is(err, config.ErrCorrupt) {
		t.Errorf("Save over a damaged file: %v", err)
	}
	if got, _ := os.ReadFile(path); string(got) != text {
		t.Errorf("the damaged file was changed to %q", got)
	}
}

// TestAByteOrderMarkIsNoDamage: a file as editors on Windows write it, with a
// mark at its beginning and CRLF, is read and saved.
func TestAByteOrderMarkIsNoDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	if err := os.WriteFile(path, []byte("\ufeff[alerts]\r\nmin_budget = \"7\"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, problems, err := config.Load(path)
	if err != nil || len(problems) != 0 || s.Alerts.MinBudget != event.USD(7) {
		t.Fatalf("%v %v, smallest budget %v", err, problems, s.Alerts.MinBudget)
	}
	if _, _, err := save(path, s); err != nil {
		t.Error(err)
	}
}
