package rest

import (
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/secret"
)

// coreGate is a Core API: what it answers to a negotiation and to /health. A
// status of 0 is no answer at all, -1 a refused connection.
type coreGate struct {
	mu                sync.Mutex
	negotiate, health int
	word              string
	asked             []string // path and credential, in order
}

const negotiated = `{"negotiateVersion":1,"connectionId":"a","connectionToken":"b","availableTransports":[]}`

func (g *coreGate) RoundTrip(r *http.Request) (*http.Response, error) {
	g.mu.Lock()
	status, body := g.health, g.word
	if strings.HasSuffix(r.URL.Path, "/negotiate") {
		status, body = g.negotiate, negotiated
	}
	g.asked = append(g.asked, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization")))
	g.mu.Unlock()
	switch status {
	case 0:
		<-r.Context().Done()
		return nil, r.Context().Err()
	case -1:
		return nil, io.ErrUnexpectedEOF
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func (g *coreGate) set(negotiate, health int, word string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.negotiate, g.health, g.word = negotiate, health, word
}

// taken returns what was asked since the last call.
func (g *coreGate) taken() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	a := g.asked
	g.asked = nil
	return a
}

// coreProberRun is a Core that runs until the bubble ends.
type coreProberRun struct {
	*CoreProber
	gate *coreGate

	mu       sync.Mutex
	last     map[string]event.Polled
	rechecks int
}

func watchCore(t *testing.T, key string) *coreProberRun {
	w := &coreProberRun{gate: &coreGate{negotiate: 200, health: 200, word: "Healthy"}, last: map[string]event.Polled{}}
	c, err := NewCoreProber(CoreProberOptions{
		Base: "http://core:5000/base/", Key: secret.New(key), HTTP: &http.Client{Transport: w.gate},
		OnPoll: func(source string, a event.Polled) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.last[source] = a
		},
		Recheck: func() { w.mu.Lock(); defer w.mu.Unlock(); w.rechecks++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	w.CoreProber = c
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); c.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return w
}

// after lets time pass and reports the last outcomes: "negotiate core".
func (w *coreProberRun) after(d time.Duration) string {
	time.Sleep(d)
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.last[event.SourceNegotiate].Outcome) + " " + string(w.last[event.SourceCoreHealth].Outcome)
}

// TestCoreIsAskedPolitely: at the intervals of the table, with the key only
// where it is needed, and not at all without one.
func TestCoreIsAskedPolitely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watchCore(t, "vk-1")
		if got := w.after(startWithin); got != "good good" {
			t.Fatalf("at first: %s", got)
		}
		want := []string{"POST /base/hubs/notifications/negotiate Bearer vk-1", "GET /base/health"}
		if d := cmp.Diff(want, w.gate.taken()); d != "" {
			t.Error(d)
		}
		w.after(5 * time.Minute)
		if n := len(w.gate.taken()) / 2; n < 10 || n > 12 {
			t.Errorf("asked %d times in five minutes shown", n)
		}
		w.SetVisible(false)
		w.after(5 * time.Minute)
		if n := len(w.gate.taken()) / 2; n < 5 || n > 6 {
			t.Errorf("asked %d times in five minutes hidden", n)
		}
		w.gate.set(0, 200, "Healthy")
		w.after(time.Minute + coreWithin)
		w.gate.taken()
		w.after(5 * time.Minute)
		if n := len(w.gate.taken()) / 2; n < 8 || n > 12 {
			t.Errorf("asked %d times in five minutes of trouble", n)
		}
		w.Pause()
		w.after(20 * time.Second)
		w.gate.taken()
		w.after(5 * time.Minute)
		if n := len(w.gate.taken()); n != 0 {
			t.Errorf("asked %d times while paused", n)
		}
		w.gate.set(200, 200, "Healthy")
		w.Resume()
		if got := w.after(time.Second); got != "good good" {
			t.Errorf("resumed: %s", got)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		w := watchCore(t, "")
		if got := w.after(time.Hour); got != " " || len(w.gate.taken()) != 0 {
			t.Errorf("asked without a key: %s", got)
		}
	})
}

// TestCostOnCore measures requests a minute of a Core API that works.
func TestCostOnCore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watchCore(t, "vk-1")
		for _, x := range []struct {
			shown bool
			most  float64
		}{{true, 4.3}, {false, 2.2}} {
			w.SetVisible(x.shown)
			w.after(2 * time.Minute)
			w.gate.taken()
			w.after(time.Hour)
			n := float64(len(w.gate.taken())) / 60
			t.Logf("shown %v: %.1f requests a minute", x.shown, n)
			if n > x.most {
				t.Errorf("shown %v: %.1f requests a minute, want at most %.1f", x.shown, n, x.most)
			}
		}
	})
}

// TestWhatCoreAnswers sorts the answers.
func TestWhatCoreAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		negotiate, health int
		word, want        string
		rounds            int // of the next ten minutes
	}{
		"well":                       {200, 200, "Healthy", "good good", 20},
		"redis down":                 {0, 200, "Healthy", "silent good", 17},
		"frozen":                     {0, 0, "", "silent silent", 13},
		"stopped":                    {-1, -1, "", "silent silent", 20},
		"bus lost":                   {200, 200, "Degraded", "good good", 20},
		"never had its bus":          {200, 503, "Unhealthy", "good good", 20},
		"a proxy in its place":       {502, 502, "<html>bad gateway</html>", "error error", 20},
		"a page in its place":        {200, 200, "<html>sign in</html>", "good shape", 20},
		"key refused":                {401, 200, "Healthy", "refused good", 0},
		"address barred":             {403, 403, "", "barred barred", 2},
		"too often":                  {429, 200, "Healthy", "barred good", 2},
		"another kind":               {404, 404, "", "missing missing", 2},
		"guard against a lost redis": {503, 200, "Healthy", "error good", 20},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := watchCore(t, "vk-1")
				w.gate.set(tt.negotiate, tt.health, tt.word)
				if got := w.after(startWithin + coreWithin + healthWithin); got != tt.want {
					t.Errorf("%s, want %s", got, tt.want)
				}
				w.gate.taken()
				w.after(10 * time.Minute)
				if n := len(w.gate.taken()) / 2; n < tt.rounds-1 || n > tt.rounds+3 {
					t.Errorf("%d rounds in ten minutes, want about %d", n, tt.rounds)
				}
			})
		})
	}
}

// TestARefusedKeyIsLeftAlone until the gateway lets a connection in; a hint of
// trouble is no reason to try it.
func TestARefusedKeyIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watchCore(t, "vk-1")
		w.gate.set(401, 200, "Healthy")
		w.after(time.Minute)
		w.gate.taken()
		w.Recheck()
		w.SetVisible(true)
		if w.after(time.Hour); len(w.gate.taken()) != 0 {
			t.Error("asked again with a refused key")
		}
		w.gate.set(200, 200, "Healthy")
		w.HubConnected()
		if got := w.after(time.Second); got != "good good" {
			t.Errorf("let in: %s", got)
		}
	})
}

// TestOthersAreTold once when negotiations begin to hang and once when they
// cease to.
func TestOthersAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watchCore(t, "vk-1")
		w.after(time.Minute)
		w.gate.set(0, 200, "Healthy")
		w.after(5 * time.Minute)
		w.gate.set(200, 200, "Healthy")
		w.after(5 * time.Minute)
		if w.rechecks != 2 {
			t.Errorf("told %d times", w.rechecks)
		}
	})
}

// TestCoreWord reads both forms; the overall word of the longer one, and what
// it says of providers, count for nothing.
func TestCoreWord(t *testing.T) {
	const checks = `{"status":"Degraded","checks":[
		{"name":"masstransit-bus","status":%BUS%,"description":"Ready","data":{"Endpoints":{}}},
		{"name":"RabbitMQ","status":"HEALTHY"},
		{"name":"redis","status":%REDIS%,"description":"no\u0007 answer"},
		{"name":"database","status":"Healthy"},
		{"name":"providers","status":"Degraded","description":"2 offline"},
		{"name":7,"status":[]}, null, "x"],"totalDuration":1}`
	with := func(bus, redis string) string {
		return strings.NewReplacer("%BUS%", bus, "%REDIS%", redis).Replace(checks)
	}
	for body, want := range map[string]string{
		"Healthy":                          "event bus healthy",
		" degraded\n":                      "event bus degraded",
		"UNHEALTHY":                        "event bus unhealthy",
		with(`"Healthy"`, `"Healthy"`):     "event bus healthy, redis healthy, database healthy",
		with(`"Unhealthy"`, `"Degraded"`):  "event bus unhealthy, redis degraded, database healthy",
		with(`12`, `"What"`):               "event bus healthy, database healthy",
		`{"status":"Healthy","checks":[]}`: "",
		`{"status":"Healthy"}`:             "error",
		`{"checks":{}}`:                    "error",
		"<html>":                           "error",
		"":                                 "error",
	} {
		words, err := parseCoreHealth([]byte(body))
		var got []string
		for _, w := range words {
			got = append(got, string(w.Component)+" "+string(w.Health))
			if strings.ContainsFunc(w.Text, func(r rune) bool { return r < ' ' }) {
				t.Errorf("%q is not cleaned", w.Text)
			}
		}
		if err != nil {
			got = []string{"error"}
		}
		if d := cmp.Diff(want, strings.Join(got, ", ")); d != "" {
			t.Errorf("%.40s: %s", body, d)
		}
	}
}

// TestEachReadIsTold: what came of every read, behind its events; the list of
// failures by itself, with its own time.
func TestEachReadIsTold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		w := watchPolls(t, g)
		first := w.after(5 * time.Second)
		for _, source := range []string{"parts", "groups", "keys", "mappings", "logs", "providers", event.SourceFailures, "settings"} {
			if first[source] != event.PollOK {
				t.Errorf("%s: %q", source, first[source])
			}
		}
		g.failing(func(r *http.Request) (int, string) { // as without Redis
			if strings.Contains(r.URL.Path, "provider-errors") {
				time.Sleep(10 * time.Second)
				return 500, `{"error":"Failed to retrieve error data"}`
			}
			return 0, ""
		})
		now := w.after(time.Minute)
		if now[event.SourceFailures] != event.PollFailed || now["providers"] != event.PollOK || w.rechecks() != 1 {
			t.Errorf("without Redis: failures %q, providers %q, %d rechecks", now[event.SourceFailures], now["providers"], w.rechecks())
		}
		g.requests("")
		w.after(20 * time.Minute)
		if n := g.requests("provider-errors"); n < 10 || n > 28 { // a wait of a minute, give or take half, then the next round
			t.Errorf("what hangs was asked %d times in twenty minutes", n)
		}
		g.failing(func(r *http.Request) (int, string) { // as without a database
			if r.URL.Path == pathHealth {
				return 200, `{"status":"unhealthy"}`
			}
			return 500, "An unexpected error occurred."
		})
		now = w.after(3 * time.Minute)
		if now["keys"] != event.PollFailed || now["parts"] != event.PollOK {
			t.Errorf("without a database: keys %q, parts %q", now["keys"], now["parts"])
		}
		g.failing(nil)
		w.Refresh()
		if now = w.after(5 * time.Minute); now["keys"] != event.PollOK || now[event.SourceFailures] != event.PollOK || w.rechecks() != 2 {
			t.Errorf("afterwards: %v, %d rechecks", now, w.rechecks())
		}
		g.failing(func(*http.Request) (int, string) { return 401, "" })
		now = w.after(2 * time.Minute)
		if n := len(slices.Collect(func(yield func(string) bool) {
			for s, o := range now {
				if o == event.PollUnauthorized && !yield(s) {
					return
				}
			}
		})); n != 1 {
			t.Errorf("%d sources are refused, want the one that was asked: %v", n, now)
		}
	})
}

// TestTheDatabaseFromTheStart: with its database down a gateway does not even
// show which kind it is; how its database is it does report.
func TestTheDatabaseFromTheStart(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		g.failing(func(r *http.Request) (int, string) {
			if r.URL.Path == pathHealth {
				return 200, `{"status":"unhealthy"}`
			}
			return 500, "An unexpected error occurred."
		})
		w := watchPolls(t, g)
		if now := w.after(20 * time.Second); now["parts"] != event.PollOK {
			t.Errorf("parts %q", now["parts"])
		}
		if got := wordsOf(w.events()); !strings.Contains(got, "gateway.part_reported") {
			t.Errorf("told:\n%s", got)
		}
	})
}

// pollRun is a Poller of a gate, and the last outcome of each source.
type pollRun struct {
	*Poller
	mu     sync.Mutex
	last   map[string]event.PollOutcome
	told   []event.Event
	hinted int
}

func watchPolls(t *testing.T, g *gate) *pollRun {
	c, err := NewClient(ClientOptions{Base: "http://admin:5002", Key: secret.New(masterKey), HTTP: &http.Client{Transport: g}})
	if err != nil {
		t.Fatal(err)
	}
	w := &pollRun{last: map[string]event.PollOutcome{}}
	w.Poller = NewPoller(Options{
		Client: c,
		Emit: func(_ string, events []event.Event) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.told = append(w.told, events...)
		},
		OnPoll: func(source string, a event.Polled) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.last[source] = a.Outcome
		},
		Recheck: func() { w.mu.Lock(); defer w.mu.Unlock(); w.hinted++ },
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); w.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return w
}

func (w *pollRun) after(d time.Duration) map[string]event.PollOutcome {
	time.Sleep(d)
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.last)
}

func (w *pollRun) rechecks() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.hinted
}

func (w *pollRun) events() []event.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.told)
}
