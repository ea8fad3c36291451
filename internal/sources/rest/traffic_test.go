package rest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestDurations: what is usual is known to a quarter, of a week at most, and
// not before there is enough of it.
func TestDurations(t *testing.T) {
	var none *latencyBaseline
	if none.p95(start) != -1 {
		t.Error("nothing was counted")
	}
	var d latencyBaseline
	for i := range minBaselineSamples - 1 {
		d.add(start.Add(-2*time.Hour), float64(100+i%10))
	}
	if got := d.p95(start); got != -1 {
		t.Errorf("%v of too few", got)
	}
	d.add(start, 1e12) // a fool's, and of the hour that runs
	if got := d.p95(start); got != -1 {
		t.Errorf("%v with what is now", got)
	}
	if got := d.p95(start.Add(time.Hour)); got < 100 || got > 126 {
		t.Errorf("p95 %v, want just over 100", got)
	}
	for range minBaselineSamples {
		d.add(start.Add(24*time.Hour), 3000)
	}
	if got := d.p95(start.Add(25 * time.Hour)); got < 3000 || got > 3800 {
		t.Errorf("p95 %v, want just over 3000", got)
	}
	d.add(start.Add(-30*24*time.Hour), 1) // long over
	if got := d.p95(start.Add(9 * 24 * time.Hour)); got != -1 {
		t.Errorf("a week later %v", got)
	}
	if got := p95([]float64{1, 2, 3}); got != -1 {
		t.Errorf("p95 of three: %v", got)
	}
}

// TestASlowProviderIsTold: a provider that takes three times what is usual for
// it, by the log rows of models that only it serves.
func TestASlowProviderIsTold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, b, j := newGate(t, "head"), &books{}, newAlertRun()
		g.failures()
		g.failing(b.serve)
		id, logged := 100, []string(nil)
		serve := func(ms int) {
			for range 25 {
				id++
				logged = append([]string{fmt.Sprintf(`{"id":%d,"virtualKeyId":1,"modelName":"demo-chat-2","cost":0,"responseTimeMs":%d,"timestamp":%q}`,
					id, ms, time.Now().UTC().Format(time.RFC3339))}, logged...)
				b.row(time.Now(), auditCharged, "OpenAI", 200, "/v1/chat/completions")
			}
			logged = logged[:min(len(logged), 100)]
			g.set("/api/Analytics/logs", `{"items":[`+strings.Join(logged, ",")+`],"hasNextPage":false}`)
		}
		w := watchGate(t, g)
		var fired []string
		for range 90 {
			serve(100)
			fired = append(fired, j.fired(event.ViaREST, w.take(time.Minute)...)...)
		}
		if got := strings.Join(fired, " "); strings.Contains(got, "degraded") {
			t.Fatalf("fired %s", got)
		}
		fired = nil
		for range 8 {
			serve(1000)
			fired = append(fired, j.fired(event.ViaREST, w.take(time.Minute)...)...)
		}
		if got := strings.Join(fired, " "); got != "provider.degraded warning 2" {
			t.Errorf("fired %q", got)
		}
		if p := j.live.Live().Providers["g/2"]; p.P95MS != 1000 || p.BaselineP95MS < 100 || p.BaselineP95MS > 130 {
			t.Errorf("p95 %v, usually %v", p.P95MS, p.BaselineP95MS)
		}
		if text := j.open("provider.degraded").Body; !strings.Contains(text, "s") {
			t.Errorf("it says %q", text)
		}
	})
}
