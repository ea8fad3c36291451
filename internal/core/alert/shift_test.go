package alert

import (
	"testing"
	"time"

	"gatewatch/internal/core/state"
)

// TestAClockThatIsSetBackIsToldToWhoKeeps: an alert that is open then begins earlier by
// the new clock, in the list and wherever it is kept.
func TestAClockThatIsSetBackIsToldToWhoKeeps(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.key("1", "crawler", 0.95, func(k *state.KeySpend) { k.LastAt = w.at.UnixMilli() })
	w.after(time.Minute)
	began := w.only("budget.used").Since
	const back = 7 * time.Minute
	changes, _ := w.ev.Eval(w.live, w.at.Add(-back))
	var kept []time.Time
	for _, c := range changes {
		if c.Alert.Rule == "budget.used" && c.Alert.Status.Open() {
			kept = append(kept, c.Alert.Since)
		}
	}
	shown := w.only("budget.used").Since
	if len(kept) == 0 || !kept[len(kept)-1].Equal(shown) || began.Sub(shown) < back-2*time.Minute || shown.After(w.at.Add(-back)) {
		t.Errorf("it began at %s, is shown since %s, and kept as since %s", began, shown, kept)
	}
}
