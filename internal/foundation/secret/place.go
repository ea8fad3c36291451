package secret

import (
	"context"
	"errors"
	"strings"
)

// ring is where secrets are kept that outlive the run.
func (s *Store) ring() Keyring {
	if s.opt.File != nil && s.opt.File.InUse() {
		return s.opt.File
	}
	return s.opt.Keyring
}

// Place is where secrets are kept that outlive the run: InFile or Keychain,
// whether that can be used now or not.
func (s *Store) Place() Backend {
	if s.ring() == Keyring(s.opt.File) {
		return InFile
	}
	return Keychain
}

// Unlock opens the file of keys. It may take some seconds.
func (s *Store) Unlock(ctx context.Context, passphrase String) error {
	return s.alone(ctx, func() error { return s.opt.File.Unlock(passphrase) })
}

// KeepInFile begins a file of keys with what this run knows, or gives the one
// that is open another passphrase. What the keychain has stays there.
func (s *Store) KeepInFile(ctx context.Context, passphrase String) error {
	return s.alone(ctx, func() error {
		if err := s.opt.File.Start(passphrase); err != nil {
			return err
		}
		return s.bringAll()
	})
}

// LeaveFile deletes the file of keys, which must be open. Its secrets go to the
// keychain; where there is none, they are in memory until the run ends.
func (s *Store) LeaveFile(ctx context.Context) error {
	err := s.alone(ctx, func() error {
		held, err := s.opt.File.Remove()
		for user, value := range held {
			if ref, ok := refOf(user); ok {
				s.remember(ref, entry{value: New(value), dirty: true})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	_ = s.call(ctx, s.bringAll) // Status says if it cannot
	return nil
}

// Probe asks the keychain for something that nobody has stored, to know how it
// is: it may be started by that, and ask the user to open it.
func (s *Store) Probe(ctx context.Context) error {
	return s.Get(ctx, Ref{Profile: "doctor", Kind: Kind("probe")}).Keychain
}

// alone runs what may take longer than a call may, and nothing beside it.
func (s *Store) alone(ctx context.Context, fn func() error) error {
	select {
	case s.slot <- struct{}{}:
	case <-ctx.Done():
		return s.late(ctx.Err())
	}
	defer func() { <-s.slot }()
	err := fn()
	if err == nil || errors.Is(err, ErrLocked) {
		s.note(err)
	}
	return err
}

// note remembers how the last call went.
func (s *Store) note(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = err
}

// refOf is the ref that an entry is of.
func refOf(user string) (r Ref, ok bool) {
	profile, rest, ok := strings.Cut(user, "/")
	kind, slot, _ := strings.Cut(rest, "/")
	return Ref{Profile: profile, Kind: Kind(kind), Slot: slot}, ok && kind != ""
}
