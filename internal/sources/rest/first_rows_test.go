package rest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestCallsBetweenTheSumsAndTheFirstLog: what was called after the gateway added up what
// keys cost, and before its log was read for the first time, is no news, and is in the
// keys' totals all the same.
func TestCallsBetweenTheSumsAndTheFirstLog(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		g.failing(func(r *http.Request) (int, string) {
			if !strings.HasPrefix(r.URL.Path, "/api/Analytics/logs") {
				return 0, ""
			}
			at := time.Now().Add(time.Second).UTC().Format(time.RFC3339)
			return 200, fmt.Sprintf(`{"items":[{"id":987654,"virtualKeyId":1,"modelName":"m","cost":7.5,"timestamp":%q}],"hasNextPage":false}`, at)
		})
		w := watchGate(t, g)
		var totals []event.NanoUSD
		for _, f := range w.take(10 * time.Second) {
			if k, is := f.(event.KeyRead); is && k.Key == "1" && k.HasSpend {
				totals = append(totals, k.Spend)
			}
		}
		if len(totals) < 2 || totals[len(totals)-1]-totals[0] != event.USD(7.5) {
			t.Errorf("totals of the key as they were told: %v", totals)
		}
	})
}
