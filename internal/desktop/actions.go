package desktop

import "gatewatch/internal/notify"

// labelOf is what stands on the button.
func labelOf(a notify.Action) string {
	switch a {
	case notify.ActionOpen:
		return "Open"
	case notify.ActionAcknowledge:
		return "Acknowledge"
	case notify.ActionSnooze:
		return "Snooze 1 h"
	}
	return string(a)
}
