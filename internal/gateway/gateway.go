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

	"gatewatch/internal/event"
	"gatewatch/internal/fault"
	"gatewatch/internal/hub"
	"gatewatch/internal/rest"
	"gatewatch/internal/secret"
	"gatewatch/internal/wire"
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
	// CoreURL and AdminURL are base addresses; either may be "": that half is
	// then not watched.
	CoreURL, AdminURL string
	// VirtualKeys open the core hubs, MasterKey the admin hubs. Without a key
	// its half is shown as needing one and never asked.
	VirtualKeys []Key
	MasterKey   secret.String
	// TaskHubs connects the hubs of tasks although no task is watched by us: a
	// recording has tasks that somebody else subscribed to.
	TaskHubs bool
	// Webhooks are addresses (host and path) whose deliveries are followed.
	Webhooks []string
	Network  hub.NetworkOptions
	// Hub is what every hub connection starts from; zero: hub.DefaultOptions.
	Hub *hub.Options
	// Draw gives the chance in all waits, a number in [0, 1), from any
	// goroutine; nil: math/rand.
	Draw func() float64
	Log  *slog.Logger
}

// tickEvery is how often decoders are asked for facts that they held back;
// measureTicks of it is how often the counters of links are told, joinTicks
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
	conf     Config
	to       Publisher
	env      *hub.Environment
	accounts *accounts
	links    []*link
	tasks    *watched
	known    *known
	lists    *lists
	errands  errands
	// lights asks how the gateway's parts are, cover knows what can be seen.
	lights *lights
	cover  *coverage
	ctx    context.Context // of Run, once that runs

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
	env, err := hub.NewEnvironment(c.Network)
	if err != nil {
		return nil, fault.New(fault.Misconfigured, "The network settings of this gateway cannot be used.", err)
	}
	g := &Gateway{
		conf: c, to: to, env: env, accounts: newAccounts(c.VirtualKeys), tasks: newWatched(), known: newKnown(),
		ctx: context.Background(),
	}
	g.accounts.tell, g.accounts.move = g.tellKey, g.keyMoved
	g.accounts.wakeUp = func() { g.later(g.askAbout) }
	g.cover = newCoverage(g.noCore(), g.noAdmin())
	if err := errors.Join(g.openLists(), g.openErrands()); err != nil {
		return nil, err
	}
	if err := g.openLights(); err != nil {
		return nil, err
	}
	slots := hub.NewSlots(3)
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
// none if the hub's half has no address or no key.
func (g *Gateway) keysFor(h Hub) []*account {
	if h.Plane == event.PlaneAdmin {
		if g.conf.AdminURL == "" || !g.conf.MasterKey.Set() {
			return nil
		}
		return []*account{nil}
	}
	live := g.accounts.livelings()
	if g.conf.CoreURL == "" || len(live) == 0 {
		return nil
	}
	if h.PerKey {
		return live
	}
	return []*account{nil}
}

// open prepares one link.
func (g *Gateway) open(h Hub, x *account, slots *hub.Slots) (*link, error) {
	base := g.conf.CoreURL
	if h.Plane == event.PlaneAdmin {
		base = g.conf.AdminURL
	}
	address, err := join(base, h.Path)
	if err != nil {
		return nil, err
	}
	src := &event.Source{Gateway: g.conf.ID, Via: event.ViaHub, Name: h.Name}
	if x != nil && len(g.accounts.livelings()) > 1 {
		src.Key, src.Slot = x.ID, x.Slot
	}
	l := newLink(h, x, src, g)
	o := hub.DefaultOptions()
	if g.conf.Hub != nil {
		o = *g.conf.Hub
	}
	o.Draw = g.conf.Draw
	o.Name, o.URL, o.HTTP, o.Slots, o.Log = h.Name, address, g.env, slots, g.conf.Log.With("gateway", string(g.conf.ID))
	o.Token = l.token
	if h.Plane == event.PlaneAdmin {
		o.TokenHeader = "X-Master-Key"
	}
	if l.hub, err = hub.New(o); err != nil {
		return nil, fault.New(fault.Misconfigured, "This gateway's settings cannot be used.", err)
	}
	if h.Tasks != "" {
		l.hub.Disconnect() // until settleTaskHubs wants it
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
	g.settleTaskHubs(time.Now())
	g.accounts.tellAll()
	for _, l := range g.links {
		group.Go(func() error { return l.run(ctx) })
	}
	group.Go(func() error { g.measure(ctx); return nil })
	g.lights.ctx = ctx // lists tell by it, too
	group.Go(func() error { g.runErrands(ctx); return nil })
	group.Go(func() error { g.lists.run(ctx); return nil })
	group.Go(func() error { g.lights.run(ctx); return nil })
	if err := group.Wait(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("gateway %s: %w", g.conf.ID, err)
	}
	return nil
}

// lastWords is how long publishing may take once everything stops.
const lastWords = time.Second

// send publishes a batch; once everything stops it still does, for a moment:
// that a link is down now must be told, too.
func (g *Gateway) send(ctx context.Context, batch *event.Batch) {
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), lastWords)
		defer cancel()
	}
	_ = g.to.Publish(ctx, batch) // fails only when everything stops
}

// measure tells the counters of all links now and then, those that moved, and
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
			l.expire(now)
		}
		g.tellCoverage(ctx, now)
		g.tick(n, now)
		if n%measureTicks == 0 && g.tellCounters(ctx, now) != nil {
			return
		}
	}
}

// tick does what is to be looked at now and then.
func (g *Gateway) tick(n int, now time.Time) {
	g.settleTaskHubs(now)
	if n%joinTicks == 0 && g.fresh.Swap(false) {
		switch g.dialect() {
		case wire.DialectHead:
			g.joinAnew(adminHub)
		case wire.DialectJuly:
			g.joinAnew(discoveryHub)
		case wire.DialectUnknown, wire.DialectContract:
		}
	}
	if n%askTicks == 0 {
		g.later(g.askAbout)
	}
}

func (g *Gateway) tellCounters(ctx context.Context, now time.Time) error {
	batch := g.to.Buffer()
	for _, l := range g.links {
		if m, moved := l.measured(now); moved {
			batch.Add(event.Envelope{At: now, Source: l.src, Body: m})
		}
	}
	return g.to.Publish(ctx, batch)
}

// learn tells every link that uses a virtual key whose it is. The hub for keys
// says so by itself when a connection begins; the hub for spend never does.
func (g *Gateway) learn(key secret.String, id event.KeyID, name string) {
	g.accounts.learn(key, id, name)
	for _, l := range g.links {
		if l.desc.Plane == event.PlaneCore && l.cred().Equal(key) {
			l.setKey(id)
		}
	}
}

// tellKey publishes how a key does.
func (g *Gateway) tellKey(w event.KeyWatched) {
	src := &event.Source{Gateway: g.conf.ID, Via: event.ViaComputed}
	g.send(g.ctx, g.to.Buffer().Add(event.Envelope{At: w.At, Source: src, Body: w}))
}

// keyMoved connects the shared hubs anew, with another key.
func (g *Gateway) keyMoved() {
	g.conf.Log.Info("another virtual key holds the shared hubs", "gateway", string(g.conf.ID))
	if g.errands.core != nil {
		g.errands.core.SetKey(g.accounts.held())
	}
	if g.lights.core != nil {
		g.lights.core.SetKey(g.accounts.held())
	}
	for _, l := range g.links {
		if l.desc.Plane == event.PlaneCore && l.own == nil && l.isWanted() && !g.byHand.Load() {
			l.forgetKey()
			l.hub.Reconnect()
		}
	}
}

// Relabel changes what a virtual key is called.
func (g *Gateway) Relabel(slot, label string) { g.accounts.relabel(slot, label) }

// Connect connects what is disconnected or waits, at once.
func (g *Gateway) Connect() {
	g.byHand.Store(false)
	g.lists.resume()
	g.lights.resume()
	for _, l := range g.links {
		if l.isWanted() {
			l.hub.ConnectNow()
		}
	}
}

// Disconnect ends all connections until Connect.
func (g *Gateway) Disconnect() {
	g.byHand.Store(true)
	g.lists.pause()
	g.lights.pause()
	for _, l := range g.links {
		l.hub.Disconnect()
	}
}

// Reconnect ends all connections and connects anew.
func (g *Gateway) Reconnect() {
	g.byHand.Store(false)
	g.lists.resume()
	g.lights.resume()
	for _, l := range g.links {
		if l.isWanted() {
			l.hub.Reconnect()
		}
	}
}

// WatchTask follows one task, now and after every reconnect, until it has
// ended. A medium of "" is found out. It returns the gateway's refusal, if it
// neither lets us subscribe to the task nor read it.
func (g *Gateway) WatchTask(ctx context.Context, id event.TaskID, m event.Medium) error {
	if id == "" {
		return fault.New(fault.Usage, "A task to watch needs an id.", nil)
	}
	g.tasks.add(id, m)
	read := g.errands.core != nil && g.tryRead(ctx, id)
	if read && m == "" {
		return nil // with its medium, it was subscribed to
	}
	g.settleTaskHubs(time.Now())
	no, yes, err := g.subscribeByHand(ctx, id, m)
	switch {
	case err != nil, no == nil, yes, read:
		return err
	}
	g.tasks.remove(id)
	return fault.New(fault.Forbidden, "The gateway does not let this key watch the task, or has no such task.", no)
}

// tryRead reads a task at once and reports whether the gateway has it.
func (g *Gateway) tryRead(ctx context.Context, id event.TaskID) bool {
	f, known, err := rest.ReadTask(ctx, g.errands.core, id)
	if err != nil || !known || f.Medium == "" {
		return false
	}
	g.later(func(ctx context.Context) { g.readTask(ctx, id) })
	g.tasks.add(id, f.Medium)
	return true
}

// subscribeByHand subscribes to a task on the hub of its medium, or on all
// that may be it. no is a refusal; yes is true if one hub accepted, or will be
// asked once it is connected.
func (g *Gateway) subscribeByHand(ctx context.Context, id event.TaskID, m event.Medium) (no error, yes bool, err error) { //nolint:revive // no is an answer, not a failure
	for _, l := range g.links {
		tells := l.desc.Tasks
		if l.desc.Name == tasksHub {
			tells = event.MediumBatch
		}
		if tells == "" || m != "" && tells != m {
			continue
		}
		_, callErr := l.hub.Invoke(ctx, subscribeToTask, string(id))
		switch {
		case callErr == nil, errors.Is(callErr, hub.ErrNotConnected), errors.Is(callErr, hub.ErrConnectionLost):
			yes = true // perhaps at the next connect
		case refused(callErr):
			no = callErr
		default:
			err = callErr
		}
	}
	return no, yes, err
}

// Missing says which halves have an address but no key.
func (g *Gateway) Missing() (core, admin bool) {
	return g.conf.CoreURL != "" && !g.accounts.held().Set(), g.conf.AdminURL != "" && !g.conf.MasterKey.Set()
}
