package gateway

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/wire"
)

// maxBatch is how many events are gathered before they are published.
const maxBatch = 256

// link is our end of one hub: it decodes in wire order and publishes. The
// hub's dispatcher calls Connected, Event and Idle one at a time; status comes
// from another goroutine, and so do expire and setKey.
type link struct {
	desc Hub
	own  *monitoredKey // whose hub it is; nil of one that all keys share, and of the Admin API's
	hub  *hub.Hub
	src  *event.Source
	g    *Gateway
	emit func(event.Event)
	ctx  context.Context // of Run; set before the hub runs

	out sync.Mutex // held while a batch is published, so that batches keep their order

	mu    sync.Mutex
	dec   *wire.Decoder  // guarded by mu, as all below
	now   time.Time      // of the message in hand
	batch *event.Batch   // decoded and not yet published; see gather
	known bool           // whose key it is
	user  *monitoredKey  // whose key the last attempt was made with; nil of the Admin API
	want  bool           // the hub is to be connected
	used  time.Time      // when a task was watched last
	owner *event.KeyRead // a key whose state the event in hand reported; see Gateway.learn
	up    bool           // the connection is there
	lost  bool           // it was lost, and what was held back for it is still held

	last hub.Stats // as last measured; only measure touches it
}

// newLink makes a link without its hub.
func newLink(d Hub, own *monitoredKey, src *event.Source, g *Gateway) *link {
	l := &link{desc: d, own: own, src: src, g: g, want: d.Tasks == ""}
	k := own
	if k == nil && d.Plane == event.PlaneCore {
		k = g.keys.primary
	}
	var id event.KeyID
	if k != nil {
		id = k.ID
	}
	l.known, l.dec = id != "", wire.New(wire.Options{Key: id, NewSpend: l.newSpend})
	l.emit = l.take
	return l
}

// token is what the hub connects with.
func (l *link) token(context.Context) (secret.String, error) {
	if l.desc.Plane == event.PlaneAdmin {
		return l.g.conf.MasterKey, nil
	}
	x := l.own
	if x == nil {
		x = l.g.keys.primaryKey()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.user = x
	return x.Secret, nil
}

// cred is the virtual key that the hub connects with; not set of the Admin
// API's.
func (l *link) cred() secret.String {
	switch {
	case l.desc.Plane == event.PlaneAdmin:
		return secret.String{}
	case l.own != nil:
		return l.own.Secret
	}
	return l.g.keys.primarySecret()
}

// run keeps the hub connected until ctx ends.
func (l *link) run(ctx context.Context) error {
	l.ctx = ctx
	stop := l.hub.OnStatus(l.status)
	defer stop()
	err := l.hub.Run(ctx, l)
	l.flushHeld() // nothing follows any more
	if err != nil {
		return fmt.Errorf("hub %s: %w", l.desc.Name, err)
	}
	return nil
}

// status publishes a changed connection state. It is called in order.
func (l *link) status(s hub.Status) {
	l.mu.Lock()
	if up := s.State == hub.Connected; up != l.up {
		l.up, l.lost = up, !up
	}
	user := l.user
	if s.State == hub.Disconnected && !l.want {
		s.Class, s.Cause = classIdle, text.CauseNoTaskWatched
	}
	l.mu.Unlock()
	l.g.delivery.link(l, HubCondition{event.LinkState(s.State), string(s.Class), s.Cause})
	transport := string(s.Transport)
	if s.Direct {
		transport = text.TransportDirect
	}
	l.publishNow(event.LinkChanged{
		Hub: l.desc.Name, Plane: l.desc.Plane, State: event.LinkState(s.State), Class: string(s.Class),
		Cause: s.Cause, Attempt: s.Attempt, NextAt: s.NextAt, Transport: transport, At: s.Since,
	})
	if user == nil {
		return
	}
	l.g.keys.heard(user, l, s, l.own != nil)
	barred := s.State == hub.Failed && (s.Class == hub.ClassAuth || s.Class == hub.ClassRejected)
	if barred && l.own == nil && user != l.g.keys.primaryKey() {
		l.hub.Reconnect() // another key holds it since that attempt began
	}
}

// classIdle is the class of a link that nothing is wanted of; see
// event.LinkChanged.
const classIdle hub.Class = "idle"

// wants notes whether the hub is to be connected, and whether that is for a
// task, and reports whether that is another one. One against it counts once
// no task was watched for a while.
func (l *link) wants(it, task bool, now time.Time) (changed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if task {
		l.used = now
	}
	switch {
	case it:
		changed = !l.want
	case l.want && now.Sub(l.used) >= idleKeep:
		changed = true
	default:
		return false
	}
	l.want = it
	return changed
}

func (l *link) isWanted() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.want
}

// Connected implements hub.Handler: it subscribes and says so.
func (l *link) Connected(ctx context.Context, h *hub.Hub, why hub.ConnectInfo) error {
	if why.Reason == hub.Reconnect { // what the lost connection left open stays open
		l.flushHeld()
	}
	if why.Dropped > 0 {
		l.publishNow(event.BacklogDropped{Hub: l.desc.Name, Plane: l.desc.Plane, Count: why.Dropped, At: time.Now()})
	}
	if l.desc.Join != nil && why.Reason != hub.BacklogDropped {
		if err := l.desc.Join(ctx, subscriber{l, h}, l.g); err != nil {
			return fmt.Errorf("subscribe: %w", err)
		}
	}
	l.publishNow(event.Resynchronised{
		Hub: l.desc.Name, Plane: l.desc.Plane, First: why.Reason == hub.FirstConnect,
		GapMS: why.Gap.Milliseconds(), Reason: string(why.Reason), At: time.Now(),
	})
	l.g.poller.hubConnected(l.desc.Plane, why.Reason == hub.FirstConnect)
	l.g.wakeWaiting(l.desc.Plane, l)
	if l.desc.Plane == event.PlaneCore {
		l.g.healthProber.hubConnected()
	}
	if why.Reason == hub.Reconnect && l.desc.Plane == event.PlaneCore && l.own == nil {
		l.g.tasks.stale() // what they sent meanwhile is lost
		l.g.enqueue(l.g.readTasks)
	}
	return nil
}

// wakeWaiting connects the other links of a half at once that wait for another
// attempt because it was not there: the first that gets through shows that it is.
func (g *Gateway) wakeWaiting(plane event.Plane, up *link) {
	for _, l := range g.links {
		if l != up && l.desc.Plane == plane && l.isWanted() && waits(l.hub.Status()) {
			l.hub.ConnectNow()
		}
	}
}

// longWait is a wait that is too long for somebody who looks.
const longWait = 90 * time.Second

// wakeLongWaiting tries again what waits for long because nobody looked.
func (g *Gateway) wakeLongWaiting() {
	for _, l := range g.links {
		if s := l.hub.Status(); l.isWanted() && waits(s) && time.Until(s.NextAt) > longWait {
			l.hub.ConnectNow()
		}
	}
}

// waits reports whether a hub waits for another attempt because nobody was
// there.
func waits(s hub.Status) bool {
	waits := (s.State == hub.Reconnecting || s.State == hub.Connecting) && !s.NextAt.IsZero()
	return waits && (s.Class == hub.ClassNetwork || s.Class == hub.ClassGatewayDown)
}

// Event implements hub.Handler.
func (l *link) Event(target string, args []byte) {
	full, owner := l.decode(target, args)
	if owner != nil && owner.Key != "" {
		l.g.learn(l.cred(), owner.Key, owner.Name)
	}
	if full {
		l.flush()
	}
}

// decode reads an invocation into the batch. It reports whether that is full,
// and whose key this connection was said to use, if it was.
func (l *link) decode(target string, args []byte) (full bool, owner *event.KeyRead) {
	l.mu.Lock()
	defer l.mu.Unlock()
	batch := l.gather()
	if len(batch.Events) == 0 {
		l.now = time.Now() // one reading of the clock for a batch is fine enough
	}
	l.owner = nil
	l.dec.Decode(l.desc.Name, target, args, l.now, l.emit)
	return len(batch.Events) >= maxBatch, l.owner
}

// Idle implements hub.Idler: nothing more is waiting, so what was gathered
// goes out.
func (l *link) Idle() { l.flush() }

// take is what the decoder emits to; mu is held.
func (l *link) take(e event.Event) {
	l.add(l.now, e)
	switch b := e.(type) {
	case *event.SpendRecorded:
	case event.TaskProgressed:
		l.g.foundTask(b)
	case event.KeyRead:
		if l.desc.Name == ownKeyHub {
			l.owner = &b
		}
	case event.RefreshAdvised, event.ProviderHealthChanged, event.NavigationChanged:
		l.g.poller.handlePush(e)
	}
}

func (l *link) add(at time.Time, e event.Event) {
	l.gather().Add(event.Envelope{At: at, Source: l.src, Body: e})
}

// gather is the batch to add to.
func (l *link) gather() *event.Batch {
	if l.batch == nil {
		l.batch = l.g.to.Buffer()
	}
	return l.batch
}

// newSpend is what the decoder fills for a spend that it reports at once; mu is
// held.
func (l *link) newSpend() *event.SpendRecorded { return l.gather().NewSpend() }

// setKey says to the decoder whose virtual key the link uses, unless it knows.
func (l *link) setKey(id event.KeyID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.known {
		l.known = true
		l.dec.SetKey(id)
	}
}

// forgetKey makes the decoder wait for setKey again, as another key is used.
func (l *link) forgetKey() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known = false
}

// setDialect says to the decoder which gateway it is.
func (l *link) setDialect(d wire.Dialect) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dec.SetDialect(d)
}

// dialect is which gateway the hub's own events show; unknown where none did.
func (l *link) dialect() wire.Dialect {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dec.InferredDialect()
}

// flush publishes the batch. If the engine is full this waits, which makes the
// hub's queue fill and, after its MaxBackpressure, drop.
func (l *link) flush() { l.publish(func() {}) }

// flushDue publishes what the decoder held back and is due; of a connection that
// is gone, all of it, once nothing of that connection waits to be decoded.
func (l *link) flushDue(now time.Time) {
	worked := l.hub.Stats().QueueMessages == 0
	l.mu.Lock()
	over, due := l.lost && worked, l.dec.Due()
	l.mu.Unlock()
	switch {
	case due.IsZero():
	case over:
		l.flushHeld()
	case !now.Before(due):
		l.publish(func() { l.dec.Expire(now, l.emit) })
	}
}

// flushHeld publishes all that the decoder held back.
func (l *link) flushHeld() {
	l.publish(func() {
		l.lost = false
		l.dec.Drain(l.now, l.emit)
	})
}

// publishNow publishes one event about the link itself, behind what came before.
func (l *link) publishNow(e event.Event) { l.publish(func() { l.add(time.Now(), e) }) }

// publish calls more, with mu held, and publishes the batch.
func (l *link) publish(more func()) {
	l.out.Lock()
	defer l.out.Unlock()
	batch := l.takeBatch(more)
	if batch == nil {
		return
	}
	l.g.send(l.ctx, batch)
}

// takeBatch is what was gathered; nil if that is nothing.
func (l *link) takeBatch(more func()) *event.Batch {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.batch == nil || len(l.batch.Events) == 0 {
		l.now = time.Now()
	}
	more()
	batch := l.batch
	if batch == nil || len(batch.Events) == 0 {
		return nil
	}
	l.batch = nil
	return batch
}

// subscriber is the part of a hub that subscriptions need. What the gateway
// refuses it reports as an event.
type subscriber struct {
	l *link
	h *hub.Hub
}

// Invoke implements caller.
func (s subscriber) Invoke(ctx context.Context, target string, args ...any) ([]byte, error) {
	result, err := s.h.Invoke(ctx, target, args...)
	if refused(err) && s.awaited(target, args) {
		s.l.publishNow(event.Reply{Target: target, Text: refusalOfTask(target, args, err), Refused: true, At: time.Now()})
	}
	return result, err
}

// awaited reports whether a refusal is news: that of a task which Gatewatch follows
// because a hub told of it is not, it is read or told of otherwise.
func (s subscriber) awaited(target string, args []any) bool {
	if target != subscribeToTask || len(args) != 1 {
		return true
	}
	id, is := args[0].(string)
	return !is || s.l.g.tasks.named(event.TaskID(id))
}

// refusalOfTask says which task is refused, and why: whoever named it waits
// for news of it. It is "" for everything else.
func refusalOfTask(target string, args []any, err error) string {
	if target != subscribeToTask || len(args) != 1 {
		return ""
	}
	why := err.Error()
	if _, said, ok := strings.Cut(why, "HubException: "); ok {
		why = said // before it is what ASP.NET Core always says
	}
	return wire.Clean(fmt.Sprintf("%v: %s", args[0], strings.TrimSpace(why)))
}

// subscribeToTask is the method of all hubs that report single tasks.
const subscribeToTask = "SubscribeToTask"

// measured reads the counters; moved is false if nothing came since.
func (l *link) measured(now time.Time) (event.LinkMeasured, bool) {
	s := l.hub.Stats()
	moved := s.Messages != l.last.Messages || s.Connects != l.last.Connects || s.Dropped != l.last.Dropped || s.RoundTrip != l.last.RoundTrip
	l.last = s
	l.mu.Lock()
	c := l.dec.Counts()
	l.mu.Unlock()
	rtt := -1.0
	if s.RoundTrip >= 0 {
		rtt = float64(s.RoundTrip.Microseconds()) / 1000
	}
	return event.LinkMeasured{
		Hub: l.desc.Name, Plane: l.desc.Plane, Events: s.Events, Bytes: s.Bytes,
		Unrecognised: c.Unrecognised, BadFrames: s.BadFrames(), Dropped: s.Dropped, Connects: s.Connects,
		RoundTripMS: rtt, LastReceived: s.LastReceived, LastEvent: s.LastEvent, At: now,
	}, moved
}
