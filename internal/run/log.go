package run

import (
	"log/slog"
	"os"
	"runtime/debug"

	"gatewatch/internal/config"
	"gatewatch/internal/logfile"
)

// OpenLog opens the log file, and has the runtime write a crash beside it. If
// the file cannot be written, warnings go to standard error. The caller
// closes.
func OpenLog(p config.Paths) (*slog.Logger, func() error) {
	f, err := logfile.Open(logfile.Options{Path: p.Log})
	if err != nil {
		log := logfile.NewText(os.Stderr, slog.LevelWarn)
		log.Warn("the log file cannot be written", "cause", err)
		return log, func() error { return nil }
	}
	if crash, err := os.OpenFile(p.Crash, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600); err == nil {
		_ = debug.SetCrashOutput(crash, debug.CrashOptions{}) // it keeps a copy of the file
		_ = crash.Close()
	}
	return logfile.NewJSON(f, slog.LevelInfo), f.Close
}
