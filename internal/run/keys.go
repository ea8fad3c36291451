package run

import (
	"context"

	"gatewatch/internal/config"
	"gatewatch/internal/event"
	"gatewatch/internal/fault"
	"gatewatch/internal/secret"
	"gatewatch/internal/state"
)

// storedKeys finds a profile's credentials, and says so if the keychain could
// not be asked.
func (p *Program) storedKeys(ctx context.Context, profile config.Profile) keys {
	var k keys
	var trouble error
	for kind, to := range map[secret.Kind]*secret.String{secret.VirtualKey: &k.virtual, secret.MasterKey: &k.master} {
		found := p.secrets.Get(ctx, secret.Ref{Profile: string(profile.ID), Kind: kind})
		*to = found.Value
		if found.Keychain != nil && !found.Value.Set() {
			trouble = found.Keychain
		}
	}
	p.sayKeychain(ctx, trouble)
	return k
}

// sayKeychain shows that keys cannot be kept, or takes that back.
func (p *Program) sayKeychain(ctx context.Context, trouble error) {
	f := state.AppFact{ID: "keychain"}
	if trouble != nil {
		f.Severity, f.Title = string(event.SeverityWarning), "Keys are not being kept."
		f.Text = "The system's keychain cannot be used (" + trouble.Error() + "). A key you enter is used until Gatewatch ends; then it must be entered again."
	}
	p.say(ctx, f)
}

// SetKeys stores credentials for a gateway and connects with them; one that is
// not set is kept as it is.
func (p *Program) SetKeys(ctx context.Context, id event.GatewayID, virtual, master secret.String) error {
	profile, err := p.profile(id)
	if err != nil {
		return err
	}
	if p.IsDemo(id) {
		return fault.New(fault.Usage, "The demo gateway has keys of its own.", nil)
	}
	var trouble error
	for kind, value := range map[secret.Kind]secret.String{secret.VirtualKey: virtual, secret.MasterKey: master} {
		if !value.Set() {
			continue
		}
		if _, err := p.secrets.Set(ctx, secret.Ref{Profile: string(id), Kind: kind}, value); err != nil {
			trouble = err
		}
	}
	profile.VirtualKeyStored = profile.VirtualKeyStored || virtual.Set()
	profile.MasterKeyStored = profile.MasterKeyStored || master.Set()
	profile.Connect = true
	if err := p.keep(profile); err != nil {
		return err
	}
	k := p.storedKeys(ctx, profile)
	p.sayKeychain(ctx, trouble)
	return p.watch(ctx, profile, k)
}

// ForgetKeys is logging out: the keys go, the links close, and what was shown
// of the gateway is cleared.
func (p *Program) ForgetKeys(ctx context.Context, id event.GatewayID) error {
	profile, err := p.profile(id)
	if err != nil {
		return err
	}
	p.fleet.stop(id)
	var failed error
	for _, kind := range []secret.Kind{secret.VirtualKey, secret.MasterKey} {
		if err := p.secrets.Forget(ctx, secret.Ref{Profile: string(id), Kind: kind}); err != nil {
			failed = fault.New(fault.Internal, "The keychain may still hold a key of this gateway; remove it there.", err)
		}
	}
	profile.VirtualKeyStored, profile.MasterKeyStored, profile.Connect = false, false, false
	if err := p.keep(profile); err != nil {
		return err
	}
	if err := p.engine.Do(ctx, func(s *state.State) { s.Forget(string(id), true) }); err != nil {
		return err
	}
	return failed
}
