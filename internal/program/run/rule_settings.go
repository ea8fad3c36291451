package run

import (
	"context"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
)

// Rules lists the rules with the numbers in force.
func (p *Program) Rules(ctx context.Context) (rules []alert.Rule, err error) {
	err = p.engine.Do(ctx, func(*state.State) { rules = p.rules.evaluator.Rules() })
	return rules, err
}

// SetRule changes one rule's numbers and puts them in force. The zero override
// brings the rule's own back.
func (p *Program) SetRule(ctx context.Context, id string, o config.RuleOverride) error {
	rules, err := p.Rules(ctx)
	if err != nil {
		return err
	}
	for _, r := range alert.Builtin() {
		if r.ID == id {
			o = withoutOwn(r, o)
		}
	}
	for _, r := range rules {
		if r.ID == id {
			return p.Change(ctx, func(s *config.Settings) {
				s.Alerts.Rules[id] = o
				if o == (config.RuleOverride{}) {
					delete(s.Alerts.Rules, id)
				}
			})
		}
	}
	return fault.New(fault.Usage, "There is no such rule.", nil)
}

// withoutOwn leaves out of an override what a rule is by itself.
func withoutOwn(r alert.Rule, o config.RuleOverride) config.RuleOverride {
	if o.Off != nil && *o.Off == r.Off {
		o.Off = nil
	}
	if o.Severity == r.Severity {
		o.Severity = ""
	}
	if o.For != nil && *o.For == r.For {
		o.For = nil
	}
	if o.KeepFiringFor != nil && *o.KeepFiringFor == r.KeepFiringFor {
		o.KeepFiringFor = nil
	}
	return o
}
