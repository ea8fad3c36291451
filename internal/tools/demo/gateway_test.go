package demo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
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

// A gateway that is started again gives other ids to its spends and tasks,
// or a client would take the new for the old.
func TestAnotherLifeOtherIDs(t *testing.T) {
	ids := map[string]bool{}
	for life := range 2 {
		g := serve(t, Options{
			Script: script(t, "have key 1 a\nhave mapping 1 m p x\nwait client spend\nevery 5ms traffic\nevery 5ms tasks image"),
			Now:    func() time.Time { return opening.Add(time.Duration(life) * time.Second) },
		})
		i := connect(t, g, hubImages, WebSockets)
		s := connect(t, g, hubSpend, WebSockets)
		s.event() // the greeting
		_, args := s.event()
		_, more := i.event()
		var booking struct{ RequestID string }
		var job struct{ TaskID string }
		if err := errors.Join(json.Unmarshal(args[0], &booking), json.Unmarshal(more[0], &job)); err != nil {
			t.Fatal(err)
		}
		ids[booking.RequestID], ids[job.TaskID] = true, true
	}
	if len(ids) != 4 || ids[""] {
		t.Errorf("ids are %v", ids)
	}
}
