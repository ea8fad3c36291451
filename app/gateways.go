package app

import (
	"context"
	"strings"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
)

// Gateways is the page's hand on profiles and connections.
type Gateways struct{ h *host }

// List gives all profiles, keys not included.
func (g *Gateways) List() ([]GatewayProfile, error) {
	return call(g.h, func(_ context.Context, p *run.Program) ([]GatewayProfile, error) {
		out := []GatewayProfile{}
		for _, x := range p.Profiles() {
			out = append(out, profileOf(p, x))
		}
		return out, nil
	})
}

func profileOf(p *run.Program, x config.Profile) GatewayProfile {
	out := GatewayProfile{
		ID: string(x.ID), Label: x.Label, Colour: x.Colour, Production: x.Production,
		CoreURL: x.CoreURL, AdminURL: x.AdminURL, HasVirtualKey: x.HasVirtualKey(),
		HasMasterKey: x.MasterKeyStored, Enabled: x.Connect, Demo: p.IsDemo(x.ID),
		EnvironmentKeys:   p.EnvironmentKeys(x.ID),
		MasterKeyStoredIn: string(p.MasterKeyBackend(x.ID)), Keys: []GatewayKey{}, Webhooks: append([]string{}, x.Webhooks...),
		Network: ownNetworkOf(x.Network),
	}
	for _, v := range x.VirtualKeys {
		out.Keys = append(out.Keys, GatewayKey{
			ID: v.ID, Label: v.Label, Key: string(v.Key), Name: v.Name, Paused: v.Paused, StoredIn: string(p.KeyBackend(x.ID, v.ID)),
		})
	}
	return out
}

// Save makes or changes a profile, stores the keys that are given with it, and
// watches it if it is enabled. An empty key is kept as it is.
func (g *Gateways) Save(in GatewayInput, virtualKey, masterKey string) (GatewayProfile, error) {
	return change(g.h, func(ctx context.Context, p *run.Program) (GatewayProfile, error) {
		if in.Demo {
			x, err := p.WatchDemo(ctx)
			return profileOf(p, x), err
		}
		x, err := p.SaveProfile(ctx, config.Profile{
			ID: event.GatewayID(in.ID), Label: in.Label, Colour: in.Colour, Production: in.Production,
			CoreURL: in.CoreURL, AdminURL: in.AdminURL, Connect: in.Enabled, Webhooks: in.Webhooks,
			Network: in.Network.override(),
		}, secret.New(virtualKey), secret.New(masterKey))
		return profileOf(p, x), err
	})
}

// Delete stops watching a gateway and deletes its profile, keys and state.
func (g *Gateways) Delete(id string) error {
	return do(g.h, func(ctx context.Context, p *run.Program) error {
		return p.DeleteProfile(ctx, event.GatewayID(id))
	})
}

// AddKey stores one more virtual key, watches it and returns its id.
func (g *Gateways) AddKey(id, label, key string) (string, error) {
	return change(g.h, func(ctx context.Context, p *run.Program) (string, error) {
		return p.AddKey(ctx, event.GatewayID(id), label, secret.New(key))
	})
}

// ReplaceKey stores another secret for a virtual key and connects with it.
func (g *Gateways) ReplaceKey(id, keyID, key string) error {
	return do(g.h, func(ctx context.Context, p *run.Program) error {
		return p.ReplaceKey(ctx, event.GatewayID(id), keyID, secret.New(key))
	})
}

// LabelKey names a virtual key for people.
func (g *Gateways) LabelKey(id, keyID, label string) error {
	return do(g.h, func(ctx context.Context, p *run.Program) error {
		return p.LabelKey(ctx, event.GatewayID(id), keyID, label)
	})
}

// PauseKey stops watching a virtual key, or goes on.
func (g *Gateways) PauseKey(id, keyID string, paused bool) error {
	return do(g.h, func(ctx context.Context, p *run.Program) error {
		return p.PauseKey(ctx, event.GatewayID(id), keyID, paused)
	})
}

// RemoveKey deletes a virtual key.
func (g *Gateways) RemoveKey(id, keyID string) error {
	return do(g.h, func(ctx context.Context, p *run.Program) error {
		return p.RemoveKey(ctx, event.GatewayID(id), keyID)
	})
}

// ForgetKeys deletes a gateway's credentials, closes its links and clears its
// state.
func (g *Gateways) ForgetKeys(id string) error {
	return do(g.h, func(ctx context.Context, p *run.Program) error {
		return p.ForgetKeys(ctx, event.GatewayID(id))
	})
}

// Connect connects a gateway's links at once; "" means all.
func (g *Gateways) Connect(id string) error {
	return do(g.h, func(_ context.Context, p *run.Program) error { return p.Connect(event.GatewayID(id)) })
}

// Disconnect ends a gateway's links until Connect; "" means all.
func (g *Gateways) Disconnect(id string) error {
	return do(g.h, func(_ context.Context, p *run.Program) error { return p.Disconnect(event.GatewayID(id)) })
}

// Reconnect ends a gateway's links and connects anew; "" means all.
func (g *Gateways) Reconnect(id string) error {
	return do(g.h, func(_ context.Context, p *run.Program) error { return p.Reconnect(event.GatewayID(id)) })
}

// Refresh reads again what can be read of a gateway, and leaves its connections
// alone; "" means all.
func (g *Gateways) Refresh(id string) error {
	return do(g.h, func(_ context.Context, p *run.Program) error { return p.Refresh(event.GatewayID(id)) })
}

// Report looks once at a gateway and at this computer and says what is wrong,
// as text to be passed on: it holds no key. It takes some seconds, a minute at
// most, and disturbs no connection.
func (g *Gateways) Report(id string) (string, error) {
	return call(g.h, func(ctx context.Context, p *run.Program) (string, error) {
		r, err := p.Diagnose(ctx, event.GatewayID(id), g.h.version)
		if err != nil {
			return "", err
		}
		var text strings.Builder
		err = r.Write(&text)
		return text.String(), err
	})
}

// Probe is Report as a list: what was looked at, from the name in the address to
// each hub and list, and how it is.
func (g *Gateways) Probe(id string) ([]ProbeCheck, error) {
	return call(g.h, func(ctx context.Context, p *run.Program) ([]ProbeCheck, error) {
		r, err := p.Diagnose(ctx, event.GatewayID(id), g.h.version)
		out := []ProbeCheck{}
		for _, s := range r.Sections {
			for _, c := range s.Checks {
				out = append(out, ProbeCheck{Section: s.Title, Title: c.Title, Result: string(c.Result), Text: c.Text, Do: c.Do})
			}
		}
		return out, err
	})
}

// FollowTask follows one task until it ends; a medium of "" is found out.
func (g *Gateways) FollowTask(id, task, medium string) error {
	return do(g.h, func(ctx context.Context, p *run.Program) error {
		m := event.Medium(medium)
		switch m {
		case "", event.MediumImage, event.MediumVideo, event.MediumBatch:
			return p.FollowTask(ctx, event.GatewayID(id), event.TaskID(task), m)
		}
		return fault.New(fault.Usage, "A task makes an image, a video or is a batch.", nil)
	})
}
