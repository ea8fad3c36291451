package run

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/event"
	"gatewatch/internal/history"
	"gatewatch/internal/state"
)

const (
	usualEvery = 15 * time.Minute
	// usualWeeks is how many earlier weeks a slot of the week is compared
	// with, and usualLeast how many of them must have been watched.
	usualWeeks = 5
	usualLeast = 3
)

const week = 7 * 24 * time.Hour

// startUsual tells the rules now and then what keys usually spend at this hour
// of the week, and which are silent that usually are not, from the history.
func (p *Program) startUsual(ctx context.Context) {
	if p.memory.db == nil {
		return
	}
	p.background(ctx, "usual spend", func(ctx context.Context) error {
		t := time.NewTicker(usualEvery)
		defer t.Stop()
		for {
			p.learnUsual(ctx, time.Now())
			select {
			case <-ctx.Done():
				return nil
			case <-t.C:
			}
		}
	})
}

// learnUsual reads the sums and hands them to the rules.
func (p *Program) learnUsual(ctx context.Context, now time.Time) {
	lines, err := p.memory.db.SpendSeries(ctx, history.SpendQuery{
		Range: history.Range{From: now.Add(-usualWeeks*week - 2*time.Hour), To: now}, Step: history.StepHour, GroupBy: history.GroupKey,
	})
	if err != nil {
		if ctx.Err() == nil {
			p.log.Warn("usual spend cannot be read", "cause", err)
		}
		return
	}
	usual, idle := map[string]alert.UsualSpend{}, map[string]time.Duration{}
	for _, l := range lines {
		id := string(l.Gateway) + "/" + l.Group
		if u, ok := usualOf(l.Points, now); ok {
			usual[id] = u
		}
		if d, ok := idleOf(l.Points, now); ok {
			idle[id] = d
		}
	}
	_ = p.engine.Do(ctx, func(*state.State) {
		p.inputs.Usual, p.inputs.Idle = usual, idle
		p.judge.rules.SetInputs(p.inputs)
	})
}

// usualOf is what was spent in a quarter of an hour at this hour of the week,
// in the weeks since the first booking: the median and the median distance
// from it. An hour without a booking counts as nothing spent.
func usualOf(points []history.SpendPoint, now time.Time) (alert.UsualSpend, bool) {
	if len(points) == 0 {
		return alert.UsualSpend{}, false
	}
	first := slices.MinFunc(points, func(a, b history.SpendPoint) int { return a.At.Compare(b.At) }).At
	by := map[int64]event.NanoUSD{}
	for _, x := range points {
		by[x.At.Unix()/3600] += x.Amount
	}
	var slots []event.NanoUSD
	for w := 1; w <= usualWeeks; w++ {
		at := now.Add(-time.Duration(w) * week)
		if at.Before(first) {
			break
		}
		slots = append(slots, by[at.Unix()/3600]/4)
	}
	if len(slots) < usualLeast {
		return alert.UsualSpend{}, false
	}
	u := alert.UsualSpend{Median: median(slots)}
	for i, s := range slots {
		slots[i] = max(s-u.Median, u.Median-s)
	}
	u.Deviation = median(slots)
	return u, true
}

// idleLeast is in how many of the last weeks a key must have been active in
// this hour for its silence to say something.
const idleLeast = 4

// idleOf is for how long, at least, nothing was booked of a key that is
// usually active in this hour of the week. Bookings are kept by the hour, so
// the last one counts as made at the end of its hour.
func idleOf(points []history.SpendPoint, now time.Time) (time.Duration, bool) {
	active, last := map[int64]bool{}, time.Time{}
	for _, x := range points {
		if x.Requests == 0 && x.Amount == 0 {
			continue
		}
		active[x.At.Unix()/3600] = true
		if x.At.After(last) {
			last = x.At
		}
	}
	weeks := 0
	for w := 1; w <= usualWeeks; w++ {
		if active[now.Add(-time.Duration(w)*week).Unix()/3600] {
			weeks++
		}
	}
	idle := now.Sub(last.Add(time.Hour))
	return idle, weeks >= idleLeast && idle > 0
}

// median of a non-empty list, which it sorts.
func median[T cmp.Ordered](v []T) T {
	slices.Sort(v)
	return v[len(v)/2]
}

// Bounds of what is remembered of task times.
const (
	maxRunning = 1000 // tasks whose start is remembered
	maxTimes   = 200  // durations per model; p99 of them is the second longest
	maxModels  = 500
)

// taskTimes learns how long tasks of a model take. Only the engine's goroutine
// uses it.
type taskTimes struct {
	running map[string]*runningTask
	models  map[string]*modelTimes // by gateway/model
}

type runningTask struct {
	model       string
	began, last time.Time
	steps       []time.Duration
}

type modelTimes struct {
	took  []time.Duration // newest last
	steps []time.Duration
}

func newTaskTimes() *taskTimes {
	return &taskTimes{running: map[string]*runningTask{}, models: map[string]*modelTimes{}}
}

// learn takes a step of a task in; it reports whether what is known of a model
// changed.
func (t *taskTimes) learn(env event.Envelope, b event.TaskProgressed) bool {
	id := string(env.Source.Gateway) + "/" + string(b.Task)
	r := t.running[id]
	if r == nil {
		if b.Status.Final() || len(t.running) >= maxRunning {
			return false
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

func (t *taskTimes) finished(model string, r *runningTask) bool {
	m := t.models[model]
	if m == nil {
		if len(t.models) >= maxModels {
			return false
		}
		m = &modelTimes{}
		t.models[model] = m
	}
	m.took = newest(append(m.took, r.last.Sub(r.began)))
	m.steps = newest(append(m.steps, r.steps...))
	return true
}

func newest(d []time.Duration) []time.Duration { return d[max(0, len(d)-maxTimes):] }

// all is what the rules want to know.
func (t *taskTimes) all() map[string]alert.TaskTimes {
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
	if ok && p.times.learn(env, b) {
		p.inputs.TaskTimes = p.times.all()
		p.judge.rules.SetInputs(p.inputs)
	}
}
