package alert

import (
	"fmt"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// large is a state of 500 keys, 50 providers, 20 links and 100 tasks, of which
// few need attention.
func large(now time.Time) *state.Live {
	live := state.New().Live()
	for _, g := range []string{"prod", "staging"} {
		live.Gateways[g] = state.Gateway{ID: g, Label: g}
		for i := range 10 {
			id := fmt.Sprintf("%s/hub%d", g, i)
			live.Links[id] = state.Link{ID: id, Gateway: g, Hub: fmt.Sprintf("hub%d", i), Plane: "core", State: "connected"}
		}
	}
	for i := range 500 {
		id := fmt.Sprintf("prod/%d", i)
		used := float64(i%70) / 100
		if i%50 == 0 {
			used = 0.92
		}
		live.Keys[id] = state.KeySpend{
			ID: id, Gateway: "prod", Key: fmt.Sprint(i), Name: fmt.Sprintf("key %d", i), Status: "enabled",
			Total: event.Known(event.NanoUSD(used * 100e9)), Limit: event.Known(event.USD(100)), UsedRatio: event.Known(used), ReportedRatio: -1, PeriodID: "period:2026-11-01",
			Source: "hub:spend", UpdatedAt: now.UnixMilli(), Rate15m: event.Known(event.USD(1)), LastHour: event.Known(event.USD(1)),
		}
	}
	for i := range 50 {
		id := fmt.Sprintf("prod/%d", i)
		h := "healthy"
		if i%25 == 0 {
			h = "unhealthy"
		}
		live.Providers[id] = state.Provider{ID: id, Gateway: "prod", Provider: fmt.Sprint(i), Name: fmt.Sprintf("P%d", i), Health: h}
	}
	for i := range 100 {
		id := fmt.Sprintf("prod/t%d", i)
		live.Tasks[id] = state.Task{
			ID: id, Gateway: "prod", Task: fmt.Sprint(i), Status: "processing", StartedAt: now.UnixMilli(), UpdatedAt: now.UnixMilli(),
		}
	}
	return live
}

// BenchmarkEvalQuiet is a look at a large state in which nothing changed.
func BenchmarkEvalQuiet(b *testing.B) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	live, e := large(now), New(DefaultConfig())
	e.Eval(live, now)
	e.Eval(live, now.Add(time.Minute))
	now = now.Add(2 * time.Minute)
	e.Eval(live, now)
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Millisecond)
		if ch, _ := e.Eval(live, now); len(ch) > 0 {
			b.Fatalf("%+v", ch)
		}
	}
}

// BenchmarkEvalOneChange is a look after one key crossed a threshold.
func BenchmarkEvalOneChange(b *testing.B) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	live, e := large(now), New(DefaultConfig())
	e.Eval(live, now)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		now = now.Add(time.Millisecond)
		k := live.Keys["prod/7"]
		k.UsedRatio, k.Total = event.Known(0.1), event.Known(event.USD(10))
		if i%2 == 0 {
			k.UsedRatio, k.Total = event.Known(0.95), event.Known(event.USD(95))
		}
		live.Keys["prod/7"] = k
		e.Eval(live, now)
	}
}

// BenchmarkObserve is one spend shown to the evaluator.
func BenchmarkObserve(b *testing.B) {
	e := New(DefaultConfig())
	env := event.Envelope{At: time.Unix(1, 0), Source: &event.Source{Gateway: "prod"}, Body: &event.SpendRecorded{
		Key: "7", Model: "gpt-4o", Amount: 1, At: time.Unix(1, 0),
	}}
	b.ReportAllocs()
	for b.Loop() {
		e.Observe(env)
	}
}
