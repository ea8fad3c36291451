package app

import (
	"slices"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/store/history"
)

// until is the end of a question to the history, in Unix milliseconds (0: none):
// what came after the time that is shown was not known then.
func (r *replaying) until(ms int64) time.Time {
	at, past := r.asOf()
	if end := unixMS(ms); !past || !end.IsZero() && end.Before(at) {
		return end
	}
	return at
}

// knows reports whether something of a time was known at the time that is shown.
func (r *replaying) knows(of time.Time) bool {
	at, past := r.asOf()
	return !past || !of.After(at)
}

// lifeBefore has an alert that came back be as the time line until then says: its row
// is of its last time.
func lifeBefore(a *history.Alert, until []history.TimelineEntry) {
	for _, e := range until {
		switch {
		case e.Fingerprint != a.Fingerprint:
		case e.What == string(alert.Fired):
			a.Since, a.EndedAt, a.Status, a.Severity = e.At, time.Time{}, "firing", e.Severity
		case e.What == string(alert.Resolved):
			a.EndedAt, a.Status = e.At, "resolved"
		}
	}
}

// asOf is an incident as it was known at a time. Titles and bodies of its alerts
// are the last ones: those of before are not kept.
func asOf(in history.Incident, at time.Time) history.Incident {
	open := func(end *time.Time) {
		if end.After(at) {
			*end = time.Time{}
		}
	}
	open(&in.EndedAt)
	in.Timeline = slices.DeleteFunc(slices.Clone(in.Timeline), func(e history.TimelineEntry) bool { return e.At.After(at) })
	in.Alerts = slices.Clone(in.Alerts)
	for i := range in.Alerts {
		if in.Alerts[i].Since.After(at) {
			lifeBefore(&in.Alerts[i], in.Timeline)
		}
	}
	in.Alerts = slices.DeleteFunc(in.Alerts, func(a history.Alert) bool { return a.Since.After(at) })
	for i := range in.Alerts {
		if open(&in.Alerts[i].EndedAt); in.Alerts[i].EndedAt.IsZero() && in.Alerts[i].Status == "resolved" {
			in.Alerts[i].Status = "firing"
		}
	}
	in.Decisions = slices.DeleteFunc(slices.Clone(in.Decisions), func(d history.Decision) bool { return d.At.After(at) })
	return in
}
