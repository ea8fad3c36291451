package rest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/secret"
)

// of lists the events of one kind.
func of[T event.Event](events []event.Event) (list []T) {
	for _, f := range events {
		if v, ok := f.(T); ok {
			list = append(list, v)
		}
	}
	return list
}

// TestAuditOfARecording counts what was recorded by hand: 91 chats, of which
// 30 streamed and 44 failed; a text that could not be spoken, two refused for
// want of money, one embedding; no status poll and no task.
func TestAuditOfARecording(t *testing.T) {
	var a audit
	now := recordedAt
	a.take(rows[AuditRow](t, "head", pathAudit), now, true)
	m := a.hour(now)
	if m.Calls != 34+20+13+10 || m.Uncharged != 20+10 {
		t.Errorf("%d calls, %d uncharged", m.Calls, m.Uncharged)
	}
	if m.All != (event.Traffic{Requests: 34 + 31 + 20 + 13 + 13 + 10 + 2 + 2 + 1, Failed: 31 + 13}) {
		t.Errorf("in all %+v", m.All)
	}
	keys := event.Traffic{}
	for _, k := range m.Keys {
		add(&keys, k.Traffic)
	}
	if keys != m.All || len(m.Keys) < 2 {
		t.Errorf("keys %+v", m.Keys)
	}
	hour, recent := a.typeTraffic("OpenAI", time.Time{})
	if hour != (event.Traffic{Requests: 13 + 13 + 10 + 2, Failed: 13}) {
		t.Errorf("OpenAI %+v", hour)
	}
	if recent.Requests > hour.Requests || recent.Failed != 3 {
		t.Errorf("OpenAI lately %+v", recent)
	}
	a.take(rows[AuditRow](t, "head", pathAudit), now.Add(30*time.Second), true)
	if d := cmp.Diff(m.All, a.hour(now).All); d != "" {
		t.Errorf("read again: %s", d)
	}
	a.take(nil, now.Add(2*time.Hour), true)
	if m := a.hour(now); m.Calls != 0 || m.All.Requests != 0 || len(a.buckets)+len(a.seen) != 0 {
		t.Errorf("two hours later: %+v", m)
	}
}

// books is a billing audit that a gate serves by pages, as a gateway does.
type books struct {
	mu    sync.Mutex
	rows  []string // JSON, newest first
	times []time.Time
}

func (b *books) row(at time.Time, kind, sort string, status int, path string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := len(b.rows)
	b.rows = slices.Insert(b.rows, 0, fmt.Sprintf(`{"id":"row-%d","timestamp":%q,"eventType":%q,"virtualKeyId":1,"providerType":%q,"httpStatusCode":%d,"requestPath":%q}`,
		n, at.UTC().Format(time.RFC3339Nano), kind, sort, status, path))
	b.times = slices.Insert(b.times, 0, at)
}

// serve answers like a gateway: without both ends nothing, else the page.
func (b *books) serve(r *http.Request) (int, string) {
	if r.URL.Path != pathAudit {
		return 0, ""
	}
	var ask struct {
		PageNumber, PageSize int
		From, To             time.Time
	}
	body, _ := io.ReadAll(r.Body)
	if err := json.Unmarshal(body, &ask); err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
		return 400, ""
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []string
	for i, at := range b.times {
		if !at.Before(ask.From) && !at.After(ask.To) {
			all = append(all, b.rows[i])
		}
	}
	from := min(len(all), (ask.PageNumber-1)*ask.PageSize)
	page := all[from:min(len(all), from+ask.PageSize)]
	return 200, fmt.Sprintf(`{"events":[%s],"totalCount":%d,"pageNumber":%d,"pageSize":%d,"totalPages":%d}`,
		strings.Join(page, ","), len(all), ask.PageNumber, ask.PageSize, (len(all)+ask.PageSize-1)/ask.PageSize)
}

// TestAuditIsReadInPagesAndOnce: rows that turn up late and out of order are
// counted, once; polls are not; a provider that shares its sort is not blamed.
// TestErrorsThatArePaidForAreCounted has the recorded rows, of which no error was
// charged, and the same with a status of 500 at two that were.
func TestErrorsThatArePaidForAreCounted(t *testing.T) {
	read := rows[AuditRow](t, "head", pathAudit)
	paid := func() (n int, cost event.NanoUSD) {
		var a audit
		a.take(read, recordedAt, true)
		for _, k := range a.hour(recordedAt).Keys {
			n, cost = n+k.PaidErrors, cost+k.PaidFor
		}
		return n, cost
	}
	if n, cost := paid(); n != 0 || cost != 0 {
		t.Fatalf("of the recording %d, %d", n, cost)
	}
	changed := 0
	for i := range read {
		if r := &read[i]; r.Type == auditCharged && r.Cost.nano == event.USD(0.011) && changed < 2 {
			r.Status.n = 500
			changed++
		}
	}
	if n, cost := paid(); n != 2 || cost != event.USD(0.022) {
		t.Errorf("%d, %d", n, cost)
	}
}

func TestAuditIsReadInPagesAndOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, b := newGate(t, "head"), &books{}
		for i := range 450 {
			b.row(recordedAt.Add(-time.Duration(450-i)*time.Second), auditCharged, "OpenAI", 200, "/v1/chat/completions")
		}
		g.failing(b.serve)
		w := watchGate(t, g)
		first := of[event.AuditMeasured](w.take(5 * time.Second))
		if len(first) != 1 || first[0].Calls != 450 || first[0].All.Requests != 450 || len(first[0].Keys) != 1 {
			t.Fatalf("first read %+v", first)
		}
		if n := g.requests("audit"); n != 3 {
			t.Errorf("%d pages, want 3", n)
		}
		late := time.Now().Add(-8 * time.Second)
		b.row(time.Now(), auditUncharged, "OpenAI", 200, "/v1/chat/completions")
		b.row(late, auditMissing, "OpenAI", 500, "/v1/chat/completions")
		b.row(late, auditMissing, "OpenAI", 402, "/v1/chat/completions")
		for _, poll := range []string{"/v1/images/generations/task_1/status", "/v1/videos/generations/tasks/task_2", "/v1/images/generations/async"} {
			b.row(late, auditMissing, "unknown", 200, poll)
		}
		events := w.take(time.Minute)
		if m := of[event.AuditMeasured](events); len(m) != 1 || m[0].Calls != 451 || m[0].Uncharged != 1 || m[0].All != (event.Traffic{Requests: 453, Failed: 1}) {
			t.Errorf("a minute later %+v", m)
		}
		if n := g.requests("audit"); n != 1 {
			t.Errorf("%d pages of what is new, want 1", n)
		}
		traffic := of[event.TrafficMeasured](events)
		if len(traffic) != 1 || traffic[0].Provider != "2" || traffic[0].Shared || traffic[0].Hour != (event.Traffic{Requests: 453, Failed: 1}) ||
			traffic[0].LastFailed.IsZero() || traffic[0].Recent.Requests >= 452 { // the provider was changed a minute ago
			t.Errorf("traffic %+v", traffic)
		}
	})
}

// TestAnAuditThatIsTooLong: the newest rows are counted, and since when is said.
func TestAnAuditThatIsTooLong(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, b := newGate(t, "head"), &books{}
		for i := range 3000 {
			b.row(recordedAt.Add(-time.Duration(3000-i)*time.Second), auditCharged, "OpenAI", 200, "/v1/chat/completions")
		}
		g.failing(b.serve)
		w := watchGate(t, g)
		m := of[event.AuditMeasured](w.take(5 * time.Second))
		if len(m) != 1 || m[0].Calls != auditPage*auditPages || m[0].Since.Before(recordedAt.Add(-2001*time.Second)) {
			t.Fatalf("%+v", m)
		}
	})
}

// TestUnchargedTrafficIsToldOnce: the share of the last hour, by the rule.
func TestUnchargedTrafficIsToldOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, b, j := newGate(t, "head"), &books{}, newAlertRun()
		g.failing(b.serve)
		w := watchGate(t, g)
		fired := j.fired(event.ViaREST, w.take(5*time.Second)...)
		for i := range 100 {
			kind := auditCharged
			if i%10 == 0 {
				kind = auditUncharged
			}
			b.row(time.Now(), kind, "OpenAI", 200, "/v1/chat/completions")
			b.row(time.Now(), auditMissing, "unknown", 200, "/v1/images/generations/task_1/status")
		}
		for range 5 {
			fired = append(fired, j.fired(event.ViaREST, w.take(time.Minute)...)...)
		}
		if got := strings.Join(fired, ", "); strings.Count(got, "spend.uncharged warning g") != 1 {
			t.Errorf("fired: %s", got)
		}
	})
}

// TestFailuresOfAProviderAreTold: by the rate of what callers got right; a
// shared sort blames nobody, and few requests say nothing.
func TestFailuresOfAProviderAreTold(t *testing.T) {
	for name, c := range map[string]struct {
		share   bool
		ok, bad int
		want    string
	}{
		"a fifth":         {false, 40, 10, "provider.unhealthy.derived critical 2, provider.degraded warning 2"}, // the second is held back
		"a twentieth":     {false, 95, 5, "provider.degraded warning 2"},
		"too few to tell": {false, 10, 9, ""},
		"whose, unknown":  {true, 40, 10, ""},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g, b, j := newGate(t, "head"), &books{}, newAlertRun()
				g.set(pathErrors, "[]")
				g.set("/api/provider-errors/recent", "[]")
				if c.share {
					g.set(pathProviders, strings.Replace(g.pages[pathProviders], `"providerType":5`, `"providerType":1`, 1))
				}
				g.failing(b.serve)
				w := watchGate(t, g)
				fired := j.fired(event.ViaREST, w.take(5*time.Second)...)
				until := time.Now().Add(6 * time.Minute)
				for time.Now().Before(until) {
					for range c.ok {
						b.row(time.Now(), auditCharged, "OpenAI", 200, "/v1/chat/completions")
						b.row(time.Now(), auditMissing, "OpenAI", 402, "/v1/chat/completions")
					}
					for range c.bad {
						b.row(time.Now(), auditMissing, "OpenAI", 500, "/v1/chat/completions")
					}
					if c.ok+c.bad < 20 { // all at once, then nothing
						c.ok, c.bad = 0, 0
					}
					fired = append(fired, j.fired(event.ViaREST, w.take(time.Minute)...)...)
				}
				fired = slices.DeleteFunc(fired, func(f string) bool { return !strings.HasPrefix(f, "provider.") })
				if got := strings.Join(fired, ", "); got != c.want {
					t.Errorf("fired: %q, want %q", got, c.want)
				}
			})
		})
	}
}

// TestTheClockOfTheGateway: a gateway that is ahead by ten minutes is asked
// for its own last hour, and its last five minutes are its own.
func TestTheClockOfTheGateway(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const ahead = 10 * time.Minute
		g, b := newGate(t, "head"), &books{}
		g.date = func() time.Time { return time.Now().Add(ahead) }
		b.row(recordedAt.Add(ahead-time.Minute), auditCharged, "OpenAI", 200, "/v1/chat/completions")
		b.row(recordedAt.Add(ahead-6*time.Minute), auditCharged, "OpenAI", 200, "/v1/chat/completions")
		b.row(recordedAt.Add(-52*time.Minute), auditCharged, "OpenAI", 200, "/v1/chat/completions") // over an hour ago there
		g.failing(b.serve)
		w := watchGate(t, g)
		events := w.take(5 * time.Second)
		if m := of[event.AuditMeasured](events); len(m) != 1 || m[0].Calls != 2 {
			t.Errorf("%+v", m)
		}
		for _, m := range of[event.TrafficMeasured](events) {
			if m.Provider == "2" && m.Recent.Requests != 1 {
				t.Errorf("lately %+v", m)
			}
		}
	})
}

// TestAnAuditOfAFool: rows of the far future, and of sorts without end, do not
// stay.
func TestAnAuditOfAFool(t *testing.T) {
	var a audit
	now := recordedAt
	for i := range 300 {
		var rows []AuditRow
		for n := range 20 {
			id := fmt.Sprintf("%d-%d", i, n)
			rows = append(rows,
				AuditRow{ID: text("f" + id), At: stamp{time.Date(9990, 1, 1, 0, i, n, 0, time.UTC)}, Type: auditCharged, Status: count{200, true}},
				AuditRow{ID: text("s" + id), At: stamp{now}, Type: auditCharged, Provider: text(id), Key: text(id), Status: count{200, true}})
		}
		a.take(rows, now, true)
		now = now.Add(time.Minute)
	}
	if n := max(len(a.buckets), len(a.seen), len(a.used)); n > 20*62 {
		t.Errorf("%d slots, %d ids, %d sorts are kept", len(a.buckets), len(a.seen), len(a.used))
	}
	if m := a.hour(now); m.Calls == 0 || m.Calls > 20*61 || len(m.Keys) > auditKeys {
		t.Errorf("%d calls, %d keys", m.Calls, len(m.Keys))
	}
}

// TestOnlyQueriesArePosted: whatever the caller says.
func TestOnlyQueriesArePosted(t *testing.T) {
	g := newGate(t, "head")
	c, err := NewClient(ClientOptions{Base: "http://admin:5002", Key: secret.New(masterKey), HTTP: &http.Client{Transport: g}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Query(t.Context(), "/api/VirtualKeyGroups/1/adjust-balance", []byte("{}")); err == nil || g.requests("") != 0 {
		t.Error("something else was posted")
	}
}

// TestServedByTheAuditAlone: a request that the audit has and the log has not
// (a streamed one) shows that a provider works, if it is the only one of its
// sort, and for ten minutes.
func TestServedByTheAuditAlone(t *testing.T) {
	for name, c := range map[string]struct {
		share bool
		want  []event.Health
	}{
		"the only one of its sort": {false, []event.Health{event.HealthHealthy, event.HealthUnknown}},
		"one of two of its sort":   {true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g, b := newGate(t, "head"), &books{}
				g.failures()
				if c.share {
					g.replace(t, pathProviders, `"providerType":5`, `"providerType":1`)
				}
				g.failing(b.serve)
				w := watchGate(t, g)
				w.take(20 * time.Minute) // what the recorded log shows is old by now
				b.row(time.Now(), auditCharged, "OpenAI", 200, "/v1/chat/completions")
				var got []event.Health
				for _, h := range of[event.ProviderHealthChanged](w.take(20 * time.Minute)) {
					if h.Provider == "2" {
						got = append(got, h.Health)
					}
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("health %v, want %v", got, c.want)
				}
			})
		})
	}
}
