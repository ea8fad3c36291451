package config

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
)

// folder is our folder's name below each of the system's.
const folder = "gatewatch"

// Paths says where the program's files are. Nothing is created by asking.
type Paths struct {
	Settings string // settings.toml, written by Save
	Data     string // folder of the files below
	History  string // the history database
	Lock     string // held by the one process that writes history and notifies
	UIState  string // size and place of the window, and the like
	Logs     string // folder of gatewatch.log and its older parts
	Log      string // gatewatch.log
	Crash    string // the last crash, written by the runtime
	// Autostart is the desktop's folder of programs that start at login. Only
	// desktops that follow the XDG rules have one.
	Autostart string
}

// DefaultPaths gives the paths of this user on this system: the XDG folders on
// Linux, Application Support on macOS, AppData on Windows. If GATEWATCH_HOME is
// set, everything is below that folder instead.
func DefaultPaths() Paths {
	if home := os.Getenv("GATEWATCH_HOME"); home != "" {
		return PathsIn(home)
	}
	return paths(
		filepath.Join(xdg.ConfigHome, folder),
		filepath.Join(xdg.DataHome, folder),
		filepath.Join(xdg.StateHome, folder, "logs"),
		filepath.Join(xdg.ConfigHome, "autostart"),
	)
}

// PathsIn gives paths that are all below one folder.
func PathsIn(home string) Paths {
	return paths(home, filepath.Join(home, "data"), filepath.Join(home, "logs"), filepath.Join(home, "autostart"))
}

func paths(config, data, logs, autostart string) Paths {
	return Paths{
		Settings: filepath.Join(config, "settings.toml"),
		Data:     data,
		History:  filepath.Join(data, "history.db"),
		Lock:     filepath.Join(data, "writer.lock"),
		UIState:  filepath.Join(data, "window.json"),
		Logs:     logs,
		Log:      filepath.Join(logs, "gatewatch.log"),
		Crash:    filepath.Join(logs, "crash.txt"),

		Autostart: autostart,
	}
}

// Make creates the folders, readable by this user alone.
func (p Paths) Make() error {
	for _, dir := range []string{filepath.Dir(p.Settings), p.Data, p.Logs} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("config: create folder: %w", err)
		}
	}
	return nil
}
