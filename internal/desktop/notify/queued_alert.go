package notify

import (
	"cmp"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/text"
)

// queuedAlert is one thing to notify of one alert.
type queuedAlert struct {
	alert   alert.Alert
	kind    alert.ChangeKind
	reason  Reason
	message text.MessageKind
}

func newQueuedAlert(c alert.Change, r Reason) queuedAlert {
	e := queuedAlert{alert: c.Alert, kind: c.Kind, reason: r, message: text.MessageFiring}
	switch {
	case c.Kind == alert.Resolved, c.Kind == alert.FlappingEnded && !c.Alert.Status.Open():
		e.message = text.MessageResolved
	case c.Kind == alert.FlappingStarted:
		e.message = text.MessageFlapping
	}
	return e
}

// logEntry is the log entry that sending this one would be.
func (e *queuedAlert) logEntry(notice string, now time.Time) LogEntry {
	status := map[text.MessageKind]string{
		text.MessageFiring: loggedFiring, text.MessageResolved: loggedResolved, text.MessageFlapping: loggedFlapping,
	}[e.message]
	entry := LogEntry{
		Fingerprint: e.alert.Fingerprint, Life: e.alert.Life, Severity: e.alert.Severity,
		Status: status, Reason: e.reason, NotificationID: notice, IntendedAt: now,
	}
	if status == loggedResolved {
		entry.Freed = e.alert.Annotations.Freed
	}
	return entry
}

// bySeverity puts the weightiest and oldest first.
func bySeverity(a, b queuedAlert) int {
	return cmp.Or(cmp.Compare(b.alert.Severity.Rank(), a.alert.Severity.Rank()),
		a.alert.Since.Compare(b.alert.Since), cmp.Compare(a.alert.Annotations.Name, b.alert.Annotations.Name),
		cmp.Compare(a.alert.Fingerprint, b.alert.Fingerprint))
}
