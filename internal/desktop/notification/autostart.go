package notification

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// StartAtLogin makes the system start this program, hidden, when the user logs
// in, or takes that back. The entry is the user's own, never the system's.
// folder is where desktops that follow the XDG rules look for such entries;
// other systems have a place of their own. The program is named by the path it
// was started by: a link goes on to lead to newer versions.
func StartAtLogin(on bool, folder string) error {
	exe, err := startedBy()
	if err != nil {
		return fmt.Errorf("start at login: %w", err)
	}
	if err := startAtLogin(on, exe, folder); err != nil {
		return fmt.Errorf("start at login: %w", err)
	}
	return nil
}

// StartsAtLogin reports whether the system has such an entry that is switched
// on, whoever made it: the settings, an installer, or the desktop's own tool.
// there is false where there is no entry at all.
func StartsAtLogin(folder string) (on, there bool) { return startsAtLogin(folder) }

// startedBy is the path that this program was started by, if that leads to it,
// else where it is.
func startedBy() (string, error) {
	exe, err := os.Executable()
	if err != nil {
		return "", err
	}
	given, err := exec.LookPath(os.Args[0])
	if err != nil {
		return exe, nil //nolint:nilerr // a name of its own making
	}
	if given, err = filepath.Abs(given); err != nil {
		return "", err
	}
	is, err1 := os.Stat(given)
	runs, err2 := os.Stat(exe)
	if err1 != nil || err2 != nil || !os.SameFile(is, runs) {
		return exe, nil
	}
	return given, nil
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
