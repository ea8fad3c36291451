//go:build unix && !darwin

package secret

import (
	"fmt"
	"os"
	"path/filepath"
)

// reachable asks for a session bus before the library does: that one would
// start a stray bus of its own where a display but no bus is there.
func reachable() error {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return nil
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, "bus")); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%w: this session has no D-Bus", ErrNoKeychain)
}
