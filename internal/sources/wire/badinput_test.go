package wire

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
)

func TestBadArguments(t *testing.T) {
	for _, c := range []struct{ name, target, args, reason string }{
		{"nothing", "SpendUpdate", ``, "arguments: not JSON"},
		{"white space", "SpendUpdate", " \n", "arguments: not JSON"},
		{"no arguments", "SpendUpdate", `[]`, "arguments: not an object"},
		{"null", "SpendUpdate", `null`, "arguments: not JSON"},
		{"an object instead of a list", "SpendUpdate", `{"virtualKeyId":1,"amount":1}`, "arguments: not JSON"},
		{"a number", "SpendUpdate", `[7]`, "arguments: not an object"},
		{"a list", "SpendUpdate", `[[{"virtualKeyId":1,"amount":1}]]`, "arguments: not an object"},
		{"null argument", "SpendUpdate", `[null]`, "arguments: not an object"},
		{"cut", "SpendUpdate", `[{"virtualKeyId":1,"amount":1`, "arguments: not JSON"},
		{"unfinished text", "SpendUpdate", `[{"virtualKeyId":"1}]`, "arguments: not JSON"},
		{"more after it", "SpendUpdate", `[{"virtualKeyId":1,"amount":1}]]`, "arguments: not JSON"},
		{"comma at the end", "SpendUpdate", `[{"virtualKeyId":1,"amount":1,}]`, "arguments: not JSON"},
		{"leading zero", "SpendUpdate", `[{"virtualKeyId":01,"amount":1}]`, "arguments: not JSON"},
		{"plus", "SpendUpdate", `[{"virtualKeyId":1,"amount":+1}]`, "arguments: not JSON"},
		{"NaN", "SpendUpdate", `[{"virtualKeyId":1,"amount":NaN}]`, "arguments: not JSON"},
		{"bare line break", "SpendUpdate", "[{\"virtualKeyId\":\"a\nb\",\"amount\":1}]", "arguments: not JSON"},
		{"bad escape", "SpendUpdate", `[{"virtualKeyId":"\x41","amount":1}]`, "arguments: not JSON"},
		{"positional for an object", "VideoGenerationProgress", `["t1",50,"m"]`, "arguments: not an object"},
		{"object for positional", "TaskFailed", `[{"taskId":"t1"}]`, "arguments: not positional"},
		{"text for either", "ActiveAlerts", `["x"]`, "arguments: not an array"},
		{"a list for either form", "ConfigurationChanged", `[]`, "arguments: neither an object nor positional"},
		{"not in the contract", "Teapot", `[1]`, "unknown target"},
		{"other case", "spendupdate", `[{"virtualKeyId":1,"amount":1}]`, "unknown target"},
		{"no target", "", `[]`, "unknown target"},
		{"batch of the unknown", "TeapotBatch", `[[{}]]`, "unknown target"},
		{"batch of nothing known", "SpendUpdateBatch", `["x"]`, "batch: neither an array nor an object with one array of objects"},
		{"batch with two lists", "SpendUpdateBatch", `[{"a":[{}],"b":[{}]}]`, "batch: neither an array nor an object with one array of objects"},
		{"batch cut", "SpendUpdateBatch", `[[{}`, "batch: neither an array nor an object with one array of objects"},
	} {
		decodeCase{c.name, c.target, c.args, one(unread(c.target, c.reason, strings.ReplaceAll(c.args, "\n", " ")))}.run(t, Options{})
	}
}

func TestBatchUnfolds(t *testing.T) {
	a := `{"virtualKeyId":"k1","amount":0.0125,"totalSpend":3.5,"model":"gpt-4o",` + stamp + `}`
	b := `{"virtualKeyId":"k2","amount":1,"totalSpend":2,"model":"gpt-4o",` + stamp + `}`
	two := []event.Event{spend("k1", 0.0125, 3.5), spend("k2", 1, 2)}
	for _, c := range []decodeCase{
		{"a list", "SpendUpdateBatch", `[[` + a + `,` + b + `]]`, two},
		{
			"an object with a list", "SpendUpdateBatch",
			`[{"messages":[` + a + `, ` + b + `],"count":2,"tags":["x"],"none":[],"methodName":"SpendUpdate"}]`, two,
		},
		{"one of them unreadable", "SpendUpdateBatch", `[[` + a + `,7,` + b + `]]`, []event.Event{
			two[0], unread("SpendUpdateBatch", "arguments: not an object", `[7]`), two[1],
		}},
		{"an empty one", "SpendUpdateBatch", `[[]]`, nil},
	} {
		c.run(t, Options{})
	}
}

// TestDepth: JSON of any depth is read or refused, never fatal.
func TestDepth(t *testing.T) {
	for _, depth := range []int{1, maxDepth - 2, maxDepth, maxDepth + 1, 1000, 9_000, 10_000, 1_000_000} {
		deep := strings.Repeat("[", depth) + strings.Repeat("]", depth)
		for _, args := range []string{
			`[{"virtualKeyId":1,"amount":1,"x":` + deep + `}]`,
			`[` + deep + `]`,
			`[{"type":"provider","action":"created","data":` + deep + `}]`,
			strings.Repeat(`[{"a":`, depth),
		} {
			for _, target := range []string{"SpendUpdate", "NavigationStateUpdate", "ActiveAlerts", "SpendUpdateBatch", "Teapot"} {
				d := New(Options{})
				if got := collect(d, "h", target, []byte(args), testNow); len(got) != 1 && d.Counts().Ignored != 1 {
					t.Errorf("depth %d, %s: %d events, want 1", depth, target, len(got))
				}
			}
		}
	}
	got := collect(New(Options{}), "h", "SpendUpdate",
		[]byte(`[{"virtualKeyId":1,"amount":1,"x":`+strings.Repeat("[", 5000)+strings.Repeat("]", 5000)+`}]`), testNow)
	if _, ok := got[0].(*event.SpendRecorded); !ok {
		t.Errorf("depth 5000 beside what is wanted: %#v", got[0])
	}
}

func TestTextIsMadeSafe(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, c := range []struct{ name, in, want string }{
		{"plain", `gpt-4o`, "gpt-4o"},
		{"HTML is text", `<img src=x onerror=alert(1)>`, "<img src=x onerror=alert(1)>"},
		{"line breaks", `a\nb\r\nc\td\u2028e\u0085f`, "a b  c d e f"},
		{"control characters", `a\u0000b\u001bc\u009bd\u007fe`, "a�b�c�d�e"},
		{"overrides", `a\u202eb\u2066c\u2069d\u200fe\u061cf`, "a�b�c�d�e�f"},
		{"raw overrides", "a\u202eb\u2067c", "a�b�c"},
		{"zero width", `a\u200bb\ufeffc`, "a�b�c"},
		{"emoji and joiners stay", "👩\u200d🔬 ok", "👩\u200d🔬 ok"},
		{"lone surrogate", `a\ud800b`, "a�b"},
		{"invalid UTF-8", "a\xffb\xc3", "a�b�"},
		{"long", long, long[:199] + "…"},
		{"long, of two bytes each", strings.Repeat("ü", 300), strings.Repeat("ü", 199) + "…"},
		{"just fits", strings.Repeat("ü", 200), strings.Repeat("ü", 200)},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, std := range []bool{false, true} {
				d := New(Options{})
				d.useStd = std
				got := collect(d, "h", "SpendUpdate",
					[]byte(`[{"virtualKeyId":1,"amount":1,"model":"`+c.in+`"}]`), testNow)
				s, ok := got[0].(*event.SpendRecorded)
				if !ok || s.Model != c.want {
					t.Errorf("std %t: got %q (%T), want %q", std, s.Model, got[0], c.want)
				}
				if cleaned := d.Counts().Cleaned; (cleaned == 1) != (c.want != unescaped(c.in)) {
					t.Errorf("std %t: counted %d", std, cleaned)
				}
			}
		})
	}
}

// unescaped is the text of a JSON string's inside, for the cases above.
func unescaped(s string) string {
	u, _ := value(`"` + s + `"`).unquote()
	if !utf8.ValidString(s) || strings.Contains(s, `\ud800`) {
		return strings.ToValidUTF8(s, "?")
	}
	return u
}

func TestUnrecognisedIsSafeToShow(t *testing.T) {
	args := `[{"apiKey":"hunter2hunter2","note":"condt_abcdEFGH1234+/= and Bearer abc.def-ghi","x":"` + strings.Repeat("y", 500) + "\u202e\"}]"
	got := collect(New(Options{}), "spend\x1b", "Evil\u202e\n<b>"+strings.Repeat("z", 200), []byte(args), testNow)
	u, ok := got[0].(event.Unrecognised)
	if !ok || len(got) != 1 {
		t.Fatalf("got %#v", got)
	}
	for _, bad := range []string{"hunter2", "condt_", "abc.def", "\u202e", "\n", "\x1b"} {
		if strings.Contains(u.Sample+u.Target+u.Hub+u.Reason, bad) {
			t.Errorf("%q is shown in %+v", bad, u)
		}
	}
	if utf8.RuneCountInString(u.Sample) > 200 || utf8.RuneCountInString(u.Target) > 100 || u.Bytes != len(args) {
		t.Errorf("sample %d, target %d runes, %d bytes", len(u.Sample), len(u.Target), u.Bytes)
	}
}

func TestNavigationDataIsBounded(t *testing.T) {
	send := func(data string) (event.NavigationChanged, *Decoder) {
		d := New(Options{})
		got := collect(d, "h", "NavigationStateUpdate", []byte(`[{"type":"provider","action":"updated","data":`+data+`}]`), testNow)
		n, ok := got[0].(event.NavigationChanged)
		if !ok {
			t.Fatalf("%s: %#v", data, got[0])
		}
		return n, d
	}
	if n, d := send(`{"id":1,"blob":"` + strings.Repeat("x", maxData) + `"}`); n.Data != nil || n.ID != "1" || d.Counts().Cleaned != 1 {
		t.Errorf("large data: kept %d bytes, id %q", len(n.Data), n.ID)
	}
	n, _ := send("{\"name\":\"a\u202eb\",\"apiKey\":\"sk-1234567890\",\"bad\":\"\xff\"}")
	if got, want := string(n.Data), `{"name":"a�b","apiKey":"[hidden]","bad":"�"}`; got != want {
		t.Errorf("data %s, want %s", got, want)
	}
}

func TestClockSkew(t *testing.T) {
	for _, c := range []struct {
		name, stamp    string
		want           time.Time
		skewed, broken uint64
	}{
		{"near", "2026-11-22T23:34:00Z", time.Date(2026, 11, 22, 23, 34, 0, 0, time.UTC), 0, 0},
		{"no zone is UTC", "2026-11-22T23:34:00.5", time.Date(2026, 11, 22, 23, 34, 0, 5e8, time.UTC), 0, 0},
		{"other zone", "2026-11-23T00:34:00+01:00", time.Date(2026, 11, 22, 23, 34, 0, 0, time.UTC), 0, 0},
		{"past", "2026-11-22T23:33:00Z", testNow, 1, 0},
		{"future", "2026-11-22T23:44:00Z", testNow, 1, 0},
		{"far past", "0001-01-02T00:00:00Z", testNow, 1, 0},
		{"minimum date", "0001-01-01T00:00:00", time.Time{}, 0, 0},
		{"no date", "yesterday", time.Time{}, 0, 1},
		{"no such day", "2026-02-30T00:00:00Z", time.Time{}, 0, 1},
		{"year out of range", "2026-11-22T23:34:00-99:00", time.Time{}, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := New(Options{})
			got := collect(d, "h", "SpendUpdate",
				[]byte(`[{"virtualKeyId":1,"amount":1,"timestamp":"`+c.stamp+`"}]`), testNow)
			s, _ := got[0].(*event.SpendRecorded)
			if !s.At.Equal(c.want) || d.Counts().Skewed != c.skewed || d.Counts().BadTimes != c.broken {
				t.Errorf("at %v, want %v; counts %+v", s.At, c.want, d.Counts())
			}
		})
	}
}

func TestSpans(t *testing.T) {
	for in, want := range map[string]time.Duration{
		`"00:00:04.5"`:                4500 * time.Millisecond,
		`"1.02:03:04.0015"`:           26*time.Hour + 3*time.Minute + 4*time.Second + 1500*time.Microsecond,
		`"-00:00:01"`:                 -time.Second,
		`"00:00:00.0000001"`:          100,
		`17.25`:                       17250 * time.Millisecond,
		`"90"`:                        90 * time.Second,
		`"10675199.02:48:05.4775807"`: seconds(1e12) + 2*time.Hour + 48*time.Minute + 5*time.Second + 477580700,
	} {
		if got, ok := value(in).span(); !ok || got != want {
			t.Errorf("%s: %v %t, want %v", in, got, ok, want)
		}
	}
	for _, in := range []string{``, `null`, `""`, `"-"`, `"1:2:3"`, `"00:00:60"`, `"24:00:00"`, `"00:00:01Z"`, `"x.00:00:01"`, `{}`} {
		if got, ok := value(in).span(); ok {
			t.Errorf("%s: %v, want none", in, got)
		}
	}
}

func TestTargetsAreListed(t *testing.T) {
	all := Targets()
	if len(all) < 100 {
		t.Fatalf("%d targets", len(all))
	}
	for _, target := range all {
		r := table[target.Name]
		ev := r.object != nil || r.list != nil || r.positional != nil
		if ev == (target.Ignored != "") {
			t.Errorf("%s: has a reader %t, ignored because %q", target.Name, ev, target.Ignored)
		}
		d := New(Options{})
		got := collect(d, "h", target.Name, []byte(`[]`), testNow)
		if target.Ignored != "" && (len(got) != 0 || d.Counts().Ignored != 1) {
			t.Errorf("%s: %d events, counts %+v", target.Name, len(got), d.Counts())
		}
		if ev && len(got) != 1 {
			t.Errorf("%s of nothing: %s", target.Name, cmp.Diff(nil, got))
		}
	}
}

// documented are the targets that the contract names and those that a real
// gateway is known to have, sent or dormant.
const documented = `
NavigationStateUpdate NavigationStateUpdated VideoGenerationProgress ImageGenerationProgress SpendUpdate
SpendLimitAlert ModelDiscovered ProviderHealthChange ProviderHealthChanged VirtualKeyUpdate VirtualKeyEvent
ConfigurationChange ConfigurationChanged
OnModelMappingChanged PreferencesUpdated OnProviderHealthChanged OnModelCapabilitiesDiscovered
OnModelAvailabilityChanged RateLimitWarning SystemAnnouncement ServiceDegraded ServiceRestored OnModelUpdate
Onprovider_health Onrate_limit Onsystem_announcement Onservice_degradation Onservice_restoration
Onmodel_mapping_changed Onmodel_availability_changed
BudgetAlert UnusualSpendingDetected SpendSummary
TaskStarted TaskProgress TaskCompleted TaskFailed TaskCancelled TaskTimedOut TaskRetrying
BatchOperationStarted BatchOperationProgress BatchOperationCompleted BatchOperationFailed
BatchOperationCancelled BatchItemCompleted
ImageGenerationCompleted ImageGenerationFailed ImageGenerationStarted ImageGenerationCancelled
VideoGenerationStarted VideoGenerationCompleted VideoGenerationFailed VideoGenerationCancelled
DeliveryStatisticsUpdated DeliverySucceeded DeliveryFailed RetryScheduled DeliveryAttempted
CircuitBreakerStateChanged StatisticsRequested Error
VirtualKeyStatus SubscribedToKeyManagement UnsubscribedFromKeyManagement VirtualKeyCreated VirtualKeyUpdated
VirtualKeyDeleted VirtualKeyStatusChanged
AnalyticsSummary SubscribedToAnalytics UnsubscribedFromAnalytics SubscribedToGlobalAnalytics
UnsubscribedFromGlobalAnalytics UsageMetrics CostAnalytics PerformanceMetrics ErrorAnalytics
GlobalUsageMetrics GlobalCostAnalytics GlobalPerformanceMetrics GlobalErrorAnalytics
MetricsSnapshot HttpMetricsUpdate InfrastructureMetricsUpdate BusinessMetricsUpdate ProviderHealthUpdate MetricAlerts
SystemHealthSnapshot ActiveAlerts NewAlert ComponentAlert AlertAcknowledged AlertResolved AlertRuleUpdated
AlertRuleDeleted AlertSuppressionCreated AlertSuppressionCancelled ComponentHealthUpdated SecurityMetricsUpdate
SubscribedToVirtualKey UnsubscribedFromVirtualKey SubscribedToProvider UnsubscribedFromProvider
HighSpendAlert SecurityAlert ModelCapabilityUpdate InitialProviderHealth ProviderHealthRefreshed ProviderHealthStatus
NewModelsDiscovered RefreshRequested ModelCapabilitiesChanged ModelPricingUpdated`

func TestEveryDocumentedTargetIsKnown(t *testing.T) {
	for name := range strings.FieldsSeq(documented) {
		if _, known := table[name]; !known {
			t.Errorf("%s is not known", name)
		}
	}
}

// A target stands in one topic's rows: of two, one would be forgotten.
func TestATargetHasOneRow(t *testing.T) {
	rows := 0
	for _, topic := range tables {
		rows += len(topic)
	}
	if rows != len(table) {
		t.Errorf("%d rows for %d targets", rows, len(table))
	}
}

// simple looks at eight bytes at a time; byte by byte is the oracle.
func TestSimple(t *testing.T) {
	for n := range 20 {
		for at := range n {
			for c := range 256 {
				b := []byte(strings.Repeat("a", n))
				b[at] = byte(c)
				want := c >= 0x20 && c <= 0x7e && c != '\\'
				if got := simple(b); got != want {
					t.Fatalf("simple(%q) = %v", b, got)
				}
			}
		}
	}
}
