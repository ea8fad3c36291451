package text

// CannotBeTold says why the past cannot be played to a rule; "" where it can.
func CannotBeTold(rule string) string { return notKept[rule] }

// Missing says what a rule lacks when the past is played to it; "" if nothing.
func Missing(rule string) string { return partlyKept[rule] }

const (
	noCounts = "The history keeps no counts of requests and failures, so this cannot be told."
	noAudit  = "The history keeps no billing audit, so this cannot be told."
	noReads  = "The history keeps no single reads of how the gateway's parts answer, so this cannot be told."
)

// notKept are rules of which nothing can be said, with the reason.
var notKept = map[string]string{
	"provider.degraded":          noCounts,
	"provider.unhealthy.derived": noCounts,
	"spend.uncharged":            noAudit,
	"spend.errors":               noAudit,
	"gateway.impaired":           noReads,
	"hub.silent":                 noReads,
	"books.differ":               "The history keeps no comparisons of the books, so this cannot be told.",
}

// partlyKept are rules of which not all is kept.
var partlyKept = map[string]string{
	"budget.forecast": "What was foreseen is as the pages showed it; of more than a day ago it is looked at each quarter of an hour.",
	"key.expiring":    "Only keys that were altered or first seen in this time are known.",
	"task.stuck":      "How long tasks usually take is as of now.",
	"task.done":       "Which tasks are watched is as of now.",
	"price.raised":    "What was spent on the models is of the hour before, as it was kept.",
}
