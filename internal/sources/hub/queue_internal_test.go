package hub

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestReaderStaysNear: far ahead of a dispatcher that works, the reader waits a
// moment; one that does not work is waited for once, and no patience is used.
func TestReaderStaysNear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(100, 32<<20, 2*time.Second)
		push := func() time.Duration {
			began := time.Now()
			if d, _ := q.push(t.Context(), &batch{buf: make([]byte, softLimitBytes/2), events: make([]invocation, 1)}); d != 0 {
				t.Errorf("dropped %d", d)
			}
			return time.Since(began)
		}
		for i, want := range []time.Duration{0, 0, easyWait, 0, 0} {
			if got := push(); got != want {
				t.Errorf("push %d took %v, want %v", i, got, want)
			}
		}
		q.take(nil, false) // two of five
		if got := push(); got != easyWait {
			t.Errorf("after something was taken it took %v, want %v", got, easyWait)
		}
		if _, _, waited := q.depth(); waited != 0 {
			t.Errorf("%v of patience used", waited)
		}
	})
}

// TestNothingOvertakes: while the reader waits for room the dispatcher may find
// the queue empty and let the reader deliver itself; what the reader then adds
// comes first all the same.
func TestNothingOvertakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, 1000, 2*time.Second)
		q.push(t.Context(), one())
		go func() {
			time.Sleep(time.Second)
			q.take(nil, true)
			q.take(nil, true)
		}()
		if _, deliver := q.push(t.Context(), one()); deliver {
			t.Error("delivered although it had to wait")
		}
		synctest.Wait()
		if _, deliver := q.push(t.Context(), one()); deliver {
			t.Error("overtakes what waits")
		}
	})
}
