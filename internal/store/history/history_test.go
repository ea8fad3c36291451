package history

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gatewatch/internal/core/event"
)

func TestMain(m *testing.M) {
	if runStormChild() {
		return
	}
	if !long() {
		// Each check opens a file; under the race detector that takes a while.
		if err := flag.Set("rapid.checks", "20"); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(m)
}

// start is the time at which the tests' clocks begin.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// clock is a clock that is set by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: start} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// healthEvents collects what Report is told.
type healthEvents struct {
	mu  sync.Mutex
	all []HealthEvent
}

func (n *healthEvents) report(one HealthEvent) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, one)
}

func (n *healthEvents) codes() []HealthCode {
	n.mu.Lock()
	defer n.mu.Unlock()
	codes := []HealthCode{}
	for _, one := range n.all {
		codes = append(codes, one.Code)
	}
	return codes
}

func testOptions() Options {
	// The machine may be slow; what is not checked in time is not told by Open.
	return Options{Now: newClock().Now, Location: time.UTC, MaintenanceInterval: -1, CheckTimeout: time.Minute, Describe: describeTest, SpendOf: SpendOf}
}

// describeTest gives every kind that the tests use a line.
func describeTest(env event.Envelope) (event.Severity, string) {
	switch b := env.Body.(type) {
	case *event.SpendRecorded:
		return event.SeverityInfo, fmt.Sprintf("Key %s spent %s on %s", b.Key, b.Amount, b.Model)
	case event.ProviderHealthChanged:
		if b.Health == event.HealthUnhealthy {
			return event.SeverityCritical, fmt.Sprintf("Provider %s is unhealthy: %s", b.Name, b.Error)
		}
		return event.SeverityInfo, fmt.Sprintf("Provider %s is %s", b.Name, b.Health)
	case event.TaskProgressed:
		return event.SeverityWarning, fmt.Sprintf("Task %s: %s", b.Task, b.Error)
	}
	return event.SeverityInfo, string(env.Body.Kind())
}

// open opens a history that is closed with the test and had nothing to say.
func open(t testing.TB, path string, o Options) *DB {
	t.Helper()
	db, said, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(said) > 0 {
		t.Fatalf("Open had something to say: %+v", said)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return db
}

func openNew(t testing.TB, o Options) *DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "history.db"), o)
}

func flush(t testing.TB, db *DB) {
	t.Helper()
	if err := db.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func hub(gateway string) *event.Source {
	return &event.Source{Gateway: event.GatewayID(gateway), Via: event.ViaHub, Name: "spend"}
}

// spent is a spend of key 7, n cents, n minutes after start.
func spent(n int) event.Envelope {
	at := start.Add(time.Duration(n) * time.Minute)
	return event.Envelope{Seq: uint64(n), At: at, Source: hub("prod"), Body: &event.SpendRecorded{
		Key: "7", Amount: event.USD(0.01) * event.NanoUSD(n), Model: "gpt-4o", Provider: "openai", At: at,
	}}
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestWhatIsRecordedIsFound(t *testing.T) {
	db := openNew(t, testOptions())
	for n := 1; n <= 60; n++ {
		db.Record(spent(n))
	}
	flush(t, db)
	page := must[Page](t)(db.Events(t.Context(), Query{Limit: 10}))
	if len(page.Events) != 10 || page.Events[0].Seq != 60 || page.Next != 51 {
		t.Fatalf("first page: %d events, first %+v, next %d", len(page.Events), page.Events[0], page.Next)
	}
	e := page.Events[0]
	body, err := event.Decode(e.Kind, e.Body)
	if err != nil || !reflect.DeepEqual(body, spent(60).Body) {
		t.Errorf("body came back as %+v (%v)", body, err)
	}
	if e.Key != "7" || e.Provider != "openai" || e.Gateway != "prod" || e.Source != "hub:spend" || !e.At.Equal(spent(60).At) {
		t.Errorf("columns came back as %+v", e)
	}
}
