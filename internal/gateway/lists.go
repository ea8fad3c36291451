package gateway

import (
	"context"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/rest"
	"gatewatch/internal/wire"
)

// lists is the half of a gateway that is read rather than pushed. Its Watcher
// may be nil: without an address of the Admin API or without the master key
// nothing is read.
type lists struct {
	g *Gateway
	w *rest.Watcher
	// client asks the Admin API; nil like w.
	client *rest.Client
	ctx    context.Context // of Run; set before the Watcher runs
}

// openLists prepares the reading of the Admin API.
func (g *Gateway) openLists() error {
	g.lists = &lists{g: g}
	if g.conf.AdminURL == "" || !g.conf.MasterKey.Set() {
		return nil
	}
	c, err := rest.NewClient(rest.ClientOptions{Base: g.conf.AdminURL, Key: g.conf.MasterKey, HTTP: g.env.Client(), Steady: g.conf.Draw != nil})
	if err != nil {
		return err
	}
	g.lists.client = c
	g.lists.w = rest.NewWatcher(rest.Options{
		Client: c, Tell: g.lists.tell, Found: g.lists.found,
		Asked: func(source string, a event.Asked) { g.lights.asked(source, a) },
		Doubt: func() { g.lights.look() }, Draw: g.conf.Draw, Log: g.conf.Log.With("gateway", string(g.conf.ID)),
	})
	return nil
}

// run reads until ctx ends.
func (l *lists) run(ctx context.Context) {
	if l.w == nil {
		return
	}
	l.ctx = ctx
	l.w.Run(ctx)
}

// tell publishes what was read.
func (l *lists) tell(topic string, facts []event.Event) {
	now, batch := time.Now(), l.g.to.Buffer()
	src := &event.Source{Gateway: l.g.conf.ID, Via: event.ViaREST, Name: topic}
	for _, f := range facts {
		batch.Add(event.Envelope{At: now, Source: src, Body: f})
		l.learn(f)
	}
	l.g.send(l.ctx, batch)
}

// learn takes what a list says of our keys, and of keys and providers that can
// be subscribed to.
func (l *lists) learn(f event.Event) {
	if l.g.known.heard(f) {
		l.g.fresh.Store(true)
	}
	var wake []*link
	switch b := f.(type) {
	case event.KeyRead:
		wake = l.g.accounts.readKey(b)
	case event.GroupRead:
		wake = l.g.accounts.readGroup(b)
	case event.KeyChanged:
		wake = l.g.accounts.changed(b)
	}
	if l.g.byHand.Load() {
		return
	}
	for _, link := range wake {
		if link.isWanted() {
			link.hub.ConnectNow()
		}
	}
}

// found tells every decoder which gateway it is.
func (l *lists) found(d wire.Dialect) {
	l.g.cover.is(d)
	l.g.found.Store(uint32(d))
	l.g.fresh.Store(true)
	l.g.later(l.g.askAbout)
	for _, link := range l.g.links {
		link.setDialect(d)
	}
}

// heard passes on what a hub told: some of it is a reason to read. It does not
// wait.
func (l *lists) heard(e event.Event) {
	if l.w != nil {
		l.w.Heard(e)
	}
}

// up says that a hub is connected, for the first time or again.
func (l *lists) up(first bool) {
	switch {
	case l.w == nil:
	case first:
		l.w.Up()
	default:
		l.w.Refresh()
	}
}

// doubt says that Core hints at trouble behind the gateway, or at its end.
func (l *lists) doubt() {
	if l.w != nil {
		l.w.Doubt()
	}
}

// pause and resume follow what the user does to the connections by hand.
func (l *lists) pause() {
	if l.w != nil {
		l.w.Pause()
	}
}

func (l *lists) resume() {
	if l.w != nil {
		l.w.Resume()
	}
}

// SetShown says whether somebody looks at the gateway: its lists are then read
// more often. It is true at first.
func (g *Gateway) SetShown(shown bool) {
	if g.lists.w != nil {
		g.lists.w.SetShown(shown)
	}
	g.lights.setShown(shown)
}
