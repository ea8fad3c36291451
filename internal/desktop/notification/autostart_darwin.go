package notification

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
)

// startAtLogin uses a launch agent of the user's.
func startAtLogin(on bool, exe, _ string) error {
	home, err := os.UserHomeDir()
	if err != nil {
		return err
	}
	var path strings.Builder
	if err := xml.EscapeText(&path, []byte(exe)); err != nil {
		return err
	}
	return entry(on, filepath.Join(home, "Library", "LaunchAgents", "dev.gatewatch.plist"), `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>Label</key><string>dev.gatewatch</string>
<key>ProgramArguments</key><array><string>`+path.String()+`</string><string>--hidden</string></array>
<key>RunAtLoad</key><true/>
</dict></plist>
`)
}

// startsAtLogin looks for the launch agent.
func startsAtLogin(string) (on, there bool) {
	home, err := os.UserHomeDir()
	if err != nil {
		return false, false
	}
	_, err = os.Stat(filepath.Join(home, "Library", "LaunchAgents", "dev.gatewatch.plist"))
	return err == nil, err == nil
}
