// Package gateway keeps the links to one gateway's hubs up, reads its lists
// beside them (package rest) and turns what comes in into events. It decodes
// nothing itself (package wire) and keeps no state that is shown: it publishes
// to the engine. A link's goroutines belong to its hub; Run waits for all of
// them.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/rest"
	"gatewatch/internal/sources/wire"
)

// Publisher takes events in order; the engine is one.
type Publisher interface {
	// Buffer hands out an empty batch.
	Buffer() *event.Batch
	// Publish takes the batch over. It may block until ctx ends.
	Publish(ctx context.Context, batch *event.Batch) error
}

// Key is one virtual key of the gateway.
type Key struct {
	// Slot is our name of the key, unique in a Config.
	Slot  string
	Label string // for people; may be ""
	// ID and Name are the gateway's own, where known: a real gateway's spend
	// events do not name their key.
	ID   event.KeyID
	Name string
	// Secret is the key itself. One that is not set, or is paused, is listed
	// and never used.
	Secret secret.String
	Paused bool
}

// Usable reports whether the key can be connected with.
func (k Key) Usable() bool { return k.Secret.Set() && !k.Paused }

// Config says which gateway to watch, and with what.
type Config struct {
	ID event.GatewayID
	// CoreURL and AdminURL are base addresses; either may be "": that plane is
	// then not watched.
	CoreURL, AdminURL string
	// VirtualKeys open the core hubs, MasterKey the admin hubs. Without a key
	// its plane is shown as needing one and never asked.
	VirtualKeys []Key
	MasterKey   secret.String
	// TaskHubs connects the hubs of tasks although no task is watched by us: a
	// recording has tasks that somebody else subscribed to.
	TaskHubs bool
	// Webhooks are addresses (host and path) whose deliveries are followed.
	Webhooks []string
	// Tasks are followed from the beginning, see FollowTask; one that the
	// gateway refuses or does not know is said to be, by an event.Reply.
	Tasks   []event.TaskID
	Unended []event.TaskID // that an earlier run followed; nobody waits to hear of those
	Network hub.NetworkOptions
	// Wants, Recall and RecallList say what earlier runs know, see rest.Options.
	Wants      func(context.Context) rest.Wants
	Recall     func(event.GroupID) (rest.Topup, bool)
	RecallList func(name string) []byte
	// Hub is what every hub connection starts from; zero: hub.DefaultOptions.
	Hub *hub.Options
	// Jitter gives the chance in all waits, a number in [0, 1), from any
	// goroutine; nil: math/rand.
	Jitter func() float64
	Log    *slog.Logger
}

// tickEvery is how often decoders are asked for events that they held back;
// measureTicks of it is how often the counters of links are reported, joinTicks
// how often what became known is subscribed to, and askTicks how often keys
// that are not sure are asked about.
const (
	tickEvery    = time.Second
	measureTicks = 2
	joinTicks    = 5
	askTicks     = 30
)

// Gateway is the links to one gateway. Make it with Open and Run it.
type Gateway struct {
	conf       Config
	to         Publisher
	env        *hub.Environment
	keys       *monitoredKeys
	links      []*link
	tasks      *watchedTasks
	entities   *knownEntities
	poller     *poller
	background backgroundRequests
	// healthProber asks how the gateway's components are, delivery knows what can be seen.
	healthProber *healthProber
	delivery     *deliveryTracker
	ctx          context.Context // of Run, once that runs

	byHand atomic.Bool   // the user disconnected it
	found  atomic.Uint32 // wire.Dialect, as the lists say
	fresh  atomic.Bool   // known has more than was subscribed to

	mu      sync.Mutex
	running bool // guarded by mu
}

// Open checks the configuration and prepares the links. Nothing is connected
// before Run.
func Open(c Config, to Publisher) (*Gateway, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.CoreURL == "" && c.AdminURL == "" {
		return nil, fault.New(fault.Misconfigured, "The gateway has no address. Give the address of its Core or Admin API.", nil)
	}
	if c.Network.Refusals == nil {
		c.Network.Refusals = hub.NewRefusals()
	}
	env, err := hub.NewEnvironment(c.Network)
	if err != nil {
		return nil, fault.New(fault.Misconfigured, "The network settings of this gateway cannot be used: "+err.Error()+".", err)
	}
	g := &Gateway{
		conf: c, to: to, env: env, keys: newMonitoredKeys(c.VirtualKeys), tasks: newWatchedTasks(), entities: newKnownEntities(),
		ctx: context.Background(),
	}
	for _, id := range c.Tasks {
		g.tasks.add(id, "")
		g.tasks.name(id)
	}
	for _, id := range c.Unended {
		g.tasks.add(id, "")
	}
	g.keys.emit, g.keys.move = g.emitKey, g.primaryKeyChanged
	g.keys.wakeUp = func() { g.enqueue(g.validateKeys) }
	g.delivery = newDeliveryTracker(g.noCore(), g.noAdmin())
	if err := errors.Join(g.openPoller(), g.openBackground()); err != nil {
		return nil, err
	}
	if len(c.Tasks)+len(c.Unended) > 0 {
		g.enqueue(g.readTasks)
	}
	if err := g.openHealthProber(); err != nil {
		return nil, err
	}
	slots := hub.NewSemaphore(3)
	for _, h := range hubs {
		for _, x := range g.keysFor(h) {
			l, err := g.open(h, x, slots)
			if err != nil {
				return nil, err
			}
			g.links = append(g.links, l)
		}
	}
	if len(g.links) == 0 {
		return nil, fault.New(fault.Unauthorized, "There is no key for this gateway. Give a virtual key for its Core API or the master key for its Admin API.", nil)
	}
	return g, nil
}

// keysFor lists the keys of whose own a hub is connected; a nil one stands for
// the key that holds the hubs shared by all, or for the master key. There is
// none if the hub's plane has no address or no key.
func (g *Gateway) keysFor(h Hub) []*monitoredKey {
	if h.Plane == event.PlaneAdmin {
		if g.conf.AdminURL == "" || !g.conf.MasterKey.Set() {
			return nil
		}
		return []*monitoredKey{nil}
	}
	live := g.keys.dedicatedKeys()
	if g.conf.CoreURL == "" || len(live) == 0 {
		return nil
	}
	if h.PerKey {
		return live
	}
	return []*monitoredKey{nil}
}

// open prepares one link.
func (g *Gateway) open(h Hub, x *monitoredKey, slots *hub.Semaphore) (*link, error) {
	base := g.conf.CoreURL
	if h.Plane == event.PlaneAdmin {
		base = g.conf.AdminURL
	}
	address, err := join(base, h.Path)
	if err != nil {
		return nil, err
	}
	src := &event.Source{Gateway: g.conf.ID, Via: event.ViaHub, Name: h.Name}
	if x != nil && len(g.keys.dedicatedKeys()) > 1 {
		src.Key, src.Slot = x.ID, x.Slot
	}
	l := newLink(h, x, src, g)
	o := hub.DefaultOptions()
	if g.conf.Hub != nil {
		o = *g.conf.Hub
	}
	o.Jitter = g.conf.Jitter
	o.Name, o.URL, o.HTTP, o.DialLimit, o.Log = h.Name, address, g.env, slots, g.conf.Log.With("gateway", string(g.conf.ID))
	o.Token = l.token
	if h.Plane == event.PlaneAdmin {
		o.TokenHeader = "X-Master-Key"
	}
	if l.hub, err = hub.New(o); err != nil {
		return nil, fault.New(fault.Misconfigured, "This gateway's settings cannot be used.", err)
	}
	if h.Tasks != "" {
		l.hub.Disconnect() // until updateTaskHubs wants it
	}
	return l, nil
}

// join appends a hub's path to a base address.
func join(base, path string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(base))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", fault.New(fault.Misconfigured, "The address of the gateway must look like https://gateway.example.com.", nil)
	}
	if u.User != nil {
		return "", fault.New(fault.Misconfigured, "The address of the gateway must not hold a user name or password.", nil)
	}
	return u.JoinPath(path).String(), nil
}

// Run keeps the links up until ctx ends and waits for all of them.
func (g *Gateway) Run(ctx context.Context) error {
	g.mu.Lock()
	if g.running {
		g.mu.Unlock()
		return errors.New("gateway: already running")
	}
	g.running = true
	g.mu.Unlock()
	defer g.env.CloseIdle()
	group, ctx := errgroup.WithContext(ctx)
	g.ctx = ctx
	g.updateTaskHubs(time.Now())
	g.keys.emitAll()
	for _, l := range g.links {
		group.Go(func() error { return l.run(ctx) })
	}
	group.Go(func() error { g.measure(ctx); return nil })
	g.healthProber.ctx = ctx // lists report by it, too
	group.Go(func() error { g.runBackground(ctx); return nil })
	group.Go(func() error { g.poller.run(ctx); return nil })
	group.Go(func() error { g.healthProber.run(ctx); return nil })
	if err := group.Wait(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("gateway %s: %w", g.conf.ID, err)
	}
	return nil
}

// stopTimeout is how long publishing may take once everything stops.
const stopTimeout = time.Second

// send publishes a batch; once everything stops it still does, for a moment:
// that a link is down now must be reported, too.
func (g *Gateway) send(ctx context.Context, batch *event.Batch) {
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
	}
	_ = g.to.Publish(ctx, batch) // fails only when everything stops
}

// measure reports the counters of all links now and then, those that moved, and
// what decoders held back for a while.
func (g *Gateway) measure(ctx context.Context) {
	t := time.NewTicker(tickEvery)
	defer t.Stop()
	for n := 1; ; n++ {
		var now time.Time
		select {
		case <-ctx.Done():
			return
		case now = <-t.C:
		}
		for _, l := range g.links {
			l.flushDue(now)
		}
		g.emitDeliveries(ctx, now)
		g.tick(n, now)
		if n%measureTicks == 0 && g.emitCounters(ctx, now) != nil {
			return
		}
	}
}

// tick does what is to be looked at now and then.
func (g *Gateway) tick(n int, now time.Time) {
	g.updateTaskHubs(now)
	if n%joinTicks == 0 && g.fresh.Swap(false) {
		switch g.dialect() {
		case wire.DialectAugust:
			g.rejoin(adminHub)
		case wire.DialectJuly:
			g.rejoin(discoveryHub)
		case wire.DialectUnknown, wire.DialectContract:
		}
	}
	if n%askTicks == 0 {
		g.enqueue(g.validateKeys)
	}
}

func (g *Gateway) emitCounters(ctx context.Context, now time.Time) error {
	batch := g.to.Buffer()
	for _, l := range g.links {
		if m, moved := l.measured(now); moved {
			batch.Add(event.Envelope{At: now, Source: l.src, Body: m})
		}
	}
	return g.to.Publish(ctx, batch)
}

// learn says to every link that uses a virtual key whose it is. The hub for keys
// says so by itself when a connection begins; the hub for spend never does.
func (g *Gateway) learn(key secret.String, id event.KeyID, name string) {
	g.keys.learn(key, id, name)
	for _, l := range g.links {
		if l.desc.Plane == event.PlaneCore && l.cred().Equal(key) {
			l.setKey(id)
		}
	}
}

// emitKey publishes how a key does.
func (g *Gateway) emitKey(w event.MonitoredKeyChanged) {
	src := &event.Source{Gateway: g.conf.ID, Via: event.ViaComputed}
	g.send(g.ctx, g.to.Buffer().Add(event.Envelope{At: w.At, Source: src, Body: w}))
}

// primaryKeyChanged connects the shared hubs anew, with another key.
func (g *Gateway) primaryKeyChanged() {
	g.conf.Log.Info("another virtual key holds the shared hubs", "gateway", string(g.conf.ID))
	if g.background.core != nil {
		g.background.core.SetKey(g.keys.primarySecret())
	}
	if g.healthProber.prober != nil {
		g.healthProber.prober.SetKey(g.keys.primarySecret())
	}
	for _, l := range g.links {
		if l.desc.Plane == event.PlaneCore && l.own == nil && l.isWanted() && !g.byHand.Load() {
			l.forgetKey()
			l.hub.Reconnect()
		}
	}
}

// Relabel changes what a virtual key is called.
func (g *Gateway) Relabel(slot, label string) { g.keys.relabel(slot, label) }

// Connect connects what is disconnected or waits, at once.
func (g *Gateway) Connect() {
	g.byHand.Store(false)
	g.env.TryRefused(true)
	g.poller.resume()
	g.healthProber.resume()
	for _, l := range g.links {
		if l.isWanted() {
			l.hub.ConnectNow()
		}
	}
}

// Disconnect ends all connections until Connect.
func (g *Gateway) Disconnect() {
	g.byHand.Store(true)
	g.poller.pause()
	g.healthProber.pause()
	for _, l := range g.links {
		l.hub.Disconnect()
	}
}

// Reconnect ends all connections and connects anew.
func (g *Gateway) Reconnect() {
	g.byHand.Store(false)
	g.env.TryRefused(true)
	g.poller.resume()
	g.healthProber.resume()
	for _, l := range g.links {
		if l.isWanted() {
			l.hub.Reconnect()
		}
	}
}

// Missing says which planes have an address but no key.
func (g *Gateway) Missing() (core, admin bool) {
	return g.conf.CoreURL != "" && !g.keys.primarySecret().Set(), g.conf.AdminURL != "" && !g.conf.MasterKey.Set()
}
