package text

import (
	"fmt"

	"gatewatch/internal/core/event"
)

// forecastAlerts are the texts of alerts on what is foreseen, by rule.
var forecastAlerts = map[string]alertText{
	"budget.forecast": {
		title: alertTitle{
			firing: func(t *message, name, gw string) string {
				if t.Severity == event.SeverityCritical {
					return name + " will be out of budget within 2 h" + at(gw)
				}
				if t.f.Resets.IsZero() {
					return name + " will run out of budget" + at(gw)
				}
				return name + " will run out before its reset" + at(gw)
			},
			resolved: func(_ *message, name, gw string) string { return name + " lasts longer than was foreseen" + at(gw) },
			plural:   "budgets will run out early", pluralResolved: "budgets last longer than was foreseen",
			brief:   func(t *message) string { return t.f.Name },
			private: "A budget will run out early", privateResolved: "A budget lasts longer than was foreseen",
			short: "will run out",
		},
		body: alertBody{
			firing: func(t *message) []string {
				f := Forecast{Outcome: "forecast", Earliest: t.f.Early, Likely: t.f.Likely, Latest: t.f.Late, Reset: t.f.Resets, Since: t.f.RateSince, Times: t.f.Times}
				return []string{
					"Likely " + t.clock(t.f.Likely) + ", " + ForecastRange(&f, t.now, t.loc) + ".",
					ForecastChange(&f, t.now, t.loc), t.foreseenOf(), t.tried(),
				}
			},
			resolved: func(t *message) []string { return []string{t.freed()} },
		},
	},
}

// tried says what the range of a forecast rests on.
func (t *message) tried() string {
	if t.f.Tried <= 0 {
		return ""
	}
	return fmt.Sprintf("By the errors of %s before.", Plural(t.f.Tried, "such forecast"))
}

// foreseenOf is of which amount it was foreseen; "" once the budget has room again, and
// the amount is another.
func (t *message) foreseenOf() string {
	if t.f.Freed != "" {
		return ""
	}
	return t.ofLimit()
}
