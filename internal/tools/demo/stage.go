package demo

import (
	"container/heap"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"time"
)

// stage plays a scenario on a wire. It is a simulation with a clock of its
// own: what is due is done in the order of due times, and among equals in the
// order in which it was put up, whatever the real time between. So the order
// of all that is told depends on the scenario and the seed alone.
//
// Everything but asks, played and gone belongs to the goroutine in run.
type stage struct {
	script *Scenario
	speech dialect
	wire   wire
	world  world // of the contract; other dialects have their own
	log    *slog.Logger
	clock  func() time.Time
	seed   uint64
	rate   float64
	speed  float64
	mark   func(string) // see Options.Mark

	due    agenda
	serial uint64        // numbers what is put up
	at     time.Duration // the time of what was done last
	base   time.Duration // where the steps' times count from
	step   int           // index of the next step
	epoch  int           // still ends generators of earlier epochs
	drawn  uint64        // generators and tasks started; each has its own chance
	rng    *rand.Rand    // for what has none of its own
	origin time.Time     // when the clock was at 0
	held   bool          // the clock stands, until
	holdOn string        // this hub has a client; "" means any
	ended  bool          // played is closed
	asks   chan func()
	played chan struct{}
	gone   chan struct{} // closed when run has ended
}

func newStage(script *Scenario, speech dialect, w wire, o Options) *stage {
	s := &stage{
		script: script, speech: speech, wire: w, log: o.Log, clock: o.Now,
		seed: o.Seed, rate: o.Rate, speed: o.Speed, mark: o.Mark,
		asks: make(chan func()), played: make(chan struct{}), gone: make(chan struct{}),
	}
	s.rng = s.chance()
	speech.start(s)
	s.plan()
	return s
}

// chance is a new source of chance, which no other use disturbs.
func (s *stage) chance() *rand.Rand {
	s.drawn++
	return rand.New(rand.NewPCG(s.seed, s.drawn))
}

// item is something to be done at a time.
type item struct {
	at     time.Duration
	serial uint64
	run    action
	line   int // 0 for what does not stand in the scenario
}

// agenda is a heap of items, the next one first.
type agenda []item

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at < a[j].at || a[i].at == a[j].at && a[i].serial < a[j].serial
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }

// Push implements heap.Interface.
func (a *agenda) Push(x any) { *a = append(*a, x.(item)) }

// Pop implements heap.Interface.
func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}

// after puts up something to be done after a while.
func (s *stage) after(d time.Duration, run action) { s.put(s.at+d, 0, run) }

func (s *stage) put(at time.Duration, line int, run action) {
	s.serial++
	heap.Push(&s.due, item{at, s.serial, run, line})
}

// plan puts up the next step of the scenario.
func (s *stage) plan() {
	if s.step == len(s.script.steps) {
		if s.script.begin < 0 || s.script.begin == s.step {
			s.end()
			return
		}
		s.base = s.at
		s.step = s.script.begin
	} else if s.step == s.script.begin {
		s.base = s.at
	}
	st := s.script.steps[s.step]
	s.step++
	s.put(s.base+st.at, st.line, func(s *stage) error {
		err := st.run(s)
		s.plan()
		return err
	})
}

func (s *stage) end() {
	if !s.ended {
		s.ended = true
		close(s.played)
	}
}

// hold makes the clock stand until a hub has a client.
func (s *stage) hold(hub string) { s.held, s.holdOn = true, hub }

// still ends all generators.
func (s *stage) still() { s.epoch++ }

// setUp does what the scenario has at 0s, up to the first wait, so that nobody
// ever sees an empty world. It is called before run.
func (s *stage) setUp() error {
	s.world.life = strconv.FormatInt(s.clock().UnixMilli(), 36)
	for !s.held && len(s.due) > 0 && s.due[0].at == 0 {
		if err := s.next(); err != nil {
			return err
		}
	}
	return nil
}

// run plays until ctx ends.
func (s *stage) run(ctx context.Context) {
	defer close(s.gone)
	defer s.end()
	timer := time.NewTimer(0)
	defer timer.Stop()
	s.origin = time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case ask := <-s.asks:
			ask()
		case <-timer.C:
			s.catchUp(ctx)
		}
		s.resume()
		timer.Reset(s.untilNext())
	}
}

// A stage that is behind by more than this, because the machine slept or a
// rate is higher than it can do, does not make up for it.
const maxBehind = 2 * time.Second

// A turn is how long the stage works on what is due before it listens to what
// it is asked.
const maxTurn = 50 * time.Millisecond

// catchUp does what is due.
func (s *stage) catchUp(ctx context.Context) {
	began := time.Now()
	for !s.held && len(s.due) > 0 && ctx.Err() == nil {
		now := time.Now()
		if now.Sub(began) > maxTurn {
			return
		}
		lag := now.Sub(s.wall(s.due[0].at))
		if lag < 0 {
			return
		}
		if lag > maxBehind {
			s.origin = s.origin.Add(lag)
		}
		if err := s.next(); err != nil {
			s.log.Warn("demo scenario step failed", "cause", err)
		}
	}
}

// next does the first thing that is due, whatever the time. The error says
// that it could not be done, which ends nothing.
func (s *stage) next() error {
	it := heap.Pop(&s.due).(item)
	s.at = it.at
	if err := it.run(s); err != nil {
		return fmt.Errorf("scenario %s, line %d: %w", s.script.name, it.line, err)
	}
	return nil
}

// resume lets the clock go on if what it waits for has come.
func (s *stage) resume() {
	if s.held && s.wire.clients(s.holdOn) > 0 {
		s.held = false
		s.origin = time.Now().Add(-s.scaled(s.at))
	}
}

// wall is the real time of a time of the scenario.
func (s *stage) wall(at time.Duration) time.Time { return s.origin.Add(s.scaled(at)) }

func (s *stage) scaled(d time.Duration) time.Duration {
	if s.speed == 1 {
		return d
	}
	return time.Duration(float64(d) / s.speed)
}

func (s *stage) untilNext() time.Duration {
	if s.held || len(s.due) == 0 {
		return time.Hour // until it is asked
	}
	return max(0, time.Until(s.wall(s.due[0].at)))
}

// ask runs f on the stage's goroutine, between two things, and waits for it.
// It fails with ErrClosed if the stage has ended.
func (s *stage) ask(f func()) error {
	done := make(chan struct{})
	select {
	case s.asks <- func() { defer close(done); f() }:
	case <-s.gone:
		return ErrClosed
	}
	<-done
	return nil
}

// tell sends what the contract makes of facts of its world.
func (s *stage) tell(facts []fact) {
	now := s.clock()
	for _, f := range facts {
		for _, m := range tellContract(f, now) {
			s.send(m)
		}
	}
}

func (s *stage) send(m message) {
	frame, err := m.frame()
	switch {
	case err != nil: // a field of ours that has no JSON form; a test would show
		s.log.Error("demo event has no frame", "target", m.target, "cause", err)
	case m.group != "":
		s.wire.toGroup(m.hub, m.group, frame)
	default:
		s.wire.broadcast(m.hub, frame)
	}
}

// framesOf are the frames of messages for one client.
func framesOf(list []message) [][]byte {
	var frames [][]byte
	for _, m := range list {
		if frame, err := m.frame(); err == nil {
			frames = append(frames, frame)
		}
	}
	return frames
}
