package doctor

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/sources/hub/hubtest"
	"gatewatch/internal/tools/demo"
)

var update = flag.Bool("update", false, "write the golden files anew")

// changing are what differs from one look to the next, and what stands for it.
var changing = []struct {
	what *regexp.Regexp
	by   string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`(?:(?:<|\\u003c) )?\d+(?:\.\d+)? ms\b|\b\d+\.\d s\b`), "N ms"},
	{regexp.MustCompile(`\s+\((?:N|[\d.]+)\s+m?s\)`), ""},
	{regexp.MustCompile(`"tookMs": [0-9.e-]+`), `"tookMs": 0`},
	{regexp.MustCompile(`in N ms\.`), "in N s."},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d( UTC|Z)`), "TIME"},
	{regexp.MustCompile(`on [a-z]+/[a-z0-9]+,`), "on SYSTEM,"},
	{regexp.MustCompile(`"system": "[^"]*"`), `"system": "SYSTEM"`},
	{regexp.MustCompile(`(?:~|/)[^\s"]*[/\\](settings\.toml|data)\b`), "FOLDER/$1"},
	{regexp.MustCompile(`(?m)[ ]+$`), ""},
}

// golden compares with a file of testdata, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	for _, c := range changing {
		got = c.what.ReplaceAllString(got, c.by)
	}
	if *update {
		if err := os.WriteFile(testFile(name), []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(testFile(name))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; go test -update writes it anew):\n%s", name, diff)
	}
}

// TestReportGolden has the text and the JSON of a gateway that is not quite
// well: its Admin API offers no transport, and one of its lists fails.
func TestReportGolden(t *testing.T) {
	core, err := demo.Serve(t.Context(), demo.Options{Dialect: demo.Contract, VirtualKey: virtualKey, MasterKey: masterKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = core.Close() })
	g := gatewayAt(core.CoreURL(), serve(t, adminOf(map[string]string{"/api/provider-errors/recent": "500"})))
	r := look(t, Options{Version: "1.2.3", Gateways: []Gateway{g}})
	var text bytes.Buffer
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.txt", text.String())
	doc, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "report.json", string(doc)+"\n")
}

func TestTheDemo(t *testing.T) {
	for dialect, more := range map[demo.Dialect][]string{
		demo.Contract: {"Admin API/kind: info no_lists"},
		demo.Conduit:  {"Admin API/kind: ok", "Admin API/list-keys: ok", "Admin API/list-request-log: ok", "a whole/database: ok", "a whole/event-bus: ok"},
	} {
		t.Run(string(dialect), func(t *testing.T) {
			g, err := demo.Serve(t.Context(), demo.Options{Dialect: dialect, VirtualKey: virtualKey, MasterKey: masterKey})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = g.Close() })
			r := look(t, Options{Gateways: []Gateway{gatewayAt(g.CoreURL(), g.AdminURL())}})
			expect(t, r, "Core API/negotiate: ok", "Core API/transport-websockets: ok", "Core API/transport-serversentevents: ok",
				"Core API/transport: ok", "Core API/round-trip: ok", "Core API/clock: ok", "Admin API/negotiate: ok", "Admin API/transport: ok")
			expect(t, r, more...)
			if f := find(t, r, "a whole/coverage"); f.Result != OK || !strings.HasPrefix(f.detail("spend"), "pushed.") {
				t.Errorf("what can be seen: %+v", f)
			}
			if r.Exit() != 0 {
				t.Errorf("exit status %d", r.Exit())
			}
		})
	}
}

// withoutUpgrades is a proxy in front of a server that lets no WebSockets through.
func withoutUpgrades(t *testing.T, to string) string {
	t.Helper()
	at, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	back := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(at) }, FlushInterval: -1,
		Transport: &http.Transport{DisableKeepAlives: true},
	}
	return serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" {
			http.Error(w, "no upgrades here", http.StatusBadRequest)
			return
		}
		back.ServeHTTP(w, r)
	}))
}

// TestASPNET looks at real servers.
func TestASPNET(t *testing.T) {
	const good, admin = "ok-of-the-peer", "admin-of-the-peer"
	all := hubtest.StartPeer(t, "--log", "Debug")
	polled := hubtest.StartPeer(t, "--log", "Debug", "--transports", "LongPolling")
	for _, tt := range []struct{ name, at, key, want string }{
		{"all transports", all.URL, good, "transport-websockets: ok, transport-serversentevents: ok, transport-longpolling: ok, transport: ok, round-trip: ok, clock: ok, hubs: info hubs_missing"},
		{"no upgrades", withoutUpgrades(t, all.URL), good, "transport-websockets: info refused_by_status, transport-serversentevents: ok, transport-longpolling: ok, transport: warning transport_fallback"},
		{"long polling only", polled.URL, good, "transport-websockets: info not_offered, transport-serversentevents: info not_offered, transport-longpolling: ok, transport: warning transport_fallback"},
		{"a key that may not", all.URL, "forbid-1", "negotiate: critical forbidden, transport: skipped"},
		{"a key without balance", all.URL, "flagged-1", "negotiate: ok, transport-websockets: critical no_balance, hubs: skipped"},
		{"a wrong key", all.URL, "wrong-1", "negotiate: critical key_is_master"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := gatewayAt(tt.at, tt.at)
			g.Config.VirtualKeys[0].Secret, g.Config.MasterKey = secret.New(tt.key), secret.New(admin)
			r := look(t, Options{Gateways: []Gateway{g}})
			for want := range strings.SplitSeq(tt.want, ", ") {
				expect(t, r, "Core API/"+want)
			}
			expect(t, r, "Admin API/negotiate: ok")
		})
	}
	g := gatewayAt(all.URL, "")
	g.Config.VirtualKeys = []gateway.Key{
		{Secret: secret.New(good)}, {Secret: secret.New("ok-2")}, {Secret: secret.New("flagged-2"), Label: "billing"}, {Secret: secret.New("wrong-2"), ID: "7"},
	}
	f := find(t, look(t, Options{Gateways: []Gateway{g}}), "Core API/keys")
	if f.Code != "keys_fail" || f.detail("key 2") != "works" || !strings.Contains(f.detail("billing"), "no balance") || !strings.Contains(f.detail("7"), "401") {
		t.Errorf("other keys: %+v", f)
	}
	for _, bad := range []string{"Error when processing requests", "InvalidDataException", good, admin} {
		if strings.Contains(all.Log()+polled.Log(), bad) {
			t.Errorf("a server's log has %q", bad)
		}
	}
}
