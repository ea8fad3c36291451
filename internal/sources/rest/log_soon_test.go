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
		for try := range 6 {
			g.failures(fmt.Sprintf(`{"providerId":1,"errorType":"RateLimitExceeded","errorMessage":"429","occurredAt":%q}`, time.Now().UTC().Format(time.RFC3339)))
			g.requests("")
			for waited := 0; !asked("provider-errors"); waited++ {
				before := asked("Analytics/logs")
				if w.told(time.Second); waited > 120 {
					t.Fatal("failures are not read")
				}
				if before && !asked("provider-errors") {
					g.requests("") // it was read before them
				}
			}
			if w.told(logSettles + 2*time.Second); !asked("Analytics/logs") {
				t.Errorf("%d: the log was not read within seconds of new failures", try)
			}
		}
	})
}
