package run

import (
	"slices"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
)

// Bounds of what is remembered of task times.
const (
	maxRunning = 1000 // tasks whose start is remembered
	maxTimes   = 200  // durations per model; p99 of them is the second longest
	maxModels  = 500
	// runningFor is how long after its last step a task counts as running: the end
	// of one that said nothing for longer was missed.
	runningFor = 24 * time.Hour
	// learnedFor is how long what was learned of a model is believed without a
	// further task of it.
	learnedFor = 60 * 24 * time.Hour
)

// taskDurations learns how long tasks of a model take. Only the engine's goroutine
// uses it.
type taskDurations struct {
	running map[string]*runningTask
	models  map[string]*modelDurations // by gateway/model
}

type runningTask struct {
	model       string
	began, last time.Time
	steps       []time.Duration
}

type modelDurations struct {
	took  []time.Duration // newest last
	steps []time.Duration
	at    time.Time // of the last one
}

// taskSamples is what was learned of a model, for the next run.
type taskSamples struct {
	Took  []time.Duration `json:"took"`
	Steps []time.Duration `json:"steps"`
	At    time.Time       `json:"at"`
}

func newTaskDurations() *taskDurations {
	return &taskDurations{running: map[string]*runningTask{}, models: map[string]*modelDurations{}}
}

// observe takes a step of a task in; it reports whether what is known of a model
// changed.
func (t *taskDurations) observe(env event.Envelope, b event.TaskProgressed) bool {
	id := string(env.Source.Gateway) + "/" + string(b.Task)
	r := t.running[id]
	if r == nil {
		if b.Status.Final() {
			return false
		}
		if len(t.running) >= maxRunning {
			t.dropLost(env.At)
		}
		t.running[id] = &runningTask{model: b.Model, began: env.At, last: env.At}
		return false
	}
	if b.Model != "" {
		r.model = b.Model
	}
	r.steps = append(r.steps, env.At.Sub(r.last))
	r.last = env.At
	if !b.Status.Final() {
		return false
	}
	delete(t.running, id)
	if b.Status != event.TaskCompleted || r.model == "" {
		return false
	}
	return t.finished(string(env.Source.Gateway)+"/"+r.model, r)
}

func (t *taskDurations) finished(model string, r *runningTask) bool {
	m := t.models[model]
	if m == nil {
		if len(t.models) >= maxModels {
			t.dropOldModel()
		}
		m = &modelDurations{}
		t.models[model] = m
	}
	m.at = r.last
	m.took = newest(append(m.took, r.last.Sub(r.began)))
	m.steps = newest(append(m.steps, r.steps...))
	return true
}

// dropLost makes room: tasks whose end was missed leave, or the one that said
// nothing for longest.
func (t *taskDurations) dropLost(now time.Time) {
	oldest := ""
	for id, r := range t.running {
		if now.Sub(r.last) >= runningFor {
			delete(t.running, id)
		} else if oldest == "" || r.last.Before(t.running[oldest].last) {
			oldest = id
		}
	}
	if len(t.running) >= maxRunning {
		delete(t.running, oldest)
	}
}

// dropOldModel makes room for another model: the one of which nothing ended for
// longest leaves.
func (t *taskDurations) dropOldModel() {
	oldest := ""
	for id, m := range t.models {
		if oldest == "" || m.at.Before(t.models[oldest].at) {
			oldest = id
		}
	}
	delete(t.models, oldest)
}

// samples is what was learned, for the next run, without what is too old to be
// believed.
func (t *taskDurations) samples(now time.Time) map[string]taskSamples {
	all := map[string]taskSamples{}
	for id, m := range t.models {
		if now.Sub(m.at) >= learnedFor {
			delete(t.models, id)
			continue
		}
		all[id] = taskSamples{slices.Clone(m.took), slices.Clone(m.steps), m.at}
	}
	return all
}

// restore begins with what an earlier run learned.
func (t *taskDurations) restore(all map[string]taskSamples, now time.Time) {
	for id, m := range all {
		if len(m.Took) > 0 && len(m.Steps) > 0 && now.Sub(m.At) < learnedFor && len(t.models) < maxModels {
			t.models[id] = &modelDurations{took: newest(m.Took), steps: newest(m.Steps), at: m.At}
		}
	}
}

func newest(d []time.Duration) []time.Duration { return d[max(0, len(d)-maxTimes):] }

// all is what the rules want to know.
func (t *taskDurations) all() map[string]alert.TaskTimes {
	out := make(map[string]alert.TaskTimes, len(t.models))
	for id, m := range t.models {
		took := slices.Clone(m.took)
		slices.Sort(took)
		out[id] = alert.TaskTimes{
			N: len(took), P99: took[min(len(took)-1, len(took)*99/100)], Step: median(slices.Clone(m.steps)),
		}
	}
	return out
}

// Record implements engine.Recorder.
func (p *Program) Record(env event.Envelope) {
	b, ok := env.Body.(event.TaskProgressed)
	if ok && p.times.observe(env, b) {
		p.inputs.TaskTimes = p.times.all()
		p.rules.evaluator.SetInputs(p.inputs)
	}
}
