package history

import (
	"errors"
	"fmt"
	"time"

	"gatewatch/internal/event"
)

// trouble is a time in which the disk takes nothing.
type trouble struct {
	now     bool
	attempt int
	code    NoticeCode
	lost    int64 // events lost before it began
}

// The waits between attempts to write: doubled from the first to the last. A
// full disk is seldom freed sooner, and an attempt costs next to nothing.
const (
	firstRetry = time.Second
	lastRetry  = 30 * time.Second
)

// isDiskTrouble reports whether err may pass by itself, so that the same rows
// are to be tried again.
func isDiskTrouble(err error) bool {
	switch codeOf(err) {
	case codePerm, codeBusy, codeLocked, codeReadOnly, codeIOErr, codeCorrupt, codeFull, codeCantOpen, codeNotADB:
		return true
	}
	return errors.Is(err, ErrFull) || errors.Is(err, ErrDamaged)
}

// fail notes that nothing could be written, tells it once, and returns how
// long to wait.
func (w *writer) fail(err error) time.Duration {
	code := codeFor(err)
	if !w.trouble.now || code != w.trouble.code {
		lost, _ := w.q.losses()
		if w.trouble.now {
			lost = w.trouble.lost
		}
		w.trouble = trouble{now: true, attempt: w.trouble.attempt, code: code, lost: lost}
		w.failing.Store(true)
		w.log.Warn("history cannot be written", "cause", err)
		w.opt.Report(troubleNotice(code, err, w.f.path, w.opt.Now()))
	}
	wait := min(firstRetry<<min(w.trouble.attempt, 10), lastRetry)
	w.trouble.attempt++
	return wait
}

// tellLosses is how often, at most, the user is told that events come too fast.
const tellLosses = time.Minute

// succeed notes that something was written, and tells it if that is news.
func (w *writer) succeed() {
	lost, _ := w.q.losses()
	now := w.opt.Now()
	switch {
	case w.trouble.now:
		missing := lost - w.trouble.lost
		w.trouble = trouble{}
		w.failing.Store(false)
		text := "The history is written again. Nothing was lost."
		if missing > 0 {
			text = fmt.Sprintf("The history is written again. %d events in between were not kept.", missing)
		}
		w.opt.Report(Notice{
			Code: NoticeWritable, Severity: event.SeverityInfo, Title: "History is kept again",
			Text: text, Path: w.f.path, At: now,
		})
	case lost > w.toldLost && (w.toldAt.IsZero() || now.Sub(w.toldAt).Abs() >= tellLosses):
		w.toldAt = now
		w.opt.Report(Notice{
			Code: NoticeOverflow, Severity: event.SeverityWarning, Title: "History has a gap", Path: w.f.path, At: now,
			Text: fmt.Sprintf("Events came faster than the disk could take them: %d are missing in the history. "+
				"Alerts and sums of spend are complete.", lost-w.toldLost),
		})
	default:
		return
	}
	w.toldLost = lost
}

func codeFor(err error) NoticeCode {
	switch {
	case errors.Is(err, ErrFull):
		return NoticeDiskFull
	case errors.Is(err, ErrDamaged):
		return NoticeDamaged
	}
	return NoticeDiskFailed
}

func troubleNotice(code NoticeCode, err error, path string, now time.Time) Notice {
	n := Notice{Code: code, Severity: event.SeverityWarning, Path: path, At: now}
	switch code {
	case NoticeDiskFull:
		n.Title = "Disk full: history pauses"
		n.Text = "There is no room to write the history. Alerts go on. Free some space; Gatewatch tries again by itself."
	case NoticeDamaged:
		n.Title = "History is damaged"
		n.Text = "The history file was damaged while in use. Alerts go on. " +
			"Restart Gatewatch: it puts the file aside and begins a new one."
	default:
		n.Title = "History cannot be written"
		n.Text = "Writing the history failed: " + err.Error() + ". Alerts go on; Gatewatch tries again by itself."
	}
	return n
}
