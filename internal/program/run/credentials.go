package run

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/store/config"
)

// credentials are a profile's credentials. Virtual keys that are paused or that
// nobody has the secret of are listed too.
type credentials struct {
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

// storedCredentials finds a profile's credentials, and says so if the keychain could
// not be asked.
func (p *Program) storedCredentials(ctx context.Context, profile config.Profile) credentials {
	k, trouble := p.findCredentials(ctx, profile)
	p.noteWaiting(profile.ID, trouble)
	p.reportKeychain(ctx)
	return k
}

// findCredentials finds a profile's credentials and notes where each was. trouble is
// why the keychain could not be asked for one that is missing.
func (p *Program) findCredentials(ctx context.Context, profile config.Profile) (k credentials, trouble error) {
	var maybe error // of a key that nobody said is there
	get := func(ref secret.Ref, stored bool) secret.String {
		found := p.secrets.Get(ctx, ref)
		switch {
		case found.Keychain == nil || found.Value.Set():
		case stored:
			trouble = found.Keychain
		default:
			maybe = found.Keychain
		}
		p.noteKept(ref, found.Backend)
		return found.Value
	}
	for _, v := range profile.VirtualKeys {
		k.virtual = append(k.virtual, gateway.Key{
			Slot: v.ID, Label: v.Label, ID: v.Key, Name: v.Name, Paused: v.Paused, Secret: get(keyRef(profile.ID, v.ID), v.Stored),
		})
	}
	k.virtual = withEnvironment(k.virtual, p.secrets.FromEnvironment(string(profile.ID), secret.VirtualKey))
	p.noteEnvironment(profile.ID, k.virtual)
	k.master = get(masterRef(profile.ID), profile.MasterKeyStored)
	if trouble == nil && !k.master.Set() && !slices.ContainsFunc(k.virtual, func(v gateway.Key) bool { return v.Secret.Set() }) {
		trouble = maybe
	}
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

// noteEnvironment remembers how many keys of a profile the environment gave.
func (p *Program) noteEnvironment(id event.GatewayID, keys []gateway.Key) {
	n := 0
	for _, k := range keys {
		if strings.HasPrefix(k.Slot, envPrefix) {
			n++
		}
	}
	p.setEnvironmentKeys(id, n)
}

// noteGiven remembers that all keys of a gateway come from the environment.
func (p *Program) noteGiven(id event.GatewayID, k credentials) {
	p.setEnvironmentKeys(id, len(k.virtual))
	if k.master.Set() {
		p.noteKept(masterRef(id), secret.Environment)
	}
}

func (p *Program) setEnvironmentKeys(id event.GatewayID, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.envKeys == nil {
		p.envKeys = map[event.GatewayID]int{}
	}
	p.envKeys[id] = n
}

// EnvironmentKeys is how many virtual keys a gateway is watched with that no
// profile lists: the environment gave them.
func (p *Program) EnvironmentKeys(id event.GatewayID) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.envKeys[id]
}

// noteKept remembers where a secret was found.
func (p *Program) noteKept(ref secret.Ref, at secret.Backend) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.backends == nil {
		p.backends = map[secret.Ref]secret.Backend{}
	}
	p.backends[ref] = at
}

// KeyBackend says where a virtual key's secret was found when it was last looked
// for; secret.Nowhere if it is missing. It does not ask the keychain.
func (p *Program) KeyBackend(id event.GatewayID, key string) secret.Backend {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.backends[keyRef(id, key)]
}

// MasterKeyBackend is KeyBackend for the master key.
func (p *Program) MasterKeyBackend(id event.GatewayID) secret.Backend {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.backends[masterRef(id)]
}

// SetKeys stores credentials for a gateway and connects with them; one that is
// not set is kept as it is. The virtual key is the profile's first: it is
// replaced, or added if there is none.
func (p *Program) SetKeys(ctx context.Context, id event.GatewayID, virtual, master secret.String) error {
	return p.changeKeys(ctx, id, func(x *config.Profile) error {
		x.Connect = true
		if virtual.Set() {
			if len(x.VirtualKeys) == 0 {
				x.VirtualKeys = []config.VirtualKey{{ID: config.FirstKey}}
			}
			first := &x.VirtualKeys[0]
			first.Stored, first.Key, first.Name = true, "", "" // it may be another key
			_, _ = p.secrets.Set(ctx, keyRef(id, first.ID), virtual)
		}
		if master.Set() {
			x.MasterKeyStored = true
			_, _ = p.secrets.Set(ctx, masterRef(id), master)
		}
		return nil
	})
}

// AddKey stores one more virtual key of a gateway, watches it and returns its
// ID.
func (p *Program) AddKey(ctx context.Context, id event.GatewayID, label string, key secret.String) (string, error) {
	made := ""
	err := p.changeKeys(ctx, id, func(x *config.Profile) error {
		if !key.Set() {
			return fault.New(fault.Usage, "There is no key. Paste the virtual key.", nil)
		}
		if err := p.unused(ctx, *x, "", key); err != nil {
			return err
		}
		made = x.NewKeyID()
		_, _ = p.secrets.Set(ctx, keyRef(id, made), key)
		x.VirtualKeys = append(x.VirtualKeys, config.VirtualKey{ID: made, Label: label, Stored: true})
		return nil
	})
	return made, err
}

// unused refuses a key that the profile has already under another ID, which the
// fault's field names.
func (p *Program) unused(ctx context.Context, x config.Profile, id string, key secret.String) error {
	for _, v := range x.VirtualKeys {
		if v.ID != id && p.secrets.Get(ctx, keyRef(x.ID, v.ID)).Value.Equal(key) {
			f := fault.New(fault.Usage, fmt.Sprintf("This key is there already, as “%s”.", cmp.Or(v.Label, v.Name, "key "+v.ID)), nil)
			f.Fields = []fault.Field{{Path: "virtual_keys." + v.ID, Message: "This key is there already."}}
			return f
		}
	}
	return nil
}

// ReplaceKey stores another secret for a virtual key of a gateway and connects
// with it.
func (p *Program) ReplaceKey(ctx context.Context, id event.GatewayID, keyID string, key secret.String) error {
	return p.changeKeys(ctx, id, func(x *config.Profile) error {
		v := x.VirtualKey(keyID)
		if v == nil {
			return noKey(keyID)
		}
		if !key.Set() {
			return fault.New(fault.Usage, "There is no key. Paste the virtual key.", nil)
		}
		if err := p.unused(ctx, *x, keyID, key); err != nil {
			return err
		}
		v.Stored, v.Key, v.Name = true, "", ""
		_, _ = p.secrets.Set(ctx, keyRef(id, keyID), key)
		return nil
	})
}

// PauseKey stops watching a virtual key, or goes on.
func (p *Program) PauseKey(ctx context.Context, id event.GatewayID, keyID string, paused bool) error {
	return p.changeKeys(ctx, id, func(x *config.Profile) error {
		v := x.VirtualKey(keyID)
		if v == nil {
			return noKey(keyID)
		}
		v.Paused = paused
		return nil
	})
}

// RemoveKey deletes a virtual key of a gateway.
func (p *Program) RemoveKey(ctx context.Context, id event.GatewayID, keyID string) error {
	var failed error
	err := p.changeKeys(ctx, id, func(x *config.Profile) error {
		if x.VirtualKey(keyID) == nil {
			return noKey(keyID)
		}
		failed = p.forget(ctx, keyRef(id, keyID))
		x.VirtualKeys = slices.DeleteFunc(slices.Clone(x.VirtualKeys), func(v config.VirtualKey) bool { return v.ID == keyID })
		return nil
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
	if g, err := p.gateways.get(id); err == nil {
		g.Relabel(keyID, label)
		return nil
	}
	return p.engine.Do(ctx, func(s *state.State) { s.RelabelMonitoredKey(string(id), keyID, label) })
}

func noKey(id string) error {
	return fault.New(fault.Usage, fmt.Sprintf("This gateway has no virtual key %q.", id), nil)
}

// changeKeys edits a profile's keys, writes it down and connects with them if
// there are any, or stops. trouble is why the keychain did not take a key,
// which is then used all the same.
func (p *Program) changeKeys(ctx context.Context, id event.GatewayID, edit func(*config.Profile) error) error {
	profile, err := p.profile(id)
	if err != nil {
		return err
	}
	if p.IsDemo(id) {
		return fault.New(fault.Usage, "The demo gateway has keys of its own.", nil)
	}
	profile.VirtualKeys = slices.Clone(profile.VirtualKeys)
	had := authenticated(profile)
	if err := edit(&profile); err != nil {
		return err
	}
	if authenticated(profile) && !had {
		profile.Connect = true // the first key is a command to connect
	}
	if err := p.keep(profile); err != nil {
		return err
	}
	if !profile.Connect || !authenticated(profile) {
		p.gateways.stop(id)
		p.listGateway(ctx, profile)
		p.noteWaiting(id, nil)
		p.reportKeychain(ctx)
		return nil
	}
	return p.startGateway(ctx, profile, p.storedCredentials(ctx, profile))
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
	p.gateways.stop(id)
	p.noteWaiting(id, nil)
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
	if err := p.dropKept(ctx, id); err != nil {
		p.log.Warn("what was kept of a gateway stays", "gateway", string(id), "cause", err)
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
