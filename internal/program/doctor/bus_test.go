//go:build linux

package doctor

import (
	"context"
	"strings"
	"testing"

	"gatewatch/internal/desktop/notification/dbustest"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/store/config"
)

// TestARealBus asks a session bus of the test's own, with a notification
// service on it and then without.
func TestARealBus(t *testing.T) {
	bus := dbustest.NewBus(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", bus.Address)
	t.Setenv("DISPLAY", ":99")
	keys := secret.NewStore(secret.Options{})
	t.Cleanup(func() { _ = keys.Close(context.Background()) })
	m := System(config.PathsIn(t.TempDir()), keys)
	r := look(t, Options{Machine: m})
	expect(t, r, "computer/tray: info tray_none", "computer/keychain: warning keychain_none")
	if f := find(t, r, "computer/notifications"); f.Result != Warning {
		t.Errorf("without a service: %+v", f)
	}
	bus.Notifications("actions", "body")
	r = look(t, Options{Machine: m})
	expect(t, r, "computer/notifications: ok")
	if f := find(t, r, "computer/notifications"); f.detail("driver") != "dbus" || f.detail("buttons and clicks") != "yes" || !strings.HasPrefix(f.Text, "Notifications are shown by ") {
		t.Errorf("with a service: %+v", f)
	}
}
