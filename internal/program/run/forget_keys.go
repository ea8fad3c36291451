package run

import (
	"context"
	"errors"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/store/config"
)

// ForgetAllKeys removes every key of Gatewatch from the keychain, and the file
// of keys if there is one, which needs no passphrase for that: those of
// profiles that were deleted included where the system can list them, and notes
// in the settings that they are gone. It returns how many there were. It may
// wait for the user to unlock the keychain, until ctx ends.
func ForgetAllKeys(ctx context.Context, paths config.Paths) (n int, err error) {
	if err := removeKeyFile(paths.Keys); err != nil {
		return 0, err
	}
	store := secret.NewStore(secret.Options{Getenv: func(string) string { return "" }})
	n, err = store.ForgetAll(ctx)
	settings, _, broken := config.Load(paths.Settings)
	before := settings.Clone()
	if err == nil && broken == nil {
		var more int
		more, err = forgetListed(ctx, store, &settings)
		n += more
	}
	if err != nil {
		return n, fault.New(fault.Misconfigured, "The keychain may still hold keys of Gatewatch. Unlock it and try again.", err)
	}
	if broken != nil || len(settings.Profiles) == 0 {
		return n, broken
	}
	_, _, err = config.Save(paths.Settings, before, settings)
	return n, err
}

// forgetListed removes the keys that profiles name and that are still there,
// which is all of them where the system cannot list its entries.
func forgetListed(ctx context.Context, store *secret.Store, s *config.Settings) (n int, err error) {
	forget := func(ref secret.Ref) {
		if store.Get(ctx, ref).Value.Set() {
			n++
		}
		err = errors.Join(err, store.Forget(ctx, ref))
	}
	for i := range s.Profiles {
		x := &s.Profiles[i]
		forget(masterRef(x.ID))
		x.MasterKeyStored = false
		for j := range x.VirtualKeys {
			forget(keyRef(x.ID, x.VirtualKeys[j].ID))
			x.VirtualKeys[j].Stored = false
		}
	}
	return n, err
}
