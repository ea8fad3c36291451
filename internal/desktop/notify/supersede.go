package notify

import (
	"math"
	"strconv"

	"gatewatch/internal/core/alert"
)

// supersede takes off the screen what was told of lower steps of a budget, once a
// higher one is told: "has used 91 %" is no news beside "is out of budget".
func (p *Planner) supersede(by *alert.Alert) {
	step := budgetStep(by)
	if step == 0 {
		return
	}
	for _, t := range p.tracks {
		a := &t.alert
		if a.Gateway == by.Gateway && a.EntityKind == by.EntityKind && a.Entity == by.Entity && a.Status.Open() && budgetStep(a) < step && budgetStep(a) > 0 {
			p.withdraw(t)
		}
	}
}

// budgetStep orders what is told of one budget; 0 is something else.
func budgetStep(a *alert.Alert) float64 {
	switch a.Rule {
	case "budget.exhausted":
		return math.Inf(1)
	case "budget.used":
		threshold, err := strconv.ParseFloat(a.Dimension, 64)
		if err == nil {
			return threshold
		}
	}
	return 0
}
