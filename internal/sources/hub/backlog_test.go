package hub_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

// TestHangingHandler has a handler that hangs for long. The server must not
// wait for it; what could not be kept is counted and said; then all is read anew.
func TestHangingHandler(t *testing.T) {
	const n = 20_000
	written := make(chan time.Duration, 1)
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, nth int) {
		if nth == 1 {
			began := time.Now()
			filler := strings.Repeat("x", 1000) // 20 MB in all: more than the buffers of the system take
			for i := range n {
				s.Send(fmt.Sprintf(`{"type":1,"target":"Numbered","arguments":[%d,"%s"]}`+hubtest.End, i, filler))
			}
			written <- time.Since(began)
		}
		s.Drain()
	}))
	o := fast(srv.URL + "/hubs/x")
	o.QueueMessages = 100
	o.MaxBackpressure = 300 * time.Millisecond
	var hung atomic.Bool
	let := make(chan struct{})
	r := start(t, o, func(r *run) {
		r.onEvent = func(string, []byte) {
			if hung.CompareAndSwap(false, true) {
				<-let
			}
		}
	})
	if d := <-written; d > slack {
		t.Errorf("the server had to wait %v", d)
	}
	if now := runtime.NumGoroutine(); now > 60 {
		t.Errorf("%d goroutines", now)
	}
	eventually(t, "everything is read", func() bool { return r.Stats().Events == n })
	close(let)
	eventually(t, "a call to read anew", func() bool { return len(r.why()) >= 2 })
	eventually(t, "the rest", func() bool { return uint64(len(r.got()))+r.Stats().Dropped == n })
	told := 0
	for i, w := range r.why() {
		if i > 0 && w.Reason != hub.BacklogDropped {
			t.Errorf("reason %+v", w)
		}
		told += w.Dropped
	}
	st := r.Stats()
	if uint64(told) != st.Dropped || st.Dropped == 0 || st.Backlogs == 0 || st.Connects != 1 {
		t.Errorf("told of %d dropped; %+v", told, st)
	}
	last := -1
	for _, e := range r.got() {
		var i int
		if _, err := fmt.Sscanf(e, "Numbered [%d,", &i); err != nil || i <= last {
			t.Fatalf("%.30q after %d", e, last)
		}
		last = i
	}
	if last != n-1 {
		t.Errorf("the last event was %d", last)
	}
}

// TestFailedSubscription has Connected fail: it is called again while events go on.
func TestFailedSubscription(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 5 s")
	}
	t.Parallel()
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, _ int) {
		s.Send(numbered(0))
		s.Drain()
	}))
	r := start(t, fast(srv.URL+"/hubs/x"), func(r *run) {
		r.onUp = func(_ context.Context, _ *hub.Hub, why hub.ConnectInfo) error {
			if why.Retries == 0 {
				return errors.New("refused, " + key)
			}
			return nil
		}
	})
	eventually(t, "the event", func() bool { return len(r.got()) == 1 })
	if len(r.why()) != 1 {
		t.Errorf("reasons %+v", r.why())
	}
	eventually(t, "another call", func() bool { return len(r.why()) == 2 })
	if w := r.why()[1]; w.Retries != 1 || w.Reason != hub.FirstConnect {
		t.Errorf("reason %+v", w)
	}
}

// TestStuckHandler has a handler that never returns: Run ends all the same.
func TestStuckHandler(t *testing.T) {
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, _ int) {
		s.Send(numbered(0))
		s.Drain()
	}))
	let := make(chan struct{})
	entered := make(chan struct{})
	o := fast(srv.URL + "/hubs/x")
	o.StopTimeout = 100 * time.Millisecond
	h, err := hub.New(o)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- h.Run(t.Context(), stuck{entered, let}) }()
	<-entered
	go h.Close()
	select {
	case err := <-ended:
		if !errors.Is(err, hub.ErrHandlerStuck) {
			t.Errorf("Run: %v", err)
		}
	case <-time.After(slack):
		t.Error("Run does not end")
	}
	close(let)
}

type stuck struct{ entered, let chan struct{} }

func (s stuck) Connected(context.Context, *hub.Hub, hub.ConnectInfo) error { return nil }
func (s stuck) Event(string, []byte)                                       { close(s.entered); <-s.let }

// TestOrderAcrossReconnects has events of an old connection that are still
// queued when the next one is up: they come first.
func TestOrderAcrossReconnects(t *testing.T) {
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, nth int) {
		for i := range 50 {
			s.Send(hubtest.Event("E", fmt.Sprintf("[%d,%d]", nth, i)))
		}
		if nth < 4 {
			time.Sleep(20 * time.Millisecond)
			s.Reset()
			return
		}
		s.Drain()
	}))
	order := make(chan string, 1000)
	start(t, fast(srv.URL+"/hubs/x"), func(r *run) {
		r.onEvent = func(_ string, args []byte) { time.Sleep(time.Millisecond); order <- string(args) }
		r.onUp = func(context.Context, *hub.Hub, hub.ConnectInfo) error { order <- "up"; return nil }
	})
	lastNth, lastI, ups := 0, 0, 0
	for {
		e := <-order
		var nth, i int
		if e == "up" {
			ups++
			continue
		}
		if _, err := fmt.Sscanf(e, "[%d,%d]", &nth, &i); err != nil {
			t.Fatal(err)
		}
		if nth != lastNth && ups == 0 || nth < lastNth || nth == lastNth && i != lastI+1 {
			t.Fatalf("%s after [%d,%d], %d times connected since", e, lastNth, lastI, ups)
		}
		if nth != lastNth { // a connection may also break before it is one
			ups = 0
		}
		lastNth, lastI = nth, i
		if nth == 4 && i == 49 {
			return
		}
	}
}
