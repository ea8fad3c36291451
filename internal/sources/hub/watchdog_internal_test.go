package hub

import (
	"testing"
	"time"
)

func TestSleepIsNoticed(t *testing.T) {
	for _, tt := range []struct {
		passed time.Duration
		want   bool
	}{{2 * time.Second, false}, {20 * time.Second, false}, {30 * time.Second, true}, {-time.Hour, false}} {
		w := watchdog{wall: time.Now().Round(0).Add(-tt.passed)}
		if got := w.slept(2500 * time.Millisecond); got != tt.want {
			t.Errorf("%v passed: %v", tt.passed, got)
		}
		if w.slept(2500 * time.Millisecond) {
			t.Errorf("%v passed: noticed twice", tt.passed)
		}
	}
}
