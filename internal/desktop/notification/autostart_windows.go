package notification

import (
	"errors"

	"golang.org/x/sys/windows/registry"
)

// startAtLogin uses the Run key of the user.
func startAtLogin(on bool, exe, _ string) error {
	key, _, err := registry.CreateKey(registry.CURRENT_USER, `Software\Microsoft\Windows\CurrentVersion\Run`, registry.SET_VALUE)
	if err != nil {
		return err
	}
	if on {
		err = key.SetStringValue("Gatewatch", `"`+exe+`" --hidden`)
	} else if err = key.DeleteValue("Gatewatch"); errors.Is(err, registry.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, key.Close())
}

// startsAtLogin reads that key; the installer writes it, too.
func startsAtLogin(string) (on, there bool) {
	key, err := registry.OpenKey(registry.CURRENT_USER, `Software\Microsoft\Windows\CurrentVersion\Run`, registry.QUERY_VALUE)
	if err != nil {
		return false, false
	}
	defer func() { _ = key.Close() }()
	_, _, err = key.GetStringValue("Gatewatch")
	return err == nil, err == nil
}
