package history

import (
	"errors"
	"fmt"
	"time"

	"gatewatch/internal/core/event"
)

// diskFault is a time in which the disk takes nothing.
type diskFault struct {
	active  bool
	attempt int
	code    HealthCode
	lost    int64 // events lost before it began
}

// The waits between attempts to write: doubled from the first to the last. A
// full disk is seldom freed sooner, and an attempt costs next to nothing.
const (
	firstRetry = time.Second
	lastRetry  = 30 * time.Second
)

// isDiskFault reports whether err may pass by itself, so that the same rows
// are to be tried again.
func isDiskFault(err error) bool {
	switch codeOf(err) {
	case codePerm, codeBusy, codeLocked, codeReadOnly, codeIOErr, codeCorrupt, codeFull, codeCantOpen, codeNotADB:
		return true
	}
	return errors.Is(err, ErrFull) || errors.Is(err, ErrCorrupt)
}

// recordFault notes that nothing could be written, reports it once, and returns how
// long to wait.
func (w *writer) recordFault(err error) time.Duration {
	code := codeFor(err)
	if !w.fault.active || code != w.fault.code {
		lost, _ := w.q.losses()
		if w.fault.active {
			lost = w.fault.lost
		}
		w.fault = diskFault{active: true, attempt: w.fault.attempt, code: code, lost: lost}
		w.failing.Store(true)
		w.log.Warn("history cannot be written", "cause", err)
		w.opt.OnHealthEvent(faultEvent(code, err, w.f.path, w.opt.Now()))
	}
	wait := min(firstRetry<<min(w.fault.attempt, 10), lastRetry)
	w.fault.attempt++
	return wait
}

// reportLossesEvery is how often, at most, a HealthEvent says that events come too fast.
const reportLossesEvery = time.Minute

// clearFault notes that something was written, and reports it if that is news.
func (w *writer) clearFault() {
	lost, _ := w.q.losses()
	now := w.opt.Now()
	switch {
	case w.fault.active:
		missing := lost - w.fault.lost
		w.fault = diskFault{}
		w.failing.Store(false)
		text := "The history is written again. Nothing was lost."
		if missing > 0 {
			text = fmt.Sprintf("The history is written again. %d events in between were not kept.", missing)
		}
		w.opt.OnHealthEvent(HealthEvent{
			Code: HealthRecovered, Severity: event.SeverityInfo, Title: "History is kept again",
			Text: text, Path: w.f.path, At: now,
		})
	case lost > w.reportedLost && (w.reportedAt.IsZero() || now.Sub(w.reportedAt).Abs() >= reportLossesEvery):
		w.reportedAt = now
		w.opt.OnHealthEvent(HealthEvent{
			Code: HealthOverflow, Severity: event.SeverityWarning, Title: "History has a gap", Path: w.f.path, At: now,
			Text: fmt.Sprintf("Events came faster than the disk could take them: %d are missing in the history. "+
				"Alerts and sums of spend are complete.", lost-w.reportedLost),
		})
	default:
		return
	}
	w.reportedLost = lost
}

func codeFor(err error) HealthCode {
	switch {
	case errors.Is(err, ErrFull):
		return HealthDiskFull
	case errors.Is(err, ErrCorrupt):
		return HealthCorrupt
	}
	return HealthDiskFailed
}

func faultEvent(code HealthCode, err error, path string, now time.Time) HealthEvent {
	n := HealthEvent{Code: code, Severity: event.SeverityWarning, Path: path, At: now}
	switch code {
	case HealthDiskFull:
		n.Title = "Disk full: history pauses"
		n.Text = "There is no room to write the history. Alerts go on. Free some space; Gatewatch tries again by itself."
	case HealthCorrupt:
		n.Title = "History is damaged"
		n.Text = "The history file was damaged while in use. Alerts go on. " +
			"Restart Gatewatch: it puts the file aside and begins a new one."
	default:
		n.Title = "History cannot be written"
		n.Text = "Writing the history failed: " + err.Error() + ". Alerts go on; Gatewatch tries again by itself."
	}
	return n
}
