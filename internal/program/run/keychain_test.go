//go:build unix

package run_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/demo"
)

// stored writes settings that watch a gateway whose keys are in the keychain,
// and puts the desktop's bus into the environment, where the keychain is looked
// for. It cannot be used by tests that run beside others.
func (d *desk) stored(g *demo.Gateway) {
	d.t.Helper()
	d.t.Setenv(run.EnvVirtualKey, "")
	d.t.Setenv(run.EnvMasterKey, "")
	d.bus.Setenv()
	s := config.Default()
	s.Profiles = []config.Profile{{
		ID: "prod", Label: "Prod", Connect: true, CoreURL: g.CoreURL(), AdminURL: g.AdminURL(), MasterKeyStored: true,
		VirtualKeys: []config.VirtualKey{{ID: config.FirstKey, Stored: true}},
	}}
	if _, _, err := config.Save(config.PathsIn(d.home).Settings, config.Default(), s); err != nil {
		d.t.Fatal(err)
	}
}

// says is what the program says of the keychain; "" if nothing.
func says(live *state.Live) string {
	for _, id := range []string{"keychain", "keyfile", "unkept"} {
		if f := live.App[id]; f.Title != "" {
			return f.Title + " " + f.Text
		}
	}
	return " "
}

// refused reports whether anything on the screen speaks of a refusal.
func refused(live *state.Live) bool {
	for _, l := range live.Links {
		if l.Class == "auth" {
			return true
		}
	}
	for _, a := range live.Alerts {
		if strings.Contains(a.Title+a.Body, "refuse") || strings.Contains(a.Title+a.Body, "401") {
			return true
		}
	}
	return false
}

func TestALockedKeychainIsWaitedFor(t *testing.T) {
	g := serve(t, demo.Options{Scenario: "calm"})
	d := newDesk(t)
	k := d.bus.Keychain()
	k.Put("gatewatch", "prod/virtual-key", virtualKey)
	k.Put("gatewatch", "prod/master-key", masterKey)
	k.Lock()
	d.stored(g)
	began := time.Now()
	p := d.start(run.Target{})
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the start waited %v for the keychain", took)
	}
	k.WaitPrompt()
	live := p.await("it says that the keychain is locked", func(live *state.Live) bool {
		return strings.HasPrefix(says(live), "The keychain is locked. Gatewatch waits for the keys of Prod")
	})
	if refused(&live) {
		t.Error("a key that is not known is told as a refused one")
	}
	// Declined: it is not asked again by itself, and on the user's wish it is.
	k.Answer(false)
	time.Sleep(3 * time.Second) // one look at the keychain, and a half
	if k.Prompts() != 1 {
		t.Errorf("the user declined and was asked %d times", k.Prompts())
	}
	if err := p.Connect("prod"); err != nil {
		t.Error(err)
	}
	k.Answer(true)
	live = p.await("connected", connected)
	if refused(&live) || k.Prompts() != 2 {
		t.Errorf("refused %v, asked %d times", refused(&live), k.Prompts())
	}
	p.await("nothing is said of the keychain", func(live *state.Live) bool { return says(live) == " " })
	// It dies while we are connected: nothing is lost by that.
	k.Die()
	if err := p.Change(t.Context(), func(s *config.Settings) { s.Reconnect.Max = 20 * time.Second }); err != nil {
		t.Error(err)
	}
	p.await("still connected", connected)
}

func TestAKeychainThatComesLater(t *testing.T) {
	g := serve(t, demo.Options{Scenario: "calm"})
	d := newDesk(t)
	d.stored(g)
	p := d.start(run.Target{})
	live := p.await("it says that there is no keychain", func(live *state.Live) bool {
		return strings.HasPrefix(says(live), "The keychain cannot be used. The keys of Prod are not known")
	})
	if refused(&live) {
		t.Error("a key that is not known is told as a refused one")
	}
	k := d.bus.Keychain()
	k.Put("gatewatch", "prod/virtual-key", virtualKey)
	k.Put("gatewatch", "prod/master-key", masterKey)
	p.await("connected", connected)
	p.await("nothing is said of the keychain", func(live *state.Live) bool { return says(live) == " " })
}

func TestAKeyThatIsNotInTheKeychain(t *testing.T) {
	g := serve(t, demo.Options{Scenario: "calm"})
	d := newDesk(t)
	k := d.bus.Keychain()
	d.stored(g)
	p := d.start(run.Target{})
	live := p.await("it says that there is no key", func(live *state.Live) bool {
		for _, l := range live.Links {
			if l.Class == "no_key" && strings.Contains(l.Cause, "not in the keychain") {
				return true
			}
		}
		return false
	})
	if refused(&live) || says(&live) != " " {
		t.Errorf("refused %v, of the keychain: %s", refused(&live), says(&live))
	}
	p.awaitFor(3*patience, "it is told of", func(live *state.Live) bool {
		for _, a := range live.Alerts {
			if a.Rule == "gateway.auth" && strings.Contains(a.Title, "is not being watched") {
				return !refused(live)
			}
		}
		return false
	})
	if err := p.SetKeys(t.Context(), "prod", secret.New(virtualKey), secret.New(masterKey)); err != nil {
		t.Fatal(err)
	}
	p.await("connected", connected)
	if k.Entries()["prod/virtual-key"] != virtualKey {
		t.Error("the key is not in the keychain")
	}
}

// TestAGatewayThatNobodyGaveAKey: of one that was written into the settings by hand
// there is no key, and nobody refused any.
func TestAGatewayThatNobodyGaveAKey(t *testing.T) {
	g := serve(t, demo.Options{Scenario: "calm"})
	d := newDesk(t)
	d.bus.Keychain()
	d.stored(g)
	file := config.PathsIn(d.home).Settings
	if err := os.WriteFile(file, []byte("[[profiles]]\nid = \"prod\"\ncore_url = \""+g.CoreURL()+"\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	p := d.start(run.Target{})
	live := p.awaitFor(3*patience, "it is told that the gateway is not watched", func(live *state.Live) bool {
		for _, a := range live.Alerts {
			if a.Rule == "gateway.auth" && strings.Contains(a.Title, "is not being watched") {
				return true
			}
		}
		return false
	})
	if refused(&live) {
		t.Error("a key that is not there is told as a refused one")
	}
	for _, e := range live.Events {
		if e.Kind == "link.changed" && e.At < began.UnixMilli() {
			t.Errorf("%s: %s", time.UnixMilli(e.At), e.Text)
		}
	}
}

func TestAKeyThatWasOnlyInMemoryIsKeptLater(t *testing.T) {
	g := serve(t, demo.Options{Scenario: "calm"})
	d := newDesk(t)
	d.stored(g)
	p := d.start(run.Target{})
	if err := p.SetKeys(t.Context(), "prod", secret.New(virtualKey), secret.New(masterKey)); err != nil {
		t.Fatal(err)
	}
	p.await("connected", connected)
	p.await("it says that keys are not kept", func(live *state.Live) bool {
		return strings.HasPrefix(says(live), "Keys are not being kept.")
	})
	if p.MasterKeyBackend("prod") != secret.Memory || p.KeyBackend("prod", config.FirstKey) != secret.Memory {
		t.Errorf("kept in %q and %q", p.MasterKeyBackend("prod"), p.KeyBackend("prod", config.FirstKey))
	}
	k := d.bus.Keychain()
	p.await("nothing is said of the keychain", func(live *state.Live) bool { return says(live) == " " })
	if k.Entries()["prod/master-key"] != masterKey || p.MasterKeyBackend("prod") != secret.Keychain {
		t.Errorf("%d entries, %q", len(k.Entries()), p.MasterKeyBackend("prod"))
	}
}

func TestTheFileOfKeysIsOpenedByAFileOrByHand(t *testing.T) {
	g := serve(t, demo.Options{Scenario: "calm"})
	d := newDesk(t)
	d.stored(g)
	p := d.start(run.Target{})
	if err := p.SetKeys(t.Context(), "prod", secret.New(virtualKey), secret.New(masterKey)); err != nil {
		t.Fatal(err)
	}
	if err := p.KeepKeysInFile(t.Context(), secret.New("four words of mine")); err != nil {
		t.Fatal(err)
	}
	if at := p.KeyPlace(t.Context()); at.At != secret.InFile || at.Locked || p.MasterKeyBackend("prod") != secret.InFile {
		t.Errorf("%+v, the master key in %q", at, p.MasterKeyBackend("prod"))
	}
	p.await("nothing is said of the keychain", func(live *state.Live) bool { return says(live) == " " })
	p.stop()

	p = d.start(run.Target{})
	p.await("it says that the file is locked", func(live *state.Live) bool {
		return strings.HasPrefix(says(live), "The file of keys is locked. Gatewatch waits for the keys of Prod.")
	})
	if err := p.UnlockKeys(t.Context(), secret.New("four words of his")); err == nil || fault.Of(err).Message != text.PassphraseWrong {
		t.Errorf("a wrong one: %v", err)
	}
	p.stop()

	from := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(from, []byte("four words of mine\r\nand a note\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(run.EnvPassphraseFile, from)
	p = d.start(run.Target{})
	live := p.await("connected", connected)
	if refused(&live) || says(&live) != " " {
		t.Errorf("refused %v, of the keychain: %s", refused(&live), says(&live))
	}
	raw, err := os.ReadFile(config.PathsIn(d.home).Keys)
	if err != nil || strings.Contains(string(raw), masterKey) || strings.Contains(string(raw), virtualKey) {
		t.Errorf("in clear, or %v", err)
	}
}
