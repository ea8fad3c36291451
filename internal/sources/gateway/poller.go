package gateway

import (
	"context"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/rest"
	"gatewatch/internal/sources/wire"
)

// poller is what of a gateway is polled rather than pushed. Its rest.Poller
// may be nil: without an address of the Admin API or without the master key
// nothing is read.
type poller struct {
	g *Gateway
	w *rest.Poller
	// client asks the Admin API; nil like w.
	client *rest.Client
	ctx    context.Context // of Run; set before the rest.Poller runs
}

// openPoller prepares the reading of the Admin API.
func (g *Gateway) openPoller() error {
	g.poller = &poller{g: g}
	if g.conf.AdminURL == "" || !g.conf.MasterKey.Set() {
		return nil
	}
	c, err := rest.NewClient(rest.ClientOptions{Base: g.conf.AdminURL, Key: g.conf.MasterKey, HTTP: g.env.Client(), RefusedLately: g.env.RefusedLately, NoJitter: g.conf.Jitter != nil})
	if err != nil {
		return err
	}
	g.poller.client = c
	g.poller.w = rest.NewPoller(rest.Options{
		Client: c, Emit: g.poller.emit, OnDialect: g.poller.found,
		OnPoll: func(source string, a event.Polled) { g.healthProber.publishPoll(source, a) },
		Wants:  g.conf.Wants, Recall: g.conf.Recall, RecallList: g.conf.RecallList,
		Recheck: func() { g.healthProber.recheck() }, Jitter: g.conf.Jitter, Log: g.conf.Log.With("gateway", string(g.conf.ID)),
	})
	return nil
}

// run reads until ctx ends.
func (l *poller) run(ctx context.Context) {
	if l.w == nil {
		return
	}
	l.ctx = ctx
	l.w.Run(ctx)
}

// emit publishes what was read.
func (l *poller) emit(topic string, events []event.Event) {
	now, batch := time.Now(), l.g.to.Buffer()
	src := &event.Source{Gateway: l.g.conf.ID, Via: event.ViaREST, Name: topic}
	for _, f := range events {
		batch.Add(event.Envelope{At: now, Source: src, Body: f})
		l.learn(f)
	}
	l.g.send(l.ctx, batch)
	for _, f := range events {
		if c, is := f.(event.LinkChanged); is && c.State == event.LinkConnected {
			l.g.wakeRefused()
		}
	}
}

// wakeRefused connects the Admin API's hubs at once that wait because nobody was
// there, or they were not let in: its lists are read with the very key.
func (g *Gateway) wakeRefused() {
	for _, l := range g.links {
		s := l.hub.Status()
		barred := s.State == hub.Failed && (s.Class == hub.ClassForbidden || s.Class == hub.ClassAuth)
		if l.desc.Plane == event.PlaneAdmin && l.isWanted() && (barred || waits(s)) {
			l.hub.ConnectNow()
		}
	}
}

// learn takes what a list says of our keys, and of keys and providers that can
// be subscribed to.
func (l *poller) learn(f event.Event) {
	if l.g.entities.observe(f) {
		l.g.fresh.Store(true)
	}
	var wake []*link
	switch b := f.(type) {
	case event.KeyRead:
		wake = l.g.keys.readKey(b)
	case event.GroupRead:
		wake = l.g.keys.readGroup(b)
	case event.KeyChanged:
		wake = l.g.keys.changed(b)
	}
	if l.g.byHand.Load() {
		return
	}
	if len(wake) > 0 {
		l.g.env.TryRefused(false)
	}
	for _, link := range wake {
		if link.isWanted() {
			link.hub.ConnectNow()
		}
	}
}

// found says to every decoder which gateway it is.
func (l *poller) found(d wire.Dialect) {
	l.g.delivery.is(d)
	l.g.found.Store(uint32(d))
	l.g.fresh.Store(true)
	l.g.enqueue(l.g.validateKeys)
	for _, link := range l.g.links {
		link.setDialect(d)
	}
}

// handlePush passes on what a hub reported: some of it is a reason to read. It does not
// wait.
func (l *poller) handlePush(e event.Event) {
	if l.w != nil {
		l.w.HandlePush(e)
	}
}

// hubConnected says that a hub of a half is connected, for the first time or again. What
// Admin's lets in is the master key.
func (l *poller) hubConnected(p event.Plane, first bool) {
	if l.w != nil && p == event.PlaneAdmin {
		l.w.Accepted()
	}
	switch {
	case l.w == nil:
	case first:
		l.w.HubConnected()
	default:
		l.w.Refresh()
	}
}

// recheck says that Core hints at a failure behind the gateway, or at its end.
func (l *poller) recheck() {
	if l.w != nil {
		l.w.Recheck()
	}
}

// pause and resume follow what the user does to the connections by hand.
func (l *poller) pause() {
	if l.w != nil {
		l.w.Pause()
	}
}

// again reads everything anew, for somebody who asked for it.
func (l *poller) again() {
	if l.w != nil {
		l.w.Refresh()
	}
}

func (l *poller) resume() {
	if l.w != nil {
		l.w.Resume()
	}
}

// SetVisible says whether somebody looks at the gateway: its lists are then read
// more often. It is true at first.
func (g *Gateway) SetVisible(shown bool) {
	if g.poller.w != nil {
		g.poller.w.SetVisible(shown)
	}
	g.env.SetHidden(!shown)
	g.healthProber.setVisible(shown)
	if shown && !g.byHand.Load() {
		g.wakeLongWaiting()
	}
}

// Refresh reads again what can be read. Connections stay as they are.
func (g *Gateway) Refresh() {
	g.poller.again()
	g.healthProber.recheck()
}
