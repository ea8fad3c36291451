package alert

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// TestWhatIsOverHoldsNothingBack: once the key is accepted and the gateway was read again, what the refusal held
// back is judged anew at once, also where it says the same as before.
func TestWhatIsOverHoldsNothingBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, DefaultConfig())
	w.prepaid(0.6, 100e9, 100e9, "credit:1")
	w.key("1", "research-batch", 0.1, func(k *state.KeySpend) { k.Rate15m = event.Known(event.USD(40)) })
	w.in.Baselines = map[string]SpendBaseline{"prod/1": {Median: event.USD(0.1), Deviation: event.USD(0.01)}}
	w.link("prod", restLink, "connected", "")
	w.after(3 * time.Minute)
	w.link("prod", restLink, "error", "auth")
	w.after(5 * time.Minute)
	for _, rule := range []string{"spend.spike", "budget.used"} {
		if a := w.only(rule); a.InhibitedBy != "gateway.auth" || a.Status != StatusFiring {
			t.Fatalf("while it is refused: %s %s, held back by %q", rule, a.Status, a.InhibitedBy)
		}
	}
	w.link("prod", restLink, "connected", "")
	w.after(2 * time.Second)
	w.live.PollTargets["prod/rest:groups"] = state.PollTarget{ID: "prod/rest:groups", Gateway: "prod", SucceededAt: w.at.UnixMilli()}
	w.after(time.Second)
	for _, rule := range []string{"spend.spike", "budget.used"} {
		if a := w.only(rule); a.InhibitedBy != "" || a.AwaitingRecheck {
			t.Errorf("once it is accepted: %s is held back by %q", rule, a.InhibitorTitle)
		}
	}
}
