package demo

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func TestNegotiate(t *testing.T) {
	g := serve(t, Options{Script: script(t, "")})
	n := negotiate(t, g.CoreURL(), hubSpend, g.VirtualKey())
	if n.Version != 1 || n.Token == "" || n.ID == "" || n.Token == n.ID {
		t.Errorf("negotiate answers %+v", n)
	}
	if len(n.Transports) != 2 || n.Transports[0].Transport != WebSockets || n.Transports[1].Transport != ServerSentEvents {
		t.Errorf("transports are %+v", n.Transports)
	}
	_, old := request(t, http.MethodPost, g.CoreURL()+"/hubs/spend/negotiate", g.VirtualKey())
	if strings.Contains(old, "connectionToken") || !strings.Contains(old, `"negotiateVersion":0`) {
		t.Errorf("version 0 answers %s", old)
	}
	one := serve(t, Options{Script: script(t, ""), Transports: []Transport{ServerSentEvents}})
	if n := negotiate(t, one.CoreURL(), hubSpend, one.VirtualKey()); len(n.Transports) != 1 || n.Transports[0].Transport != ServerSentEvents {
		t.Errorf("transports are %+v", n.Transports)
	}
	if g.AdminURL() != g.CoreURL() || strings.HasSuffix(g.CoreURL(), "/") {
		t.Errorf("URLs are %s and %s", g.CoreURL(), g.AdminURL())
	}
}

// A token serves one connection, and only one that was promised.
func TestTokens(t *testing.T) {
	g := serve(t, Options{Script: script(t, "")})
	p := connect(t, g, hubSpend, WebSockets)
	n := negotiate(t, g.CoreURL(), hubSpend, g.VirtualKey())
	for _, tt := range []struct {
		url  string
		want int
	}{
		{p.post, http.StatusConflict},
		{g.CoreURL() + "/hubs/spend?id=nonsense", http.StatusNotFound},
		{g.CoreURL() + "/hubs/spend?id=" + n.ID, http.StatusNotFound},
		{g.CoreURL() + "/hubs/tasks?id=" + n.Token, http.StatusNotFound},
	} {
		_, resp, err := websocket.Dial(t.Context(), tt.url, &websocket.DialOptions{
			HTTPHeader: http.Header{"Authorization": {"Bearer " + g.VirtualKey()}}, HTTPClient: freshClient,
		})
		if err == nil || resp == nil || resp.StatusCode != tt.want {
			t.Errorf("%s: %v, want %d", tt.url, err, tt.want)
		}
	}
	ws, _, err := websocket.Dial(t.Context(), g.CoreURL()+"/hubs/spend", &websocket.DialOptions{ // no negotiation
		HTTPHeader: http.Header{"X-API-Key": {g.VirtualKey()}}, HTTPClient: freshClient,
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = ws.CloseNow()
}

func TestKeysAndRefusals(t *testing.T) {
	var logged bytes.Buffer
	log := slog.New(slog.NewTextHandler(&lockedWriter{w: &logged}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	g := serve(t, Options{Script: script(t, ""), VirtualKey: "virtual-1234", MasterKey: "master-5678", Log: log})
	try := func(path, header, key string) int {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.CoreURL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if header != "" {
			req.Header.Set(header, key)
		}
		resp, err := freshClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		if resp.StatusCode != http.StatusOK && resp.ContentLength != 0 {
			t.Errorf("%s: %s with a body", path, resp.Status)
		}
		return resp.StatusCode
	}
	core, adm := "/hubs/spend/negotiate", "/hubs/navigation-state/negotiate"
	for _, tt := range []struct {
		path, header, key string
		want              int
	}{
		{core, "Authorization", "Bearer virtual-1234", 200},
		{core, "Authorization", "bearer virtual-1234", 200},
		{core, "Authorization", "Basic virtual-1234", 401},
		{core, "X-API-Key", "virtual-1234", 200},
		{core, "X-Master-Key", "virtual-1234", 401},
		{core, "", "", 401},
		{core + "?access_token=virtual-1234", "", "", 200},
		{core + "?access_token=", "Authorization", "Bearer virtual-1234", 401},
		{core, "Authorization", "Bearer master-5678", 401},
		{adm, "Authorization", "Bearer virtual-1234", 401},
		{adm, "Authorization", "Bearer master-5678", 200},
		{adm, "X-Master-Key", "master-5678", 200},
		{adm, "X-API-Key", "master-5678", 200},
		{adm + "?access_token=master-5678", "", "", 200},
		{"/hubs/elsewhere/negotiate", "Authorization", "Bearer virtual-1234", 404},
		{"/api/VirtualKeyGroups", "X-Master-Key", "master-5678", 404},
	} {
		if got := try(tt.path, tt.header, tt.key); got != tt.want {
			t.Errorf("%s with %s %s: %d, want %d", tt.path, tt.header, tt.key, got, tt.want)
		}
	}
	do(t, g, "core refuse 503 retry-after=7")
	do(t, g, "navigation-state refuse 403")
	resp, body := request(t, http.MethodPost, g.CoreURL()+core, "virtual-1234")
	if resp.StatusCode != 503 || resp.Header.Get("Retry-After") != "7" || body != "" {
		t.Errorf("refused with %s, Retry-After %q, body %q", resp.Status, resp.Header.Get("Retry-After"), body)
	}
	if got := try(adm, "X-Master-Key", "master-5678"); got != 403 {
		t.Errorf("refused with %d, want 403", got)
	}
	do(t, g, "all accept")
	if got := try(core, "X-API-Key", "virtual-1234"); got != 200 {
		t.Errorf("after accept: %d", got)
	}
	if s := g.Stats()[hubSpend]; s.Refused != 6 {
		t.Errorf("%d refusals were counted on spend, want 6", s.Refused)
	}
	connect(t, g, hubSpend, WebSockets)
	if err := g.Close(); err != nil {
		t.Error(err)
	}
	if text := logged.String(); strings.Contains(text, "1234") || strings.Contains(text, "5678") {
		t.Errorf("a key was logged:\n%s", text)
	}
}

// lockedWriter lets several goroutines log into one buffer.
type lockedWriter struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// The first frame settles the protocol; only JSON is spoken. What comes in the
// same message as the handshake is heard.
func TestHandshake(t *testing.T) {
	g := serve(t, Options{Script: script(t, "have key 12 a")})
	p := dial(t, g, hubAdmin, WebSockets)
	p.send(`{"protocol":"messagepack","version":1}`)
	if got, want := p.frame(), `{"error":"The protocol 'messagepack' is not supported."}`; got != want {
		t.Errorf("answered %s, want %s", got, want)
	}
	if _, err := p.over(); websocket.CloseStatus(err) != websocket.StatusNormalClosure {
		t.Errorf("ended with %v", err)
	}
	p = dial(t, g, hubAdmin, WebSockets)
	p.send(`{"protocol":"json","version":1}`, `{"type":6}`,
		`{"type":1,"invocationId":"x","target":"SubscribeToProvider","arguments":[1]}`)
	if got := p.frame(); got != "{}" {
		t.Errorf("answered %s", got)
	}
	if target, _ := p.event(); target != "SubscribedToProvider" {
		t.Errorf("told %s", target)
	}
}

// Pings come while nothing else does, and a silent client is let go.
func TestKeepAlive(t *testing.T) {
	g := serve(t, Options{Script: script(t, ""), KeepAlive: 50 * time.Millisecond})
	for _, via := range bothTransports {
		p := connect(t, g, hubSpend, via)
		if f, err := p.next(); err != nil || f != `{"type":6}` {
			t.Errorf("%s: %q, %v, want a ping", via, f, err)
		}
		frames, _ := p.over() // it says nothing itself
		last := frames[len(frames)-1]
		if !strings.HasPrefix(last, `{"type":7,"error":"timeout`) || !strings.Contains(last, `"allowReconnect":true`) {
			t.Errorf("%s: the last word is %s", via, last)
		}
	}
}

func TestServeErrors(t *testing.T) {
	g := serve(t, Options{Script: script(t, "")})
	taken := strings.TrimPrefix(g.CoreURL(), "http://")
	for name, o := range map[string]Options{
		"port in use":      {Listen: taken},
		"no such scenario": {Scenario: "nothing"},
		"rate":             {Rate: -1},
		"speed":            {Speed: 1e9},
		"transport":        {Transports: []Transport{"LongPolling"}},
		"first steps":      {Script: script(t, "spend nobody 1")},
	} {
		if g, err := Serve(t.Context(), o); err == nil {
			t.Errorf("%s: no error", name)
			_ = g.Close()
		}
	}
	if err := g.Do("5s spend drop"); err == nil {
		t.Error("Do takes a time")
	}
	if err := g.Do("spend nobody 4"); !errors.Is(err, errUnknown) {
		t.Errorf("Do of an unknown key: %v", err)
	}
	if err := g.Publish("nowhere", "X"); !errors.Is(err, ErrNoHub) {
		t.Errorf("Publish: %v", err)
	}
	_ = g.Close()
	if err := g.Publish(hubSpend, "X"); !errors.Is(err, ErrClosed) {
		t.Errorf("Publish after Close: %v", err)
	}
	if err := g.Do("spend drop"); !errors.Is(err, ErrClosed) {
		t.Errorf("Do after Close: %v", err)
	}
}
