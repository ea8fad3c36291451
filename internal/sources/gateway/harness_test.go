package gateway

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// The keys of these tests; no log, error or event may show them.
const (
	virtualKey = "vk-3f9c1e77a0b24d58"
	masterKey  = "mk-77d0c4b19e5a4f02"
	password   = "hunter2-of-the-proxy"
)

// sink keeps what is published.
type sink struct {
	slow time.Duration // each Publish takes so long

	mu  sync.Mutex
	got []event.Envelope
}

func (s *sink) Buffer() *event.Batch { return new(event.Batch) }

func (s *sink) Publish(ctx context.Context, batch *event.Batch) error {
	if s.slow > 0 {
		time.Sleep(s.slow)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, batch.Events...)
	return nil
}

func (s *sink) all() []event.Envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

// of lists the events of one type from one hub, in order.
func of[T event.Event](s *sink, hubName string) (list []T) {
	for _, env := range s.all() {
		if b, ok := env.Body.(T); ok && (hubName == "" || env.Source.Name == hubName) {
			list = append(list, b)
		}
	}
	return list
}

// await fails the test unless cond becomes true.
func await(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !cond(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

// quick are options for tests: the same rules, shorter times.
func quick() *hub.Options {
	o := hub.DefaultOptions()
	o.ConnectedAfter, o.RetryDelays, o.MaxDelay = 20*time.Millisecond, []time.Duration{50 * time.Millisecond}, 100*time.Millisecond
	return &o
}

func coreOnly(url string) Config {
	return Config{ID: "g", CoreURL: url, VirtualKeys: []Key{{Secret: secret.New(virtualKey)}}, Hub: quick()}
}

// running is a gateway that is watched until stop, or the end of the test.
type running struct {
	*Gateway
	stop func()
}

// watch opens and runs a gateway.
func watch(t *testing.T, c Config, to Publisher) running {
	t.Helper()
	g, err := Open(c, to)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- g.Run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(stop)
	return running{g, stop}
}

// only is a server that has these hubs and no others. live is given the
// sockets of each, counted from 1.
func only(t *testing.T, live map[string]func(s *hubtest.Socket, nth int)) *hubtest.Server {
	var mu sync.Mutex
	count := map[string]int{}
	return hubtest.Start(t, func(x *hubtest.Exchange) {
		name := strings.TrimSuffix(strings.TrimPrefix(x.Request.URL.Path, "/hubs/"), "/negotiate")
		serve := live[name]
		switch {
		case serve == nil:
			x.Answer(404, "")
		case x.IsNegotiate():
			x.Negotiated()
		case x.IsSocket():
			mu.Lock()
			count[name]++
			nth := count[name]
			mu.Unlock()
			if s := x.Accept(); s.Shake() {
				serve(s, nth)
			}
			x.Drop()
		}
	})
}

// recorder is a hub that refuses to report everything of everybody.
type recorder struct{ got []string }

func (r *recorder) Invoke(_ context.Context, target string, args ...any) ([]byte, error) {
	r.got = append(r.got, fmt.Sprint(target, " ", args))
	if target == "SubscribeToAll" {
		return nil, &hub.CallError{}
	}
	return nil, nil
}
