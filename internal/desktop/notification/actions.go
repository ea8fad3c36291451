package notification

import "gatewatch/internal/desktop/notify"

// labelOf is what stands on the button.
func labelOf(a notify.Action) string {
	switch a {
	case notify.ActionOpen:
		return "Open"
	case notify.ActionAcknowledge:
		return "Acknowledge"
	case notify.ActionSilence:
		return "Snooze 1 h"
	}
	return string(a)
}
