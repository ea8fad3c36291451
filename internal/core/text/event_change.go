package text

import (
	"fmt"
	"strings"

	"gatewatch/internal/core/event"
)

// changeSentence has the sentences on changes of what a gateway has.
func changeSentence(env event.Envelope) string {
	switch b := env.Body.(type) {
	case event.NavigationChanged:
		return fmt.Sprintf("%s %s was %s", entity(b.Entity), named(b.Name, b.ID), b.Action) + sayValues(b.Values) + sayAway(b.Comparison)
	case event.NavigationCounted:
		return fmt.Sprintf("%s × %s", Count(b.Count), strings.ToLower(entity(b.Entity)))
	case event.KeyChanged:
		return sayKey(b)
	case event.ConfigurationChanged:
		return fmt.Sprintf("Setting %s/%s is now %q, was %q", b.Category, b.Setting, b.New, b.Old) + sayAway(b.Comparison)
	case event.ChangeCompared:
		return fmt.Sprintf("%s %s: what was before is known", entity(b.Entity), b.ID)
	case event.ListRead:
		return "The list " + b.List + " was read"
	}
	return ""
}

func sayKey(b event.KeyChanged) string {
	text := fmt.Sprintf("Key %s was %s", named(b.Name, string(b.Key)), b.Action)
	if len(b.Changes) > 0 {
		text += ": " + strings.Join(b.Changes[:min(len(b.Changes), 8)], ", ")
	}
	return text + sayAway(b.Comparison)
}

// sayValues says what was before and after, of the first three fields.
func sayValues(values []event.FieldChange) (text string) {
	for i, v := range values[:min(len(values), 3)] {
		text += [...]string{": ", ", ", ", "}[i] + v.Field
		if v.Old != "" || v.New != "" {
			text += " " + named(v.Old, "nothing") + " → " + named(v.New, "nothing")
		}
	}
	return text
}

// sayAway says that a change was made while Gatewatch was not running.
func sayAway(c event.Comparison) string {
	if c.Since.IsZero() {
		return ""
	}
	return ", while Gatewatch was not running"
}

func entity(e event.Entity) string {
	switch e {
	case event.EntityModelMapping:
		return "Model mapping"
	case event.EntityProvider:
		return "Provider"
	case event.EntityVirtualKey:
		return "Virtual key"
	case event.EntityKeyGroup:
		return "Key group"
	case event.EntityModelCost:
		return "Price"
	case event.EntityCredential:
		return "Credential"
	case event.EntityRelease:
		return "Release"
	}
	return string(e)
}
