//go:build unix

package cli_test

import (
	"testing"

	"gatewatch/internal/desktop/notification/dbustest"
	"gatewatch/internal/store/config"
)

func TestForgetAllKeys(t *testing.T) {
	bus := dbustest.NewBus(t)
	bus.Setenv()
	k := bus.Keychain()
	t.Setenv("GATEWATCH_HOME", t.TempDir())
	s := config.Default()
	s.Profiles = []config.Profile{{ID: "prod", Label: "Prod", CoreURL: "http://127.0.0.1:1", MasterKeyStored: true}}
	if _, _, err := config.Save(config.DefaultPaths().Settings, config.Default(), s); err != nil {
		t.Fatal(err)
	}
	k.Put("gatewatch", "prod/master-key", "m")
	k.Put("gatewatch", "deleted/virtual-key/2", "v")
	k.Put("another", "prod/master-key", "not ours")
	k.Lock()
	go k.Answer(true)
	if got := execute("forget-keys", "--all"); got.code != 0 || got.out != "2 keys removed from the keychain.\n" {
		t.Errorf("%+v", got)
	}
	if left := k.Entries(); len(left) != 1 || left["prod/master-key"] != "not ours" {
		t.Errorf("left: %d entries", len(left))
	}
	if now, _, err := config.Load(config.DefaultPaths().Settings); err != nil || now.Profiles[0].MasterKeyStored {
		t.Errorf("the settings still say that a key is stored (%v)", err)
	}
	if got := execute("forget-keys"); got.code != 2 {
		t.Errorf("without --all: %+v", got)
	}
}
