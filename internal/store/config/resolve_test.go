package config_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/store/config"
)

func TestThresholdsInherit(t *testing.T) {
	s := config.Default()
	s.Alerts.Thresholds = config.Thresholds{Warning: 0.75, Critical: 0.9}
	s.Profiles = []config.Profile{{
		ID: "prod", Thresholds: config.Thresholds{Critical: 0.95},
		Groups: map[event.GroupID]config.Thresholds{"g": {Warning: 0.6}},
		Keys:   map[event.KeyID]config.Thresholds{"k": {Warning: 0.5, Critical: 0.7}, "odd": {Critical: 0.55}},
	}}
	for name, c := range map[string]struct {
		gateway event.GatewayID
		group   event.GroupID
		key     event.KeyID
		want    config.Thresholds
	}{
		"unknown gateway":            {"x", "g", "k", config.Thresholds{Warning: 0.75, Critical: 0.9}},
		"gateway":                    {"prod", "", "", config.Thresholds{Warning: 0.75, Critical: 0.95}},
		"group":                      {"prod", "g", "other", config.Thresholds{Warning: 0.6, Critical: 0.95}},
		"key beats group":            {"prod", "g", "k", config.Thresholds{Warning: 0.5, Critical: 0.7}},
		"key without group":          {"prod", "", "k", config.Thresholds{Warning: 0.5, Critical: 0.7}},
		"mixture that would reverse": {"prod", "g", "odd", config.Thresholds{Warning: 0.55, Critical: 0.55}},
	} {
		if got := s.ThresholdsFor(c.gateway, c.group, c.key); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func TestNetworkInherits(t *testing.T) {
	yes, no := true, false
	s := config.Default()
	s.Network = config.Network{
		Proxy: "http://p:1", CAFile: "ca", ClientCert: "c", ClientKey: "k", AllowQueryToken: true, Transports: config.AllTransports(),
	}
	s.Profiles = []config.Profile{
		{ID: "same"},
		{ID: "own", Network: config.NetworkOverride{
			Proxy: "direct", ClientCert: "c2", ClientKey: "k2", SkipNegotiation: &yes, AllowQueryToken: &no,
			Transports: []config.Transport{config.WebSockets},
		}},
	}
	for _, id := range []event.GatewayID{"same", "unknown"} {
		if diff := cmp.Diff(s.Network, s.NetworkFor(id)); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
	want := config.Network{
		Proxy: "direct", CAFile: "ca", ClientCert: "c2", ClientKey: "k2", SkipNegotiation: true,
		Transports: []config.Transport{config.WebSockets},
	}
	if diff := cmp.Diff(want, s.NetworkFor("own")); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownRules(t *testing.T) {
	s := config.Default()
	for _, id := range []string{"z.late", "budget.used", "a.typo"} {
		s.Alerts.Rules[id] = config.RuleOverride{Off: new(true)}
	}
	got := s.UnknownRules(func(id string) bool { return id == "budget.used" })
	if diff := cmp.Diff([]string{"a.typo", "z.late"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestNewID(t *testing.T) {
	s := config.Default()
	for _, c := range []struct {
		label string
		want  event.GatewayID
	}{
		{"Prod EU", "prod-eu"},
		{"prod--eu!", "prod-eu-2"},
		{"Größe & Co.", "gr-e-co"},
		{"日本", "gateway"},
		{strings.Repeat("long ", 20), "long-long-long-long-long-long"},
	} {
		id := s.NewID(c.label)
		if id != c.want {
			t.Errorf("%q became %q, want %q", c.label, id, c.want)
		}
		s.Profiles = append(s.Profiles, config.Profile{ID: id, Label: "x"})
	}
	if err := s.Validate(); err != nil {
		t.Errorf("made an id that is not valid: %v", err)
	}
}

func TestQuietHours(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skipf("no time zones on this system: %v", err)
	}
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("Mon 2006-01-02 15:04", s, berlin)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	clock := func(s string) config.Clock {
		c, err := config.ParseClock(s)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	nights := config.QuietSpan{From: clock("22:00"), To: clock("07:00")}
	friday := config.QuietSpan{Days: []config.Weekday{"fri"}, From: clock("22:00"), To: clock("07:00")}
	lunch := config.QuietSpan{From: clock("12:00"), To: clock("13:00")}
	rest := config.QuietSpan{From: clock("13:00"), To: clock("14:00")}
	always := config.QuietSpan{From: clock("00:00"), To: clock("00:00")}
	for name, c := range map[string]struct {
		spans []config.QuietSpan
		at    string
		until string // "" means not quiet
	}{
		"evening":                   {[]config.QuietSpan{nights}, "Tue 2026-03-10 22:00", "Wed 2026-03-11 07:00"},
		"after midnight":            {[]config.QuietSpan{nights}, "Wed 2026-03-11 06:59", "Wed 2026-03-11 07:00"},
		"end is outside":            {[]config.QuietSpan{nights}, "Wed 2026-03-11 07:00", ""},
		"day":                       {[]config.QuietSpan{nights}, "Tue 2026-03-10 21:59", ""},
		"begun on its day":          {[]config.QuietSpan{friday}, "Sat 2026-03-14 03:00", "Sat 2026-03-14 07:00"},
		"not begun on another":      {[]config.QuietSpan{friday}, "Sun 2026-03-15 03:00", ""},
		"spring forward":            {[]config.QuietSpan{nights}, "Sun 2026-03-29 01:59", "Sun 2026-03-29 07:00"},
		"fall back":                 {[]config.QuietSpan{nights}, "Sun 2026-10-25 02:30", "Sun 2026-10-25 07:00"},
		"adjoining spans are one":   {[]config.QuietSpan{rest, lunch}, "Tue 2026-03-10 12:30", "Tue 2026-03-10 14:00"},
		"round the clock gives up":  {[]config.QuietSpan{always}, "Tue 2026-03-10 12:30", "Wed 2026-03-18 00:00"},
		"no spans":                  {nil, "Tue 2026-03-10 12:30", ""},
		"the longer of two that on": {[]config.QuietSpan{nights, friday}, "Fri 2026-03-13 23:00", "Sat 2026-03-14 07:00"},
	} {
		t.Run(name, func(t *testing.T) {
			q := config.QuietHours{Enabled: true, Spans: c.spans}
			quiet, until := q.Quiet(at(c.at))
			if quiet != (c.until != "") || quiet && !until.Equal(at(c.until)) {
				t.Errorf("got %v until %v, want until %q", quiet, until, c.until)
			}
			q.Enabled = false
			if quiet, _ := q.Quiet(at(c.at)); quiet {
				t.Error("quiet although it is off")
			}
		})
	}
}

// TestFoldersAreClosedToOthers: also one that the web view made first, open to all.
func TestFoldersAreClosedToOthers(t *testing.T) {
	p := config.PathsIn(filepath.Join(t.TempDir(), "gw"))
	if err := os.MkdirAll(p.Data, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := p.Make(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(p.Data)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		t.Errorf("others may look into the data: %v", mode)
	}
}

func TestPathsAreInOnePlace(t *testing.T) {
	home := t.TempDir()
	t.Setenv("GATEWATCH_HOME", filepath.Join(home, "gw"))
	p := config.DefaultPaths()
	if diff := cmp.Diff(config.PathsIn(filepath.Join(home, "gw")), p); diff != "" {
		t.Error(diff)
	}
	if err := p.Make(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{p.Settings, p.History, p.Lock, p.UIState, p.Log, p.Crash} {
		if !strings.HasPrefix(path, home) {
			t.Errorf("%s is somewhere else", path)
		}
	}
	t.Setenv("GATEWATCH_HOME", "")
	if d := config.DefaultPaths(); !filepath.IsAbs(d.Settings) || filepath.Base(filepath.Dir(d.Settings)) != "gatewatch" {
		t.Errorf("settings at %s", d.Settings)
	}
}
