package state

import (
	"strings"

	"gatewatch/internal/core/event"
)

// Task is an asynchronous job.
type Task struct {
	ID       string  `json:"id"`
	Gateway  string  `json:"gateway"`
	Task     string  `json:"task"`
	Medium   string  `json:"medium"`   // "video", "image" or "batch"
	Status   string  `json:"status"`   // "queued", "processing", "completed", "failed"
	Progress float64 `json:"progress"` // 0–100
	// RemainingMS is the time to go; negative: unknown. Estimated is true if
	// it is our extrapolation, not the gateway's figure.
	RemainingMS int64  `json:"remainingMs"`
	Estimated   bool   `json:"estimated"`
	ResultURL   string `json:"resultUrl"`
	Error       string `json:"error"`
	Message     string `json:"message"`
	Model       string `json:"model"`
	Key         string `json:"key"`
	StartedAt   int64  `json:"startedAt"`
	UpdatedAt   int64  `json:"updatedAt"`
	FinishedAt  int64  `json:"finishedAt"` // 0 while it runs
	Source      string `json:"source"`
	// UsualMS is how long such tasks took, the median of UsualCount of them;
	// 0 where fewer than five were seen from beginning to end.
	UsualMS    int64 `json:"usualMs"`
	UsualCount int64 `json:"usualCount"`
	// Begun is true where its beginning was seen, so that it says how long such
	// tasks take.
	Begun bool `json:"begun"`
	// LostAt is since when nobody knows how it is, of one that has not ended: what
	// told of it was lost, and nothing was told since. 0: it is known.
	LostAt     int64 `json:"lostAt"`
	Remembered int64 `json:"remembered"` // see KeySpend
}

// foldTask folds the progress of tasks in.
func (s *State) foldTask(env *event.Envelope) (known, news bool) {
	if b, is := env.Body.(event.TaskProgressed); is {
		return true, s.taskProgressed(env, b)
	}
	return false, false
}

func taskSeverity(body event.Event) event.Severity {
	if b, is := body.(event.TaskProgressed); is {
		return warnIf(b.Status == event.TaskFailed)
	}
	return ""
}

// taskProgressed moves a task on. It never moves back: a finished task stays
// finished, and progress does not fall within one run.
func (s *State) taskProgressed(env *event.Envelope, b event.TaskProgressed) bool {
	tid := id(env.Source.Gateway, string(b.Task))
	t, known := s.live.Tasks[tid]
	at := eventTime(env, b.At)
	s.charged(env, &b, t.StartedAt)
	if !known {
		if len(s.live.Tasks) >= maxTasks {
			s.Overflow++
			return true
		}
		if t, known = s.rememberedTask(string(env.Source.Gateway), tid); !known {
			t = newTask(env, &b, at)
		}
	}
	if known && (t.FinishedAt > 0 || at < t.UpdatedAt) {
		return false
	}
	began := known && t.Begun || !known && (b.Status == event.TaskQueued || b.Progress == 0)
	t.progress(b, at)
	t.Begun = began
	if began && t.Status == string(event.TaskCompleted) {
		s.taskTimes.add(&t)
	}
	t.UsualMS, t.UsualCount = s.taskTimes.usual(&t)
	t.Source, t.UpdatedAt, t.LostAt = env.Source.String(), at, 0
	s.live.Tasks[tid] = t
	s.dirty.tasks[tid] = true
	return true
}

// newTask is a task that is told of for the first time. When it began is not known
// of one that has ended by then.
func newTask(env *event.Envelope, b *event.TaskProgressed, at int64) Task {
	g := string(env.Source.Gateway)
	t := Task{ID: id(env.Source.Gateway, string(b.Task)), Gateway: g, Task: string(b.Task), Medium: string(b.Medium), RemainingMS: -1, StartedAt: at}
	if b.Status.Final() {
		t.StartedAt = 0
	}
	return t
}

// progress copies what the event says and leaves alone what it does not.
func (t *Task) progress(b event.TaskProgressed, at int64) {
	restarted := t.Status == string(event.TaskProcessing) && b.Status == event.TaskQueued
	t.Status = string(b.Status)
	if b.Progress >= 0 && (b.Progress > t.Progress || restarted) {
		t.Progress = min(b.Progress, 100)
	}
	for _, f := range []struct {
		to   *string
		from string
	}{
		{&t.ResultURL, b.ResultURL},
		{&t.Error, b.Error},
		{&t.Message, b.Message},
		{&t.Model, b.Model},
		{&t.Key, string(b.Key)},
	} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	t.RemainingMS, t.Estimated = remaining(t, b, at)
	if b.Status.Final() {
		t.FinishedAt, t.RemainingMS, t.Estimated = max(at, 1), -1, false
		if b.Status == event.TaskCompleted {
			t.Progress = 100
		}
	}
}

// remaining is the gateway's figure, else extrapolated from the pace so far
// (once a twentieth is done: before that the pace means nothing).
func remaining(t *Task, b event.TaskProgressed, at int64) (left int64, estimated bool) {
	if b.Remaining >= 0 {
		return int64(b.Remaining * 1000), false
	}
	if b.Status != event.TaskProcessing || t.Progress < 5 || at <= t.StartedAt {
		return -1, false
	}
	return int64(float64(at-t.StartedAt) * (100 - t.Progress) / t.Progress), true
}

// tasksLost notes of the tasks that a connection told of, or that the same half of
// the gateway was asked for, that nothing is known of them: it was lost, and how
// they are now nobody says until something is told of them again.
func (s *State) tasksLost(l *Link) {
	if event.Plane(l.Plane) != event.PlaneCore {
		return
	}
	for tid, t := range s.live.Tasks {
		if t.Gateway != l.Gateway || t.FinishedAt > 0 || t.LostAt > 0 || !strings.HasPrefix(t.Source, "rest:") && t.Source != "hub:"+l.Hub {
			continue
		}
		t.LostAt, t.RemainingMS, t.Estimated = max(l.LostAt, 1), -1, false
		s.live.Tasks[tid] = t
		s.dirty.tasks[tid] = true
	}
}
