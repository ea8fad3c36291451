package text

import (
	"fmt"
	"strings"

	"gatewatch/internal/core/event"
)

// spendSentence has the sentences on what keys and groups have spent.
func spendSentence(env event.Envelope) string {
	switch b := env.Body.(type) {
	case *event.SpendRecorded:
		return saySpend(b, env.Source != nil && env.Source.Via == event.ViaREST)
	case event.SpendLimitReported:
		return fmt.Sprintf("The gateway says key %s used %s%s", named(b.Name, string(b.Key)),
			MoneyOf(b.Spend, b.Limit), inBrackets(b.Ratio))
	case event.KeyRead:
		return fmt.Sprintf("Key %s was read", named(b.Name, string(b.Key)))
	case event.GroupRead:
		if b.Gone {
			return fmt.Sprintf("Group %s was deleted", named(b.Name, string(b.Group)))
		}
		return balanceSentence(b)
	case event.GroupCredited:
		return fmt.Sprintf("Group %s was credited %s and has %s now", named(b.Name, string(b.Group)), Money(b.Amount), Money(b.Balance))
	case event.GroupDebited:
		return fmt.Sprintf("Group %s was debited %s for requests that its log does not show", named(b.Name, string(b.Group)), Money(b.Amount))
	}
	return ""
}

// saySpend says what a key spent. What is read is summed up since the key's group was
// topped up; what a gateway pushes is the key's own total.
func saySpend(b *event.SpendRecorded, read bool) string {
	if b.Amount == 0 {
		return fmt.Sprintf("%s has spent %s in all", named(b.Name, "Key "+string(b.Key)), Money(b.Total))
	}
	text := fmt.Sprintf("%s spent %s", named(b.Name, "Key "+string(b.Key)), Money(b.Amount))
	if b.Model != "" {
		text += " on " + b.Model
	}
	switch {
	case b.HasTotal && read:
		text += ", " + Money(b.Total) + " since its group was topped up"
	case b.HasTotal:
		text += ", " + Money(b.Total) + " in all"
	}
	return text
}

// balanceSentence says what is left of a group's money, or that it is not known.
func balanceSentence(b event.GroupRead) string {
	name := named(b.Name, string(b.Group))
	if left, known := b.Balance.Get(); known {
		return fmt.Sprintf("Group %s has a balance of %s", name, Money(left))
	}
	return strings.TrimSpace(fmt.Sprintf("The balance of group %s is %s. %s", name, b.Balance.Status().Words(), b.Balance.Why()))
}

// inBrackets is a share behind an amount; nothing if it is unknown.
func inBrackets(share float64) string {
	if share < 0 {
		return ""
	}
	return " (" + Share(share) + ")"
}
