package gateway

import (
	"context"
	"errors"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/hub"
	"gatewatch/internal/rest"
	"gatewatch/internal/wire"
)

// Of errands: what is asked of a gateway beside its hubs' own subscriptions.
const (
	maxErrands   = 256              // waiting; what is over that is done at the next reconnect
	errandTime   = 10 * time.Second // for one of them
	taskEvery    = 15 * time.Second // between two reads of a watched task
	imageRetries = 14 * time.Second // how long an image that failed may be tried again
	taskRound    = 20               // tasks read in one round
	validateGap  = time.Minute      // between two questions about one key
	idleKeep     = time.Minute      // how long a hub stays connected without a task
)

// errands runs what must not wait in a hub's dispatcher. One goroutine, owned
// by Gateway.Run, does them one after another.
type errands struct {
	queue chan func(context.Context)
	core  *rest.Client // asks the Core API; nil without one
}

// later runs an errand soon; it never waits.
func (g *Gateway) later(do func(context.Context)) {
	select {
	case g.errands.queue <- do:
	default:
	}
}

// openErrands prepares to ask the Core API.
func (g *Gateway) openErrands() error {
	g.errands = errands{queue: make(chan func(context.Context), maxErrands)}
	if g.conf.CoreURL == "" || !g.accounts.held().Set() {
		return nil
	}
	c, err := rest.NewClient(rest.ClientOptions{Base: g.conf.CoreURL, Key: g.accounts.held(), Bearer: true, HTTP: g.env.Client()})
	g.errands.core = c
	return err
}

// runErrands does errands, and reads watched tasks now and then, until ctx
// ends.
func (g *Gateway) runErrands(ctx context.Context) {
	t := time.NewTicker(taskEvery)
	defer t.Stop()
	for {
		do := g.readTasks
		select {
		case <-ctx.Done():
			return
		case do = <-g.errands.queue:
		case <-t.C:
		}
		brief, cancel := context.WithTimeout(ctx, errandTime)
		do(brief)
		cancel()
	}
}

// readTasks asks how far watched tasks are.
func (g *Gateway) readTasks(ctx context.Context) {
	if g.errands.core == nil || g.byHand.Load() {
		return
	}
	for _, id := range g.tasks.due(time.Now(), taskEvery/2, taskRound) {
		if !g.readTask(ctx, id) {
			return
		}
	}
}

// readTask asks how far a task is and tells it if that is news; false means
// that asking on is of no use now.
func (g *Gateway) readTask(ctx context.Context, id event.TaskID) (goOn bool) {
	f, known, err := rest.ReadTask(ctx, g.errands.core, id)
	switch {
	case errors.Is(err, rest.ErrShape):
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
		g.settleTaskHubs(time.Now())
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
			g.tasks.refuse(id) // it is read all the same, and batches are told to everybody
		}
	}
}

// foundTask follows a task that a hub told of.
func (g *Gateway) foundTask(f event.TaskProgressed) {
	if f.Status.Final() {
		g.tasks.remove(f.Task)
		return
	}
	if !g.tasks.add(f.Task, f.Medium) {
		return
	}
	g.later(func(ctx context.Context) {
		g.settleTaskHubs(time.Now())
		g.subscribeTask(ctx, f.Task, f.Medium)
	})
}

// askAbout asks the Admin API about the keys that are not sure: whose they
// are, or why they are not let in. Only a gateway that is known to have these
// lists is asked, and nothing more after one refusal of the master key.
func (g *Gateway) askAbout(ctx context.Context) {
	if g.lists.client == nil || !g.real() {
		return
	}
	for _, x := range g.accounts.unsure(time.Now(), validateGap) {
		a, err := rest.Validate(ctx, g.lists.client, x.Secret)
		if err != nil {
			return
		}
		if a.Verdict == rest.KeyValid {
			g.learn(x.Secret, a.Key, a.Name)
		}
		g.accounts.answered(x, a)
	}
}

// joinAnew makes the subscriptions of a connected hub again, because more is
// known now. What was subscribed to already is subscribed to again, which
// changes nothing.
func (g *Gateway) joinAnew(name string) {
	g.later(func(ctx context.Context) {
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

// settleTaskHubs connects the hubs of tasks that are wanted and disconnects
// those that were not for a while. A gateway that speaks as the contract says
// tells of tasks by itself: then, and while nobody knows which gateway it is,
// they are wanted.
func (g *Gateway) settleTaskHubs(now time.Time) {
	if g.byHand.Load() {
		return
	}
	d := g.dialect()
	lazy := !g.conf.TaskHubs && (d == wire.DialectHead || d == wire.DialectJuly)
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
