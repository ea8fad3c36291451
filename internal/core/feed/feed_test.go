package feed

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// start is a time like any other; a Feed is given the time.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func key(id string, total int64) state.Delta {
	return state.Delta{Keys: map[string]*state.KeySpend{id: {ID: id, Total: event.Known(event.NanoUSD(total))}}}
}

// collect flushes whenever a frame is due until nothing is pending.
func collect(f *Feed, now time.Time) (frames []Frame, end time.Time) {
	for !f.Due().IsZero() {
		now = later(now, f.Due())
		frame, ok := f.Flush(now)
		if !ok {
			panic("due and not made")
		}
		frames = append(frames, frame)
	}
	return frames, now
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// sum merges frames as a window does.
func sum(frames []Frame) (all state.Delta) {
	for _, f := range frames {
		all.Merge(f.Delta)
	}
	return all
}

func TestFiftyChangesAreSixFrames(t *testing.T) {
	var f Feed
	var frames []Frame
	now := start
	for i := range 50 { // every 25 ms, for 1.25 s
		f.Add(key("a", int64(i)), now)
		if frame, ok := f.Flush(now); ok {
			frames = append(frames, frame)
		}
		now = now.Add(25 * time.Millisecond)
	}
	rest, _ := collect(&f, now)
	frames = append(frames, rest...)
	if len(frames) != 6 {
		t.Errorf("%d frames", len(frames))
	}
	for i, frame := range frames {
		if frame.Seq != uint64(i+1) {
			t.Errorf("frame %d has number %d", i, frame.Seq)
		}
	}
	if got := sum(frames).Keys["a"].Total.Or(-1); got != 49 {
		t.Errorf("the window shows %d", got)
	}
	if f.Seq() != 6 {
		t.Errorf("Seq is %d", f.Seq())
	}
}

// The first change after quiet goes at once, the next ones wait their turn.
func TestDue(t *testing.T) {
	var f Feed
	if !f.Due().IsZero() {
		t.Error("due without a change")
	}
	f.Add(state.Delta{}, start)
	if !f.Due().IsZero() {
		t.Error("due for nothing")
	}
	f.Add(key("a", 1), start)
	if !f.Due().Equal(start) {
		t.Errorf("the first is due %v", f.Due())
	}
	if _, ok := f.Flush(start); !ok {
		t.Fatal("no frame")
	}
	f.Add(key("a", 2), start.Add(time.Millisecond))
	if want := start.Add(DefaultEvery); !f.Due().Equal(want) {
		t.Errorf("the second is due %v, want %v", f.Due(), want)
	}
	if _, ok := f.Flush(start.Add(DefaultEvery - 1)); ok {
		t.Error("a frame too early")
	}
	f.Postpone(start.Add(DefaultEvery))
	if want := start.Add(2 * DefaultEvery); !f.Due().Equal(want) {
		t.Errorf("postponed to %v, want %v", f.Due(), want)
	}
	if _, ok := f.Flush(start.Add(time.Second)); !ok || !f.Due().IsZero() {
		t.Error("nothing comes of what was postponed")
	}
	f.Postpone(start)
	if !f.Due().IsZero() {
		t.Error("due because it was postponed")
	}
	f.Add(key("a", 3), start.Add(time.Minute))
	if !f.Due().Equal(start.Add(time.Minute)) {
		t.Errorf("after quiet due %v", f.Due())
	}
}

// In a storm every topic has its turn within a second, and what cannot be told
// in time says since when.
func TestAStormStarvesNothing(t *testing.T) {
	var f Feed
	now, line := start, 0
	told := map[string]time.Time{}    // when a thing first was in a frame
	changed := map[string]time.Time{} // when it was to be
	var behind map[string]int64
	for round := range 240 { // a minute, at 500 spends a second on 400 keys
		d := state.Delta{
			Keys: map[string]*state.KeySpend{}, Events: map[string]*state.EventLine{}, Transactions: map[string]*state.Transaction{},
		}
		for range 125 {
			line++
			id := fmt.Sprint(line)
			d.Events[id] = &state.EventLine{Text: strings.Repeat("x", 80)}
			d.Transactions[id] = &state.Transaction{ID: id, KeyName: "key", Model: "model"}
			key := fmt.Sprint("g/", line%400)
			d.Keys[key] = &state.KeySpend{ID: key, Gateway: "g", Total: event.Known(event.NanoUSD(line))}
		}
		if round%4 == 0 {
			id := fmt.Sprint(line)
			d.Changes = map[string]*state.Change{id: {ID: id}}
			d.Deliveries = map[string]*state.TopicDelivery{id: {ID: id}}
			d.PollTargets = map[string]*state.PollTarget{id: {ID: id}}
			d.Nav = map[string]*state.Nav{id: {ID: id}}
			d.Tasks = map[string]*state.Task{id: {ID: id}}
			for _, topic := range []string{"changes", "deliveries", "pollTargets", "nav", "tasks"} {
				changed[topic+id] = now
			}
		}
		f.Add(d, now)
		frame, ok := f.Flush(now)
		if ok != (round%2 == 0) { // the first at once, then two a second
			t.Fatalf("a frame at %v: %v", now.Sub(start), ok)
		}
		if !ok {
			now = now.Add(DefaultEvery)
			continue
		}
		if n := jsonSize(frame.Delta); n > 2*DefaultLimit {
			t.Errorf("a frame of %d bytes", n)
		}
		if len(frame.Delta.Events) == 0 || len(frame.Delta.Transactions) == 0 || len(frame.Delta.Keys) == 0 {
			t.Fatalf("at %v: %d events, %d transactions, %d keys", now.Sub(start), len(frame.Delta.Events), len(frame.Delta.Transactions), len(frame.Delta.Keys))
		}
		if frame.Delta.Events[fmt.Sprint(line)] == nil {
			t.Errorf("at %v the newest event is not told", now.Sub(start))
		}
		for _, l := range lanes {
			l.each(&frame.Delta, func(id string) { told[l.topic+id] = now })
		}
		behind = frame.Behind
		now = now.Add(DefaultEvery)
	}
	for id, at := range changed {
		if late := told[id].Sub(at); late < 0 || late > time.Second {
			t.Errorf("%s was told %v after it changed", id, late)
		}
	}
	if since, is := behind["keys"]; !is || now.UnixMilli()-since > 15_000 {
		t.Errorf("400 keys do not fit into a second, and behind is %v", behind)
	}
	for topic := range behind {
		if topic != "keys" {
			t.Errorf("%s is behind", topic)
		}
	}
	for id := range 400 { // no key is passed over
		if told[fmt.Sprint("keysg/", id)].Before(now.Add(-15 * time.Second)) {
			t.Errorf("key %d was not told for %v", id, now.Sub(told[fmt.Sprint("keysg/", id)]))
		}
	}
}

// Every topic of a Delta has a lane.
func TestEveryTopicHasALane(t *testing.T) {
	var have, want []string
	for _, l := range lanes {
		have = append(have, l.topic)
	}
	of := reflect.TypeFor[state.Delta]()
	for field := range of.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		want = append(want, name)
	}
	slices.Sort(have)
	slices.Sort(want)
	if diff := cmp.Diff(want, have); diff != "" {
		t.Error(diff)
	}
}

// However much changes, frames stay small, and together they report all of it,
// also that things are gone.
func TestSplittingLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Feed{Limit: rapid.IntRange(300, 4000).Draw(t, "limit")}
		want := state.Delta{}
		now := start
		var frames []Frame
		for range rapid.IntRange(1, 30).Draw(t, "rounds") {
			d := drawDelta(t)
			f.Add(d, now)
			want.Merge(d)
			now = now.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "pause")) * time.Millisecond)
			if frame, ok := f.Flush(now); ok {
				frames = append(frames, frame)
			}
		}
		rest, _ := collect(&f, now)
		frames = append(frames, rest...)
		for i, frame := range frames {
			if frame.Seq != uint64(i+1) {
				t.Fatalf("frame %d has number %d", i, frame.Seq)
			}
			b, err := json.Marshal(frame.Delta)
			if err != nil {
				t.Fatal(err)
			}
			if frame.Delta.Empty() || len(b) > 2*f.Limit && frame.Delta.Len() > 1 {
				t.Fatalf("frame %d has %d things in %d bytes, limit %d", i, frame.Delta.Len(), len(b), f.Limit)
			}
		}
		if diff := cmp.Diff(want, sum(frames)); diff != "" {
			t.Fatalf("(-changed +told):\n%s", diff)
		}
	})
}

// drawDelta changes a few of a few things; lists are left out, since they may
// lose lines.
func drawDelta(t *rapid.T) (d state.Delta) {
	text := func() string { return strings.Repeat("x", rapid.IntRange(0, 300).Draw(t, "text")) }
	for range rapid.IntRange(0, 12).Draw(t, "things") {
		id := fmt.Sprint("g/", rapid.IntRange(0, 9).Draw(t, "id"))
		gone := rapid.IntRange(0, 4).Draw(t, "gone") == 0
		switch rapid.IntRange(0, 3).Draw(t, "topic") {
		case 0:
			v := &state.Task{ID: id, Message: text()}
			if gone {
				v = nil
			}
			d.Merge(state.Delta{Tasks: map[string]*state.Task{id: v}})
		case 1:
			v := &state.AlertLine{ID: id, Body: text()}
			if gone {
				v = nil
			}
			d.Merge(state.Delta{Alerts: map[string]*state.AlertLine{id: v}})
		case 2:
			d.Merge(state.Delta{Providers: map[string]*state.Provider{id: {ID: id, Error: text()}}})
		case 3:
			d.Merge(state.Delta{App: map[string]*state.AppCondition{id: {ID: id, Text: text()}}})
		}
	}
	return d
}

// A thing that is larger than a frame may be goes alone.
func TestOneHugeThing(t *testing.T) {
	f := Feed{Limit: 500}
	f.Add(state.Delta{Tasks: map[string]*state.Task{"a": {ID: "a", Message: strings.Repeat("y", 5000)}}}, start)
	f.Add(key("k", 1), start)
	frames, _ := collect(&f, start)
	if len(frames) != 2 || frames[0].Delta.Keys["k"] == nil || frames[1].Delta.Tasks["a"] == nil {
		t.Errorf("frames %+v", frames)
	}
}

// What needs attention goes before what is only news.
func TestWeightiestFirst(t *testing.T) {
	f := Feed{Limit: 400}
	for i := range 20 {
		id := fmt.Sprint(100 + i)
		f.Add(state.Delta{Events: map[string]*state.EventLine{id: {Seq: int64(i), Text: strings.Repeat("e", 200)}}}, start)
	}
	f.Add(state.Delta{Alerts: map[string]*state.AlertLine{"a": {ID: "a"}}}, start)
	frames, _ := collect(&f, start)
	if frames[0].Delta.Alerts["a"] == nil || len(frames) < 10 {
		t.Errorf("%d frames, the first %+v", len(frames), frames[0].Delta)
	}
}

// A critical alert does not wait behind hundreds of notes.
func TestCriticalAlertsFirst(t *testing.T) {
	f := Feed{Limit: 2000}
	for i := range 300 {
		id := fmt.Sprint("note-", i)
		f.Add(state.Delta{Alerts: map[string]*state.AlertLine{id: {ID: id, Severity: "info", Body: strings.Repeat("e", 200)}}}, start)
	}
	f.Add(state.Delta{Alerts: map[string]*state.AlertLine{"gone": nil, "a": {ID: "a", Severity: "critical"}, "b": {ID: "b", Severity: "warning"}}}, start)
	frame, ok := f.Flush(start)
	if _, gone := frame.Delta.Alerts["gone"]; !ok || !gone || frame.Delta.Alerts["a"] == nil || frame.Delta.Alerts["b"] == nil {
		t.Errorf("the first frame has %d alerts, not the weighty ones", len(frame.Delta.Alerts))
	}
	frames, _ := collect(&f, start)
	if n := len(sum(frames).Alerts) + len(frame.Delta.Alerts); n != 303 {
		t.Errorf("%d alerts were told", n)
	}
}

// Of a list only the newest lines are sent, and the frame says so.
func TestListsAreThinned(t *testing.T) {
	var f Feed
	for i := range 1000 {
		id := fmt.Sprint(i + 1)
		f.Add(state.Delta{
			Events:       map[string]*state.EventLine{id: {Seq: int64(i + 1)}},
			Transactions: map[string]*state.Transaction{id: {ID: id}},
			Discoveries:  map[string]*state.Discovery{id: {ID: id}},
			Changes:      map[string]*state.Change{id: {ID: id}},
		}, start)
	}
	f.Add(key("k", 1), start)
	frames, _ := collect(&f, start)
	var stale []string
	for _, frame := range frames {
		stale = append(stale, frame.Truncated...)
	}
	slices.Sort(stale)
	if diff := cmp.Diff([]string{"changes", "discoveries", "events", "transactions"}, stale); diff != "" {
		t.Errorf("stale (-want +got):\n%s", diff)
	}
	got := sum(frames)
	var want []string
	for i := 1000 - maxLines; i < 1000; i++ {
		want = append(want, fmt.Sprint(i+1))
	}
	slices.Sort(want)
	for topic, ids := range map[string][]string{
		"events": slices.Sorted(maps.Keys(got.Events)), "transactions": slices.Sorted(maps.Keys(got.Transactions)),
		"discoveries": slices.Sorted(maps.Keys(got.Discoveries)), "changes": slices.Sorted(maps.Keys(got.Changes)),
	} {
		if diff := cmp.Diff(want, ids); diff != "" {
			t.Errorf("%s (-want +got):\n%s", topic, diff)
		}
	}
	f.Add(state.Delta{Events: map[string]*state.EventLine{"1001": {Seq: 1001}}}, start.Add(time.Hour))
	if frames, _ := collect(&f, start.Add(time.Hour)); len(frames) != 1 || len(frames[0].Truncated) > 0 {
		t.Errorf("a single line: %+v", frames)
	}
}

func TestDropOldest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfNDistinct(rapid.Uint64(), 0, 60, rapid.ID).Draw(t, "numbers")
		n := rapid.IntRange(1, 40).Draw(t, "n")
		lines := map[string]int{}
		for _, x := range numbers {
			lines[fmt.Sprint(x)] = 0
		}
		dropped := dropOldest(lines, n)
		slices.Sort(numbers)
		kept := numbers[max(0, len(numbers)-n):]
		if dropped != (len(numbers) > n) || len(lines) != len(kept) {
			t.Fatalf("dropped %t, %d of %d left", dropped, len(lines), len(numbers))
		}
		for _, x := range kept {
			if _, ok := lines[fmt.Sprint(x)]; !ok {
				t.Fatalf("%d was dropped", x)
			}
		}
	})
}

// In a storm there is a frame a second, unless something is urgent, and when it is over
// four again.
func TestAStormIsAFrameASecond(t *testing.T) {
	var f Feed
	line, now := 0, start
	lines := func(n int) state.Delta {
		d := state.Delta{Events: map[string]*state.EventLine{}}
		for range n {
			if line++; line%10 == 0 || n < 50 { // of many, the state gives some
				d.Events[fmt.Sprint(line)] = &state.EventLine{Text: "event"}
			}
		}
		return d
	}
	alert := func(severity event.Severity) state.Delta {
		return state.Delta{Alerts: map[string]*state.AlertLine{"a": {Severity: string(severity)}}}
	}
	// next is how long after now the frame after that of now is due, when d came right behind it.
	next := func(n int, d state.Delta) time.Duration {
		t.Helper()
		f.Add(lines(n), now)
		if now = latest(now, f.Due()); !now.Equal(f.Due()) {
			t.Fatalf("at %v, due %v", now, f.Due())
		}
		if _, ok := f.Flush(now); !ok {
			t.Fatal("no frame")
		}
		f.Add(d, now.Add(time.Millisecond))
		return f.Due().Sub(now)
	}
	for i, c := range []struct {
		lines int
		then  state.Delta
		want  time.Duration
	}{
		{10, lines(1), DefaultEvery},
		{240, lines(1), DefaultEvery}, // 800 a second
		{2000, lines(1), time.Second}, // 4,000 a second
		{4000, lines(1), time.Second}, // still
		{4000, alert("info"), time.Second},
		{4000, alert("critical"), 2 * DefaultEvery},
		{4000, state.Delta{Alerts: map[string]*state.AlertLine{"a": nil}}, 2 * DefaultEvery},
		{400, lines(1), 2 * DefaultEvery},
		{5, lines(1), DefaultEvery},
	} {
		if got := next(c.lines, c.then); got != c.want {
			t.Errorf("%d: after a frame with %d lines the next is due after %v, want %v", i, c.lines, got, c.want)
		}
	}
}
