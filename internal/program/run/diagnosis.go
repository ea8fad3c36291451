package run

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/life"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/program/doctor"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/store/config"
)

// DiagnoseOptions says what to look at once.
type DiagnoseOptions struct {
	Target  Target // none: all stored profiles, whether they are connected or not
	Version string
	Redact  bool         // hide the names of hosts, too
	Paths   config.Paths // zero: the user's own
	// Passphrase is that of Options.
	Passphrase func(ctx context.Context, again bool) (p secret.String, ok bool)
}

// Diagnose looks once at this computer and at a target, without watching. It
// fails with a fault if there is no such target; what is wrong with one is in
// the report.
func Diagnose(ctx context.Context, o DiagnoseOptions) (r doctor.Report, err error) {
	if err := o.Target.check(); err != nil {
		return r, err
	}
	if o.Paths == (config.Paths{}) {
		o.Paths = config.DefaultPaths()
	}
	settings, _, broken := config.Load(o.Paths.Settings) // what is wrong with it is a finding
	store := secret.NewStore(secret.Options{Environment: o.Target.environment(), File: secret.NewFile(o.Paths.Keys)})
	p := &Program{
		opts: Options{Target: o.Target, Paths: o.Paths, Passphrase: o.Passphrase}, log: slog.New(slog.DiscardHandler), stack: &life.Stack{},
		secrets: store, settings: settings,
	}
	p.stack.Push("keychain", func(ctx context.Context) error { return store.Close(ctx) })
	defer func() {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), closePatience)
		defer cancel()
		_ = p.stack.Unwind(stop) // a keychain that hangs; the report is what matters
	}()
	look := doctor.Options{Version: o.Version, Machine: doctor.System(o.Paths, store), Redact: o.Redact}
	p.openKeyFile(ctx)
	if look.Gateways, err = p.diagnosisGateways(ctx, broken); err != nil {
		return r, err
	}
	if len(look.Gateways) == 0 {
		look.Note = "No gateway was named and none is stored, so only this computer was looked at. Name one with --demo, --profile or --core and --admin."
	}
	return doctor.Run(ctx, look), nil
}

// Diagnose looks once at a gateway that is watched, or could be, and at this
// computer. It makes connections of its own and disturbs none.
func (p *Program) Diagnose(ctx context.Context, id event.GatewayID, version string) (doctor.Report, error) {
	profile, err := p.profile(id)
	if err != nil {
		return doctor.Report{}, err
	}
	k, from := p.keysFor(ctx, profile)
	return doctor.Run(ctx, doctor.Options{
		Version: version, Machine: doctor.System(p.opts.Paths, p.secrets),
		Gateways: []doctor.Gateway{p.diagnosisGateway(profile, k, from)},
	}), nil
}

// diagnosisGateways finds what the target names. broken is why the settings could not
// be read.
func (p *Program) diagnosisGateways(ctx context.Context, broken error) ([]doctor.Gateway, error) {
	t := p.opts.Target
	switch {
	case t.Demo:
		profile, k, err := p.startDemo(ctx)
		if err != nil {
			return nil, err
		}
		return []doctor.Gateway{p.diagnosisGateway(profile, k, keySources{"the demo itself", "the demo itself"})}, nil
	case t.Profile != "":
		if broken != nil {
			return nil, broken
		}
		profile, err := named(p.settings, t.Profile)
		if err != nil {
			return nil, err
		}
		k, from := p.keysFor(ctx, profile)
		return []doctor.Gateway{p.diagnosisGateway(profile, k, from)}, nil
	case t.given():
		profile, k, _ := adHocProfile(t) // that a key is missing is a finding
		from := keySources{"the environment", "the environment"}
		profile.ID, profile.CoreURL, profile.AdminURL = t.addressed(), t.Core, t.Admin
		return []doctor.Gateway{p.diagnosisGateway(profile, k, from)}, nil
	}
	var all []doctor.Gateway
	for _, profile := range p.settings.Profiles {
		k, from := p.keysFor(ctx, profile)
		all = append(all, p.diagnosisGateway(profile, k, from))
	}
	return all, nil
}

// keySources says where keys were found, for people.
type keySources struct{ virtual, master string }

// keysFor finds a profile's keys.
func (p *Program) keysFor(ctx context.Context, profile config.Profile) (k credentials, from keySources) {
	k, _ = p.findCredentials(ctx, profile)
	k.virtual = slices.DeleteFunc(k.virtual, func(v gateway.Key) bool { return !v.Usable() })
	say := func(b secret.Backend) string {
		if b == secret.Nowhere {
			return ""
		}
		return fmt.Sprintf("the %s", b)
	}
	if len(k.virtual) > 0 {
		from.virtual = say(p.KeyBackend(profile.ID, k.virtual[0].Slot))
		if from.virtual == "" { // no profile lists it
			from.virtual = say(secret.Environment)
		}
	}
	from.master = say(p.MasterKeyBackend(profile.ID))
	return k, from
}

// diagnosisGateway is a profile as it is looked at.
func (p *Program) diagnosisGateway(profile config.Profile, k credentials, from keySources) doctor.Gateway {
	label := profile.Label
	if label == "" {
		label = string(profile.ID)
	}
	c, err := p.gatewayConfig(profile, k)
	if err != nil {
		c = gateway.Config{ID: profile.ID, CoreURL: profile.CoreURL, AdminURL: profile.AdminURL}
	}
	g := doctor.Gateway{Label: label, Production: profile.Production, Config: c, Fault: err}
	if len(k.virtual) > 0 {
		g.VirtualFrom = from.virtual
	}
	if k.master.Set() {
		g.MasterFrom = from.master
	}
	return g
}
