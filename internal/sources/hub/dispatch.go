package hub

import (
	"fmt"
	"runtime/debug"
	"time"
)

const (
	// slowEvent is how long a handler may take for an event before it counts
	// as one that blocks.
	slowEvent = 50 * time.Millisecond
	// resyncEvery keeps a hub whose handler is always too slow from reading
	// everything anew all the time; also the first wait after a failed call
	// of Connected, which doubles up to resyncMost.
	resyncEvery = 5 * time.Second
	resyncMost  = 5 * time.Minute
)

// dispatcher is the one who calls the Handler. There is one per Run.
type dispatcher struct {
	h       *Hub
	handler Handler
	stop    <-chan struct{}
	turn    chan struct{} // capacity 1: full while the Handler is called; nil unless Inline
	began   time.Time

	// Only the dispatching goroutine touches what follows.
	synced  time.Time // when Connected last returned
	pending *mark     // Connected is to be called for it once due has come
	due     time.Time
	logged  time.Duration // a slow event, after began; 0 if none was
	carried int           // dropped events that no call of Connected has reported yet
}

// run dispatches until stop is closed.
func (d *dispatcher) run() {
	var chunk []*batch
	for d.running() {
		chunk = d.h.queue.take(chunk[:0], d.h.opts.Inline && d.pending == nil)
		if len(chunk) == 0 {
			d.wait()
		}
		now := time.Since(d.began)
		for i, b := range chunk {
			chunk[i] = nil
			if !d.running() {
				return
			}
			if b.mark != nil {
				d.connected(b.mark)
			} else {
				now = d.deliver(b, now)
			}
			b.release()
			if d.catchUp() {
				now = time.Since(d.began)
			}
		}
		if len(chunk) > 0 {
			d.idle()
		}
		d.catchUp()
	}
}

// idle says to the Handler that the events at hand were all.
func (d *dispatcher) idle() {
	i, ok := d.handler.(Idler)
	if !ok {
		return
	}
	if d.turn != nil {
		d.turn <- struct{}{}
		defer func() { <-d.turn }()
	}
	d.guard("Idle", i.Idle)
}

// guard calls f and survives its panic.
func (d *dispatcher) guard(what string, f func()) {
	defer func() {
		if p := recover(); p != nil {
			d.h.count.panics.Add(1)
			d.h.log.Error("the handler panicked", "target", what,
				"panic", d.h.redact.text(fmt.Sprint(p)), "stack", string(debug.Stack()))
		}
	}()
	f()
}

func (d *dispatcher) running() bool {
	select {
	case <-d.stop:
		return false
	default:
		return true
	}
}

// wait waits for something to do.
func (d *dispatcher) wait() {
	var due <-chan time.Time
	if d.pending != nil {
		t := time.NewTimer(time.Until(d.due))
		defer t.Stop()
		due = t.C
	}
	select {
	case <-d.h.queue.ready:
	case <-due:
	case <-d.stop:
	}
}

// deliver calls the Handler for each event of b. With Options.Inline the
// reader calls it too, so the two take turns. now is how long after began it is
// called, and what it returns when it is done: the clock is read once a message.
func (d *dispatcher) deliver(b *batch, now time.Duration) (done time.Duration) {
	if d.turn != nil {
		d.turn <- struct{}{}
		defer func() { <-d.turn }()
		now = time.Since(d.began) // it may have waited
	}
	for i := 0; i < len(b.events); {
		i = d.some(b.events, i)
	}
	done = time.Since(d.began)
	if took := done - now; took > slowEvent*time.Duration(len(b.events)) {
		d.h.count.slow.Add(1)
		if d.logged == 0 || done-d.logged >= time.Minute {
			d.logged = done
			d.h.log.Warn("the handler blocks", "target", b.events[0].target.name, "took", took)
		}
	}
	return done
}

// some delivers events from the i-th on until the end or a panic. It returns
// the index of the next.
func (d *dispatcher) some(events []invocation, i int) (next int) {
	defer func() {
		if p := recover(); p != nil {
			d.h.count.panics.Add(1)
			d.h.log.Error("the handler panicked", "target", events[i].target.name,
				"panic", d.h.redact.text(fmt.Sprint(p)), "stack", string(debug.Stack()))
			next = i + 1
		}
	}()
	for ; i < len(events); i++ {
		d.handler.Event(events[i].target.name, events[i].args)
	}
	return i
}

// connected calls Connected for m, or plans to if one was just made.
func (d *dispatcher) connected(m *mark) {
	d.carried += m.why.Dropped
	m.why.Dropped = 0
	if m.ctx.Err() != nil {
		return // that connection is gone; the next one reports the rest
	}
	if p := d.pending; p != nil && p.ctx == m.ctx && m.why.Reason == BacklogDropped {
		return // a call for this connection is due anyway
	}
	d.pending, d.due = m, time.Time{}
	if m.why.Reason == BacklogDropped {
		d.due = d.synced.Add(resyncEvery)
	}
}

// catchUp makes the pending call of Connected, if its time has come, and
// reports whether it did.
func (d *dispatcher) catchUp() (called bool) {
	m := d.pending
	if m == nil || time.Now().Before(d.due) {
		return false
	}
	d.pending = nil
	if m.ctx.Err() != nil {
		return false
	}
	why := m.why
	why.Dropped, d.carried = d.carried, 0
	if d.turn != nil {
		d.turn <- struct{}{}
	}
	err := d.call(m, why)
	if d.turn != nil {
		<-d.turn
	}
	d.synced = time.Now()
	if err == nil || m.ctx.Err() != nil {
		return true
	}
	d.h.log.Warn("subscribing failed", "cause", d.h.redact.error(err), "again", m.why.Retries)
	wait := min(resyncEvery<<min(m.why.Retries, 10), resyncMost)
	m.why.Retries++
	d.pending, d.due = m, d.synced.Add(wait)
	return true
}

func (d *dispatcher) call(m *mark, why ConnectInfo) (err error) {
	defer func() {
		if p := recover(); p != nil {
			d.h.count.panics.Add(1)
			err = fmt.Errorf("the handler panicked: %v", p)
			d.h.log.Error("the handler panicked", "target", "Connected",
				"panic", d.h.redact.text(fmt.Sprint(p)), "stack", string(debug.Stack()))
		}
	}()
	return d.handler.Connected(m.ctx, d.h, why)
}
