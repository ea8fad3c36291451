package run

import (
	"context"
	"fmt"
	"slices"

	"gatewatch/internal/config"
	"gatewatch/internal/event"
	"gatewatch/internal/fault"
	"gatewatch/internal/gateway"
	"gatewatch/internal/secret"
	"gatewatch/internal/state"
)

// keys are a profile's credentials. Virtual keys that are paused or that
// nobody has the secret of are listed too.
type keys struct {
	virtual []gateway.Key
	master  secret.String
}

// given makes keys of secrets that no profile lists, with slots that begin
// with prefix.
func given(prefix string, secrets ...secret.String) []gateway.Key {
	var out []gateway.Key
	for i, s := range secrets {
		out = append(out, gateway.Key{Slot: fmt.Sprintf("%s%d", prefix, i+1), Secret: s})
	}
	return out
}

// envPrefix begins the slots of keys that the environment gives beside the
// profile's own.
const envPrefix = "env-"

// keyRef is where a virtual key's secret is kept. The first key has the entry
// that versions with one key made.
func keyRef(profile event.GatewayID, id string) secret.Ref {
	if id == config.FirstKey {
		id = ""
	}
	return secret.Ref{Profile: string(profile), Kind: secret.VirtualKey, Slot: id}
}

func masterRef(profile event.GatewayID) secret.Ref {
	return secret.Ref{Profile: string(profile), Kind: secret.MasterKey}
}

// storedKeys finds a profile's credentials, and says so if the keychain could
// not be asked.
func (p *Program) storedKeys(ctx context.Context, profile config.Profile) keys {
	k, trouble := p.findKeys(ctx, profile)
	p.sayKeychain(ctx, trouble)
	return k
}

// findKeys finds a profile's credentials and notes where each was. trouble is
// why the keychain could not be asked for one that is missing.
func (p *Program) findKeys(ctx context.Context, profile config.Profile) (k keys, trouble error) {
	get := func(ref secret.Ref) secret.String {
		found := p.secrets.Get(ctx, ref)
		if found.Keychain != nil && !found.Value.Set() {
			trouble = found.Keychain
		}
		p.noteKept(ref, found.Backend)
		return found.Value
	}
	for _, v := range profile.VirtualKeys {
		k.virtual = append(k.virtual, gateway.Key{
			Slot: v.ID, Label: v.Label, ID: v.Key, Name: v.Name, Paused: v.Paused, Secret: get(keyRef(profile.ID, v.ID)),
		})
	}
	k.virtual = withEnvironment(k.virtual, p.secrets.FromEnvironment(string(profile.ID), secret.VirtualKey))
	k.master = get(masterRef(profile.ID))
	return k, trouble
}

// withEnvironment adds the keys of the environment where they are all that
// there is: what the user gave to Gatewatch itself counts more.
func withEnvironment(stored []gateway.Key, env []secret.String) []gateway.Key {
	var more []gateway.Key
	for _, k := range given(envPrefix, env...) {
		if !slices.ContainsFunc(stored, func(have gateway.Key) bool { return have.Secret.Equal(k.Secret) }) {
			more = append(more, k)
		}
	}
	for _, k := range stored {
		if k.Secret.Set() && !slices.ContainsFunc(env, k.Secret.Equal) {
			return stored
		}
	}
	return append(stored, more...)
}

// noteKept remembers where a secret was found.
func (p *Program) noteKept(ref secret.Ref, at secret.Backend) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil {
		p.kept = map[secret.Ref]secret.Backend{}
	}
	p.kept[ref] = at
}

// KeyKept says where a virtual key's secret was found when it was last looked
// for; secret.Nowhere if it is missing. It does not ask the keychain.
func (p *Program) KeyKept(id event.GatewayID, key string) secret.Backend {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept[keyRef(id, key)]
}

// MasterKept is KeyKept for the master key.
func (p *Program) MasterKept(id event.GatewayID) secret.Backend {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept[masterRef(id)]
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
// not set is kept as it is. The virtual key is the profile's first: it is
// replaced, or added if there is none.
func (p *Program) SetKeys(ctx context.Context, id event.GatewayID, virtual, master secret.String) error {
	return p.changeKeys(ctx, id, func(x *config.Profile) (trouble, err error) {
		x.Connect = true
		if virtual.Set() {
			if len(x.VirtualKeys) == 0 {
				x.VirtualKeys = []config.VirtualKey{{ID: config.FirstKey}}
			}
			first := &x.VirtualKeys[0]
			first.Stored, first.Key, first.Name = true, "", "" // it may be another key
			_, trouble = p.secrets.Set(ctx, keyRef(id, first.ID), virtual)
		}
		if master.Set() {
			x.MasterKeyStored = true
			if _, err := p.secrets.Set(ctx, masterRef(id), master); err != nil {
				trouble = err
			}
		}
		return trouble, nil
	})
}

// AddKey stores one more virtual key of a gateway, watches it and returns its
// ID.
func (p *Program) AddKey(ctx context.Context, id event.GatewayID, label string, key secret.String) (string, error) {
	made := ""
	err := p.changeKeys(ctx, id, func(x *config.Profile) (trouble, err error) {
		if !key.Set() {
			return nil, fault.New(fault.Usage, "There is no key. Paste the virtual key.", nil)
		}
		if err := p.unused(ctx, *x, "", key); err != nil {
			return nil, err
		}
		made = x.NewKeyID()
		_, trouble = p.secrets.Set(ctx, keyRef(id, made), key)
		x.VirtualKeys = append(x.VirtualKeys, config.VirtualKey{ID: made, Label: label, Stored: true})
		return trouble, nil
	})
	return made, err
}

// unused refuses a key that the profile has already under another ID.
func (p *Program) unused(ctx context.Context, x config.Profile, id string, key secret.String) error {
	for _, v := range x.VirtualKeys {
		if v.ID != id && p.secrets.Get(ctx, keyRef(x.ID, v.ID)).Value.Equal(key) {
			name := v.Label
			if name == "" {
				name = v.ID
			}
			return fault.New(fault.Usage, fmt.Sprintf("This key is there already, as %q.", name), nil)
		}
	}
	return nil
}

// ReplaceKey stores another secret for a virtual key of a gateway and connects
// with it.
func (p *Program) ReplaceKey(ctx context.Context, id event.GatewayID, keyID string, key secret.String) error {
	return p.changeKeys(ctx, id, func(x *config.Profile) (trouble, err error) {
		v := x.VirtualKey(keyID)
		if v == nil {
			return nil, noKey(keyID)
		}
		if !key.Set() {
			return nil, fault.New(fault.Usage, "There is no key. Paste the virtual key.", nil)
		}
		if err := p.unused(ctx, *x, keyID, key); err != nil {
			return nil, err
		}
		v.Stored, v.Key, v.Name = true, "", ""
		_, trouble = p.secrets.Set(ctx, keyRef(id, keyID), key)
		return trouble, nil
	})
}

// PauseKey stops watching a virtual key, or goes on.
func (p *Program) PauseKey(ctx context.Context, id event.GatewayID, keyID string, paused bool) error {
	return p.changeKeys(ctx, id, func(x *config.Profile) (trouble, err error) {
		v := x.VirtualKey(keyID)
		if v == nil {
			return nil, noKey(keyID)
		}
		v.Paused = paused
		return nil, nil
	})
}

// RemoveKey forgets a virtual key of a gateway.
func (p *Program) RemoveKey(ctx context.Context, id event.GatewayID, keyID string) error {
	var failed error
	err := p.changeKeys(ctx, id, func(x *config.Profile) (trouble, err error) {
		if x.VirtualKey(keyID) == nil {
			return nil, noKey(keyID)
		}
		failed = p.forget(ctx, keyRef(id, keyID))
		x.VirtualKeys = slices.DeleteFunc(slices.Clone(x.VirtualKeys), func(v config.VirtualKey) bool { return v.ID == keyID })
		return nil, nil
	})
	if err != nil {
		return err
	}
	return failed
}

// LabelKey names a virtual key of a gateway for people. Nothing is connected
// anew.
func (p *Program) LabelKey(ctx context.Context, id event.GatewayID, keyID, label string) error {
	err := p.editKeys(id, func(x *config.Profile) (bool, error) {
		v := x.VirtualKey(keyID)
		if v == nil {
			return false, noKey(keyID)
		}
		v.Label = label
		return true, nil
	})
	if err != nil {
		return err
	}
	if g, err := p.fleet.get(id); err == nil {
		g.Relabel(keyID, label)
		return nil
	}
	return p.engine.Do(ctx, func(s *state.State) { s.RelabelWatched(string(id), keyID, label) })
}

func noKey(id string) error {
	return fault.New(fault.Usage, fmt.Sprintf("This gateway has no virtual key %q.", id), nil)
}

// changeKeys edits a profile's keys, writes it down and connects with them if
// there are any, or stops. trouble is why the keychain did not take a key,
// which is then used all the same.
func (p *Program) changeKeys(ctx context.Context, id event.GatewayID, edit func(*config.Profile) (trouble, err error)) error {
	profile, err := p.profile(id)
	if err != nil {
		return err
	}
	if p.IsDemo(id) {
		return fault.New(fault.Usage, "The demo gateway has keys of its own.", nil)
	}
	profile.VirtualKeys = slices.Clone(profile.VirtualKeys)
	had := authenticated(profile)
	trouble, err := edit(&profile)
	if err != nil {
		return err
	}
	if authenticated(profile) && !had {
		profile.Connect = true // the first key is a wish to connect
	}
	if err := p.keep(profile); err != nil {
		return err
	}
	if !profile.Connect || !authenticated(profile) {
		p.fleet.stop(id)
		p.show(ctx, profile)
		p.sayKeychain(ctx, trouble)
		return nil
	}
	k := p.storedKeys(ctx, profile)
	p.sayKeychain(ctx, trouble)
	return p.watch(ctx, profile, k)
}

// authenticated reports whether a profile was given a key at all.
func authenticated(x config.Profile) bool { return x.HasVirtualKey() || x.MasterKeyStored }

// ForgetKeys is logging out: the keys go, the links close, and what was shown
// of the gateway is cleared. Labels stay, for the keys that may be given anew.
func (p *Program) ForgetKeys(ctx context.Context, id event.GatewayID) error {
	profile, err := p.profile(id)
	if err != nil {
		return err
	}
	p.fleet.stop(id)
	// The entry of the first key always: without it the environment speaks on.
	failed := p.forget(ctx, masterRef(id), keyRef(id, config.FirstKey))
	profile.VirtualKeys = slices.Clone(profile.VirtualKeys)
	for i := range profile.VirtualKeys {
		v := &profile.VirtualKeys[i]
		if err := p.forget(ctx, keyRef(id, v.ID)); err != nil {
			failed = err
		}
		v.Stored = false
	}
	profile.MasterKeyStored, profile.Connect = false, false
	if err := p.keep(profile); err != nil {
		return err
	}
	if err := p.engine.Do(ctx, func(s *state.State) { s.Forget(string(id), true) }); err != nil {
		return err
	}
	return failed
}

// forget removes secrets.
func (p *Program) forget(ctx context.Context, refs ...secret.Ref) (failed error) {
	for _, ref := range refs {
		p.noteKept(ref, secret.Nowhere)
		if err := p.secrets.Forget(ctx, ref); err != nil {
			failed = fault.New(fault.Internal, "The keychain may still hold a key of this gateway; remove it there.", err)
		}
	}
	return failed
}
