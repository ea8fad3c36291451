package hub_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

// innocent fails the test if the server's log says that we did something wrong.
func innocent(t *testing.T, p *hubtest.Peer) {
	t.Helper()
	for line := range strings.SplitSeq(p.Log(), "\n") {
		for _, bad := range []string{"Error when processing requests", "InvalidDataException", "elapsed without receiving"} {
			if strings.Contains(line, bad) {
				t.Errorf("the server closed us: %s", line)
			}
		}
	}
	if !strings.Contains(p.Log(), "dbug") {
		t.Errorf("the server's log has no Debug lines")
	}
}

var every = []hub.Transport{hub.WebSockets, hub.ServerSentEvents, hub.LongPolling}

func TestASPNETTransports(t *testing.T) {
	p := hubtest.StartPeer(t, "--log", "Debug", "--keepAliveMs", "500")
	for _, tr := range every {
		t.Run(string(tr), func(t *testing.T) {
			o := fast(p.URL + "/hubs/spend?snapshot=1&unknown=1&shape=1")
			o.Transports = []hub.Transport{tr}
			o.KeepAlive = 300 * time.Millisecond
			r := start(t, o, nil)
			r.connected()
			if got := r.Status(); got.Transport != tr || got.ConnectionID == "" {
				t.Errorf("status %+v", got)
			}
			eventually(t, "three events on connecting", func() bool { return len(r.got()) >= 3 })
			calls(t, r)
			const n = 10_000
			r.mu.Lock()
			r.events = nil
			r.mu.Unlock()
			if _, err := r.Invoke(t.Context(), "Burst", n); err != nil {
				t.Fatalf("Burst: %v", err)
			}
			eventually(t, "the burst", func() bool { return len(r.got()) == n })
			for i, e := range r.got() {
				if e != fmt.Sprintf("Numbered [%d]", i) {
					t.Fatalf("event %d is %s", i, e)
				}
			}
			time.Sleep(time.Second) // keep-alives of both sides
			if st := r.Stats(); st.Connects != 1 || st.BadFrames() != 0 {
				t.Errorf("%d connects, %d bad frames", st.Connects, st.BadFrames())
			}
		})
	}
	innocent(t, p)
}

// calls makes calls of each kind of outcome.
func calls(t *testing.T, r *run) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for _, c := range []struct {
		target string
		args   []any
		want   any
	}{
		{"Echo", []any{"é <>&\x1e"}, "é <>&\x1e"},
		{"Add", []any{1, 2}, 3.0},
		{"Nothing", nil, nil},
	} {
		res, err := r.Invoke(ctx, c.target, c.args...)
		var got any
		if err == nil && json.Unmarshal(res, &got) != nil {
			t.Errorf("%s gave %s", c.target, res)
		}
		if err != nil || got != c.want {
			t.Errorf("%s gave %v, %v; want %v", c.target, got, err, c.want)
		}
	}
	if _, err := r.Invoke(ctx, "ThrowsHub"); err == nil || !strings.Contains(err.Error(), "HubException") {
		t.Errorf("ThrowsHub gave %v", err)
	}
	if _, err := r.Invoke(ctx, "NoSuchMethod"); err == nil || !strings.Contains(err.Error(), "Method does not exist") {
		t.Errorf("NoSuchMethod gave %v", err)
	}
	if err := r.Send(ctx, "Nothing"); err != nil {
		t.Errorf("Send: %v", err)
	}
}
