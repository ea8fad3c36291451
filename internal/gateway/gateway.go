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
	"time"

	"golang.org/x/sync/errgroup"

	"gatewatch/internal/event"
	"gatewatch/internal/fault"
	"gatewatch/internal/hub"
	"gatewatch/internal/secret"
)

// Publisher takes events in order; the engine is one.
type Publisher interface {
	// Buffer hands out an empty batch.
	Buffer() []event.Envelope
	// Publish takes the batch over. It may block until ctx ends.
	Publish(ctx context.Context, batch []event.Envelope) error
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
// measureTicks of it is how often the counters of links are told.
const (
	tickEvery    = time.Second
	measureTicks = 2
)

// Gateway is the links to one gateway. Make it with Open and Run it.
type Gateway struct {
	conf  Config
	to    Publisher
	env   *hub.Environment
	links []*link
	tasks *watched
	lists *lists
	// lights asks how the gateway's parts are, cover knows what can be seen.
	lights *lights
	cover  *coverage

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
	g := &Gateway{conf: c, to: to, env: env, tasks: newWatched()}
	g.cover = newCoverage(g.noCore(), g.noAdmin())
	if err := g.openLists(); err != nil {
		return nil, err
	}
	if err := g.openLights(); err != nil {
		return nil, err
	}
	slots := hub.NewSlots(3)
	for _, h := range hubs {
		for _, k := range g.keysFor(h) {
			l, err := g.open(h, k, slots)
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

// keysFor lists the credentials a hub is connected with: none if its half has
// no address or no key.
func (g *Gateway) keysFor(h Hub) []Key {
	if h.Plane == event.PlaneAdmin {
		if g.conf.AdminURL == "" || !g.conf.MasterKey.Set() {
			return nil
		}
		return []Key{{Secret: g.conf.MasterKey}}
	}
	keys := g.conf.usable()
	if g.conf.CoreURL == "" || len(keys) == 0 {
		return nil
	}
	if h.PerKey {
		return keys
	}
	return keys[:1]
}

// usable lists the virtual keys that can be connected with.
func (c Config) usable() []Key {
	var out []Key
	for _, k := range c.VirtualKeys {
		if k.Usable() {
			out = append(out, k)
		}
	}
	return out
}

// open prepares one link.
func (g *Gateway) open(h Hub, k Key, slots *hub.Slots) (*link, error) {
	base := g.conf.CoreURL
	if h.Plane == event.PlaneAdmin {
		base = g.conf.AdminURL
	}
	address, err := join(base, h.Path)
	if err != nil {
		return nil, err
	}
	o := hub.DefaultOptions()
	if g.conf.Hub != nil {
		o = *g.conf.Hub
	}
	o.Draw = g.conf.Draw
	o.Name, o.URL, o.HTTP, o.Slots, o.Log = h.Name, address, g.env, slots, g.conf.Log.With("gateway", string(g.conf.ID))
	o.Token = func(context.Context) (secret.String, error) { return k.Secret, nil }
	if h.Plane == event.PlaneAdmin {
		o.TokenHeader = "X-Master-Key"
	}
	conn, err := hub.New(o)
	if err != nil {
		return nil, fault.New(fault.Misconfigured, "This gateway's settings cannot be used.", err)
	}
	src := event.Source{Gateway: g.conf.ID, Via: event.ViaHub, Name: h.Name}
	if h.PerKey && len(g.conf.VirtualKeys) > 1 {
		src.Key = k.ID
	}
	return newLink(h, k, conn, src, g), nil
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
	for _, l := range g.links {
		group.Go(func() error { return l.run(ctx) })
	}
	group.Go(func() error { g.measure(ctx); return nil })
	g.lights.ctx = ctx // lists tell by it, too
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
func (g *Gateway) send(ctx context.Context, batch []event.Envelope) {
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
		if n%measureTicks == 0 && g.tellCounters(ctx, now) != nil {
			return
		}
	}
}

func (g *Gateway) tellCounters(ctx context.Context, now time.Time) error {
	batch := g.to.Buffer()
	for _, l := range g.links {
		if m, moved := l.measured(now); moved {
			batch = append(batch, event.Envelope{At: now, Source: l.src, Body: m})
		}
	}
	return g.to.Publish(ctx, batch)
}

// learn tells every link that uses a virtual key whose it is. The hub for keys
// says so by itself when a connection begins; the hub for spend never does.
func (g *Gateway) learn(key secret.String, id event.KeyID) {
	for _, l := range g.links {
		if l.desc.Plane == event.PlaneCore && l.cred.Equal(key) {
			l.setKey(id)
		}
	}
}

// Connect connects what is disconnected or waits, at once.
func (g *Gateway) Connect() {
	g.lists.resume()
	g.lights.resume()
	for _, l := range g.links {
		l.hub.ConnectNow()
	}
}

// Disconnect ends all connections until Connect.
func (g *Gateway) Disconnect() {
	g.lists.pause()
	g.lights.pause()
	for _, l := range g.links {
		l.hub.Disconnect()
	}
}

// Reconnect ends all connections and connects anew.
func (g *Gateway) Reconnect() {
	g.lists.resume()
	g.lights.resume()
	for _, l := range g.links {
		l.hub.Reconnect()
	}
}

// WatchTask subscribes to one task, now and after every reconnect, until it
// has ended. It returns the gateway's refusal, if it refuses.
func (g *Gateway) WatchTask(ctx context.Context, id event.TaskID, m event.Medium) error {
	if id == "" {
		return fault.New(fault.Usage, "A task to watch needs an id.", nil)
	}
	g.tasks.add(id, m)
	name := map[event.Medium]string{event.MediumImage: "image-generation", event.MediumVideo: "video-generation", event.MediumBatch: "tasks"}[m]
	for _, l := range g.links {
		if l.desc.Name != name {
			continue
		}
		_, err := l.hub.Invoke(ctx, "SubscribeToTask", string(id))
		var refused *hub.CallError
		switch {
		case errors.As(err, &refused):
			g.tasks.remove(id)
			return fault.New(fault.Forbidden, "The gateway does not let this key watch the task.", err)
		case errors.Is(err, hub.ErrNotConnected), errors.Is(err, hub.ErrConnectionLost):
			return nil // subscribed at the next connect
		}
		return err
	}
	return nil
}

// Missing says which halves have an address but no key.
func (g *Gateway) Missing() (core, admin bool) {
	return g.conf.CoreURL != "" && len(g.conf.usable()) == 0, g.conf.AdminURL != "" && !g.conf.MasterKey.Set()
}
