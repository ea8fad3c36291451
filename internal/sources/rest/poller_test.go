package rest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/wire"
)

// gate is a gateway that serves recordings; it is a RoundTripper, so that it
// works on a bubble's clock.
type gate struct {
	mu    sync.Mutex
	pages map[string]string // by path, with or without query; missing: 404
	// fail, if set, answers first; status 0 lets the pages answer.
	fail  func(r *http.Request) (status int, body string)
	date  func() time.Time // what it says the time is; nil: nothing
	deaf  bool             // no answer until the caller gives up
	asked []string
}

// newGate serves the recordings of a gateway.
func newGate(t *testing.T, gateway string) *gate {
	g := &gate{pages: map[string]string{}}
	for _, a := range readAnswers(t, gateway) {
		if a.Status == 200 {
			g.pages[a.Path] = a.Body
		}
	}
	return g
}

func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	g.mu.Lock()
	if g.deaf {
		g.mu.Unlock()
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	path := r.URL.Path
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	g.asked = append(g.asked, path)
	fail := g.fail
	g.mu.Unlock()
	status, body := 0, ""
	if fail != nil {
		status, body = fail(r) // it may sleep; in a bubble nobody may wait for the lock meanwhile
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if status == 0 {
		var ok bool
		if body, ok = g.pages[path]; !ok {
			body, ok = g.pages[r.URL.Path]
		}
		status = map[bool]int{true: 200, false: 404}[ok]
	}
	header := http.Header{}
	if g.date != nil {
		header.Set("Date", g.date().UTC().Format(http.TimeFormat))
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func (g *gate) set(path, body string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pages[path] = body
}

func (g *gate) failing(f func(r *http.Request) (int, string)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fail = f
}

// requests counts those whose path matches, and forgets all of them.
func (g *gate) requests(pattern string) (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	re := regexp.MustCompile(pattern)
	for _, p := range g.asked {
		if re.MatchString(p) {
			n++
		}
	}
	g.asked = nil
	return n
}

// watched is a Poller of a gate, and what it reported.
type watched struct {
	*Poller
	gate *gate
	log  bytes.Buffer

	mu     sync.Mutex
	events []event.Event
	found  []wire.Dialect
	stop   func()
}

// watchGate runs a Poller until the test's bubble ends.
func watchGate(t *testing.T, g *gate, change ...func(*Options)) *watched {
	t.Helper()
	c, err := NewClient(ClientOptions{Base: "http://admin:5002", Key: secret.New(masterKey), HTTP: &http.Client{Transport: g}})
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{gate: g}
	o := Options{
		Client: c, Log: slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		OnDialect: func(d wire.Dialect) { w.found = append(w.found, d) },
		Emit: func(topic string, events []event.Event) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.events = append(w.events, events...)
		},
	}
	for _, f := range change {
		f(&o)
	}
	w.Poller = NewPoller(o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); w.Run(ctx) }()
	w.stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(func() {
		w.stop()
		if strings.Contains(w.log.String()+fmt.Sprint(w.events), masterKey) {
			t.Error("the key is shown")
		}
	})
	return w
}

// take returns the events since the last call, after d.
func (w *watched) take(d time.Duration) []event.Event {
	time.Sleep(d)
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	events := w.events
	w.events = nil
	return events
}

// told is the events since the last call, after d, in short words.
func (w *watched) told(d time.Duration) string { return wordsOf(w.take(d)) }

// known lists which gateways it was found to be, without repeats.
func (w *watched) known() []wire.Dialect { return slices.Compact(slices.Clone(w.found)) }

// recordedAt is shortly after the recordings were made; a bubble's clock is set
// to it, as far as a sleep can.
var recordedAt = time.Date(2026, 11, 22, 23, 8, 0, 0, time.UTC)

func bubble(t *testing.T, f func(t *testing.T)) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(recordedAt))
		f(t)
	})
}

func TestTheFirstReadIsState(t *testing.T) {
	for gateway, want := range map[string]struct {
		dialect wire.Dialect
		events  []string
	}{
		"head": {wire.DialectAugust, []string{
			"link connected ", "read 8 true 0", "count virtual_key 8", "count provider 3", "count model_mapping 6",
			"group 2 9.5 of 40.5 topup:2@2026-11-22T22:16Z", "group 4 0 of 0 ", "gateway.part_reported",
			"health 3 disabled off=false -1 switched off by an administrator",
			"health 1 degraded off=false -1 2 × ServiceUnavailable, 1 × RateLimitExceeded in 10 minutes",
			"health 2 healthy off=false 53.9 ",
		}},
		"july": {wire.DialectJuly, []string{
			"link connected ", "read 3 true 0.06", "count virtual_key 10", "count model_mapping 7",
			"health openai healthy off=false 55.4 ", "health openai-compatible unknown off=false -1 not monitored",
			"health groq disabled off=false -1 switched off by an administrator",
		}},
	} {
		t.Run(gateway, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := watchGate(t, newGate(t, gateway))
				got := w.told(3 * time.Second)
				for _, f := range want.events {
					if !strings.Contains("\n"+got+"\n", "\n"+f+"\n") {
						t.Errorf("not told: %s", f)
					}
				}
				for _, news := range []string{"created", "deleted", "updated", "spend ", "set ", "models "} {
					if strings.Contains(got, news) {
						t.Errorf("%q is told as news:\n%s", news, got)
					}
				}
				if d := cmp.Diff([]wire.Dialect{want.dialect}, w.known()); d != "" {
					t.Error(d)
				}
				if t.Failed() {
					t.Log(got)
				}
				if got := w.told(30 * time.Second); strings.Contains(got, "read ") || strings.Contains(got, "link") {
					t.Errorf("nothing moved, yet: %s", got)
				}
				w.stop()
				if got := wordsOf(w.events); got != "link disconnected " {
					t.Errorf("at the end: %q", got)
				}
			})
		})
	}
}

// TestAnotherKindOfGateway: one that has no lists is asked once and then left
// alone, without a word.
func TestAnotherKindOfGateway(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := &gate{pages: map[string]string{}}
		w := watchGate(t, g)
		if got := w.told(time.Hour); got != "" || g.requests("") != 2 {
			t.Fatalf("told %q", got)
		}
		w.Refresh()
		w.Refresh()
		if got := w.told(time.Hour); got != "" || g.requests("") != 2 {
			t.Fatalf("after a reconnect, told %q", got)
		}
	})
}

// TestARefusedKeyIsTriedNowAndThen: after 5, 10, 30 min and each hour, whatever
// else is wanted; at once by hand, with another key, or when a hub takes it.
func TestARefusedKeyIsTriedNowAndThen(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		g.failing(func(r *http.Request) (int, string) {
			if r.Header.Get("X-Master-Key") != "mk-right" {
				return 401, `{"error":"Invalid or missing API key","statusCode":401}`
			}
			return 0, ""
		})
		began := time.Now()
		w := watchGate(t, g)
		if got := w.told(time.Minute); got != "link error auth" {
			t.Fatalf("told %q", got)
		}
		if n := g.requests(""); n != 1 {
			t.Fatalf("%d requests at first, want one", n)
		}
		for _, minutes := range []int{5, 15, 45, 105, 165, 225} {
			w.Refresh()
			w.SetKey(secret.New(masterKey))
			w.HandlePush(event.RefreshAdvised{Topic: event.RefreshBudget})
			at := began.Add(time.Duration(minutes) * time.Minute)
			time.Sleep(time.Until(at.Add(-2 * time.Second)))
			if n := g.requests(""); n != 0 {
				t.Fatalf("%d requests before minute %d", n, minutes)
			}
			time.Sleep(time.Until(at.Add(2 * time.Second)))
			if n := g.requests(""); n != 1 {
				t.Fatalf("%d requests at minute %d, want one", n, minutes)
			}
		}
		time.Sleep(time.Minute)
		w.Resume()
		if time.Sleep(time.Second); g.requests("") != 1 {
			t.Error("by hand it was not asked at once")
		}
		w.Resume()
		if time.Sleep(time.Second); g.requests("") != 0 {
			t.Error("by hand it was asked twice at once")
		}
		w.Accepted()
		if time.Sleep(time.Second); g.requests("") != 1 {
			t.Error("when a hub took the key it was not asked at once")
		}
		w.SetKey(secret.New("mk-right"))
		if got := w.told(time.Second); !strings.Contains(got, "link connected") || !strings.Contains(got, "count virtual_key 8") {
			t.Errorf("with the right key: %s", got)
		}
	})
}

func TestAKeyThatIsRefusedLater(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		w := watchGate(t, g)
		w.told(5 * time.Second)
		g.requests("")
		g.failing(func(*http.Request) (int, string) { return 401, "" })
		if got := w.told(time.Hour); got != "link error auth" || g.requests("") != 4 { // and after 5, 15, 45 min
			t.Errorf("told %q", got)
		}
	})
}

func TestABannedAddressIsTriedEveryFiveMinutes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		g.failing(func(*http.Request) (int, string) {
			return 403, `{"error":"IP is banned due to excessive failed authentication attempts","statusCode":403}`
		})
		w := watchGate(t, g)
		if got := w.told(29*time.Minute + 2*time.Second); got != "link error forbidden" {
			t.Fatalf("told %q", got)
		}
		if n := g.requests(""); n != 6 {
			t.Errorf("%d requests in 29 minutes, want 6", n)
		}
		g.failing(nil)
		if got := w.told(5 * time.Minute); !strings.Contains(got, "link connected") {
			t.Errorf("after the ban: %s", got)
		}
	})
}

// TestAListThatMayNotBeRead: what stands before a gateway may forbid one list. The
// others are read on, and the connection stands.
func TestAListThatMayNotBeRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		w := watchGate(t, g)
		w.told(5 * time.Second)
		g.failing(func(r *http.Request) (int, string) {
			if r.URL.Path == pathGroups {
				return 403, `{"error":"no"}`
			}
			return 0, ""
		})
		g.requests("")
		w.Refresh() // asks what it is, too
		if got := w.told(14 * time.Minute); strings.Contains(got, "link") {
			t.Errorf("told %q", got)
		}
		groups, keys := g.requests("^"+pathGroups+"$"), 0
		w.told(10 * time.Minute)
		if keys = g.requests("^" + pathKeys + "$"); groups > 4 || keys < 5 {
			t.Errorf("%d reads of what is forbidden, %d of the keys", groups, keys)
		}
	})
}

// TestAListThatNeverMightBeRead: what a gateway is, is known all the same.
func TestAListThatNeverMightBeRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		g.failing(func(r *http.Request) (int, string) {
			if r.URL.Path == pathGroups {
				return 403, `{"error":"no"}`
			}
			return 0, ""
		})
		w := watchGate(t, g)
		if got := w.told(time.Minute); !strings.Contains(got, "link connected") || g.requests("^"+pathKeys+"$") == 0 {
			t.Errorf("told %q", got)
		}
	})
}

// TestAllListsEmptyOnce: nothing is deleted and nothing is reported.
func TestAllListsEmptyOnce(t *testing.T) {
	for _, gateway := range []string{"head", "july"} {
		t.Run(gateway, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newGate(t, gateway)
				w := watchGate(t, g)
				before := w.told(5 * time.Second)
				asked := map[string]bool{}
				g.failing(func(r *http.Request) (int, string) {
					path := r.URL.Path
					if path == pathHealth || asked[path] {
						return 0, ""
					}
					asked[path] = true
					if path == pathStatus || path == pathStatuses {
						return 200, "{}"
					}
					return 200, "[]"
				})
				for line := range strings.Lines(w.told(6 * time.Minute)) {
					if !strings.Contains(before, strings.TrimSpace(line)) { // else it is reported again, unchanged
						t.Errorf("told: %s", line)
					}
				}
				if len(asked) < 5 {
					t.Errorf("only %v were empty", asked)
				}
			})
		})
	}
}

// TestOneRefusalUpstream replays what a gateway answered when an upstream
// refused its key once: exactly one event says that it switched the provider
// off, within one interval, and none says that somebody changed it.
func TestOneRefusalUpstream(t *testing.T) {
	const row = `{"id":1,"providerType":5,"providerName":"Fake OpenAI-compatible","baseUrl":"http://127.0.0.1:5990/v1","isEnabled":%v,"createdAt":"2026-11-22T22:16:10.626645Z","updatedAt":%q,"keyCount":2}`
	const failure = `{"keyCredentialId":1,"keyName":null,"providerId":1,"providerName":"Fake OpenAI-compatible","errorType":"InvalidApiKey","errorMessage":"API returned an error: 401 Unauthorized - {}","httpStatusCode":null,"occurredAt":"2026-11-22T23:07:29.9451915Z","isFatal":true,"modelName":null}`
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 11, 22, 23, 7, 10, 0, time.UTC)))
		g := newGate(t, "head")
		g.set(pathProviders, fmt.Sprintf("["+row+"]", true, "2026-11-22T22:24:12.446134Z"))
		g.set("/api/provider-errors/recent", "[]")
		w := watchGate(t, g)
		w.told(20 * time.Second) // 23:07:30
		g.set(pathProviders, fmt.Sprintf("["+row+"]", false, "2026-11-22T23:07:29.962936Z"))
		g.set("/api/provider-errors/recent", "["+failure+"]")
		g.set(pathErrors, "["+failure+"]")
		got := w.told(30 * time.Second)
		if strings.Count(got, "off=true") != 1 || !strings.Contains(got, "switched off by the gateway at 23:07:29 UTC: InvalidApiKey (401)") || strings.Contains(got, "provider 1") {
			t.Errorf("told within one interval:\n%s", got)
		}
		g.set("/api/provider-errors/recent", "[]") // aged out
		g.set(pathErrors, "[]")
		if got := w.told(90 * time.Second); strings.Contains(got, "health 1 disabled") || strings.Contains(got, "provider 1") {
			t.Errorf("later:\n%s", got)
		}
		g.set(pathProviders, fmt.Sprintf("["+row+"]", true, "2026-11-22T23:09:34.899255Z"))
		if got := w.told(30 * time.Second); !strings.Contains(got, "provider 1 Fake OpenAI-compatible enabled") || strings.Contains(got, "off=true") {
			t.Errorf("switched on again:\n%s", got)
		}
		g.set(pathProviders, fmt.Sprintf("["+row+"]", false, "2026-11-22T23:10:04Z"))
		if got := w.told(30 * time.Second); !strings.Contains(got, "provider 1 Fake OpenAI-compatible disabled") || !strings.Contains(got, "health 1 disabled") {
			t.Errorf("switched off by somebody:\n%s", got)
		}
	})
}

// TestOnlyRESTMoves: what moves is reported within one interval.
func TestOnlyRESTMoves(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		w := watchGate(t, g)
		w.told(5 * time.Second)
		replace := func(path, old, now string) {
			if !strings.Contains(g.pages[path], old) {
				t.Fatalf("%s does not say %s", path, old)
			}
			g.set(path, strings.Replace(g.pages[path], old, now, 1))
		}
		replace("/api/Analytics/logs", `"items":[`, `"items":[{"id":48,"virtualKeyId":1,"modelName":"demo-chat","cost":0.0123456789,"responseTimeMs":1,"timestamp":"2026-11-22T23:08:06Z"},`)
		if got := w.told(10 * time.Second); !strings.Contains(got, "spend 1 0.012345679 demo-chat log:48") {
			t.Errorf("spend:\n%s", got)
		}
		replace("/api/VirtualKeyGroups", `"balance":250.34600000`, `"balance":250.33`)
		if got := w.told(30 * time.Second); !strings.Contains(got, "group 1 250.33 of ") {
			t.Errorf("group:\n%s", got)
		}
		replace("/api/VirtualKeys", `"keyName":"empty-balance"`, `"keyName":"renamed"`)
		replace("/api/ModelProviderMapping", `"priority":0`, `"priority":1`)
		if got := w.told(time.Minute); !strings.Contains(got, "key 5 updated [keyName]") || !strings.Contains(got, `demo-chat updated {"changes":["priority"]}`) {
			t.Errorf("key and mapping:\n%s", got)
		}
		replace(pathProviders, `"providerName":"Fake OpenAI",`, `"providerName":"Renamed",`)
		if got := w.told(30 * time.Second); !strings.Contains(got, `provider 2 Renamed updated {"changes":["providerName"]}`) {
			t.Errorf("provider:\n%s", got)
		}
		replace("/api/ModelProviderMapping", `[{`, `[{"id":99,"modelAlias":"new","modelId":35,"providerModelId":"up-new","providerId":2,"isEnabled":true},{`)
		if got := w.told(time.Minute); !strings.Contains(got, "models 2 Renamed [up-new]") || !strings.Contains(got, "model_mapping 99 new created") {
			t.Errorf("discovery:\n%s", got)
		}
		replace("/api/GlobalSettings", `"value":"30"`, `"value":"60"`)
		if got := w.told(2 * time.Minute); !strings.Contains(got, `set Retention/Retention.Days "30" "60"`) {
			t.Errorf("setting:\n%s", got)
		}
	})
}

// TestAdviceIsHeeded: what a hub reported is read at once, and not reported twice.
func TestAdviceIsHeeded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		w := watchGate(t, g)
		w.told(5 * time.Second)
		w.SetVisible(false)
		g.set("/api/VirtualKeyGroups", strings.Replace(g.pages["/api/VirtualKeyGroups"], `"balance":9.50000000`, `"balance":1.5`, 1))
		g.set("/api/ModelProviderMapping", strings.Replace(g.pages["/api/ModelProviderMapping"], `"priority":0`, `"priority":1`, 1))
		w.HandlePush(event.RefreshAdvised{Topic: event.RefreshBudget, Reason: "BudgetAlert"})
		w.HandlePush(event.NavigationChanged{Entity: event.EntityModelMapping, Action: event.ActionUpdated, ID: "1"})
		got := w.told(2 * time.Second)
		if !strings.Contains(got, "group 2 1.5 of 40.5 topup:2@2026-11-22T22:16Z") || strings.Contains(got, "demo-chat updated") {
			t.Errorf("told:\n%s", got)
		}
	})
}

// TestAHubsWordOnHealthIsSettled: what is read after it is reported, also if it is
// what was read before.
func TestAHubsWordOnHealthIsSettled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := watchGate(t, newGate(t, "july"))
		w.take(time.Minute)
		w.HandlePush(event.ProviderHealthChanged{Provider: "openai", Health: event.HealthUnhealthy})
		var got []string
		for _, f := range w.take(3 * time.Second) {
			if h, ok := f.(event.ProviderHealthChanged); ok {
				got = append(got, fmt.Sprint(h.Provider, " ", h.Health))
			}
		}
		if !slices.Contains(got, "openai healthy") {
			t.Errorf("told %q", got)
		}
	})
}

// TestADeletedGroupIsTold: once a second read agrees.
func TestADeletedGroupIsTold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		w := watchGate(t, g)
		w.take(time.Minute)
		g.set(pathGroups, `[{"id":1,"groupName":"Platform","balance":1},{"id":2,"groupName":"Research","balance":1},{"id":3,"groupName":"Interns","balance":1},{"id":5,"groupName":"webui","balance":1}]`)
		var gone []event.GroupID
		for _, f := range w.take(time.Minute) {
			if r, ok := f.(event.GroupRead); ok && r.Gone {
				gone = append(gone, r.Group)
			}
		}
		if !slices.Equal(gone, []event.GroupID{"4"}) {
			t.Errorf("gone: %v", gone)
		}
	})
}

// TestClaimsAreSettled: what a July gateway's hub claims of a budget is met by
// the key's own numbers at once, also if they did not move.
func TestClaimsAreSettled(t *testing.T) {
	for name, key := range map[string]event.KeyID{"of a key": "3", "of a key that is not named": ""} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newGate(t, "july")
				w := watchGate(t, g)
				w.told(5 * time.Second)
				w.SetVisible(false)
				w.HandlePush(event.RefreshAdvised{Topic: event.RefreshBudget, Key: key, Reason: "BudgetAlert"})
				if got := w.told(time.Second); strings.Count(got, "read 3 true 0.06") != 1 || strings.Contains(got, "read 2 ") {
					t.Errorf("told:\n%s", got)
				}
			})
		})
	}
}

// TestACreditBeginsAnEpoch: transactions are read only when money was added.
func TestACreditBeginsAnEpoch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		w := watchGate(t, g)
		w.told(5 * time.Second)
		if n := g.requests("transactions"); n != 5 {
			t.Errorf("%d reads of transactions at first, want one of each group", n)
		}
		w.told(10 * time.Minute)
		if n := g.requests("transactions"); n != 0 {
			t.Errorf("%d reads of transactions though nothing was added", n)
		}
		g.set("/api/VirtualKeyGroups", strings.Replace(g.pages["/api/VirtualKeyGroups"], `"balance":9.50000000,"lifetimeCreditsAdded":40.50000000`, `"balance":19.5,"lifetimeCreditsAdded":50.5`, 1))
		g.set("/api/VirtualKeyGroups/2/transactions", `{"items":[{"id":31,"transactionType":1,"amount":10,"balanceAfter":19.5},{"id":2,"transactionType":1,"balanceAfter":40.5}]}`)
		if got := w.told(30 * time.Second); !strings.Contains(got, "group 2 19.5 of 19.5 topup:31") || g.requests("transactions") != 1 {
			t.Errorf("told:\n%s", got)
		}
	})
}

// TestTroubleIsToldAndEnds: a database that is down, and comes back.
func TestTroubleIsToldAndEnds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		w := watchGate(t, g)
		w.told(5 * time.Second)
		g.failing(func(r *http.Request) (int, string) {
			switch r.URL.Path {
			case "/api/Analytics/logs":
				return 200, `{"items":[],"hasNextPage":false}`
			case pathHealth:
				return 200, `{"status":"unhealthy"}`
			}
			return 500, "An unexpected error occurred."
		})
		got := w.told(5 * time.Minute)
		if strings.Contains(got, "deleted") || strings.Contains(got, "count") || strings.Contains(got, "read ") || strings.Contains(got, "link") || !strings.Contains(got, "gateway.part_reported") {
			t.Errorf("told:\n%s", got)
		}
		g.failing(func(*http.Request) (int, string) { return 500, "" })
		if got := w.told(10 * time.Minute); got != "link reconnecting gateway_down" {
			t.Errorf("all fails, told %q", got)
		}
		n := g.requests("")
		if n > 10*20*maxTries {
			t.Errorf("%d requests to a gateway that is down", n)
		}
		g.failing(nil)
		w.Refresh()
		if got := w.told(10 * time.Second); !strings.HasPrefix(got, "link connected") {
			t.Errorf("back, told:\n%s", got)
		}
	})
}

// TestSomebodyElseAnswersForAWhile: a proxy says "not found" while the gateway
// behind it starts.
func TestSomebodyElseAnswersForAWhile(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		w := watchGate(t, g)
		w.told(5 * time.Second)
		g.requests("")
		g.failing(func(*http.Request) (int, string) { return 404, "" })
		if got := w.told(3 * time.Minute); got != "link reconnecting gateway_down" {
			t.Errorf("told %q", got)
		}
		if n := g.requests(""); n > 15 {
			t.Errorf("%d requests to nobody", n)
		}
		g.failing(nil)
		got := w.told(5 * time.Minute)
		if !strings.HasPrefix(got, "link connected ") || strings.Contains(got, "count") || strings.Contains(got, "key ") {
			t.Errorf("back, told:\n%s", got)
		}
		g.requests("")
		w.told(3 * time.Minute) // from when it was back on, which chance decides
		if n := g.requests("logs"); n < 10 {
			t.Errorf("the log was read %d times since", n)
		}
	})
}

// TestAGatewayIsUpgraded: July becomes August while it is watched.
func TestAGatewayIsUpgraded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "july")
		w := watchGate(t, g)
		w.told(5 * time.Second)
		august := newGate(t, "head")
		g.failing(func(*http.Request) (int, string) { return 503, "" })
		w.told(5 * time.Minute)
		g.failing(nil)
		g.mu.Lock()
		g.pages = august.pages
		g.mu.Unlock()
		got := w.told(10 * time.Minute)
		if d := cmp.Diff([]wire.Dialect{wire.DialectJuly, wire.DialectAugust}, w.known()); d != "" {
			t.Error(d)
		}
		if !strings.Contains(got, "group 2 9.5 of 40.5") || strings.Contains(got, "updated") || strings.Contains(got, "deleted") {
			t.Errorf("told:\n%s", got)
		}
	})
}

// TestCostOnTheGateway measures requests a minute, once the first reads are
// over, and that nothing is read that must not be.
func TestCostOnTheGateway(t *testing.T) {
	const hours = 2
	for gateway, most := range map[string][2]float64{"head": {24, 9}, "july": {24, 9}} {
		for i, shown := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s shown=%v", gateway, shown), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					g := newGate(t, gateway)
					w := watchGate(t, g)
					w.SetVisible(shown)
					w.told(time.Minute)
					if n := g.requests(`(?i)check/|/models|Model$|config/`); n != 0 {
						t.Errorf("%d requests of what must not be read", n)
					}
					w.told(hours * time.Hour)
					perMinute := float64(g.requests("")) / (hours * 60)
					t.Logf("%.1f requests a minute", perMinute)
					if perMinute > most[i] || perMinute < most[i]/4 {
						t.Errorf("%.1f requests a minute, want at most %v", perMinute, most[i])
					}
				})
			})
		}
	}
}

func TestPauseAndResume(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "july")
		w := watchGate(t, g)
		w.told(5 * time.Second)
		w.Pause()
		g.requests("")
		if got := w.told(time.Hour); got != "link disconnected " || g.requests("") != 0 {
			t.Errorf("paused, told %q", got)
		}
		w.Resume()
		if got := w.told(10 * time.Second); !strings.HasPrefix(got, "link connected") {
			t.Errorf("resumed, told %q", got)
		}
	})
}
