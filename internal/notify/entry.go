package notify

import (
	"cmp"
	"time"

	"gatewatch/internal/alert"
)

// entry is one thing to tell of one alert.
type entry struct {
	alert  alert.Alert
	what   alert.What
	reason Reason
	say    alert.Say
}

func entryOf(c alert.Change, r Reason) entry {
	e := entry{alert: c.Alert, what: c.What, reason: r, say: alert.SayFiring}
	switch {
	case c.What == alert.Resolved, c.What == alert.Settled && !c.Alert.Status.Open():
		e.say = alert.SayResolved
	case c.What == alert.Unstable:
		e.say = alert.SayUnstable
	}
	return e
}

// said is the last word that telling this entry would be.
func (e *entry) said(notice string, now time.Time) Said {
	status := map[alert.Say]string{
		alert.SayFiring: saidFiring, alert.SayResolved: saidResolved, alert.SayUnstable: saidUnstable,
	}[e.say]
	return Said{
		Fingerprint: e.alert.Fingerprint, Life: e.alert.Life, Severity: e.alert.Severity,
		Status: status, Reason: e.reason, Notice: notice, Intended: now,
	}
}

// bySeverity puts the weightiest and oldest first.
func bySeverity(a, b entry) int {
	return cmp.Or(cmp.Compare(b.alert.Severity.Rank(), a.alert.Severity.Rank()),
		a.alert.Since.Compare(b.alert.Since), cmp.Compare(a.alert.Facts.Name, b.alert.Facts.Name),
		cmp.Compare(a.alert.Fingerprint, b.alert.Fingerprint))
}
