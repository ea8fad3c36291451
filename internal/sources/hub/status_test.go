package hub_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

// TestWatch: each subscriber is notified in order, a slow one misses some but not the
// last, and one that went is notified no more.
func TestWatch(t *testing.T) {
	srv := hubtest.Start(t, hubtest.Sockets(alive))
	var mu sync.Mutex
	var slow []hub.Status
	gone := 0
	r := start(t, fast(srv.URL+"/hubs/x"), func(r *run) {
		r.OnStatus(func(s hub.Status) {
			time.Sleep(100 * time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			slow = append(slow, s)
		})
		r.OnStatus(func(hub.Status) { gone++ })()
	})
	r.connected()
	for range 5 {
		r.Disconnect()
		eventually(t, "disconnected", func() bool { return r.Status().State == hub.Disconnected })
		r.ConnectNow()
		r.connected()
	}
	r.stop()
	mu.Lock()
	defer mu.Unlock()
	if gone != 0 {
		t.Errorf("one that went was told %d times", gone)
	}
	if last := slow[len(slow)-1]; last.State != hub.Disconnected {
		t.Errorf("the last status was %+v", last)
	}
	for i, s := range slow {
		if s.Since.IsZero() || i > 0 && s.Since.Before(slow[i-1].Since) {
			t.Errorf("status %d is older than the one before: %+v", i, s)
		}
		if (s.State == hub.Connected) != (s.ConnectionID != "") || s.State == hub.Connected && s.Attempt != 0 {
			t.Errorf("status %+v", s)
		}
	}
}

// TestLongestMessage has messages of just the length that is allowed, and of
// one byte more, which is refused with the code for that.
func TestLongestMessage(t *testing.T) {
	const limit = 32 << 20
	overhead := len(hubtest.Event("Long", `[""]`))
	long := hubtest.Event("Long", `["`+strings.Repeat("y", limit-overhead)+`"]`)
	refused := make(chan struct{})
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, nth int) {
		if nth > 1 {
			s.Drain()
			return
		}
		s.Send(long)
		go s.Send(long + " ")
		s.Drain()
		if s.ClosedWith() == 1009 {
			close(refused)
		}
	}))
	r := start(t, fast(srv.URL+"/hubs/x"), nil)
	select {
	case <-refused:
	case <-time.After(30 * time.Second):
		t.Error("the message that is too long was not refused")
	}
	eventually(t, "a second connection", func() bool { return r.Stats().Connects == 2 })
	r.connected()
	if g := r.got(); len(g) != 1 || len(g[0]) != len(`Long [""]`)+limit-overhead {
		t.Errorf("%d events", len(g))
	}
	tooBig := false
	for _, s := range r.told() {
		tooBig = tooBig || s.Class == hub.ClassTooBig
	}
	if !tooBig {
		t.Error("was never in class too_big")
	}
}
