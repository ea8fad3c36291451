package alert

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"gatewatch/internal/core/event"
)

// Errors of the user's actions.
var (
	// ErrNoAlert: there is no such open alert (any more).
	ErrNoAlert = errors.New("alert: no such open alert")
	// ErrSilenceEnd: a silence must have an end.
	ErrSilenceEnd = errors.New("alert: a silence must end in the future")
)

// Matcher is what a silence or a maintenance window covers: an alert where all
// set fields agree. The zero value covers everything.
type Matcher struct {
	Fingerprint string   `json:"fingerprint,omitempty"`
	Gateway     string   `json:"gateway,omitempty"`
	Category    Category `json:"category,omitempty"`
	// StateID is an entity's id in the live state, and EntityKind what it is
	// ("key", "group", "provider", "task"): a key and a provider may have the same id.
	StateID    string `json:"thing,omitempty"`
	EntityKind string `json:"kind,omitempty"`
}

func (t Matcher) matches(a *Alert) bool {
	return (t.Fingerprint == "" || t.Fingerprint == a.Fingerprint) &&
		(t.Gateway == "" || t.Gateway == a.Gateway) &&
		(t.Category == "" || t.Category == a.Category) &&
		(t.StateID == "" || t.StateID == a.StateID) &&
		(t.EntityKind == "" || t.EntityKind == a.EntityKind)
}

// Silence holds notifications of what Matcher matches back until a time.
type Silence struct {
	Matcher Matcher   `json:"target"`
	Until   time.Time `json:"until,omitzero"`
	// UntilResolved ends with the alert of Matcher.Fingerprint instead; Life is
	// set by the evaluator.
	UntilResolved bool  `json:"untilResolved,omitempty"`
	Life          int64 `json:"life,omitempty"`
	// Critical also covers critical alerts. Without it a silence covers what is
	// no more severe than MaxSeverity: what the alert was when it was silenced.
	Critical    bool           `json:"critical,omitempty"`
	MaxSeverity event.Severity `json:"covers"`
}

// untilResolved is shown as the end of a silence that has no time.
var untilResolved = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// AddSilence holds back notifications of what its Matcher matches until a time. It replaces an earlier
// silence of the same target.
func (e *Evaluator) AddSilence(s Silence, now time.Time) error {
	in := e.byPrint[s.Matcher.Fingerprint]
	if s.Matcher.Fingerprint != "" && (in == nil || !in.Status.Open()) {
		return fmt.Errorf("%w: %.12s", ErrNoAlert, s.Matcher.Fingerprint)
	}
	s.Until = wall(s.Until)
	switch {
	case s.UntilResolved && in != nil:
		s.Life, s.Until = in.Life, untilResolved
	case !s.Until.After(now):
		return ErrSilenceEnd
	}
	s.MaxSeverity = event.SeverityWarning
	if in != nil {
		s.MaxSeverity = in.Severity
	}
	e.ExpireSilence(s.Matcher)
	e.silences = append(e.silences, s)
	return nil
}

// SilenceOpen holds back each alert that is open now and matches, until it
// resolves. It fails with ErrNoAlert if there is none.
func (e *Evaluator) SilenceOpen(t Matcher, critical bool, now time.Time) error {
	err := error(ErrNoAlert)
	for fp, in := range e.byPrint {
		if in.Status.Open() && t.matches(&in.Alert) {
			err = e.AddSilence(Silence{Matcher: Matcher{Fingerprint: fp}, UntilResolved: true, Critical: critical}, now)
			if err != nil {
				return err
			}
		}
	}
	return err
}

// ExpireSilence ends the silences of exactly this target and reports whether there
// was one. The next Eval returns what is still true.
func (e *Evaluator) ExpireSilence(t Matcher) bool {
	n := len(e.silences)
	e.silences = slices.DeleteFunc(e.silences, func(s Silence) bool { return s.Matcher == t })
	return len(e.silences) < n
}

// SilenceAll is a silence of everything: of warnings, and with critical of all.
func (e *Evaluator) SilenceAll(until time.Time, critical bool, now time.Time) error {
	return e.AddSilence(Silence{Until: until, Critical: critical}, now)
}

// ExpireSilenceAll ends that.
func (e *Evaluator) ExpireSilenceAll() bool { return e.ExpireSilence(Matcher{}) }

// Silences lists what is silenced.
func (e *Evaluator) Silences() []Silence { return slices.Clone(e.silences) }

func (s *Silence) matches(a *Alert) bool {
	if !s.Matcher.matches(a) || s.UntilResolved && s.Life != a.Life {
		return false
	}
	return s.Critical || a.Severity.Rank() <= s.MaxSeverity.Rank()
}

// updateSilences drops what is over and marks what is covered. What comes free
// and is still true is notified of.
func (e *Evaluator) updateSilences(now time.Time) {
	e.silences = slices.DeleteFunc(e.silences, func(s Silence) bool {
		if s.UntilResolved {
			in, open := e.byPrint[s.Matcher.Fingerprint]
			return !open || in.Life != s.Life || !in.Status.Open()
		}
		return !now.Before(s.Until)
	})
	for i := range e.silences {
		if !e.silences[i].UntilResolved {
			e.scheduleEval(e.silences[i].Until)
		}
	}
	e.dropEndedMaintenance(now)
	for _, in := range e.all {
		if in.Status != StatusPending && !in.Status.Open() {
			continue
		}
		var until time.Time
		alone := false
		for i := range e.silences {
			if s := &e.silences[i]; s.matches(&in.Alert) {
				alone = alone || s.Matcher.Fingerprint != ""
				if s.Until.After(until) {
					until = s.Until
				}
			}
		}
		e.setSilencedUntil(in, until, !until.IsZero() && !alone)
	}
}

func (e *Evaluator) setSilencedUntil(in *trackedAlert, until time.Time, muted bool) {
	if in.SilencedUntil.Equal(until) && in.Muted == muted {
		return
	}
	was := in.SilencedUntil
	in.SilencedUntil, in.Muted = until, muted
	switch {
	case !until.IsZero() && was.IsZero() && muted:
		e.recordChange(in, Muted)
	case !until.IsZero() && was.IsZero():
		e.recordChange(in, Silenced)
	case until.IsZero() && in.Status == StatusFiring && !in.inhibited:
		e.recordChange(in, Unsuppressed)
	default:
		e.recordChange(in, Updated)
	}
}
