package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve starts a gateway that ends with the test.
func serve(t *testing.T, o Options) *Gateway {
	t.Helper()
	g, err := Serve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// script parses a scenario that is written in the test.
func script(t *testing.T, text string) *Scenario {
	t.Helper()
	s, err := Parse(t.Name(), text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// do plays one line.
func do(t *testing.T, g *Gateway, line string) {
	t.Helper()
	if err := g.Do(line); err != nil {
		t.Error(err)
	}
}

// clients waits until a hub has n clients.
func clients(t *testing.T, g *Gateway, hub string, n int) {
	t.Helper()
	eventually(t, func() bool { return g.Stats()[hub].Clients == n })
}

// eventually waits until ok; the deadline is for a machine that is very busy.
func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not come true within 30 s")
		}
	}
}

func publishCounts(t *testing.T, g *Gateway, hub string, n int) {
	t.Helper()
	for i := range n {
		if err := g.Publish(hub, "Count", json.RawMessage(fmt.Sprint(i))); err != nil {
			t.Error(err)
		}
	}
}

// What is sent on a hub reaches each of its clients in that order, on either
// transport, and several hubs at once do not disturb it.
func TestOrderPerHub(t *testing.T) {
	const n = 5000
	g := serve(t, Options{Script: script(t, "")})
	var wg sync.WaitGroup
	hubs := []string{hubSpend, hubNotifications, hubAdmin}
	for _, hub := range hubs {
		for _, via := range []Transport{WebSockets, WebSockets, ServerSentEvents} {
			p := connect(t, g, hub, via)
			wg.Go(func() { p.counts(n) })
		}
	}
	for _, hub := range hubs {
		wg.Go(func() { publishCounts(t, g, hub, n) })
	}
	wg.Wait()
	for _, hub := range hubs {
		if s := g.Stats()[hub]; s.Events != n || s.Delivered != 3*n || s.Connects != 3 || s.Cut != 0 {
			t.Errorf("%s: %+v", hub, s)
		}
	}
}

// Order holds from the greeting to what follows while clients come and go.
func TestGreetingMeetsTheStream(t *testing.T) {
	g := serve(t, Options{Script: script(t, "have key 1 a\nevery 1ms traffic\nhave mapping 1 m p x")})
	for range 20 {
		for _, via := range bothTransports {
			p := connect(t, g, hubSpend, via)
			var last usd = -1
			for i := range 30 {
				target, args := p.event()
				var u struct {
					Amount, TotalSpend json.Number
					Snapshot           bool
				}
				if err := json.Unmarshal(args[0], &u); err != nil || target != "SpendUpdate" {
					t.Fatal(target, err)
				}
				amount, total := mustUSD(t, u.Amount), mustUSD(t, u.TotalSpend)
				if u.Snapshot != (i == 0) || i > 0 && last+amount != total {
					t.Fatalf("event %d: total %v after %v + %v, snapshot %v", i, total, last, amount, u.Snapshot)
				}
				last = total
			}
		}
	}
}

// Who comes back is told the world as it is now, in events that may be heard
// twice.
func TestGreetings(t *testing.T) {
	g := serve(t, Options{Script: script(t, `
		have key 1 alpha limit=100 spent=10
		have key 2 beta
		have provider 1 openai latency=400
		have mapping 1 chat openai gpt
	`), Now: func() time.Time { return opening.Add(1500 * time.Microsecond) }})
	for _, line := range []string{
		"spend alpha 82.5", "key create 3 gamma limit=50 spent=1", "key disable beta",
		`provider openai unhealthy "over\nloaded"`, "task video v processing progress=30 eta=7 model=veo key=beta",
		"task image i queued", "task image i completed",
	} {
		do(t, g, line)
	}
	const at = `"timestamp":"2026-03-01T09:00:00.001Z"`
	want := map[string][]string{
		hubSpend: {
			`SpendUpdate {"virtualKeyId":"1","virtualKeyName":"alpha","amount":0,"totalSpend":92.5,"limit":100,"model":"",` + at + `,"snapshot":true}`,
			`SpendLimitAlert {"virtualKeyId":"1","virtualKeyName":"alpha","currentSpend":92.5,"limit":100,"percentage":92.5,"alertLevel":"critical",` + at + `,"snapshot":true}`,
			`SpendUpdate {"virtualKeyId":"2","virtualKeyName":"beta","amount":0,"totalSpend":0,"model":"",` + at + `,"snapshot":true}`,
			`SpendUpdate {"virtualKeyId":"3","virtualKeyName":"gamma","amount":0,"totalSpend":1,"limit":50,"model":"",` + at + `,"snapshot":true}`,
		},
		hubNotifications: {
			`ProviderHealthChange {"providerId":"1","providerName":"openai","status":"unhealthy","latency":400,"error":"over\nloaded",` + at + `,"snapshot":true}`,
		},
		hubVideos: {
			`VideoGenerationProgress {"taskId":"v","status":"processing","progress":30,"estimatedTimeRemaining":7,"model":"veo","virtualKeyId":"2",` + at + `,"snapshot":true}`,
		},
		hubImages: {
			`ImageGenerationProgress {"taskId":"i","status":"completed","progress":100,"resultUrl":"https://media.gateway.example/image/i.png",` + at + `,"snapshot":true}`,
		},
		hubNavigation: {
			`NavigationStateUpdated {` + at + `,"changedEntities":{},"summary":{"totalProviders":1,"enabledProviders":1,"totalMappings":1,"activeMappings":1,"totalVirtualKeys":3,"activeVirtualKeys":2}}`,
		},
		hubTasks: nil,
		hubAdmin: nil,
	}
	for _, hub := range g.Hubs() {
		p := connect(t, g, hub, WebSockets)
		if err := g.Publish(hub, "Last"); err != nil {
			t.Error(err)
		}
		var got []string
		for {
			target, args := p.event()
			if target == "Last" {
				break
			}
			got = append(got, target+" "+string(bytes.Join(raws(args), nil)))
		}
		if diff := cmp.Diff(want[hub], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", hub, diff)
		}
	}
}

func raws(args []json.RawMessage) [][]byte {
	b := make([][]byte, len(args))
	for i, a := range args {
		b[i] = a
	}
	return b
}

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

// drop ends sockets without a word, close with one.
func TestDropAndClose(t *testing.T) {
	g := serve(t, Options{Script: script(t, "")})
	for _, via := range bothTransports {
		p := connect(t, g, hubSpend, via)
		do(t, g, "core drop")
		frames, err := p.over()
		if len(frames) != 0 || err == nil || websocket.CloseStatus(err) != -1 {
			t.Errorf("%s drop: frames %v, then %v", via, frames, err)
		}
		clients(t, g, hubSpend, 0)
		p = connect(t, g, hubSpend, via)
		do(t, g, `spend close "going \"down\"" reconnect`)
		frames, err = p.over()
		if diff := cmp.Diff([]string{`{"type":7,"error":"going \"down\"","allowReconnect":true}`}, frames); diff != "" {
			t.Errorf("%s close (-want +got):\n%s", via, diff)
		}
		if via == WebSockets && websocket.CloseStatus(err) != websocket.StatusNormalClosure {
			t.Errorf("the WebSocket ended with %v", err)
		}
		clients(t, g, hubSpend, 0)
	}
}

// While it does not listen the port is dead; then it is the same port and the
// world has gone on.
func TestListenOffAndOn(t *testing.T) {
	g := serve(t, Options{Script: script(t, "have key 1 a")})
	p := connect(t, g, hubSpend, WebSockets)
	addr := strings.TrimPrefix(g.CoreURL(), "http://")
	do(t, g, "listen off")
	if _, err := p.over(); err == nil {
		t.Error("the connection outlived the listener")
	}
	if c, err := net.DialTimeout("tcp", addr, 5*time.Second); err == nil {
		_ = c.Close()
		t.Error("the port still answers")
	}
	do(t, g, "spend a 4.25")
	do(t, g, "listen on")
	do(t, g, "listen on")
	p = connect(t, g, hubSpend, WebSockets)
	if _, args := p.event(); !strings.Contains(string(args[0]), `"totalSpend":4.25`) {
		t.Errorf("greeted with %s", args)
	}
}

// The library writes completions that no client should see; they stay here.
func TestCompletions(t *testing.T) {
	g := serve(t, Options{Script: script(t, "task video v queued")})
	for _, via := range bothTransports {
		p := connect(t, g, hubTasks, via)
		p.send(
			`{"type":1,"target":"NoSuchMethod","arguments":[]}`,
			`{"type":3,"invocationId":"never-asked","result":4}`,
			`{"type":1,"invocationId":"a","target":"SubscribeToTask","arguments":["unknown"]}`,
		)
		want := `{"type":3,"invocationId":"a","error":"An unexpected error occurred invoking 'SubscribeToTask' on the server. HubException: Task not found\n"}`
		if got := p.frame(); got != want {
			t.Errorf("%s: answered %s, want %s", via, got, want)
		}
		p.send(`{"type":1,"invocationId":"b","target":"SubscribeToTask","arguments":["v"]}`)
		if target, _ := p.event(); target != "VideoGenerationProgress" {
			t.Errorf("%s: told %s", via, target)
		}
		if got, want := p.frame(), `{"type":3,"invocationId":"b"}`; got != want {
			t.Errorf("%s: answered %s, want %s", via, got, want)
		}
		p.send(`{"type":1,"invocationId":"c","target":"Abort","arguments":[]}`)
		if got, want := p.frame(), `{"type":3,"invocationId":"c","error":"Unknown method Abort"}`; got != want {
			t.Errorf("%s: answered %s, want %s", via, got, want)
		}
	}
}

func TestAdminMethods(t *testing.T) {
	g := serve(t, Options{Script: script(t, "have key 12 a")})
	p := connect(t, g, hubAdmin, WebSockets)
	for _, tt := range []struct{ method, arg, want string }{
		{"SubscribeToVirtualKey", `12`, "SubscribedToVirtualKey [12]"},
		{"SubscribeToVirtualKey", `"12"`, `SubscribedToVirtualKey ["12"]`},
		{"SubscribeToVirtualKey", `13`, `Error [{"message":"Virtual key 13 not found"}]`},
		{"UnsubscribeFromVirtualKey", `12`, "UnsubscribedFromVirtualKey [12]"},
		{"SubscribeToProvider", `99`, "SubscribedToProvider [99]"},
		{"UnsubscribeFromProvider", `99`, "UnsubscribedFromProvider [99]"},
	} {
		p.send(fmt.Sprintf(`{"type":1,"invocationId":"1","target":%q,"arguments":[%s]}`, tt.method, tt.arg))
		target, args := p.event()
		if got := target + " [" + string(bytes.Join(raws(args), []byte(","))) + "]"; got != tt.want {
			t.Errorf("%s(%s): %s, want %s", tt.method, tt.arg, got, tt.want)
		}
		if got, want := p.frame(), `{"type":3,"invocationId":"1"}`; got != want {
			t.Errorf("answered %s, want %s", got, want)
		}
	}
	n := connect(t, g, hubNotifications, WebSockets)
	n.send(`{"type":1,"invocationId":"1","target":"UpdatePreferences","arguments":[{"minimumPriority":2}]}`)
	if target, args := n.event(); target != "PreferencesUpdated" || string(args[0]) != `{"minimumPriority":2}` {
		t.Errorf("told %s %s", target, args)
	}
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

// Hostile text goes out as it is written, also over an event stream.
func TestRawFrames(t *testing.T) {
	g := serve(t, Options{Script: script(t, "")})
	for _, via := range bothTransports {
		p := connect(t, g, hubSpend, via)
		do(t, g, `spend raw "{not\njson"`)
		do(t, g, `spend raw ""`)
		do(t, g, `spend bytes "{\"type\":"`)
		do(t, g, `spend raw "6 }"`)
		do(t, g, `spend send "Some Target" 1 two "3" {"four":[5]} null`)
		do(t, g, `spend deep Deep 100000`)
		do(t, g, `spend big Big 8388608`)
		want := []string{
			"{not\njson", "", `{"type":6 }`,
			`{"type":1,"target":"Some Target","arguments":[1,"two","3",{"four":[5]},null]}`,
			`{"type":1,"target":"Deep","arguments":[` + strings.Repeat("[", 100000) + strings.Repeat("]", 100000) + `]}`,
			`{"type":1,"target":"Big","arguments":[{"filler":"` + strings.Repeat("x", 8388608) + `"}]}`,
		}
		for i, w := range want {
			if got := p.frame(); got != w {
				t.Errorf("%s: frame %d is %.80q of %d bytes, want %.80q of %d", via, i, got, len(got), w, len(w))
			}
		}
	}
}

// A client that does not read is cut off, and nobody else notices.
func TestSlowClientIsCut(t *testing.T) {
	g := serve(t, Options{Script: script(t, "")})
	for _, via := range bothTransports {
		connect(t, g, hubSpend, via)
	}
	good := connect(t, g, hubSpend, WebSockets)
	var wg sync.WaitGroup
	const n = 100 // MiB, more than the queue and the sockets' buffers hold
	read := make(chan struct{}, n)
	wg.Go(func() {
		defer close(read)
		for range n {
			if target, _ := good.event(); target != "Filler" {
				t.Errorf("told %s", target)
				return
			}
			read <- struct{}{}
		}
	})
	filler := json.RawMessage(`"` + strings.Repeat("x", 1<<20) + `"`)
	for range n {
		if err := g.Publish(hubSpend, "Filler", filler); err != nil {
			t.Fatal(err)
		}
		if _, ok := <-read; !ok {
			t.Fatal("the good client got no further")
		}
	}
	wg.Wait()
	clients(t, g, hubSpend, 1)
	if cut := g.Stats()[hubSpend].Cut; cut != 2 {
		t.Errorf("%d were cut, want 2", cut)
	}
}

func TestBurst(t *testing.T) {
	g := serve(t, Options{Script: script(t, "")})
	const n = 5_003
	for _, per := range []int{1, 50} {
		p := connect(t, g, hubSpend, WebSockets)
		before := p.messages
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := 1; i <= n; i++ {
				target, args := p.event()
				var u struct {
					TotalSpend int    `json:"totalSpend"`
					RequestID  string `json:"requestId"`
				}
				if err := json.Unmarshal(args[0], &u); err != nil || target != "SpendUpdate" ||
					u.TotalSpend != i || u.RequestID != fmt.Sprint("burst-", i) {
					t.Errorf("event %d is %s %s: %v", i, target, args, err)
					return
				}
			}
		})
		res, err := g.Burst(t.Context(), hubSpend, n, per)
		wg.Wait()
		if err != nil || res.Events != n || res.Clients != 1 {
			t.Errorf("burst: %+v, %v", res, err)
		}
		if each := res.Bytes / n; each < 250 || each > 350 {
			t.Errorf("%d bytes an event", each)
		}
		if got, want := p.messages-before, (n+per-1)/per; got != want {
			t.Errorf("%d messages, want %d", got, want)
		}
		_ = p.ws.CloseNow()
		clients(t, g, hubSpend, 0)
	}
	if _, err := g.Burst(t.Context(), "nowhere", 1, 1); !errors.Is(err, ErrNoHub) {
		t.Errorf("a burst nowhere: %v", err)
	}
	connect(t, g, hubSpend, WebSockets) // does not read
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := g.Burst(ctx, hubSpend, 10_000_000, 50); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a burst to somebody who does not read: %v", err)
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

// A gateway ends with its context, whatever its clients are doing, and leaves
// no goroutine and no descriptor behind; the same port serves again at once.
func TestManyLives(t *testing.T) {
	addr := "127.0.0.1:0"
	var goroutines, files int
	for life := range 30 {
		ctx, cancel := context.WithCancel(t.Context())
		g, err := Serve(ctx, Options{Listen: addr, Scenario: "storm"})
		if err != nil {
			t.Fatal(err)
		}
		addr = strings.TrimPrefix(g.CoreURL(), "http://")
		var wg sync.WaitGroup
		for i, hub := range g.Hubs() {
			p := connect(t, g, hub, bothTransports[(i+life)%2])
			wg.Go(func() { _, _ = p.over(); p.close() })
		}
		mute := dial(t, g, hubSpend, WebSockets) // never shakes hands
		select {
		case <-g.Done():
			t.Fatal("it ended by itself")
		default:
		}
		cancel()
		g.Wait()
		wg.Wait()
		mute.close()
		if life == 4 {
			goroutines, files = settled(t)
		}
	}
	g, f := settled(t)
	if g > goroutines+5 || f > files+5 {
		t.Errorf("goroutines %d → %d, descriptors %d → %d", goroutines, g, files, f)
	}
}

// settled counts goroutines and descriptors when they have stopped falling.
func settled(t *testing.T) (goroutines, files int) {
	t.Helper()
	for last := -1; ; {
		runtime.GC()
		time.Sleep(50 * time.Millisecond)
		if goroutines = runtime.NumGoroutine(); goroutines == last {
			break
		}
		last = goroutines
	}
	dir, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return goroutines, 0 // no such folder on this system
	}
	return goroutines, len(dir)
}
