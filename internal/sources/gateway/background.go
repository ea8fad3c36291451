package gateway

import (
	"context"
	"errors"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/rest"
	"gatewatch/internal/sources/wire"
)

// The bounds of background requests: what is asked of a gateway beside its hubs'
// own subscriptions.
const (
	maxBackground  = 256              // waiting; what is over that is done at the next reconnect
	requestTimeout = 10 * time.Second // for one of them
	taskEvery      = 15 * time.Second // between two reads of a watched task
	imageRetries   = 14 * time.Second // how long an image that failed may be tried again
	taskRound      = 20               // tasks read in one round
	validateGap    = time.Minute      // between two questions about one key
	idleKeep       = time.Minute      // how long a hub stays connected without a task
)

// backgroundRequests runs what must not wait in a hub's dispatcher. One goroutine, owned
// by Gateway.Run, does them one after another.
type backgroundRequests struct {
	queue chan func(context.Context)
	core  *rest.Client // asks the Core API; nil without one
}

// enqueue runs a background request soon; it never waits.
func (g *Gateway) enqueue(do func(context.Context)) {
	select {
	case g.background.queue <- do:
	default:
	}
}

// openBackground prepares to ask the Core API.
func (g *Gateway) openBackground() error {
	g.background = backgroundRequests{queue: make(chan func(context.Context), maxBackground)}
	if g.conf.CoreURL == "" || !g.keys.primarySecret().Set() {
		return nil
	}
	c, err := rest.NewClient(rest.ClientOptions{Base: g.conf.CoreURL, Key: g.keys.primarySecret(), Bearer: true, HTTP: g.env.Client()})
	g.background.core = c
	return err
}

// runBackground makes background requests, and reads watched tasks now and then, until ctx
// ends.
func (g *Gateway) runBackground(ctx context.Context) {
	t := time.NewTicker(taskEvery)
	defer t.Stop()
	for {
		do := g.readTasks
		select {
		case <-ctx.Done():
			return
		case do = <-g.background.queue:
		case <-t.C:
		}
		brief, cancel := context.WithTimeout(ctx, requestTimeout)
		do(brief)
		cancel()
	}
}

// readTasks asks how far watched tasks are.
func (g *Gateway) readTasks(ctx context.Context) {
	if g.background.core == nil || g.byHand.Load() {
		return
	}
	for _, id := range g.tasks.due(time.Now(), taskEvery/2, taskRound) {
		if !g.readTask(ctx, id) {
			return
		}
	}
}

// readTask asks how far a task is and reports it if that is news; false means
// that asking on is of no use now.
func (g *Gateway) readTask(ctx context.Context, id event.TaskID) (goOn bool) {
	f, known, err := rest.ReadTask(ctx, g.background.core, id)
	switch {
	case errors.Is(err, rest.ErrUnreadable):
		return true
	case err != nil:
		return false
	case !known:
		if g.tasks.unknown(id) {
			g.send(ctx, g.to.Buffer().Add(event.Envelope{
				At: time.Now(), Source: &event.Source{Gateway: g.conf.ID, Via: event.ViaREST, Name: "task"},
				Body: event.Reply{
					Target: "task " + string(id), Refused: true, At: time.Now(),
					Text: "it knows no such task, which may be long over. It is not watched.",
				},
			}))
		}
		return true
	}
	if g.tasks.add(id, f.Medium) && f.Medium != "" {
		g.updateTaskHubs(time.Now())
		g.subscribeTask(ctx, id, f.Medium)
	}
	if g.tasks.tryingAgain(f, time.Now()) {
		return true
	}
	if f.Medium != "" && g.tasks.news(f) {
		src := &event.Source{Gateway: g.conf.ID, Via: event.ViaREST, Name: "task"}
		g.send(ctx, g.to.Buffer().Add(event.Envelope{At: time.Now(), Source: src, Body: f}))
	}
	if f.Status.Final() {
		g.tasks.remove(id)
	}
	return true
}

// subscribeTask subscribes to a task on the hub of its medium, if that is
// connected; else it is done when that connects.
func (g *Gateway) subscribeTask(ctx context.Context, id event.TaskID, m event.Medium) {
	for _, l := range g.links {
		if l.desc.Tasks != m && (m != event.MediumBatch || l.desc.Name != tasksHub) {
			continue
		}
		if _, err := l.hub.Invoke(ctx, subscribeToTask, string(id)); refused(err) {
			g.tasks.refuse(id) // it is read all the same, and batches are reported to everybody
		}
	}
}

// foundTask follows a task that a hub reported.
func (g *Gateway) foundTask(f event.TaskProgressed) {
	if f.Status.Final() {
		g.tasks.remove(f.Task)
		return
	}
	if !g.tasks.add(f.Task, f.Medium) {
		return
	}
	g.enqueue(func(ctx context.Context) {
		g.updateTaskHubs(time.Now())
		g.subscribeTask(ctx, f.Task, f.Medium)
	})
}

// validateKeys asks the Admin API about the keys that are not sure: whose they
// are, or why they are not let in. Only a gateway that is known to have these
// lists is asked, and nothing more after one refusal of the master key.
func (g *Gateway) validateKeys(ctx context.Context) {
	if g.poller.client == nil || !g.real() {
		return
	}
	for _, x := range g.keys.unsure(time.Now(), validateGap) {
		a, err := rest.Validate(ctx, g.poller.client, x.Secret)
		if err != nil {
			return
		}
		if a.Validity == rest.KeyValid {
			g.learn(x.Secret, a.Key, a.Name)
		}
		g.keys.answered(x, a)
	}
}

// rejoin makes the subscriptions of a connected hub again, because more is
// known now. What was subscribed to already is subscribed to again, which
// changes nothing.
func (g *Gateway) rejoin(name string) {
	g.enqueue(func(ctx context.Context) {
		for _, l := range g.links {
			if l.desc.Name == name && l.hub.Status().State == hub.Connected {
				_ = l.desc.Join(ctx, subscriber{l, l.hub}, g) // a reconnect makes it anyway
			}
		}
	})
}

// dialect is which gateway it is, as its lists or its hubs say.
func (g *Gateway) dialect() wire.Dialect {
	if d := wire.Dialect(g.found.Load()); d != wire.DialectUnknown {
		return d
	}
	word := wire.DialectUnknown
	for _, l := range g.links {
		if d := l.dialect(); d != wire.DialectUnknown {
			word = d
		}
	}
	return word
}

// real reports whether it is known to be a gateway that has lists.
func (g *Gateway) real() bool { return wire.Dialect(g.found.Load()) != wire.DialectUnknown }

// updateTaskHubs connects the hubs of tasks that are wanted and disconnects
// those that were not for a while. A gateway that speaks as the contract says
// reports tasks by itself: then, and while nobody knows which gateway it is,
// they are wanted.
func (g *Gateway) updateTaskHubs(now time.Time) {
	if g.byHand.Load() {
		return
	}
	g.tasks.dropLost(now)
	d := g.dialect()
	lazy := !g.conf.TaskHubs && (d == wire.DialectAugust || d == wire.DialectJuly)
	for _, l := range g.links {
		if l.desc.Tasks == "" {
			continue
		}
		watched := g.tasks.any(l.desc.Tasks)
		want := !lazy || watched
		if l.wants(want, watched, now) {
			if want {
				l.hub.ConnectNow()
			} else {
				l.hub.Disconnect()
			}
		}
	}
}
