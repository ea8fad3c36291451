package doctor

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/sources/hub/hubtest"
	"gatewatch/internal/store/config"
)

// granting answers negotiations of hubs that begin so; the key must be right.
func granting(header, key string, hubs ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name, ok := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/hubs/"), "/negotiate")
		switch {
		case !ok || !slices.Contains(hubs, name):
			w.WriteHeader(http.StatusNotFound)
		case r.Header.Get(header) != key:
			w.WriteHeader(http.StatusUnauthorized)
		default:
			_, _ = io.WriteString(w, `{"negotiateVersion":1,"connectionId":"c","connectionToken":"t","availableTransports":[]}`)
		}
	}
}

// coreOf is a Core API of August: its hubs, and 404 for everything else.
func coreOf() http.Handler {
	hubs := granting("Authorization", "Bearer "+virtualKey, "spend", "tasks", "image-generation", "video-generation",
		"notifications", "webhooks", "virtual-key-management")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/health" {
			_, _ = io.WriteString(w, "Healthy")
			return
		}
		hubs(w, r)
	})
}

// adminOf is an Admin API of August. pages are added to its own, by path: a
// body, or a status for its lists.
func adminOf(pages map[string]string) http.Handler {
	hubs := granting("X-Master-Key", masterKey, "admin-notifications")
	have := map[string]string{
		"/api/VirtualKeyGroups":       `[{"id":1,"groupName":"g"}]`,
		"/api/VirtualKeys":            `[{"id":1,"keyName":"k"},{"id":2,"keyName":"l"}]`,
		"/api/ProviderCredentials":    `[]`,
		"/api/provider-errors/recent": `[]`,
		"/api/ModelProviderMapping":   `[]`,
		"/api/GlobalSettings":         `[]`,
		"/api/Notifications/unread":   `[]`,
		"/api/audit/billing/query":    `{"events":[],"totalCount":0}`,
		"/api/Analytics/logs":         `{"items":[{"id":1}],"hasNextPage":false}`,
		"/api/SystemInfo/health":      `{"status":"healthy"}`,
	}
	maps.Copy(have, pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, known := have[r.URL.Path]
		switch {
		case !strings.HasPrefix(r.URL.Path, "/api/"):
			hubs(w, r)
		case r.Header.Get("X-Master-Key") != masterKey:
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error":"Invalid or missing API key","statusCode":401}`)
		case !known:
			w.WriteHeader(http.StatusNotFound)
		case len(body) == 3:
			var status int
			_, _ = fmt.Sscan(body, &status)
			w.WriteHeader(status)
		default:
			_, _ = io.WriteString(w, body)
		}
	})
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestAWellGateway(t *testing.T) {
	core, admin := counting(coreOf()), counting(adminOf(nil))
	r := look(t, Options{Gateways: []Gateway{gatewayAt(serve(t, core), serve(t, admin))}})
	expect(t, r, "Core API/negotiate: ok", "Core API/hubs: info hubs_missing", "Core API/clock: ok",
		"Core API/transport: critical transport_none", // these offer none
		"Admin API/negotiate: ok", "Admin API/kind: ok", "Admin API/health: ok", "Admin API/list-keys: ok", "Admin API/list-groups: ok",
		"Admin API/list-request-log: ok", "Admin API/list-provider-errors: ok",
		"a whole/addresses: ok", "a whole/why-refused: skipped", "a whole/database: ok", "a whole/redis: ok", "a whole/event-bus: ok")
	if f := find(t, r, "Admin API/list-keys"); f.Text != "2 rows." {
		t.Errorf("keys: %q", f.Text)
	}
	for _, a := range []*asked{core, admin} {
		seen := map[string]int{}
		for _, p := range a.paths() {
			seen[p]++
			for _, never := range []string{"/check/", "/models", "/test", "validate"} {
				if strings.Contains(p, never) {
					t.Errorf("asked %s", p)
				}
			}
		}
		for p, n := range seen {
			if most := 4; strings.HasSuffix(p, "/negotiate") && n > most || strings.HasPrefix(p, "GET") && n > 2 {
				t.Errorf("%s asked %d times", p, n)
			}
		}
	}
}

func TestEveryRequestHasItsKey(t *testing.T) {
	core, admin := counting(coreOf()), counting(adminOf(map[string]string{"/api/SystemInfo/health": `{"status":"unhealthy"}`}))
	look(t, Options{Gateways: []Gateway{gatewayAt(serve(t, core), serve(t, admin))}})
	for len(core.requests) > 0 {
		if r := <-core.requests; r.Header.Get("Authorization") != "Bearer "+virtualKey || r.Header.Get("X-Master-Key") != "" {
			t.Errorf("%s %s with %v", r.Method, r.URL, r.Header)
		}
	}
	for len(admin.requests) > 0 {
		if r := <-admin.requests; r.Header.Get("X-Master-Key") != masterKey || r.Header.Get("Authorization") != "" {
			t.Errorf("%s %s with %v", r.Method, r.URL, r.Header)
		}
	}
}

func TestNothingIsAskedWithoutAKey(t *testing.T) {
	core, admin := counting(coreOf()), counting(adminOf(nil))
	g := gatewayAt(serve(t, core), serve(t, admin))
	g.Config.MasterKey = secret.String{}
	r := look(t, Options{Gateways: []Gateway{g}})
	expect(t, r, "Admin API/key: info key_none", "Admin API/negotiate: skipped", "Admin API/kind: skipped", "Core API/negotiate: ok")
	if p := admin.paths(); len(p) != 0 {
		t.Errorf("asked the Admin API %v", p)
	}
	core.paths()
	g.Config.VirtualKeys = nil
	r = look(t, Options{Gateways: []Gateway{g}})
	expect(t, r, "Core API/key: critical key_none", "Admin API/key: critical key_none", "Core API/tls: ok")
	if p := append(admin.paths(), core.paths()...); len(p) != 0 {
		t.Errorf("asked %v", p)
	}
}

// TestOneRefusal: after one "401" nothing more is asked with that key, whoever
// gave it.
func TestOneRefusal(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Gateway)
		half   string
		code   string
		asked  int
	}{
		{"a wrong master key", func(g *Gateway) { g.Config.MasterKey = secret.New("mk-wrong") }, "Admin API", "key_refused", 2},
		{"a virtual key as master key", func(g *Gateway) { g.Config.MasterKey = secret.New("condt_somethingelse") }, "Admin API", "key_is_virtual", 2},
		{"the master key as virtual key", func(g *Gateway) { g.Config.VirtualKeys[0].Secret = secret.New(masterKey) }, "Core API", "key_is_master", 1},
		{"something as virtual key", func(g *Gateway) { g.Config.VirtualKeys[0].Secret = secret.New("some-text") }, "Core API", "key_is_master", 1},
		{"a wrong virtual key", func(g *Gateway) { g.Config.VirtualKeys[0].Secret = secret.New("condt_wrong") }, "Core API", "key_refused", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			core, admin := counting(coreOf()), counting(adminOf(nil))
			g := gatewayAt(serve(t, core), serve(t, admin))
			tt.change(&g)
			r := look(t, Options{Gateways: []Gateway{g}})
			expect(t, r, tt.half+"/negotiate: critical "+tt.code, tt.half+"/transport: skipped", tt.half+"/hubs: skipped")
			paths := core.paths()
			if tt.half == "Admin API" {
				paths = admin.paths()
				expect(t, r, "Admin API/kind: skipped")
			}
			if len(paths) != tt.asked { // of the Admin API's two hubs the first one is not there
				t.Errorf("asked %v", paths)
			}
		})
	}
}

// TestListsRefuse: an Admin API that refuses only at its lists is asked once; one that
// forbids a list also for another, as it may be that list alone.
func TestListsRefuse(t *testing.T) {
	for status, want := range map[string]string{"401": "key_refused", "403": "forbidden", "429": "rate_limited"} {
		admin := counting(adminOf(map[string]string{"/api/VirtualKeyGroups": status, "/api/ProviderHealth/statuses": status}))
		r := look(t, Options{Gateways: []Gateway{gatewayAt("", serve(t, admin))}})
		if f := find(t, r, "Admin API/kind"); f.Code != want {
			t.Errorf("%s is %+v", status, f)
		}
		lists := slices.DeleteFunc(admin.paths(), func(p string) bool { return strings.HasPrefix(p, "POST") })
		if len(lists) != map[bool]int{true: 2, false: 1}[status == "403"] {
			t.Errorf("asked %v", lists)
		}
	}
	one := look(t, Options{Gateways: []Gateway{gatewayAt("", serve(t, adminOf(map[string]string{"/api/VirtualKeyGroups": "403"})))}})
	expect(t, one, "Admin API/kind: ok", "Admin API/list-keys: ok")
	if f := find(t, one, "Admin API/list-groups"); f.Code != "forbidden" {
		t.Errorf("the one that may not be read is %+v", f)
	}
	r := look(t, Options{Gateways: []Gateway{gatewayAt("", serve(t, adminOf(map[string]string{
		"/api/VirtualKeys": "500", "/api/GlobalSettings": "404", "/api/ModelProviderMapping": `"text"`,
	})))}})
	expect(t, r, "Admin API/list-keys: warning list_fails", "Admin API/list-settings: warning list_missing",
		"Admin API/list-mappings: warning list_unreadable", "Admin API/list-groups: ok")
}

// TestWhatAnswersInstead has answers to the first negotiation.
func TestWhatAnswersInstead(t *testing.T) {
	for _, tt := range []struct {
		name, half string
		status     int
		body       string
		headers    []string
		want, says string
	}{
		{"a page", "Core API", 200, "<html><title>Welcome\x1b[2J\u202e</title>", []string{"Content-Type: text/html"}, "critical not_gateway", "Welcome"},
		{"nothing", "Core API", 404, "", nil, "critical not_gateway", ""},
		{"a page, not found", "Admin API", 404, "<html><title>No page</title>", nil, "info no_hub", ""},
		{"a log-in", "Core API", 302, "", []string{"Location: /login"}, "critical redirected", ""},
		{"JSON of another kind", "Core API", 200, `{"a":1}`, nil, "critical not_gateway", `{"a":1}`},
		{"no log-in to the proxy", "Core API", 407, "", nil, "critical proxy_login", ""},
		{"banned", "Admin API", 403, `{"error":"IP is banned due to excessive failed authentication attempts","statusCode":403}`, nil, "critical banned", ""},
		{"forbidden", "Core API", 403, "", nil, "critical forbidden", ""},
		{"too often", "Core API", 429, "", []string{"Retry-After: 60"}, "warning rate_limited", ""},
		{"bad gateway", "Core API", 502, "<html><title>502 Bad Gateway</title>", nil, "critical gateway_down", "502 Bad Gateway"},
		{"no service", "Core API", 503, "", nil, "critical gateway_down", ""},
		{"an Admin API's refusal", "Core API", 401, `{"error":"Invalid or missing API key","statusCode":401}`, nil, "critical swapped", ""},
		{"the key comes back", "Core API", 400, "no " + virtualKey + " here, nor access_token=abcdefgh", nil, "critical not_gateway", "no [secret] here, nor access_token=[secret]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := hubtest.Start(t, func(x *hubtest.Exchange) { x.Answer(tt.status, tt.body, tt.headers...) })
			g := gatewayAt(srv.URL, "")
			if tt.half == "Admin API" {
				g = gatewayAt("", srv.URL)
			}
			r := look(t, Options{Gateways: []Gateway{g}})
			expect(t, r, tt.half+"/negotiate: "+tt.want, tt.half+"/transport: skipped")
			if f := find(t, r, tt.half+"/negotiate"); tt.says != "" && !strings.HasPrefix(f.detail("it says"), tt.says) {
				t.Errorf("it says %q", f.detail("it says"))
			}
		})
	}
}

func TestExchangedAddresses(t *testing.T) {
	core, admin := counting(coreOf()), counting(adminOf(nil))
	atCore, atAdmin := serve(t, core), serve(t, admin)
	r := look(t, Options{Gateways: []Gateway{gatewayAt(atAdmin, atCore)}})
	expect(t, r, "Core API/negotiate: critical not_gateway", "Admin API/kind: critical not_gateway", "a whole/addresses: critical swapped")
	if f := find(t, r, "a whole/addresses"); !strings.Contains(f.Text, "exchanged") {
		t.Errorf("says %q", f.Text)
	}
	r = look(t, Options{Gateways: []Gateway{gatewayAt(atCore, atCore)}})
	expect(t, r, "Core API/negotiate: ok", "a whole/addresses: critical swapped")
	r = look(t, Options{Gateways: []Gateway{gatewayAt(atAdmin, atAdmin)}})
	expect(t, r, "Admin API/kind: ok", "a whole/addresses: critical swapped")
	r = look(t, Options{Gateways: []Gateway{gatewayAt(atCore, serve(t, http.NotFoundHandler()))}})
	expect(t, r, "Admin API/kind: critical not_gateway", "a whole/addresses: info not_swapped")
}

// TestAGatewayOfJuly has other hubs and other lists.
func TestAGatewayOfJuly(t *testing.T) {
	core := granting("Authorization", "Bearer "+virtualKey, "spend", "tasks", "image-generation", "video-generation",
		"notifications", "webhooks", "virtual-key-management", "model-discovery")
	admin := counting(adminOf(map[string]string{
		"/api/VirtualKeyGroups": "404", "/api/provider-errors/recent": "404", "/api/audit/billing/query": "404", "/api/Analytics/logs": "404",
		"/api/ProviderHealth/statuses": `{"openai":{"status":0}}`, "/api/ProviderHealth/status": `{"openai":{"status":0}}`,
	}))
	r := look(t, Options{Gateways: []Gateway{gatewayAt(serve(t, core), serve(t, admin))}})
	expect(t, r, "Core API/hubs: ok", "Admin API/kind: ok", "Admin API/list-provider-health: ok", "Admin API/list-keys: ok", "a whole/database: ok")
	if f := find(t, r, "a whole/coverage"); f.Result != OK || !strings.HasPrefix(f.detail("groups"), "not available. This gateway does not tell") {
		t.Errorf("what can be seen: %+v", f)
	}
	for _, p := range admin.paths() {
		if strings.Contains(p, "/check/") || strings.Contains(p, "logs") {
			t.Errorf("asked %s", p)
		}
	}
}

// TestJulyAnswersAdminPathsWith500 is how its Core API is told apart.
func TestJulyAnswersAdminPathsWith500(t *testing.T) {
	hubs := coreOf()
	july := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		hubs.ServeHTTP(w, r)
	})
	r := look(t, Options{Gateways: []Gateway{gatewayAt("", serve(t, july))}})
	expect(t, r, "Admin API/negotiate: info no_hub", "Admin API/kind: critical swapped")
}

// TestWhyTheKeyIsRefused has the recorded answers of an Admin API.
func TestWhyTheKeyIsRefused(t *testing.T) {
	for said, want := range map[string]string{
		`{"isValid":false,"errorMessage":"Key is disabled"}`:                  "critical key_disabled",
		`{"isValid":false,"errorMessage":"Key not found"}`:                    "critical key_unknown",
		`{"isValid":false,"errorMessage":"Key has expired"}`:                  "critical key_expired",
		`{"isValid":false,"errorMessage":"Budget depleted"}`:                  "critical no_balance",
		`{"isValid":false,"errorMessage":"` + virtualKey + ` is odd"}`:        "critical key_refused",
		`{"isValid":true,"virtualKeyId":4,"keyName":"k","errorMessage":null}`: "warning key_valid",
		`[]`:  "info key_unknown",
		"500": "info key_unknown",
	} {
		admin := counting(adminOf(map[string]string{"/api/VirtualKeys/validate": said}))
		core := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
		r := look(t, Options{Gateways: []Gateway{gatewayAt(serve(t, core), serve(t, admin))}})
		expect(t, r, "Core API/negotiate: critical key_refused", "a whole/why-refused: "+want)
		if n := len(slices.DeleteFunc(admin.paths(), func(p string) bool { return !strings.HasSuffix(p, "validate") })); n != 1 {
			t.Errorf("asked %d times", n)
		}
	}
}

// TestDroppedAfterTheHandshake is what a gateway does with a key without balance.
func TestDroppedAfterTheHandshake(t *testing.T) {
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, _ int) {
		s.Send(`{"type":7}` + hubtest.End)
		s.Close(1000)
		s.Drain()
	}))
	r := look(t, Options{Gateways: []Gateway{gatewayAt(srv.URL, "")}})
	expect(t, r, "Core API/negotiate: ok", "Core API/transport-websockets: critical no_balance", "Core API/transport-longpolling: skipped",
		"Core API/hubs: skipped")
}

// TestSeveralNodes has a load balancer that sends a connection to another node
// than its negotiation, always or only at the first transport.
func TestSeveralNodes(t *testing.T) {
	for always, want := range map[bool]string{true: "critical not_sticky", false: "warning not_sticky"} {
		srv := hubtest.Start(t, func(x *hubtest.Exchange) {
			switch {
			case x.IsNegotiate():
				x.Negotiated("WebSockets", "LongPolling")
			case !always && !x.IsSocket():
				polled(x)
			default:
				x.Answer(404, "No Connection with that ID")
			}
		})
		r := look(t, Options{Gateways: []Gateway{gatewayAt(srv.URL, "")}})
		expect(t, r, "Core API/transport-websockets: info not_sticky", "Core API/transport: "+want)
	}
}

// polled is long polling with nothing to say but the answer to the handshake.
func polled(x *hubtest.Exchange) {
	switch {
	case x.Request.Method != http.MethodGet, x.Nth%2 == 1:
		x.Answer(200, "")
	default:
		x.Answer(200, "{}"+hubtest.End)
	}
}

func TestClocks(t *testing.T) {
	for off, want := range map[time.Duration]string{
		0: "ok", 10 * time.Second: "ok", -20 * time.Second: "ok", time.Minute: "warning clock_skew", -time.Hour: "warning clock_skew",
	} {
		srv := hubtest.Start(t, func(x *hubtest.Exchange) {
			x.Answer(404, "", "Date: "+time.Now().Add(off).UTC().Format(http.TimeFormat))
		})
		r := look(t, Options{Gateways: []Gateway{gatewayAt(srv.URL, "")}})
		if f := find(t, r, "Core API/clock"); strings.TrimSpace(string(f.Result)+" "+f.Code) != want {
			t.Errorf("%v is %+v", off, f)
		}
	}
	srv := hubtest.Start(t, func(x *hubtest.Exchange) { x.Answer(404, "") })
	expect(t, look(t, Options{Gateways: []Gateway{gatewayAt(srv.URL, "")}}), "Core API/clock: info clock_unknown")
}

func TestParts(t *testing.T) {
	for body, want := range map[string]string{
		"Healthy": "ok", "Degraded": "critical event_bus_down", "Unhealthy": "critical event_bus_down", "<html>": "info event_bus_unknown",
		`{"status":"Degraded","checks":[{"name":"providers","status":"Degraded"},{"name":"redis","status":"Healthy"}]}`:        "info event_bus_unknown", // it is not among them
		`{"status":"Healthy","checks":[{"name":"masstransit-bus","status":"Degraded"},{"name":"redis","status":"Unhealthy"}]}`: "critical event_bus_down",
	} {
		hubs := coreOf()
		core := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/health" {
				_, _ = io.WriteString(w, body)
				return
			}
			hubs.ServeHTTP(w, r)
		})
		expect(t, look(t, Options{Gateways: []Gateway{gatewayAt(serve(t, core), "")}}), "a whole/event-bus: "+want)
	}
	r := look(t, Options{Gateways: []Gateway{gatewayAt("", serve(t, adminOf(map[string]string{"/api/SystemInfo/health": `{"status":"unhealthy"}`})))}})
	expect(t, r, "Admin API/health: critical database_down", "a whole/database: critical database_down")
	hangs := accepting(t, silent)
	r = look(t, Options{Gateways: []Gateway{gatewayAt("http://"+hangs, serve(t, adminOf(nil)))}, Limit: time.Second})
	expect(t, r, "Core API/negotiate: critical timeout", "a whole/redis: info redis_unknown") // one part that does not answer accuses nobody else
}

func TestRedaction(t *testing.T) {
	at := serve(t, coreOf())
	g := gatewayAt(at, "https://gateway.internal.example.com:5002")
	g.Label = "gateway.internal.example.com"
	m := healthy(t)
	m.Settings = func() (config.Settings, []config.Problem, error) {
		return config.Settings{}, nil, fmt.Errorf("open %s: /media/%s/x", m.Paths.Settings, "somebody")
	}
	t.Setenv("HOME", strings.TrimSuffix(m.Paths.Settings, "/settings.toml"))
	t.Setenv("USER", "somebody")
	for redact, shown := range map[bool]bool{true: false, false: true} {
		r := look(t, Options{Gateways: []Gateway{g}, Machine: m, Redact: redact, names: nameServer(t, 3)})
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, host := range []string{"gateway.internal.example.com", "127.0.0.1"} {
			if strings.Contains(string(text), host) != shown {
				t.Errorf("redact %v: %q in %s", redact, host, text)
			}
		}
		for _, word := range []string{m.Paths.Data, "somebody"} {
			if strings.Contains(string(text), word) {
				t.Errorf("%q in %s", word, text)
			}
		}
		if !strings.Contains(string(text), `"~/settings.toml"`) {
			t.Errorf("no path in %s", text)
		}
	}
}

// TestKeys has keys that cannot be right, and several.
func TestKeys(t *testing.T) {
	h := &planeDiagnosis{gatewayDiagnosis: &gatewayDiagnosis{}, plane: "core", keys: []gateway.Key{{Secret: secret.New(" condt_x ")}}}
	h.core, h.admin = h, &planeDiagnosis{plane: "admin"}
	if f := h.checkKey(t.Context()); f.Code != "key_quoted" {
		t.Errorf("%+v", f)
	}
	h.keys = []gateway.Key{{Secret: secret.New("a-key")}, {Secret: secret.New("b-key")}}
	if f := h.checkKey(t.Context()); f.Result != OK || !strings.Contains(f.Text, "2 virtual keys") {
		t.Errorf("%+v", f)
	}
	h.admin.keys = h.keys[:1]
	if f := h.checkKey(t.Context()); f.Code != "key_same" {
		t.Errorf("%+v", f)
	}
}

func TestWorst(t *testing.T) {
	for _, tt := range []struct {
		results []Result
		want    Result
		exit    int
	}{
		{nil, OK, 0}, {[]Result{OK, Skipped, Info}, Info, 0}, {[]Result{Warning, Info}, Warning, 10}, {[]Result{Warning, Critical, OK}, Critical, 20},
	} {
		r := Report{Sections: []Section{{}}}
		for _, x := range tt.results {
			r.Sections[0].Checks = append(r.Sections[0].Checks, Finding{Result: x})
		}
		r.Result = r.worst()
		if diff := cmp.Diff([]any{tt.want, tt.exit}, []any{r.Result, r.Exit()}); diff != "" {
			t.Error(diff)
		}
	}
}

// TestWhatCanBeSeen says it of each topic, with the reason.
func TestWhatCanBeSeen(t *testing.T) {
	atCore := serve(t, coreOf())
	admin := adminOf(map[string]string{"/api/VirtualKeys": "500"})
	r := look(t, Options{Gateways: []Gateway{gatewayAt(atCore, serve(t, admin))}})
	f := find(t, r, "a whole/coverage")
	for topic, want := range map[string]string{
		"spend":    "polled every 10 s.", // no transport of these fakes works
		"groups":   "polled every 30 s.",
		"keys":     "polled every 60 s. This gateway does not push changes of virtual keys; checked every 60 s. The last read failed: The gateway's Admin API answers with HTTP status 500.",
		"webhooks": "not available. Live updates are not connected: No transport works.",
	} {
		if !strings.HasPrefix(f.detail(topic), want) {
			t.Errorf("%s: %q", topic, f.detail(topic))
		}
	}
	g := gatewayAt(atCore, "")
	g.Config.MasterKey = secret.String{}
	f = find(t, look(t, Options{Gateways: []Gateway{g}}), "a whole/coverage")
	if f.Code != "coverage_partial" || !strings.HasPrefix(f.detail("keys"), "no permission. There is no address of the Admin API.") {
		t.Errorf("without the Admin API: %+v", f)
	}
	expect(t, look(t, Options{Gateways: []Gateway{gatewayAt("http://"+closedPort(t), "")}}), "a whole/coverage: skipped")
}

// TestTheKeyIsNotPassedOn: what an Admin API is asked about a key stays there.
func TestTheKeyIsNotPassedOn(t *testing.T) {
	other := counting(http.NotFoundHandler())
	elsewhere := serve(t, other)
	lists := adminOf(nil)
	admin := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/validate") {
			http.Redirect(w, r, elsewhere+r.URL.Path, http.StatusTemporaryRedirect)
			return
		}
		lists.ServeHTTP(w, r)
	})
	core := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	r := look(t, Options{Gateways: []Gateway{gatewayAt(serve(t, core), serve(t, admin))}})
	expect(t, r, "a whole/why-refused: info key_unknown")
	if p := other.paths(); len(p) > 0 {
		t.Errorf("another server was asked %v", p)
	}
	for _, tt := range []struct {
		was, now string
		want     bool
	}{
		{"https://a.example.com", "http://b.example.com", true},
		{"https://a.example.com", "http://127.0.0.1:5002", false},
		{"https://a.example.com", "https://b.example.com", false},
		{"http://a.example.com", "http://b.example.com", false},
	} {
		was, _ := url.Parse(tt.was)
		now, _ := url.Parse(tt.now)
		if got := exposes(was, now); got != tt.want {
			t.Errorf("%s, %s: %v", tt.was, tt.now, got)
		}
	}
}
