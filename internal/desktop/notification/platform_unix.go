//go:build unix && !darwin

package notification

import (
	"fmt"
	"os"
	"os/exec"

	"github.com/gen2brain/beeep"

	"gatewatch/internal/desktop/notify"
)

// beeepSounds: beeep's sound here is a BEL character on the standard output,
// which carries our JSON lines; so it is never asked for one.
const beeepSounds = false

var loud = beeep.Notify

// platform lists this system's drivers, best first.
func platform(o Options) []notify.Sender {
	return []notify.Sender{newDBus(o), newBeeep(o, hasCommand)}
}

// hasCommand fails unless one of the commands is there that beeep falls back
// on; it is asked only when there is no service on D-Bus.
//
// beeep tries D-Bus first all the same. Without a session bus that would start
// one that nobody ends (dbus-launch), so the session is marked as having none.
// This changes the process's environment once, and only where there is no bus.
func hasCommand() error {
	for _, name := range []string{"notify-send", "kdialog"} {
		if _, err := exec.LookPath(name); err != nil {
			continue
		}
		if _, err := sessionAddress(); err != nil {
			return os.Setenv(busVariable, noBus)
		}
		return nil
	}
	return fmt.Errorf("desktop: neither notify-send nor kdialog: %w", notify.ErrNoService)
}
