package tray

import (
	"context"
	"time"
)

// driverLoop is what the goroutine that owns the driver knows.
type driverLoop struct {
	t            *Tray
	look         StatusItem // drawn last, or to be drawn first
	drawn        time.Time
	host         hostState
	hostReported bool // OnHost was called
	started      bool
	pending      []func() // callbacks that wait, oldest first
}

// run draws until ctx ends.
func (k *driverLoop) run(ctx context.Context) {
	timer := time.NewTimer(recheck)
	defer timer.Stop()
	for {
		var calls chan func()
		var call func()
		if len(k.pending) > 0 {
			calls, call = k.t.calls, k.pending[0]
		}
		select {
		case <-ctx.Done():
			if k.started {
				k.t.o.Driver.Stop()
			}
			return
		case calls <- call:
			k.pending = k.pending[1:]
			continue
		case c := <-k.t.clicks:
			k.clicked(c)
			continue
		case h := <-k.t.hosts:
			k.start(h)
		case <-k.t.changed:
		case <-timer.C:
		}
		timer.Reset(k.draw(time.Now()))
	}
}

// start notes whether there is a tray, and puts the icon up if it is not.
func (k *driverLoop) start(h hostState) {
	lost := h.session != k.host.session
	present := h.present && k.t.o.Driver != nil
	if present && (!k.started || lost) {
		if err := k.t.o.Driver.Start(k.look, k.t.click); err != nil {
			k.t.o.Log.Warn("no tray icon", "err", err)
			present = false
		} else {
			k.started, k.drawn = true, time.Now()
		}
	}
	if k.t.o.OnHost != nil && (!k.hostReported || present != k.host.present) {
		k.hostReported = true
		k.pending = append(k.pending, func() { k.t.o.OnHost(present) })
	}
	k.host = hostState{present: present, session: h.session}
}

// draw brings the icon up to date, unless it was drawn a moment ago, and says
// when it wants to be called again.
func (k *driverLoop) draw(now time.Time) time.Duration {
	s := k.t.summary()
	s.Now, s.Updates = now, k.t.o.HasUpdates != nil && k.t.o.HasUpdates()
	look := StatusItemOf(s)
	if look.Equal(k.look) {
		return recheck
	}
	if !k.started {
		k.look = look
		return recheck
	}
	if !k.host.present {
		return recheck // drawn when there is a tray again
	}
	if wait := k.drawn.Add(minRedraw).Sub(now); wait > 0 {
		return wait
	}
	k.drawn = now
	if !k.t.o.Driver.Draw(look) {
		return menuAgain
	}
	k.look = look
	return recheck
}

// clicked queues the callback for c.
func (k *driverLoop) clicked(c Click) {
	if len(k.pending) >= maxPending {
		k.t.o.Log.Warn("a click on the tray is lost: the one before is still at work")
		return
	}
	o := &k.t.o
	switch {
	case c.Quit && o.OnQuit != nil:
		k.pending = append(k.pending, o.OnQuit)
	case c.Silence != "" && o.OnSilence != nil:
		k.pending = append(k.pending, func() { o.OnSilence(c.Silence) })
	case c.Acknowledge && o.OnAcknowledge != nil:
		k.pending = append(k.pending, o.OnAcknowledge)
	case c.Updates && o.OnUpdates != nil:
		k.pending = append(k.pending, o.OnUpdates)
	case (c.Open != "" || c.Show) && o.OnOpen != nil:
		k.pending = append(k.pending, func() { o.OnOpen(c.Open) })
	}
}

// click takes a click from the driver.
func (t *Tray) click(c Click) {
	select {
	case t.clicks <- c:
	default:
		t.o.Log.Warn("a click on the tray is lost")
	}
}
