package alert

import (
	"errors"
	"slices"
	"time"
)

// ErrMaintenance: a maintenance window must end after it begins, in the future,
// and a weekly one is shorter than a week.
var ErrMaintenance = errors.New("alert: a maintenance window must end after it begins, and not before now")

// Maintenance is a planned window during which nobody is notified of alerts.
type Maintenance struct {
	ID      string    `json:"id,omitempty"` // the caller's, to end it
	Matcher Matcher   `json:"scope"`        // zero: everything
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to,omitzero"`
	// Weekly windows come again each week, at the same time of day of From's
	// zone; From and To are those of the first.
	Weekly bool   `json:"weekly,omitempty"`
	Note   string `json:"note,omitempty"`
}

// Check reports whether m can be used at now.
func (m Maintenance) Check(now time.Time) error {
	if !m.To.After(m.From) || !m.Weekly && !m.To.After(now) || m.Weekly && m.To.Sub(m.From) >= 7*24*time.Hour {
		return ErrMaintenance
	}
	return nil
}

// Next gives the window that now is in, else the next one; ok is false if there
// is none any more.
func (m Maintenance) Next(now time.Time) (from, to time.Time, ok bool) {
	if !m.Weekly {
		return m.From, m.To, now.Before(m.To)
	}
	weeks := max(0, int(now.Sub(m.From)/(7*24*time.Hour))-1) // the clocks may have changed in between
	for ; ; weeks++ {
		from, to = m.From.AddDate(0, 0, 7*weeks), m.To.AddDate(0, 0, 7*weeks)
		if now.Before(to) {
			return from, to, true
		}
	}
}

// SetMaintenance replaces all maintenance windows.
func (e *Evaluator) SetMaintenance(windows []Maintenance) {
	e.windows = slices.Clone(windows)
	e.inhibitorsStale = true
}

// Maintenance lists the windows that are not over.
func (e *Evaluator) Maintenance() []Maintenance { return slices.Clone(e.windows) }

func (e *Evaluator) dropEndedMaintenance(now time.Time) {
	e.windows = slices.DeleteFunc(e.windows, func(m Maintenance) bool {
		_, _, ok := m.Next(now)
		return !ok
	})
	for _, m := range e.windows {
		from, to, _ := m.Next(now)
		if now.Before(from) {
			to = from
		}
		e.scheduleEval(to)
	}
}

func (e *Evaluator) underMaintenance(in *trackedAlert, now time.Time) bool {
	for i := range e.windows {
		w := &e.windows[i]
		if from, _, ok := w.Next(now); ok && !now.Before(from) && w.Matcher.matches(&in.Alert) {
			return true
		}
	}
	return false
}
