//go:build unix

package hub_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

// TestASPNETStops has a server that is there no more without a word (SIGSTOP),
// with nothing and with much being written to it.
func TestASPNETStops(t *testing.T) {
	for _, writing := range []bool{false, true} {
		t.Run(fmt.Sprintf("writing %v", writing), func(t *testing.T) {
			t.Parallel()
			p := hubtest.StartPeer(t, "--keepAliveMs", "500")
			o := fast(p.URL + "/hubs/spend")
			o.ServerTimeout = 3 * time.Second
			o.KeepAlive = 500 * time.Millisecond
			r := start(t, o, nil)
			r.connected()
			p.Signal(syscall.SIGSTOP)
			stopped := time.Now()
			if writing {
				for range 500 {
					go func() { _ = r.Send(t.Context(), "Echo", strings.Repeat("x", 30_000)) }()
				}
			}
			eventually(t, "the loss", func() bool { return r.Status().State == hub.Reconnecting })
			if d := time.Since(stopped); d < 2*time.Second || d > o.ServerTimeout+slack {
				t.Errorf("noticed after %v", d)
			}
			p.Signal(syscall.SIGCONT)
			r.connected()
		})
	}
}
