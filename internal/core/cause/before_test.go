package cause

import (
	"testing"

	"gatewatch/internal/core/state"
)

// TestOnlyWhatWasBeforeAndEachOnce: what is known to have happened after an alert began, or
// to have ended it, is not before it; and a budget is listed once, by what it had passed.
func TestOnlyWhatWasBeforeAndEachOnce(t *testing.T) {
	w := world("budget.exhausted", "spend", "group", "10")
	after := change("credit", "key_group", "10", "credited", -0.9)
	found := change("compared", "model_mapping", "chat", "updated", -0.5)
	found.FoundAt, found.After = found.At, ago(0.5)
	late := change("late", "model_mapping", "fast", "updated", -0.5)
	late.FoundAt, late.After = late.At, ago(-0.2)
	w.Changes = []state.Change{after, found, late}
	if got := Candidates(w); len(got) != 1 || got[0].ID != "compared" {
		t.Errorf("%+v", got)
	}
	w = world("provider.switched_off", "provider", "provider", "2")
	for id, a := range map[string]struct {
		threshold, minutes float64
	}{"50": {0.5, 4}, "75": {0.75, 1}, "90": {0.9, 1}, "95": {0.95, -1}} {
		w.Alerts = append(w.Alerts, state.AlertLine{
			ID: id, Rule: "budget.used", Gateway: "g", EntityKind: "group", Entity: "20", Threshold: a.threshold, Since: ago(a.minutes),
			BeganAs: "Research has used 96 % — prod",
		})
	}
	if got := Candidates(w); len(got) != 1 || got[0].ID != "90" || got[0].Title != "Research passed 90 % — prod" {
		t.Errorf("%+v", got)
	}
}

// TestAnEarlierTimeIsNoCause: that the gateway switched a provider off before is of the same
// cause; who switched it on again is likelier to be one.
func TestAnEarlierTimeIsNoCause(t *testing.T) {
	w := world("provider.switched_off", "provider", "provider", "2")
	off, on := change("off", "provider", "2", state.ActionSwitchedOff, 7), change("on", "provider", "2", "enabled", 4)
	setting := change("setting", "configuration", "Limits.DefaultRpm", "updated", 5)
	w.Changes = []state.Change{off, on, setting}
	if got := Candidates(w); len(got) != 3 || got[0].ID != "on" || got[2].ID != "off" {
		t.Errorf("%+v", got)
	}
}

// TestAPriceIsNotTheCauseOfItself: neither of the alert that it doubled, nor of the note that it
// was updated, though a list shows it minutes later than it was made.
func TestAPriceIsNotTheCauseOfItself(t *testing.T) {
	for _, a := range []struct{ rule, category string }{{"price.raised", "spend"}, {"config.changed", "change"}} {
		w := world(a.rule, a.category, "model_cost", "7")
		itself := change("itself", "model_cost", "7", "updated", 4)
		itself.FoundAt, itself.Own = ago(0.1), true
		w.Changes = []state.Change{itself, change("before", "model_cost", "7", "updated", 30), change("other", "model_cost", "8", "updated", 4)}
		got := map[string]bool{}
		for _, c := range Candidates(w) {
			got[c.ID] = true
		}
		if got["itself"] || a.rule == "price.raised" && !(got["before"] && got["other"]) {
			t.Errorf("%s: %v", a.rule, got)
		}
	}
}

// TestWhatIsNoAlertYetIsNoCause: it is in no list, so nobody could look at it.
func TestWhatIsNoAlertYetIsNoCause(t *testing.T) {
	w := world("provider.unhealthy", "provider", "provider", "2")
	w.Alerts = []state.AlertLine{
		{ID: "waits", Rule: "provider.degraded", Category: "provider", Status: "pending", Gateway: "g", EntityKind: "provider", Entity: "2", Since: ago(2)},
		{ID: "fired", Rule: "provider.credentials", Category: "provider", Status: "firing", Gateway: "g", EntityKind: "provider", Entity: "2", Since: ago(2)},
	}
	if got := Candidates(w); len(got) != 1 || got[0].ID != "fired" {
		t.Errorf("%+v", got)
	}
}
