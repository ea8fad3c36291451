package text

import (
	"fmt"

	"gatewatch/internal/core/event"
)

// monitoredKeySentence has the sentences on monitored keys.
func monitoredKeySentence(env event.Envelope) string {
	if b, is := env.Body.(event.MonitoredKeyChanged); is {
		return sayMonitoredKey(b)
	}
	return ""
}

func sayMonitoredKey(b event.MonitoredKeyChanged) string {
	label := b.Label
	for _, other := range []string{b.Name, string(b.Key), b.Slot} {
		if label == "" {
			label = other
		}
	}
	text := fmt.Sprintf("Key %s is watched: %s", label, b.State)
	if b.State.Barred() {
		return fmt.Sprintf("Key %s is not let in. %s", label, b.Cause)
	}
	return text
}
