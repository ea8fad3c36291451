package run

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"gatewatch/internal/config"
	"gatewatch/internal/doctor"
	"gatewatch/internal/event"
	"gatewatch/internal/gateway"
	"gatewatch/internal/life"
	"gatewatch/internal/secret"
)

// ExamineOptions says what to look at once.
type ExamineOptions struct {
	Target  Target // none: all stored profiles, whether they are connected or not
	Version string
	Redact  bool         // hide the names of hosts, too
	Paths   config.Paths // zero: the user's own
}

// Examine looks once at this computer and at a target, without watching. It
// fails with a fault if there is no such target; what is wrong with one is in
// the report.
func Examine(ctx context.Context, o ExamineOptions) (r doctor.Report, err error) {
	if err := o.Target.check(); err != nil {
		return r, err
	}
	if o.Paths == (config.Paths{}) {
		o.Paths = config.DefaultPaths()
	}
	settings, _, broken := config.Load(o.Paths.Settings) // what is wrong with it is a finding
	store := secret.NewStore(secret.Options{Environment: o.Target.environment()})
	p := &Program{
		opts: Options{Target: o.Target, Paths: o.Paths}, log: slog.New(slog.DiscardHandler), stack: &life.Stack{},
		secrets: store, settings: settings,
	}
	p.stack.Push("keychain", func(ctx context.Context) error { return store.Close(ctx) })
	defer func() {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), closePatience)
		defer cancel()
		_ = p.stack.Unwind(stop) // a keychain that hangs; the report is what matters
	}()
	look := doctor.Options{Version: o.Version, Machine: doctor.System(o.Paths, store), Redact: o.Redact}
	if look.Gateways, err = p.patients(ctx, broken); err != nil {
		return r, err
	}
	if len(look.Gateways) == 0 {
		look.Note = "No gateway was named and none is stored, so only this computer was looked at. Name one with --demo, --profile or --core and --admin."
	}
	return doctor.Run(ctx, look), nil
}

// Examine looks once at a gateway that is watched, or could be, and at this
// computer. It makes connections of its own and disturbs none.
func (p *Program) Examine(ctx context.Context, id event.GatewayID, version string) (doctor.Report, error) {
	profile, err := p.profile(id)
	if err != nil {
		return doctor.Report{}, err
	}
	k, from := p.keysFor(ctx, profile)
	return doctor.Run(ctx, doctor.Options{
		Version: version, Machine: doctor.System(p.opts.Paths, p.secrets),
		Gateways: []doctor.Gateway{p.patient(profile, k, from)},
	}), nil
}

// patients finds what the target names. broken is why the settings could not
// be read.
func (p *Program) patients(ctx context.Context, broken error) ([]doctor.Gateway, error) {
	t := p.opts.Target
	switch {
	case t.Demo:
		profile, k, err := p.startDemo(ctx)
		if err != nil {
			return nil, err
		}
		return []doctor.Gateway{p.patient(profile, k, found{"the demo itself", "the demo itself"})}, nil
	case t.Profile != "":
		if broken != nil {
			return nil, broken
		}
		profile, err := named(p.settings, t.Profile)
		if err != nil {
			return nil, err
		}
		k, from := p.keysFor(ctx, profile)
		return []doctor.Gateway{p.patient(profile, k, from)}, nil
	case t.given():
		profile, k, _ := addressed(t) // that a key is missing is a finding
		from := found{"the environment", "the environment"}
		profile.ID, profile.CoreURL, profile.AdminURL = addressedID, t.Core, t.Admin
		return []doctor.Gateway{p.patient(profile, k, from)}, nil
	}
	var all []doctor.Gateway
	for _, profile := range p.settings.Profiles {
		k, from := p.keysFor(ctx, profile)
		all = append(all, p.patient(profile, k, from))
	}
	return all, nil
}

// found says where keys were found, for people.
type found struct{ virtual, master string }

// keysFor finds a profile's keys.
func (p *Program) keysFor(ctx context.Context, profile config.Profile) (k keys, from found) {
	k, _ = p.findKeys(ctx, profile)
	k.virtual = slices.DeleteFunc(k.virtual, func(v gateway.Key) bool { return !v.Usable() })
	say := func(b secret.Backend) string {
		if b == secret.Nowhere {
			return ""
		}
		return fmt.Sprintf("the %s", b)
	}
	if len(k.virtual) > 0 {
		from.virtual = say(p.KeyKept(profile.ID, k.virtual[0].Slot))
		if from.virtual == "" { // no profile lists it
			from.virtual = say(secret.Environment)
		}
	}
	from.master = say(p.MasterKept(profile.ID))
	return k, from
}

// patient is a profile as it is looked at.
func (p *Program) patient(profile config.Profile, k keys, from found) doctor.Gateway {
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
