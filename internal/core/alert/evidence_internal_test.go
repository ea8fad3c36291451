package alert

import (
	"testing"
	"time"

	"gatewatch/internal/core/text"
)

// TestEveryRuleSaysWhatItRestsOn holds that no alert is without words that a
// person can check, nor without what would end it and what ended it.
func TestEveryRuleSaysWhatItRestsOn(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for _, r := range Builtin() {
		a := Alert{Rule: r.ID, Since: now.Add(-time.Minute), DataAt: now, Annotations: Annotations{
			Name: "x", Component: "Redis", Spend: 9e9, Limit: 10e9, UsedRatio: 0.9, Requests: 30, Failed: 12, HTTPStatus: 401, Error: "it was said",
		}}
		described := a.Described()
		if seen, ends := text.Evidence(&described, time.UTC, now); len(seen) < 2 || ends == "" {
			t.Errorf("%s rests on %q and ends %q", r.ID, seen, ends)
		}
		for _, why := range []EndReason{EndCleared, EndNewPeriod, EndContradicted, EndDisabled, EndDeleted, EndExpired, EndRuleOff, EndInhibited} {
			a.EndReason = why
			described = a.Described()
			if _, ends := text.Evidence(&described, time.UTC, now); ends == "" {
				t.Errorf("%s: nothing is said of the end %q", r.ID, why)
			}
		}
	}
}

// TestTheLastHourIsOfTheBudgetOnlyIfItIs: what was spent before the top-up is not of it.
func TestTheLastHourIsOfTheBudgetOnlyIfItIs(t *testing.T) {
	now := time.Date(2026, 12, 1, 10, 30, 30, 0, time.UTC)
	for period, want := range map[string]bool{
		"topup:7@2026-12-01T09:29Z": true, "topup:7@2026-12-01T09:30Z": false, "topup:7@2026-12-01T10:28Z": false, "topup:7": false,
		"period:2026-11-30": true, "period:2026-12-01": false, "begun:2026-12-01T09:00:00Z": true, "begun:2026-12-01T10:00:00.5Z": false,
		"limit:$5": true, "": false,
	} {
		if got := hourIsOf(period, now); got != want {
			t.Errorf("%q: %t", period, got)
		}
	}
}
