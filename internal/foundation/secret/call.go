package secret

import (
	"context"
	"errors"
	"fmt"

	"github.com/zalando/go-keyring"
)

// call runs fn, which may block for ever, for at most the deadline. While an
// earlier fn is stuck, it fails at once.
func (s *Store) call(ctx context.Context, fn func() error) error {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	if s.isStuck() {
		return s.late(errors.New("an earlier call still waits"))
	}
	select {
	case s.slot <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrTimeout, ctx.Err())
	}
	done := make(chan error, 1)
	go func() {
		defer func() { <-s.slot }()
		done <- s.classify(fn())
		s.catchUp()
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		late := s.late(ctx.Err())
		if !s.markStuck(done, late) {
			return <-done
		}
		return late
	}
}

// late says why a call has no answer yet.
func (s *Store) late(why error) error {
	if l, ok := s.ring().(Lockable); ok && l.Asking() {
		return fmt.Errorf("%w: it waits for you to unlock it", ErrLocked)
	}
	return fmt.Errorf("%w: %w", ErrTimeout, why)
}

func (s *Store) isStuck() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stuck
}

// markStuck notes that the running call is late, unless it ended just now.
func (s *Store) markStuck(done <-chan error, late error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(done) > 0 {
		return false
	}
	s.stuck = true
	s.last = late
	return true
}

// classify names the keychain's errors and remembers the last.
func (s *Store) classify(err error) error {
	if err != nil && !errors.Is(err, keyring.ErrNotFound) && !errors.Is(err, ErrNoKeychain) && !errors.Is(err, ErrLocked) {
		err = fmt.Errorf("%w: %w", ErrNoKeychain, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = err
	if errors.Is(err, keyring.ErrNotFound) {
		s.last = nil
	}
	return err
}

// catchUp runs after every call, in its goroutine, with the slot. After a call
// that was stuck it brings the keychain what was given meanwhile.
func (s *Store) catchUp() {
	if s.isStuck() && s.bringAll() != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.stuck = false
	}
}

// bringAll gives the keychain all that it has not been given yet, until it
// fails. It may block for ever.
func (s *Store) bringAll() error {
	for ref, ok := s.nextDirty(); ok; ref, ok = s.nextDirty() {
		if err := s.classify(s.bring(ref)); err != nil {
			return err
		}
	}
	return nil
}

// nextDirty gives the next secret that the keychain has not been given. If
// there is none, nothing is stuck any more.
func (s *Store) nextDirty() (Ref, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ref, e := range s.memory {
		if e.dirty {
			return ref, true
		}
	}
	s.stuck = false
	return Ref{}, false
}

// Look says how the keychain is, without asking the user; where it cannot tell,
// it is Open. To an open one is given what this run could not keep so far.
func (s *Store) Look(ctx context.Context) Condition {
	l, can := s.ring().(Lockable)
	switch {
	case can && l.Asking():
		return Locked
	case s.isStuck():
		return Away
	case can:
		if is := l.Look(ctx); is != Open {
			return is
		}
	}
	if s.call(ctx, s.bringAll) != nil {
		return Away
	}
	return Open
}

// Ask makes the keychain ask the user again, though they declined to unlock it.
func (s *Store) Ask() {
	if l, ok := s.ring().(Lockable); ok {
		l.Ask()
	}
}

// ForgetAll removes every entry of the program from the keychain, whoever made
// it, and returns how many there were. It waits for the user to unlock it, if
// need be, until ctx ends.
func (s *Store) ForgetAll(ctx context.Context) (int, error) {
	type answer struct {
		n   int
		err error
	}
	done := make(chan answer, 1)
	s.slot <- struct{}{}
	go func() {
		defer func() { <-s.slot }()
		n, err := s.forgetAll(ctx)
		done <- answer{n, err}
	}()
	select {
	case a := <-done:
		return a.n, a.err
	case <-ctx.Done():
		return 0, s.late(ctx.Err())
	}
}

func (s *Store) forgetAll(ctx context.Context) (n int, err error) {
	users, err := s.ring().List(ctx, s.opt.Service)
	if err != nil {
		return 0, s.classify(err)
	}
	for _, user := range users {
		if err := s.ring().Delete(s.opt.Service, user); err != nil && !errors.Is(err, keyring.ErrNotFound) {
			return n, s.classify(err)
		}
		n++
	}
	return n, nil
}

// Close waits for the keychain's last call. If that is stuck, it gives up when
// ctx ends; nothing can end such a call. A closed store must not be used.
func (s *Store) Close(ctx context.Context) error {
	select {
	case s.slot <- struct{}{}: // never given back
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrTimeout, ctx.Err())
	}
}
