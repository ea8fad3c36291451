package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"sync/atomic"
	"time"
)

// quiet is how long nothing more must come for the rest to count as lost.
const quiet = 5 * time.Second

// credential is a key that the ASP.NET Core server takes; the raw one asks none.
const credential = "ok-bench"

// result is what a client says at its end, as one line of JSON.
type result struct {
	Received   int   `json:"received"`
	Disordered int   `json:"disordered"` // events that did not follow their predecessor
	Sum        int64 `json:"sum"`        // of the numbers; for the pipeline, of the keys' totals
	CPU        int64 `json:"cpu"`        // nanoseconds, from ready to the last event
	End        int64 `json:"end"`        // of the last event, Unix nanoseconds
	Dropped    int   `json:"dropped"`    // given up by the hub
}

// turn is one client's task: to be connected, call ready, and receive.
type turn struct {
	url   string // of the gateway; the hub is /hubs/spend
	want  int    // events
	ready func() // all is connected and calm: the server may begin
}

// runners are the clients of this program, by letter.
var runners = map[string]func(context.Context, turn) (result, error){
	"a": runPipeline,
	"b": runTap,
	"c": runLibrary,
	"h": runKept,
}

// clientMain is "bench client": it says "ready", and at the end the result.
func clientMain(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	set := flag.NewFlagSet("client", flag.ContinueOnError)
	kind := set.String("kind", "", "")
	url := set.String("url", "", "")
	want := set.Int("want", 0, "")
	profile := set.String("profile", "", "")
	if err := set.Parse(args); err != nil {
		return err
	}
	run, ok := runners[*kind]
	if !ok {
		return fmt.Errorf("no client %q", *kind)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { // until the parent is gone; not waited for, as it may read for ever
		_, _ = io.Copy(io.Discard, in)
		cancel()
	}()
	stop := func() {}
	r, err := run(ctx, turn{url: *url, want: *want, ready: func() {
		stop = startProfile(*profile)
		fmt.Fprintln(out, "ready")
	}})
	stop()
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(r)
}

// startProfile writes a CPU profile to path until stop is called.
func startProfile(path string) (stop func()) {
	if path == "" {
		return func() {}
	}
	f, err := os.Create(filepath.Clean(path))
	if err != nil || pprof.StartCPUProfile(f) != nil {
		fmt.Fprintln(os.Stderr, "bench: no profile:", err)
		return func() {}
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close() // a profile cut short says so itself
	}
}

// meter counts what comes and notices the end. One goroutine calls saw.
type meter struct {
	want  int
	began time.Duration // CPU time at ready
	n     atomic.Int64
	done  chan struct{} // closed at the last event

	last, disordered int
	sum              int64
}

func newMeter(want int) *meter { return &meter{want: want, done: make(chan struct{}), last: -1} }

// ready takes the first reading and lets the server begin.
func (m *meter) ready(t turn) {
	m.began = cpuTime()
	t.ready()
}

// saw notes one event.
func (m *meter) saw(seq int) {
	if seq != m.last+1 {
		m.disordered++
	}
	m.last = seq
	m.sum += int64(seq)
	if m.n.Add(1) == int64(m.want) {
		close(m.done)
	}
}

// await returns when the last event came, or when nothing more came for long.
func (m *meter) await(ctx context.Context) (result, error) {
	last, moved, end := int64(0), time.Now(), time.Now()
	cpu := m.began
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-m.done:
			return result{Received: int(m.n.Load()), CPU: int64(cpuTime() - m.began), End: time.Now().UnixNano()}, nil
		case <-ctx.Done():
			return result{}, errors.New("ended before the last event")
		case now := <-tick.C:
			if n := m.n.Load(); n != last {
				last, moved, end, cpu = n, now, now, cpuTime()
			} else if now.Sub(moved) >= quiet {
				return result{Received: int(n), CPU: int64(cpu - m.began), End: end.UnixNano()}, nil
			}
		}
	}
}
