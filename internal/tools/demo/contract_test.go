package demo

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Every event of the contract, byte for byte: where it goes, its target, its
// one argument.
func TestContractEvents(t *testing.T) {
	const at = `"timestamp":"2026-03-01T09:00:00.000Z"`
	have := "have key 1 alpha limit=100 spent=74\nhave provider 3 openai latency=412\nhave mapping 5 chat openai gpt\n" +
		"have setting cache ttl 60\nhave key 2 plain\n"
	tests := []struct {
		line string
		want []string
	}{
		{"spend alpha 0.001", []string{
			`spend SpendUpdate {"virtualKeyId":"1","virtualKeyName":"alpha","amount":0.001,"totalSpend":74.001,"limit":100,"model":"chat","provider":"openai","requestId":"req-life-1",` + at + `}`,
		}},
		{"spend plain 12 model=other", []string{
			`spend SpendUpdate {"virtualKeyId":"2","virtualKeyName":"plain","amount":12,"totalSpend":12,"model":"other","requestId":"req-life-1",` + at + `}`,
		}},
		{"spend alpha to=75.5%", []string{
			`spend SpendUpdate {"virtualKeyId":"1","virtualKeyName":"alpha","amount":1.5,"totalSpend":75.5,"limit":100,"model":"chat","provider":"openai","requestId":"req-life-1",` + at + `}`,
			`spend SpendLimitAlert {"virtualKeyId":"1","virtualKeyName":"alpha","currentSpend":75.5,"limit":100,"percentage":75.5,"alertLevel":"warning",` + at + `}`,
		}},
		{"provider openai degraded \"slow \\\"today\\\"\" latency=900", []string{
			`notifications ProviderHealthChange {"providerId":"3","providerName":"openai","status":"degraded","latency":900,"error":"slow \"today\"",` + at + `}`,
		}},
		{"discover 3 gpt-a,gpt-b", []string{
			`notifications ModelDiscovered {"providerId":"3","providerName":"openai","modelsDiscovered":["gpt-a","gpt-b"],` + at + `}`,
		}},
		{"setting cache ttl 90", []string{
			`admin-notifications ConfigurationChange {"category":"cache","setting":"ttl","oldValue":"60","newValue":"90",` + at + `}`,
		}},
		{"key disable plain", []string{
			`admin-notifications VirtualKeyUpdate {"keyId":"2","keyName":"plain","action":"disabled",` + at + `}`,
			`navigation-state NavigationStateUpdate {"type":"virtual_key","action":"updated","data":{"id":"2","isEnabled":false,"name":"plain"},` + at + `}`,
		}},
		{"key update alpha changes=limit,name", []string{
			`admin-notifications VirtualKeyUpdate {"keyId":"1","keyName":"alpha","action":"updated","changes":["limit","name"],` + at + `}`,
			`navigation-state NavigationStateUpdate {"type":"virtual_key","action":"updated","data":{"id":"1","isEnabled":true,"limit":100,"name":"alpha"},` + at + `}`,
		}},
		{"key create 9 nine limit=0.5", []string{
			`admin-notifications VirtualKeyUpdate {"keyId":"9","keyName":"nine","action":"created",` + at + `}`,
			`navigation-state NavigationStateUpdate {"type":"virtual_key","action":"created","data":{"id":"9","isEnabled":true,"limit":0.5,"name":"nine"},` + at + `}`,
			`spend SpendUpdate {"virtualKeyId":"9","virtualKeyName":"nine","amount":0,"totalSpend":0,"limit":0.5,"model":"",` + at + `,"snapshot":true}`,
		}},
		{"key delete plain", []string{
			`admin-notifications VirtualKeyUpdate {"keyId":"2","keyName":"plain","action":"deleted",` + at + `}`,
			`navigation-state NavigationStateUpdate {"type":"virtual_key","action":"deleted","data":{"id":"2","isEnabled":true,"name":"plain"},` + at + `}`,
		}},
		{"provider create 4 groq latency=90", []string{
			`navigation-state NavigationStateUpdate {"type":"provider","action":"created","data":{"id":"4","isEnabled":true,"name":"groq"},` + at + `}`,
			`notifications ProviderHealthChange {"providerId":"4","providerName":"groq","status":"healthy","latency":90,` + at + `}`,
		}},
		{"provider delete openai", []string{
			`navigation-state NavigationStateUpdate {"type":"provider","action":"deleted","data":{"id":"3","isEnabled":true,"name":"openai"},` + at + `}`,
		}},
		{"mapping update chat model=gpt-9", []string{
			`navigation-state NavigationStateUpdate {"type":"model_mapping","action":"updated","data":{"id":"5","isEnabled":true,"model":"gpt-9","name":"chat","provider":"openai"},` + at + `}`,
		}},
		{"task video v processing progress=40 eta=12 key=alpha", []string{
			`video-generation VideoGenerationProgress {"taskId":"v","status":"processing","progress":40,"estimatedTimeRemaining":12,"virtualKeyId":"1",` + at + `}`,
		}},
		{"task video v failed progress=40 error=broken", []string{
			`video-generation VideoGenerationProgress {"taskId":"v","status":"failed","progress":40,"error":"broken",` + at + `}`,
		}},
		{"task image i completed model=flux eta=5", []string{
			`image-generation ImageGenerationProgress {"taskId":"i","status":"completed","progress":100,"resultUrl":"https://media.gateway.example/image/i.png","model":"flux",` + at + `}`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			var got []string
			for _, p := range rehearse(t, script(t, have+tt.line), Options{}, 0).frames {
				if p.group != "" {
					continue
				}
				var m struct {
					Type      int               `json:"type"`
					Target    string            `json:"target"`
					Arguments []json.RawMessage `json:"arguments"`
				}
				if err := json.Unmarshal([]byte(strings.TrimSuffix(p.frame, "\x1e")), &m); err != nil || m.Type != 1 || len(m.Arguments) != 1 {
					t.Fatalf("%s: %v", p.frame, err)
				}
				got = append(got, p.hub+" "+m.Target+" "+string(m.Arguments[0]))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The hub of all tasks tells only those who asked, for one task or for a kind.
func TestTaskGroups(t *testing.T) {
	r := rehearse(t, script(t, "task video v queued"), Options{}, 0)
	var got []string
	for _, p := range r.frames {
		got = append(got, p.hub+" "+p.group)
	}
	if diff := cmp.Diff([]string{"video-generation ", "tasks task-v", "tasks type-video"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMoney(t *testing.T) {
	for text, want := range map[string]usd{
		"0": 0, "1": dollar, "0.5": dollar / 2, "12.000000001": 12*dollar + 1, "999999999.999999999": 999999999*dollar + 999999999,
		"0.1": dollar / 10, "7.25": 7*dollar + dollar/4,
	} {
		got, err := parseUSD(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: %d, %v, and back %s", text, got, err, got)
		}
	}
	for _, text := range []string{"", ".", ".5", "-1", "1e3", "1,5", "0x1", "1.0000000001", "9999999999", "NaN"} {
		if got, err := parseUSD(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
	if got, err := (500 * dollar).percent(90*dollar + dollar/10*4); err != nil || got != 452*dollar {
		t.Errorf("90.4 %% of 500 is %v, %v", got, err)
	}
	if got, err := (999999999 * dollar).percent(999999999 * dollar); err == nil {
		t.Errorf("ten million times a billion is %v", got)
	}
	if got := usd(-1_500_000_000).String(); got != "-1.5" {
		t.Errorf("-1.5 is written %s", got)
	}
}

// Finished tasks are remembered for a while and never too many; running ones
// always.
func TestTasksAreForgotten(t *testing.T) {
	var w world
	w.move(task{id: "runs", status: "processing"}, opening)
	for i := range maxTasks + 50 {
		w.move(task{id: "t" + uitoa(uint64(i)), status: "completed"}, opening.Add(time.Duration(i)*time.Second))
	}
	if _, ok := w.task("runs"); !ok || len(w.tasks) != maxTasks {
		t.Errorf("%d tasks, the running one among them: %v", len(w.tasks), ok)
	}
	w.move(task{id: "late", status: "queued"}, opening.Add(time.Hour))
	if len(w.tasks) != 2 {
		t.Errorf("%d tasks an hour later", len(w.tasks))
	}
}

// The worst scenario goes out whole on both transports, and no connection is
// lost over it.
func TestBadInputKeepsConnections(t *testing.T) {
	s, err := Load("bad-input")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	for _, p := range rehearse(t, s, Options{}, s.Length()).frames {
		if p.group == "" {
			want[p.hub] += strings.Count(p.frame, "\x1e")
		}
	}
	for _, via := range bothTransports {
		g := serve(t, Options{Script: s, Speed: 100})
		// The clock stands until somebody is on the spend hub, which comes last.
		n := connect(t, g, hubNotifications, via)
		p := connect(t, g, hubSpend, via)
		if target, _ := p.event(); target != "SpendUpdate" {
			t.Errorf("%s: greeted with %s", via, target)
		}
		if target, _ := n.event(); target != "ProviderHealthChange" {
			t.Errorf("%s: greeted with %s", via, target)
		}
		for range want[hubSpend] {
			if _, err := p.next(); err != nil {
				t.Fatalf("%s: %v", via, err)
			}
		}
		for range want[hubNotifications] {
			if _, err := n.next(); err != nil {
				t.Fatalf("%s: %v", via, err)
			}
		}
		<-g.Played()
		do(t, g, "spend send Last")
		if target, _ := p.event(); target != "Last" {
			t.Errorf("%s: told %s", via, target)
		}
		if s := g.Stats()[hubSpend]; s.Clients != 1 || s.Cut != 0 {
			t.Errorf("%s: %+v", via, s)
		}
	}
}
