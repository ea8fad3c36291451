package alert

import (
	"fmt"
	"time"

	"gatewatch/internal/core/text"
)

// Acknowledge says that the user has seen an open alert: no more repeats. It
// stays until the alert resolves, its severity rises or a new budget period begins.
func (e *Evaluator) Acknowledge(fingerprint, note string, now time.Time) error {
	in, ok := e.byPrint[fingerprint]
	if !ok || !in.Status.Open() {
		return fmt.Errorf("%w: %.12s", ErrNoAlert, fingerprint)
	}
	in.Acked, in.AckNote, in.AckedAt = true, text.Clean(text.Shorten(note, 500)), wall(now)
	e.acted(in, Acknowledged, now)
	return nil
}

// AcknowledgeEach acknowledges those of some alerts that are open and not yet
// acknowledged, and returns which.
func (e *Evaluator) AcknowledgeEach(fingerprints []string, note string, now time.Time) []string {
	done := []string{}
	for _, fp := range fingerprints {
		if in, ok := e.byPrint[fp]; ok && in.Status.Open() && !in.Acked && e.Acknowledge(fp, note, now) == nil {
			done = append(done, fp)
		}
	}
	return done
}

// Unacknowledge takes an acknowledgement back.
func (e *Evaluator) Unacknowledge(fingerprint string, now time.Time) error {
	in, ok := e.byPrint[fingerprint]
	if !ok || !in.Acked {
		return fmt.Errorf("%w: %.12s", ErrNoAlert, fingerprint)
	}
	in.unack()
	e.acted(in, Unacknowledged, now)
	return nil
}

func (e *Evaluator) acted(in *trackedAlert, w ChangeKind, now time.Time) {
	e.pending = append(e.pending, Change{Kind: w, From: in.Status, Alert: in.Alert, At: wall(now)})
}

// ToldInWindow is the reason for which no notice was shown of what the window told.
const ToldInWindow = "held: the window is in front"

// RecordNotification notes what became of notifying of an alert: reason is for display, shown is
// true if the user was shown a notification. The next evaluation has it. That the window
// told of it stays noted once it is over.
func (e *Evaluator) RecordNotification(fingerprint string, life int64, reason string, shown bool, at time.Time) {
	note := func(a *Alert) {
		if a.Life != life {
			return
		}
		if a.NotifyReason != ToldInWindow || a.Status != StatusResolved || shown {
			a.NotifyReason, a.NotifyDecidedAt = reason, wall(at)
		}
		if shown {
			a.NotifiedLife = life
		}
	}
	if in, ok := e.byPrint[fingerprint]; ok {
		note(&in.Alert)
		if shown {
			e.acted(in, Updated, at) // the next run is to know, too
		}
	} else if a, ok := e.resolved[fingerprint]; ok {
		note(a)
	}
}
