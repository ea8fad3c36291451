package run

import (
	"log/slog"
	"os"

	"gatewatch/internal/foundation/logfile"
	"gatewatch/internal/store/config"
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
	log := logfile.NewJSON(f, slog.LevelInfo)
	if err := catchCrash(p); err != nil {
		log.Warn("a crash would not be kept, or an earlier one was not", "cause", err)
	}
	return log, f.Close
}
