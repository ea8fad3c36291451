package notification

import "gatewatch/internal/desktop/notify"

// platform lists this system's drivers. beeep is not among them: it shows the
// same toasts, but where COM fails it pastes the text into a PowerShell script
// without escaping, and the text may hold a name that a stranger chose.
func platform(o Options) []notify.Sender { return []notify.Sender{newToasts(o)} }
