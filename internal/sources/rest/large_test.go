package rest

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// Rows of the largest gateway that is planned for, as recorded.
const (
	largeKey      = `{"id":%d,"keyName":"k","keyPrefix":"condt_x...","allowedModels":null,"virtualKeyGroupId":1,"isEnabled":true,"expiresAt":null,"createdAt":"2026-11-22T22:16:10.605871Z","updatedAt":"2026-11-22T22:16:10.605871Z","metadata":null,"rateLimitRpm":null,"rateLimitRpd":null,"description":null}`
	largeProvider = `{"id":%d,"providerType":1,"providerName":"P","baseUrl":"http://x/v1","isEnabled":true,"createdAt":"2026-11-22T22:16:10.667414Z","updatedAt":"2026-11-22T23:07:35.361127Z","keyCount":0}`
	largeMapping  = `{"id":%d,"modelAlias":"m-%[1]d","modelId":35,"providerModelId":"up-%[1]d","providerId":%[2]d,"provider":{"id":1,"providerType":5,"displayName":"P","isEnabled":true},"priority":0,"isEnabled":true,"maxContextTokensOverride":null,"providerVariation":null,"qualityScore":null,"isDefault":false,"defaultCapabilityType":null,"createdAt":"2026-11-22T22:16:11.052388Z","updatedAt":"2026-11-22T22:16:11.052388Z","notes":null}`
)

// rowsLike is a list of n rows.
func rowsLike(n int, row func(i int) string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = row(i + 1)
	}
	return "[" + strings.Join(all, ",") + "]"
}

// heap is what is held after a collection.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestALargeGateway: 500 keys, 50 providers, 2,000 mappings and a full hour of
// audit; what is held of it is measured.
func TestALargeGateway(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, b := newGate(t, "head"), &books{}
		g.set(pathKeys, rowsLike(500, func(i int) string { return fmt.Sprintf(largeKey, i) }))
		g.set(pathProviders, rowsLike(50, func(i int) string { return fmt.Sprintf(largeProvider, i) }))
		g.set("/api/ModelProviderMapping", rowsLike(2000, func(i int) string { return fmt.Sprintf(largeMapping, i, i%50+1) }))
		for i := range auditPage * auditPages {
			b.row(recordedAt.Add(-time.Duration(auditPage*auditPages-i)*time.Second), auditCharged, "OpenAI", 200, "/v1/chat/completions")
		}
		g.failing(b.serve)
		before := heap()
		w := watchGate(t, g)
		first := w.take(10 * time.Second)
		if n := len(of[event.ModelsRead](first)); n < 50 {
			t.Errorf("%d providers with models", n)
		}
		w.take(10 * time.Minute)
		held := (float64(heap()) - float64(before)) / (1 << 20)
		t.Logf("%.1f MiB held", held)
		if held > 16 {
			t.Errorf("%.1f MiB are held", held)
		}
	})
}

// BenchmarkModels is what a changed mapping costs beyond the comparison.
func BenchmarkModels(b *testing.B) {
	var w Poller
	read, err := readList[Mapping]([]byte(rowsLike(2000, func(i int) string { return fmt.Sprintf(largeMapping, i, i%50+1) })))
	if err != nil {
		b.Fatal(err)
	}
	w.observed.mappings.reconcile(read, start, true)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if events := w.modelEvents(); len(events) != 0 != (i == 0) {
			b.Fatal("told again, or not at all")
		}
	}
}
