package text

import "fmt"

// spendAlerts are the texts of alerts on spend, by rule.
var spendAlerts = map[string]alertText{
	"spend.spike": {
		title: alertTitle{
			firing: unusual,
			plural: "keys with unusual spend", brief: func(t *message) string { return t.f.Name },
			private: "Unusual spend",
			short:   "unusual spend",
		},
		body: alertBody{
			firing: func(t *message) []string {
				if t.f.Young {
					return []string{
						ShortMoney(t.f.Spend) + " in 15 min; in its dearest hour of the day before it was " + ShortMoney(t.f.Baseline) + " in as long.", t.looksLikeLoop(),
					}
				}
				return []string{ShortMoney(t.f.Spend) + " in 15 min, usually " + ShortMoney(t.f.Baseline) + ".", t.looksLikeLoop()}
			},
		},
	},
	"spend.loop": {
		title: alertTitle{
			firing: unusual,
			plural: "keys with unusual spend", brief: func(t *message) string { return t.f.Name },
			private: "Unusual spend",
			short:   "unusual spend",
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{t.counted(), "Looks like a loop: they came at equal intervals."}
			},
		},
	},
	"spend.uncharged": {
		title: alertTitle{
			firing: func(_ *message, _, gw string) string { return "Spend is undercounted" + at(gw) },
			plural: "spend problems", brief: func(*message) string { return "spend undercounted" },
			private: "Spend is undercounted",
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{fmt.Sprintf("%s of %d requests in the last hour were not charged (streaming without usage).",
					t.failedShare(), t.f.Requests)}
			},
		},
	},
	"books.differ": {
		title: alertTitle{
			firing:   func(_ *message, _, gw string) string { return "The books do not agree" + at(gw) },
			resolved: func(_ *message, _, gw string) string { return "The books agree again" + at(gw) },
			plural:   "gateways whose books do not agree", pluralResolved: "gateways' books agree again",
			brief:   func(*message) string { return "books do not agree" },
			private: "The books do not agree", privateResolved: "The books agree again",
			subject: func(*message) string { return "the books" }, short: "do not agree",
		},
		body: alertBody{
			firing: func(t *message) []string {
				return []string{stop(Clean(t.f.Error)), "What is shown of today may be wrong: the gateway's own books count."}
			},
		},
	},
	"key.silent": {
		title: alertTitle{
			firing: func(_ *message, name, gw string) string { return name + " is unusually quiet" + at(gw) },
			plural: "keys are unusually quiet", brief: func(t *message) string { return t.f.Name },
			private: "A key is unusually quiet",
		},
		body: alertBody{
			firing: func(t *message) []string { return []string{"No requests for " + Duration(t.f.Idle) + "."} },
		},
	},
}

func unusual(_ *message, name, gw string) string {
	return name + ": unusual spend" + at(gw)
}
