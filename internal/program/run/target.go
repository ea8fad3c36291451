package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/demo"
)

// Names of the environment variables that hold keys where there is no
// keychain: several virtual keys, separated by commas or white space, and one
// master key.
const (
	EnvVirtualKey = "GATEWATCH_VIRTUAL_KEY"
	EnvMasterKey  = "GATEWATCH_MASTER_KEY"
)

// Target says what to watch, as given on the command line. At most one of
// Demo, Profile and the addresses is used; with none of them all stored
// profiles that want it are watched.
type Target struct {
	Demo     bool
	Scenario string  // of the demo; "" is the default one
	Dialect  string  // of the demo; "" is the scenario's
	Seed     uint64  // of the demo; 0 is the default one
	Rate     float64 // of the demo's generators; 0 as written
	Profile  string  // id or label of a stored profile
	Core     string  // base address of a Core API
	Admin    string  // base address of an Admin API

	id event.GatewayID // of the addresses, as the history knows it; "" is addressedID
}

// check refuses contradictions.
func (t Target) check() error {
	n := 0
	for _, given := range []bool{t.Demo, t.Profile != "", t.Core != "" || t.Admin != ""} {
		if given {
			n++
		}
	}
	if n > 1 {
		return fault.New(fault.Usage, "Give only one of --demo, --profile and --core/--admin.", nil)
	}
	return nil
}

// given reports whether a single target was named.
func (t Target) given() bool { return t.Demo || t.Profile != "" || t.Core != "" || t.Admin != "" }

// addressed is the profile id of a gateway that is given by its addresses.
func (t Target) addressed() event.GatewayID { return cmp.Or(t.id, addressedID) }

// environment is the profile that the keys of the environment speak for; ""
// for none.
func (t Target) environment() string {
	if t.Core != "" || t.Admin != "" {
		return string(t.addressed())
	}
	return t.Profile
}

// demoID is the profile id of the embedded demo gateway.
const demoID = event.GatewayID("demo")

// demoPaths keeps what the demo leaves apart from what is real, and begins it
// anew each time: what happened to a demo is nobody's history.
func demoPaths(real config.Paths) config.Paths {
	p := config.PathsIn(filepath.Join(real.Data, "demo"))
	p.Settings, p.Logs, p.Log, p.Crash = real.Settings, real.Logs, real.Log, real.Crash
	p.Autostart = real.Autostart
	return p
}

// clearDemo removes what an earlier demo left; the lock must be held.
func clearDemo(p config.Paths) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(p.History + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("clear the demo: %w", err)
		}
	}
	return nil
}

// startDemo serves the embedded demo gateway until ctx ends.
func (p *Program) startDemo(ctx context.Context) (config.Profile, credentials, error) {
	g, err := demo.Serve(ctx, demo.Options{
		Scenario: p.opts.Target.Scenario, Dialect: demo.Dialect(p.opts.Target.Dialect), Seed: p.opts.Target.Seed, Rate: p.opts.Target.Rate, Log: p.log,
		Mark: func(what string) { p.markDemo(ctx, what) },
	})
	if err != nil {
		return config.Profile{}, credentials{}, fault.New(fault.Usage, "The demo gateway cannot be started.", err)
	}
	p.stack.Push("demo gateway", func(context.Context) error { return g.Close() })
	profile := config.Profile{
		ID: demoID, Label: "Demo", Connect: true, CoreURL: g.CoreURL(), AdminURL: g.AdminURL(),
	}
	return profile, credentials{virtual: given("", demoSecrets(g)...), master: secret.New(g.MasterKey())}, nil
}

// maxDemoKeys is how many of a demo's virtual keys are watched on their own:
// enough to see that there can be several.
const maxDemoKeys = 4

// demoSecrets are the virtual keys of a demo that are watched.
func demoSecrets(g *demo.Gateway) []secret.String {
	list := []secret.String{secret.New(g.VirtualKey())}
	for _, k := range g.VirtualKeys() {
		if k.Enabled && k.Secret != g.VirtualKey() && len(list) < maxDemoKeys {
			list = append(list, secret.New(k.Secret))
		}
	}
	return list
}

// named finds a stored profile by its id or label.
func named(s config.Settings, name string) (config.Profile, error) {
	var have []string
	for _, p := range s.Profiles {
		if string(p.ID) == name || strings.EqualFold(p.Label, name) {
			return p, nil
		}
		have = append(have, string(p.ID))
	}
	known := "There are none yet."
	if len(have) > 0 {
		known = "There are: " + strings.Join(have, ", ") + "."
	}
	return config.Profile{}, fault.New(fault.Usage, fmt.Sprintf("There is no profile %q. %s", name, known), nil)
}

// adHocProfile makes a profile for addresses of the command line, with the keys
// of the environment.
func adHocProfile(t Target) (config.Profile, credentials, error) {
	k := credentials{virtual: given("", secret.Split(os.Getenv(EnvVirtualKey))...), master: secret.New(os.Getenv(EnvMasterKey))}
	if len(k.virtual) == 0 && !k.master.Set() {
		return config.Profile{}, k, fault.New(fault.Unauthorized,
			"There is no key. Put a virtual key into "+EnvVirtualKey+" or the master key into "+EnvMasterKey+".", nil)
	}
	host := ""
	for _, a := range []string{t.Admin, t.Core} {
		if u, err := url.Parse(a); err == nil && u.Host != "" {
			host = u.Host
		}
	}
	return config.Profile{ID: t.addressed(), Label: host, Connect: true, CoreURL: t.Core, AdminURL: t.Admin}, k, nil
}

// gatewayConfig joins a profile, its keys and the settings.
func (p *Program) gatewayConfig(profile config.Profile, k credentials) (gateway.Config, error) {
	settings := p.Settings()
	net := settings.NetworkFor(profile.ID)
	network, err := networkOptions(net)
	if err != nil {
		return gateway.Config{}, err
	}
	o := hub.DefaultOptions()
	o.RetryDelays, o.MaxDelay = settings.Reconnect.Schedule, settings.Reconnect.Max
	o.SkipNegotiation, o.AllowQueryToken = net.SkipNegotiation, net.AllowQueryToken
	o.Transports = nil
	for _, t := range net.Transports {
		o.Transports = append(o.Transports, hub.Transport(t))
	}
	if net.SkipNegotiation {
		o.Transports = []hub.Transport{hub.WebSockets}
	}
	c := gateway.Config{
		ID: profile.ID, CoreURL: profile.CoreURL, AdminURL: profile.AdminURL,
		VirtualKeys: k.virtual, MasterKey: k.master, Webhooks: profile.Webhooks, Tasks: p.opts.Tasks,
		Network: network, Hub: &o, Log: p.log,
	}
	return c, nil
}

// WatchDemo starts the embedded demo gateway, if it does not run yet.
func (p *Program) WatchDemo(ctx context.Context) (config.Profile, error) {
	if x, err := p.profile(demoID); err == nil {
		return x, nil
	}
	x, k, err := p.startDemo(context.WithoutCancel(ctx))
	if err != nil {
		return x, err
	}
	return x, p.startGateway(ctx, x, k)
}
