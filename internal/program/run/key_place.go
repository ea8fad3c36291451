package run

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"

	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/store/config"
)

// EnvPassphraseFile names a file whose first line is the passphrase of the file
// of keys: for what runs without anybody to ask. It is not in the list of
// processes, as an argument would be.
const EnvPassphraseFile = "GATEWATCH_PASSPHRASE_FILE"

// KeyPlace is where keys are kept that are given now.
type KeyPlace struct {
	At     secret.Backend // Keychain, InFile or Memory
	Locked bool           // it can only be used once the user opens it
	File   string         // the file of keys, whether it is there or not
	Why    string         // why it is Memory; "" otherwise
	Wanted bool           // the user wants memory where there is no keychain
}

// KeyPlace looks where keys are kept. Where nobody knows yet, the keychain is
// asked for something that it does not have.
func (p *Program) KeyPlace(ctx context.Context) KeyPlace {
	k := KeyPlace{At: p.secrets.Place(), File: p.opts.Paths.Keys, Wanted: p.Settings().Keys.InMemory}
	is := p.secrets.Look(ctx)
	k.Locked = is == secret.Locked
	if is != secret.Away {
		return k
	}
	if err := p.secrets.Probe(ctx); errors.Is(err, secret.ErrLocked) {
		k.Locked = true
	} else if err != nil {
		k.At, k.Why = secret.Memory, err.Error()
	}
	return k
}

// KeepKeysInFile begins a file of keys that a passphrase encrypts, with the keys
// that this run knows, or gives the one that is open another passphrase.
func (p *Program) KeepKeysInFile(ctx context.Context, passphrase secret.String) error {
	if err := p.secrets.KeepInFile(ctx, passphrase); err != nil {
		return passphraseFault(err)
	}
	return p.placed(ctx, false)
}

// KeepKeysInMemory notes that keys end with the program where there is no
// keychain, and that the user wants it so.
func (p *Program) KeepKeysInMemory(ctx context.Context) error { return p.placed(ctx, true) }

// UnlockKeys opens the file of keys, and connects with what is in it.
func (p *Program) UnlockKeys(ctx context.Context, passphrase secret.String) error {
	if err := p.secrets.Unlock(ctx, passphrase); err != nil {
		return passphraseFault(err)
	}
	p.readKeysAgain(ctx)
	return nil
}

// LeaveKeyFile deletes the file of keys. Its keys go to the keychain; where
// there is none they end with the program.
func (p *Program) LeaveKeyFile(ctx context.Context) error {
	if err := p.secrets.LeaveFile(ctx); err != nil {
		return passphraseFault(err)
	}
	return p.placed(ctx, p.Settings().Keys.InMemory)
}

// placed notes what the user wants, and says where keys are now.
func (p *Program) placed(ctx context.Context, inMemory bool) (err error) {
	if p.Settings().Keys.InMemory != inMemory {
		err = p.Change(ctx, func(s *config.Settings) { s.Keys.InMemory = inMemory })
	}
	p.readKeysAgain(ctx)
	return err
}

// readKeysAgain looks where all keys are now.
func (p *Program) readKeysAgain(ctx context.Context) {
	for _, x := range p.Settings().Profiles {
		_, _ = p.findCredentials(ctx, x) // notes where each is
	}
	select {
	case p.askKeychain <- struct{}{}: // what is withheld is read, and connected with
	default:
	}
	if p.opts.OnSettings != nil {
		p.opts.OnSettings() // the page asks where keys are
	}
}

// openKeyFile opens the file of keys before it is needed: with the passphrase
// that a file holds, or that the user is asked for.
func (p *Program) openKeyFile(ctx context.Context) {
	if p.secrets.Place() != secret.InFile || p.opts.Target.Demo || p.opts.Target.Core != "" || p.opts.Target.Admin != "" {
		return
	}
	if given, err := passphraseFromFile(os.Getenv(EnvPassphraseFile)); err != nil || given.Set() {
		if err == nil {
			err = p.secrets.Unlock(ctx, given)
		}
		if err == nil {
			return
		}
		p.log.Warn("the file of keys is not opened", "cause", err)
	}
	for again := false; p.opts.Passphrase != nil; again = true {
		given, ok := p.opts.Passphrase(ctx, again)
		if !ok {
			return
		}
		if err := p.secrets.Unlock(ctx, given); err == nil || !errors.Is(err, secret.ErrPassphrase) {
			return // what else is wrong with it is told as a condition
		}
	}
}

// passphraseFromFile is the first line of a file; not set if there is no path.
func passphraseFromFile(path string) (secret.String, error) {
	if path == "" {
		return secret.String{}, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return secret.String{}, err
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, 4096))
	line, _, _ := bytes.Cut(raw, []byte("\n"))
	return secret.New(string(bytes.TrimSuffix(line, []byte("\r")))), err
}

// removeKeyFile deletes the file of keys without opening it.
func removeKeyFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fault.New(fault.Internal, "The file of keys cannot be deleted.", err)
	}
	return nil
}

// passphraseFault says what is wrong with a passphrase, or with the file.
func passphraseFault(err error) error {
	switch {
	case errors.Is(err, secret.ErrPassphrase):
		return fault.New(fault.Usage, text.PassphraseWrong, nil)
	case errors.Is(err, secret.ErrShort):
		return fault.New(fault.Usage, text.PassphraseShort, nil)
	case errors.Is(err, secret.ErrSealed):
		return fault.New(fault.Usage, "The file of keys is locked. Unlock it first.", nil)
	case errors.Is(err, secret.ErrDamaged):
		return fault.New(fault.Misconfigured, text.KeyFileDamaged, err)
	}
	return fault.New(fault.Internal, "The file of keys cannot be used.", err)
}
