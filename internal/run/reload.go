package run

import (
	"context"
	"reflect"
	"slices"

	"gatewatch/internal/config"
	"gatewatch/internal/event"
	"gatewatch/internal/state"
)

// startReload takes over changes that somebody makes to the settings file.
func (p *Program) startReload(ctx context.Context) {
	p.background(ctx, "settings", func(ctx context.Context) error {
		err := config.Watch(ctx, p.opts.Paths.Settings, nil, func(s config.Settings, problems []config.Problem, err error) {
			p.reloaded(ctx, s, problems, err)
		})
		if err != nil {
			p.log.Warn("changes of the settings file are not noticed", "cause", err)
		}
		return nil
	})
}

// reloaded puts a changed settings file in force. What we wrote ourselves is
// in force already.
func (p *Program) reloaded(ctx context.Context, s config.Settings, problems []config.Problem, err error) {
	if err != nil {
		p.say(ctx, state.AppFact{
			ID: "settings", Severity: string(event.SeverityWarning), Title: "The settings file cannot be read.",
			Text: "The settings from before stay in force, and the file is left as it is. " + err.Error(),
		})
		return
	}
	p.say(ctx, state.AppFact{ID: "settings"})
	p.mu.Lock()
	old := p.settings
	p.settings, p.problems = s, problems
	p.mu.Unlock()
	if reflect.DeepEqual(old, s) {
		return
	}
	p.log.Info("settings changed on disk")
	p.configured(ctx)
	if !p.opts.Target.given() {
		p.reconcile(ctx, old.Profiles, s.Profiles)
	}
}

// reconcile starts, restarts and stops gateways after their profiles.
func (p *Program) reconcile(ctx context.Context, old, now []config.Profile) {
	before := map[event.GatewayID]config.Profile{}
	for _, x := range old {
		before[x.ID] = x
	}
	for _, x := range now {
		was, known := before[x.ID]
		delete(before, x.ID)
		switch {
		case known && reflect.DeepEqual(linked(was), linked(x)):
			if !reflect.DeepEqual(was, x) {
				p.show(ctx, x)
				p.relabel(x)
			}
		case !x.Connect:
			p.fleet.stop(x.ID)
			p.show(ctx, x)
		default:
			if err := p.watch(ctx, x, p.storedKeys(ctx, x)); err != nil {
				p.log.Warn("gateway not started", "gateway", string(x.ID), "cause", err)
			}
		}
	}
	for id := range before {
		p.fleet.stop(id)
		p.mu.Lock()
		delete(p.profiles, id)
		p.mu.Unlock()
		if err := p.engine.Do(ctx, func(s *state.State) { s.Forget(string(id), false) }); err != nil {
			p.log.Warn("forgetting a gateway", "cause", err)
		}
	}
}

// linked is what of a profile its links depend on: a name, a colour or what a
// gateway told about a key is no reason to connect anew.
func linked(x config.Profile) config.Profile {
	x.Label, x.Colour, x.Production, x.Thresholds, x.Groups, x.Keys = "", "", false, config.Thresholds{}, nil, nil
	x.VirtualKeys = slices.Clone(x.VirtualKeys)
	for i := range x.VirtualKeys {
		v := &x.VirtualKeys[i]
		v.Label, v.Key, v.Name = "", "", ""
	}
	return x
}

// relabel tells a running gateway what its keys are called now.
func (p *Program) relabel(x config.Profile) {
	g, err := p.fleet.get(x.ID)
	if err != nil {
		return // it is not watched, so nothing shows them
	}
	for _, v := range x.VirtualKeys {
		g.Relabel(v.ID, v.Label)
	}
}
