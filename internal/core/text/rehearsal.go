package text

// Missing says what a rule lacks when the past is played to it; "" if nothing.
func Missing(rule string) string { return partlyKept[rule] }

const asMeasured = "What was measured is as the pages showed it, of the last two weeks at most."

// partlyKept are rules of which not all is kept.
var partlyKept = map[string]string{
	"provider.degraded":          asMeasured,
	"provider.unhealthy.derived": asMeasured,
	"spend.uncharged":            asMeasured,
	"spend.errors":               asMeasured,
	"gateway.impaired":           asMeasured,
	"hub.silent":                 asMeasured,
	"books.differ":               asMeasured,
	"budget.forecast":            "What was foreseen is as the pages showed it; of more than a day ago it is looked at each quarter of an hour.",
	"key.expiring":               "Only keys that were altered or first seen in this time are known.",
	"task.stuck":                 "How long tasks usually take is as of now.",
	"task.done":                  "Which tasks are watched is as of now.",
	"price.raised":               "What was spent on the models is of the hour before, as it was kept.",
}
