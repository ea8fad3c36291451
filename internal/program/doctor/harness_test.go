package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gatewatch/internal/desktop/notify"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/store/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The keys of all tests; no report may contain them.
const (
	virtualKey = "condt_9vQ+x/T3stVirtualKey0123456789abcdefghijk=="
	masterKey  = "mk-4f7Master&Key?19c0"
)

// healthy is a computer on which all is well.
func healthy(t *testing.T) Machine {
	paths := config.PathsIn(t.TempDir())
	if err := paths.Make(); err != nil {
		t.Fatal(err)
	}
	return Machine{
		Paths:    paths,
		Settings: func() (config.Settings, []config.Problem, error) { return config.Load(paths.Settings) },
		Notifications: func(context.Context) (notify.Capabilities, error) {
			return notify.Capabilities{Driver: "dbus", Server: "dunst 1.9.0", Actions: true, Replace: true}, nil
		},
		Tray:     func(context.Context) (bool, error) { return true, nil },
		Keychain: func(context.Context) error { return nil },
		Desktop:  func() bool { return true },
	}
}

// gatewayAt has both keys, and short waits.
func gatewayAt(core, admin string) Gateway {
	o := hub.DefaultOptions()
	o.ConnectedAfter = 50 * time.Millisecond
	return Gateway{
		Label: "Test", VirtualFrom: "the keychain", MasterFrom: "the keychain",
		Config: gateway.Config{
			ID: "test", CoreURL: core, AdminURL: admin, Hub: &o, Network: hub.NetworkOptions{Proxy: "direct"},
			VirtualKeys: []gateway.Key{{Secret: secret.New(virtualKey)}}, MasterKey: secret.New(masterKey),
		},
	}
}

// look runs everything and checks what holds for every report: no key in it,
// no check left out, a reason for each that was skipped, something to do where
// something is wrong.
func look(t *testing.T, o Options) Report {
	t.Helper()
	if o.Machine.Settings == nil {
		o.Machine = healthy(t)
	}
	r := Run(t.Context(), o)
	var text bytes.Buffer
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	machine, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{text.String(), string(machine)} {
		for _, k := range []string{virtualKey, masterKey, "9vQ+x/T3st", "condt_9vQ%2B", "4f7Master", "p4ssword-of-proxy"} {
			if strings.Contains(out, k) {
				t.Errorf("the report contains %q:\n%s", k, out)
			}
		}
		if strings.ContainsAny(out, "\x1b\x07\u202e") {
			t.Errorf("control characters in %q", out)
		}
	}
	for _, s := range r.Sections {
		for _, f := range s.Checks {
			switch {
			case f.Text == "" || f.Check == "" || f.Title == "":
				t.Errorf("%s: an empty finding %+v", s.Title, f)
			case f.Result == Skipped && !strings.Contains(f.Text, "because"):
				t.Errorf("%s: %s is skipped without a reason", s.Title, f.Check)
			case f.Result.rank() >= Warning.rank() && f.Code == "":
				t.Errorf("%s: %s has no code", s.Title, f.Check)
			}
		}
	}
	if t.Failed() {
		t.Log(text.String())
	}
	return r
}

// sectionOf finds a section by the end of its title.
func sectionOf(t *testing.T, r Report, end string) Section {
	t.Helper()
	for _, s := range r.Sections {
		if strings.HasSuffix(s.Title, end) {
			return s
		}
	}
	t.Fatalf("no section %q", end)
	return Section{}
}

// find gives a check's finding: "Core API/tls".
func find(t *testing.T, r Report, name string) Finding {
	t.Helper()
	end, check, _ := strings.Cut(name, "/")
	s := sectionOf(t, r, end)
	i := slices.IndexFunc(s.Checks, func(f Finding) bool { return f.Check == check })
	if i < 0 {
		t.Fatalf("no check %q in %+v", check, s)
	}
	return s.Checks[i]
}

// expect checks results and codes: "Core API/tls: critical tls_expired".
func expect(t *testing.T, r Report, wants ...string) {
	t.Helper()
	for _, w := range wants {
		name, want, _ := strings.Cut(w, ": ")
		f := find(t, r, name)
		if got := strings.TrimSpace(string(f.Result) + " " + f.Code); got != want {
			t.Errorf("%s is %q, want %q: %s %s %v", name, got, want, f.Text, f.Do, f.Details)
		}
	}
}

// detail is a detail's value.
func (f Finding) detail(name string) string {
	for _, d := range f.Details {
		if d.Name == name {
			return d.Value
		}
	}
	return ""
}

// asked counts the requests that a handler gets.
type asked struct {
	http.Handler
	requests chan *http.Request
}

func counting(h http.Handler) *asked { return &asked{h, make(chan *http.Request, 1000)} }

func (a *asked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.requests <- r
	a.Handler.ServeHTTP(w, r)
}

// paths are those asked so far, and forgets them.
func (a *asked) paths() (list []string) {
	for {
		select {
		case r := <-a.requests:
			list = append(list, r.Method+" "+r.URL.Path)
		default:
			return list
		}
	}
}

// names of the checks of a section.
func (s Section) names() (list []string) {
	for _, f := range s.Checks {
		list = append(list, f.Check)
	}
	return list
}

func testFile(name string) string { return filepath.Join("testdata", name) }
