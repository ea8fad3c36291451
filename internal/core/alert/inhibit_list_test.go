package alert

import (
	"testing"
	"time"
)

// TestTheListNeverHidesBoth: while the gateway is only thought to be gone, what was
// open before stays listed as open; while its outage is open that stands for all; and
// once the gateway is back and has told a budget anew, the budget is listed at once.
func TestTheListNeverHidesBoth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Config{})
	w.link("prod", "spend", "connected", "")
	w.key("1", "research", 0.8)
	w.after(time.Minute)
	open := func() (budget, outage bool) {
		for _, l := range w.ev.Lines(w.at) {
			listed := (l.Status == "firing" || l.Status == "recovering") && l.InhibitedBy == ""
			budget = budget || listed && l.Rule == "budget.used"
			outage = outage || listed && l.Rule == "gateway.unreachable"
		}
		return budget, outage
	}
	if budget, _ := open(); !budget {
		t.Fatal("a budget at 80 % is not open")
	}
	for _, hub := range []string{"spend", "notifications"} {
		w.link("prod", hub, "reconnecting", "gateway_down")
	}
	w.in.REST = nil
	for range 12 {
		w.after(10 * time.Second)
		if budget, outage := open(); !budget && !outage {
			t.Fatalf("nothing is open at %v: neither the budget nor the outage", w.at)
		}
	}
	if budget, outage := open(); budget || !outage {
		t.Errorf("two minutes into the outage: budget listed as open %v, outage %v", budget, outage)
	}
	for _, hub := range []string{"spend", "notifications"} {
		w.link("prod", hub, "connected", "")
	}
	w.after(time.Second)
	w.key("1", "research", 0.81)
	for range 12 {
		w.after(10 * time.Second)
		if budget, outage := open(); !budget && !outage {
			t.Fatalf("nothing is open at %v, and the budget was told anew", w.at)
		}
	}
	if budget, outage := open(); !budget || outage {
		t.Errorf("two minutes after the outage: budget listed as open %v, outage %v", budget, outage)
	}
}
