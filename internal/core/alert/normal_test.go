package alert

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestWhatIsNormalIsNotToldAgain(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	cfg := DefaultConfig()
	w := newWorld(t, cfg)
	w.key("1", "crawler", 0.1)
	same := func(dollars float64) func(int) (uint32, float64) {
		return func(int) (uint32, float64) { return 1200, dollars }
	}
	w.asks(r, "spend.repeats", 90*time.Minute, 120, "demo-chat", varied(r))
	if got := w.asks(r, "spend.repeats", 12*time.Minute, 100, "demo-chat", same(0.03)); !slices.Contains(got, "spend.repeats fired") {
		t.Fatalf("%q", got)
	}
	a := w.only("spend.repeats")
	cfg.Normal = []Normal{{Rule: a.Rule, Gateway: a.Gateway, Kind: a.EntityKind, Entity: a.Entity, Dimension: a.Dimension, Value: a.Value}}
	cfg.Location = time.UTC
	w.ev.Configure(cfg)
	if got := w.after(time.Second); !slices.Contains(got, "spend.repeats resolved") {
		t.Fatalf("it did not end: %q", got)
	}
	if got := w.asks(r, "spend.repeats", 5*time.Minute, 40, "demo-chat", same(0.03)); len(got) > 0 {
		t.Errorf("what is normal was told: %q", got)
	}
	if got := w.asks(r, "spend.repeats", 10*time.Minute, 100, "demo-chat", same(0.09)); !slices.Contains(got, "spend.repeats fired") {
		t.Errorf("three times as much was not told: %q", got)
	}
	w.ev.Configure(DefaultConfig())
	if got := w.after(time.Minute); slices.Contains(got, "spend.repeats resolved") {
		t.Errorf("taken back, it ended: %q", got)
	}
}
