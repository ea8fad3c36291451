package demo

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// likeRecorded is a world like that of the recordings, in which everything
// happens that a list or an event can tell of.
const likeRecorded = `dialect conduit
have group 1 Platform credit=250 spent=1.154 external=ext-platform
have group 2 Research credit=60 spent=28
have group 3 Empty
have key 1 platform-api group=Platform rpm=600
have key 2 platform-batch group=Platform models=demo-chat,demo-img
have key 3 research-notebook group=Research expires=720h
have key 4 ops-admin group=Platform admin
have key 5 empty-balance group=Empty
have key 6 to-be-disabled group=Platform
have provider 1 "Fake OpenAI-compatible" type=OpenAICompatible keys=2 url=http://127.0.0.1:5990/v1
have provider 2 "Fake OpenAI" type=OpenAI url=http://127.0.0.1:5990/v1
have provider 3 "Disabled Groq" type=Groq keys=0 disabled
have mapping 1 demo-chat "Fake OpenAI-compatible" up-chat-1
have mapping 2 demo-chat-2 "Fake OpenAI" up-chat-2
have mapping 3 demo-img "Fake OpenAI-compatible" gpt-image-1
have setting Retention.Days 30 "log retention"
have setting Theme dark
have setting WebUI_VirtualKey condt_webui "internal key"
have log 47
chat platform-api model=demo-chat
chat platform-api model=demo-chat stream
chat platform-api model=demo-chat-2 answers=500
chat platform-api model=demo-chat-2 answers=429
chat platform-api model=demo-chat-2 answers=402
chat empty-balance
1s batch spend platform-batch 0.4 research-notebook 10 platform-api 0.25 model=demo-chat
2s batch update disable to-be-disabled by=ops-admin
3s batch webhooks 2 failed=1
4s mapping create 9 temp-alias "Fake OpenAI" x
5s task image task_66c6a57c434c4122a0c4e2a85fba4ccb run model=demo-img
6s task image task_a24570099e584084bbede311eda8b1e0 run 2s model=demo-img
7s task video task_f94d0066c95b492cbfeeac6e450d0f83 run 20s fail="Provider for model demo-video does not support video generation"
8s task video task_good run 20s
30s bus off
31s batch spend platform-api 0.1
32s bus on`

type recordedAnswer struct {
	Name, Method, Path, Type, Body string
	Status                         int
	Exact                          bool // numbers are written as they came
}

// bodies are what is asked with POST, where the recording's own would mean
// something else here.
var bodies = map[string]string{
	"admin-post-api-VirtualKeys-validate-ok":                `{"key":"` + DefaultVirtualKey + `"}`,
	"admin-post-api-VirtualKeys-validate-unknown":           `{"key":"condt_nope"}`,
	"admin-post-api-VirtualKeys-validate-empty-balance":     `{"key":"` + secretOf("empty-balance") + `"}`,
	"admin-post-api-VirtualKeys-validate-model-not-allowed": `{"key":"` + secretOf("platform-batch") + `","requestedModel":"demo-embed"}`,
	"admin-post-api-audit-billing-query-200":                `{"pageNumber":1,"pageSize":200,"from":"2026-02-21T00:00:00Z","to":"2026-03-23T00:00:00Z"}`,
	"database-down admin":                                   `{"pageNumber":1,"pageSize":5}`,
}

// compare asks the demo what was asked of the real gateway and returns how the
// answers differ.
func (a recordedAnswer) compare(t *testing.T, r *rehearsal) (diffs []string) {
	t.Helper()
	area := core
	if strings.HasPrefix(a.Name, "admin-") || a.Name == "database-down admin" {
		area = admin
	}
	req := httptest.NewRequest(a.Method, a.Path, nil)
	switch {
	case strings.Contains(a.Name, "noauth"):
	case strings.Contains(a.Name, "wrong-key"):
		req.Header.Set("Authorization", "Bearer condt_nope")
	case area == admin:
		req.Header.Set("X-API-Key", DefaultMasterKey)
	default:
		req.Header.Set("Authorization", "Bearer "+DefaultVirtualKey)
	}
	rec := httptest.NewRecorder()
	(&Gateway{stage: r.stage}).write(rec, req, r.stage.speech.(*conduit).answer(req, area, []byte(bodies[a.Name])))
	got := rec.Body.String()
	if rec.Code != a.Status {
		diffs = append(diffs, fmt.Sprintf("status %d, recorded %d", rec.Code, a.Status))
	}
	if kind := rec.Header().Get("Content-Type"); a.Type != "" && kind != a.Type {
		diffs = append(diffs, fmt.Sprintf("content type %q, recorded %q", kind, a.Type))
	}
	if !json.Valid([]byte(a.Body)) || a.Status >= 400 && !strings.Contains(a.Type, "problem") {
		if got != a.Body { // a sentence, an error or nothing is the same to the letter
			diffs = append(diffs, fmt.Sprintf("body %q, recorded %q", got, a.Body))
		}
		return diffs
	}
	want := shapeOf(t, a.Body)
	if !a.Exact {
		want.loosen()
	}
	return append(diffs, shapeOf(t, got).beyond(want, "$")...)
}

// loosen forgets how many decimals amounts have.
func (s *shape) loosen() {
	for kind := range s.kinds {
		if strings.HasPrefix(kind, "number") {
			for n := range 12 {
				s.kinds[fmt.Sprintf("number with %d decimals", n)] = true
			}
		}
	}
	for _, f := range s.fields {
		f.loosen()
	}
	if s.item != nil {
		s.item.loosen()
	}
}

// Whatever path is answered in this dialect has the recording's status, kind,
// fields and JSON types; errors are the same to the letter.
func TestConduitAnswersAsRecorded(t *testing.T) {
	r := rehearse(t, script(t, likeRecorded), Options{}, 2*time.Minute)
	c := r.stage.speech.(*conduit)
	answered := map[string]bool{}
	for _, a := range recordedLines[recordedAnswer](t, "rest.jsonl") {
		if strings.HasPrefix(a.Name, "task ") {
			continue // below
		}
		c.setDatabase(strings.HasPrefix(a.Name, "database-down"))
		for _, diff := range a.compare(t, r) {
			t.Errorf("%s %s (%s): %s", a.Method, a.Path, a.Name, diff)
		}
		path, _, _ := strings.Cut(strings.ToLower(a.Path), "?")
		for _, e := range slices.Concat(adminEndpoints, coreEndpoints) {
			if _, ok := match(e.path, path, path); ok && e.method == a.Method {
				answered[e.path] = true
			}
		}
	}
	for _, e := range slices.Concat(adminEndpoints, coreEndpoints) {
		if !answered[e.path] && e.path != "/v1/tasks/{id}/cancel" { // which has no body
			t.Errorf("%s is answered and was never recorded", e.path)
		}
	}
}

// A task has the recorded form in every state that it can be in.
func TestConduitTasksAsRecorded(t *testing.T) {
	want := map[string]*shape{}
	for _, a := range recordedLines[recordedAnswer](t, "rest.jsonl") {
		if medium, ok := strings.CutPrefix(a.Name, "task "); ok {
			medium = medium[:5]
			if want[medium] == nil {
				want[medium] = newShape()
			}
			want[medium].add(parsed(t, a.Body), "")
		}
	}
	compared := 0
	for _, at := range []time.Duration{5100 * time.Millisecond, 6500 * time.Millisecond, 9 * time.Second, time.Minute} {
		r := rehearse(t, script(t, likeRecorded), Options{}, at)
		for _, j := range r.stage.speech.(*conduit).jobs {
			code, body := r.asked(t, "GET", "/v1/tasks/"+j.id, "")
			if code != 200 {
				t.Fatalf("%s: %d", j.id, code)
			}
			for _, diff := range shapeOf(t, body).beyond(want[j.medium], j.medium) {
				if j.id != "task_good" || !strings.Contains(diff, "result") { // a video was never made
					t.Errorf("%s in state %d: %s", j.id, j.state, diff)
				}
			}
			compared++
		}
	}
	if compared < 8 {
		t.Errorf("only %d tasks compared", compared)
	}
}

type recordedFrame struct{ Hub, Frame string }

// unrecorded are events that no recording has, because no provider of it could
// make a video. Their fields are from the gateway's sources.
var unrecorded = map[string]string{
	"VideoGenerationProgress":  "framesCompleted message progress status taskId timestamp totalFrames",
	"VideoGenerationCompleted": "completedAt cost duration fileSize generationDuration model previewUrl provider resolution status taskId videoUrl",
}

// eventShapes sorts the arguments of frames by their targets.
func eventShapes(t *testing.T, frames []string) map[string]*shape {
	t.Helper()
	all := map[string]*shape{}
	for _, f := range frames {
		m, ok := parsed(t, strings.TrimSuffix(f, "\x1e")).(map[string]any)
		if !ok || fmt.Sprint(m["type"]) != "1" {
			continue
		}
		target := m["target"].(string)
		if all[target] == nil {
			all[target] = newShape()
		}
		positions := map[string]any{} // each argument has a shape of its own
		for i, arg := range m["arguments"].([]any) {
			positions[fmt.Sprint(i)] = arg
		}
		all[target].add(positions, "")
	}
	return all
}

// Whatever the hubs send in this dialect has the recording's fields and JSON
// types, and nothing is sent that the real gateway never sends.
func TestConduitTellsAsRecorded(t *testing.T) {
	var told []string
	for _, f := range rehearse(t, script(t, likeRecorded), Options{}, 3*time.Minute).frames {
		told = append(told, f.frame)
	}
	told = append(told, replies(t)...)
	var recorded []string
	for _, f := range recordedLines[recordedFrame](t, "frames.jsonl") {
		recorded = append(recorded, f.Frame)
	}
	want := eventShapes(t, recorded)
	got := eventShapes(t, told)
	for _, target := range slices.Sorted(maps.Keys(got)) {
		if fields, ok := unrecorded[target]; ok {
			if have := strings.Join(slices.Sorted(maps.Keys(got[target].fields["0"].fields)), " "); have != fields {
				t.Errorf("%s has the fields %s, not %s", target, have, fields)
			}
			continue
		}
		if want[target] == nil {
			t.Errorf("%s was never recorded", target)
			continue
		}
		for _, diff := range got[target].beyond(want[target], target) {
			t.Error(diff)
		}
	}
	for target := range want {
		if got[target] == nil {
			t.Errorf("%s is never told", target)
		}
	}
}

// replies calls the methods of the hubs of a real gateway and returns what it
// sends.
func replies(t *testing.T) (frames []string) {
	t.Helper()
	g := serve(t, Options{Script: script(t, likeRecorded+"\nwait client "+hubAnalytics)})
	for _, c := range []struct{ hub, method, args string }{
		{hubNotifications, "UpdatePreferences", `[{"enabledTypes":[],"minimumPriority":0}]`},
		{hubWebhooks, "RequestStatistics", `[]`},
		{hubKeys, "GetCurrentKeyStatus", `[]`},
		{hubKeys, "SubscribeToKeyManagement", `[3]`},
		{hubKeys, "UnsubscribeFromKeyManagement", `[3]`},
		{hubAnalytics, "SubscribeToAnalytics", `["all"]`},
		{hubAnalytics, "SubscribeToAnalytics", `["bogus"]`},
		{hubAnalytics, "GetAnalyticsSummary", `[]`},
		{hubAdmin, "SubscribeToVirtualKey", `[1]`},
		{hubAdmin, "SubscribeToVirtualKey", `[999]`},
		{hubAdmin, "UnsubscribeFromVirtualKey", `[1]`},
		{hubAdmin, "SubscribeToProvider", `[999]`},
		{hubAdmin, "RefreshProviderHealth", `[]`},
	} {
		p := connectAs(t, g, c.hub, secretOf("ops-admin"))
		p.send(fmt.Sprintf(`{"type":1,"invocationId":"1","target":%q,"arguments":%s}`, c.method, c.args))
		for {
			f := p.frame()
			if strings.HasPrefix(f, `{"type":3`) {
				break
			}
			frames = append(frames, f)
		}
		p.close()
	}
	return frames
}

// connectAs is connect with another virtual key than the first.
func connectAs(t *testing.T, g *Gateway, hub, key string) *peer {
	t.Helper()
	if g.hubs[hub].area == admin {
		return connect(t, g, hub, WebSockets)
	}
	before := g.Stats()[hub].Connects
	p := dialAs(t, g, hub, WebSockets, key)
	p.send(`{"protocol":"json","version":1}`)
	if got := p.frame(); got != "{}" {
		t.Fatalf("handshake answered with %s", got)
	}
	eventually(t, func() bool { return g.Stats()[hub].Connects > before }) // the answer comes before the hub has it
	return p
}
