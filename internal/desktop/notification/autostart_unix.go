//go:build unix && !darwin

package notification

import (
	"os"
	"path/filepath"
	"strings"
)

// startAtLogin uses the autostart folder of the desktop's session.
func startAtLogin(on bool, exe, folder string) error {
	return entry(on, filepath.Join(folder, "gatewatch.desktop"), desktopEntry(exe))
}

// startsAtLogin reads the entry, which desktops switch off by a line in it.
func startsAtLogin(folder string) (on, there bool) {
	text, err := os.ReadFile(filepath.Join(folder, "gatewatch.desktop"))
	if err != nil {
		return false, false
	}
	for line := range strings.Lines(string(text)) {
		switch strings.ToLower(strings.ReplaceAll(strings.TrimSpace(line), " ", "")) {
		case "hidden=true", "x-gnome-autostart-enabled=false":
			return false, true
		}
	}
	return true, true
}

// desktopEntry is a .desktop file that starts exe hidden.
func desktopEntry(exe string) string {
	return strings.Join([]string{
		"[Desktop Entry]", "Type=Application", "Name=Gatewatch",
		"Comment=Watches Conduit LLM gateways", "Icon=gatewatch",
		"Exec=" + execArgument(exe) + " --hidden",
		"Terminal=false", "X-GNOME-Autostart-enabled=true", "",
	}, "\n")
}

// execArgument quotes one argument of an Exec line: quotes, with a backslash
// before ", `, $ and \, itself doubled as in every string of such a file; a
// percent sign is doubled.
func execArgument(s string) string {
	quoted := strings.NewReplacer(`\`, `\\\\`, `"`, `\\"`, "`", "\\\\`", "$", `\\$`, "%", "%%").Replace(s)
	return `"` + quoted + `"`
}
