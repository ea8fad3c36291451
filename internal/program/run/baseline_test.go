package run

import (
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/store/history"
)

func TestUsualOf(t *testing.T) {
	now := time.Date(2026, 3, 25, 14, 20, 0, 0, time.UTC)
	at := func(weeks int, hour int, usd float64) history.SpendPoint {
		d := now.Add(-time.Duration(weeks) * week)
		return history.SpendPoint{At: time.Date(d.Year(), d.Month(), d.Day(), hour, 0, 0, 0, time.UTC), Amount: event.USD(usd)}
	}
	for _, c := range []struct {
		name      string
		points    []history.SpendPoint
		ok        bool
		median    float64
		deviation float64
	}{
		{"nothing", nil, false, 0, 0},
		{"two weeks are too few", []history.SpendPoint{at(1, 14, 4), at(2, 14, 4)}, false, 0, 0},
		{"steady", []history.SpendPoint{at(1, 14, 4), at(2, 14, 4), at(3, 14, 4)}, true, 1, 0},
		{"one odd week", []history.SpendPoint{at(1, 14, 4), at(2, 14, 400), at(3, 14, 8), at(4, 14, 4)}, true, 2, 1},
		{"other hours do not count", []history.SpendPoint{at(5, 3, 9), at(1, 15, 9), at(2, 13, 9)}, true, 0, 0},
		{"an idle week is nothing spent", []history.SpendPoint{at(4, 14, 4), at(3, 14, 4), at(1, 14, 4)}, true, 1, 0},
	} {
		u, ok := spendBaseline(c.points, now)
		if ok != c.ok || u.Median != event.USD(c.median) || u.Deviation != event.USD(c.deviation) {
			t.Errorf("%s: %v %v, want %v %v %v", c.name, u, ok, c.ok, c.median, c.deviation)
		}
	}
}

func TestSuddenlyIdle(t *testing.T) {
	now := time.Date(2026, 3, 25, 14, 20, 0, 0, time.UTC)
	hours := func(from, to int, but ...int) (points []history.SpendPoint) { // hours ago
		for ago := from; ago >= to; ago-- {
			if !slices.Contains(but, ago) {
				points = append(points, history.SpendPoint{At: now.Truncate(time.Hour).Add(-time.Duration(ago) * time.Hour), Requests: 3})
			}
		}
		return points
	}
	for _, c := range []struct {
		name   string
		points []history.SpendPoint
		want   time.Duration
		ok     bool
	}{
		{"nothing", nil, 0, false},
		{"around the clock, then silent", hours(28, 3), 140 * time.Minute, true},
		{"with two hours missing", hours(28, 3, 9, 17), 140 * time.Minute, true},
		{"active still", hours(28, 0), 0, false},
		{"an office", hours(28, 3, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20), 0, false},
		{"known for half a day", hours(14, 3), 0, false},
	} {
		if got, ok := suddenIdle(c.points, now); ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %v %v, want %v %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

func TestIdleOf(t *testing.T) {
	now := time.Date(2026, 3, 25, 14, 20, 0, 0, time.UTC)
	at := func(weeks, hour int) history.SpendPoint {
		d := now.Add(-time.Duration(weeks) * week)
		return history.SpendPoint{At: time.Date(d.Year(), d.Month(), d.Day(), hour, 0, 0, 0, time.UTC), Requests: 3}
	}
	four := []history.SpendPoint{at(1, 14), at(2, 14), at(4, 14), at(5, 14)}
	for _, c := range []struct {
		name   string
		points []history.SpendPoint
		want   time.Duration
		ok     bool
	}{
		{"nothing", nil, 0, false},
		{"silent since noon", append([]history.SpendPoint{at(0, 11)}, four...), 140 * time.Minute, true},
		{"active within this hour", append([]history.SpendPoint{at(0, 14)}, four...), 0, false},
		{"three weeks are too few", append([]history.SpendPoint{at(0, 11)}, four[1:]...), 0, false},
		{"usually active in another hour", []history.SpendPoint{at(0, 11), at(1, 13), at(2, 13), at(3, 13), at(4, 13), at(5, 13)}, 0, false},
	} {
		got, ok := idleTime(c.points, now)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %v %v, want %v %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

func TestTaskTimes(t *testing.T) {
	times := newTaskDurations()
	start := time.Now()
	step := func(task string, after time.Duration, s event.TaskStatus) bool {
		return times.observe(event.Envelope{At: start.Add(after), Source: &event.Source{Gateway: "g"}},
			event.TaskProgressed{Task: event.TaskID(task), Model: "veo", Status: s})
	}
	for i := range 30 {
		id := string(rune('a' + i))
		step(id, 0, event.TaskQueued)
		step(id, 10*time.Second, event.TaskProcessing)
		if !step(id, time.Duration(20+i)*time.Second, event.TaskCompleted) {
			t.Fatal("nothing learnt")
		}
	}
	step("failed", 0, event.TaskQueued)
	if step("failed", time.Hour, event.TaskFailed) || step("unseen", 0, event.TaskCompleted) {
		t.Error("what failed, or was not seen to start, teaches nothing")
	}
	got := times.all()["g/veo"]
	if got.N != 30 || got.P99 != 49*time.Second || got.Step < 10*time.Second {
		t.Errorf("%+v", got)
	}
	for i := range 3 * maxRunning {
		step(string(rune(1000+i)), 0, event.TaskQueued)
	}
	if len(times.running) > maxRunning {
		t.Errorf("%d running tasks are remembered", len(times.running))
	}
}

// A key needs no weeks for a spike to be seen: it is held against the day before.
func TestWhatIsUsualOfAYoungKey(t *testing.T) {
	now := time.Date(2026, 3, 25, 14, 20, 0, 0, time.UTC)
	ago := func(hours int, dollars float64) history.SpendPoint {
		return history.SpendPoint{At: now.Truncate(time.Hour).Add(-time.Duration(hours) * time.Hour), Amount: event.USD(dollars), Requests: 1}
	}
	for _, c := range []struct {
		name   string
		points []history.SpendPoint
		median float64
		ok     bool
	}{
		{"nothing", nil, 0, false},
		{"two hours", []history.SpendPoint{ago(2, 4), ago(1, 4)}, 0, false},
		{"four hours", []history.SpendPoint{ago(4, 4), ago(3, 8), ago(2, 2)}, 2, true},
		{"what is held against it does not count", []history.SpendPoint{ago(5, 4), ago(1, 400), ago(0, 400)}, 1, true},
		{"older than a day", []history.SpendPoint{ago(40, 100), ago(5, 4)}, 1, true},
	} {
		u, ok := usualSpend(c.points, now)
		if ok != c.ok || ok && (u.Median != event.USD(c.median) || !u.Young) {
			t.Errorf("%s: %+v %v, want %v %v", c.name, u, ok, c.median, c.ok)
		}
	}
}
