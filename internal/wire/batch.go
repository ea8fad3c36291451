package wire

import (
	"strconv"

	"gatewatch/internal/event"
)

// The positional events of the task hub: batch operations.

// batchTask reads the first argument of them all.
func (d *Decoder) batchTask(args []value, status event.TaskStatus) event.TaskProgressed {
	return event.TaskProgressed{
		Task: event.TaskID(d.needID("taskId", arg(args, 0))), Medium: event.MediumBatch,
		Status: status, Progress: -1, Remaining: -1, At: d.now,
	}
}

// arg is an argument by number; absent if there are fewer.
func arg(args []value, i int) value {
	if i < len(args) {
		return args[i]
	}
	return nil
}

// batchMetadata is the third argument of TaskStarted.
type batchMetadata struct{ key, total value }

func (w *batchMetadata) slot(name []byte) *value {
	switch string(name) {
	case "virtualKeyId":
		return &w.key
	case "totalItems":
		return &w.total
	}
	return nil
}

func readBatchStarted(d *Decoder, args []value) {
	f := d.batchTask(args, event.TaskProcessing)
	f.Progress = 0
	f.Message = d.text(arg(args, 1))
	if meta := arg(args, 2); meta.kind() == '{' {
		var w batchMetadata
		d.fill(meta, false, &w, nil)
		f.Key = event.KeyID(d.id(w.key))
		if n := w.total.whole(); n > 0 {
			f.Message += ": " + strconv.Itoa(n) + " items"
		}
	}
	d.tell(f)
}

func readBatchProgress(d *Decoder, args []value) {
	f := d.batchTask(args, event.TaskProcessing)
	n, ok := arg(args, 1).number()
	if !ok {
		d.wrong("progress", "missing or not a number")
	}
	f.Progress = max(0, min(100, n))
	f.Message = d.text(arg(args, 2))
	d.tell(f)
}

// batchResult is the second argument of TaskCompleted, and the body of the
// BatchOperation events.
type batchResult struct {
	operation, kind, status, total, succeeded, failed value
	errors, err, reason, message, key                 value
	percentage, remaining                             value
	at, startedAt, completedAt, failedAt, cancelledAt value
}

func (w *batchResult) slot(name []byte) *value {
	switch string(name) {
	case "operationId":
		return &w.operation
	case "operationType":
		return &w.kind
	case "status":
		return &w.status
	case "totalItems":
		return &w.total
	case "successCount":
		return &w.succeeded
	case "failedCount":
		return &w.failed
	case "errors":
		return &w.errors
	case "error":
		return &w.err
	case "reason":
		return &w.reason
	case "message", "resultSummary":
		return &w.message
	case "virtualKeyId":
		return &w.key
	case "progressPercentage":
		return &w.percentage
	case "estimatedTimeRemaining":
		return &w.remaining
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

// itemError is one entry of a batch's errors.
type itemError struct{ item, err value }

func (w *itemError) slot(name []byte) *value {
	switch string(name) {
	case "itemIdentifier":
		return &w.item
	case "error":
		return &w.err
	}
	return nil
}

func readBatchCompleted(d *Decoder, args []value) {
	f := d.batchTask(args, event.TaskCompleted)
	f.Progress, f.Remaining = 100, 0
	kind := ""
	if result := arg(args, 1); result.kind() == '{' {
		var w batchResult
		d.fill(result, false, &w, nil)
		d.batchOutcome(&f, &w)
		kind = d.text(w.kind)
	}
	d.tell(f)
	if kind == "spend_update" && f.Status == event.TaskCompleted {
		d.tell(event.ReadAdvised{Topic: event.ReadSpend, Reason: "a batch charged virtual keys", At: d.now})
	}
}

// batchOutcome says how a batch ended. The gateway calls it completed however
// many items failed.
func (d *Decoder) batchOutcome(f *event.TaskProgressed, w *batchResult) {
	total, failed := w.total.whole(), w.failed.whole()
	switch d.word(w.status, "queued", "running", "paused", "completed", "failed", "cancelled", "partiallycompleted") {
	case "failed":
		f.Status = event.TaskFailed
	case "cancelled":
		f.Status, f.Error = event.TaskFailed, "cancelled"
	}
	if failed <= 0 {
		return
	}
	f.Message = strconv.Itoa(failed) + " of " + strconv.Itoa(total) + " items failed"
	if failed >= total {
		f.Status = event.TaskFailed
	}
	if f.Error == "" {
		f.Error = d.firstError(w.errors)
	}
}

// firstError is the first of a batch's errors, with its item.
func (d *Decoder) firstError(errors value) string {
	text, first := "", true
	if !errors.given() {
		return ""
	}
	d.each(errors, func(v value) {
		if first && v.kind() == '{' {
			var w itemError
			d.fill(v, false, &w, nil)
			text, _ = clean(d.text(w.item)+": "+d.text(w.err), maxRunes)
		}
		first = false
	})
	return text
}

func readBatchFailed(d *Decoder, args []value) {
	f := d.batchTask(args, event.TaskFailed)
	f.Error = d.text(arg(args, 1))
	d.tell(f)
}

func readBatchCancelled(d *Decoder, args []value) {
	f := d.batchTask(args, event.TaskFailed)
	f.Error, f.Message = "cancelled", d.text(arg(args, 1))
	d.tell(f)
}

func readBatchTimedOut(d *Decoder, args []value) {
	f := d.batchTask(args, event.TaskFailed)
	f.Error = "timed out"
	if t, ok := arg(args, 1).span(); ok {
		f.Error += " after " + t.String()
	}
	d.tell(f)
}

func readBatchRetrying(d *Decoder, args []value) {
	f := d.batchTask(args, event.TaskQueued)
	f.Message = "attempt " + d.text(arg(args, 1))
	if t, ok := arg(args, 2).span(); ok {
		f.Message += " in " + t.String()
	}
	d.tell(f)
}

// readBatchOperation makes a reader of the BatchOperation events.
func readBatchOperation(status event.TaskStatus, why string) func(*Decoder, *batchResult) {
	return func(d *Decoder, w *batchResult) {
		f := event.TaskProgressed{
			Task: event.TaskID(d.needID("operationId", w.operation)), Medium: event.MediumBatch,
			Status: status, Progress: -1, Remaining: -1,
			Key: event.KeyID(d.id(w.key)), Message: d.text(firstGiven(w.message, w.reason, w.kind)),
			Error: d.text(w.err),
			At:    d.at(w.at, w.completedAt, w.failedAt, w.cancelledAt, w.startedAt),
		}
		if p := w.percentage.optional(); p > 0 { // the gateway always sends 0
			f.Progress = min(100, p)
		}
		if t, ok := w.remaining.span(); ok && t >= 0 {
			f.Remaining = t.Seconds()
		}
		if f.Error == "" {
			f.Error = why
		}
		if status == event.TaskCompleted {
			f.Progress, f.Remaining = 100, 0
			d.batchOutcome(&f, w)
		}
		d.tell(f)
	}
}
