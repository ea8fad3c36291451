package history

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// long reports whether measurements of full size are asked for.
func long() bool { return os.Getenv("GATEWATCH_LONG") != "" }

// stormEvent is one of a mix like that of a busy gateway: spends mostly,
// tasks, now and then a provider.
func stormEvent(r *rand.Rand, n int) event.Envelope {
	at := start.Add(time.Duration(n) * 7 * time.Millisecond)
	env := event.Envelope{Seq: uint64(n), At: at, Source: hub([]string{"prod", "staging"}[n%10/9])}
	models := []string{"gpt-4o", "gpt-4o-mini", "claude-sonnet-4", "mistral-large", "llama-3.3-70b"}
	providers := []string{"openai", "anthropic", "mistral", "groq", "azure"}
	p := r.IntN(len(models))
	switch {
	case n%1000 == 999:
		env.Body = event.ProviderHealthChanged{
			Provider: event.ProviderID(providers[p]), Name: providers[p], Health: event.HealthUnhealthy,
			LatencyMS: float64(r.IntN(4000)), Error: "429 too many requests: rate limit reached", At: at,
		}
	case n%10 < 7:
		env.Body = &event.SpendRecorded{
			Key: event.KeyID(fmt.Sprint(r.IntN(200))), Amount: event.NanoUSD(r.IntN(50_000_000)), Model: models[p],
			Provider: providers[p], Total: event.NanoUSD(n) * 1000, HasTotal: true, Request: fmt.Sprintf("req-%08x", n), At: at,
		}
	default:
		env.Body = event.TaskProgressed{
			Task: event.TaskID(fmt.Sprintf("task-%x", n/20)), Medium: event.MediumVideo, Status: event.TaskProcessing,
			Progress: float64(n % 100), Remaining: -1, Model: models[p], Error: "step of diffusion done", At: at,
		}
	}
	return env
}

// waitForRoom keeps a test that is faster than any gateway from overflowing the
// queue.
func waitForRoom(db *DB) {
	for {
		if waiting, _ := db.w.q.ready(); waiting < db.opt.QueueSize-1 {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// recordAll records n events without overflowing the queue.
func recordAll(db *DB, n int) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := 1; i <= n; i++ {
		waitForRoom(db)
		db.Record(stormEvent(r, i))
	}
}

// BenchmarkMillion fills a file once and asks it questions. With
// GATEWATCH_LONG it holds a million events, else 50,000.
func BenchmarkMillion(b *testing.B) {
	total := 50_000
	if long() {
		total = 1_000_000
	}
	db := open(b, filepath.Join(b.TempDir(), "history.db"), testOptions())
	began, cpuBefore := time.Now(), cpuTime()
	recordAll(db, total)
	flush(b, db)
	took, cpu := time.Since(began), cpuTime()-cpuBefore
	s, err := db.Stats(context.Background())
	if err != nil || s.Events != int64(total) {
		b.Fatalf("%d events of %d: %v", s.Events, total, err)
	}
	var mem runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&mem)
	b.Logf("%d events: %.0f/s, %.0f per second of processor time with their making; file %.0f MiB (%.0f B/event), Go heap %.1f MiB, %s",
		total, float64(total)/took.Seconds(), float64(total)/cpu.Seconds(),
		float64(s.FileBytes)/(1<<20), float64(s.FileBytes)/float64(total), float64(mem.HeapAlloc)/(1<<20), residentSet())
	end := start.Add(time.Duration(total) * 7 * time.Millisecond)
	mid := start.Add(end.Sub(start) / 2)
	for _, c := range []struct {
		name string
		q    Query
	}{
		{"newest", Query{}},
		{"oldPage", Query{BeforeSeq: int64(total / 3)}},
		{"rangeMiddle", Query{From: mid, To: mid.Add(5 * time.Minute)}},
		{"critical", Query{Severities: []event.Severity{event.SeverityCritical}}},
		{"criticalOldHalf", Query{Severities: []event.Severity{event.SeverityCritical}, To: mid}},
		{"kind", Query{Kinds: []event.Kind{"provider.health_changed"}}},
		{"key", Query{Keys: []event.KeyID{"17"}}},
		{"keyAndProvider", Query{Keys: []event.KeyID{"17"}, Providers: []string{"groq"}}},
		{"keyAndRareKind", Query{Keys: []event.KeyID{"17"}, Kinds: []event.Kind{"provider.health_changed"}}},
		{"twoCommonNeverTogether", Query{Kinds: []event.Kind{"task.progressed"}, Providers: []string{"openai"}}},
		{"gatewayWarning", Query{Gateway: "staging", Severities: []event.Severity{event.SeverityWarning, event.SeverityCritical}}},
		{"textCommon", Query{Text: "gpt-4o"}},
		{"textCommonMiddle", Query{Text: "gpt-4o", From: mid, To: mid.Add(5 * time.Minute)}},
		{"textPhrase", Query{Text: `"rate limit"`}},
		{"textAndKey", Query{Text: "claude", Keys: []event.KeyID{"17"}}},
		{"textThree", Query{Text: "key spent mistral"}},
		{"textNot", Query{Text: "openai -key"}},
		{"textPrefix", Query{Text: "unhealth*"}},
		{"textNothing", Query{Text: "thiswordneveroccurs"}},
		{"textRareInCommon", Query{Text: "diffusion unhealthy"}},
	} {
		b.Run(c.name, func(b *testing.B) { benchQuery(b, db, c.q) })
	}
	b.Run("statistics", func(b *testing.B) {
		for b.Loop() {
			if _, err := db.Stats(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("quickCheck", func(b *testing.B) {
		for b.Loop() {
			if _, err := quickCheck(context.Background(), db.reader(), time.Hour); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// benchQuery reports the median, which ns/op is not.
func benchQuery(b *testing.B, db *DB, q Query) {
	var took []time.Duration
	rows := 0
	for b.Loop() {
		began := time.Now()
		p, err := db.Events(context.Background(), q)
		if err != nil {
			b.Fatal(err)
		}
		took, rows = append(took, time.Since(began)), len(p.Events)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
	b.ReportMetric(float64(rows), "rows")
}

// residentSet is the memory that the process has, where the system tells.
func residentSet() string {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "resident set unknown"
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return "peak resident set " + strings.TrimSpace(value)
		}
	}
	return "resident set unknown"
}

// BenchmarkInsert measures writing alone: the events exist beforehand. Sums of
// 1,000 pairs of key and model are more than a busy gateway has in an hour.
func BenchmarkInsert(b *testing.B) {
	b.Run("events", func(b *testing.B) {
		o := testOptions()
		o.SpendOf = nil
		benchInsert(b, o)
	})
	b.Run("eventsAndSums", func(b *testing.B) { benchInsert(b, testOptions()) })
}

func benchInsert(b *testing.B, o Options) {
	db := open(b, filepath.Join(b.TempDir(), "history.db"), o)
	r := rand.New(rand.NewPCG(1, 2))
	envs := make([]event.Envelope, 60_000)
	n, cpu := 0, time.Duration(0)
	for b.Loop() {
		b.StopTimer()
		for i := range envs {
			n++
			envs[i] = stormEvent(r, n)
		}
		b.StartTimer()
		before := cpuTime()
		for _, env := range envs {
			db.Record(env)
		}
		flush(b, db)
		cpu += cpuTime() - before
	}
	b.ReportMetric(float64(n)/cpu.Seconds(), "events/cpu-s")
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
	if s, err := db.Stats(context.Background()); err != nil || s.Lost != 0 || s.Events != int64(n) {
		b.Fatalf("%+v (%v)", s, err)
	}
}
