package cli_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatewatch/internal/program/doctor"
	"gatewatch/internal/program/run"
)

// reportOf is what doctor --json printed.
func reportOf(t *testing.T, got outcome) doctor.Report {
	t.Helper()
	var r doctor.Report
	if err := json.Unmarshal([]byte(got.out), &r); err != nil || r.V != 1 || r.Version != "1.2.3-test" {
		t.Fatalf("%d, %v: %s%s", got.code, err, got.out, got.err)
	}
	for _, k := range []string{virtualKey, masterKey} {
		if strings.Contains(got.out+got.err, k) {
			t.Errorf("a key is shown: %s", got.out)
		}
	}
	return r
}

// titles of a report's sections.
func titles(r doctor.Report) string {
	var list []string
	for _, s := range r.Sections {
		list = append(list, s.Title)
	}
	return strings.Join(list, "; ")
}

func TestDoctor(t *testing.T) {
	home(t)
	g := serve(t, "have key 1 a limit=100 spent=1")
	empty := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(empty.Close)
	const all = "This computer; gateway, Core API; gateway, Admin API; gateway, as a whole"
	for _, c := range []struct {
		name   string
		args   []string
		titles string
		code   int
	}{
		{"addresses", both(g), strings.ReplaceAll(all, "gateway", strings.TrimPrefix(g.CoreURL(), "http://")), 0},
		{"not a gateway", []string{"--core", empty.URL}, strings.ReplaceAll(all, "gateway", strings.TrimPrefix(empty.URL, "http://")), 20},
		{"the demo", []string{"--demo"}, strings.ReplaceAll(all, "gateway", "Demo"), 0},
		{"only the computer", nil, "This computer", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("GATEWATCH_HOME", t.TempDir())
			t.Setenv("DISPLAY", "") // a desktop without a notification service would be warned of
			t.Setenv("WAYLAND_DISPLAY", "")
			t.Setenv("PATH", t.TempDir()) // and so would one be whose commands are here
			got := execute(append([]string{"doctor", "--json"}, c.args...)...)
			r := reportOf(t, got)
			if got.code != c.code || titles(r) != c.titles {
				t.Errorf("%d, %s: %s", got.code, titles(r), got.out)
			}
			if (r.Note != "") != (len(r.Sections) == 1) {
				t.Errorf("note %q", r.Note)
			}
			if entries, err := os.ReadDir(os.Getenv("GATEWATCH_HOME")); err != nil || len(entries) > 0 {
				t.Errorf("looking has made %v, %v", entries, err)
			}
		})
	}
}

// TestDoctorWithoutAKey still looks at the network.
func TestDoctorWithoutAKey(t *testing.T) {
	home(t)
	t.Setenv(run.EnvVirtualKey, "")
	t.Setenv(run.EnvMasterKey, "")
	g := serve(t, "have key 1 a")
	got := execute("doctor", "--core", g.CoreURL())
	if got.code != 20 || !strings.Contains(got.out, "There is no virtual key") || !strings.Contains(got.out, "A connection to") {
		t.Errorf("%d: %s", got.code, got.out)
	}
}

func TestDoctorOfStoredProfiles(t *testing.T) {
	home(t)
	g := serve(t, "have key 1 a limit=100 spent=1")
	settings := "[[profiles]]\nid = \"one\"\nlabel = \"First\"\ncore_url = \"" + g.CoreURL() + "\"\n\n[[profiles]]\nid = \"two\"\ncore_url = \"" + g.CoreURL() + "\"\nconnect = false\n"
	file := filepath.Join(os.Getenv("GATEWATCH_HOME"), "settings.toml")
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	r := reportOf(t, execute("doctor", "--json"))
	if got := titles(r); !strings.Contains(got, "First, Core API") || !strings.Contains(got, "two, Core API") {
		t.Errorf("looked at %s", got)
	}
	r = reportOf(t, execute("doctor", "--json", "--profile", "first", "--redact"))
	if got := titles(r); strings.Contains(got, "two") || !strings.Contains(got, "First, as a whole") {
		t.Errorf("looked at %s", got)
	}
	if err := os.WriteFile(file, []byte("[[["), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := execute("doctor", "--json"); got.code != 20 || titles(reportOf(t, got)) != "This computer" {
		t.Errorf("a damaged file: %d, %s", got.code, got.out)
	}
	if got := execute("doctor", "--profile", "first"); got.code != 7 {
		t.Errorf("a damaged file, one profile: %d, %s", got.code, got.err)
	}
}
