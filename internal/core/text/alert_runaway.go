package text

import (
	"fmt"

	"gatewatch/internal/core/event"
)

// runawayAlerts are the texts of alerts on keys that run away, by rule.
var runawayAlerts = map[string]alertText{
	"spend.runaway": {
		title: alertTitle{
			firing: func(t *message, name, gw string) string {
				return name + " spends about " + ShortMoney(t.f.PerHour) + " an hour, " + manyTimes(t.f.Times) + at(gw)
			},
			plural: "keys run away", brief: func(t *message) string { return t.f.Name },
			private: "A key spends many times the usual",
			shortOf: func(t *message) string { return "spends about " + ShortMoney(t.f.PerHour) + " an hour" },
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{
					fmt.Sprintf("Since %s: %s for %s.", t.clock(t.f.RateSince), ShortMoney(t.f.Spend), Plural(t.f.Equal, "request")),
					t.mostlyModel(),
					"Before, at most " + ShortMoney(t.f.Baseline) + " in 10 min.",
				}
			},
		},
	},
}

func manyTimes(times float64) string {
	if times > 99 {
		return "more than 99 times the most before"
	}
	return fmt.Sprintf("%.0f times the most before", times)
}

// mostlyModel says on which model it was spent, and what a request cost.
func (t *message) mostlyModel() string {
	if t.f.Model == "" || t.f.Equal <= 0 {
		return ""
	}
	each := Money(t.f.Spend / event.NanoUSD(t.f.Equal))
	return fmt.Sprintf("%s of it on %s, about %s each.", Share(min(t.f.UsedRatio, 1)), Shorten(t.f.Model, 40), each)
}
