package secret_test

import (
	"errors"
	"testing"
	"time"

	"gatewatch/internal/desktop/notification/dbustest"
	"gatewatch/internal/foundation/secret"
)

// newKeychain makes a store on a keychain of the test's own that has the key
// "stored" of prod.
func newKeychain(t *testing.T, deadline time.Duration) (*dbustest.Keychain, *secret.Store) {
	bus := dbustest.NewBus(t)
	bus.Setenv()
	k := bus.Keychain()
	k.Put("gatewatch", "prod/virtual-key", "stored")
	s := secret.NewStore(secret.Options{Deadline: deadline, Getenv: func(string) string { return "" }})
	t.Cleanup(func() {
		k.Die()
		if err := s.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return k, s
}

func becomesOpen(t *testing.T, s *secret.Store) {
	t.Helper()
	for end := time.Now().Add(dbustest.Patience); s.Look(t.Context()) != secret.Open; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the keychain does not count as open")
		}
	}
}

func TestALockedKeychainAsksAndIsWaitedFor(t *testing.T) {
	k, s := newKeychain(t, 300*time.Millisecond)
	k.Lock()
	f := expect(t, s, prodKey, "", secret.Nowhere)
	if !errors.Is(f.Keychain, secret.ErrLocked) || k.Prompts() != 1 {
		t.Errorf("%v, after %d prompts", f.Keychain, k.Prompts())
	}
	began := time.Now()
	f = expect(t, s, labKey, "", secret.Nowhere) // nothing else waits
	if !errors.Is(f.Keychain, secret.ErrLocked) || time.Since(began) > 100*time.Millisecond {
		t.Errorf("%v, after %v", f.Keychain, time.Since(began))
	}
	if b, err := s.Set(t.Context(), labKey, secret.New("typed")); b != secret.Memory || !errors.Is(err, secret.ErrLocked) {
		t.Errorf("%q, %v", b, err)
	}
	if is := s.Look(t.Context()); is != secret.Locked {
		t.Errorf("while it asks it is %d", is)
	}
	k.Answer(true)
	becomesOpen(t, s)
	expect(t, s, prodKey, "stored", secret.Keychain)
	if got := k.Entries()["lab/virtual-key"]; got != "typed" {
		t.Errorf("what was typed meanwhile is kept as %q", got)
	}
	if k.Prompts() != 1 {
		t.Errorf("the user was asked %d times", k.Prompts())
	}
}

func TestADeclinedKeychainIsNotAskedAgainUntilAllowed(t *testing.T) {
	k, s := newKeychain(t, dbustest.Patience)
	k.Lock()
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		k.Answer(false)
	}()
	f := expect(t, s, prodKey, "", secret.Nowhere)
	<-answered
	if !errors.Is(f.Keychain, secret.ErrLocked) {
		t.Errorf("declined: %v", f.Keychain)
	}
	f = expect(t, s, prodKey, "", secret.Nowhere)
	if !errors.Is(f.Keychain, secret.ErrLocked) || k.Prompts() != 1 || s.Look(t.Context()) != secret.Locked {
		t.Errorf("%v, after %d prompts", f.Keychain, k.Prompts())
	}
	s.Ask()
	go k.Answer(true)
	expect(t, s, prodKey, "stored", secret.Keychain)
	if k.Prompts() != 2 {
		t.Errorf("the user was asked %d times", k.Prompts())
	}

	// Opened by another program after it was declined: read without a prompt.
	k.Lock()
	go k.Answer(false)
	expect(t, s, prodMaster, "", secret.Nowhere)
	k.Unlock()
	becomesOpen(t, s)
	expect(t, s, prodKey, "stored", secret.Keychain)
	if k.Prompts() != 3 {
		t.Errorf("the user was asked %d times", k.Prompts())
	}
}

func TestAKeychainThatDiesWhileItAsksIsNotWaitedFor(t *testing.T) {
	k, s := newKeychain(t, dbustest.Patience)
	k.Lock()
	go func() {
		k.WaitPrompt()
		k.Die()
	}()
	f := expect(t, s, prodKey, "", secret.Nowhere)
	if !errors.Is(f.Keychain, secret.ErrNoKeychain) {
		t.Errorf("it died: %v", f.Keychain)
	}
	if is := s.Look(t.Context()); is != secret.Away {
		t.Errorf("dead it is %d", is)
	}
	k.Unlock()
	k.Start() // it comes later
	becomesOpen(t, s)
	expect(t, s, prodKey, "stored", secret.Keychain)

	// Keys that were read before it died are not forgotten with it.
	k.Die()
	f = expect(t, s, prodKey, "stored", secret.Keychain)
	if !errors.Is(f.Keychain, secret.ErrNoKeychain) {
		t.Errorf("it is dead: %v", f.Keychain)
	}
	if b, err := s.Set(t.Context(), prodKey, secret.New("new")); b != secret.Memory || err == nil {
		t.Errorf("%q, %v", b, err)
	}
	expect(t, s, prodKey, "new", secret.Memory)
	if st := s.Status(); st.Owed != 1 {
		t.Errorf("%+v", st)
	}
	k.Start()
	becomesOpen(t, s)
	if got := k.Entries()["prod/virtual-key"]; got != "new" || s.Status().Owed != 0 {
		t.Errorf("what could not be kept was not tried again: %q, %+v", got, s.Status())
	}
}

func TestAnItemThatIsMissingIsNoTrouble(t *testing.T) {
	k, s := newKeychain(t, dbustest.Patience)
	if f := expect(t, s, labKey, "", secret.Nowhere); f.Keychain != nil {
		t.Errorf("missing: %v", f.Keychain)
	}
	if k.Prompts() != 0 {
		t.Error("the user was asked")
	}
}

func TestForgetAll(t *testing.T) {
	k, s := newKeychain(t, dbustest.Patience)
	k.Put("gatewatch", "gone/master-key", "of a profile that is no more")
	k.Put("another program", "me", "not ours")
	if n, err := s.ForgetAll(t.Context()); n != 2 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if left := k.Entries(); len(left) != 1 || left["me"] == "" {
		t.Errorf("left: %d", len(left))
	}
	if n, err := s.ForgetAll(t.Context()); n != 0 || err != nil {
		t.Errorf("once more: %d, %v", n, err)
	}
}
