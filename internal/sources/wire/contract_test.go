package wire

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
)

var (
	testNow = time.Date(2026, 11, 22, 23, 38, 23, 0, time.UTC)
	testAt  = time.Date(2026, 11, 22, 23, 38, 22, 510671100, time.UTC)
)

const stamp = `"timestamp":"2026-11-22T23:38:22.5106711Z"`

// decodeCase is one invocation and what it must become.
type decodeCase struct {
	name, target, args string
	want               []event.Event
}

func (c decodeCase) run(t *testing.T, o Options) {
	t.Helper()
	t.Run(c.name, func(t *testing.T) {
		for _, std := range []bool{false, true} {
			d := New(o)
			d.useStd = std
			got := collect(d, "any", c.target, []byte(c.args), testNow)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("std %t (-want +got):\n%s", std, diff)
			}
			checkCounted(t, d, got)
		}
	})
}

// checkCounted: every invocation ends in an event, an Unrecognised or a count.
func checkCounted(t *testing.T, d *Decoder, got []event.Event) {
	t.Helper()
	c := d.Counts()
	held := uint64(len(d.pairing.firsts) + len(d.pairing.failures))
	if uint64(len(got)) != c.Events+c.Unrecognised || c.Events+c.Unrecognised+c.Ignored+c.DuplicateIDs+c.DuplicateSpends+held == 0 {
		t.Errorf("%d events, but counts %+v", len(got), c)
	}
}

func unread(target, reason, args string) event.Unrecognised {
	return event.Unrecognised{
		Hub: "any", Target: target, Reason: reason, Sample: args, Bytes: len(args), At: testNow,
	}
}

func one(e event.Event) []event.Event { return []event.Event{e} }

func spend(key event.KeyID, amount, total float64) *event.SpendRecorded {
	return &event.SpendRecorded{
		Key: key, Amount: event.USD(amount), Total: event.USD(total), HasTotal: true,
		Model: "gpt-4o", At: testAt,
	}
}

func TestContractSpend(t *testing.T) {
	rounded := spend("k1", 0, 3)
	rounded.Amount, rounded.Rounded = 2, true
	bare := &event.SpendRecorded{Key: "7", Amount: event.USD(1)}
	limited := spend("7", 0.0125, 3.5)
	limited.Name, limited.LimitTold = "Ann", true
	noTotal := spend("7", 0.5, 0)
	noTotal.HasTotal = false
	for _, c := range []decodeCase{
		{
			"as written", "SpendUpdate",
			`[{"virtualKeyId":"k1","amount":0.0125,"totalSpend":3.5,"model":"gpt-4o",` + stamp + `}]`,
			one(spend("k1", 0.0125, 3.5)),
		},
		{
			"numbers for ids, strings for numbers, more arguments", "SpendUpdate",
			` [ {"virtualKeyId" : 42 ,"amount":"0.0125","totalSpend":35e-1,"model":"gpt-4o",` + stamp + `} , [1,{"a":null}], "x" ] `,
			one(spend("42", 0.0125, 3.5)),
		},
		{
			"escapes in names and text", "SpendUpdate",
			`[{"virtual\u004beyId":"\u006b1","amount":0.0125,"totalSpend":3.5,"model":"gpt\u002D4o",` + stamp + `}]`,
			one(spend("k1", 0.0125, 3.5)),
		},
		{
			"the last of two fields stands", "SpendUpdate",
			`[{"virtualKeyId":"x","amount":9,"virtualKeyId":"k1","amount":0.0125,"totalSpend":3.5,"model":"gpt-4o",` + stamp + `}]`,
			one(spend("k1", 0.0125, 3.5)),
		},
		{
			"more than nine decimals are rounded to even, once", "SpendUpdate",
			`[{"virtualKeyId":"k1","amount":0.0000000015,"totalSpend":3.00000000000,"model":"gpt-4o",` + stamp + `}]`,
			one(rounded),
		},
		{"no time, no model, no total", "SpendUpdate", `[{"virtualKeyId":"7","amount":1}]`, one(bare)},
		{
			"total null, unknown fields", "SpendUpdate",
			`[{"virtualKeyId":"7","amount":0.5,"totalSpend":null,"model":"gpt-4o","deep":{"a":[[[{}]]]},` + stamp + `}]`,
			one(noTotal),
		},
		{
			"name and limit", "SpendUpdate",
			`[{"virtualKeyId":"7","virtualKeyName":"Ann","limit":20,"amount":0.0125,"totalSpend":3.5,"model":"gpt-4o",` + stamp + `}]`,
			[]event.Event{
				event.KeyRead{Key: "7", Name: "Ann", Enabled: event.Known(true), Limit: event.Known(event.USD(20)), At: testNow},
				limited,
			},
		},
		{
			"no key", "SpendUpdate", `[{"amount":1,"totalSpend":1}]`,
			one(unread("SpendUpdate", "virtualKeyId: missing", `[{"amount":1,"totalSpend":1}]`)),
		},
		{
			"key null", "SpendUpdate", `[{"virtualKeyId":null,"amount":1}]`,
			one(unread("SpendUpdate", "virtualKeyId: missing", `[{"virtualKeyId":null,"amount":1}]`)),
		},
		{
			"key an object", "SpendUpdate", `[{"virtualKeyId":{},"amount":1}]`,
			one(unread("SpendUpdate", "virtualKeyId: not an id", `[{"virtualKeyId":{},"amount":1}]`)),
		},
		{
			"key a fraction", "SpendUpdate", `[{"virtualKeyId":1.5,"amount":1}]`,
			one(unread("SpendUpdate", "virtualKeyId: not an id", `[{"virtualKeyId":1.5,"amount":1}]`)),
		},
		{
			"no amount", "SpendUpdate", `[{"virtualKeyId":1}]`,
			one(unread("SpendUpdate", "amount: missing", `[{"virtualKeyId":1}]`)),
		},
		{
			"amount true", "SpendUpdate", `[{"virtualKeyId":1,"amount":true}]`,
			one(unread("SpendUpdate", "amount: not a decimal number", `[{"virtualKeyId":1,"amount":true}]`)),
		},
		{
			"amount too large", "SpendUpdate", `[{"virtualKeyId":1,"amount":1e40}]`,
			one(unread("SpendUpdate", "amount: amount of money out of range", `[{"virtualKeyId":1,"amount":1e40}]`)),
		},
		{
			"total wrong", "SpendUpdate", `[{"virtualKeyId":1,"amount":1,"totalSpend":"a lot"}]`,
			one(unread("SpendUpdate", "totalSpend: not a decimal number", `[{"virtualKeyId":1,"amount":1,"totalSpend":"a lot"}]`)),
		},
	} {
		c.run(t, Options{})
	}
}

func TestContractSpendLimit(t *testing.T) {
	want := event.SpendLimitReported{
		Key: "7", Spend: event.USD(91), Limit: event.USD(100), Ratio: 0.91,
		Severity: event.SeverityCritical, At: testNow,
	}
	derived := want
	derived.Severity = event.SeverityCritical
	unsaid := want
	unsaid.Ratio = -1
	for _, c := range []decodeCase{
		{
			"as written", "SpendLimitAlert",
			`[{"virtualKeyId":"7","currentSpend":91.00,"limit":100,"percentage":91,"alertLevel":"critical"}]`, one(want),
		},
		{
			"level unknown, derived", "SpendLimitAlert",
			`[{"virtualKeyId":7,"currentSpend":91,"limit":100,"percentage":91,"alertLevel":"RED"}]`, one(derived),
		},
		{
			"no percentage", "SpendLimitAlert",
			`[{"virtualKeyId":7,"currentSpend":91,"limit":100,"alertLevel":"Critical"}]`, one(unsaid),
		},
		{
			"neither", "SpendLimitAlert", `[{"virtualKeyId":7,"currentSpend":91,"limit":100}]`,
			one(unread("SpendLimitAlert", "alertLevel: neither warning nor critical",
				`[{"virtualKeyId":7,"currentSpend":91,"limit":100}]`)),
		},
		{
			"no limit", "SpendLimitAlert", `[{"virtualKeyId":7,"currentSpend":91,"alertLevel":"warning"}]`,
			one(unread("SpendLimitAlert", "limit: missing",
				`[{"virtualKeyId":7,"currentSpend":91,"alertLevel":"warning"}]`)),
		},
	} {
		c.run(t, Options{})
	}
}

func TestContractNavigation(t *testing.T) {
	data := `{"id":14,"modelAlias":"fast","x":[1]}`
	for _, target := range []string{"NavigationStateUpdate", "NavigationStateUpdated"} {
		for _, c := range []decodeCase{
			{
				target, target, `[{"type":"model_mapping","action":"created","data":` + data + `,` + stamp + `}]`,
				one(event.NavigationChanged{
					Entity: event.EntityModelMapping, Action: event.ActionCreated, ID: "14", Name: "fast",
					Data: json.RawMessage(data), At: testAt,
				}),
			},
			{
				target + " without data or time", target, `[{"type":"virtual_key","action":"Deleted","data":null}]`,
				one(event.NavigationChanged{Entity: event.EntityVirtualKey, Action: event.ActionDeleted, At: testNow}),
			},
			{
				target + " as the SDK has it", target,
				`[{` + stamp + `,"changedEntities":{"modelMappings":true,"providers":false,"virtualKeys":[1,2]},` +
					`"summary":{"totalProviders":3,"enabledProviders":2,"totalMappings":7,"virtualKeys":12}}]`,
				[]event.Event{
					event.NavigationChanged{Entity: event.EntityModelMapping, Action: event.ActionUpdated, At: testAt},
					event.NavigationChanged{Entity: event.EntityVirtualKey, Action: event.ActionUpdated, At: testAt},
					event.NavigationCounted{Entity: event.EntityProvider, Count: 3, At: testAt},
					event.NavigationCounted{Entity: event.EntityModelMapping, Count: 7, At: testAt},
					event.NavigationCounted{Entity: event.EntityVirtualKey, Count: 12, At: testAt},
				},
			},
			{
				target + " with names of entities", target,
				`[{` + stamp + `,"changedEntities":["provider",{"type":"virtual_key"}],"summary":null}]`,
				[]event.Event{
					event.NavigationChanged{Entity: event.EntityProvider, Action: event.ActionUpdated, At: testAt},
					event.NavigationChanged{Entity: event.EntityVirtualKey, Action: event.ActionUpdated, At: testAt},
				},
			},
			{
				target + " of nothing", target, `[{"changedEntities":{}}]`,
				one(unread(target, "changedEntities: names no entity, and summary counts none", `[{"changedEntities":{}}]`)),
			},
			{
				target + " of an unknown sort", target, `[{"type":"teapot","action":"created"}]`,
				one(unread(target, "type: not an entity of navigation state", `[{"type":"teapot","action":"created"}]`)),
			},
			{
				target + " with an unknown action", target, `[{"type":"provider","action":3}]`,
				one(unread(target, "action: not an action", `[{"type":"provider","action":3}]`)),
			},
		} {
			c.run(t, Options{})
		}
	}
}

func TestContractTasks(t *testing.T) {
	for _, m := range []struct {
		target string
		medium event.Medium
	}{{"VideoGenerationProgress", event.MediumVideo}, {"ImageGenerationProgress", event.MediumImage}} {
		base := event.TaskProgressed{
			Task: "t1", Medium: m.medium, Status: event.TaskProcessing, Progress: 42, Remaining: -1, At: testNow,
		}
		queued, done, failed, remaining := base, base, base, base
		queued.Status, queued.Progress = event.TaskQueued, 0
		done.Status, done.Progress, done.ResultURL = event.TaskCompleted, 100, "https://x.example/v.mp4?a=b&c"
		failed.Status, failed.Error = event.TaskFailed, "out of <b>luck</b>"
		remaining.Remaining = 17.5
		for _, c := range []decodeCase{
			{m.target + " queued", m.target, `[{"taskId":"t1","status":"queued","progress":0}]`, one(queued)},
			{m.target + " processing", m.target, `[{"taskId":"t1","status":"processing","progress":42}]`, one(base)},
			{
				m.target + " remaining", m.target,
				`[{"taskId":"t1","status":"processing","progress":42,"estimatedTimeRemaining":17.5}]`, one(remaining),
			},
			{
				m.target + " remaining as a TimeSpan", m.target,
				`[{"taskId":"t1","status":"processing","progress":42,"estimatedTimeRemaining":"00:00:17.5"}]`, one(remaining),
			},
			{
				m.target + " completed", m.target,
				`[{"taskId":"t1","status":"completed","progress":120,"resultUrl":"https://x.example/v.mp4?a=b\u0026c"}]`, one(done),
			},
			{
				m.target + " failed", m.target,
				`[{"taskId":"t1","status":"failed","progress":42,"error":"out of <b>luck</b>"}]`, one(failed),
			},
			{
				m.target + " script for a result", m.target,
				`[{"taskId":"t1","status":"processing","progress":42,"resultUrl":"javascript:alert(1)"}]`, one(base),
			},
			{
				m.target + " without task", m.target, `[{"status":"queued","progress":1}]`,
				one(unread(m.target, "taskId: missing", `[{"status":"queued","progress":1}]`)),
			},
			{
				m.target + " without status", m.target, `[{"taskId":"t1","progress":1}]`,
				one(unread(m.target, "status: missing or not a status", `[{"taskId":"t1","progress":1}]`)),
			},
			{
				m.target + " progress wrong", m.target, `[{"taskId":"t1","status":"queued","progress":"half"}]`,
				one(unread(m.target, "progress: not a number", `[{"taskId":"t1","status":"queued","progress":"half"}]`)),
			},
		} {
			c.run(t, Options{})
		}
	}
}

func TestContractProvidersAndModels(t *testing.T) {
	for _, target := range []string{"ProviderHealthChange", "ProviderHealthChanged"} {
		sick := event.ProviderHealthChanged{
			Provider: "3", Name: "OpenAI", Health: event.HealthUnhealthy, LatencyMS: 812.5,
			Error: "connection refused", At: testNow,
		}
		well := event.ProviderHealthChanged{Provider: "p1", Health: event.HealthHealthy, LatencyMS: -1, At: testNow}
		for _, c := range []decodeCase{
			{
				target, target,
				`[{"providerId":3,"providerName":"OpenAI","status":"unhealthy","latency":812.5,"error":"connection refused"}]`, one(sick),
			},
			{target + " bare", target, `[{"providerId":"p1","status":"Healthy","latency":null}]`, one(well)},
			{
				target + " as the SDK has it", target,
				`[{"providerId":"p1","previousStatus":"degraded","currentStatus":"healthy","issues":[]}]`, one(well),
			},
			{target + " by number", target, `[{"providerId":"p1","status":0}]`, one(well)},
			{
				target + " without provider", target, `[{"status":"healthy"}]`,
				one(unread(target, "providerId: missing", `[{"status":"healthy"}]`)),
			},
			{
				target + " without status", target, `[{"providerId":1}]`,
				one(unread(target, "status: missing", `[{"providerId":1}]`)),
			},
			{
				target + " strange status", target, `[{"providerId":1,"status":"purple"}]`,
				one(unread(target, "status: not a health", `[{"providerId":1,"status":"purple"}]`)),
			},
		} {
			c.run(t, Options{})
		}
	}
	found := event.ModelsDiscovered{Provider: "3", Name: "OpenAI", Models: []string{"a", "b"}, At: testAt}
	for _, c := range []decodeCase{
		{
			"discovery", "ModelDiscovered",
			`[{"providerId":"3","providerName":"OpenAI","modelsDiscovered":["a","b"],` + stamp + `}]`, one(found),
		},
		{
			"discovery of objects", "ModelDiscovered",
			`[{"providerId":3,"providerName":"OpenAI","modelsDiscovered":[{"modelId":"a"},{"id":"b"}],` + stamp + `}]`, one(found),
		},
		{
			"discovery of one, as the SDK has it", "ModelDiscovered", `[{"providerId":3,"model":"a"}]`,
			one(event.ModelsDiscovered{Provider: "3", Models: []string{"a"}, At: testNow}),
		},
		{
			"discovery of none", "ModelDiscovered", `[{"providerId":3}]`,
			one(unread("ModelDiscovered", "modelsDiscovered: missing", `[{"providerId":3}]`)),
		},
		{
			"discovery of nonsense", "ModelDiscovered", `[{"providerId":3,"modelsDiscovered":[{}]}]`,
			one(unread("ModelDiscovered", "modelsDiscovered: holds something that is no model",
				`[{"providerId":3,"modelsDiscovered":[{}]}]`)),
		},
	} {
		c.run(t, Options{})
	}
}

func TestContractKeysAndConfiguration(t *testing.T) {
	for _, target := range []string{"VirtualKeyUpdate", "VirtualKeyEvent"} {
		for _, action := range []event.Action{"created", "updated", "deleted", "disabled", "enabled"} {
			decodeCase{
				target + " " + string(action), target,
				`[{"keyId":"7","action":"` + string(action) + `","changes":["limit",{"field":"name"}]}]`,
				one(event.KeyChanged{Key: "7", Action: action, Changes: []string{"limit", "name"}, At: testNow}),
			}.run(t, Options{})
		}
		for _, c := range []decodeCase{
			{
				target + " of a real gateway", target,
				`[{"type":"VirtualKeyUpdate","virtualKeyId":7,"updateType":"created","details":{},"id":"a",` + stamp + `,"priority":1}]`,
				one(event.KeyChanged{Key: "7", Action: event.ActionCreated, At: testAt}),
			},
			{
				target + " unknown", target, `[{"keyId":"7","action":"rotated"}]`,
				one(unread(target, "action: not an action", `[{"keyId":"7","action":"rotated"}]`)),
			},
		} {
			c.run(t, Options{})
		}
	}
	for _, target := range []string{"ConfigurationChange", "ConfigurationChanged"} {
		for _, c := range []decodeCase{
			{
				target, target,
				`[{"category":"routing","setting":"strategy","oldValue":"random","newValue":{"kind": "least busy"},` + stamp + `}]`,
				one(event.ConfigurationChanged{
					Category: "routing", Setting: "strategy", Old: "random", New: `{"kind":"least busy"}`, At: testAt,
				}),
			},
			{
				target + " of a secret", target,
				`[{"category":"ui","setting":"WebUI_VirtualKey","oldValue":"condt_abcdefgh","newValue":null}]`,
				one(event.ConfigurationChanged{Category: "ui", Setting: "WebUI_VirtualKey", Old: "[hidden]", At: testNow}),
			},
			{
				target + " without setting", target, `[{"category":"ui"}]`,
				one(unread(target, "setting: missing", `[{"category":"ui"}]`)),
			},
		} {
			c.run(t, Options{})
		}
	}
}

// TestALimitThatIsToldNoMore: where spends told a limit and do not any more, it is not
// known; where they tell null, there is none.
func TestALimitThatIsToldNoMore(t *testing.T) {
	d := New(Options{})
	var got []string
	for _, limit := range []string{`"limit":100,`, `"limit":100,`, ``, ``, `"limit":100,`, `"limit":null,`, `"limit":null,`, ``} {
		said := "nothing"
		for _, e := range collect(d, "spend", "SpendUpdate", []byte(`[{"virtualKeyId":"a","virtualKeyName":"Ann",`+limit+`"amount":1}]`), testNow) {
			if k, ok := e.(event.KeyRead); ok {
				said = k.Limit.String() + map[bool]string{true: ", untold"}[k.LimitUntold]
			}
		}
		got = append(got, said)
	}
	want := []string{"100", "nothing", "not known, untold", "nothing", "100", "none", "nothing", "not known, untold"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	collect(d, "spend", "SpendUpdate", []byte(`[{"virtualKeyId":"a","virtualKeyName":"Ann","limit":100,"amount":1}]`), testNow)
	for _, e := range collect(d, "spend", "SpendUpdate", []byte(`[{"virtualKeyId":"a","amount":1}]`), testNow) {
		if k, ok := e.(event.KeyRead); ok {
			t.Errorf("a spend without name and limit tells %+v", k)
		}
	}
}

// TestKeyNotesAreToldOnce: a key's name and limit come with every spend event
// of some gateways, and are reported only when they are new.
func TestKeyNotesAreToldOnce(t *testing.T) {
	d := New(Options{})
	told := 0
	send := func(key, name, limit string) {
		for _, e := range collect(d, "spend", "SpendUpdate", []byte(
			`[{"virtualKeyId":"`+key+`","keyName":"`+name+`","limit":`+limit+`,"amount":1}]`), testNow) {
			if _, ok := e.(event.KeyRead); ok {
				told++
			}
		}
	}
	for range 3 {
		send("a", "Ann", "5")
		send("b", "Bob", "5.00")
	}
	if told != 2 {
		t.Errorf("told %d times for two keys, want 2", told)
	}
	send("a", "Ann", "6")
	send("a", "Anna", "6")
	send("b", "Bob", "null")
	send("b", "Bob", "null")
	if told != 5 {
		t.Errorf("told %d times after three changes, want 5", told)
	}
	for i := range 2 * maxNotes {
		send(string(rune('c'+i%20))+time.Duration(i).String(), "x", "1")
	}
	if len(d.keyNews) > maxNotes || len(d.texts) > maxTexts {
		t.Errorf("remembers %d keys and %d texts", len(d.keyNews), len(d.texts))
	}
}

// named is a spend of a key whose name was reported.
func named(name string, e event.Event) event.Event {
	b := e.(*event.SpendRecorded)
	b.Name = name
	return b
}
