package secret

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"filippo.io/age"
)

// cheap makes the work of a passphrase small, for tests.
func cheap(path string) *File {
	f := NewFile(path)
	f.work = 4
	return f
}

var (
	master = Ref{Profile: "prod", Kind: MasterKey}
	second = Ref{Profile: "prod", Kind: VirtualKey, Slot: "2"}
	pass   = New("correct horse")
)

// away is a system without a keychain.
type away struct{ Keyring }

func (away) Get(string, string) (string, error) { return "", ErrNoKeychain }
func (away) Set(string, string, string) error   { return ErrNoKeychain }
func (away) Delete(string, string) error        { return ErrNoKeychain }

func storeOn(f *File) *Store {
	return NewStore(Options{Keyring: away{}, File: f, Getenv: func(string) string { return "" }})
}

func TestKeysGoIntoAFileAndComeBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "keys.age")
	s := storeOn(cheap(path))
	if at, err := s.Set(t.Context(), master, New("mk-secret-1")); at != Memory || !errors.Is(err, ErrNoKeychain) {
		t.Fatalf("%q, %v", at, err)
	}
	if err := s.KeepInFile(t.Context(), New("short")); !errors.Is(err, ErrShort) {
		t.Errorf("a short passphrase: %v", err)
	}
	if err := s.KeepInFile(t.Context(), pass); err != nil {
		t.Fatal(err)
	}
	if at, err := s.Set(t.Context(), second, New("vk-secret-2")); at != InFile || err != nil {
		t.Fatalf("%q, %v", at, err)
	}
	if st := s.Status(); st.InMemory != 0 || st.Owed != 0 || st.Err != nil {
		t.Errorf("%+v", st)
	}
	raw, err := os.ReadFile(path)
	if err != nil || bytes.Contains(raw, []byte("secret")) || bytes.Contains(raw, []byte("prod")) {
		t.Errorf("in clear, or %v", err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%v, %v", info.Mode(), err)
	}

	next := storeOn(cheap(path)) // the next start
	if f := next.Get(t.Context(), master); f.Value.Set() || !errors.Is(f.Keychain, ErrSealed) || next.Look(t.Context()) != Locked {
		t.Errorf("before the passphrase: %+v", f)
	}
	if at, err := next.Set(t.Context(), master, New("mk-typed-meanwhile")); at != Memory || !errors.Is(err, ErrLocked) {
		t.Errorf("%q, %v", at, err)
	}
	if err := next.Unlock(t.Context(), New("wrong horse")); !errors.Is(err, ErrPassphrase) {
		t.Errorf("a wrong passphrase: %v", err)
	}
	if err := next.Unlock(t.Context(), pass); err != nil {
		t.Fatal(err)
	}
	if next.Look(t.Context()) != Open {
		t.Error("it is not open")
	}
	if f := next.Get(t.Context(), second); f.Value.Reveal() != "vk-secret-2" || f.Backend != InFile {
		t.Errorf("%+v", f)
	}
	// What was typed while it was locked is kept; the other process sees it.
	if f := s.Get(t.Context(), master); f.Value.Reveal() != "mk-typed-meanwhile" {
		t.Errorf("the first process has %q", f.Value.Reveal())
	}
}

func TestAnotherPassphraseShutsOthersOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.age")
	one, two := storeOn(cheap(path)), storeOn(cheap(path))
	if err := errors.Join(one.KeepInFile(t.Context(), pass), two.Unlock(t.Context(), pass)); err != nil {
		t.Fatal(err)
	}
	_, _ = one.Set(t.Context(), master, New("m"))
	if err := one.KeepInFile(t.Context(), New("another horse")); err != nil {
		t.Fatal(err)
	}
	if at, err := two.Set(t.Context(), second, New("v")); at != Memory || !errors.Is(err, ErrSealed) {
		t.Errorf("with the passphrase from before: %q, %v", at, err)
	}
	if err := two.KeepInFile(t.Context(), pass); !errors.Is(err, ErrSealed) {
		t.Errorf("a locked file is written over: %v", err)
	}
	if err := errors.Join(two.Unlock(t.Context(), New("another horse")), two.LeaveFile(t.Context())); err != nil {
		t.Fatal(err)
	}
	if f := two.Get(t.Context(), master); f.Value.Reveal() != "m" || f.Backend != Memory {
		t.Errorf("after the file: %+v", f)
	}
	if st := two.Status(); st.InMemory != 2 || !errors.Is(st.Err, ErrNoKeychain) {
		t.Errorf("%+v", st)
	}
	if one.Place() != Keychain {
		t.Error("the file is still in use")
	}
}

func TestAFileThatIsNotOursIsLeftAsItIs(t *testing.T) {
	own, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	var foreign bytes.Buffer
	w, err := age.Encrypt(&foreign, own.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Write([]byte("{}"))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	heavy := "age-encryption.org/v1\n-> scrypt bBjlhJVYZeE4aqUdmtRHfw 29\nZV/AhotwSGqaPCU43cepl4WYUouAa17a3xpu4G2yi5k\n--- EmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U\n"
	for name, text := range map[string]string{"empty": "", "text": "vk_1", "of a key pair": foreign.String(), "endless work": heavy} {
		path := filepath.Join(t.TempDir(), "keys.age")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s := storeOn(cheap(path))
		if err := s.Unlock(t.Context(), pass); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		if err := s.KeepInFile(t.Context(), pass); !errors.Is(err, ErrSealed) {
			t.Errorf("%s is written over: %v", name, err)
		}
		if now, _ := os.ReadFile(path); string(now) != text {
			t.Errorf("%s: the file is now %d bytes", name, len(now))
		}
	}
	cut := filepath.Join(t.TempDir(), "keys.age")
	s := storeOn(cheap(cut))
	if err := s.KeepInFile(t.Context(), pass); err != nil {
		t.Fatal(err)
	}
	raw, _ := os.ReadFile(cut)
	if err := os.WriteFile(cut, raw[:len(raw)-3], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Unlock(t.Context(), pass); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("cut: %v", err)
	}
}
