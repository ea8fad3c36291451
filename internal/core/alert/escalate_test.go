package alert

import (
	"slices"
	"testing"
	"time"
)

// TestWorseOnlyAfterAnotherLook: a connection that is down is told as worse once an
// attempt failed after the time that this takes, and where none is made, a little later;
// not if it was there again first.
func TestWorseOnlyAfterAnotherLook(t *testing.T) {
	const rose = "hub.down rose"
	begin := func() *world {
		w := newWorld(t, DefaultConfig())
		w.link("prod", "spend", "reconnecting", "network")
		l := w.live.Links["prod/spend"]
		l.FailedAt = w.at.UnixMilli()
		w.live.Links["prod/spend"] = l
		if got := w.after(11 * time.Minute); !slices.Contains(got, "hub.down fired") || slices.Contains(got, rose) {
			t.Fatalf("within eleven minutes: %v", got)
		}
		return w
	}
	w := begin()
	l := w.live.Links["prod/spend"]
	l.FailedAt = w.at.UnixMilli()
	w.live.Links["prod/spend"] = l
	if got := w.after(time.Second); !slices.Contains(got, rose) {
		t.Errorf("an attempt failed: %v", got)
	}
	w = begin()
	if got := w.after(lookWithin); !slices.Contains(got, rose) {
		t.Errorf("no attempt is made: %v", got)
	}
	w = begin()
	w.link("prod", "spend", "connected", "")
	if got := w.after(5 * time.Minute); slices.Contains(got, rose) {
		t.Errorf("it is back: %v", got)
	}
}
