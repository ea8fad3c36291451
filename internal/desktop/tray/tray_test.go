package tray

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/outlook"
)

// fields lists the names of T's fields.
func fields[T any]() (names []string) {
	for f := range reflect.TypeFor[T]().Fields() {
		names = append(names, f.Name)
	}
	return names
}

// recorder is a Driver that keeps what it is told.
type recorder struct {
	mu      sync.Mutex
	starts  int
	stopped bool
	looks   []StatusItem // of Start and Draw
	at      []time.Time
	click   func(Click)
	fail    error         // what Start returns
	stuck   chan struct{} // Draw waits for it, if set
}

func (r *recorder) Start(look StatusItem, click func(Click)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return r.fail
	}
	r.starts++
	r.click = click
	r.looks, r.at = append(r.looks, look), append(r.at, time.Now())
	return nil
}

func (r *recorder) Draw(look StatusItem) bool {
	if r.stuck != nil {
		<-r.stuck
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.looks, r.at = append(r.looks, look), append(r.at, time.Now())
	return true
}

func (r *recorder) Stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped = true
}

func (r *recorder) shapes() (all []Shape) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.looks {
		all = append(all, l.Shape)
	}
	return all
}

// panel is a source of hostStates that the test controls.
type panel chan hostState

func (p panel) follow(ctx context.Context, report func(hostState)) {
	for {
		select {
		case h := <-p:
			report(h)
		case <-ctx.Done():
			return
		}
	}
}

var here = hostState{present: true}

// live is a good summary as of now.
func live(edit ...func(*Summary)) Summary {
	return good(append([]func(*Summary){func(s *Summary) { s.Updated, s.Heard = time.Now(), time.Now() }}, edit...)...)
}

func TestShowDrawsTheNewestOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := &recorder{}, make(panel)
		tray := Attach(Options{Driver: d, hosts: p.follow})
		p <- here
		synctest.Wait()
		for i := range 100 { // 10 a second, for 10 seconds
			tray.Show(live(func(s *Summary) { s.Condition, s.Says = outlook.Warning, fmt.Sprint(i+1, " warnings") }))
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		tray.Quit()
		for i := 1; i < len(d.at); i++ {
			if gap := d.at[i].Sub(d.at[i-1]); gap < time.Second {
				t.Errorf("drawing %d came after %v", i, gap)
			}
		}
		if n := len(d.looks); n < 10 || n > 13 {
			t.Errorf("%d drawings", n)
		}
		if last := d.looks[len(d.looks)-1].Headline.Text; last != "100 warnings" {
			t.Errorf("last drawn %q", last)
		}
		if !d.stopped || d.starts != 1 {
			t.Errorf("stopped %v, started %d times", d.stopped, d.starts)
		}
	})
}

func TestEqualLooksAreNotDrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := &recorder{}, make(panel)
		tray := Attach(Options{Driver: d, hosts: p.follow})
		defer tray.Quit()
		p <- here
		synctest.Wait()
		for range 50 {
			tray.Show(live())
			time.Sleep(time.Second)
		}
		if diff := cmp.Diff([]Shape{ShapeStale, ShapeOK}, d.shapes()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// Without any further summary the icon still becomes stale by itself.
func TestSilenceMakesStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := &recorder{}, make(panel)
		tray := Attach(Options{Driver: d, hosts: p.follow})
		defer tray.Quit()
		p <- here
		synctest.Wait()
		tray.Show(live())
		time.Sleep(deafAfter + recheck + time.Second)
		shapes := slices.Compact(d.shapes())
		if diff := cmp.Diff([]Shape{ShapeStale, ShapeOK, ShapeStale}, shapes); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestHostComesAndGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := &recorder{}, make(panel)
		var told []bool
		tray := Attach(Options{Driver: d, hosts: p.follow, OnHost: func(present bool) { told = append(told, present) }})
		p <- hostState{}
		tray.Show(live(func(s *Summary) { s.Condition, s.Says = outlook.Critical, "1 critical: x" }))
		time.Sleep(time.Minute)
		synctest.Wait()
		if d.starts != 0 {
			t.Error("started without a tray")
		}
		p <- here
		p <- here
		synctest.Wait()
		if diff := cmp.Diff([]Shape{ShapeCritical}, d.shapes()); diff != "" {
			t.Errorf("first look (-want +got):\n%s", diff)
		}
		p <- hostState{}                          // the panel crashed
		p <- here                                 // and is back: the driver sees to it by itself
		p <- hostState{session: 1}                // the whole bus is gone
		p <- hostState{present: true, session: 2} // another bus: register anew
		time.Sleep(time.Second)
		tray.Quit()
		if diff := cmp.Diff([]bool{false, true, false, true, false, true}, told); diff != "" {
			t.Errorf("OnHost (-want +got):\n%s", diff)
		}
		if d.starts != 2 {
			t.Errorf("started %d times, want 2", d.starts)
		}
	})
}

func TestDriverThatDoesNotStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := &recorder{fail: errors.New("no")}, make(panel)
		var told []bool
		tray := Attach(Options{Driver: d, hosts: p.follow, OnHost: func(present bool) { told = append(told, present) }})
		p <- here
		tray.Show(live())
		time.Sleep(time.Minute)
		tray.Quit()
		if diff := cmp.Diff([]bool{false}, told); diff != "" || len(d.looks) > 0 || d.stopped {
			t.Errorf("%d looks, stopped %v; OnHost (-want +got):\n%s", len(d.looks), d.stopped, diff)
		}
	})
}

func TestClicks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := &recorder{}, make(panel)
		var told []string
		tray := Attach(Options{
			Driver: d, hosts: p.follow,
			OnOpen:    func(route string) { told = append(told, "open "+route) },
			OnQuit:    func() { told = append(told, "quit") },
			OnSilence: func(c SilenceChoice) { told = append(told, "silence "+string(c)) },

			OnAcknowledge: func() { told = append(told, "acknowledge") },
			OnUpdates:     func() { told = append(told, "updates") },
		})
		p <- here
		synctest.Wait()
		d.click(Click{Open: "/alerts"})
		d.click(Click{Show: true})
		d.click(Click{Silence: SilenceHour})
		d.click(Click{Acknowledge: true})
		d.click(Click{Updates: true})
		d.click(Click{})
		d.click(Click{Quit: true})
		time.Sleep(time.Second)
		tray.Quit()
		if diff := cmp.Diff([]string{"open /alerts", "open ", "silence 1 hour", "acknowledge", "updates", "quit"}, told); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// A callback that hangs costs clicks, not the icon.
func TestSlowCallback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := &recorder{}, make(panel)
		release, opened := make(chan struct{}), 0
		tray := Attach(Options{Driver: d, hosts: p.follow, OnOpen: func(string) { opened++; <-release }})
		p <- here
		synctest.Wait()
		for range 10 * maxPending {
			d.click(Click{Open: "/"})
			time.Sleep(time.Millisecond)
		}
		tray.Show(live())
		time.Sleep(2 * time.Second)
		if got := d.shapes(); got[len(got)-1] != ShapeOK {
			t.Errorf("looks %v while a callback hangs", got)
		}
		close(release)
		time.Sleep(time.Second)
		tray.Quit()
		if opened < maxPending || opened > maxPending+2 {
			t.Errorf("opened %d times", opened)
		}
	})
}

// A system that hangs delays neither Show nor, for long, Quit.
func TestStuckDriver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := &recorder{stuck: make(chan struct{})}, make(panel)
		tray := Attach(Options{Driver: d, hosts: p.follow})
		p <- here
		synctest.Wait()
		began := time.Now()
		for i := range 10 {
			tray.Show(live(func(s *Summary) { s.Condition, s.Says = outlook.Warning, fmt.Sprint(i, " warnings") }))
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("Show took %v", took)
		}
		time.Sleep(10 * time.Second)
		began = time.Now()
		tray.Quit()
		if took := time.Since(began); took != quitTimeout {
			t.Errorf("Quit took %v, want %v", took, quitTimeout)
		}
		close(d.stuck)
		synctest.Wait()
		tray.Quit() // again, and at once now
		if !d.stopped {
			t.Error("not stopped in the end")
		}
	})
}

// What the caller does with its slices after Show is its own business.
func TestShowKeepsACopy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := &recorder{}, make(panel)
		tray := Attach(Options{Driver: d, hosts: p.follow})
		defer tray.Quit()
		reasons := []Reason{{Severity: event.SeverityCritical, Text: "first", Route: ""}}
		tray.Show(live(func(s *Summary) { s.Critical, s.Warning, s.Reasons = 1, 1, reasons }))
		reasons[0].Text = "changed"
		p <- here
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := d.looks[len(d.looks)-1].Reasons[0].Text; got != "⬣ first" {
			t.Errorf("reason %q", got)
		}
	})
}
