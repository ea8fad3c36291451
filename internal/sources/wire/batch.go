package wire

import (
	"strconv"

	"gatewatch/internal/core/event"
)

// The positional events of the task hub: batch operations.

// batchRows are the targets of batch operations.
var batchRows = map[string]row{
	"TaskStarted":             {positional: readBatchStarted},
	"TaskFailed":              {positional: readBatchFailed},
	"TaskCancelled":           {positional: readBatchCancelled},
	"TaskTimedOut":            {positional: readBatchTimedOut},
	"TaskRetrying":            {positional: readBatchRetrying},
	"BatchOperationStarted":   {object: object(readBatchOperation(event.TaskProcessing, ""))},
	"BatchOperationProgress":  {object: object(readBatchOperation(event.TaskProcessing, ""))},
	"BatchOperationCompleted": {object: object(readBatchOperation(event.TaskCompleted, ""))},
	"BatchOperationFailed":    {object: object(readBatchOperation(event.TaskFailed, "failed"))},
	"BatchOperationCancelled": {object: object(readBatchOperation(event.TaskFailed, "cancelled"))},
}

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
	d.emitEvent(f)
}

func readBatchProgress(d *Decoder, args []value) {
	f := d.batchTask(args, event.TaskProcessing)
	n, ok := arg(args, 1).number()
	if !ok {
		d.wrong("progress", "missing or not a number")
	}
	f.Progress = max(0, min(100, n))
	f.Message = d.text(arg(args, 2))
	d.emitEvent(f)
}

// batchResult is the second argument of TaskCompleted, and the body of the
// BatchOperation events.
type batchResult struct {
	operation, kind, status, total, succeeded, failed value
	errors, err, reason, message, key, items          value
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
	case "processedItems":
		return &w.items
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
		if kind = d.text(w.kind); kind == "spend_update" {
			f.Charges, f.Began = d.charges(w.items), d.timestamp(w.startedAt)
		}
	}
	d.emitEvent(f)
	if kind == "spend_update" && f.Status == event.TaskCompleted {
		d.emitEvent(event.RefreshAdvised{Topic: event.RefreshSpend, Reason: "a batch charged virtual keys", At: d.now})
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

// maxCharges is how many items of one batch are told apart.
const maxCharges = 1000

// charges is what the items of a batch of spends charged.
func (d *Decoder) charges(items value) (all []event.BatchCharge) {
	if !items.given() {
		return nil
	}
	d.each(items, func(v value) {
		var w processedItem
		if v.kind() != '{' || len(all) >= maxCharges {
			return
		}
		d.fill(v, false, &w, nil)
		if good, _ := w.success.truth(); !good || w.data.kind() != '{' {
			return
		}
		var c itemCharge
		d.fill(w.data, false, &c, nil)
		key := event.KeyID(d.id(c.key))
		if n, _ := d.money("amount", c.amount); key != "" && n > 0 {
			all = append(all, event.BatchCharge{Key: key, Amount: n})
		}
	})
	return all
}

// processedItem is one entry of a batch's items, itemCharge what it charged.
type (
	processedItem struct{ success, data value }
	itemCharge    struct{ key, amount value }
)

func (w *processedItem) slot(name []byte) *value {
	switch string(name) {
	case "success":
		return &w.success
	case "data":
		return &w.data
	}
	return nil
}

func (w *itemCharge) slot(name []byte) *value {
	switch string(name) {
	case "virtualKeyId":
		return &w.key
	case "amount":
		return &w.amount
	}
	return nil
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
	d.emitEvent(f)
}

func readBatchCancelled(d *Decoder, args []value) {
	f := d.batchTask(args, event.TaskFailed)
	f.Error, f.Message = "cancelled", d.text(arg(args, 1))
	d.emitEvent(f)
}

func readBatchTimedOut(d *Decoder, args []value) {
	f := d.batchTask(args, event.TaskFailed)
	f.Error = "timed out"
	if t, ok := arg(args, 1).span(); ok {
		f.Error += " after " + t.String()
	}
	d.emitEvent(f)
}

func readBatchRetrying(d *Decoder, args []value) {
	f := d.batchTask(args, event.TaskQueued)
	f.Message = "attempt " + d.text(arg(args, 1))
	if t, ok := arg(args, 2).span(); ok {
		f.Message += " in " + t.String()
	}
	d.emitEvent(f)
}

// readBatchOperation makes a reader of the BatchOperation events.
func readBatchOperation(status event.TaskStatus, why string) func(*Decoder, *batchResult) {
	return func(d *Decoder, w *batchResult) {
		f := event.TaskProgressed{
			Task: event.TaskID(d.needID("operationId", w.operation)), Medium: event.MediumBatch,
			Status: status, Progress: -1, Remaining: -1,
			Key: event.KeyID(d.id(w.key)), Message: d.text(firstGiven(w.message, w.reason, w.kind)),
			Error: d.text(w.err),
			At:    d.timestampOrNow(w.at, w.completedAt, w.failedAt, w.cancelledAt, w.startedAt),
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
		d.emitEvent(f)
	}
}
