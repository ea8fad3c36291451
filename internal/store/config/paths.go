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
	Keys     string // keys of gateways, encrypted with a passphrase, where the user chose so
	UIState  string // size and place of the window, and the like
	Updates  string // what is remembered of looks for a newer version
	Logs     string // folder of gatewatch.log and its older files
	Log      string // gatewatch.log
	Crash    string // a crash of this run, written by the runtime
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
	return HomePaths()
}

// HomePaths gives the paths of this user on this system, whatever
// GATEWATCH_HOME says.
func HomePaths() Paths {
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
		Keys:     filepath.Join(data, "keys.age"),
		UIState:  filepath.Join(data, "window.json"),
		Updates:  filepath.Join(data, "updates.json"),
		Logs:     logs,
		Log:      filepath.Join(logs, "gatewatch.log"),
		Crash:    filepath.Join(logs, "crash.txt"),

		Autostart: autostart,
	}
}

// CrashReport is what was made of the last crash, for a person.
func (p Paths) CrashReport() string { return filepath.Join(p.Logs, "crash-report.txt") }

// Make creates the folders, readable by this user alone; also one that the web
// view made before, more open.
func (p Paths) Make() error {
	for _, dir := range []string{filepath.Dir(p.Settings), p.Data, p.Logs} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("config: create folder: %w", err)
		}
		if info, err := os.Lstat(dir); err == nil && info.IsDir() && info.Mode().Perm()&0o077 != 0 {
			if err := os.Chmod(dir, 0o700); err != nil { //nolint:gosec // a folder must be entered
				return fmt.Errorf("config: close folder to others: %w", err)
			}
		}
	}
	return nil
}
