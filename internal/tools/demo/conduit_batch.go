package demo

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// batch is an operation on many items at once, which every client of the task
// hub hears of.
type batch struct {
	id, kind string // kind as in "spend_update"
	parallel int
	by       *virtualKey
	began    time.Time
	over     time.Duration // how long it takes
	items    []batchItem
}

// batchItem is one item of a batch.
type batchItem struct {
	name string // "VKey-3"
	data any    // of its result
	do   func() // what it does
	fail string // not "": it fails with this
}

// The arguments of what the task hub tells of a batch.
type (
	batchMetadata struct {
		OperationType        string `json:"operationType"`
		TotalItems           int    `json:"totalItems"`
		VirtualKeyID         int    `json:"virtualKeyId"`
		Parallelism          int    `json:"parallelism"`
		SupportsCancellation bool   `json:"supportsCancellation"`
		SupportsResume       bool   `json:"supportsResume"`
	}
	batchStarted struct {
		OperationID          string            `json:"operationId"`
		OperationType        string            `json:"operationType"`
		TotalItems           int               `json:"totalItems"`
		VirtualKeyID         int               `json:"virtualKeyId"`
		Parallelism          int               `json:"maxDegreeOfParallelism"`
		SupportsCancellation bool              `json:"supportsCancellation"`
		SupportsResume       bool              `json:"supportsResume"`
		StartedAt            moment            `json:"startedAt"`
		Metadata             map[string]string `json:"metadata"`
	}
	batchResult struct {
		OperationID    string        `json:"operationId"`
		OperationType  string        `json:"operationType"`
		Status         int           `json:"status"`
		TotalItems     int           `json:"totalItems"`
		SuccessCount   int           `json:"successCount"`
		FailedCount    int           `json:"failedCount"`
		Duration       span          `json:"duration"`
		ItemsPerSecond float64       `json:"itemsPerSecond"`
		Errors         []batchError  `json:"errors"`
		ProcessedItems []batchOutput `json:"processedItems"`
		StartedAt      moment        `json:"startedAt"`
		CompletedAt    *moment       `json:"completedAt"`
	}
	batchError struct {
		ItemIndex      int     `json:"itemIndex"`
		ItemIdentifier string  `json:"itemIdentifier"`
		Error          string  `json:"error"`
		StackTrace     *string `json:"stackTrace"`
		ErrorTime      moment  `json:"errorTime"`
	}
	batchOutput struct {
		Success        bool    `json:"success"`
		ItemIdentifier string  `json:"itemIdentifier"`
		Error          *string `json:"error"`
		Duration       span    `json:"duration"`
		Data           any     `json:"data"`
	}
	amountOf struct {
		VirtualKeyID int         `json:"virtualKeyId"`
		Amount       json.Number `json:"amount"`
	}
	changesOf struct {
		VirtualKeyID      int      `json:"virtualKeyId"`
		ChangedProperties []string `json:"changedProperties"`
	}
)

// batchDone is the status of every batch that comes to an end.
const batchDone = 3

// spendItem books an amount on a key: twice told, once booked.
func (c *conduit) spendItem(k *virtualKey, amount usd, r *route) batchItem {
	amount -= amount % 1000 // six decimals, as the books have
	return batchItem{
		name: fmt.Sprintf("VKey-%d", k.id),
		data: amountOf{k.id, json.Number(amount.String())},
		do: func() {
			c.tellBatchSpend(k, amount, r)
			c.debit(k.group, amount, usageDeducted)
			spent, balance := k.group.spent, k.group.balance
			c.s.after(c.jitter(8*time.Millisecond, 110*time.Millisecond), func(*stage) error {
				c.tellSpend(k, amount, spent, balance)
				return nil
			})
		},
	}
}

// changeItem changes the settings of a key, which everybody is told of.
func (c *conduit) changeItem(k *virtualKey, change func(), properties []string) batchItem {
	return batchItem{
		name: fmt.Sprintf("VKey-%d", k.id),
		data: changesOf{k.id, properties},
		do: func() {
			change()
			c.changeKey(k)
			c.push(message{
				hub: hubNotifications, target: "ConfigurationChanged",
				args: []any{k.id, "VirtualKeySettings", properties},
			}, false)
		},
	}
}

// run begins a batch. With the bus down it hangs once it has begun, and ends
// cancelled; with Redis down it does not begin.
func (c *conduit) run(b batch) {
	if c.redis.down() || len(b.items) == 0 {
		return
	}
	b.id, b.began = c.guid(), c.s.clock()
	c.push(message{hub: hubTasks, target: "TaskStarted", args: []any{
		b.id, "batch_" + b.kind, batchMetadata{b.kind, len(b.items), b.by.id, b.parallel, true, true},
	}}, false)
	if c.bus.down() {
		c.toCore(func() {
			c.tellProgress(b, len(b.items), 0)
			c.push(message{hub: hubTasks, target: "TaskCancelled", args: []any{b.id, "Operation cancelled by user"}}, false)
		})
		return
	}
	m := toKey(hubTasks, b.by, "BatchOperationStarted", batchStarted{
		b.id, b.kind, len(b.items), b.by.id, b.parallel, true, true, moment(b.began),
		map[string]string{"updateType": strings.Replace(b.kind, "_update", "_batch_update", 1), "source": "batch_operation"},
	})
	m.group = kindGroup(b.by.id, "batch_"+b.kind)
	c.push(m, false)
	for i, item := range b.items {
		at := time.Duration(i+1) * b.over / time.Duration(len(b.items))
		c.s.after(at, func(*stage) error {
			if item.fail == "" && item.do != nil {
				item.do()
			}
			c.tellProgress(b, i+1, b.failed(i+1))
			if i == len(b.items)-1 {
				c.push(message{hub: hubTasks, target: "TaskCompleted", args: []any{b.id, b.result(c.s.clock())}}, false)
			}
			return nil
		})
	}
}

// failed is how many of the first n items fail.
func (b batch) failed(n int) (failed int) {
	for _, item := range b.items[:n] {
		if item.fail != "" {
			failed++
		}
	}
	return failed
}

// tellProgress tells how far a batch is.
func (c *conduit) tellProgress(b batch, done, failed int) {
	n := len(b.items)
	gone := max(c.s.clock().Sub(b.began).Seconds(), 0.01)
	rate := float64(done) / gone
	left := time.Duration(float64(n-done) / rate * float64(time.Second))
	c.push(message{hub: hubTasks, target: "TaskProgress", args: []any{b.id, 100 * done / n, fmt.Sprintf(
		"Processed %d/%d (%d succeeded, %d failed) - %.1f items/sec - ETA: %02d:%02d",
		done, n, done-failed, failed, rate, int(left.Minutes()), int(left.Seconds())%60,
	)}}, false)
}

// result is what a batch came to. When it was completed is never said.
func (b batch) result(now time.Time) batchResult {
	n, failed := len(b.items), b.failed(len(b.items))
	took := max(now.Sub(b.began), 10*time.Millisecond)
	r := batchResult{
		OperationID: b.id, OperationType: b.kind, Status: batchDone, TotalItems: n,
		SuccessCount: n - failed, FailedCount: failed, Duration: span(took),
		ItemsPerSecond: float64(n) / took.Seconds(), Errors: []batchError{}, ProcessedItems: []batchOutput{},
		StartedAt: moment(b.began),
	}
	each := span(took / time.Duration(n))
	for i, item := range b.items {
		out := batchOutput{Success: item.fail == "", ItemIdentifier: item.name, Error: or(item.fail), Duration: each, Data: item.data}
		if item.fail != "" {
			out.Data = nil
			r.Errors = append(r.Errors, batchError{i, item.name, item.fail, nil, moment(now)})
		}
		r.ProcessedItems = append(r.ProcessedItems, out)
	}
	return r
}
