package engine

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/feed"
	"gatewatch/internal/core/state"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorder keeps what it is given; only the engine's goroutine calls it.
type recorder struct{ got []event.Envelope }

func (r *recorder) Record(e event.Envelope) { r.got = append(r.got, e.Clone()) }

// run starts an engine and returns a function that stops it and waits.
func run(t *testing.T, o Options) (e *Engine, stop func()) {
	t.Helper()
	e = New(o)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	return e, func() {
		t.Helper()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func spend(key string, total int) event.Envelope {
	return event.Envelope{
		At: time.Now(), Source: &event.Source{Gateway: "g", Via: event.ViaHub, Name: "spend"},
		Body: &event.SpendRecorded{Key: event.KeyID(key), Amount: 1, Total: event.NanoUSD(total), HasTotal: true, At: time.Now()},
	}
}

func publish(t *testing.T, e *Engine, envs ...event.Envelope) {
	t.Helper()
	batch := e.Buffer()
	for _, env := range envs {
		batch.Add(env)
	}
	if err := e.Publish(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

// drainFrames reads frames until the engine has nothing more to report.
func drainFrames(e *Engine) (frames []feed.Frame) {
	for {
		synctest.Wait()
		select {
		case f := <-e.Frames():
			frames = append(frames, f)
		default:
			return frames
		}
	}
}

func TestFramesAreFewAndTellAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, stop := run(t, Options{})
		if err := e.Do(t.Context(), func(s *state.State) { s.SetGateway(state.Gateway{ID: "g"}) }); err != nil {
			t.Fatal(err)
		}
		var frames []feed.Frame
		for i := range 100 { // 10 s of ten changes a second
			publish(t, e, spend("7", i+1))
			time.Sleep(100 * time.Millisecond)
			frames = append(frames, drainFrames(e)...)
		}
		time.Sleep(time.Second)
		frames = append(frames, drainFrames(e)...)
		if n := len(frames); n > 42 || n < 30 {
			t.Errorf("%d frames in 11 s, want about 40", n)
		}
		sum := state.Delta{}
		for i, f := range frames {
			if f.Seq != uint64(i+1) {
				t.Fatalf("frame %d has number %d", i, f.Seq)
			}
			sum.Merge(f.Delta)
		}
		snap, err := e.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if snap.Seq != uint64(len(frames)) {
			t.Errorf("snapshot as of %d, last frame %d", snap.Seq, len(frames))
		}
		if diff := cmp.Diff(snap.Live.Keys["g/7"], *sum.Keys["g/7"]); diff != "" {
			t.Error(diff)
		}
		if snap.Live.Keys["g/7"].Total != event.Known[event.NanoUSD](100) {
			t.Errorf("total %s", snap.Live.Keys["g/7"].Total)
		}
		stop()
	})
}

// In a storm of 500 spends a second the lists that change seldom reach the
// window within a second, and so does the newest event.
func TestAStormStarvesNoTopic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, stop := run(t, Options{})
		if err := e.Do(t.Context(), func(s *state.State) { s.SetGateway(state.Gateway{ID: "g"}) }); err != nil {
			t.Fatal(err)
		}
		rest := &event.Source{Gateway: "g", Via: event.ViaREST, Name: "keys"}
		sum, total := state.Delta{}, 0
		for second := range 20 {
			name := fmt.Sprint("k", second)
			publish(t, e,
				event.Envelope{At: time.Now(), Source: rest, Body: event.KeyChanged{Key: event.KeyID(name), Action: event.ActionUpdated, At: time.Now()}},
				event.Envelope{At: time.Now(), Source: rest, Body: event.DeliveryChanged{Topic: name, Delivery: event.DeliveryPolled, At: time.Now()}})
			for range 50 { // of ten spends, on 300 keys
				for range 10 {
					total++
					publish(t, e, spend(fmt.Sprint("s", total%300), total))
				}
				time.Sleep(20 * time.Millisecond)
				for _, f := range drainFrames(e) {
					sum.Merge(f.Delta)
				}
			}
			changed := false
			for _, c := range sum.Changes {
				changed = changed || c != nil && c.Subject == name
			}
			if !changed || sum.Deliveries["g/"+name] == nil {
				t.Errorf("after second %d its change (%v) or its delivery (%v) was not reported", second, changed, sum.Deliveries["g/"+name] != nil)
			}
			newest := int64(0)
			for _, l := range sum.Events {
				newest = max(newest, l.Seq)
			}
			if behind := int64(total+2*(second+1)) - newest; behind > 500 {
				t.Errorf("after second %d the newest event is %d behind", second, behind)
			}
		}
		stop()
	})
}

// Asking for a snapshot must not hide changes from others who follow the
// frames, such as the tray.
func TestSnapshotHidesNothingFromFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, stop := run(t, Options{})
		sum := state.Delta{}
		for i := range 40 {
			publish(t, e, spend("7", i+1))
			if _, err := e.Snapshot(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(30 * time.Millisecond)
			for _, f := range drainFrames(e) {
				sum.Merge(f.Delta)
			}
		}
		time.Sleep(time.Second)
		for _, f := range drainFrames(e) {
			sum.Merge(f.Delta)
		}
		if k := sum.Keys["g/7"]; k == nil || k.Total.Or(-1) != 40 {
			t.Errorf("frames end with %+v", k)
		}
		stop()
	})
}

// A window that does not read costs one merged delta, not a queue, and loses
// nothing.
func TestStuckWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, stop := run(t, Options{})
		for i := range 1000 {
			publish(t, e, spend(fmt.Sprint(i%20), i+1))
			time.Sleep(50 * time.Millisecond)
		}
		synctest.Wait()
		if n := len(e.Frames()); n != frameQueue {
			t.Errorf("%d frames queued, want %d", n, frameQueue)
		}
		sum := state.Delta{}
		for _, f := range drainFrames(e) {
			sum.Merge(f.Delta)
		}
		time.Sleep(2 * time.Second)
		for _, f := range drainFrames(e) {
			sum.Merge(f.Delta)
		}
		for i := range 20 {
			if got := sum.Keys[fmt.Sprint("g/", i)].Total.Or(-1); got != event.NanoUSD(980+i+1) {
				t.Errorf("key %d: total %d", i, got)
			}
		}
		stop()
	})
}

func TestRecordsNewsInOrderOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{}
		e, stop := run(t, Options{Recorders: []Recorder{r}})
		first := spend("7", 1)
		publish(t, e, first, first, spend("7", 2))
		publish(t, e, spend("8", 1))
		synctest.Wait()
		stop()
		var seqs []uint64
		for _, env := range r.got {
			seqs = append(seqs, env.Seq)
		}
		if diff := cmp.Diff([]uint64{1, 3, 4}, seqs); diff != "" {
			t.Error(diff)
		}
		if n, repeats := e.Counts(); n != 3 || repeats != 1 {
			t.Errorf("%d events, %d repeats", n, repeats)
		}
	})
}

func TestStopInABurstTakesInWhatWasPublished(t *testing.T) {
	r := &recorder{}
	e, stop := run(t, Options{Recorders: []Recorder{r}})
	const n = 5000
	for i := range n {
		publish(t, e, spend("7", i+1))
	}
	stop()
	if len(r.got) != n {
		t.Errorf("recorded %d of %d", len(r.got), n)
	}
	if err := e.PublishOne(t.Context(), spend("7", 1)); err != nil && !errors.Is(err, ErrStopped) {
		t.Error(err)
	}
	if err := e.Do(t.Context(), func(*state.State) {}); !errors.Is(err, ErrStopped) {
		t.Errorf("Do after the end: %v", err)
	}
}

// What is forgotten by Do must not come back with what was published before,
// however busy the engine was.
func TestDoComesAfterWhatWasPublished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, stop := run(t, Options{})
		defer stop()
		for i := range 50 {
			busy := make(chan struct{})
			go func() { _ = e.Do(t.Context(), func(*state.State) { <-busy }) }()
			synctest.Wait()
			publish(t, e, spend("7", i+1))
			total := make(chan int64, 1)
			go func() {
				_ = e.Do(t.Context(), func(s *state.State) { s.Derive(time.Now()); total <- int64(s.Live().Keys["g/7"].Total.Or(-1)) })
			}()
			synctest.Wait()
			close(busy)
			if got := <-total; got != int64(i+1) {
				t.Fatalf("total %d after spend %d", got, i+1)
			}
		}
	})
}

// fakeEvaluator asks for another look at fixed times and counts its looks.
type fakeEvaluator struct {
	after []time.Duration
	looks []time.Time
	start time.Time
}

func (j *fakeEvaluator) Evaluate(_ *state.Live, now time.Time) ([]state.AlertLine, time.Time) {
	j.looks = append(j.looks, now)
	line := state.AlertLine{ID: "a", Count: int64(len(j.looks))}
	for _, d := range j.after {
		if at := j.start.Add(d); at.After(now) {
			return []state.AlertLine{line}, at
		}
	}
	return []state.AlertLine{line}, time.Time{}
}

func TestRulesAreAskedWhenTheyWant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &fakeEvaluator{after: []time.Duration{10 * time.Second, 25 * time.Second}, start: time.Now()}
		e, stop := run(t, Options{Evaluator: j})
		publish(t, e, spend("7", 1))
		time.Sleep(30 * time.Second)
		synctest.Wait()
		have := map[time.Duration]bool{}
		for _, at := range j.looks {
			have[at.Sub(j.start)] = true
		}
		for _, want := range j.after {
			if !have[want] {
				t.Errorf("no look at %v: %v", want, j.looks)
			}
		}
		if len(j.looks) > 8 {
			t.Errorf("%d looks in 30 quiet seconds", len(j.looks))
		}
		snap, err := e.Snapshot(t.Context())
		if err != nil || snap.Live.Alerts["a"].Count == 0 {
			t.Errorf("alerts are not shown: %v %v", snap.Live.Alerts, err)
		}
		stop()
	})
}

// A judge that wants to be called at once, always, must not spin the loop.
func TestARefusedDeadlineDoesNotSpin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		e, stop := run(t, Options{Evaluator: evaluatorFunc(func(_ *state.Live, now time.Time) ([]state.AlertLine, time.Time) {
			n++
			return nil, now.Add(-time.Second)
		})})
		publish(t, e, spend("7", 1))
		time.Sleep(time.Second)
		synctest.Wait()
		if n > 25 {
			t.Errorf("%d looks in a second", n)
		}
		stop()
	})
}

type evaluatorFunc func(*state.Live, time.Time) ([]state.AlertLine, time.Time)

func (f evaluatorFunc) Evaluate(l *state.Live, now time.Time) ([]state.AlertLine, time.Time) {
	return f(l, now)
}

// golden is read by the frontend's tests too: its merge of the frames must
// give the final state.
type golden struct {
	Frames []feed.Frame `json:"frames"`
	Final  state.Live   `json:"final"`
}

func TestGoldenFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, stop := run(t, Options{})
		var g golden
		step := func(envs ...event.Envelope) {
			publish(t, e, envs...)
			time.Sleep(300 * time.Millisecond)
			g.Frames = append(g.Frames, drainFrames(e)...)
		}
		if err := e.Do(t.Context(), func(s *state.State) { s.SetGateway(state.Gateway{ID: "g", Label: "prod", Colour: "blue"}) }); err != nil {
			t.Fatal(err)
		}
		from := func(hub string, b event.Event) event.Envelope {
			return event.Envelope{At: time.Now(), Source: &event.Source{Gateway: "g", Via: event.ViaHub, Name: hub}, Body: b}
		}
		step(from("spend", event.LinkChanged{Hub: "spend", Plane: event.PlaneCore, State: event.LinkConnected, Transport: "WebSockets"}))
		step(spend("7", 750_000_000), from("spend", event.SpendLimitReported{Key: "7", Limit: event.PerUSD, Spend: 750_000_000, Ratio: 0.75, Severity: event.SeverityWarning}))
		step(from("tasks", event.TaskProgressed{Task: "t", Medium: event.MediumVideo, Status: event.TaskProcessing, Progress: 40, Remaining: 12, Model: "veo"}))
		step(from("notifications", event.ProviderHealthChanged{Provider: "openai", Name: "OpenAI", Health: event.HealthUnhealthy, LatencyMS: -1, Error: "<b>timeout</b>"}))
		step(from("navigation-state", event.NavigationChanged{Entity: event.EntityModelMapping, Action: event.ActionCreated, ID: "3", Name: "gpt-4o"}))
		step(from("tasks", event.TaskProgressed{Task: "t", Medium: event.MediumVideo, Status: event.TaskCompleted, Progress: 100, Remaining: -1, ResultURL: "https://example.invalid/v.mp4"}))
		time.Sleep(11 * time.Minute) // the task leaves
		g.Frames = append(g.Frames, drainFrames(e)...)
		snap, err := e.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		g.Final = snap.Live
		stop()
		compareGolden(t, "basic.frames.json", g)
	})
}

func compareGolden(t *testing.T, name string, g golden) {
	t.Helper()
	got, err := json.MarshalIndent(g, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, append(got, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Errorf("frames changed (run with -update if that is meant): %s", diff)
	}
}

func TestSnapshotHonoursItsContext(t *testing.T) {
	e := New(Options{}) // never run
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Snapshot(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func BenchmarkTake(b *testing.B) {
	e := New(Options{})
	now := time.Now()
	b.ReportAllocs()
	const batchLen = 256
	from := &event.Source{Gateway: "g", Via: event.ViaHub, Name: "spend"}
	for i := 0; i < b.N; i += batchLen {
		batch := e.Buffer()
		for j := range batchLen {
			spend := batch.NewSpend()
			*spend = event.SpendRecorded{Key: "7", Amount: 1, Total: event.NanoUSD(i + j), HasTotal: true, At: now}
			batch.Add(event.Envelope{At: now, Source: from, Body: spend})
		}
		e.take(batch)
	}
}
