package wire

import (
	"strings"

	"gatewatch/internal/core/event"
)

// taskRows are the targets of generated images and videos.
var taskRows = map[string]row{
	"VideoGenerationProgress":  {object: frequent(readTaskProgress(event.MediumVideo))},
	"ImageGenerationProgress":  {object: frequent(readTaskProgress(event.MediumImage))},
	"TaskProgress":             {object: object(readTaskProgress(event.MediumVideo)), positional: readBatchProgress},
	"TaskCompleted":            {object: object(readTaskCompleted(event.MediumVideo)), positional: readBatchCompleted},
	"ImageGenerationStarted":   {object: object(readTaskStarted(event.MediumImage))},
	"ImageGenerationCompleted": {object: object(readTaskCompleted(event.MediumImage))},
	"ImageGenerationFailed":    {object: object(readImageFailed)},
	"ImageGenerationCancelled": {object: object(readTaskCancelled(event.MediumImage))},
	"VideoGenerationStarted":   {object: object(readTaskStarted(event.MediumVideo))},
	"VideoGenerationCompleted": {object: object(readTaskCompleted(event.MediumVideo))},
	"VideoGenerationFailed":    {object: object(readVideoFailed)},
	"VideoGenerationCancelled": {object: object(readTaskCancelled(event.MediumVideo))},
}

// taskEvent is any event of an image or video task that is one object.
type taskEvent struct {
	task, status, progress, percentage          value
	remaining, estimated, remainingSeconds      value
	resultURL, videoURL, imageURLs              value
	err, errorMessage, reason, message, status2 value
	model, key, retryable, nextRetry, success   value
	at, startedAt, completedAt, failedAt        value
	cancelledAt                                 value
}

func (w *taskEvent) slot(name []byte) *value {
	switch string(name) {
	case "taskId":
		return &w.task
	case "status":
		return &w.status
	case "progress":
		return &w.progress
	case "progressPercentage":
		return &w.percentage
	case "estimatedTimeRemaining":
		return &w.remaining
	case "estimatedSecondsRemaining":
		return &w.remainingSeconds
	case "estimatedSeconds":
		return &w.estimated
	case "resultUrl":
		return &w.resultURL
	case "videoUrl":
		return &w.videoURL
	case "imageUrls":
		return &w.imageURLs
	case "error":
		return &w.err
	case "errorMessage":
		return &w.errorMessage
	case "reason":
		return &w.reason
	case "message":
		return &w.message
	case "statusMessage":
		return &w.status2
	case "model":
		return &w.model
	case "virtualKeyId":
		return &w.key
	case "isRetryable":
		return &w.retryable
	case "nextRetryAt":
		return &w.nextRetry
	case "isSuccess":
		return &w.success
	case "timestamp":
		return &w.at
	case "startedAt":
		return &w.startedAt
	case "completedAt":
		return &w.completedAt
	case "failedAt":
		return &w.failedAt
	case "cancelledAt":
		return &w.cancelledAt
	}
	return nil
}

// task is what all task events have in common.
func (d *Decoder) task(medium event.Medium, w *taskEvent) event.TaskProgressed {
	f := event.TaskProgressed{
		Task: event.TaskID(d.needID("taskId", w.task)), Medium: medium,
		Progress: -1, Remaining: -1,
		Error:   d.text(firstGiven(w.err, w.errorMessage)),
		Message: d.text(firstGiven(w.message, w.status2)),
		Model:   known(d.text(w.model)), Key: event.KeyID(d.id(w.key)),
		ResultURL: d.resultURL(w),
		At:        d.timestampOrNow(w.at, w.startedAt, w.completedAt, w.failedAt, w.cancelledAt),
	}
	if p := firstGiven(w.progress, w.percentage); p != nil {
		n, ok := p.number()
		if !ok {
			d.wrong("progress", "not a number")
		}
		f.Progress = max(0, min(100, n))
	}
	if r := firstGiven(w.remaining, w.remainingSeconds); r != nil {
		if t, ok := r.span(); ok && t >= 0 {
			f.Remaining = t.Seconds()
		}
	}
	return f
}

// resultURL is the address of what was made: the web's, or a path of the
// gateway. Anything else, such as a script, is not kept.
func (d *Decoder) resultURL(w *taskEvent) string {
	v := firstGiven(w.resultURL, w.videoURL)
	if v == nil && w.imageURLs.given() {
		d.each(w.imageURLs, func(e value) {
			if v == nil {
				v = e
			}
		})
	}
	if v.kind() != '"' || len(v) == 2 {
		return ""
	}
	s, _ := v.unquote()
	if _, altered := clean(s, maxURL); altered || len(s) > maxURL || !webAddress(s) {
		d.counts.Cleaned++
		return ""
	}
	return s
}

func webAddress(s string) bool {
	lower := strings.ToLower(s[:min(len(s), 8)])
	return strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "http://") ||
		strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//")
}

// readTaskProgress makes a reader of progress, in the contract's or a real
// gateway's form, for one medium.
func readTaskProgress(medium event.Medium) func(*Decoder, *taskEvent) {
	return func(d *Decoder, w *taskEvent) {
		f := d.task(medium, w)
		switch status := d.word(w.status); status {
		case "":
			if w.percentage == nil || w.status.given() { // the acknowledged form has none
				d.wrong("status", "missing or not a status")
			}
			f.Status = event.TaskProcessing
		case "queued", "pending", "queueing":
			f.Status = event.TaskQueued
		case "completed", "succeeded":
			f.Status = event.TaskCompleted
		case "failed", "timedout", "timed_out":
			f.Status = event.TaskFailed
		case "cancelled", "canceled":
			f.Status, f.Progress = event.TaskFailed, -1
			f.Error = "cancelled"
		default: // processing, storing, preparing …: words for people
			f.Status = event.TaskProcessing
			if f.Message == "" && status != "processing" {
				f.Message = d.text(w.status)
			}
		}
		d.goesOn(f)
	}
}

// goesOn reports an event that makes an earlier failure of its task no news.
func (d *Decoder) goesOn(f event.TaskProgressed) {
	if d.bad == "" {
		d.attempted(f.Task)
	}
	d.emitEvent(f)
}

func readTaskStarted(medium event.Medium) func(*Decoder, *taskEvent) {
	return func(d *Decoder, w *taskEvent) {
		f := d.task(medium, w)
		// The gateway's estimate is a constant 60 s: no estimate.
		f.Status, f.Progress, f.Remaining = event.TaskProcessing, 0, -1
		d.goesOn(f)
	}
}

func readTaskCompleted(medium event.Medium) func(*Decoder, *taskEvent) {
	return func(d *Decoder, w *taskEvent) {
		f := d.task(medium, w)
		f.Status, f.Progress, f.Remaining = event.TaskCompleted, 100, 0
		if is, ok := w.success.truth(); ok && !is {
			f.Status, f.Progress, f.Remaining = event.TaskFailed, -1, -1
		}
		d.goesOn(f)
	}
}

// readVideoFailed: a failure with a next attempt is a task that waits.
func readVideoFailed(d *Decoder, w *taskEvent) {
	f := d.task(event.MediumVideo, w)
	f.Status = event.TaskFailed
	if retry, _ := w.retryable.truth(); retry && w.nextRetry.given() {
		f.Status = event.TaskQueued
	}
	d.goesOn(f)
}

// readImageFailed: the gateway tries an image up to four times within twelve
// seconds and calls every attempt failed. The task goes on until nothing more
// is heard of it for retryWait.
func readImageFailed(d *Decoder, w *taskEvent) {
	f := d.task(event.MediumImage, w)
	if d.bad != "" {
		return
	}
	final := f
	final.Status = event.TaskFailed
	f.Status, f.Message = event.TaskProcessing, "attempt failed; the gateway may try again"
	d.emitEvent(f)
	d.holdFailure(final)
}

func readTaskCancelled(medium event.Medium) func(*Decoder, *taskEvent) {
	return func(d *Decoder, w *taskEvent) {
		f := d.task(medium, w)
		f.Status, f.Error = event.TaskFailed, "cancelled"
		if f.Message == "" {
			f.Message = d.text(w.reason)
		}
		d.goesOn(f)
	}
}
