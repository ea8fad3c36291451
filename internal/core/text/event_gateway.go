package text

import (
	"fmt"
	"strings"

	"gatewatch/internal/core/event"
)

// gatewaySentence has the sentences on what a gateway says of itself.
func gatewaySentence(env event.Envelope) string {
	switch b := env.Body.(type) {
	case event.Heartbeat:
		return fmt.Sprintf("The stream %s is alive", b.Stream)
	case event.Reply:
		if b.Refused {
			return fmt.Sprintf("The gateway refused: %s %s", b.Target, b.Text)
		}
		return strings.TrimSpace("The gateway answered: " + b.Target + " " + b.Text)
	case event.GatewayAlert:
		return fmt.Sprintf("The gateway's own alert (%s, %s): %s", b.Category, b.State, named(b.Title, b.Message))
	case event.ComponentReported:
		return strings.TrimSuffix(fmt.Sprintf("The gateway says its %s is %s: %s", b.Component, b.Health, b.Error), ": ")
	case event.RefreshAdvised:
		return fmt.Sprintf("Reading %s anew: %s", b.Topic, b.Reason)
	case event.ModelChanged:
		return fmt.Sprintf("Model %s: %s changed", b.Model, b.Aspect)
	case event.WebhookReported:
		if b.Outcome == event.WebhookFailed {
			return fmt.Sprintf("Webhook to %s failed: %s", b.Host, b.Error)
		}
		return fmt.Sprintf("Webhook to %s: %s", b.Host, b.Outcome)
	}
	return ""
}
