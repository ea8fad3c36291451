package cli_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/program/cli"
	"gatewatch/internal/program/run"
	"gatewatch/internal/tools/demo"
)

const (
	virtualKey = "vk-93be70c1d25f4a68"
	masterKey  = "mk-1f60a7d4c8e24b39"
)

func TestMain(m *testing.M) {
	// No keychain and no notifications of whoever runs the tests.
	_ = os.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/gatewatch-test-bus")
	code := m.Run()
	removeBinary()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// home gives the test files and keys of its own.
func home(t *testing.T) {
	t.Helper()
	t.Setenv("GATEWATCH_HOME", t.TempDir())
	t.Setenv(run.EnvVirtualKey, virtualKey)
	t.Setenv(run.EnvMasterKey, masterKey)
}

// outcome is what a command line came to.
type outcome struct {
	code     int
	out, err string
}

func execute(args ...string) outcome {
	var out, errs bytes.Buffer
	code := cli.Main(args, cli.Options{Version: "1.2.3-test", Stdout: &out, Stderr: &errs})
	return outcome{code, out.String(), errs.String()}
}

// serve plays a scenario of the test's own.
func serve(t *testing.T, text string) *demo.Gateway {
	t.Helper()
	s, err := demo.Parse(t.Name(), text)
	if err != nil {
		t.Fatal(err)
	}
	g, err := demo.Serve(t.Context(), demo.Options{Script: s, VirtualKey: virtualKey, MasterKey: masterKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g
}

func both(g *demo.Gateway) []string {
	return []string{"--core", g.CoreURL(), "--admin", g.AdminURL()}
}

func TestHelp(t *testing.T) {
	home(t)
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"--help"}, []string{"window", "watch", "status", "doctor", "export", "demo-gateway", "--version"}},
		{[]string{"watch", "--help"}, []string{"--demo", "--profile", "--core", "--admin", "--json", "--no-notify", run.EnvVirtualKey, run.EnvMasterKey}},
		{[]string{"status", "--help"}, []string{"--json", "0, 10, 20"}},
		{[]string{"doctor", "--help"}, []string{"--demo", "--profile", "--core", "--admin", "--json", "--redact", "20 critical"}},
		{[]string{"demo-gateway", "--help"}, []string{"--listen", "--scenario", "--seed", "--rate"}},
		{[]string{"export", "--help"}, []string{"--since", "--format", "--redact"}},
		{[]string{"--version"}, []string{"1.2.3-test"}},
		{[]string{"demo-gateway", "--list"}, []string{"calm", "spend-limit", "provider-outage", "storm"}},
	} {
		got := execute(c.args...)
		if got.code != 0 || got.err != "" {
			t.Errorf("%q: %d, %q", c.args, got.code, got.err)
		}
		for _, w := range c.want {
			if !strings.Contains(got.out, w) {
				t.Errorf("%q does not say %q:\n%s", c.args, w, got.out)
			}
		}
		if strings.Contains(got.out, virtualKey) {
			t.Errorf("%q shows a key", c.args)
		}
	}
}

// What cannot be done ends with the status that says why, and one sentence.
func TestExitCodes(t *testing.T) {
	home(t)
	closed := serve(t, "have key 1 a\ncore refuse 403\nadmin refuse 403")
	secured := httptest.NewUnstartedServer(http.NotFoundHandler())
	secured.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	secured.StartTLS()
	t.Cleanup(secured.Close)
	empty := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(empty.Close)
	open := serve(t, "have key 1 a limit=100 spent=1")
	for _, c := range []struct {
		name string
		key  string // instead of the right one
		args []string
		code int
		says string
	}{
		{"an unknown flag", "", []string{"watch", "--nonsense"}, 2, "There is no option --nonsense."},
		{"a misspelt command", "", []string{"wach"}, 2, `There is no command "wach".`},
		{"two targets", "", []string{"watch", "--demo", "--profile", "p"}, 2, "only one of"},
		{"no such profile", "", []string{"watch", "--profile", "nobody"}, 2, "no profile"},
		{"no such scenario", "", []string{"watch", "--demo", "--scenario", "nobody"}, 2, "no such scenario"},
		{"no such scenario to serve", "", []string{"demo-gateway", "--scenario", "nobody"}, 2, "no such scenario"},
		{"a port that is taken", "", []string{"demo-gateway", "--listen", strings.TrimPrefix(open.CoreURL(), "http://")}, 2, "another program listens at that address"},
		{"a script and a scenario", "", []string{"demo-gateway", "--scenario", "calm", "--script", "cli_test.go"}, 2, "cannot be used together"},
		{"no id of a task", "", append([]string{"watch", "--task", "good_1", "--task", "../../api/VirtualKeys"}, both(open)...), 2, "is no id of a task"},
		{"an empty id of a task", "", append([]string{"watch", "--task", ""}, both(open)...), 2, "is no id of a task"},
		{"an id with control characters", "", append([]string{"watch", "--task", "a\x1b[2J"}, both(open)...), 2, `"a\x1b[2J" is no id`},
		{"a huge id of a task", "", append([]string{"watch", "--task", strings.Repeat("a", 10<<10)}, both(open)...), 2, "is no id of a task"},
		{"no key", "none", []string{"watch", "--core", open.CoreURL()}, 4, "There is no key."},
		{"a refused key", "vk-wrong", []string{"watch", "--core", open.CoreURL()}, 4, "does not accept this key"},
		{"a forbidden key", "", append([]string{"watch"}, both(closed)...), 5, "may not use this hub"},
		{"an untrusted certificate", "", []string{"watch", "--core", secured.URL}, 6, "certificate"},
		{"no address", "", []string{"watch", "--core", "nonsense"}, 7, "must look like https://"},
		{"not a gateway", "", []string{"watch", "--core", empty.URL}, 7, "Nothing is found"},
		{"status of a refused key", "vk-wrong", []string{"status", "--core", open.CoreURL()}, 4, "does not accept this key"},
		{"two targets for the doctor", "", []string{"doctor", "--demo", "--profile", "p"}, 2, "only one of"},
		{"no such profile for the doctor", "", []string{"doctor", "--profile", "nobody"}, 2, "no profile"},
		{"no history", "", []string{"export"}, 7, "There is no history yet"},
		{"a time that is none", "", []string{"export", "--since", "yesterday"}, 2, "The option --since does not take \"yesterday\": it is no time"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("GATEWATCH_HOME", t.TempDir())
			switch c.key {
			case "":
			case "none":
				t.Setenv(run.EnvVirtualKey, "")
				t.Setenv(run.EnvMasterKey, "")
			default:
				t.Setenv(run.EnvVirtualKey, c.key)
			}
			got := execute(c.args...)
			if got.code != c.code || !strings.Contains(got.err, c.says) {
				t.Errorf("%d, %q; want %d, %q", got.code, got.err, c.code, c.says)
			}
			if strings.Contains(got.err+got.out, virtualKey) || strings.Contains(got.err, "vk-wrong") {
				t.Errorf("a key is shown: %q", got.err)
			}
		})
	}
}

func TestStatus(t *testing.T) {
	home(t)
	for _, c := range []struct {
		spent string
		code  int
		want  []string // severities, worst first
	}{
		{"10", 0, nil},
		{"60", 0, []string{"info"}},
		{"80", 10, []string{"warning", "info"}},
		{"95", 20, []string{"critical", "warning", "info"}},
	} {
		t.Run(c.spent, func(t *testing.T) {
			t.Setenv("GATEWATCH_HOME", t.TempDir())
			g := serve(t, "have key 1 team limit=100 spent="+c.spent)
			args := append([]string{"status"}, both(g)...)
			got := execute(append(args, "--json")...)
			if got.code != c.code || got.err != "" {
				t.Fatalf("%d, %q; want %d", got.code, got.err, c.code)
			}
			var s struct {
				V      int
				State  string
				At     time.Time
				AgeMS  int64
				Alerts []struct{ Severity, Title, Rule string }
			}
			if err := json.Unmarshal([]byte(got.out), &s); err != nil {
				t.Fatalf("%v: %s", err, got.out)
			}
			var severities []string
			for _, a := range s.Alerts {
				severities = append(severities, a.Severity)
			}
			if s.V != 1 || s.State != "live" || s.At.IsZero() || !cmp.Equal(severities, c.want) || s.Alerts == nil {
				t.Errorf("printed %s", got.out)
			}
			if c.code == 20 {
				plain := execute(args...)
				if plain.code != 20 || !strings.Contains(plain.out, "critical  team has used 95 %") {
					t.Errorf("%d, for people: %q", plain.code, plain.out)
				}
				watched(t, g, func(l *state.Live) bool {
					return slices.ContainsFunc(slices.Collect(maps.Values(l.Alerts)), func(a state.AlertLine) bool { return a.Severity == "critical" && a.Status == "firing" })
				})
				stored := execute("status", "--json") // no gateway is named: what was kept
				if !strings.Contains(stored.out, `"state":"stored"`) || stored.code != 20 {
					t.Errorf("%d, stored: %s", stored.code, stored.out)
				}
			}
		})
	}
}

// Without a master key nobody knows the budgets: that is no calm, and no status 0.
func TestStatusOfWhatMayNotBeSeen(t *testing.T) {
	t.Setenv("GATEWATCH_HOME", t.TempDir())
	g := serve(t, "dialect conduit\nhave group 1 Platform credit=100\nhave key 1 team group=Platform\nhave provider 1 openai type=OpenAI")
	t.Setenv("GATEWATCH_VIRTUAL_KEY", g.VirtualKey())
	core := execute("status", "--core", g.CoreURL(), "--json")
	var s struct {
		Condition, Says, Hindrance string
		Unknown                    []string
	}
	if err := json.Unmarshal([]byte(core.out), &s); err != nil {
		t.Fatalf("%v: %s", err, core.out)
	}
	if core.code != 5 || s.Condition != "unsure" || s.Hindrance != "forbidden" || !slices.Contains(s.Unknown, "budgets need the master key") ||
		strings.Contains(s.Says, "All quiet") {
		t.Errorf("%d, %+v", core.code, s)
	}
	if strings.Contains(core.out, "0001-01-01") {
		t.Errorf("a time that is not known is printed: %s", core.out)
	}
}

func TestStatusWithoutAGateway(t *testing.T) {
	home(t)
	got := execute("status", "--json")
	var s map[string]any
	if err := json.Unmarshal([]byte(got.out), &s); err != nil || got.code != 0 {
		t.Fatalf("%d, %v: %s", got.code, err, got.out)
	}
	alerts, list := s["alerts"].([]any)
	if s["state"] != "no gateway" || s["v"] != float64(1) || !list || len(alerts) != 0 {
		t.Errorf("printed %s", got.out)
	}
	if got := execute("status"); got.code != 0 || !strings.HasPrefix(got.out, "Nothing is watched: there is no gateway.") {
		t.Errorf("for people: %d, %q", got.code, got.out)
	}
}

// reader takes the lines of a command that runs until it is closed.
type reader struct {
	lines chan string
	pipe  *io.PipeReader
	ended chan int
}

func begin(args ...string) *reader {
	in, out := io.Pipe()
	r := &reader{lines: make(chan string, 100_000), pipe: in, ended: make(chan int, 1)}
	var both sync.WaitGroup
	both.Go(func() {
		var errs bytes.Buffer
		code := cli.Main(args, cli.Options{Stdout: out, Stderr: &errs})
		_ = out.Close()
		if errs.Len() > 0 {
			r.lines <- "stderr: " + errs.String()
		}
		r.ended <- code
	})
	both.Go(func() {
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			r.lines <- lines.Text()
		}
	})
	go func() { both.Wait(); close(r.lines) }()
	return r
}

// until reads lines until enough says so, then closes the pipe, as head does,
// and returns them and the exit status.
func (r *reader) until(t *testing.T, enough func(string) bool) (lines []string, code int) {
	t.Helper()
	timeout := time.After(time.Minute)
	for {
		select {
		case line, ok := <-r.lines:
			if !ok {
				t.Fatalf("ended early: %q", lines)
			}
			lines = append(lines, line)
			if !enough(line) {
				continue
			}
		case <-timeout:
			t.Errorf("not enough lines: %d", len(lines))
		}
		break
	}
	_ = r.pipe.Close()
	for range r.lines { //nolint:revive // until everything has ended
	}
	return lines, <-r.ended
}

// Every line is one JSON object with the documented fields, and a closed
// standard output is no failure.
func TestWatchJSON(t *testing.T) {
	home(t)
	kinds := map[string]int{}
	lines, code := begin("watch", "--demo", "--scenario", "spend-limit", "--json").until(t, func(line string) bool {
		var l struct{ Type, Kind string }
		_ = json.Unmarshal([]byte(line), &l)
		kinds[l.Type]++
		return kinds["alert"] > 1 && kinds["notice"] > 1 && kinds["event"] > 30 && kinds["state"] > 0
	})
	if code != 0 {
		t.Errorf("exit status %d", code)
	}
	fields := []string{"at", "body", "gateway", "kind", "seq", "source", "type", "v"}
	source := regexp.MustCompile(`^(hub:[a-z-]+|rest:[a-z]+|computed)$`)
	stamp := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)
	last := uint64(0)
	for _, text := range lines {
		var raw map[string]json.RawMessage
		var l struct {
			V                               int
			Seq                             uint64
			At, Type, Kind, Gateway, Source string
			Body                            json.RawMessage
		}
		if json.Unmarshal([]byte(text), &raw) != nil || json.Unmarshal([]byte(text), &l) != nil {
			t.Fatalf("not JSON: %s", text)
		}
		var have []string
		for name := range raw {
			have = append(have, name)
		}
		if slices.Sort(have); !slices.Equal(have, fields) {
			t.Fatalf("fields %q: %s", have, text)
		}
		if l.V != 1 || !stamp.MatchString(l.At) || l.Kind == "" || !source.MatchString(l.Source) || l.Body[0] != '{' {
			t.Errorf("line %s", text)
		}
		switch l.Type {
		case "event":
			if l.Seq <= last || l.Gateway != "demo" {
				t.Errorf("behind %d: %s", last, text)
			}
			last = l.Seq
			if _, err := event.Decode(event.Kind(l.Kind), l.Body); err != nil {
				t.Errorf("%v: %s", err, text)
			}
		case "alert", "notice", "state":
		default:
			t.Errorf("type of %s", text)
		}
	}
}

// For people there is a line with a time, a severity and a sentence.
func TestWatchPlain(t *testing.T) {
	home(t)
	lines, code := begin("watch", "--demo", "--dialect", "contract", "--no-notify").until(t, func(line string) bool {
		return strings.Contains(line, "team")
	})
	if code != 0 {
		t.Errorf("exit status %d", code)
	}
	form := regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d{3}  (info|warning|critical) {2,}\S* {2,}\S`)
	for _, line := range lines {
		if !form.MatchString(line) {
			t.Errorf("line %q", line)
		}
	}
}

// The bare command watches in the terminal where there is no window, and says
// why.
func TestNoWindow(t *testing.T) {
	home(t)
	in, out := io.Pipe()
	var errs bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Main([]string{"--demo", "--no-notify"}, cli.Options{Stdout: out, Stderr: &errs})
	}()
	if _, err := bufio.NewReader(in).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	if code := <-ended; code != 0 || !strings.Contains(errs.String(), "Watching in the terminal instead") {
		t.Errorf("%d, %q", code, errs.String())
	}
}
