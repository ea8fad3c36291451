package run

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/demo"
	"gatewatch/internal/tools/replay"
	"gatewatch/internal/tools/scorecard"
)

// office is the gateway that scripts and composed days happen to: quiet enough
// that every number is known, busy enough that something is always asked.
const office = `dialect conduit
have group 1 Platform credit=250 spent=41.5
have group 2 Research credit=40 spent=10
have group 3 Quiet credit=100 spent=1
have key 1 platform-api group=Platform
have key 2 research-notebook group=Research
have key 3 quiet-bot group=Quiet
have key 4 nightly-job group=Quiet
have provider 1 openai type=OpenAI latency=410
have provider 2 mistral type=OpenAICompatible latency=280 url=https://mistral.example/v1
have provider 3 groq type=Groq latency=95
have mapping 1 chat-default openai gpt-5.2 price=1.25/10
have mapping 2 eu-chat mistral mistral-large-3 price=0.5/1.5
have mapping 3 realtime groq llama-4-70b price=0.59/0.79
have setting Retention.Days 30
have log 60 over=2h
`

// traffic is what goes on all the time.
const traffic = "every 3s..5s chat keys=platform-api models=chat-default,eu-chat cost=0.0010..0.0020\n"

// town is a network with a gateway on it, whose wires can be cut.
type town struct {
	t    *testing.T
	net  *replay.Network
	gate *demo.Gateway
	// asked counts the requests that were made to it, and the attempts that failed.
	asked atomic.Int64

	mu    sync.Mutex
	cut   bool          // nobody is reached; guarded by mu, as all below
	ice   chan struct{} // closed when who is reached speaks again; nil: does
	wires []*wire
}

// wire is a connection through which nothing comes while the gateway is frozen.
type wire struct {
	net.Conn
	town *town
	gone chan struct{} // closed by Close
	once sync.Once
	// stalled is true if nothing comes through it any more.
	stalled atomic.Bool
}

// Read implements net.Conn.
func (x *wire) Read(p []byte) (int, error) {
	n, err := x.Conn.Read(p)
	if x.stalled.Load() {
		<-x.gone
		return 0, net.ErrClosed
	}
	for {
		x.town.mu.Lock()
		ice := x.town.ice
		x.town.mu.Unlock()
		if ice == nil {
			return n, err
		}
		select {
		case <-ice:
		case <-x.gone:
			return 0, net.ErrClosed
		}
	}
}

// Close implements net.Conn.
func (x *wire) Close() error {
	x.once.Do(func() { close(x.gone) })
	return x.Conn.Close()
}

// freeze makes the gateway say nothing any more, as a process that is stopped;
// or lets it go on.
func (w *town) freeze(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if on {
		w.ice = make(chan struct{})
		return
	}
	close(w.ice)
	w.ice = nil
}

// openTown serves a gateway on a network of its own.
func openTown(t *testing.T, text string) *town {
	t.Helper()
	script, err := demo.Parse("office", text)
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t}
	w.net = replay.NewNetwork(func(string) bool { return false })
	w.gate, err = demo.Serve(t.Context(), demo.Options{
		Script: script, Listen: replay.CoreURL[7:], ListenAdmin: replay.AdminURL[7:], MasterKey: replay.MasterKey,
		Open: func(address string) (net.Listener, error) { return w.net.Listen(address), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// do plays lines of the demo's script now.
func (w *town) do(lines ...string) {
	w.t.Helper()
	for _, l := range lines {
		if err := w.gate.Do(l); err != nil {
			w.t.Errorf("%s: %v", l, err) // maybe not on the test's goroutine
		}
	}
}

// dial reaches the gateway, unless the network is cut.
func (w *town) dial(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	cut := w.cut
	w.mu.Unlock()
	if cut {
		return nil, &net.OpError{Op: "dial", Net: network, Err: net.UnknownNetworkError("cut")}
	}
	c, err := w.net.Dial(ctx, network, address)
	if err != nil {
		w.asked.Add(1)
		return nil, err
	}
	x := &wire{Conn: c, town: w, gone: make(chan struct{})}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wires = append(w.wires, x)
	return x, nil
}

// keys are those that the program watches.
func (w *town) keys() (keys []gateway.Key) {
	for _, k := range w.gate.VirtualKeys() {
		if k.Name == "platform-api" {
			keys = append(keys, gateway.Key{ID: event.KeyID("1"), Secret: secret.New(k.Secret)})
		}
	}
	return keys
}

// playTown runs the program in front of a gateway in a bubble; story makes the
// causes happen and returns them.
func playTown(t *testing.T, name, text string, story func(d *day)) (judged *scorecard.Judged) {
	s := scorecard.Scenario{Name: name, Source: "script"}
	synctest.Test(t, func(t *testing.T) {
		d := &day{t: t, town: openTown(t, text), witness: newWitness(), paths: config.PathsIn(t.TempDir())}
		d.start()
		time.Sleep(lead)
		d.from = time.Now()
		story(d)
		d.finish()
		s.Causes, s.Looks, s.Words = d.causes, d.looks, d.witness.heard()
		if err := d.program.Load().stack.Unwind(context.Background()); err != nil {
			t.Error(err)
		}
		if err := d.town.gate.Close(); err != nil {
			t.Error(err)
		}
	})
	return scorecard.Judge(&s)
}

// day is what happens to a gateway while the program watches it.
type day struct {
	t       *testing.T
	town    *town
	witness *witness
	program atomic.Pointer[audience] // nil while it does not run; changed by the cause that stops it
	from    time.Time
	trials  atomic.Int32 // keys that were made to expire

	mu     sync.Mutex
	causes []scorecard.Cause // guarded by mu, as all below
	blind  []bool            // by cause: it hides others
	least  []time.Duration   // by cause: see kind.least
	dark   []time.Duration   // by cause: how long after its end others cannot be seen
	sign   []time.Duration   // by cause: see kind.sign
	deaf   []bool            // by cause: see kind.deaf
	looks  []scorecard.Look
	ends   sync.WaitGroup // of the looks after causes

	paths config.Paths // of the program's files; zero: it keeps none
	wake  func()       // see sleep

	callsEnd atomic.Int64 // see busy
}

// start starts the program, for the first time or again.
func (d *day) start() {
	d.t.Helper()
	a := seat(d.t, func(o *Options) { o.Sender, o.OnDecision, o.Paths = &d.witness.screen, d.witness.told, d.paths })
	d.program.Store(a)
	if err := a.engine.Do(d.t.Context(), func(*state.State) { a.rules.listeners = append(a.rules.listeners, d.witness.hear) }); err != nil {
		d.t.Fatal(err)
	}
	if err := a.watchOn(d.t.Context(), d.town.dial, d.town.keys()); err != nil {
		d.t.Fatal(err)
	}
}

// stop ends the program as its menu does.
func (d *day) stop() {
	d.t.Helper()
	if err := d.program.Load().stack.Unwind(context.Background()); err != nil {
		d.t.Error(err)
	}
	d.program.Store(nil)
}

// finish watches for half an hour after the last end.
func (d *day) finish() {
	d.ends.Wait()
	time.Sleep(time.Minute)
	slices.SortFunc(d.looks, func(a, b scorecard.Look) int { return a.At.Compare(b.At) })
}

// lookAfter looks what is shown of a cause that is over.
func (d *day) lookAfter(cause string, end time.Time) {
	for _, after := range looksAfter {
		time.Sleep(time.Until(end.Add(after)))
		a := d.program.Load()
		if a == nil {
			continue
		}
		snap, err := a.engine.Snapshot(d.t.Context())
		if err != nil {
			continue // it is just ending
		}
		l := d.witness.look(&snap.Live, cause, after)
		d.mu.Lock()
		d.looks = append(d.looks, l)
		d.mu.Unlock()
	}
}

// cause makes a cause of a kind begin; the returned func ends it.
func (d *day) cause(k *kind) (end func()) {
	d.t.Helper()
	if k.prepare != nil {
		k.prepare(d)
	}
	c := k.cause
	c.Begin = time.Now()
	if k.blind {
		c.With = []string{"hub.down"}
	}
	d.mu.Lock()
	i := len(d.causes)
	d.causes, d.blind, d.least = append(d.causes, c), append(d.blind, k.blind), append(d.least, k.least)
	d.dark = append(d.dark, max(readAfter, k.dark))
	d.sign, d.deaf = append(d.sign, k.sign), append(d.deaf, k.deaf || k.blind)
	d.mu.Unlock()
	k.begin(d)
	return func() {
		d.t.Helper()
		end := time.Now()
		if k.end != nil {
			k.end(d)
		}
		if k.part == "bus" { // Core takes a while
			end = time.Now()
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.ends.Go(func() { d.lookAfter(k.name, end) })
		d.causes[i].End = end
		lasted := d.causes[i].End.Sub(c.Begin)
		switch {
		case lasted < k.least && c.Tell == scorecard.Must:
			d.causes[i].Tell = scorecard.May
		case k.long > 0 && lasted >= k.long+90*time.Second: // what is only listed is told when it lasts
			d.causes[i].Tell, d.causes[i].Within = scorecard.Must, k.long+90*time.Second
		case k.long > 0 && lasted >= k.long:
			d.causes[i].Tell = scorecard.May
		}
	}
}

// causeOf is a cause of a rule on entities, with the rule's delays.
func causeOf(name, rule, severity, entities string, more ...string) scorecard.Cause {
	d := delays[rule]
	var of []string
	if entities != "" {
		of = strings.Split(entities, ",")
	}
	var severities []string
	if severity != "" {
		severities = []string{severity}
	}
	return scorecard.Cause{
		Name: name, Rules: append([]string{rule}, more...), Entities: of, Severities: severities,
		Within: d.begin, EndWithin: d.end, Settle: d.settle, Tell: scorecard.Must, TellEnd: true,
	}
}
