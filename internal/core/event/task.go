package event

import "time"

// Medium is what a task makes.
type Medium string

// The media.
const (
	MediumImage Medium = "image"
	MediumVideo Medium = "video"
	MediumBatch Medium = "batch"
)

// TaskStatus is where a task is in its life.
type TaskStatus string

// The statuses; completed and failed are final.
const (
	TaskQueued     TaskStatus = "queued"
	TaskProcessing TaskStatus = "processing"
	TaskCompleted  TaskStatus = "completed"
	TaskFailed     TaskStatus = "failed"
)

// Final reports whether nothing more is expected of a task.
func (s TaskStatus) Final() bool { return s == TaskCompleted || s == TaskFailed }

// TaskProgressed says how far an asynchronous task is.
type TaskProgressed struct {
	Task   TaskID     `json:"task"`
	Medium Medium     `json:"medium"`
	Status TaskStatus `json:"status"`
	// Progress is 0–100; negative where the event did not say.
	Progress float64 `json:"progress"`
	// Remaining is the gateway's estimate in seconds; negative where unknown.
	Remaining float64   `json:"remaining"`
	ResultURL string    `json:"resultUrl,omitempty"`
	Error     string    `json:"error,omitempty"`
	Message   string    `json:"message,omitempty"`
	Model     string    `json:"model,omitempty"`
	Key       KeyID     `json:"key,omitempty"`
	At        time.Time `json:"at,omitzero"`
	// Charges is what a batch that ended charged which keys, from Began on.
	Charges []BatchCharge `json:"charges,omitempty"`
	Began   time.Time     `json:"began,omitzero"`
}

// BatchCharge is what one item of a batch charged a key.
type BatchCharge struct {
	Key    KeyID   `json:"key"`
	Amount NanoUSD `json:"amount"`
}

// Kind implements Event.
func (TaskProgressed) Kind() Kind { return "task.progressed" }

var _ = register[TaskProgressed]()
