package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"time"

	"gatewatch/internal/core/text"
	"gatewatch/internal/desktop/notification"
	"gatewatch/internal/desktop/notify"
	"gatewatch/internal/desktop/tray"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/lock"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/store/config"
	"gatewatch/internal/store/history"
)

// Machine is what the computer is asked. Its functions honour their context
// and change nothing.
type Machine struct {
	Paths config.Paths
	// Settings is what reading the settings file gave.
	Settings func() (config.Settings, []config.Problem, error)
	// Notifications asks the notification service who it is.
	Notifications func(context.Context) (notify.Capabilities, error)
	// Tray asks whether something shows icons.
	Tray func(context.Context) (bool, error)
	// Keychain asks for a secret that nobody keeps; nil if that was answered.
	Keychain func(context.Context) error
	// Desktop reports whether this session has one.
	Desktop func() bool
}

// System is the computer itself. settings is read from the file when asked.
func System(paths config.Paths, keys *secret.Store) Machine {
	return Machine{
		Paths:    paths,
		Settings: func() (config.Settings, []config.Problem, error) { return config.Load(paths.Settings) },
		Notifications: func(ctx context.Context) (notify.Capabilities, error) {
			s := notification.Open(notification.Options{})
			c, err := s.Capabilities(ctx)
			return c, errors.Join(err, s.Close())
		},
		Tray: tray.HostPresent,
		Keychain: func(ctx context.Context) error {
			return keys.Probe(ctx)
		},
		Desktop: hasDesktop,
	}
}

// hasDesktop looks for signs of one. Windows and macOS always have one.
func hasDesktop() bool {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return true
	}
	return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

// look examines the computer.
func (m Machine) look(ctx context.Context, limit time.Duration) Section {
	s := newSection("This computer", limit)
	s.add(
		check{name: "settings", title: "settings file", run: m.settings},
		check{name: "folder", title: "data folder", run: m.folder},
		check{name: "lock", title: "who writes", needs: []string{"folder"}, run: m.lock},
		check{name: "history", title: "history", needs: []string{"folder"}, run: m.history},
		check{name: "keychain", title: "keychain", run: m.keychain},
		check{name: "notifications", title: "notifications", run: m.notifications},
		check{name: "tray", title: "tray", run: m.tray},
	)
	return s.look(ctx)
}

// maxProblems is how many lines of the settings file are named.
const maxProblems = 20

func (m Machine) settings(context.Context) Finding {
	s, problems, err := m.Settings()
	if err != nil {
		why := fault.Of(err)
		f := bad("settings_unreadable", why.Message+" Defaults are in force, without any gateway.", "Correct the file, or move it away to begin anew.")
		if why.Cause != nil {
			f = f.with("because", why.Cause.Error())
		}
		return f.with("file", m.Paths.Settings)
	}
	if _, err := os.Stat(m.Paths.Settings); errors.Is(err, fs.ErrNotExist) {
		return note("settings_none", "There is no settings file yet; defaults are in force.").with("file", m.Paths.Settings)
	}
	f := fine(fmt.Sprintf("The settings are read; %s in them.", text.Plural(len(s.Profiles), "gateway")))
	wrong := 0
	for _, p := range problems {
		if !p.Unknown {
			wrong++
		}
	}
	switch {
	case wrong > 0:
		f = warn("settings_problems", text.Plural(wrong, "setting")+" cannot be used as written; the defaults are used instead.", "Correct the lines named here.")
	case len(problems) > 0:
		f = note("settings_unknown", text.Plural(len(problems), "setting")+" in the file that this version does not know; kept as they are.")
	}
	f = f.with("file", m.Paths.Settings)
	for i, p := range problems {
		if i == maxProblems {
			return f.with("more", fmt.Sprint(len(problems)-i))
		}
		f = f.with(fmt.Sprintf("line %d, %s", p.Line, p.Path), p.Message)
	}
	return f
}

func (m Machine) folder(context.Context) Finding {
	info, err := os.Stat(m.Paths.Data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return note("folder_none", "There is no data folder yet; the first run makes it.").with("folder", m.Paths.Data).stop()
	case err != nil:
		return bad("folder_unreadable", "The data folder cannot be looked at: "+err.Error()+".", "Let this user own it.")
	case !info.IsDir():
		return bad("folder_is_file", "A file is where the data folder should be.", "Move it away.").with("file", m.Paths.Data)
	}
	if err := writable(m.Paths.Data); err != nil {
		return bad("folder_read_only", "Nothing can be written to the data folder, so no history is kept: "+err.Error()+".", "Let this user write there, and make room on the disk.")
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return warn("folder_open", fmt.Sprintf("Other users may look into the data folder (mode %v).", info.Mode().Perm()), "Take their rights away: chmod 700.").
			with("folder", m.Paths.Data)
	}
	return fine("The data folder can be written.").with("folder", m.Paths.Data)
}

// writable makes a file and removes it.
func writable(folder string) error {
	f, err := os.CreateTemp(folder, ".doctor-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func (m Machine) lock(context.Context) Finding {
	who, held, err := lock.Current(m.Paths.Lock)
	switch {
	case err != nil:
		return warn("lock_unreadable", "The lock file cannot be looked at: "+err.Error()+".", "Let this user own the data folder and what is in it.")
	case !held:
		return fine("No other Gatewatch runs with this data folder.")
	case who.PID == os.Getpid():
		return fine("This Gatewatch writes history and notifies.")
	case who.PID == 0:
		return note("lock_held", "Another Gatewatch writes history and notifies; it does not say who it is.")
	}
	return note("lock_held", fmt.Sprintf("Another Gatewatch (%s, process %d) writes history and notifies since %s.",
		who.Role, who.PID, who.Since.UTC().Format("2006-01-02 15:04 UTC")))
}

func (m Machine) history(ctx context.Context) Finding {
	db, err := history.OpenReadOnly(ctx, m.Paths.History, history.Options{})
	switch {
	case errors.Is(err, history.ErrNotFound):
		return note("history_none", "There is no history yet.")
	case errors.Is(err, history.ErrCorrupt):
		return warn("history_damaged", "The history file is damaged.", "Start Gatewatch: it puts the file aside and takes over what can be read.")
	case errors.Is(err, history.ErrNewer):
		return warn("history_newer", "The history file is of a later version of Gatewatch.", "Use that version, or move the file away.")
	case errors.Is(err, history.ErrForeign):
		return warn("history_foreign", "The history file is not one of Gatewatch's.", "Move it away.")
	case err != nil:
		return warn("history_unreadable", "The history cannot be read: "+err.Error()+".", "Let this user own the file.")
	}
	defer db.Close() //nolint:errcheck // nothing was written
	s, err := db.Stats(ctx)
	if err != nil {
		return warn("history_unreadable", "The history cannot be counted: "+err.Error()+".", "Start Gatewatch: it repairs what can be repaired.")
	}
	f := fine(fmt.Sprintf("The history holds %s in %s.", text.Plural(s.Events, "event"), text.Bytes(s.FileBytes)))
	if !s.LastEvent.IsZero() {
		f = f.with("newest event", s.LastEvent.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	return f
}

func (m Machine) keychain(ctx context.Context) Finding {
	err := m.Keychain(ctx)
	switch {
	case err == nil:
		if _, err := os.Stat(m.Paths.Keys); err == nil {
			return fine("Keys are kept in a file that a passphrase encrypts; it is open.").with("file", m.Paths.Keys)
		}
		return fine("The system's keychain answers.")
	case errors.Is(err, secret.ErrSealed):
		return warn("keyfile_locked", "Keys are kept in a file that a passphrase encrypts, and it is locked.",
			"Unlock it in the window, or name a file with the passphrase in GATEWATCH_PASSPHRASE_FILE.").with("file", m.Paths.Keys)
	case errors.Is(err, secret.ErrLocked):
		return warn("keychain_locked", "The system's keychain is locked.", "Unlock it. Until then its keys are not known, and new ones are kept for one run only.")
	case errors.Is(err, secret.ErrTimeout):
		return warn("keychain_waits", "The system's keychain does not answer.", "Unlock or restart it. Until then keys are kept for one run only.")
	case !m.Desktop():
		return note("keychain_none", "This session has no keychain, so keys are kept for one run only; give them by GATEWATCH_VIRTUAL_KEY and GATEWATCH_MASTER_KEY.")
	}
	return warn("keychain_none", "The system's keychain cannot be used, so keys are kept for one run only.",
		"Install and unlock a Secret Service (gnome-keyring, KWallet, KeePassXC).").
		with("because", err.Error())
}

func (m Machine) notifications(ctx context.Context) Finding {
	c, err := m.Notifications(ctx)
	switch {
	case err != nil && !m.Desktop():
		return note("notifications_none", "This session has no desktop, so nothing is notified natively.")
	case errors.Is(err, notify.ErrNotPermitted):
		return warn("notifications_blocked", "The system blocks our notifications.", "Allow them for Gatewatch in the system's settings.")
	case errors.Is(err, notify.ErrNoService):
		return warn("notifications_none", "There is no notification service, so alerts are only seen in the window.", "Start one; every desktop has one, small window managers use dunst or mako.").
			with("because", err.Error())
	case err != nil:
		return warn("notifications_fail", "The notification service does not answer as it should, so alerts may not be seen.", "Restart it.").with("because", err.Error())
	case c.Driver == "beeep" && runtime.GOOS != "darwin":
		return warn("notifications_command", "There is no notification service on D-Bus; a command (notify-send, kdialog) is tried, which mostly needs one too.", "Start a notification service.")
	}
	f := fine("Notifications are shown.")
	if c.Server != "" {
		f.Text = "Notifications are shown by " + quote([]byte(c.Server), 60) + "."
	}
	return f.with("driver", c.Driver).with("buttons and clicks", yes(c.Actions)).with("replaces its own", yes(c.Replace))
}

func (m Machine) tray(ctx context.Context) Finding {
	there, err := m.Tray(ctx)
	switch {
	case there:
		return fine("A panel shows tray icons.")
	case !m.Desktop():
		return note("tray_none", "This session has no desktop, so there is no tray.")
	case err != nil:
		return note("tray_unknown", "Whether there is a tray cannot be found out; the window stays reachable.").with("because", err.Error())
	}
	return note("tray_none", "Nothing here shows tray icons, so closing the window ends Gatewatch; minimise it to keep watching. On GNOME the AppIndicator extension adds a tray.")
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
