package gateway

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub/hubtest"
)

// reading is a gateway with these lists and a hub for notifications on both
// halves; each list is as recorded of a real one.
type reading struct {
	*hubtest.Server
	mu     sync.Mutex
	lists  map[string]string // by path
	status int               // of every list, if not 0
}

// startReading serves the recordings of a gateway, "" for one without lists.
func startReading(t *testing.T, gateway string, live func(s *hubtest.Socket, nth int)) *reading {
	t.Helper()
	r := &reading{lists: map[string]string{}}
	if gateway != "" {
		f, err := os.Open("../rest/testdata/" + gateway + ".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var a struct {
				Path, Body string
				Status     int
			}
			if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
				t.Fatal(err)
			}
			if a.Status == 200 {
				r.lists[a.Path] = a.Body
			}
		}
	}
	sockets := 0
	r.Server = hubtest.Start(t, func(x *hubtest.Exchange) {
		r.mu.Lock()
		body, ok := r.lists[x.Request.URL.Path]
		status := r.status
		r.mu.Unlock()
		switch path := x.Request.URL.Path; {
		case strings.HasPrefix(path, "/api/") && status != 0:
			x.Answer(status, "")
		case ok:
			x.Answer(200, body)
		case path == "/hubs/spend/negotiate":
			x.Negotiated()
		case x.IsSocket():
			r.mu.Lock()
			sockets++
			nth := sockets
			r.mu.Unlock()
			live(x.Accept(), nth)
			x.Drop()
		default:
			x.Answer(404, "")
		}
	})
	return r
}

// asked counts the requests for lists.
func (r *reading) asked(prefix string) (n int) {
	for _, q := range r.Requests() {
		if strings.HasPrefix(q.Path, prefix) {
			n++
		}
	}
	return n
}

func (r *reading) set(path, old, now string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lists[path] = strings.Replace(r.lists[path], old, now, 1)
}

// both is a configuration with both halves and both keys.
func both(url string) Config {
	c := coreOnly(url)
	c.AdminURL, c.MasterKey = url, secret.New(masterKey)
	return c
}

// states lists what was reported of the link that reads lists.
func states(to *sink) (list []string) {
	for _, l := range of[event.LinkChanged](to, "rest") {
		list = append(list, string(l.State)+" "+l.Class)
	}
	return list
}

// alertOfBudget is what an August gateway pushes; its numbers are not the key's.
const alertOfBudget = `[{"alertType":"budget_threshold","percentageUsed":107.69,"currentSpend":21,"budgetLimit":19.5,"remaining":0,"severity":"critical","message":"x"}]`

// TestListsAreRead: with the master key the lists of a gateway are read, its
// decoders learn which one it is, and what a hub pushes makes us read at once.
func TestListsAreRead(t *testing.T) {
	push := make(chan string, 1)
	srv := startReading(t, "head", func(s *hubtest.Socket, _ int) {
		if !s.Shake() {
			return
		}
		go s.Drain()
		for m := range push {
			s.Send(m)
		}
	})
	defer close(push)
	to := &sink{}
	c := both(srv.URL)
	c.VirtualKeys[0].ID = "3"
	w := watch(t, c, to)
	w.SetVisible(false) // else the balance might be read again by itself
	await(t, "the lists", func() bool {
		return len(of[event.KeyRead](to, "keys")) == 8 && len(of[event.GroupRead](to, "groups")) == 5 &&
			len(of[event.ProviderHealthChanged](to, "providers")) == 3
	})
	for _, env := range to.all() {
		if env.Source.Name == "keys" && (env.Source.Via != event.ViaREST || env.Source.Gateway != "g" || env.Source.String() != "rest:keys") {
			t.Fatalf("source %+v", env.Source)
		}
	}
	if got := states(to); len(got) != 1 || got[0] != "connected " {
		t.Errorf("link %q", got)
	}
	srv.set("/api/VirtualKeyGroups", `"balance":9.50000000`, `"balance":1.25`)
	push <- hubtest.Event("BudgetAlert", alertOfBudget)
	await(t, "the group's balance after the push", func() bool {
		for _, g := range of[event.GroupRead](to, "groups") {
			if g.Group == "2" && g.Balance == event.Known(event.USD(1.25)) {
				return true
			}
		}
		return false
	})
	if got := of[event.SpendLimitReported](to, "spend"); len(got) != 0 {
		t.Errorf("an August gateway's numbers are believed: %+v", got)
	}
	w.Disconnect()
	await(t, "the pause", func() bool { got := states(to); return got[len(got)-1] == "disconnected " })
	w.Connect()
	await(t, "the end of the pause", func() bool { got := states(to); return got[len(got)-1] == "connected " })
	w.stop()
	if got := states(to); got[len(got)-1] != "disconnected " {
		t.Errorf("at the end: %q", got)
	}
}

// TestAReconnectReadsAnew: what changed while we were away is reported.
func TestAReconnectReadsAnew(t *testing.T) {
	lose := make(chan struct{})
	srv := startReading(t, "head", func(s *hubtest.Socket, nth int) {
		if !s.Shake() {
			return
		}
		if nth == 1 {
			<-lose
			return
		}
		s.Drain()
	})
	to := &sink{}
	watch(t, both(srv.URL), to).SetVisible(false) // else the list might be read again by itself
	await(t, "the lists", func() bool { return len(of[event.ProviderHealthChanged](to, "providers")) == 3 })
	await(t, "a settled connection", func() bool {
		l := of[event.LinkChanged](to, "spend")
		return l[len(l)-1].State == event.LinkConnected
	})
	srv.set("/api/VirtualKeys", `"keyName":"empty-balance"`, `"keyName":"renamed"`)
	close(lose)
	await(t, "the change", func() bool {
		got := of[event.KeyChanged](to, "keys")
		return len(got) == 1 && got[0].Key == "5" && got[0].Action == event.ActionUpdated
	})
}

// TestAGatewayWithoutLists shows no trace of the question, after which it is
// left alone.
func TestAGatewayWithoutLists(t *testing.T) {
	srv := startReading(t, "", func(s *hubtest.Socket, _ int) {
		if s.Shake() {
			s.Drain()
		}
	})
	to := &sink{}
	w := watch(t, both(srv.URL), to)
	await(t, "the question", func() bool { return srv.asked("/api/") == 2 })
	await(t, "the hub", func() bool { return len(of[event.Resynchronised](to, "spend")) == 1 })
	time.Sleep(1500 * time.Millisecond) // longer than any repeat of a failed call would wait
	w.stop()
	if n := srv.asked("/api/"); n != 2 {
		t.Errorf("asked %d times, want twice", n)
	}
	for _, env := range to.all() {
		if a, asked := env.Body.(event.Polled); asked && (a.Outcome == event.PollSkipped || env.Source.Name != event.SourceAdminHealth) {
			continue // that it is not asked, and what its Core answered
		}
		if env.Source.Via == event.ViaREST {
			t.Errorf("told: %+v", env.Body)
		}
	}
}

// TestARefusedMasterKey: one request and a clear state; one more by hand, and
// one more when the hub takes the key.
func TestARefusedMasterKey(t *testing.T) {
	srv := startReading(t, "head", func(s *hubtest.Socket, _ int) {
		if s.Shake() {
			s.Drain()
		}
	})
	srv.status = 401
	to := &sink{}
	c := both(srv.URL)
	var log bytes.Buffer
	var mu sync.Mutex
	c.Log = slog.New(slog.NewTextHandler(lockedWriter{&mu, &log}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w := watch(t, c, to)
	await(t, "the refusal", func() bool { return len(states(to)) == 1 })
	w.Reconnect() // a moment after the refusal: not yet
	time.Sleep(2100 * time.Millisecond)
	if n := srv.asked("/api/"); n != 1 {
		t.Errorf("asked %d times with a refused key", n)
	}
	w.Reconnect()
	await(t, "another try", func() bool { return srv.asked("/api/") > 1 })
	time.Sleep(time.Second) // more would come at once
	w.stop()
	if got := states(to); got[0] != "error auth" || srv.asked("/api/") > 3 {
		t.Errorf("told %q after %d requests", got, srv.asked("/api/"))
	}
	if strings.Contains(log.String(), masterKey) {
		t.Error("the key is in the log")
	}
}

// TestWithoutAMasterKeyNothingIsAsked: a missing key counts as a wrong one.
func TestWithoutAMasterKeyNothingIsAsked(t *testing.T) {
	srv := startReading(t, "head", func(s *hubtest.Socket, _ int) {
		if s.Shake() {
			s.Drain()
		}
	})
	to := &sink{}
	c := coreOnly(srv.URL)
	c.AdminURL = srv.URL
	w := watch(t, c, to)
	await(t, "the hub", func() bool { return len(of[event.Resynchronised](to, "spend")) == 1 })
	w.SetVisible(false)
	w.Reconnect()
	w.stop()
	if n := srv.asked("/api/"); n != 0 {
		t.Errorf("asked %d times without a key", n)
	}
}
