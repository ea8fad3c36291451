package run

import (
	"context"
	"reflect"
	"slices"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/desktop/notification"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
)

// startReload takes over changes that somebody makes to the settings file.
func (p *Program) startReload(ctx context.Context) {
	p.background(ctx, "settings", func(ctx context.Context) error {
		err := config.WatchFile(ctx, p.opts.Paths.Settings, func() { p.reload(ctx) })
		if err != nil {
			p.log.Warn("changes of the settings file are not noticed", "cause", err)
		}
		return nil
	})
}

// reload puts what the settings file says in force. What we wrote ourselves is
// in force already.
func (p *Program) reload(ctx context.Context) {
	p.mu.Lock() // what we write, we write before or after this look
	s, problems, err := config.Reload(p.opts.Paths.Settings, p.settings)
	old, were := p.settings, p.problems
	if err == nil {
		p.settings, p.problems = s, problems
		if p.unapplied != nil {
			old, p.unapplied = *p.unapplied, nil
		}
	}
	p.mu.Unlock()
	if err != nil {
		p.reportCondition(ctx, state.AppCondition{
			ID: "settings", Severity: string(event.SeverityWarning), Title: "The settings file cannot be read.",
			Text: "The settings from before stay in force, and the file is left as it is. " + err.Error(),
		})
		return
	}
	p.reportCondition(ctx, state.AppCondition{ID: "settings"})
	changed := !reflect.DeepEqual(old, s)
	if changed {
		p.log.Info("settings changed on disk")
		p.applySettings(ctx)
		if err := p.reapply(ctx, old, s); err != nil {
			p.log.Warn("settings", "cause", err)
		}
	}
	if p.opts.OnSettings != nil && (changed || !slices.Equal(were, problems)) {
		p.opts.OnSettings()
	}
}

// reapply puts in force what takes more than telling the parts: what
// connections are made of, how long history is kept, and what the system was
// asked for, which alone can fail.
func (p *Program) reapply(ctx context.Context, old, now config.Settings) error {
	if old.Retention != now.Retention && p.db != nil {
		p.db.SetRetention(retentionOf(now.Retention))
	}
	if old.Updates != now.Updates {
		select {
		case p.askUpdates <- struct{}{}:
		default:
		}
	}
	anew := !reflect.DeepEqual(old.Network, now.Network) || !reflect.DeepEqual(old.Reconnect, now.Reconnect)
	switch t := p.opts.Target; {
	case !t.given():
		p.reconcile(ctx, old.Profiles, now.Profiles, anew)
	case anew && !t.Demo:
		if err := p.startGateways(ctx); err != nil {
			p.log.Warn("gateway not started", "cause", err)
		}
	}
	if old.Window.StartAtLogin == now.Window.StartAtLogin {
		return nil
	}
	err := notification.StartAtLogin(now.Window.StartAtLogin, p.opts.Paths.Autostart)
	f := state.AppCondition{ID: "autostart"}
	if err != nil {
		f.Severity, f.Title = string(event.SeverityWarning), "The system did not take the wish to start at login."
		f.Text = "It is in the settings, and is asked for again when it is changed there. " + err.Error()
		err = fault.New(fault.Internal, f.Title, err)
	}
	p.reportCondition(ctx, f)
	return err
}

// reconcile starts, restarts and stops gateways after their profiles; with
// anew also those whose profiles did not change.
func (p *Program) reconcile(ctx context.Context, old, now []config.Profile, anew bool) {
	before := map[event.GatewayID]config.Profile{}
	for _, x := range old {
		before[x.ID] = x
	}
	for _, x := range now {
		was, known := before[x.ID]
		delete(before, x.ID)
		switch {
		case known && !(anew && x.Connect) && reflect.DeepEqual(linked(was), linked(x)):
			if !reflect.DeepEqual(was, x) {
				p.listGateway(ctx, x)
				p.relabel(x)
			}
		case !x.Connect:
			p.gateways.stop(x.ID)
			p.listGateway(ctx, x)
		default:
			if err := p.startGateway(ctx, x, p.storedCredentials(ctx, x)); err != nil {
				p.log.Warn("gateway not started", "gateway", string(x.ID), "cause", err)
			}
		}
	}
	for id := range before {
		p.gateways.stop(id)
		p.mu.Lock()
		delete(p.profiles, id)
		p.mu.Unlock()
		if err := p.engine.Do(ctx, func(s *state.State) { s.Forget(string(id), false) }); err != nil {
			p.log.Warn("forgetting a gateway", "cause", err)
		}
	}
}

// linked is what of a profile its links depend on: a name, a colour or what a
// gateway reported of a key is no reason to connect anew.
func linked(x config.Profile) config.Profile {
	x.Label, x.Colour, x.Production, x.Thresholds, x.Groups, x.Keys = "", "", false, config.Thresholds{}, nil, nil
	x.VirtualKeys = slices.Clone(x.VirtualKeys)
	for i := range x.VirtualKeys {
		v := &x.VirtualKeys[i]
		v.Label, v.Key, v.Name = "", "", ""
	}
	return x
}

// relabel says to a running gateway what its keys are called now.
func (p *Program) relabel(x config.Profile) {
	g, err := p.gateways.get(x.ID)
	if err != nil {
		return // it is not watched, so nothing shows them
	}
	for _, v := range x.VirtualKeys {
		g.Relabel(v.ID, v.Label)
	}
}
