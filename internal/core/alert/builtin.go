package alert

import (
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

const (
	fourHours = 4 * time.Hour
	info      = event.SeverityInfo
	warning   = event.SeverityWarning
	critical  = event.SeverityCritical
)

// Builtin is the catalogue: every rule there is, in order of display. The
// slice is the caller's. A rule stands in rules_<topic>.go beside its check.
func Builtin() []Rule {
	return slices.Concat(
		budgetRules(), forecastRules(), spendRules(), runawayRules(), unusualRules(), expiryRules(), providerRules(),
		gatewayRules(), authRules(), componentRules(), hubRules(), monitoringRules(),
		taskRules(), changeRules(),
	)
}
