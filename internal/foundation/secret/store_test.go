package secret_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/zalando/go-keyring"

	"gatewatch/internal/foundation/secret"
)

// ring is a keychain that can be absent or frozen.
type ring struct {
	mu     sync.Mutex
	values map[string]string
	broken error
	frozen chan struct{} // calls wait until it is closed
	calls  int
}

func newRing() *ring { return &ring{values: map[string]string{}} }

func (r *ring) enter() (func(), error) {
	r.mu.Lock()
	frozen := r.frozen
	r.mu.Unlock()
	if frozen != nil {
		<-frozen
	}
	r.mu.Lock()
	r.calls++
	return r.mu.Unlock, r.broken
}

func (r *ring) Get(service, user string) (string, error) {
	leave, err := r.enter()
	defer leave()
	v, ok := r.values[service+":"+user]
	if err == nil && !ok {
		err = keyring.ErrNotFound
	}
	return v, err
}

func (r *ring) Set(service, user, value string) error {
	leave, err := r.enter()
	defer leave()
	if err == nil {
		r.values[service+":"+user] = value
	}
	return err
}

func (r *ring) Delete(service, user string) error {
	leave, err := r.enter()
	defer leave()
	if _, ok := r.values[service+":"+user]; err == nil && !ok {
		return keyring.ErrNotFound
	}
	delete(r.values, service+":"+user)
	return err
}

func (r *ring) List(_ context.Context, service string) (users []string, err error) {
	leave, err := r.enter()
	defer leave()
	for name := range r.values {
		if user, ours := strings.CutPrefix(name, service+":"); ours {
			users = append(users, user)
		}
	}
	return users, err
}

func (r *ring) freeze() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.frozen = make(chan struct{})
}

func (r *ring) thaw() {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.frozen)
	r.frozen = nil
}

var (
	prodMaster = secret.Ref{Profile: "prod", Kind: secret.MasterKey}
	prodKey    = secret.Ref{Profile: "prod", Kind: secret.VirtualKey}
	labKey     = secret.Ref{Profile: "lab", Kind: secret.VirtualKey}
)

func env(name string) string {
	return map[string]string{"GATEWATCH_VIRTUAL_KEY": "env-virtual", "GATEWATCH_MASTER_KEY": "env-master"}[name]
}

// expect checks where a secret is found.
func expect(t *testing.T, s *secret.Store, ref secret.Ref, value string, from secret.Backend) secret.Found {
	t.Helper()
	f := s.Get(t.Context(), ref)
	if f.Value.Reveal() != value || f.Backend != from {
		t.Errorf("%v: got %q from %q, want %q from %q", ref, f.Value.Reveal(), f.Backend, value, from)
	}
	return f
}

func TestKeychainFirst(t *testing.T) {
	r := newRing()
	s := secret.NewStore(secret.Options{Keyring: r, Environment: "prod", Getenv: env})
	if b, err := s.Set(t.Context(), prodMaster, secret.New("m1")); b != secret.Keychain || err != nil {
		t.Fatalf("Set: %q, %v", b, err)
	}
	if diff := cmp.Diff(map[string]string{"gatewatch:prod/master-key": "m1"}, r.values); diff != "" {
		t.Error(diff)
	}
	expect(t, s, prodMaster, "m1", secret.Keychain)
	if st := s.Status(); st.Err != nil || st.InMemory != 0 {
		t.Errorf("status %+v", st)
	}
}

func TestTheEnvironmentSpeaksForOneProfile(t *testing.T) {
	s := secret.NewStore(secret.Options{Keyring: newRing(), Environment: "prod", Getenv: env})
	expect(t, s, prodKey, "env-virtual", secret.Environment)
	expect(t, s, prodMaster, "env-master", secret.Environment)
	expect(t, s, labKey, "", secret.Nowhere)
	nobody := secret.NewStore(secret.Options{Keyring: newRing(), Getenv: env})
	expect(t, nobody, secret.Ref{Kind: secret.VirtualKey}, "", secret.Nowhere)
}

func TestWithoutAKeychainSecretsLastThisRun(t *testing.T) {
	r := newRing()
	r.broken = errors.New("no such service")
	s := secret.NewStore(secret.Options{Keyring: r, Environment: "prod", Getenv: env})
	f := expect(t, s, prodKey, "env-virtual", secret.Environment)
	if !errors.Is(f.Keychain, secret.ErrNoKeychain) {
		t.Errorf("the reason is %v", f.Keychain)
	}
	b, err := s.Set(t.Context(), prodKey, secret.New("typed"))
	if b != secret.Memory || !errors.Is(err, secret.ErrNoKeychain) {
		t.Errorf("Set: %q, %v", b, err)
	}
	expect(t, s, prodKey, "typed", secret.Memory)
	if st := s.Status(); st.InMemory != 1 || !errors.Is(st.Err, secret.ErrNoKeychain) {
		t.Errorf("status %+v", st)
	}
}

func TestForgottenIsForgotten(t *testing.T) {
	for name, broken := range map[string]error{"keychain": nil, "no keychain": errors.New("none")} {
		t.Run(name, func(t *testing.T) {
			r := newRing()
			r.broken = broken
			s := secret.NewStore(secret.Options{Keyring: r, Environment: "prod", Getenv: env})
			_, _ = s.Set(t.Context(), prodKey, secret.New("k"))
			if err := s.Forget(t.Context(), prodKey); (err == nil) != (broken == nil) {
				t.Errorf("Forget: %v", err)
			}
			expect(t, s, prodKey, "", secret.Nowhere) // the environment has one
			if len(r.values) != 0 {
				t.Errorf("the keychain still has %v", r.values)
			}
			_, _ = s.Set(t.Context(), prodKey, secret.New("again"))
			if f := s.Get(t.Context(), prodKey); f.Value.Reveal() != "again" {
				t.Errorf("a new key is not taken: %+v", f)
			}
		})
	}
}

func TestFrozenKeychain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRing()
		s := secret.NewStore(secret.Options{Keyring: r, Environment: "prod", Getenv: env})
		if _, err := s.Set(t.Context(), labKey, secret.New("old")); err != nil {
			t.Fatal(err)
		}
		r.freeze()
		began := time.Now()
		f := expect(t, s, prodKey, "env-virtual", secret.Environment)
		if !errors.Is(f.Keychain, secret.ErrTimeout) || time.Since(began) != 3*time.Second {
			t.Errorf("after %v: %v", time.Since(began), f.Keychain)
		}
		// From now on nothing waits.
		began = time.Now()
		expect(t, s, labKey, "", secret.Nowhere)
		b, err := s.Set(t.Context(), prodKey, secret.New("typed"))
		if b != secret.Memory || !errors.Is(err, secret.ErrTimeout) {
			t.Errorf("Set: %q, %v", b, err)
		}
		if err := s.Forget(t.Context(), labKey); !errors.Is(err, secret.ErrTimeout) {
			t.Errorf("Forget: %v", err)
		}
		expect(t, s, prodKey, "typed", secret.Memory)
		if time.Since(began) != 0 {
			t.Errorf("waited %v again", time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Close(ctx); !errors.Is(err, secret.ErrTimeout) {
			t.Errorf("Close of a stuck store: %v", err)
		}

		r.thaw() // the user has unlocked it
		synctest.Wait()
		if diff := cmp.Diff(map[string]string{"gatewatch:prod/virtual-key": "typed"}, r.values); diff != "" {
			t.Errorf("the keychain did not catch up: %s", diff)
		}
		expect(t, s, prodKey, "typed", secret.Keychain)
		if st := s.Status(); st.Err != nil || st.InMemory != 0 {
			t.Errorf("status %+v", st)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestTheLastOfManyWritersWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRing()
		s := secret.NewStore(secret.Options{Keyring: r, Getenv: env})
		r.freeze()
		var all sync.WaitGroup
		for _, v := range []string{"a", "b", "c"} {
			all.Go(func() { _, _ = s.Set(t.Context(), prodKey, secret.New(v)) })
			synctest.Wait()
		}
		r.thaw()
		all.Wait()
		if got := r.values["gatewatch:prod/virtual-key"]; got != "c" {
			t.Errorf("the keychain has %q, the last that was given is c", got)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestSeveralVirtualKeys(t *testing.T) {
	r := newRing()
	many := func(name string) string {
		return map[string]string{"GATEWATCH_VIRTUAL_KEY": " one,two\n\tthree , one,", "GATEWATCH_MASTER_KEY": "a, b"}[name]
	}
	s := secret.NewStore(secret.Options{Keyring: r, Environment: "prod", Getenv: many})
	second := secret.Ref{Profile: "prod", Kind: secret.VirtualKey, Slot: "2"}
	if _, err := s.Set(t.Context(), second, secret.New("v2")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"gatewatch:prod/virtual-key/2": "v2"}, r.values); diff != "" {
		t.Error(diff)
	}
	expect(t, s, second, "v2", secret.Keychain)
	expect(t, s, prodKey, "one", secret.Environment)
	expect(t, s, secret.Ref{Profile: "prod", Kind: secret.VirtualKey, Slot: "3"}, "", secret.Nowhere)
	reveal := func(profile string, kind secret.Kind) (out []string) {
		for _, v := range s.FromEnvironment(profile, kind) {
			out = append(out, v.Reveal())
		}
		return out
	}
	if diff := cmp.Diff([]string{"one", "two", "three"}, reveal("prod", secret.VirtualKey)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a, b"}, reveal("prod", secret.MasterKey)); diff != "" {
		t.Error(diff) // a master key is free text
	}
	if got := reveal("lab", secret.VirtualKey); got != nil {
		t.Errorf("another profile is given %q", got)
	}
	if err := s.Forget(t.Context(), prodKey); err != nil {
		t.Fatal(err)
	}
	if got := reveal("prod", secret.VirtualKey); got != nil {
		t.Errorf("forgotten, and still given %q", got)
	}
	expect(t, s, second, "v2", secret.Keychain)
}
