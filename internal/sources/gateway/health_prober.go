package gateway

import (
	"context"
	"sync/atomic"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
	"gatewatch/internal/sources/rest"
)

// healthProber asks a gateway's Core API how it is and reports what came of every
// question, of the lists as well. Its Core may be nil: without an address of
// the Core API or without a virtual key nothing is asked.
type healthProber struct {
	g      *Gateway
	prober *rest.CoreProber
	ctx    context.Context // of Run, which sets it before anything is asked
	// adminWell is true if Admin answered last when it was asked how it is.
	adminWell atomic.Bool
}

// openHealthProber prepares the questions to the Core API.
func (g *Gateway) openHealthProber() error {
	g.healthProber = &healthProber{g: g}
	if g.conf.CoreURL == "" || !g.keys.primarySecret().Set() {
		return nil
	}
	c, err := rest.NewCoreProber(rest.CoreProberOptions{
		Base: g.conf.CoreURL, Key: g.keys.primarySecret(), HTTP: g.env.Client(),
		OnPoll: g.healthProber.publishPoll, Recheck: g.poller.recheck, Jitter: g.conf.Jitter, Log: g.conf.Log.With("gateway", string(g.conf.ID)),
	})
	g.healthProber.prober = c
	return err
}

// run asks until ctx ends, and says at first what cannot be asked.
func (l *healthProber) run(ctx context.Context) {
	if why := l.g.noCore(); why != "" {
		l.publishPoll(event.SourceNegotiate, event.Polled{Outcome: event.PollSkipped, Cause: why, LatencyMS: -1, At: time.Now()})
		l.publishPoll(event.SourceCoreHealth, event.Polled{Outcome: event.PollSkipped, Cause: why, LatencyMS: -1, At: time.Now()})
	}
	if why := l.g.noAdmin(); why != "" {
		l.publishPoll(event.SourceAdminHealth, event.Polled{Outcome: event.PollSkipped, Cause: why, LatencyMS: -1, At: time.Now()})
	}
	if l.prober != nil {
		l.prober.Run(ctx)
	}
}

// publishPoll publishes what came of a question.
func (l *healthProber) publishPoll(source string, a event.Polled) {
	l.g.delivery.read(source, a)
	src := &event.Source{Gateway: l.g.conf.ID, Via: event.ViaREST, Name: source}
	l.g.send(l.ctx, l.g.to.Buffer().Add(event.Envelope{At: time.Now(), Source: src, Body: a}))
	if source == event.SourceNegotiate && a.Outcome == event.PollOK && !l.g.byHand.Load() {
		l.g.wakeWaiting(event.PlaneCore, nil)
	}
	if source != event.SourceAdminHealth {
		return
	}
	if well := a.Outcome == event.PollOK; well != l.adminWell.Swap(well) && well && !l.g.byHand.Load() {
		l.g.wakeWaiting(event.PlaneAdmin, nil) // it is back: its hub need not wait
	}
}

// hubConnected says that a hub of the Core API is connected.
func (l *healthProber) hubConnected() {
	if l.prober != nil {
		l.prober.HubConnected()
	}
}

// recheck asks Core at once: the lists hint at a failure.
func (l *healthProber) recheck() {
	if l.prober != nil {
		l.prober.Recheck()
	}
}

func (l *healthProber) pause() {
	if l.prober != nil {
		l.prober.Pause()
	}
}

func (l *healthProber) resume() {
	if l.prober != nil {
		l.prober.Resume()
	}
}

func (l *healthProber) setVisible(shown bool) {
	if l.prober != nil {
		l.prober.SetVisible(shown)
	}
}

// noCore says why the Core API is not asked; "" if it is.
func (g *Gateway) noCore() string {
	switch {
	case g.conf.CoreURL == "":
		return text.CauseNoCoreAddress
	case !g.keys.primarySecret().Set():
		return text.CauseNoVirtualKey
	}
	return ""
}

// noAdmin says why the Admin API is not asked; "" if it is.
func (g *Gateway) noAdmin() string {
	switch {
	case g.conf.AdminURL == "":
		return text.CauseNoAdminAddress
	case !g.conf.MasterKey.Set():
		return text.CauseNoMasterKey
	}
	return ""
}
