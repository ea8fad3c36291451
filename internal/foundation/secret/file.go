package secret

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"

	"filippo.io/age"
	"github.com/zalando/go-keyring"

	"gatewatch/internal/foundation/files"
)

// Work factors of scrypt, as powers of two: what a passphrase costs whoever
// tries one. 17 takes 128 MiB and half a second; a file that wants a gigabyte
// is not ours.
const (
	fileWork    = 17
	fileWorkMax = 20
)

// LeastPassphrase is how many characters a new passphrase has at least.
const LeastPassphrase = 8

// Errors of File.
var (
	// ErrSealed: the file of keys waits for its passphrase. It is an ErrLocked.
	ErrSealed = fmt.Errorf("%w: the file of keys waits for its passphrase", ErrLocked)
	// ErrPassphrase: this is not the passphrase of the file.
	ErrPassphrase = errors.New("secret: not the passphrase of the file of keys")
	// ErrShort: a new passphrase is shorter than LeastPassphrase.
	ErrShort = fmt.Errorf("secret: a passphrase has at least %d characters", LeastPassphrase)
	// ErrDamaged: the file of keys is damaged, or of another program.
	ErrDamaged = errors.New("secret: the file of keys is damaged")
)

// File keeps secrets in one file that a passphrase encrypts (age, scrypt), for
// systems without a keychain. It is a Keyring that is locked until Unlock. What
// another process wrote into the file is read before it is added to. It is safe
// for concurrent use.
type File struct {
	path string
	work int

	mu      sync.Mutex
	open    bool              // guarded by mu, as all below
	pass    String            // while open
	entries map[string]string // while open
	raw     []byte            // what the file held when it was read or written
}

// NewFile is the file of keys at path, which need not be there. It reads nothing.
func NewFile(path string) *File { return &File{path: path, work: fileWork} }

// Path is where the file is, or would be.
func (f *File) Path() string { return f.path }

// InUse reports whether keys are kept in the file: whether it is there.
func (f *File) InUse() bool {
	_, err := os.Stat(f.path)
	return err == nil
}

// Unlock opens the file. It takes about a second of work, and fails with
// ErrPassphrase or ErrDamaged.
func (f *File) Unlock(passphrase String) error {
	raw, err := os.ReadFile(f.path)
	if err != nil {
		return err
	}
	entries, err := decrypt(raw, passphrase)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open, f.pass, f.entries, f.raw = true, passphrase, entries, raw
	return nil
}

// Start makes the file, empty, or gives the one that is open another passphrase.
// One that is not open is not written over.
func (f *File) Start(passphrase String) error {
	if len([]rune(passphrase.Reveal())) < LeastPassphrase {
		return ErrShort
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.InUse() {
		if err := f.refresh(); err != nil {
			return err
		}
	}
	return f.write(passphrase, f.entries)
}

// Remove deletes the file, and returns what an open one held.
func (f *File) Remove() (map[string]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refresh(); err != nil {
		return nil, err
	}
	held := f.entries
	if err := os.Remove(f.path); err != nil {
		return nil, err
	}
	f.close()
	return held, nil
}

// Get implements Keyring.
func (f *File) Get(_, user string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refresh(); err != nil {
		return "", err
	}
	value, ok := f.entries[user]
	if !ok {
		return "", keyring.ErrNotFound
	}
	return value, nil
}

// Set implements Keyring.
func (f *File) Set(_, user, value string) error {
	return f.edit(func(entries map[string]string) { entries[user] = value })
}

// Delete implements Keyring.
func (f *File) Delete(_, user string) error {
	return f.edit(func(entries map[string]string) { delete(entries, user) })
}

// List implements Keyring.
func (f *File) List(context.Context, string) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refresh(); err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(f.entries)), nil
}

// Look implements Lockable.
func (f *File) Look(context.Context) Condition {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch err := f.refresh(); {
	case errors.Is(err, ErrLocked):
		return Locked
	case err != nil:
		return Away
	}
	return Open
}

// Asking implements Lockable: the file asks nobody.
func (f *File) Asking() bool { return false }

// Ask implements Lockable.
func (f *File) Ask() {}

// edit writes changed entries; nothing if nothing changed.
func (f *File) edit(change func(map[string]string)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refresh(); err != nil {
		return err
	}
	next := maps.Clone(f.entries)
	change(next)
	if maps.Equal(next, f.entries) {
		return nil
	}
	return f.write(f.pass, next)
}

// refresh reads what another process wrote; mu is held. It fails with ErrSealed
// where that has another passphrase, or none was given yet.
func (f *File) refresh() error {
	raw, err := os.ReadFile(f.path)
	switch {
	case err != nil:
		f.close()
		return err
	case !f.open:
		return ErrSealed
	case bytes.Equal(raw, f.raw):
		return nil
	}
	entries, err := decrypt(raw, f.pass)
	if err != nil {
		f.close()
		if errors.Is(err, ErrPassphrase) {
			return ErrSealed
		}
		return err
	}
	f.entries, f.raw = entries, raw
	return nil
}

// close forgets what was read; mu is held.
func (f *File) close() { f.open, f.pass, f.entries, f.raw = false, String{}, nil, nil }

// write replaces the file as a whole; mu is held.
func (f *File) write(passphrase String, entries map[string]string) error {
	raw, err := f.encrypt(passphrase, entries)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return err
	}
	if err := replace(f.path, raw); err != nil {
		return err
	}
	if entries == nil {
		entries = map[string]string{}
	}
	f.open, f.pass, f.entries, f.raw = true, passphrase, entries, raw
	return nil
}

// replace writes a file beside path, for this user alone, and puts it there.
func replace(path string, raw []byte) (err error) {
	next, err := os.CreateTemp(filepath.Dir(path), ".keys-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(next.Name())
		}
	}()
	_, err = next.Write(raw)
	err = errors.Join(err, next.Sync(), next.Close())
	if err != nil {
		return err
	}
	return files.Replace(next.Name(), path)
}

// sealed is what the file says, once it is decrypted.
type sealed struct {
	V    int               `json:"v"` // 1
	Keys map[string]string `json:"keys"`
}

func (f *File) encrypt(passphrase String, entries map[string]string) ([]byte, error) {
	defer debug.FreeOSMemory() // scrypt's
	to, err := age.NewScryptRecipient(passphrase.Reveal())
	if err != nil {
		return nil, err
	}
	to.SetWorkFactor(f.work)
	plain, err := json.Marshal(sealed{V: 1, Keys: entries})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(plain)
	err = errors.Join(err, w.Close()) // which writes the rest
	return out.Bytes(), err
}

// fileMost is more than a file of ours ever is, in bytes.
const fileMost = 1 << 20

func decrypt(raw []byte, passphrase String) (map[string]string, error) {
	defer debug.FreeOSMemory() // scrypt's
	if !passphrase.Set() {
		return nil, ErrPassphrase
	}
	by, err := age.NewScryptIdentity(passphrase.Reveal())
	if err != nil {
		return nil, err
	}
	by.SetMaxWorkFactor(fileWorkMax)
	r, err := age.Decrypt(bytes.NewReader(raw), by)
	if no, is := errors.AsType[*age.NoIdentityMatchError](err); is && slices.Contains(no.StanzaTypes, "scrypt") {
		return nil, ErrPassphrase
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	plain, err := io.ReadAll(io.LimitReader(r, fileMost))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	var s sealed
	if err := json.Unmarshal(plain, &s); err != nil || s.V != 1 {
		return nil, fmt.Errorf("%w: it is not of this version", ErrDamaged)
	}
	if s.Keys == nil {
		s.Keys = map[string]string{}
	}
	return s.Keys, nil
}
