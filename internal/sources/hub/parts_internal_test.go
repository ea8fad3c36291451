package hub

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/foundation/secret"
)

func secretOf(s string) secret.String { return secret.New(s) }

func TestReconnectDelay(t *testing.T) {
	o := DefaultOptions()
	least, most := func() float64 { return 0 }, func() float64 { return 1 }
	tests := []struct {
		n        int
		from, to time.Duration
	}{
		{1, 500 * time.Millisecond, 2 * time.Second},
		{2, 1500 * time.Millisecond, 2500 * time.Millisecond},
		{3, 7500 * time.Millisecond, 12500 * time.Millisecond},
		{4, 22500 * time.Millisecond, 37500 * time.Millisecond},
		{5, time.Second, 30 * time.Second},
		{14, time.Second, 30 * time.Second},
		{15, 45 * time.Second, 90 * time.Second},
		{1_000_000, 45 * time.Second, 90 * time.Second},
	}
	for _, tt := range tests {
		if from, to := o.reconnectDelay(tt.n, least), o.reconnectDelay(tt.n, most); from != tt.from || to != tt.to {
			t.Errorf("attempt %d after %v–%v, want %v–%v", tt.n, from, to, tt.from, tt.to)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for in, want := range map[string]time.Duration{
		"": 0, "5": 5 * time.Second, "-5": 0, "soon": 0, "99999999999": maxRetryAfter,
		now.Add(90 * time.Second).Format(http.TimeFormat): 90 * time.Second,
		now.Add(-time.Hour).Format(http.TimeFormat):       0,
	} {
		if got := retryAfter(in, now); got != want {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
}

// one is a batch with one event.
func one() *batch {
	return &batch{buf: make([]byte, 10), events: make([]invocation, 1)}
}

// TestPatience has a queue that nobody takes from: the reader waits 2 s in any
// 10 s, and not one moment more.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(2, 1000, 2*time.Second)
		began := time.Now()
		push := func() (int, time.Duration) {
			at := time.Now()
			dropped, deliver := q.push(t.Context(), one())
			if deliver {
				t.Error("delivers inline")
			}
			return dropped, time.Since(at)
		}
		type result struct {
			dropped int
			waited  time.Duration
		}
		var got []result
		for range 7 {
			d, w := push()
			got = append(got, result{d, w})
		}
		want := []result{{0, 0}, {0, 0}, {2, 2 * time.Second}, {0, 0}, {2, 0}, {0, 0}, {2, 0}}
		if diff := cmp.Diff(fmt.Sprint(want), fmt.Sprint(got)); diff != "" {
			t.Error(diff)
		}
		time.Sleep(backpressureWindow + time.Second - time.Since(began))
		push()
		if d, w := push(); d != 2 || w != 0 {
			t.Errorf("9 s later: dropped %d after %v", d, w)
		}
		time.Sleep(backpressureWindow)
		push()
		if d, w := push(); d != 2 || w != 2*time.Second {
			t.Errorf("long after: dropped %d after %v", d, w)
		}
		chunk := q.take(nil, false)
		if len(chunk) == 0 || chunk[0].mark == nil || chunk[0].mark.why.Reason != BacklogDropped || chunk[0].mark.why.Dropped != 10 {
			t.Errorf("in the queue: %+v", chunk)
		}
	})
}

// TestSpaceEndsTheWait has a dispatcher that comes in time.
func TestSpaceEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, 1000, 2*time.Second)
		q.push(t.Context(), one())
		go func() {
			time.Sleep(time.Second)
			q.take(nil, false)
		}()
		began := time.Now()
		if dropped, _ := q.push(t.Context(), one()); dropped != 0 || time.Since(began) != time.Second {
			t.Errorf("dropped %d after %v", dropped, time.Since(began))
		}
		synctest.Wait()
	})
}

// TestLargeMessage: one that is larger than the queue is taken into an empty one.
func TestLargeMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(10, 1000, 2*time.Second)
		big := &batch{buf: make([]byte, 5000), events: make([]invocation, 3)}
		if d, _ := q.push(t.Context(), big); d != 0 {
			t.Errorf("dropped %d", d)
		}
		if d, _ := q.push(t.Context(), one()); d != 3 {
			t.Errorf("dropped %d behind it", d)
		}
	})
}

// TestConnectSurvivesADrop: a call of Connected that is still queued is not lost.
func TestConnectSurvivesADrop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, 1000, time.Millisecond)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		q.push(t.Context(), &batch{mark: &mark{ctx: gone, why: ConnectInfo{Reason: FirstConnect, Dropped: 5}}})
		q.push(t.Context(), &batch{mark: &mark{ctx: t.Context(), why: ConnectInfo{Reason: Reconnect}}})
		q.push(t.Context(), one())
		q.push(t.Context(), one())
		chunk := q.take(nil, false)
		if len(chunk) != 2 || chunk[0].mark == nil || chunk[0].mark.why != (ConnectInfo{Reason: Reconnect, Dropped: 6}) {
			t.Errorf("in the queue: %+v", chunk)
		}
	})
}

func TestTargetsAreBounded(t *testing.T) {
	ts := newTargets()
	a := ts.intern([]byte("A"))
	if b := ts.intern([]byte("A")); a != b {
		t.Error("one name, two targets")
	}
	if c := ts.intern([]byte("a")); a == c {
		t.Error("names that differ by case are one")
	}
	for i := range 2 * maxTargets {
		ts.intern(fmt.Appendf(nil, "made-up-%d", i)).count.Add(1)
	}
	if n := len(ts.counts()); n != maxTargets {
		t.Errorf("%d names are remembered", n)
	}
}

func TestOrdersAddUp(t *testing.T) {
	o := newCommands()
	o.post(command{connect: true, immediately: true, restart: true})
	o.post(command{connect: true, immediately: true})
	if got := o.take(); got != (command{connect: true, immediately: true, restart: true}) {
		t.Errorf("%+v", got)
	}
	o.post(command{})
	o.post(command{connect: true, immediately: true})
	if got := o.take(); got != (command{connect: true, immediately: true}) {
		t.Errorf("%+v", got)
	}
	if got := o.take(); got != (command{connect: true}) {
		t.Errorf("%+v", got)
	}
}

func TestSameOrigin(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"http://h/x", "http://H:80/y", true},
		{"https://h", "https://h:443", true},
		{"http://h", "https://h", true},
		{"https://h", "http://h", false},
		{"http://h", "http://h:81", false},
		{"http://h", "http://i", false},
		{"http://h", "http://h.evil", false},
	} {
		a, _ := http.NewRequest(http.MethodGet, tt.a, nil)
		b, _ := http.NewRequest(http.MethodGet, tt.b, nil)
		if got := sameOrigin(a.URL, b.URL); got != tt.same {
			t.Errorf("%s and %s: %v", tt.a, tt.b, got)
		}
	}
}
