package alert

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"gatewatch/internal/event"
)

// Errors of the user's actions.
var (
	// ErrNoAlert: there is no such open alert (any more).
	ErrNoAlert = errors.New("alert: no such open alert")
	// ErrEndless: a snooze must have an end.
	ErrEndless = errors.New("alert: a snooze must end in the future")
)

// Target is what a snooze or a maintenance window covers: an alert where all
// set fields agree. The zero value covers everything.
type Target struct {
	Fingerprint string   `json:"fingerprint,omitempty"`
	Gateway     string   `json:"gateway,omitempty"`
	Category    Category `json:"category,omitempty"`
	Thing       string   `json:"thing,omitempty"` // an entity's id in the live state
}

func (t Target) covers(a *Alert) bool {
	return (t.Fingerprint == "" || t.Fingerprint == a.Fingerprint) &&
		(t.Gateway == "" || t.Gateway == a.Gateway) &&
		(t.Category == "" || t.Category == a.Category) &&
		(t.Thing == "" || t.Thing == a.Thing)
}

// Snooze is the user's wish not to hear of something until a time.
type Snooze struct {
	Target Target    `json:"target"`
	Until  time.Time `json:"until"`
	// UntilResolved ends with the alert of Target.Fingerprint instead; Life is
	// set by the evaluator.
	UntilResolved bool  `json:"untilResolved,omitempty"`
	Life          int64 `json:"life,omitempty"`
	// Critical also covers critical alerts. Without it a snooze covers what is
	// no more severe than Covers: what the alert was when it was snoozed.
	Critical bool           `json:"critical,omitempty"`
	Covers   event.Severity `json:"covers"`
}

// untilResolved is shown as the end of a snooze that has no time.
var untilResolved = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// Acknowledge says that the user has seen an open alert: no more repeats. It
// stays until the alert resolves, its severity rises or a new epoch begins.
func (e *Evaluator) Acknowledge(fingerprint, note string, now time.Time) error {
	in, ok := e.byPrint[fingerprint]
	if !ok || !in.Status.Open() {
		return fmt.Errorf("%w: %.12s", ErrNoAlert, fingerprint)
	}
	in.Acked, in.AckNote, in.AckedAt = true, clean(shorten(note, 500)), wall(now)
	e.acted(in, Acknowledged, now)
	return nil
}

// AcknowledgeGroup acknowledges every open alert of a group ("" means all) and
// returns how many there were.
func (e *Evaluator) AcknowledgeGroup(group, note string, now time.Time) int {
	n := 0
	for fp, in := range e.byPrint {
		if in.Status.Open() && !in.Acked && (group == "" || in.Group() == group) {
			if e.Acknowledge(fp, note, now) == nil {
				n++
			}
		}
	}
	return n
}

// Unacknowledge takes an acknowledgement back.
func (e *Evaluator) Unacknowledge(fingerprint string, now time.Time) error {
	in, ok := e.byPrint[fingerprint]
	if !ok || !in.Acked {
		return fmt.Errorf("%w: %.12s", ErrNoAlert, fingerprint)
	}
	in.unack()
	e.acted(in, Unacked, now)
	return nil
}

func (e *Evaluator) acted(in *instance, w What, now time.Time) {
	e.pending = append(e.pending, Change{What: w, From: in.Status, Alert: in.Alert, At: wall(now)})
}

// Snooze holds back what Target covers until a time. It replaces an earlier
// snooze of the same target.
func (e *Evaluator) Snooze(s Snooze, now time.Time) error {
	in := e.byPrint[s.Target.Fingerprint]
	if s.Target.Fingerprint != "" && (in == nil || !in.Status.Open()) {
		return fmt.Errorf("%w: %.12s", ErrNoAlert, s.Target.Fingerprint)
	}
	s.Until = wall(s.Until)
	switch {
	case s.UntilResolved && in != nil:
		s.Life, s.Until = in.Life, untilResolved
	case !s.Until.After(now):
		return ErrEndless
	}
	s.Covers = event.SeverityWarning
	if in != nil {
		s.Covers = in.Severity
	}
	e.Unsnooze(s.Target)
	e.snoozes = append(e.snoozes, s)
	return nil
}

// Unsnooze ends the snoozes of exactly this target and reports whether there
// was one. The next Eval tells what is still true.
func (e *Evaluator) Unsnooze(t Target) bool {
	n := len(e.snoozes)
	e.snoozes = slices.DeleteFunc(e.snoozes, func(s Snooze) bool { return s.Target == t })
	return len(e.snoozes) < n
}

// Mute is a snooze of everything: of warnings, and with critical of all.
func (e *Evaluator) Mute(until time.Time, critical bool, now time.Time) error {
	return e.Snooze(Snooze{Until: until, Critical: critical}, now)
}

// Unmute ends Mute.
func (e *Evaluator) Unmute() bool { return e.Unsnooze(Target{}) }

// Snoozes lists what is snoozed.
func (e *Evaluator) Snoozes() []Snooze { return slices.Clone(e.snoozes) }

func (s *Snooze) covers(a *Alert) bool {
	if !s.Target.covers(a) || s.UntilResolved && s.Life != a.Life {
		return false
	}
	return s.Critical || a.Severity.Rank() <= s.Covers.Rank()
}

// expireSnoozes drops what is over and marks what is covered. What comes free
// and is still true is told.
func (e *Evaluator) expireSnoozes(now time.Time) {
	e.snoozes = slices.DeleteFunc(e.snoozes, func(s Snooze) bool {
		if s.UntilResolved {
			in, open := e.byPrint[s.Target.Fingerprint]
			return !open || in.Life != s.Life || !in.Status.Open()
		}
		return !now.Before(s.Until)
	})
	for i := range e.snoozes {
		if !e.snoozes[i].UntilResolved {
			e.wake(e.snoozes[i].Until)
		}
	}
	e.windows = slices.DeleteFunc(e.windows, func(w Maintenance) bool { return !now.Before(w.To) })
	for _, in := range e.all {
		if in.Status != StatusPending && !in.Status.Open() {
			continue
		}
		var until time.Time
		for i := range e.snoozes {
			if s := &e.snoozes[i]; s.covers(&in.Alert) && s.Until.After(until) {
				until = s.Until
			}
		}
		e.snoozed(in, until)
	}
}

func (e *Evaluator) snoozed(in *instance, until time.Time) {
	if in.SnoozedUntil.Equal(until) {
		return
	}
	was := in.SnoozedUntil
	in.SnoozedUntil = until
	switch {
	case !until.IsZero() && was.IsZero():
		e.happen(in, Snoozed)
	case until.IsZero() && in.Status == StatusFiring && !in.held:
		e.happen(in, Released)
	default:
		e.happen(in, Updated)
	}
}

// Told notes what became of telling an alert: reason is for display, shown is
// true if the user was shown a notice. The next Lines has it.
func (e *Evaluator) Told(fingerprint string, life int64, reason string, shown bool, at time.Time) {
	note := func(a *Alert) {
		if a.Life != life {
			return
		}
		a.Told, a.ToldAt = reason, wall(at)
		if shown {
			a.ToldLife = life
		}
	}
	if in, ok := e.byPrint[fingerprint]; ok {
		note(&in.Alert)
	} else if a, ok := e.closed[fingerprint]; ok {
		note(a)
	}
}
