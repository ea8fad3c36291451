package rest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestTheLogIsReadBehindNewFailures: while nobody looks the log is read each minute; new
// failures have it read at once, as only it shows what was served since.
func TestTheLogIsReadBehindNewFailures(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		w := watchGate(t, g)
		w.SetVisible(false)
		w.told(5 * time.Minute)
		asked := func(what string) bool {
			g.mu.Lock()
			defer g.mu.Unlock()
			return slices.ContainsFunc(g.asked, func(p string) bool { return strings.Contains(p, what) })
		}
		for try := range 12 {
			failed := time.Now().Truncate(time.Second)
			g.failures(fmt.Sprintf(`{"providerId":1,"errorType":"RateLimitExceeded","errorMessage":"429","occurredAt":%q}`, w.opts.Client.GatewayTime(failed).UTC().Format(time.RFC3339)))
			var log, failures time.Time // when they were read
			for failures.IsZero() || time.Since(failures) < logSettles+2*time.Second {
				g.requests("")
				w.told(time.Second)
				if asked("Analytics/logs") {
					log = time.Now()
				}
				if asked("provider-errors/recent") && failures.IsZero() {
					failures = time.Now()
				}
				if time.Since(failed) > 2*time.Minute {
					t.Fatal("failures are not read")
				}
			}
			if log.Before(failed.Add(logSettles - 2*time.Second)) { // the gateway's clock is known to a second
				t.Errorf("%d: the log was not read within seconds of new failures", try)
			}
			w.told(time.Duration(try) * 7 * time.Second)
		}
	})
}
