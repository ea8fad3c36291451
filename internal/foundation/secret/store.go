package secret

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/zalando/go-keyring"
)

// Kind says what a stored secret is for.
type Kind string

// The kinds.
const (
	VirtualKey Kind = "virtual-key" // of the Core half of a gateway
	MasterKey  Kind = "master-key"  // of the Admin half
)

// Ref names a stored secret: whose and what for.
type Ref struct {
	Profile string
	Kind    Kind
	// Slot tells several secrets of one kind apart. "" is the one that
	// versions before there were several kept.
	Slot string
}

func (r Ref) user() string {
	u := r.Profile + "/" + string(r.Kind)
	if r.Slot != "" {
		u += "/" + r.Slot
	}
	return u
}

// Backend is a place that secrets are kept in.
type Backend string

// The places, in the order they are asked.
const (
	Nowhere     Backend = ""
	Memory      Backend = "memory"      // given this run, gone with it
	Keychain    Backend = "keychain"    // of the system
	InFile      Backend = "file"        // encrypted with a passphrase; instead of the keychain
	Environment Backend = "environment" // GATEWATCH_VIRTUAL_KEY, GATEWATCH_MASTER_KEY
)

// Errors that are wrapped in Found.Keychain and Status.Err.
var (
	// ErrNoKeychain: this system has no keychain, or it cannot be unlocked.
	ErrNoKeychain = errors.New("secret: no keychain")
	// ErrTimeout: the keychain did not answer in time.
	ErrTimeout = errors.New("secret: the keychain does not answer")
	// ErrLocked: the keychain is locked. It waits for the user, or they declined.
	ErrLocked = errors.New("secret: the keychain is locked")
)

// Keyring is a keychain. Its methods may block for ever, as go-keyring's do.
// Get and Delete report an absent secret by keyring.ErrNotFound. One that asks
// the user to open it is Lockable, too.
type Keyring interface {
	Get(service, user string) (string, error)
	Set(service, user, value string) error
	Delete(service, user string) error
	// List names all entries of a service; nil where the system cannot tell.
	List(ctx context.Context, service string) (users []string, err error)
}

// Condition is how a keychain is.
type Condition uint8

// The conditions.
const (
	Away   Condition = iota // it is not there, or does not answer
	Locked                  // it is there, and only its user can open it
	Open                    // secrets can be read at once
)

// Lockable is a keychain that can be locked.
type Lockable interface {
	// Look says how the keychain is. It asks nobody, and starts nothing.
	Look(ctx context.Context) Condition
	// Asking reports whether a call waits for the user.
	Asking() bool
	// Ask makes the next call ask the user again, though they declined.
	Ask()
}

// Options of a Store. The zero value is the system's keychain with defaults.
type Options struct {
	Service  string        // the name in the keychain; "" means "gatewatch"
	Deadline time.Duration // for each call of the keychain; 0 means 3 s
	Keyring  Keyring       // nil means the system's
	// File is where keys are kept while it is in use, instead of the keychain;
	// nil: never.
	File *File
	// Environment is the profile that the two environment variables speak
	// for; "" for none. A key must never reach another gateway than the one it
	// was given for.
	Environment string
	Getenv      func(string) string // nil means os.Getenv
}

// Store keeps secrets: in the system's keychain, and where there is none or
// it does not answer, in memory for this run, or where the user chose so in a
// File. It never writes a secret in clear. It is safe for concurrent use; calls of the keychain are made one at a
// time, each in a goroutine that Close waits for.
type Store struct {
	opt  Options
	slot chan struct{} // holds a token while a call of the keychain runs

	mu     sync.Mutex
	memory map[Ref]entry
	read   map[Ref]String // what the keychain had last, for when it is away
	stuck  bool           // the running call has missed its deadline
	last   error          // of the keychain; nil if it worked
}

// entry is what this run knows better than the keychain.
type entry struct {
	value String // not set: forgotten
	dirty bool   // the keychain has not been given it yet
}

// NewStore makes a store. It asks nothing yet.
func NewStore(opt Options) *Store {
	if opt.Service == "" {
		opt.Service = "gatewatch"
	}
	if opt.Deadline == 0 {
		opt.Deadline = 3 * time.Second
	}
	if opt.Keyring == nil {
		opt.Keyring = newSystemKeyring()
	}
	if opt.Getenv == nil {
		opt.Getenv = os.Getenv
	}
	return &Store{opt: opt, slot: make(chan struct{}, 1), memory: map[Ref]entry{}, read: map[Ref]String{}}
}

// Found is the answer of Get.
type Found struct {
	Value   String  // not set if there is none anywhere
	Backend Backend // where it came from
	// Keychain is why the keychain could not be asked; nil if it could, or was
	// not needed.
	Keychain error
}

// Get finds a secret: what was given or forgotten this run, else the
// keychain's, which is remembered in case it locks or goes away, else the
// environment's. It blocks no longer than the deadline.
func (s *Store) Get(ctx context.Context, ref Ref) Found {
	if e, ok := s.remembered(ref); ok {
		if !e.value.Set() {
			return Found{}
		}
		return Found{Value: e.value, Backend: Memory}
	}
	var value string
	err := s.call(ctx, func() (err error) {
		value, err = s.ring().Get(s.opt.Service, ref.user())
		return err
	})
	switch {
	case err == nil && value != "":
		s.hasRead(ref, New(value))
		return Found{Value: New(value), Backend: s.Place()}
	case errors.Is(err, keyring.ErrNotFound):
		s.hasRead(ref, String{})
		err = nil
	}
	found := Found{Keychain: err}
	if last := s.lastRead(ref); err != nil && last.Set() {
		found.Value, found.Backend = last, s.Place()
		return found
	}
	if given := s.FromEnvironment(ref.Profile, ref.Kind); len(given) > 0 && ref.Slot == "" {
		found.Value, found.Backend = given[0], Environment
	}
	return found
}

// FromEnvironment lists what the environment gives for a profile, in order:
// several virtual keys, or one master key. It is empty for every profile but
// the one that Options names, and once the Slot "" was forgotten this run.
func (s *Store) FromEnvironment(profile string, kind Kind) []String {
	if profile == "" || profile != s.opt.Environment {
		return nil
	}
	if e, ok := s.remembered(Ref{Profile: profile, Kind: kind}); ok && !e.value.Set() {
		return nil
	}
	given := s.opt.Getenv(variable(kind))
	switch {
	case kind == VirtualKey:
		return Split(given)
	case given != "":
		return []String{New(given)}
	}
	return nil
}

// Split reads secrets that are separated by commas or white space, each once.
// A gateway's virtual keys contain neither.
func Split(list string) []String {
	var out []String
	for _, s := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		if !slices.Contains(out, New(s)) {
			out = append(out, New(s))
		}
	}
	return out
}

func variable(k Kind) string {
	if k == MasterKey {
		return "GATEWATCH_MASTER_KEY"
	}
	return "GATEWATCH_VIRTUAL_KEY"
}

// Set keeps a secret in the keychain, or else in memory for this run: then the
// backend is Memory and the error says why; the secret can be used all the
// same. If the keychain was only slow, it gets the secret when it answers.
func (s *Store) Set(ctx context.Context, ref Ref, value String) (Backend, error) {
	if !value.Set() {
		return Nowhere, s.Forget(ctx, ref)
	}
	err := s.write(ctx, ref, value)
	if err != nil {
		return Memory, err
	}
	return s.Place(), nil
}

// Forget removes a secret from everywhere it was put. The environment cannot
// be changed, but counts no more for the rest of this run. An error says that
// the keychain may still have it.
func (s *Store) Forget(ctx context.Context, ref Ref) error {
	return s.write(ctx, ref, String{})
}

// write brings the keychain to value, and memory until that is done. A
// forgotten secret stays noted in memory.
func (s *Store) write(ctx context.Context, ref Ref, value String) error {
	s.remember(ref, entry{value: value, dirty: true})
	s.hasRead(ref, String{})
	return s.call(ctx, func() error { return s.bring(ref) })
}

func (s *Store) hasRead(ref Ref, value String) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read[ref] = value
}

func (s *Store) lastRead(ref Ref) String {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read[ref]
}

// bring gives the keychain what memory has of ref now, which may be newer than
// what the caller had in mind. It may block for ever.
func (s *Store) bring(ref Ref) error {
	e, ok := s.remembered(ref)
	if !ok || !e.dirty {
		return nil
	}
	err := s.writeKeyring(ref, e.value)
	if err == nil {
		s.markClean(ref, e.value)
	}
	return err
}

// writeKeyring may block for ever.
func (s *Store) writeKeyring(ref Ref, value String) error {
	if value.Set() {
		return s.ring().Set(s.opt.Service, ref.user(), value.Reveal())
	}
	err := s.ring().Delete(s.opt.Service, ref.user())
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// markClean notes that the keychain has value.
func (s *Store) markClean(ref Ref, value String) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.memory[ref]; !ok || !e.value.Equal(value) {
		return // changed again meanwhile
	}
	if value.Set() {
		delete(s.memory, ref)
	} else {
		s.memory[ref] = entry{}
	}
}

func (s *Store) remember(ref Ref, e entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.memory[ref] = e
}

func (s *Store) remembered(ref Ref) (entry, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.memory[ref]
	return e, ok
}

// Status says how the keychain does.
type Status struct {
	// Err is of the last call: nil if it worked or none was made, else wraps
	// ErrNoKeychain, ErrLocked or ErrTimeout.
	Err error
	// InMemory counts the secrets that are lost when the program ends.
	InMemory int
	// Owed counts what the keychain has not been given yet: secrets, and that
	// some are forgotten.
	Owed int
}

// Status reports how the keychain does, without asking it.
func (s *Store) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := Status{Err: s.last}
	for _, e := range s.memory {
		if e.value.Set() {
			st.InMemory++
		}
		if e.dirty {
			st.Owed++
		}
	}
	return st
}
