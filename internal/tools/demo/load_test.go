package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// A client that does not read is cut off, and nobody else notices.
func TestSlowClientIsCut(t *testing.T) {
	g := serve(t, Options{Script: script(t, ""), queue: 4 << 20})
	for _, via := range bothTransports {
		connect(t, g, hubSpend, via)
	}
	good := connect(t, g, hubSpend, WebSockets)
	var wg sync.WaitGroup
	const n = 40 // MiB, more than the queue and the sockets' buffers hold
	read := make(chan struct{}, n)
	wg.Go(func() {
		defer close(read)
		for range n {
			if target, _ := good.event(); target != "Filler" {
				t.Errorf("told %s", target)
				return
			}
			read <- struct{}{}
		}
	})
	filler := json.RawMessage(`"` + strings.Repeat("x", 1<<20) + `"`)
	for range n {
		if err := g.Publish(hubSpend, "Filler", filler); err != nil {
			t.Fatal(err)
		}
		if _, ok := <-read; !ok {
			t.Fatal("the good client got no further")
		}
	}
	wg.Wait()
	clients(t, g, hubSpend, 1)
	if cut := g.Stats()[hubSpend].Cut; cut != 2 {
		t.Errorf("%d were cut, want 2", cut)
	}
}

func TestBurst(t *testing.T) {
	g := serve(t, Options{Script: script(t, "")})
	const n = 5_003
	for _, per := range []int{1, 50} {
		p := connect(t, g, hubSpend, WebSockets)
		before := p.messages
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := 1; i <= n; i++ {
				target, args := p.event()
				var u struct {
					TotalSpend int    `json:"totalSpend"`
					RequestID  string `json:"requestId"`
				}
				if err := json.Unmarshal(args[0], &u); err != nil || target != "SpendUpdate" ||
					u.TotalSpend != i || u.RequestID != fmt.Sprint("burst-", i) {
					t.Errorf("event %d is %s %s: %v", i, target, args, err)
					return
				}
			}
		})
		res, err := g.Burst(t.Context(), hubSpend, n, per)
		wg.Wait()
		if err != nil || res.Events != n || res.Clients != 1 {
			t.Errorf("burst: %+v, %v", res, err)
		}
		if each := res.Bytes / n; each < 250 || each > 350 {
			t.Errorf("%d bytes an event", each)
		}
		if got, want := p.messages-before, (n+per-1)/per; got != want {
			t.Errorf("%d messages, want %d", got, want)
		}
		_ = p.ws.CloseNow()
		clients(t, g, hubSpend, 0)
	}
	if _, err := g.Burst(t.Context(), "nowhere", 1, 1); !errors.Is(err, ErrNoHub) {
		t.Errorf("a burst nowhere: %v", err)
	}
	connect(t, g, hubSpend, WebSockets) // does not read
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := g.Burst(ctx, hubSpend, 10_000_000, 50); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a burst to somebody who does not read: %v", err)
	}
}

// A gateway ends with its context, whatever its clients are doing, and leaves
// no goroutine and no descriptor behind; the same port serves again at once.
func TestManyLives(t *testing.T) {
	addr := "127.0.0.1:0"
	var goroutines, files int
	for life := range 30 {
		ctx, cancel := context.WithCancel(t.Context())
		g, err := Serve(ctx, Options{Listen: addr, Scenario: "storm"})
		if err != nil {
			t.Fatal(err)
		}
		addr = strings.TrimPrefix(g.CoreURL(), "http://")
		var wg sync.WaitGroup
		for i, hub := range g.Hubs() {
			p := connect(t, g, hub, bothTransports[(i+life)%2])
			wg.Go(func() { _, _ = p.over(); p.close() })
		}
		mute := dial(t, g, hubSpend, WebSockets) // never shakes hands
		select {
		case <-g.Done():
			t.Fatal("it ended by itself")
		default:
		}
		cancel()
		g.Wait()
		wg.Wait()
		mute.close()
		if life == 4 {
			goroutines, files = settled(t)
		}
	}
	g, f := settled(t)
	if g > goroutines+5 || f > files+5 {
		t.Errorf("goroutines %d → %d, descriptors %d → %d", goroutines, g, files, f)
	}
}

// settled counts goroutines and descriptors when they have stopped falling.
func settled(t *testing.T) (goroutines, files int) {
	t.Helper()
	for last := -1; ; {
		runtime.GC()
		time.Sleep(50 * time.Millisecond)
		if goroutines = runtime.NumGoroutine(); goroutines == last {
			break
		}
		last = goroutines
	}
	dir, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return goroutines, 0 // no such folder on this system
	}
	return goroutines, len(dir)
}
