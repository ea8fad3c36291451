package desktop

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// StartAtLogin makes the system start this program, hidden, when the user logs
// in, or takes that back. The entry is the user's own, never the system's.
// folder is where desktops that follow the XDG rules look for such entries;
// other systems have a place of their own.
func StartAtLogin(on bool, folder string) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("start at login: %w", err)
	}
	if exe, err = filepath.EvalSymlinks(exe); err != nil {
		return fmt.Errorf("start at login: %w", err)
	}
	if err := startAtLogin(on, exe, folder); err != nil {
		return fmt.Errorf("start at login: %w", err)
	}
	return nil
}

// entry writes or removes a file of the user's.
func entry(on bool, path, text string) error {
	if !on {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o600)
}
