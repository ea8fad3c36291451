package rest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
)

// replace changes what a gate serves.
func (g *gate) replace(t *testing.T, path, old, now string) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if !strings.Contains(g.pages[path], old) {
		t.Fatalf("%s does not say %s", path, old)
	}
	g.pages[path] = strings.Replace(g.pages[path], old, now, 1)
}

// failures replaces what a gate says went wrong with providers.
func (g *gate) failures(rows ...string) {
	g.set(pathErrors, "["+strings.Join(rows, ",")+"]")
	g.set("/api/provider-errors/recent", "["+strings.Join(rows, ",")+"]")
}

// TestARejectedCredential: refusals while a provider stays in service, until a
// request of it succeeds; the second within ten minutes is critical.
func TestARejectedCredential(t *testing.T) {
	refusal := func(kind string, status int, fatal bool, at time.Time) string {
		return fmt.Sprintf(`{"providerId":2,"errorType":%q,"errorMessage":"API returned an error: %d X - {}","occurredAt":%q,"isFatal":%v}`,
			kind, status, at.UTC().Format(time.RFC3339Nano), fatal)
	}
	bubble(t, func(t *testing.T) {
		g, j := newGate(t, "head"), newAlertRun()
		g.failures()
		w := watchGate(t, g)
		j.fired(event.ViaREST, w.take(5*time.Second)...)
		first := time.Now()
		g.failures(refusal("AccessForbidden", 403, true, first), refusal("RateLimitExceeded", 429, false, first), refusal("InvalidApiKey", 401, true, first.Add(-24*time.Hour)))
		events := w.take(30 * time.Second)
		want := []event.CredentialRejected{{Provider: "2", Name: "Fake OpenAI", Reason: "AccessForbidden", Status: 403, Count: 1, Since: first.UTC(), At: first.UTC()}}
		if d := cmp.Diff(want, of[event.CredentialRejected](events)); d != "" {
			t.Error(d)
		}
		if got := j.fired(event.ViaREST, events...); !slices.Equal(got, []string{"provider.credentials warning 2"}) {
			t.Errorf("first: %q", got)
		}
		if events := w.take(time.Minute); len(of[event.CredentialRejected](events)) != 0 {
			t.Errorf("told again: %v", wordsOf(events))
		}
		second := time.Now()
		g.failures(refusal("InsufficientBalance", 402, true, second), refusal("AccessForbidden", 403, true, first))
		j.fired(event.ViaREST, w.take(30*time.Second)...)
		if s := j.open("provider.credentials").Severity; s != "critical" {
			t.Errorf("the second: severity %q", s)
		}
		g.failures()
		j.fired(event.ViaREST, w.take(20*time.Minute)...)
		if s := j.open("provider.credentials").Severity; s != "critical" {
			t.Errorf("without a success: severity %q", s)
		}
		g.replace(t, "/api/Analytics/logs", `"items":[`, fmt.Sprintf(`"items":[{"id":48,"virtualKeyId":1,"modelName":"demo-chat-2","cost":0.1,"responseTimeMs":1,"timestamp":%q},`, time.Now().UTC().Format(time.RFC3339)))
		events = w.take(time.Minute)
		if ok := of[event.CredentialAccepted](events); len(ok) != 1 || ok[0].Provider != "2" {
			t.Errorf("a success: %v", wordsOf(events))
		}
		j.fired(event.ViaREST, events...)
		if s := j.open("provider.credentials").Severity; s != "" {
			t.Errorf("after a success: severity %q", s)
		}
	})
}

// TestASwitchOffNamesItsStatus: the refusal that made the gateway switch a
// provider off is reported with it, and raises nothing of its own, nor later when
// the provider is switched on again.
func TestASwitchOffNamesItsStatus(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, j := newGate(t, "head"), newAlertRun()
		g.failures()
		w := watchGate(t, g)
		j.fired(event.ViaREST, w.take(10*time.Second)...)
		g.replace(t, pathProviders, `"isEnabled":true,"createdAt":"2026-11-22T22:16:10.667414Z","updatedAt":"2026-11-22T23:07:35.361127Z"`,
			`"isEnabled":false,"createdAt":"2026-11-22T22:16:10.667414Z","updatedAt":"2026-11-22T23:08:10.96Z"`)
		g.failures(`{"providerId":2,"errorType":"InvalidApiKey","errorMessage":"API returned an error: 401 Unauthorized","occurredAt":"2026-11-22T23:08:10.94Z","isFatal":true}`)
		got := j.fired(event.ViaREST, w.take(30*time.Second)...)
		if !slices.Equal(got, []string{"provider.switched_off critical 2"}) {
			t.Errorf("fired %q", got)
		}
		if text := j.open("provider.switched_off").Body; !strings.Contains(text, "One upstream 401") {
			t.Errorf("it says %q", text)
		}
		g.replace(t, pathProviders, `"isEnabled":false,"createdAt":"2026-11-22T22:16:10.667414Z","updatedAt":"2026-11-22T23:08:10.96Z"`,
			`"isEnabled":true,"createdAt":"2026-11-22T22:16:10.667414Z","updatedAt":"2026-11-22T23:09:10Z"`)
		if got := j.fired(event.ViaREST, w.take(5*time.Minute)...); !slices.Equal(got, []string{"config.changed info 2"}) {
			t.Errorf("on again, fired %q", got)
		}
	})
}

// TestModelsComeAndGo: within one interval, by the provider that has them.
func TestModelsComeAndGo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, j := newGate(t, "head"), newAlertRun()
		w := watchGate(t, g)
		first := w.take(5 * time.Second)
		j.fired(event.ViaREST, first...)
		if m := of[event.ModelsDiscovered](first); len(m) != 0 {
			t.Errorf("the first list is told as news: %v", m)
		}
		served := map[event.ProviderID]event.ModelsRead{}
		for _, m := range of[event.ModelsRead](first) {
			served[m.Provider] = m
		}
		if m := served["1"]; len(m.Models) == 0 || m.Served == 0 || m.Name != "Fake OpenAI-compatible" {
			t.Errorf("provider 1 serves %+v", m)
		}
		page := g.pages["/api/ModelProviderMapping"]
		g.set("/api/ModelProviderMapping", strings.TrimSuffix(page, "]")+`,{"id":99,"modelAlias":"demo-chat","modelId":35,"providerModelId":"up-new","providerId":2,"isEnabled":true,"createdAt":"2026-11-22T23:08:06Z","updatedAt":"2026-11-22T23:08:06Z"}]`)
		events := w.take(time.Minute)
		if d := cmp.Diff([]event.ModelsDiscovered{{Provider: "2", Name: "Fake OpenAI", Models: []string{"up-new"}}}, zeroTimes(of[event.ModelsDiscovered](events))); d != "" {
			t.Error(d)
		}
		if got := j.fired(event.ViaREST, events...); !slices.Contains(got, "model.new info 2") {
			t.Errorf("fired %q", got)
		}
		if p := j.live.Live().Providers["g/2"]; !slices.Contains(p.Models, "up-new") || len(p.NewModels) != 1 || len(p.Models) < 2 {
			t.Errorf("shown %v, new %v", p.Models, p.NewModels)
		}
		g.set("/api/ModelProviderMapping", page)
		events = w.take(time.Minute + 15*time.Second) // a deletion is confirmed
		if got := of[event.ModelsRetired](events); len(got) != 1 || got[0].Provider != "2" || !slices.Equal(got[0].Models, []string{"up-new"}) {
			t.Errorf("retired %v", got)
		}
		if got := j.fired(event.ViaREST, events...); !slices.Contains(got, "model.retired info 2") {
			t.Errorf("fired %q", got)
		}
		if p := j.live.Live().Providers["g/2"]; slices.Contains(p.Models, "up-new") {
			t.Errorf("still shown: %v", p.Models)
		}
	})
}

// zeroTimes takes off when discoveries were read.
func zeroTimes(list []event.ModelsDiscovered) []event.ModelsDiscovered {
	for i := range list {
		list[i].At = time.Time{}
	}
	return list
}

// TestNotificationsOfTheGateway: the first list is state; each later one is
// reported once, also if the list was empty for a while, and its text is only text.
func TestNotificationsOfTheGateway(t *testing.T) {
	for _, gateway := range []string{"head", "july"} {
		t.Run(gateway, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newGate(t, gateway)
				w := watchGate(t, g)
				if got := of[event.GatewayAlert](w.take(5 * time.Second)); len(got) != 0 {
					t.Errorf("the first list is told as news: %v", got)
				}
				const note = `{"id":%d,"virtualKeyId":2,"virtualKeyName":"platform-api","type":%d,"severity":%d,"message":"<b>budget</b>\u202e\u0007 is low","isRead":false,"createdAt":"2026-11-22T23:41:04.959035Z"}`
				list := "[" + fmt.Sprintf(note, 7, 0, 2) + "," + fmt.Sprintf(note, 6, 2, 1) + "]"
				g.set(pathNotifications, list)
				got := of[event.GatewayAlert](w.take(2 * time.Minute))
				want := []event.GatewayAlert{
					{ID: "notification:6", Category: event.AlertNotification, Severity: event.SeverityWarning, State: event.AlertActive},
					{ID: "notification:7", Category: event.AlertNotification, Severity: event.SeverityCritical, State: event.AlertActive, Component: "budget"},
				}
				for i := range want {
					want[i].Title, want[i].Message, want[i].Key = "<b>budget</b>\ufffd\ufffd is low", "about key platform-api", "2"
					want[i].At = time.Date(2026, 11, 22, 23, 41, 4, 959035000, time.UTC)
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Error(d)
				}
				g.set(pathNotifications, "[]")
				w.take(2 * time.Minute)
				g.set(pathNotifications, list)
				if got := of[event.GatewayAlert](w.take(4 * time.Minute)); len(got) != 0 {
					t.Errorf("told again: %v", got)
				}
			})
		})
	}
}

// TestTheEndOfABudgetPeriod: what July's words mean.
func TestTheEndOfABudgetPeriod(t *testing.T) {
	at := time.Date(2026, 11, 22, 23, 8, 0, 0, time.UTC)
	day := func(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		duration string
		start    time.Time
		want     time.Time
	}{
		{"Monthly", day(11, 1), day(12, 1)},
		{"Monthly", day(8, 31), day(12, 1)}, // 31 November is 1 December
		{"Daily", day(11, 22), day(11, 23)},
		{"daily", day(10, 1), day(11, 23)},
		{"Total", day(11, 1), time.Time{}},
		{"Monthly", time.Time{}, time.Time{}},
		{"", day(11, 1), time.Time{}},
	} {
		if got := periodEnd(Key{Duration: text(c.duration), Period: stamp{c.start}}, at); !got.Equal(c.want) {
			t.Errorf("%s from %v: %v, want %v", c.duration, c.start, got, c.want)
		}
	}
}

// TestJulyChecksAreTold: the first check that fails is reported by the next read,
// which is long before the gateway pushes it, and nobody is made to check.
func TestJulyChecksAreTold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, j := newGate(t, "july"), newAlertRun()
		w := watchGate(t, g)
		j.fired(event.ViaREST, w.take(10*time.Second)...)
		if p := j.live.Live().Providers["g/openai-compatible"]; p.Health != "unknown" || p.Error != "not monitored" {
			t.Errorf("nobody checks it: %+v", p)
		}
		g.replace(t, pathStatus, `"openai":{"status":0`, `"openai":{"status":1`)
		events := w.take(30 * time.Second)
		if got := wordsOf(events); !strings.Contains(got, "health openai unhealthy") {
			t.Errorf("told:\n%s", got)
		}
		fired := j.fired(event.ViaREST, events...)
		for range 3 {
			fired = append(fired, j.fired(event.ViaREST, w.take(10*time.Second)...)...)
		}
		if !slices.Equal(fired, []string{"provider.unhealthy critical openai"}) {
			t.Errorf("fired %q", fired)
		}
		w.take(time.Hour)
		if n := g.requests(`(?i)/check/|/v1/|/api/Model(\?|$)|discovery`); n != 0 {
			t.Errorf("%d requests that change something or that everybody hears of", n)
		}
	})
}

// TestAGatewayThatNoLongerAnswers is reported at the second read in vain, unlike one whose
// lists fail one by one.
func TestAGatewayThatNoLongerAnswers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		w := watchGate(t, g)
		w.take(time.Minute)
		g.silent(true)
		if got := w.told(40 * time.Second); got != "link reconnecting network" {
			t.Errorf("told %q", got)
		}
		g.silent(false)
		if got := w.told(time.Minute); !strings.HasPrefix(got, "link connected") {
			t.Errorf("back, told:\n%s", got)
		}
	})
}

// silent makes a gate answer nobody, or everybody again.
func (g *gate) silent(is bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.deaf = is
}
