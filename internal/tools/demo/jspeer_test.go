package demo

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// peerPlan and peerLine are what testdata/jspeer/peer.mjs reads and writes.
type peerPlan struct {
	URL       string            `json:"url"`
	Token     string            `json:"token,omitempty"`
	Header    map[string]string `json:"header,omitempty"`
	Transport Transport         `json:"transport"`
	Targets   []string          `json:"targets,omitempty"`
	Calls     [][]any           `json:"calls,omitempty"`
	Events    int               `json:"events"`
	Closes    bool              `json:"closes,omitempty"`
}

type peerLine struct {
	Kind   string            `json:"kind"`
	Target string            `json:"target"`
	Args   []json.RawMessage `json:"args"`
	Method string            `json:"method"`
	Result json.RawMessage   `json:"result"`
	Error  string            `json:"error"`
	Events int               `json:"events"`
}

// jsPeer returns the folder in which the official client is installed. It is
// installed once for each lock file, into the user's cache.
func jsPeer(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the official JavaScript client needs %s, which is not installed", tool)
		}
	}
	lock, err := os.ReadFile("testdata/jspeer/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	sum := sha256.Sum256(lock)
	dir := filepath.Join(cache, "gatewatch", "jspeer-"+hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		installPeer(t, dir)
	}
	copyPeer(t, dir, "peer.mjs")
	return dir
}

// installPeer runs npm ci beside dir and moves the result there, so that two
// test runs at once do no harm.
func installPeer(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), "jspeer-install-")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	copyPeer(t, work, "package.json", "package-lock.json")
	cmd := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	cmd.Dir = work
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	if err := os.Rename(work, dir); err != nil && !errors.Is(err, os.ErrExist) {
		if _, there := os.Stat(filepath.Join(dir, "node_modules")); there != nil {
			t.Fatal(err)
		}
	}
}

func copyPeer(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join("testdata/jspeer", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// runPeer runs the client to its end and returns what it said. Each line is
// also given to while, if that is not nil, as it comes.
func runPeer(t *testing.T, plan peerPlan, while func(peerLine)) []peerLine {
	t.Helper()
	dir := jsPeer(t)
	arg, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "peer.mjs", string(arg))
	cmd.Dir = dir
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var lines []peerLine
	scan := bufio.NewScanner(out)
	scan.Buffer(nil, 64<<20)
	for scan.Scan() {
		var l peerLine
		if err := json.Unmarshal(scan.Bytes(), &l); err != nil {
			t.Errorf("the client said %q: %v", scan.Text(), err)
			continue
		}
		lines = append(lines, l)
		if while != nil {
			while(l)
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the client failed: %v\n%s", err, complaints.String())
	}
	return lines
}

func ofKind(lines []peerLine, kind string) []peerLine {
	var some []peerLine
	for _, l := range lines {
		if l.Kind == kind {
			some = append(some, l)
		}
	}
	return some
}

var bothTransports = []Transport{WebSockets, ServerSentEvents}

// Events reach the official client complete and in order, those that greet it
// first.
func TestJavaScriptClientOrder(t *testing.T) {
	const n = 3000
	for _, transport := range bothTransports {
		t.Run(string(transport), func(t *testing.T) {
			g := serve(t, Options{Script: script(t, `
				have key 1 alpha limit=100 spent=80
				have key 2 beta spent=5
			`)})
			plan := peerPlan{
				URL: g.CoreURL() + "/hubs/spend", Token: g.VirtualKey(), Transport: transport,
				Targets: []string{"SpendUpdate", "SpendLimitAlert", "Count"}, Events: 3 + n,
			}
			lines := runPeer(t, plan, func(l peerLine) {
				if l.Kind != "connected" {
					return
				}
				clients(t, g, "spend", 1)
				for i := range n {
					if err := g.Publish("spend", "Count", json.RawMessage(fmt.Sprint(i))); err != nil {
						t.Error(err)
					}
				}
			})
			events := ofKind(lines, "event")
			if len(events) != 3+n {
				t.Fatalf("%d events, want %d; last line %+v", len(events), 3+n, lines[len(lines)-1])
			}
			greeting := events[0].Target + " " + events[1].Target + " " + events[2].Target
			if want := "SpendUpdate SpendLimitAlert SpendUpdate"; greeting != want {
				t.Errorf("greeted with %s, want %s", greeting, want)
			}
			for i, e := range events[3:] {
				if e.Target != "Count" || string(e.Args[0]) != fmt.Sprint(i) {
					t.Fatalf("event %d is %s %s", i, e.Target, e.Args)
				}
			}
		})
	}
}

// The subscription methods of the real hubs work with the official client, and
// their errors reach the caller once.
func TestJavaScriptClientSubscribes(t *testing.T) {
	text := `
		have key 1 alpha
		task video v-1 processing progress=40 eta=12
	`
	for _, transport := range bothTransports {
		t.Run(string(transport), func(t *testing.T) {
			g := serve(t, Options{Script: script(t, text)})
			lines := runPeer(t, peerPlan{
				URL: g.CoreURL() + "/hubs/tasks", Token: g.VirtualKey(), Transport: transport,
				Targets: []string{"VideoGenerationProgress"}, Events: 3,
				Calls: [][]any{
					{"SubscribeToTask", "v-1"},
					{"SubscribeToTask", "nobody"},
					{"SubscribeToTask", ""},
					{"SubscribeToTaskType", "video"},
					{"UnsubscribeFromTask", "v-1"},
					{"NoSuchMethod"},
				},
			}, func(l peerLine) {
				if l.Kind == "failed" && l.Method == "NoSuchMethod" { // the last answer
					do(t, g, `task video v-1 processing progress=60`)
					do(t, g, `task image i-1 queued`)
					do(t, g, `task video v-1 completed`)
				}
			})
			if got, want := methods(ofKind(lines, "result")), "SubscribeToTask SubscribeToTaskType UnsubscribeFromTask"; got != want {
				t.Errorf("succeeded: %s, want %s", got, want)
			}
			failed := ofKind(lines, "failed")
			if got, want := methods(failed), "SubscribeToTask SubscribeToTask NoSuchMethod"; got != want {
				t.Fatalf("failed: %s, want %s", got, want)
			}
			if !strings.Contains(failed[0].Error, "Task not found") || !strings.Contains(failed[1].Error, "Invalid task ID") {
				t.Errorf("errors are %q and %q", failed[0].Error, failed[1].Error)
			}
			var progress []string
			for _, e := range ofKind(lines, "event") {
				var p taskProgress
				if err := json.Unmarshal(e.Args[0], &p); err != nil {
					t.Fatal(err)
				}
				progress = append(progress, fmt.Sprint(p.TaskID, " ", p.Status, " ", p.Progress))
			}
			if got, want := strings.Join(progress, ", "), "v-1 processing 40, v-1 processing 60, v-1 completed 100"; got != want {
				t.Errorf("told of %s, want %s", got, want)
			}
		})
	}
}

func methods(lines []peerLine) string {
	names := make([]string, len(lines))
	for i, l := range lines {
		names[i] = l.Method
	}
	return strings.Join(names, " ")
}

// A wrong key is refused with 401 on either transport, and each key opens only
// its own hubs, in every header that the gateway knows.
func TestJavaScriptClientKeys(t *testing.T) {
	g := serve(t, Options{Script: script(t, "")})
	tests := []struct {
		name, hub, token string
		header           map[string]string
		ok               bool
	}{
		{name: "bearer", hub: "spend", token: g.VirtualKey(), ok: true},
		{name: "bearer admin", hub: "navigation-state", token: g.MasterKey(), ok: true},
		{name: "api key", hub: "spend", header: map[string]string{"X-API-Key": g.VirtualKey()}, ok: true},
		{name: "master key", hub: "admin-notifications", header: map[string]string{"X-Master-Key": g.MasterKey()}, ok: true},
		{name: "wrong", hub: "spend", token: "wrong"},
		{name: "none", hub: "spend"},
		{name: "master key on core", hub: "spend", token: g.MasterKey()},
		{name: "virtual key on admin", hub: "navigation-state", token: g.VirtualKey()},
	}
	for _, transport := range bothTransports {
		for _, tt := range tests {
			t.Run(string(transport)+" "+tt.name, func(t *testing.T) {
				lines := runPeer(t, peerPlan{
					URL: g.CoreURL() + "/hubs/" + tt.hub, Token: tt.token, Header: tt.header, Transport: transport,
				}, nil)
				last := lines[len(lines)-1]
				if tt.ok && last.Kind != "end" {
					t.Errorf("refused: %s", last.Error)
				}
				if !tt.ok && (last.Kind != "refused" || !strings.Contains(last.Error, "401")) {
					t.Errorf("not refused with 401: %+v", last)
				}
			})
		}
	}
}

// A Close message ends the official client with its text, a dropped socket
// with an error of its own.
func TestJavaScriptClientEnds(t *testing.T) {
	for _, transport := range bothTransports {
		for _, tt := range []struct{ line, want string }{
			{`spend close "we are moving"`, "we are moving"},
			{`spend drop`, ""},
		} {
			t.Run(string(transport)+" "+tt.line, func(t *testing.T) {
				g := serve(t, Options{Script: script(t, "")})
				lines := runPeer(t, peerPlan{
					URL: g.CoreURL() + "/hubs/spend", Token: g.VirtualKey(), Transport: transport, Closes: true,
				}, func(l peerLine) {
					if l.Kind == "connected" {
						clients(t, g, "spend", 1)
						do(t, g, tt.line)
					}
				})
				closed := ofKind(lines, "closed")
				if len(closed) != 1 || !strings.Contains(closed[0].Error, tt.want) {
					t.Errorf("ended with %+v, want %q", closed, tt.want)
				}
			})
		}
	}
}
