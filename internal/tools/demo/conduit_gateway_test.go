package demo

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// small is a world with a bit of everything.
const small = `dialect conduit
have group 1 Platform credit=100 spent=10
have group 2 Interns credit=5
have key 1 platform-api group=Platform
have key 2 intern group=Interns
have key 3 off-key group=Platform disabled
have provider 1 openai type=OpenAI keys=2
have mapping 1 chat-default openai gpt-5.2
`

// as makes headers of a key.
func as(key string) []string { return []string{"Authorization", "Bearer " + key} }

// status asks a gateway's address and returns the status and the body.
func status(t *testing.T, method, url string, headers ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := freshClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// Hubs are where the real gateway has them, for whom it has them.
func TestConduitHubsAreOpenToTheirKeys(t *testing.T) {
	g := serve(t, Options{Script: script(t, small)})
	if g.CoreURL() == g.AdminURL() {
		t.Fatal("Core and Admin have one address")
	}
	secret := secretOf("intern")
	for _, tt := range []struct {
		base, hub string
		headers   []string
		want      int
	}{
		{g.CoreURL(), "spend", as(DefaultVirtualKey), 200},
		{g.CoreURL(), "spend", as(secret), 200},
		{g.CoreURL(), "spend", []string{"X-API-Key", secret}, 200},
		{g.CoreURL(), "spend", as(DefaultMasterKey), 401},
		{g.CoreURL(), "spend", as(secretOf("off-key")), 401},
		{g.CoreURL(), "spend", nil, 401},
		{g.CoreURL(), "spend", []string{"X-Master-Key", DefaultMasterKey}, 401},
		{g.CoreURL(), "webhooks", as(secret), 200},
		{g.CoreURL(), "virtual-key-management", as(secret), 200},
		{g.CoreURL(), "metrics", as(DefaultMasterKey), 401},
		{g.CoreURL(), "health-monitoring", as(secret), 401},
		{g.CoreURL(), "public/video-generation", nil, 200},
		{g.CoreURL(), "navigation-state", as(secret), 404},
		{g.CoreURL(), "model-discovery", as(secret), 404},
		{g.CoreURL(), "admin-notifications", as(DefaultMasterKey), 404},
		{g.AdminURL(), "admin-notifications", []string{"X-API-Key", DefaultMasterKey}, 200},
		{g.AdminURL(), "admin-notifications", []string{"X-Master-Key", DefaultMasterKey}, 200},
		{g.AdminURL(), "admin-notifications", as(DefaultMasterKey), 200},
		{g.AdminURL(), "admin-notifications", as(secret), 401},
		{g.AdminURL(), "navigation-state", []string{"X-API-Key", DefaultMasterKey}, 404},
		{g.AdminURL(), "spend", []string{"X-API-Key", DefaultMasterKey}, 404},
	} {
		got, body := status(t, http.MethodPost, tt.base+"/hubs/"+tt.hub+"/negotiate?negotiateVersion=1", tt.headers...)
		if got != tt.want || got != 200 && body != "" {
			t.Errorf("%s with %q: %d %q, want %d", tt.hub, tt.headers, got, body, tt.want)
		}
	}
}

// A key whose group has nothing left comes in, shakes hands, and is sent away
// with a close message and a proper end; who is in stays.
func TestConduitSendsAwayWithoutBalance(t *testing.T) {
	g := serve(t, Options{Script: script(t, small)})
	in := connectAs(t, g, hubNotifications, secretOf("intern"))
	if err := g.Do("batch spend intern 5.5"); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool {
		_, body := status(t, http.MethodGet, g.AdminURL()+"/api/VirtualKeyGroups/2", "X-API-Key", DefaultMasterKey)
		return strings.Contains(body, `"balance":-0.50000000`)
	})
	out := dialAs(t, g, hubSpend, WebSockets, secretOf("intern"))
	out.send(`{"protocol":"json","version":1}`)
	frames, err := out.over()
	if !slices.Equal(frames, []string{"{}", `{"type":7}`}) || websocket.CloseStatus(err) != websocket.StatusNormalClosure {
		t.Errorf("%q, then %v", frames, err)
	}
	if err := g.Do("mapping update chat-default"); err != nil {
		t.Fatal(err)
	}
	if target, _ := in.event(); target != "OnModelMappingChanged" {
		t.Errorf("who was in hears %s", target)
	}
}

// A key that is disabled is refused at once, and hears on where it is.
func TestConduitDisabledKeyHearsOn(t *testing.T) {
	g := serve(t, Options{Script: script(t, small)})
	p := connectAs(t, g, hubNotifications, secretOf("intern"))
	do(t, g, "key disable intern")
	if code, body := status(t, http.MethodGet, g.CoreURL()+"/v1/models", as(secretOf("intern"))...); code != 401 || body != "" {
		t.Errorf("Core answers %d %q", code, body)
	}
	do(t, g, "mapping update chat-default")
	if target, _ := p.event(); target != "OnModelMappingChanged" {
		t.Errorf("it hears %s", target)
	}
}

// Five wrong or missing keys ban an address: the good key is refused, a wrong
// one is told the same as ever, Core and other addresses do not care.
func TestConduitBans(t *testing.T) {
	g := serve(t, Options{Script: script(t, small)})
	good := []string{"X-API-Key", DefaultMasterKey}
	lists := g.AdminURL() + "/api/VirtualKeys"
	for i, headers := range [][]string{{"X-API-Key", "wrong"}, nil, as(DefaultMasterKey), {"X-Master-Key", "x"}, nil, nil} {
		if i == 3 { // a good one in between does not help
			if code, _ := status(t, http.MethodGet, lists, good...); code != 200 {
				t.Errorf("the good key before the ban: %d", code)
			}
		}
		if code, body := status(t, http.MethodGet, lists, headers...); code != 401 || body != refusedText {
			t.Errorf("%q: %d %s", headers, code, body)
		}
	}
	for _, path := range []string{"/api/VirtualKeys", "/health", "/health/ready"} {
		if code, body := status(t, http.MethodGet, g.AdminURL()+path, good...); code != 403 || body != bannedText {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	if code, body := status(t, http.MethodPost, g.AdminURL()+"/hubs/admin-notifications/negotiate", good...); code != 403 || body != bannedText {
		t.Errorf("the hub: %d %s", code, body)
	}
	if code, _ := status(t, http.MethodGet, lists, append(good, "X-Forwarded-For", "127.0.0.77")...); code != 200 {
		t.Errorf("another address: %d", code)
	}
	if code, _ := status(t, http.MethodGet, g.CoreURL()+"/v1/models", as(DefaultVirtualKey)...); code != 200 {
		t.Errorf("Core: %d", code)
	}
	do(t, g, "unban")
	if code, _ := status(t, http.MethodGet, lists, good...); code != 200 {
		t.Errorf("after the ban: %d", code)
	}
}

// A ban ends by itself after half an hour.
func TestConduitBanEnds(t *testing.T) {
	for minutes, want := range map[int]int{29: 403, 31: 200} {
		r := newRehearsal(script(t, small), Options{})
		for range maxStrikes {
			r.asked(t, http.MethodGet, "/api/VirtualKeys", "", "X-API-Key", "wrong")
		}
		r.stage.at = time.Duration(minutes) * time.Minute
		if code, _ := r.asked(t, http.MethodGet, "/api/VirtualKeys", ""); code != want {
			t.Errorf("after %d min: %d, want %d", minutes, code, want)
		}
	}
}

// Without Redis Core hangs until it is back, and says that it is healthy; a
// call that hangs ends with its client.
func TestConduitHangsWithoutRedis(t *testing.T) {
	g := serve(t, Options{Script: script(t, small), Speed: 10})
	p := connectAs(t, g, hubNotifications, DefaultVirtualKey)
	do(t, g, "redis off")
	do(t, g, "mapping update chat-default")
	impatient, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(impatient, http.MethodPost, g.CoreURL()+"/hubs/spend/negotiate", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+DefaultVirtualKey)
	if resp, err := freshClient.Do(req); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("negotiate does not hang: %v %v", resp, err)
	}
	type answer struct {
		code int
		body string
	}
	late := make(chan answer, 1)
	go func() {
		code, body := status(t, http.MethodGet, g.CoreURL()+"/v1/models", as(DefaultVirtualKey)...)
		late <- answer{code, body}
	}()
	for url, want := range map[string]string{g.CoreURL() + "/health": "Healthy", g.CoreURL() + "/health/ready": "Healthy", g.AdminURL() + "/health": "Healthy"} {
		if code, body := status(t, http.MethodGet, url); code != 200 || body != want {
			t.Errorf("%s: %d %s", url, code, body)
		}
	}
	began := time.Now()
	code, body := status(t, http.MethodGet, g.AdminURL()+"/api/provider-errors/summary", "X-API-Key", DefaultMasterKey)
	if code != 500 || body != `{"error":"Failed to retrieve error summary"}` || time.Since(began) < withoutRedis/10 {
		t.Errorf("the report of errors: %d %s after %v", code, body, time.Since(began))
	}
	select {
	case a := <-late:
		t.Errorf("Core answers %v", a)
	default:
	}
	do(t, g, "redis on")
	if a := <-late; a.code != 200 {
		t.Errorf("when it is back: %v", a)
	}
	if target, _ := p.event(); target != "OnModelMappingChanged" { // held back
		t.Errorf("then %s", target)
	}
}

// Core that is stopped ends its sockets without a word and answers nobody;
// Admin goes on. Then both are where they were.
func TestConduitRestartsCoreAlone(t *testing.T) {
	g := serve(t, Options{Script: script(t, small)})
	p, other := connectAs(t, g, hubSpend, DefaultVirtualKey), connect(t, g, hubAdmin, WebSockets)
	at := g.CoreURL()
	do(t, g, "listen off core")
	if frames, err := p.over(); len(frames) > 0 || websocket.CloseStatus(err) != -1 {
		t.Errorf("%q, then %v", frames, err)
	}
	if _, err := freshClient.Get(at + "/health"); err == nil {
		t.Error("Core answers")
	}
	if code, _ := status(t, http.MethodGet, g.AdminURL()+"/health"); code != 200 {
		t.Errorf("Admin: %d", code)
	}
	other.send(`{"type":1,"invocationId":"1","target":"SubscribeToProvider","arguments":[1]}`)
	if target, _ := other.event(); target != "SubscribedToProvider" {
		t.Errorf("Admin's hub answers %s", target)
	}
	do(t, g, "listen on core")
	if g.CoreURL() != at {
		t.Errorf("Core moved from %s to %s", at, g.CoreURL())
	}
	connectAs(t, g, hubSpend, DefaultVirtualKey)
}

// A task is told to those who asked for it, and only its owner and an
// administrator's key may ask.
func TestConduitTasksAreTheirOwners(t *testing.T) {
	for name, may := range map[string]bool{"platform-api": false, "intern": true, "ops": true} {
		t.Run(name, func(t *testing.T) {
			g := serve(t, Options{Script: script(t, small+"have key 4 ops group=Platform admin\n"), Speed: 4})
			do(t, g, "task video task_1 run 6s key=intern")
			key := secretOf(name)
			if name == "platform-api" {
				key = DefaultVirtualKey
			}
			p := connectAs(t, g, hubVideos, key)
			p.send(`{"type":1,"invocationId":"1","target":"SubscribeToTask","arguments":["task_1"]}`)
			answer := p.frame()
			for !strings.HasPrefix(answer, `{"type":3`) {
				answer = p.frame()
			}
			if refused := strings.Contains(answer, "Unauthorized access to task"); refused == may {
				t.Fatalf("answered with %s", answer)
			}
			for target := ""; may && target != "VideoGenerationCompleted"; {
				target, _ = p.event()
			}
			code, body := status(t, http.MethodGet, g.CoreURL()+"/v1/tasks/task_1", as(DefaultVirtualKey)...)
			if code != 200 || !strings.Contains(body, `"taskId":"task_1"`) { // anybody may look
				t.Errorf("%d %s", code, body)
			}
		})
	}
}
