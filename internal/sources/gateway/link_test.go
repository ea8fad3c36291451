package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

func TestPublishesInOrder(t *testing.T) {
	const n = 6000
	srv := only(t, map[string]func(*hubtest.Socket, int){"spend": func(s *hubtest.Socket, _ int) {
		var message strings.Builder
		for i := range n {
			message.WriteString(hubtest.Event("SpendUpdate", fmt.Sprintf(
				`[{"virtualKeyId":"1","amount":0.001,"totalSpend":%d,"model":"m","timestamp":"2026-01-02T03:04:05Z"}]`, i+1)))
			if i%(1+i%97) == 0 || i == n-1 { // messages of many sizes
				s.Send(message.String())
				message.Reset()
			}
		}
		s.Drain()
	}})
	to := &sink{slow: time.Millisecond}
	g := watch(t, coreOnly(srv.URL), to)
	await(t, "all spends", func() bool { return len(of[*event.SpendRecorded](to, "spend")) == n })
	for i, b := range of[*event.SpendRecorded](to, "spend") {
		if b.Total != event.NanoUSD(i+1)*event.PerUSD {
			t.Fatalf("spend %d has the total %s", i, b.Total)
		}
	}
	await(t, "counters", func() bool {
		m := of[event.LinkMeasured](to, "")
		return slices.ContainsFunc(m, func(m event.LinkMeasured) bool { return m.Hub == "spend" && m.Events == n })
	})
	g.stop()
	if err := g.Run(t.Context()); err == nil {
		t.Error("a gateway ran twice")
	}
}

// An event that says nothing is one that came.
func TestWhatSaysNothingIsCountedAndDated(t *testing.T) {
	srv := only(t, map[string]func(*hubtest.Socket, int){"spend": func(s *hubtest.Socket, _ int) {
		s.Send(hubtest.Event("SpendSummary", `[{"totalSpend":1}]`))
		s.Drain()
	}})
	to, began := &sink{}, time.Now()
	watch(t, coreOnly(srv.URL), to)
	await(t, "counters", func() bool {
		m := of[event.LinkMeasured](to, "")
		return slices.ContainsFunc(m, func(m event.LinkMeasured) bool {
			return m.Hub == "spend" && m.Events == 1 && m.Unrecognised == 0 && !m.LastEvent.Before(began)
		})
	})
}

// call is an invocation that a hub received.
type call struct {
	InvocationID string
	Target       string
	Arguments    []json.RawMessage
}

// argument is the first argument of a call, "" if it has none.
func argument(c call) string {
	if len(c.Arguments) == 0 {
		return ""
	}
	return string(c.Arguments[0])
}

// answer reads calls until the connection ends; refuse says which are refused.
func answer(s *hubtest.Socket, heard func(string), refuse func(call) bool) {
	for {
		m, err := s.ReadCall()
		if err != nil {
			return
		}
		for f := range strings.SplitSeq(strings.TrimSuffix(m, hubtest.End), hubtest.End) {
			var c call
			if json.Unmarshal([]byte(f), &c) != nil || c.Target == "" {
				continue
			}
			heard(c.Target + argument(c))
			why := ""
			if refuse(c) {
				why = `,"error":"An unexpected error occurred. HubException: Task not found"`
			}
			s.Send(fmt.Sprintf(`{"type":3,"invocationId":%q%s}`, c.InvocationID, why) + hubtest.End)
		}
	}
}

// Subscriptions are made anew on every connection; a task that the gateway
// refuses, and one that ended, is not asked for again.
func TestSubscribesAfterEveryConnect(t *testing.T) {
	var mu sync.Mutex
	heard := map[int][]string{}
	again := make(chan struct{})
	images := func(s *hubtest.Socket, nth int) {
		if nth == 1 {
			go func() {
				<-again
				s.Send(hubtest.Event("ImageGenerationProgress", `[{"taskId":"over","status":"completed","progress":100}]`))
				time.Sleep(50 * time.Millisecond)
				s.Reset()
			}()
		}
		answer(s, func(c string) {
			mu.Lock()
			defer mu.Unlock()
			heard[nth] = append(heard[nth], c)
		}, func(c call) bool { return string(c.Arguments[0]) == `"gone"` })
	}
	srv := only(t, map[string]func(*hubtest.Socket, int){"image-generation": images})
	to := &sink{}
	g, err := Open(coreOnly(srv.URL), to)
	if err != nil {
		t.Fatal(err)
	}
	// Wished for before there is a connection.
	for _, id := range []event.TaskID{"good", "gone", "over"} {
		if err := g.FollowTask(t.Context(), id, event.MediumImage); err != nil {
			t.Fatalf("watch %s: %v", id, err)
		}
	}
	if err := g.FollowTask(t.Context(), "any", ""); err != nil {
		t.Fatalf("watch one of a medium that is not known: %v", err)
	}
	if err := g.FollowTask(t.Context(), "", event.MediumImage); fault.Of(err).Code != fault.Usage {
		t.Errorf("a task without an id: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- g.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	resyncs := func() []event.Resynchronised { return of[event.Resynchronised](to, "image-generation") }
	await(t, "the first connection", func() bool { return len(resyncs()) == 1 })
	// Wished for while connected: allowed, and refused.
	if err := g.FollowTask(t.Context(), "later", event.MediumImage); err != nil {
		t.Error(err)
	}
	if err := g.FollowTask(t.Context(), "gone", event.MediumImage); fault.Of(err).Code != fault.Forbidden {
		t.Errorf("a refused task: %v", err)
	}
	close(again)
	await(t, "the second connection", func() bool { return len(resyncs()) == 2 })
	mu.Lock()
	defer mu.Unlock()
	want := map[int][]string{
		1: {`SubscribeToTask"good"`, `SubscribeToTask"gone"`, `SubscribeToTask"over"`, `SubscribeToTask"any"`, `SubscribeToTask"later"`, `SubscribeToTask"gone"`},
		2: {`SubscribeToTask"good"`, `SubscribeToTask"any"`, `SubscribeToTask"later"`},
	}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r := resyncs(); !r[0].First || r[1].First || r[1].GapMS <= 0 || r[1].Reason != "reconnected" {
		t.Errorf("told %+v", r)
	}
	if said := of[event.Reply](to, "image-generation"); len(said) != 1 || !said[0].Refused || said[0].Target != "SubscribeToTask" || !strings.HasPrefix(said[0].Text, "gone: ") {
		t.Errorf("the refusal was told as %+v", said)
	}
}

// A gateway that refuses every subscription is watched all the same.
func TestRefusedKindsAreNoFault(t *testing.T) {
	var mu sync.Mutex
	var heard []string
	all := func(s *hubtest.Socket, _ int) {
		answer(s, func(c string) { mu.Lock(); defer mu.Unlock(); heard = append(heard, c) }, func(call) bool { return true })
	}
	srv := only(t, map[string]func(*hubtest.Socket, int){"tasks": all})
	to := &sink{}
	watch(t, coreOnly(srv.URL), to)
	await(t, "the hub is up", func() bool { return len(of[event.Resynchronised](to, "tasks")) == 1 })
	mu.Lock()
	defer mu.Unlock()
	if len(heard) != len(batchKinds) {
		t.Errorf("asked for %q", heard)
	}
	if n := len(of[event.Reply](to, "tasks")); n != len(batchKinds) {
		t.Errorf("%d refusals told", n)
	}
}

// What is stopped says so: otherwise it would be shown as connected for ever.
func TestStopSaysSo(t *testing.T) {
	srv := only(t, map[string]func(*hubtest.Socket, int){"spend": func(s *hubtest.Socket, _ int) { s.Drain() }})
	for range 10 {
		to := &sink{}
		g := watch(t, coreOnly(srv.URL), to)
		state := func() event.LinkState {
			if l := of[event.LinkChanged](to, "spend"); len(l) > 0 {
				return l[len(l)-1].State
			}
			return ""
		}
		await(t, "connected", func() bool { return state() == event.LinkConnected })
		g.stop()
		if got := state(); got != event.LinkDisconnected {
			t.Fatalf("the last word is %q", got)
		}
	}
}

func TestByHand(t *testing.T) {
	srv := only(t, map[string]func(*hubtest.Socket, int){"spend": func(s *hubtest.Socket, _ int) { s.Drain() }})
	to := &sink{}
	g := watch(t, coreOnly(srv.URL), to)
	is := func(want event.LinkState) func() bool {
		return func() bool {
			l := of[event.LinkChanged](to, "spend")
			return len(l) > 0 && l[len(l)-1].State == want
		}
	}
	await(t, "connected", is(event.LinkConnected))
	g.Disconnect()
	await(t, "disconnected", is(event.LinkDisconnected))
	g.Connect()
	await(t, "connected again", is(event.LinkConnected))
	sockets := srv.Count("socket")
	g.Reconnect()
	await(t, "another connection", func() bool { return srv.Count("socket") > sockets && is(event.LinkConnected)() })
}

// Nothing that is logged, reported or returned shows a key, whatever the gateway
// does with it.
func TestKeysStayHidden(t *testing.T) {
	var mu sync.Mutex
	var log bytes.Buffer
	var known atomic.Bool // the key was let in somewhere
	srv := hubtest.Start(t, func(x *hubtest.Exchange) {
		key := x.Request.Header.Get("Authorization") + x.Request.Header.Get("X-Master-Key")
		switch name := x.Request.URL.Path; {
		case strings.Contains(name, "/spend/") && !known.Load(): // a key of which nothing is known is not tried elsewhere
			x.Answer(503, key)
		case strings.Contains(name, "/spend/"):
			x.Answer(401, "the key "+key+" is wrong", "WWW-Authenticate: Bearer error=\""+key+"\"")
		case strings.Contains(name, "/tasks/"):
			x.Answer(403, key)
		case strings.Contains(name, "/notifications/"):
			x.Answer(200, `{"error":"no `+key+`"}`, "Content-Type: application/json")
		case strings.Contains(name, "/webhooks/"):
			x.Answer(500, key)
		case strings.Contains(name, "/navigation-state") && x.IsNegotiate(), strings.Contains(name, "image") && x.IsNegotiate():
			x.Negotiated()
		case strings.Contains(name, "/navigation-state"):
			s := x.Accept()
			s.Shake(`{"type":7,"error":"bye ` + key + `"}` + hubtest.End)
			s.Drain()
			x.Drop()
		case strings.Contains(name, "image"):
			known.Store(true)
			s := x.Accept()
			s.Shake(hubtest.Event("Leak", `["`+key+`",{"apiKey":"`+key+`"}]`), key+hubtest.End)
			s.Drain()
			x.Drop()
		default:
			x.Reset()
		}
	})
	to := &sink{}
	c := coreOnly(srv.URL)
	c.AdminURL, c.MasterKey = srv.URL, secret.New(masterKey)
	c.Log = slog.New(slog.NewTextHandler(lockedWriter{&mu, &log}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	g := watch(t, c, to)
	await(t, "the key is refused", func() bool {
		return slices.ContainsFunc(of[event.LinkChanged](to, "spend"), func(l event.LinkChanged) bool { return l.Class == "auth" })
	})
	for _, name := range []string{"tasks", "notifications", "webhooks", "navigation-state", "video-generation"} {
		await(t, name+" fails", func() bool {
			return slices.ContainsFunc(of[event.LinkChanged](to, name), func(l event.LinkChanged) bool { return l.Cause != "" })
		})
	}
	await(t, "the leak", func() bool { return len(of[event.Unrecognised](to, "image-generation")) > 0 })
	brief, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err := g.FollowTask(brief, "x", event.MediumImage) // nobody answers
	g.stop()
	mu.Lock()
	defer mu.Unlock()
	told, _ := json.Marshal(to.all())
	for _, k := range []string{virtualKey, masterKey} {
		if strings.Contains(log.String(), k) {
			t.Errorf("the log shows a key:\n%s", linesWith(log.String(), k))
		}
		if strings.Contains(string(told), k) {
			t.Errorf("an event shows a key:\n%s", linesWith(strings.ReplaceAll(string(told), `{"Seq"`, "\n{"), k))
		}
		if err != nil && strings.Contains(err.Error(), k) {
			t.Errorf("an error shows a key: %v", err)
		}
	}
	if log.Len() == 0 {
		t.Error("nothing was logged at all")
	}
}

type lockedWriter struct {
	mu *sync.Mutex
	w  *bytes.Buffer
}

func (l lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

func linesWith(text, part string) string {
	var found []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Contains(line, part) {
			found = append(found, line)
		}
	}
	return strings.Join(found, "\n")
}

// An address at which nobody listens is a fault that says so, not an error of
// the program.
func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	to := &sink{}
	g := watch(t, coreOnly(address), to)
	await(t, "a cause", func() bool {
		return slices.ContainsFunc(of[event.LinkChanged](to, "spend"), func(l event.LinkChanged) bool {
			return l.Class == string(hub.ClassGatewayDown) && l.Cause != "" && !l.NextAt.IsZero()
		})
	})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := g.FollowTask(ctx, "v", event.MediumVideo); err != nil {
		t.Errorf("a task cannot be wished for while nobody is there: %v", err)
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Error("that took too long")
	}
}
