package alert

import (
	"strings"

	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
)

// free notes in a result what gave the budget of an open alert room since it was
// last looked at, or began it anew.
func free(a *Alert, s *Result) {
	if a.Category != CategorySpend || !strings.HasPrefix(a.Rule, "budget.") || !a.Status.Open() || s.Annotations.Limit <= 0 {
		return
	}
	was, is := &a.Annotations, &s.Annotations
	is.FreedLimit, is.FreedRatio, is.FreedBy = was.Limit, was.UsedRatio, 0
	another := a.SourcePeriod != "" && s.Period != a.SourcePeriod
	switch {
	case is.Prepaid && was.PaidIn > 0 && is.PaidIn > was.PaidIn:
		is.Freed, is.FreedBy = text.FreedByTopUp, is.PaidIn-was.PaidIn
	case is.Prepaid && another:
		is.Freed = text.FreedByTopUp
	case another && (strings.HasPrefix(s.Period, state.BegunPrefix) || !strings.HasPrefix(s.Period, "limit:") && !strings.HasPrefix(a.SourcePeriod, "limit:")):
		is.Freed = text.FreedByPeriod
	case is.Limit > was.Limit && was.Limit > 0:
		is.Freed = text.FreedByLimit
	case is.UsedRatio < was.UsedRatio:
		is.Freed = text.FreedByLess
	}
}
