package notification

import (
	"fmt"
	"os/exec"

	"github.com/gen2brain/beeep"

	"gatewatch/internal/desktop/notify"
)

// beeepSounds: the system plays the sound.
const beeepSounds = true

var loud = beeep.Alert

// platform lists this system's drivers, best first. The system's notification
// centre speaks only to a bundle, which package app has; see Options.Native.
func platform(o Options) []notify.Sender {
	return []notify.Sender{newBeeep(o, hasCommand)}
}

// hasCommand fails unless one of the commands is there that beeep runs.
func hasCommand() error {
	for _, name := range []string{"terminal-notifier", "osascript"} {
		if _, err := exec.LookPath(name); err == nil {
			return nil
		}
	}
	return fmt.Errorf("desktop: neither terminal-notifier nor osascript: %w", notify.ErrNoService)
}
