package hub_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub"
)

// key is the credential of all tests; nothing logged may contain it.
const key = "ok-Zq7-very-secret"

// fast are options for tests: the same machine, with short waits.
func fast(url string) hub.Options {
	o := hub.DefaultOptions()
	o.Name, o.URL = "test", url
	o.Token = func(context.Context) (secret.String, error) { return secret.New(key), nil }
	o.RetryDelays = []time.Duration{20 * time.Millisecond}
	o.MaxDelay = 200 * time.Millisecond
	o.ConnectedAfter = 50 * time.Millisecond
	o.FaultRetry, o.AuthRetry, o.BanRetry, o.UnsupportedRetry = 100*time.Millisecond, 150*time.Millisecond, 150*time.Millisecond, 150*time.Millisecond
	return o
}

// run is a hub that runs, with what it reported.
type run struct {
	*hub.Hub
	t        *testing.T
	log      *journal
	cancel   context.CancelFunc
	ended    chan error
	onEvent  func(target string, args []byte)
	onUp     func(ctx context.Context, h *hub.Hub, why hub.ConnectInfo) error
	mu       sync.Mutex
	events   []string // "target args"
	reasons  []hub.ConnectInfo
	statuses []hub.Status
	hushed   bool // events are not kept
}

// start runs a hub until the test ends. change may be nil.
func start(t *testing.T, o hub.Options, change func(*run)) *run {
	t.Helper()
	r := &run{t: t, log: &journal{}, ended: make(chan error, 1)}
	o.Log = slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h, err := hub.New(o)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	r.Hub = h
	if change != nil {
		change(r)
	}
	h.OnStatus(func(s hub.Status) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.statuses = append(r.statuses, s)
	})
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	go func() { r.ended <- h.Run(ctx, r) }()
	t.Cleanup(r.stop)
	return r
}

// stop ends the hub and checks what it leaves behind.
func (r *run) stop() {
	if r.cancel == nil {
		return
	}
	r.cancel()
	r.cancel = nil
	if err := <-r.ended; err != nil {
		r.t.Errorf("Run: %v", err)
	}
	if r.log.contains(key) {
		r.t.Errorf("the log contains the key:\n%s", r.log)
	}
	for _, s := range r.told() {
		if bytes.Contains([]byte(s.Cause), []byte(key)) {
			r.t.Errorf("a cause contains the key: %s", s.Cause)
		}
	}
	if r.t.Failed() {
		l := r.log.String()
		r.t.Logf("the end of the hub's log:\n%s", l[max(0, len(l)-4000):])
	}
}

func (r *run) Connected(ctx context.Context, h *hub.Hub, why hub.ConnectInfo) error {
	r.mu.Lock()
	r.reasons = append(r.reasons, why)
	r.mu.Unlock()
	if r.onUp != nil {
		return r.onUp(ctx, h, why)
	}
	return nil
}

func (r *run) Event(target string, args []byte) {
	if r.onEvent != nil {
		r.onEvent(target, args)
	}
	if r.hushed {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, target+" "+string(args))
}

func (r *run) got() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.events...)
}

func (r *run) why() []hub.ConnectInfo {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]hub.ConnectInfo(nil), r.reasons...)
}

func (r *run) told() []hub.Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]hub.Status(nil), r.statuses...)
}

// eventually waits until ok holds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	within(t, 30*time.Second, what, ok)
}

func within(t *testing.T, d time.Duration, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(d); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", d, what)
		}
	}
}

func (r *run) connected() {
	r.t.Helper()
	eventually(r.t, "connected", func() bool { return r.Status().State == hub.Connected })
}

// never fails the test if the hub was ever in state s.
func (r *run) never(s hub.State) {
	r.t.Helper()
	for _, x := range r.told() {
		if x.State == s {
			r.t.Errorf("was in state %s: %+v", s, x)
		}
	}
}

// journal is a log that can be looked at while it is written.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

func (j *journal) contains(s string) bool { return bytes.Contains([]byte(j.String()), []byte(s)) }

// numbered is the event Numbered [i].
func numbered(i int) string {
	return fmt.Sprintf(`{"type":1,"target":"Numbered","arguments":[%d]}`+"\x1e", i)
}

// long reports whether the tests may take their time: GATEWATCH_LONG=1 makes
// many rounds of what otherwise makes a few.
func long() bool { return os.Getenv("GATEWATCH_LONG") == "1" }

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
