package text

import (
	"strconv"
	"strings"

	"gatewatch/internal/core/event"
)

// PastThreshold begins what an alert says of a budget with its threshold, as a
// dimension has it, such as "0.9".
func PastThreshold(dimension, body string) string {
	ratio, err := strconv.ParseFloat(dimension, 64)
	if err != nil {
		return body
	}
	return strings.TrimSpace("Threshold " + SetShare(ratio) + ". " + body)
}

const ruleExhausted = "budget.exhausted"

// budgetAlerts are the texts of alerts on budgets, by rule.
var budgetAlerts = map[string]alertText{
	"budget.used": {
		title: alertTitle{
			firing: func(t *message, name, gw string) string {
				return name + " has used " + Share(t.Used) + at(gw)
			},
			resolved: roomTitle,
			plural:   "budgets above", pluralResolved: "budgets are fine again",
			brief:         func(t *message) string { return t.f.Name + " " + Share(t.Used) },
			briefResolved: func(t *message) string { return t.f.Name + ": " + Share(t.Used) + " used" },
			private:       "A budget is nearly used up", privateResolved: "A budget is fine again",
			short: "near its limit",
		},
		body: alertBody{
			firing: func(t *message) []string {
				if t.Severity == event.SeverityCritical {
					return []string{t.ofLimit(), t.lasts(), "Requests are blocked at 100 %."}
				}
				return []string{t.ofLimit(), t.lasts()}
			},
			resolved: func(t *message) []string { return []string{t.freed()} },
		},
	},
	ruleExhausted: {
		title: alertTitle{
			firing:   func(_ *message, name, gw string) string { return name + " is out of budget" + at(gw) },
			resolved: func(_ *message, name, gw string) string { return name + " has budget again" + at(gw) },
			plural:   "budgets used up", pluralResolved: "budgets are fine again",
			brief:   func(t *message) string { return t.f.Name },
			private: "A budget is used up", privateResolved: "A budget is fine again",
			short: "out of budget",
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{t.ofLimit(), "New requests are being refused.", t.affected()}
			},
			resolved: func(t *message) []string { return []string{t.freed()} },
		},
	},
}
