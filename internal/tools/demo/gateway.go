package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Errors of a gateway that can be told apart.
var (
	// ErrClosed is returned by calls on a gateway that has been closed.
	ErrClosed = errors.New("demo: the gateway is closed")
	// ErrNoHub is wrapped where a hub is named that there is not.
	ErrNoHub = errors.New("demo: no such hub")
)

// Gateway is a running demo gateway. All methods may be called by any
// goroutine.
type Gateway struct {
	opts    Options
	ports   []*port // of Core and of Admin, or one for both
	hubs    map[string]*hub
	order   []*hub
	stage   *stage
	serving context.Context // ends when the gateway closes
	stop    context.CancelFunc
	done    chan struct{}

	mu       sync.Mutex
	closing  bool
	handlers sync.WaitGroup // requests and connections being served
	servers  sync.WaitGroup // http servers
}

// Serve starts a gateway that runs until ctx ends or Close is called, also
// after its scenario has come to its end. It returns as soon as the gateway
// listens. The error is of the options, the scenario or the address.
func Serve(ctx context.Context, opts Options) (*Gateway, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	script := opts.Script
	if script == nil {
		if script, err = Load(opts.Scenario); err != nil {
			return nil, err
		}
	}
	if opts, err = opts.withDialect(script); err != nil {
		return nil, err
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	g := &Gateway{
		opts: opts, hubs: map[string]*hub{},
		serving: serving, stop: stop, done: make(chan struct{}),
	}
	speech := speechOf(script.dialect, opts)
	g.openPorts(speech)
	err = g.openHubs(hubsOf(script.dialect))
	g.stage = newStage(script, speech, g, opts)
	if err == nil {
		err = g.stage.setUp()
	}
	if err == nil {
		err = g.listen("")
	}
	if err != nil {
		g.hush("")
		stop()
		return nil, err
	}
	go g.run(ctx)
	return g, nil
}

// run plays the scenario and clears up when the gateway ends.
func (g *Gateway) run(ctx context.Context) {
	defer close(g.done)
	var played sync.WaitGroup
	played.Go(func() { g.stage.run(g.serving) })
	select {
	case <-ctx.Done():
	case <-g.serving.Done():
	}
	g.mu.Lock()
	g.closing = true
	g.mu.Unlock()
	g.hush("")
	g.stop()
	played.Wait()
	g.handlers.Wait()
	g.servers.Wait()
}

// Close ends the gateway as a stopped server ends: sockets close without a
// word. It returns when nothing of it runs any more.
func (g *Gateway) Close() error {
	g.stop()
	<-g.done
	return nil
}

// Done is closed when the gateway has ended.
func (g *Gateway) Done() <-chan struct{} { return g.done }

// Wait blocks until the gateway has ended.
func (g *Gateway) Wait() { <-g.done }

// Played is closed when the scenario has come to its end; never, if it loops.
func (g *Gateway) Played() <-chan struct{} { return g.stage.played }

// CoreURL is the base URL of the core hubs, without a slash at its end.
func (g *Gateway) CoreURL() string { return "http://" + g.portOf(core).addr }

// AdminURL is the base URL of the admin hubs and of what Admin answers. It
// equals CoreURL for a gateway that speaks the contract, which serves both from
// one address.
func (g *Gateway) AdminURL() string { return "http://" + g.portOf(admin).addr }

// Scenario is the name of what is played.
func (g *Gateway) Scenario() string { return g.stage.script.name }

// Dialect is how the gateway speaks.
func (g *Gateway) Dialect() Dialect { return g.stage.script.dialect }

// VirtualKey opens the core hubs.
func (g *Gateway) VirtualKey() string { return g.opts.VirtualKey }

// MasterKey opens the admin hubs.
func (g *Gateway) MasterKey() string { return g.opts.MasterKey }

// Hubs lists the names of the hubs, core first. The path of a hub is "/hubs/"
// and its name.
func (g *Gateway) Hubs() []string {
	names := make([]string, len(g.order))
	for i, h := range g.order {
		names[i] = h.name
	}
	return names
}

// Do plays one line of scenario text now, as if it stood where the scenario
// is. A time at its beginning is an error, as are "begin", "loop" and "wait".
func (g *Gateway) Do(line string) error {
	run, err := parseAction(g.Dialect(), line)
	if err != nil {
		return err
	}
	var failed error
	if err := g.stage.ask(func() { failed = run(g.stage) }); err != nil {
		return err
	}
	return failed
}

// Publish sends an event to every client of a hub, in order with what the
// scenario sends. The arguments are sent as they are, JSON or not.
func (g *Gateway) Publish(hub, target string, args ...json.RawMessage) error {
	h := g.hubs[hub]
	if h == nil {
		return fmt.Errorf("%w: %q", ErrNoHub, hub)
	}
	if g.serving.Err() != nil {
		return ErrClosed
	}
	h.broadcast(encode(target, args...))
	return nil
}

// Stats returns the counters of every hub by name.
func (g *Gateway) Stats() map[string]HubStats {
	all := make(map[string]HubStats, len(g.hubs))
	for name, h := range g.hubs {
		all[name] = h.snapshotStats()
	}
	return all
}

func (g *Gateway) offers(t Transport) bool { return slices.Contains(g.opts.Transports, t) }
