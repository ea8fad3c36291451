package app

import (
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
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

// severityThen is how grave an alert had become by what the time line until then says.
func severityThen(a *history.Alert, until []history.TimelineEntry) {
	for _, e := range until {
		if e.Fingerprint == a.Fingerprint && e.Severity != "" {
			a.Severity = e.Severity
		}
	}
}

// asShown has the alerts of an incident read as they were shown then, where they were.
func (v *IncidentView) asShown(then map[string]state.AlertLine) {
	if len(then) == 0 {
		return
	}
	worst := -1
	for i := range v.Of {
		of := &v.Of[i]
		if a, listed := then[of.ID]; listed && (of.EndedAt == 0 || a.Since <= of.EndedAt) {
			of.Severity, of.Status, of.Title, of.Body, of.Acked, of.AckNote = a.Severity, a.Status, a.Title, a.Body, a.Acked, a.AckNote
		}
		if rank := event.Severity(of.Severity).Rank(); rank > worst {
			worst, v.Severity, v.Title = rank, of.Severity, of.Title
		}
	}
}

// asOf is an incident as it was known at a time. Titles and bodies of its alerts
// are the last ones, see [IncidentView.asShown].
func asOf(in history.Incident, at time.Time) history.Incident {
	open := func(end *time.Time) {
		if end.After(at) {
			*end = time.Time{}
		}
	}
	open(&in.EndedAt)
	in.Timeline = slices.DeleteFunc(slices.Clone(in.Timeline), func(e history.TimelineEntry) bool { return e.At.After(at) })
	in.Alerts = slices.Clone(in.Alerts)
	in.Alerts = slices.DeleteFunc(in.Alerts, func(a history.Alert) bool { return a.Since.After(at) })
	for i := range in.Alerts {
		severityThen(&in.Alerts[i], in.Timeline)
		if open(&in.Alerts[i].EndedAt); in.Alerts[i].EndedAt.IsZero() && in.Alerts[i].Status == "resolved" {
			in.Alerts[i].Status = "firing"
		}
	}
	in.Decisions = slices.DeleteFunc(slices.Clone(in.Decisions), func(d history.Decision) bool { return d.At.After(at) })
	return in
}
