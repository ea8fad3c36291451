package gateway

import (
	"context"
	"time"

	"gatewatch/internal/event"
	"gatewatch/internal/rest"
)

// lights asks a gateway's Core API how it is and tells what came of every
// question, of the lists as well. Its Core may be nil: without an address of
// the Core API or without a virtual key nothing is asked.
type lights struct {
	g    *Gateway
	core *rest.Core
	ctx  context.Context // of Run, which sets it before anything is asked
}

// openLights prepares the questions to the Core API.
func (g *Gateway) openLights() error {
	g.lights = &lights{g: g}
	if g.conf.CoreURL == "" || !g.accounts.held().Set() {
		return nil
	}
	c, err := rest.NewCore(rest.CoreOptions{
		Base: g.conf.CoreURL, Key: g.accounts.held(), HTTP: g.env.Client(),
		Tell: g.lights.asked, Doubt: g.lists.doubt, Draw: g.conf.Draw, Log: g.conf.Log.With("gateway", string(g.conf.ID)),
	})
	g.lights.core = c
	return err
}

// run asks until ctx ends, and says at first what cannot be asked.
func (l *lights) run(ctx context.Context) {
	if why := l.g.noCore(); why != "" {
		l.asked(event.SourceNegotiate, event.Asked{Outcome: event.OutcomeNone, Cause: why, LatencyMS: -1, At: time.Now()})
		l.asked(event.SourceCoreWord, event.Asked{Outcome: event.OutcomeNone, Cause: why, LatencyMS: -1, At: time.Now()})
	}
	if why := l.g.noAdmin(); why != "" {
		l.asked(event.SourceParts, event.Asked{Outcome: event.OutcomeNone, Cause: why, LatencyMS: -1, At: time.Now()})
	}
	if l.core != nil {
		l.core.Run(ctx)
	}
}

// asked publishes what came of a question.
func (l *lights) asked(source string, a event.Asked) {
	l.g.cover.read(source, a)
	src := &event.Source{Gateway: l.g.conf.ID, Via: event.ViaREST, Name: source}
	l.g.send(l.ctx, l.g.to.Buffer().Add(event.Envelope{At: time.Now(), Source: src, Body: a}))
}

// up says that a hub of the Core API is connected.
func (l *lights) up() {
	if l.core != nil {
		l.core.Up()
	}
}

// look asks Core at once: the lists hint at trouble.
func (l *lights) look() {
	if l.core != nil {
		l.core.Look()
	}
}

func (l *lights) pause() {
	if l.core != nil {
		l.core.Pause()
	}
}

func (l *lights) resume() {
	if l.core != nil {
		l.core.Resume()
	}
}

func (l *lights) setShown(shown bool) {
	if l.core != nil {
		l.core.SetShown(shown)
	}
}

// noCore says why the Core API is not asked; "" if it is.
func (g *Gateway) noCore() string {
	switch {
	case g.conf.CoreURL == "":
		return "This gateway's Core API has no address in Settings."
	case !g.accounts.held().Set():
		return "No virtual key: the Core API is not asked."
	}
	return ""
}

// noAdmin says why the Admin API is not asked; "" if it is.
func (g *Gateway) noAdmin() string {
	switch {
	case g.conf.AdminURL == "":
		return "This gateway's Admin API has no address in Settings."
	case !g.conf.MasterKey.Set():
		return "No master key: the Admin API is not asked."
	}
	return ""
}
