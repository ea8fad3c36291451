package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"gatewatch/internal/core/event"
)

// pathTask is where the Core API reports of one task.
const pathTask = "/v1/tasks/"

// taskForm is the form of a task's id that can be asked for. An id is text
// from elsewhere, and must not become another path.
var taskForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_:-]{0,127}$`)

// CanAskTask reports whether ReadTask can ask for this id.
func CanAskTask(id event.TaskID) bool { return taskForm.MatchString(string(id)) }

// taskRow is a task as the Core API reports it. Its metadata is left out on
// purpose: it holds the plaintext of a virtual key. Only the result's first
// address is taken of what the task made.
type taskRow struct {
	ID        text            `json:"taskId"`
	Type      text            `json:"taskType"`
	State     text            `json:"state"`
	Updated   stamp           `json:"updatedAt"`
	Error     text            `json:"error"`
	Progress  text            `json:"progress"`
	Message   text            `json:"progressMessage"`
	Retryable flag            `json:"isRetryable"`
	NextRetry stamp           `json:"nextRetryAt"`
	Result    json.RawMessage `json:"result"`
}

// taskStates are the gateway's states, as numbers and as words.
var taskStates = map[string]event.TaskStatus{
	"0": event.TaskQueued, "pending": event.TaskQueued,
	"1": event.TaskProcessing, "processing": event.TaskProcessing,
	"2": event.TaskCompleted, "completed": event.TaskCompleted,
	"3": event.TaskFailed, "failed": event.TaskFailed,
	"4": event.TaskFailed, "cancelled": event.TaskFailed,
	"5": event.TaskFailed, "timedout": event.TaskFailed,
}

// ended says what a failed task of some states is.
var ended = map[string]string{"4": "cancelled", "cancelled": "cancelled", "5": "timed out", "timedout": "timed out"}

// ReadTask asks the Core API, with a client that sends a virtual key, how far
// a task is; known is false if it has no such task. The medium is "" if it is
// neither an image nor a video. Errors are those of Client.Get.
func ReadTask(ctx context.Context, c *Client, id event.TaskID) (progress event.TaskProgressed, known bool, err error) {
	if !CanAskTask(id) {
		return progress, false, nil
	}
	body, err := c.Get(ctx, pathTask+string(id))
	if s, ok := errors.AsType[*StatusError](err); ok && s.Status == http.StatusNoContent {
		return progress, false, nil
	}
	if err != nil {
		return progress, false, err
	}
	var row taskRow
	if json.Unmarshal(body, &row) != nil || row.State == "" {
		return progress, false, fmt.Errorf("%w: a task", ErrUnreadable)
	}
	progress, ok := row.progress(id)
	if !ok {
		return progress, false, fmt.Errorf("%w: a task's state", ErrUnreadable)
	}
	return progress, true, nil
}

func (r taskRow) progress(id event.TaskID) (event.TaskProgressed, bool) {
	state := strings.ToLower(string(r.State))
	status, ok := taskStates[state]
	f := event.TaskProgressed{
		Task: id, Status: status, Progress: -1, Remaining: -1,
		Error: string(r.Error), Message: string(r.Message), At: r.Updated.Time,
	}
	switch kind := strings.ToLower(string(r.Type)); {
	case strings.Contains(kind, "image"):
		f.Medium = event.MediumImage
	case strings.Contains(kind, "video"):
		f.Medium = event.MediumVideo
	case strings.Contains(kind, "batch"):
		f.Medium = event.MediumBatch
	}
	var p float64
	if json.Unmarshal([]byte(r.Progress), &p) == nil && p >= 0 && p <= 100 {
		f.Progress = p
	}
	switch {
	case status == event.TaskCompleted:
		f.ResultURL = firstURL(r.Result)
	case status == event.TaskFailed && r.Retryable.on && !r.NextRetry.IsZero():
		f.Status = event.TaskQueued // it will be tried again
	case status == event.TaskFailed && f.Error == "":
		f.Error = ended[state]
	}
	return f, ok
}

// firstURL finds the address of what a task made; "" if there is none.
func firstURL(result json.RawMessage) string {
	var made struct {
		Images []struct{ URL text } `json:"images"`
		URL    text                 `json:"videoUrl"`
	}
	if json.Unmarshal(result, &made) != nil {
		return ""
	}
	u := string(made.URL)
	if u == "" && len(made.Images) > 0 {
		u = string(made.Images[0].URL)
	}
	if !strings.HasPrefix(u, "http://") && !strings.HasPrefix(u, "https://") {
		return ""
	}
	return u
}
