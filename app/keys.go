package app

import (
	"context"

	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/program/run"
)

// KeyPlace says where keys are kept that are given now. It may ask the keychain.
func (s *Settings) KeyPlace() (KeyPlace, error) {
	return call(s.h, func(ctx context.Context, p *run.Program) (KeyPlace, error) {
		k := p.KeyPlace(ctx)
		return KeyPlace{At: string(k.At), Locked: k.Locked, File: k.File, Why: k.Why, Wanted: k.Wanted}, nil
	})
}

// KeepKeysInFile begins a file of keys that a passphrase encrypts, or gives the
// one that is open another passphrase.
func (s *Settings) KeepKeysInFile(passphrase string) error {
	return do(s.h, func(ctx context.Context, p *run.Program) error {
		return p.KeepKeysInFile(ctx, secret.New(passphrase))
	})
}

// KeepKeysInMemory notes that keys end with the program where there is no
// keychain, and that the user wants it so.
func (s *Settings) KeepKeysInMemory() error {
	return do(s.h, func(ctx context.Context, p *run.Program) error { return p.KeepKeysInMemory(ctx) })
}

// UnlockKeys opens the file of keys, and connects with what is in it.
func (s *Settings) UnlockKeys(passphrase string) error {
	return do(s.h, func(ctx context.Context, p *run.Program) error {
		return p.UnlockKeys(ctx, secret.New(passphrase))
	})
}

// LeaveKeyFile deletes the file of keys, which must be open. Its keys go to the
// keychain; where there is none they end with the program.
func (s *Settings) LeaveKeyFile() error {
	return do(s.h, func(ctx context.Context, p *run.Program) error { return p.LeaveKeyFile(ctx) })
}
