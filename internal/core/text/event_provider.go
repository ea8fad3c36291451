package text

import (
	"fmt"
	"strings"

	"gatewatch/internal/core/event"
)

// providerSentence has the sentences on providers and their models.
func providerSentence(env event.Envelope) string {
	switch b := env.Body.(type) {
	case event.ProviderHealthChanged:
		return sayHealth(b)
	case event.ModelsDiscovered:
		return fmt.Sprintf("%s: %s found", named(b.Name, string(b.Provider)), models(b.Models))
	}
	return ""
}

func sayHealth(b event.ProviderHealthChanged) string {
	text := fmt.Sprintf("Provider %s is %s", named(b.Name, string(b.Provider)), b.Health)
	if b.SwitchedOff {
		text += ", switched off by the gateway"
	}
	if b.Error != "" {
		text += ": " + b.Error
	}
	return text
}

func models(m []string) string {
	if len(m) == 1 {
		return "model " + m[0]
	}
	const shown = 3
	text := Plural(len(m), "model")
	if len(m) == 0 {
		return text
	}
	text += " (" + strings.Join(m[:min(len(m), shown)], ", ")
	if len(m) > shown {
		text += " …"
	}
	return text + ")"
}
