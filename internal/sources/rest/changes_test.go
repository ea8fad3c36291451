package rest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
)

// as decodes a row.
func as[T any](t *testing.T, s string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// asIs names a group by its id.
func asIs(id text) string { return string(id) }

// word writes an event short, for tables.
func word(e event.Event) string {
	switch b := e.(type) {
	case event.KeyRead:
		return fmt.Sprintf("read %s %v %v", b.Key, b.Enabled, b.Spend)
	case event.KeyChanged:
		return fmt.Sprintf("key %s %s %v", b.Key, b.Action, b.Changes)
	case event.NavigationChanged:
		return fmt.Sprintf("%s %s %s %s %s", b.Entity, b.ID, b.Name, b.Action, b.Data)
	case event.NavigationCounted:
		return fmt.Sprintf("count %s %d", b.Entity, b.Count)
	case event.ConfigurationChanged:
		return fmt.Sprintf("set %s/%s %q %q", b.Category, b.Setting, b.Old, b.New)
	case event.ModelsDiscovered:
		return fmt.Sprintf("models %s %s %v", b.Provider, b.Name, b.Models)
	case event.GroupRead:
		return fmt.Sprintf("group %s %v of %v %s", b.Group, b.Balance, b.OpeningBalance, b.PeriodID)
	case *event.SpendRecorded:
		return fmt.Sprintf("spend %s %v %s %s", b.Key, b.Amount, b.Model, b.Request)
	case event.ProviderHealthChanged:
		return fmt.Sprintf("health %s %s off=%v %v %s", b.Provider, b.Health, b.SwitchedOff, b.LatencyMS, b.Error)
	case event.LinkChanged:
		return fmt.Sprintf("link %s %s", b.State, b.Class)
	}
	return string(e.Kind())
}

func wordsOf(events []event.Event) string {
	var l []string
	for _, f := range events {
		l = append(l, word(f))
	}
	return strings.Join(l, "\n")
}

// diffOf is what the second list shows anew, with what a third read confirms.
func diffOf[T row](t *testing.T, before, after string) delta[T] {
	t.Helper()
	var l reconciler[T]
	take := func(body string, at time.Time) (delta[T], bool) {
		read, err := readList[T]([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		return l.reconcile(read, at, true)
	}
	take(before, start)
	d, again := take(after, start.Add(time.Minute))
	if again {
		confirmed, _ := take(after, start.Add(2*time.Minute))
		d.deleted = confirmed.deleted
	}
	return d
}

func TestKeyChanges(t *testing.T) {
	const key = `{"id":3,"keyName":"a","isEnabled":true,"virtualKeyGroupId":1,"allowedModels":null,"expiresAt":null,"updatedAt":"2026-11-22T22:00:00Z","metadata":null,"rateLimitRpm":null}`
	with := func(old, now string) string { return "[" + strings.Replace(key, old, now, 1) + "]" }
	const july = `[{"id":3,"keyName":"a","isEnabled":true,"maxBudget":1.5,"currentSpend":0.25,"updatedAt":"2026-11-22T22:00:00Z"}]`
	cases := []struct{ name, before, after, want string }{
		{"nothing", "[" + key + "]", "[" + key + "]", ""},
		{"disabled", "[" + key + "]", with(`"isEnabled":true`, `"isEnabled":false`), "read 3 false 0\nkey 3 disabled [isEnabled]"},
		{"enabled and renamed", with(`"isEnabled":true`, `"isEnabled":false`), with(`"keyName":"a"`, `"keyName":"b"`), "read 3 true 0\nkey 3 enabled [keyName isEnabled]"},
		{"limits", "[" + key + "]", strings.Replace(with(`"rateLimitRpm":null`, `"rateLimitRpm":60`), `"allowedModels":null`, `"allowedModels":"x"`, 1), "read 3 true 0\nkey 3 updated [allowedModels rateLimitRpm]"},
		{"something unseen", "[" + key + "]", with(`22:00:00Z`, `22:30:00Z`), "read 3 true 0\nkey 3 updated [updatedAt]"},
		{"created", `[{"id":1}]`, `[{"id":1},{"id":2,"isEnabled":true,"createdAt":"2026-11-22T23:00:30Z"}]`, "read 2 true 0\nkey 2 created []\ncount virtual_key 2"},
		{"July spends", july, strings.Replace(strings.Replace(july, "0.25", "0.5", 1), "22:00", "22:30", 1), "read 3 true 0.5"},
		{"July's budget moves", july, strings.Replace(july, "1.5", "2.5", 1), "read 3 true 0.25\nkey 3 updated [maxBudget]"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			d := diffOf[Key](t, tc.before, tc.after)
			if diff := cmp.Diff(tc.want, wordsOf(keyEvents(d, 2, asIs, start))); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("deleted", func(t *testing.T) {
		d := diffOf[Key](t, `[{"id":1},{"id":2},{"id":3}]`, `[{"id":1},{"id":3}]`)
		if diff := cmp.Diff("key 2 deleted []\ncount virtual_key 2", wordsOf(keyEvents(d, 2, asIs, start))); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("the first list is state", func(t *testing.T) {
		var l reconciler[Key]
		read, _ := readList[Key](body(t, "head", "/api/VirtualKeys"))
		d, _ := l.reconcile(read, start, true)
		got := wordsOf(keyEvents(d, len(l.rows), asIs, start))
		if strings.Contains(got, "created") || !strings.HasSuffix(got, "count virtual_key 8") || strings.Count(got, "read ") != 8 {
			t.Error(got)
		}
	})
}

func TestProviderAndMappingAndSettingChanges(t *testing.T) {
	never := func(string) bool { return false }
	const p = `{"id":1,"providerName":"P","isEnabled":true,"keyCount":1,"updatedAt":"2026-11-22T22:00:00Z"}`
	off := strings.Replace(p, "true", "false", 1)
	d := diffOf[Provider](t, "["+p+"]", "["+off+"]")
	if got := wordsOf(providerEvents(d, 1, never, start)); got != `provider 1 P disabled {"changes":["isEnabled"]}` {
		t.Error(got)
	}
	if got := wordsOf(providerEvents(d, 1, func(string) bool { return true }, start)); got != "" {
		t.Errorf("switched off by the gateway, yet told as a change: %s", got)
	}
	d = diffOf[Provider](t, "["+p+"]", `[`+p+`,{"id":2,"providerName":"Q"}]`)
	if got := wordsOf(providerEvents(d, 2, never, start)); got != "provider 2 Q created \ncount provider 2" {
		t.Error(got)
	}

	names := func(id string) string { return "name-" + id }
	untold := func(string, event.Action) bool { return false }
	const m = `{"id":1,"modelAlias":"fast","modelId":35,"providerModelId":"up-1","providerId":1,"isEnabled":true,"updatedAt":"2026-11-22T22:00:00Z"}`
	dm := diffOf[Mapping](t, "["+m+"]", "["+strings.NewReplacer("up-1", "up-2", "22:00", "22:30").Replace(m)+`,{"id":2,"modelId":"slow","providerModelId":"up-3","providerId":"4"}]`)
	want := `model_mapping 2 slow created 
model_mapping 1 fast updated {"changes":["providerModelId"]}
models 4 name-4 [up-3]
count model_mapping 2`
	if diff := cmp.Diff(want, wordsOf(mappingEvents(dm, 2, untold, names, true, start))); diff != "" {
		t.Error(diff)
	}
	hub := func(id string, a event.Action) bool { return id == "2" && a == event.ActionCreated }
	if got := wordsOf(mappingEvents(dm, 2, hub, names, true, start)); strings.Contains(got, "slow created") || !strings.Contains(got, "fast updated") {
		t.Errorf("the hub told one of them: %s", got)
	}

	ds := diffOf[Setting](t, `[{"key":"Retention.Days","value":"30"},{"key":"WebUI_VirtualKey","value":"condt_aaaaaa"},{"key":"Theme","value":"dark"}]`,
		`[{"key":"Retention.Days","value":"60"},{"key":"WebUI_VirtualKey","value":"condt_bbbbbb"},{"key":"Theme","value":"dark"},{"key":"X","value":1}]`)
	want = `set general/X "" "1"
set Retention/Retention.Days "30" "60"
set WebUI/WebUI_VirtualKey "[hidden]" "[hidden]"`
	if diff := cmp.Diff(want, wordsOf(settingEvents(ds, start))); diff != "" {
		t.Error(diff)
	}
}

func TestEpochOfAGroup(t *testing.T) {
	groups := rows[Group](t, "head", "/api/VirtualKeyGroups")
	e, ok := newestCredit(rows[Transaction](t, "head", "/api/VirtualKeyGroups/2/transactions"))
	for _, g := range groups {
		if g.ID != "2" {
			continue
		}
		if got := word(groupRead(g, e, start, start)); !ok || got != "group 2 9.5 of 40.5 topup:2@2026-11-22T22:16Z" {
			t.Error(got)
		}
		if u := usedRatio(g, e); u < 0.765 || u > 0.766 {
			t.Errorf("used %v", u)
		}
	}
	if _, ok := newestCredit(rows[Transaction](t, "head", "/api/VirtualKeyGroups/1/transactions?page=1&pageSize=2")); ok {
		t.Error("a page of debits has a credit")
	}
	one := rows[Transaction](t, "head", "/api/VirtualKeyGroups/1/transactions")
	if e, ok := newestCredit(one); !ok || e.name == "topup:1" {
		t.Errorf("the newest of several: %+v, %v", e, ok)
	}
}

func TestTheRequestLogIsToldOnce(t *testing.T) {
	page := func(ids ...int64) (rows []LogRow) {
		for _, id := range ids {
			rows = append(rows, LogRow{ID: count{id, true}, Key: "1", Model: "m", Cost: money{nano: event.USD(0.011), ok: true}})
		}
		return rows
	}
	steps := []struct {
		rows    []LogRow
		healthy bool
		want    string
	}{
		{nil, false, ""}, // the database may be down
		{page(47, 46, 45), false, ""},
		{nil, false, ""},
		{page(47, 46, 45), true, ""},
		{page(49, 48, 47), true, "log:48 log:49"},
		{page(52, 50, 49), true, "log:50 log:52"},
		{page(53, 52, 51), true, "log:51 log:53"}, // one turned up late
		{page(3, 2, 1), true, ""},                 // begun anew: state
		{page(4, 3), true, "log:4"},
	}
	var j logCursor
	for i, s := range steps {
		var got []string
		for _, f := range spendEvents(j.take(s.rows, s.healthy), func(string) string { return "" }) {
			b := f.(*event.SpendRecorded)
			if got = append(got, b.Request); b.Amount != 11_000_000 || b.Key != "1" {
				t.Errorf("%+v", b)
			}
		}
		if strings.Join(got, " ") != s.want {
			t.Errorf("step %d: %v, want %q", i, got, s.want)
		}
	}
	var empty logCursor
	empty.take(nil, true)
	if got := empty.take(page(1), true); len(got) != 1 {
		t.Error("the first request of an empty gateway is not told")
	}
}

func TestHealthOfAugust(t *testing.T) {
	const upd = "2026-11-22T22:50:00Z"
	prov := func(enabled bool, keys int) Provider {
		return as[Provider](t, fmt.Sprintf(`{"id":1,"providerName":"P","isEnabled":%v,"keyCount":%d,"updatedAt":%q}`, enabled, keys, upd))
	}
	bad := func(kind string, fatal bool, at string) ProviderError {
		return as[ProviderError](t, fmt.Sprintf(`{"providerId":1,"errorType":%q,"isFatal":%v,"occurredAt":"2026-11-22T%sZ","errorMessage":"API returned an error: 401 Unauthorized - x"}`, kind, fatal, at))
	}
	disabled := []ProviderKey{{ID: "1", Enabled: flag{ok: true}}}
	cases := []struct {
		name string
		e    providerSignals
		want string
	}{
		{"nothing known", providerSignals{provider: prov(true, 1)}, "unknown off=false -1 "},
		{"served", providerSignals{provider: prov(true, 1), calls: 2, latency: 53.88}, "healthy off=false 53.9 "},
		{"served, by the audit", providerSignals{provider: prov(true, 1), served: true}, "healthy off=false -1 "},
		{"failed, and served by the audit", providerSignals{provider: prov(true, 1), served: true, errors: []ProviderError{bad("C", false, "22:59:00")}}, "degraded off=false -1 1 × C in 10 minutes"},
		{"no keys", providerSignals{provider: prov(true, 0), calls: 2}, "unhealthy off=false -1 no usable key"},
		{"keys disabled", providerSignals{provider: prov(true, 1), keys: disabled}, "unhealthy off=false -1 no usable key"},
		{"fatal", providerSignals{provider: prov(true, 1), errors: []ProviderError{bad("InsufficientBalance", true, "22:55:00")}, calls: 1}, "degraded off=false -1 1 × InsufficientBalance; the next one may switch it off"},
		{"fatal before it was mended", providerSignals{provider: prov(true, 1), errors: []ProviderError{bad("InvalidApiKey", true, "22:49:59")}, calls: 1, latency: 5}, "healthy off=false 5 "},
		{"served ten since the newest failure", providerSignals{provider: prov(true, 1), calls: 12, latency: 80, over: bad("C", false, "22:59:00").At.Time, errors: []ProviderError{bad("C", false, "22:59:00")}}, "healthy off=false 80 "},
		{"failed again since", providerSignals{provider: prov(true, 1), calls: 12, latency: 80, over: bad("C", false, "22:59:00").At.Time, errors: []ProviderError{bad("C", false, "22:59:00"), bad("C", false, "22:59:30")}}, "degraded off=false -1 1 × C in 10 minutes"},
		{"others", providerSignals{provider: prov(true, 1), errors: []ProviderError{bad("B", false, "22:55:00"), bad("A", false, "22:54:00"), bad("A", false, "22:40:00"), bad("C", false, "22:59:00"), bad("C", false, "22:59:01")}}, "degraded off=false -1 2 × C, 1 × A, 1 × B in 10 minutes"},
		{"old failure", providerSignals{provider: prov(true, 1), errors: []ProviderError{bad("B", false, "22:49:00")}}, "unknown off=false -1 "},
		{"an administrator", providerSignals{provider: prov(false, 1), errors: []ProviderError{bad("A", false, "22:50:00"), bad("A", true, "22:49:54"), bad("A", true, "22:50:02")}}, "disabled off=false -1 switched off by an administrator"},
		{"the gateway", providerSignals{provider: prov(false, 1), errors: []ProviderError{bad("InvalidApiKey", true, "22:49:59.97")}}, "unhealthy off=true -1 switched off by the gateway at 22:50:00 UTC: InvalidApiKey (401); it stays off until an administrator enables it"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			h := tc.e.health(start)
			if got := strings.TrimPrefix(word(h), "health 1 "); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
			if !h.SwitchedOff {
				return
			}
			tc.e.errors = nil // aged out: still the gateway's doing
			if again := tc.e.health(start.Add(time.Hour)); !again.SwitchedOff || again.Error != h.Error {
				t.Errorf("later: %+v", again)
			}
			tc.e.provider.Updated.Time = start // switched off anew, by somebody
			if other := tc.e.health(start.Add(time.Hour)); other.SwitchedOff {
				t.Errorf("another change: %+v", other)
			}
		})
	}
}

func TestHealthOfJuly(t *testing.T) {
	checks, err := readChecks(body(t, "july", "/api/ProviderHealth/statuses"))
	if err != nil {
		t.Fatal(err)
	}
	monitors := rows[Monitor](t, "july", "/api/ProviderHealth/configurations")
	var got []string
	for _, p := range rows[Provider](t, "july", "/api/ProviderCredentials") {
		var c *Check
		endpoint := ""
		if v, ok := checks[string(p.Name)]; ok {
			c, endpoint = &v, string(v.Endpoint)
		}
		got = append(got, word(checkHealth(p, c, monitored(string(p.Name), monitors, endpoint), start)))
	}
	want := []string{
		"health anthropic healthy off=false 54.8 ", "health groq disabled off=false -1 switched off by an administrator",
		"health openai healthy off=false 55.4 ", "health openai-compatible unknown off=false -1 not monitored",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	bad := as[Check](t, `{"status":1,"statusMessage":"Connection refused","responseTimeMs":3}`)
	p := as[Provider](t, `{"id":2,"providerName":"openai","isEnabled":true}`)
	if got := word(checkHealth(p, &bad, true, start)); got != "health openai unhealthy off=false 3 Connection refused" {
		t.Error(got)
	}
	if got := word(checkHealth(p, nil, monitored("openai", nil, ""), start)); got != "health openai unknown off=false -1 not monitored" {
		t.Error(got)
	}
}

// BenchmarkDiff is a snapshot of a large gateway in which one row moved.
func BenchmarkDiff(b *testing.B) {
	lists := func(n int, row string) []byte {
		var s []string
		for i := range n {
			s = append(s, fmt.Sprintf(row, i+1))
		}
		return []byte("[" + strings.Join(s, ",") + "]")
	}
	keys := lists(500, `{"id":%d,"keyName":"k","keyPrefix":"condt_x...","allowedModels":null,"virtualKeyGroupId":1,"isEnabled":true,"expiresAt":null,"createdAt":"2026-11-22T22:16:10.605871Z","updatedAt":"2026-11-22T22:16:10.605871Z","metadata":null,"rateLimitRpm":null,"rateLimitRpd":null,"description":null}`)
	providers := lists(50, `{"id":%d,"providerType":1,"providerName":"P","baseUrl":"http://x/v1","isEnabled":true,"createdAt":"2026-11-22T22:16:10.667414Z","updatedAt":"2026-11-22T23:07:35.361127Z","keyCount":1}`)
	mappings := lists(2000, `{"id":%d,"modelAlias":"demo-chat","modelId":35,"providerModelId":"up-chat-1","providerId":1,"provider":{"id":1,"providerType":5,"displayName":"P","isEnabled":true},"priority":0,"isEnabled":true,"maxContextTokensOverride":null,"providerVariation":null,"qualityScore":null,"isDefault":false,"defaultCapabilityType":null,"createdAt":"2026-11-22T22:16:11.052388Z","updatedAt":"2026-11-22T22:16:11.052388Z","notes":null}`)
	var k reconciler[Key]
	var p reconciler[Provider]
	var m reconciler[Mapping]
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		kl, _ := readList[Key](keys)
		pl, _ := readList[Provider](providers)
		ml, _ := readList[Mapping](mappings)
		ml.rows[7].Upstream = text(fmt.Sprint(i))
		dk, _ := k.reconcile(kl, start, true)
		dp, _ := p.reconcile(pl, start, true)
		dm, _ := m.reconcile(ml, start, true)
		if i > 0 && (len(dm.updated) != 1 || dk.updated != nil || dp.updated != nil) {
			b.Fatal("not one change")
		}
	}
}
